"""Procedures, receiving and the lists of the day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from qms_desktop.domain.deadline_model import Convention
from qms_desktop.domain.deadlines import explain_due
from qms_desktop.domain.errors import AppError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.text import fold, sort_key
from qms_desktop.domain.values import show_when
from qms_desktop.gui.desk import Accepted, Due, Found, Intake, Procedure, Row, TodayGroup
from qms_desktop.gui.desk_clock import Reminder
from qms_desktop.gui.desks.dues import Countdown
from qms_desktop.gui.desks.records import OfficeRecords
from qms_desktop.office import Office
from qms_desktop.store.view import View
from qms_desktop.usecases import calendars, news, procedures, receiving
from qms_desktop.usecases import today as days
from qms_desktop.usecases.day_scope import section_of
from qms_desktop.usecases.printed_words import person

_LEVELS = {
    "sign_for": "soon",
    "hand_over": "soon",
    "stand_in": "soon",
    "extensions": "soon",
    "procedures": "soon",
    "nobodys": "late",
    "too_long": "late",
    "originals": "late",
    "overdue": "late",
    "today": "soon",
    "tomorrow": "soon",
    "waiting": "paused",
    "deliver": "ok",
    "later": "",
}
_EMPTY = {
    "overdue": "Không có hồ sơ quá hạn.",
    "today": "Không có hồ sơ nào đến hạn hôm nay.",
    "tomorrow": "Không có hồ sơ nào đến hạn ngày mai.",
    "waiting": "Không có hồ sơ nào chờ người dân bổ sung.",
    "deliver": "Không có kết quả nào chờ trả.",
    "later": "Không còn hồ sơ nào đang giải quyết. Bấm Ctrl+N để nhận hồ sơ mới.",
}


_LAW = re.compile(r"^\s*\d+/")
"""How the number of a legal document begins: "123/2015/NĐ-CP"."""


class _Names:
    """The people who hold dossiers, each read once; ``sections``: with the section before the name."""

    def __init__(self, view: View, *, sections: bool) -> None:
        self._view = view
        self.sections = sections
        self._known: dict[str, str] = {}

    def of(self, holder: str) -> str:
        """The name of a holder."""
        if holder not in self._known:
            section = section_of(self._view, holder) if self.sections and holder else ""
            self._known[holder] = " · ".join(filter(None, (section, person(self._view, holder))))
        return self._known[holder]


def _law(item: Procedure, wanted: str) -> str:
    """The number of the procedure's legal basis that begins with what was typed; empty when none does."""
    numbers = (law.number for law in item.content.legal_basis)
    return next((number for number in numbers if fold(number).replace(" ", "").startswith(wanted)), "")


def _by_law(item: Procedure, law: str) -> Found:
    return Found("revision", item.revision, f"{item.code} · {item.title}", f"căn cứ {law}")


def _section(row: Row) -> str:
    return sort_key(str(row.get("holder_name") or ""))


def _draft(row: Row) -> Row:
    return {**row, "due_left": "chờ phê duyệt", "due_level": "soon", "holder_name": ""}


