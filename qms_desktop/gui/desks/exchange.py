"""The province: the agent's state, what waits, what came, questions, new PCs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from qms_desktop.domain.fields import GROUP_SIGN, RecordKind, Value, Values
from qms_desktop.domain.records import kind_named
from qms_desktop.domain.values import show_when
from qms_desktop.gui.desk import OpenQuestion, Row, Stance, SyncLine, SyncState
from qms_desktop.gui.desks.dossiers import action_words
from qms_desktop.gui.desks.moves import OfficeMoves
from qms_desktop.gui.desks.rule_words import rule_question, who_where
from qms_desktop.gui.status import size_words
from qms_desktop.office import Office
from qms_desktop.store.questions import Question, Standing
from qms_desktop.store.recent import RecentEntry, recent
from qms_desktop.store.values import fields_of
from qms_desktop.store.view import View
from qms_desktop.sync_faults import in_words, wants_a_log_in
from qms_desktop.usecases import news, questions, rule_questions, unit_keys
from qms_desktop.usecases.printed_words import field_words

VIET_NAM_HOURS = 7
_KINDS = {"stopped": "never"}
BYTES = "#blob"
"""The merged name of an attachment's content."""

NEWER = "Thông tin của phiên bản mới hơn"
UNREAD = "(chưa đọc được ở máy này)"
_CALM = frozenset({"up_to_date", "waiting", "never"})


class OfficeExchangeDesk(OfficeMoves):
    """See ``gui.desk.Exchange``."""

    def __init__(self, office: Office) -> None:
        self._told: list[Callable[[], None]] = []
        self._agent: object = None
        self._open_questions: int | None = None
        super().__init__(office)
        self.subscribe(self._recount)

    def sync_state(self) -> SyncState:
        """The agent's state; open questions come first when nothing is under way."""
        agent, store = self.office.agent, self.office.store
        if store is not None and store.renamed and self.office.credentials is None:
            return SyncState("failed", questions=self._count(), reason=self.office.why_not_enrolled().message())
        if agent is None:
            kind = "questions" if self._count() else "never"
            return SyncState(kind, questions=self._count())
        if agent is not self._agent:
            self._agent = agent
            agent.subscribe(self._say)
        status = agent.status()
        kind = _KINDS.get(status.state.value, status.state.value)
        if kind == "offline" and wants_a_log_in(status.fault):
            kind = "portal"
        if kind in _CALM and self._count():
            kind = "questions"
        reason = in_words(status.fault).message() if status.fault is not None else ""
        at = _local(status.at) if status.at is not None else None
        moved = (status.received, status.expected, status.size, status.left_s)
        return SyncState(kind, at, status.waiting, status.sent, max(status.total, status.sent), self._count(), reason, *moved)

    def on_sync(self, callback: Callable[[], None]) -> None:
        """Called in the agent's thread."""
        self._told.append(callback)

    def sync_now(self) -> None:
        """Wakes the agent, or starts it on a PC that is enrolled."""
        agent = self.office.agent or self.office.start_agent()
        if agent is not None:
            agent.wake()

    def news(self) -> list[str]:
        """What rounds brought to light."""
        return news.take(self.office.store) if self.office.store is not None else []

    def waiting_lines(self) -> list[SyncLine]:
        """What the province has not confirmed."""
        return self._lines(mine=True)

    def arrived_lines(self) -> list[SyncLine]:
        """What came from elsewhere."""
        return self._lines(mine=False)

    def questions(self) -> list[OpenQuestion]:
        """Open questions in words."""
        with self.view() as view:
            own = self.office.demand_store().replica
            found = [_question(view, question, own) for question in questions.open_questions(view)]
            found += [rule_question(view, clash, own, self._roles()) for clash in view.clashes()]
        self._open_questions = len(found)
        return found

    def answer(self, question: OpenQuestion, value: Value) -> None:
        """Settles a question."""
        if question.asks:
            rule_questions.answer(self.office.work(), question.record, str(value))
            return
        with self.view() as view:
            wanted = (question.kind, question.record, question.field)
            asked = next((q for q in view.questions() if (q.kind, q.record, q.field) == wanted), None)
        if asked is not None:
            questions.answer(self.office.work(), asked, value)

    def machines_waiting(self) -> list[Row]:
        """Enrolled PCs without the unit's key."""
        return [{"id": pc.replica, "name": f"Máy {pc.letter} · {pc.name}", "fingerprint": pc.mark} for pc in self._waiting_pcs()]

    def admit(self, machine: str) -> None:
        """Hands the unit's key over."""
        pc = next((pc for pc in self._waiting_pcs() if pc.replica == machine), None)
        if pc is not None:
            unit_keys.admit(self.office.work(), pc)

    def _waiting_pcs(self) -> list[unit_keys.WaitingPc]:
        credentials = self.office.credentials
        if credentials is None:
            return []
        with self.view() as view:
            return unit_keys.waiting_pcs(view, self.office.demand_store().replica, credentials.province_key)

    def _lines(self, *, mine: bool) -> list[SyncLine]:
        credentials = self.office.credentials
        if credentials is None:
            return []
        store = self.office.demand_store()
        found = recent(store, mine=mine, peer=credentials.server_replica)
        with store.view() as view:
            return [line_of(view, item, store.replica) for item in found]

    def _roles(self) -> frozenset[str]:
        session = self.office.session
        return session.roles if session is not None else frozenset()

    def _count(self) -> int:
        if self._open_questions is None and self.office.store is not None:
            with self.view() as view:
                self._open_questions = view.question_count()
        return self._open_questions or 0

    def _recount(self, _kinds: frozenset[str]) -> None:
        self._open_questions = None

    def _say(self, _status: object) -> None:
        for callback in self._told:
            callback()