class OfficeCounter(OfficeRecords):
    """See ``gui.desk.Counter``."""

    def __init__(self, office: Office) -> None:
        self._procedures: tuple[str, list[Procedure]] = ("", [])
        self._countdown: Countdown | None = None
        super().__init__(office)
        self.subscribe(self._forget)

    def search(self, text: str) -> list[Found]:
        """Records a clerk may mean; for the number of a law, the procedures that stand on it come first."""
        wanted = fold(text).replace(" ", "")
        by_law = [_by_law(item, law) for item in self.procedures() if (law := _law(item, wanted))] if _LAW.search(text) else []
        known = {found.id for found in by_law}
        return [*by_law, *(found for found in super().search(text) if found.id not in known)]

    def today(self) -> list[TodayGroup]:
        """The lists of the day with the words of each due date."""
        with self.view() as view:
            session = self.office.work().session
            groups = days.groups(view, session, self.now())
            names = _Names(view, sections="LD" in session.roles)
            return [self._group(group, names) for group in groups]

    def reminder(self) -> Reminder:
        """Counted for the person signed in; nothing to say while nothing presses, or before signing in."""
        session = self.office.session
        if session is None or not self.office.can_read:
            return Reminder("", "")
        with self.view() as view:
            late, today, tomorrow = days.reminder(view, session, self.now())
        parts = ((late, "quá hạn"), (today, "hôm nay"), (tomorrow, "ngày mai"))
        words = " · ".join(f"{count} {what}" for count, what in parts if count)
        return Reminder(words, "late" if late else "soon", late + today)

    def _group(self, group: days.Group, names: _Names) -> TodayGroup:
        """A leader reads the late ones section by section."""
        rows = [self._row(row, names) if group.kind == "dossier" else _draft(row) for row in group.rows]
        title = group.title
        if group.key == "overdue" and names.sections:
            rows.sort(key=_section)
            title = "Quá hạn, theo bộ phận"
        return TodayGroup(
            group.key,
            title,
            tuple(rows),
            _EMPTY.get(group.key, ""),
            _LEVELS.get(group.key, ""),
            group.count,
            "procedures" if group.kind == "revision" else "dossier",
        )

    def _row(self, row: Row, names: _Names) -> Row:
        holder = str(row.get("holder") or "")
        due = self.countdown().of_row(row, self.now())
        return {**row, "due_left": due.left, "due_level": due.level, "holder_name": names.of(holder)}

    def due_of(self, dossier: Row) -> Due:
        """The words of a list row's due date."""
        return self.countdown().of_row(dossier, self.now())

    def countdown(self) -> Countdown:
        """Counts what is left of a limit by the unit's calendar; the calendar is read again only after a change of it."""
        if self._countdown is None:
            with self.view() as view:
                self._countdown = Countdown(calendars.calendars_in(view))
        return self._countdown

    def procedures(self) -> list[Procedure]:
        """Every revision with its state today; read again only after a change or a new day."""
        day = self.now().date()
        if self._procedures[0] != day.isoformat():
            with self.view() as view:
                listed = procedures.all_listed(view, day)
                in_force = {item.revision for item in procedures.catalogue(view, day)}
            made = [item for item in (_procedure(entry, entry.revision in in_force) for entry in listed) if item is not None]
            made.sort(key=_in_force_first)
            self._procedures = (day.isoformat(), made)
        return self._procedures[1]

    def _forget(self, kinds: frozenset[str]) -> None:
        if "revision" in kinds:
            self._procedures = ("", [])
        if "calendar" in kinds:
            self._countdown = None

    def may_approve(self, revision: str) -> bool:
        """A draft, seen by a leader who did not write it."""
        session = self.office.session
        if session is None or not session.roles & procedures.APPROVERS:
            return False
        with self.view() as view:
            row = view.get("revision", revision) or {}
        return row.get("stage") in ("draft", "in_approval") and row.get("author") != session.person

    def may_edit(self, revision: str) -> bool:
        """A draft of the unit, seen by someone who may write procedures."""
        session = self.office.session
        if session is None or not session.roles & procedures.EDITORS:
            return False
        with self.view() as view:
            return procedures.is_open(view.get("revision", revision) or {})

    def edit_procedure(self, revision: str, values: Mapping[str, Value], seen: Mapping[str, Value]) -> None:
        """Changes typed fields of a draft."""
        procedures.edit(self.office.work(), revision, values, seen)

    def approve(self, revision: str, effective_on: str, decision: str) -> None:
        """Puts a draft into force."""
        procedures.approve(self.office.work(), revision, date.fromisoformat(effective_on), decision)

    def most_used(self) -> list[str]:
        """Revisions most received lately."""
        with self.view() as view:
            codes = procedures.most_used(view, self.now().date())
        by_code = {item.code: item.revision for item in self.procedures() if item.in_force}
        return [by_code[code] for code in codes if code in by_code]

    def applicants(self, text: str) -> list[Row]:
        """Citizens met before."""
        with self.view() as view:
            return receiving.find_applicants(view, text)

    def preview_due(self, intake: Intake) -> Due:
        """The due date if it were accepted now."""
        with self.view() as view:
            deadline = receiving.preview_due(view, self._receive(intake))
        due = self.countdown().of_deadline(deadline, "received", self.now())
        doubt = news.clock_warning(self.office.demand_store(), self.now())
        return replace(due, sentence=f"{doubt} {due.sentence}", level="late") if doubt else due

    def receive(self, intake: Intake) -> Accepted:
        """Accepts the dossier."""
        return self._accepted(receiving.receive(self.office.work(), self._receive(intake)))

    def send_back(self, intake: Intake) -> Accepted:
        """Records guidance at the counter."""
        return self._accepted(receiving.return_at_counter(self.office.work(), self._receive(intake)))

    def _accepted(self, record: str) -> Accepted:
        with self.view() as view:
            row = view.get("dossier", record) or {}
        due = str(row.get("due") or "")
        return Accepted(record, str(row.get("code") or ""), Due(show_when(due) if due else "không có hạn", ""))

    def _receive(self, intake: Intake) -> receiving.Receive:
        applicant, details = intake.applicant, intake.details
        sets = details.get("sets")
        return receiving.Receive(
            revision=intake.revision,
            applicant_name=_words(applicant, "full_name"),
            received_at=(intake.received_at or self.now()).replace(second=0, microsecond=0),
            paper=intake.paper,
            channel=intake.channel,
            variant=intake.variant,
            applicant=intake.applicant_id,
            applicant_kind=_words(applicant, "kind") or "citizen",
            applicant_id=_words(applicant, "id_number"),
            applicant_phone=_words(applicant, "phone"),
            applicant_address=_words(applicant, "address"),
            applicant_born=_words(applicant, "born"),
            papers=intake.papers,
            sets=sets if isinstance(sets, int) else 1,
            result_place=_words(details, "result_place"),
            note=_words(details, "note"),
            fee=_words(details, "fee"),
            official_code=_words(details, "official_code"),
            extra=details,
            about_applicant=applicant,
        )

    def calculate(self, received: datetime, norm: str, convention: str, pauses: Sequence[tuple[str, str]]) -> Due:
        """A due date without a dossier."""
        spans = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in pauses]
        with self.view() as view:
            known = calendars.calendars_in(view)
        deadline = explain_due(received, norm, calendar=known, convention=Convention(convention), pauses=spans)
        current = deadline.current_due
        level = "soon" if deadline.unconfirmed else "ok"
        return Due(current.text() if current is not None else "không có hạn", deadline.sentence, "", level)


def _procedure(listed: procedures.Listed, in_force: bool) -> Procedure | None:
    try:
        content = listed.content
    except AppError:
        return None
    start = str(listed.values.get("effective_on") or "")
    since = f", hiệu lực {date.fromisoformat(start):%d/%m/%Y}" if start else ""
    origin = "mẫu của tỉnh" if listed.model else "của đơn vị"
    edition = f"Lần ban hành {listed.issue}{since}, {origin}"
    state, values = listed.state_label, listed.values
    return Procedure(listed.revision, listed.code, listed.title, listed.field, state, in_force, edition, content, values)


def _in_force_first(item: Procedure) -> bool:
    return not item.in_force


def _words(values: Mapping[str, Value], name: str) -> str:
    value = values.get(name)
    return "" if value is None else str(value)