def _local(at: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(milliseconds=at, hours=VIET_NAM_HOURS)


def line_of(view: View, item: RecentEntry, own: str) -> SyncLine:
    """An entry in words."""
    kind = kind_named(item.kind)
    record = view.get(item.kind, item.record) if kind is not None else None
    heading = kind.heading(record) if kind is not None and record else ""
    words = " · ".join(part for part in (action_words(item.action), heading) if part)
    return SyncLine(show_when(item.at), words, who_where(view, item.who, item.replica, own))


def _question(view: View, question: Question, own: str) -> OpenQuestion:
    kind = kind_named(question.kind)
    record = view.get(question.kind, question.record) or {}
    title = (kind.heading(record) if kind is not None else "") or "(chưa đọc được tên)"
    if question.kind == "attachment":
        title = " · ".join(part for part in (title, _subject_words(view, record)) if part)
    label = _label(kind, question)
    stances = tuple(_stance(view, kind, question, standing, own) for standing in question.values)
    before = _value_words(view, kind, question, question.before)
    place = (question.kind, question.record, question.field)
    return OpenQuestion(*place, title, label, before, stances, questions.hindrance(question))


def _label(kind: RecordKind | None, question: Question) -> str:
    if not question.field:
        return "Bỏ hay giữ bản ghi"
    if question.field == BYTES:
        return "Nội dung tệp"
    known = [name for name in question.fields if kind is not None and kind.knows(name)]
    return ", ".join(kind.field(name).label for name in known) if kind is not None and known else NEWER


def _subject_words(view: View, attachment: Values) -> str:
    """What it hangs on."""
    for kind in filter(None, map(kind_named, ("dossier", "revision"))):
        row = view.get(kind.name, str(attachment.get("subject") or ""))
        if row:
            return kind.heading(row)
    return ""


def _stance(view: View, kind: RecordKind | None, question: Question, standing: Standing, own: str) -> Stance:
    text = UNREAD if standing.hidden else _value_words(view, kind, question, standing.value)
    return Stance(
        standing.value, text, who_where(view, standing.who, standing.journal, own), show_when(standing.at), standing.mine
    )


def _value_words(view: View, kind: RecordKind | None, question: Question, value: Value) -> str:
    if not question.field:
        return "Bỏ bản ghi" if value else "\n".join(("Giữ bản ghi", *_edited(view, kind, question)))
    if question.field == BYTES and isinstance(value, dict):
        return f"Tệp {size_words(int(str(value.get('size') or 0)))}, dấu nội dung {str(value.get('hash') or '')[:8].upper()}"
    if question.field.startswith(GROUP_SIGN) and isinstance(value, dict):
        parts = [(name, _plain(view, kind, name, value.get(name))) for name in (*question.fields, *_others(question, value))]
        return "\n".join(f"{_named(kind, name)}: {words}" for name, words in parts if words)
    return _plain(view, kind, question.field, value)


def _edited(view: View, kind: RecordKind | None, question: Question) -> list[str]:
    """What was written without knowing that the record was taken out of use."""
    row = view.get(question.kind, question.record) or {}
    names = [name for merged in question.fields if kind is not None for name in fields_of(kind, merged)]
    parts = [(name, _plain(view, kind, name, row.get(name))) for name in names]
    return [f"{_named(kind, name)}: {words}" for name, words in parts if words]


def _others(question: Question, value: Mapping[str, Value]) -> list[str]:
    return [name for name in value if name not in question.fields]


def _named(kind: RecordKind | None, name: str) -> str:
    return kind.field(name).label if kind is not None and kind.knows(name) else NEWER


def _plain(view: View, kind: RecordKind | None, name: str, value: Value) -> str:
    if kind is not None and kind.knows(name):
        return field_words(view, kind.field(name), value)
    return "" if value is None else str(value)
