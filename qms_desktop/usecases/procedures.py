"""The catalogue of procedures: which revision is in force on a day, importing models, approving local ones."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any, cast

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.domain.fields import Area, Value, Values
from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.domain.records.revisions import REVISION, STATE_LABELS, State, state_on
from qms_desktop.domain.values import problems
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.unit import Change, create, put
from qms_desktop.store.view import View
from qms_desktop.usecases.unseen import demand_seen
from qms_desktop.usecases.work import Work

APPROVERS = frozenset({"LD", "PA"})
"""Who may put a revision into force (domain-model d.5)."""
EDITORS = frozenset({"IS", "LD", "PA"})
"""Who may write procedures."""
_IDENTITY = frozenset({"kind", "code", "issue_no", "amendment_no"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One revision of a procedure with its state on the day asked for."""

    revision: str
    code: str
    title: str
    field: str
    state: State
    values: Values
    model: bool
    former: str = ""
    """The merged unit whose own revision it is: nothing new is received under it."""

    @property
    def state_label(self) -> str:
        """The state in Vietnamese."""
        return STATE_LABELS[self.state]

    @property
    def issue(self) -> str:
        """“lần ban hành / lần sửa đổi” as printed on a cover."""
        return f"{self.values.get('issue_no') or 1:02}/{self.values.get('amendment_no') or 0:02}"

    @property
    def content(self) -> ProcedureContent:
        """The content as the clerk's process."""
        return content_of(self.values)


def content_of(revision: Values) -> ProcedureContent:
    """The procedure content of a revision's values."""
    raw: dict[str, Any] = {name: value for name, value in revision.items() if value is not None and not name.startswith("_")}
    return ProcedureContent.from_json(raw)


def all_listed(view: View, day: date) -> list[Listed]:
    """Every revision of every procedure, with its state on that day, by title."""
    revisions = view.find("revision", kind="procedure")
    siblings: dict[tuple[str, bool, str], list[Values]] = defaultdict(list)
    for revision in revisions:
        siblings[_key(revision)].append(revision)
    return [_listed(revision, siblings[_key(revision)], day) for revision in revisions]


def _key(revision: Values) -> tuple[str, bool, str]:
    former = str(revision.get("_former") or "")
    return str(revision.get("code")), revision.get("_area") == Area.PROVINCE.value, former


def _listed(revision: Values, siblings: Iterable[Values], day: date) -> Listed:
    code, model, former = _key(revision)
    state = state_on(revision, siblings, day)
    title, field = str(revision.get("title") or ""), str(revision.get("field") or "")
    return Listed(str(revision["id"]), code, title, field, state, revision, model, former)


def catalogue(view: View, day: date) -> list[Listed]:
    """The procedures a clerk may receive dossiers for on that day: effective ones, the unit's own before the model."""
    in_force: dict[str, Listed] = {}
    for listed in all_listed(view, day):
        known = in_force.get(listed.code)
        if listed.state is State.EFFECTIVE and not listed.former and (known is None or (known.model and not listed.model)):
            in_force[listed.code] = listed
    return list(in_force.values())


def in_force(view: View, revision: str, day: date) -> Listed:
    """The revision if a dossier may be received against it on that day (invariant I4); raises RuleError otherwise."""
    listed = next((item for item in catalogue(view, day) if item.revision == revision), None)
    if listed is None:
        raise RuleError(
            "QMS-201",
            f"Quy trình này không có hiệu lực vào ngày {day:%d/%m/%Y}.",
            do="Hãy chọn lại thủ tục trong danh sách quy trình đang có hiệu lực.",
        )
    return listed


def most_used(view: View, day: date, limit: int = 9) -> list[str]:
    """Codes of the procedures most received in the last 30 days, most used first."""
    since = date.fromordinal(day.toordinal() - 30).isoformat()
    recent = ListQuery("dossier", where=(("received_at", ">=", since),))
    counts = view.totals("dossier", "procedure_code", recent)
    return [code for code, _count in sorted(counts.items(), key=_rank)[:limit]]


def _rank(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def revision_id(code: str, issue: int, amendment: int, place: str) -> str:
    """A record id that depends on the content's identity only, so importing the same file twice changes nothing."""
    return "R" + sha256(f"{place}|{code}|{issue}|{amendment}".encode()).hexdigest()[:25].upper()


def content_values(content: ProcedureContent) -> dict[str, Value]:
    """The revision's fields that hold the content."""
    raw = cast("dict[str, Value]", content.to_json())
    effective = {"effective_to": raw.pop("effective_to", None), "effective_on": raw.pop("effective_from", None)}
    return {name: value for name, value in (raw | effective).items() if value not in (None, "", [], {})}


def content_hash(values: Values) -> str:
    """The fingerprint of what was approved (invariant I3)."""
    kept = {name: value for name, value in values.items() if name not in ("stage", "approved_by", "approved_at", "content_hash")}
    return sha256(dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def import_drafts(work: Work, contents: Iterable[ProcedureContent]) -> tuple[int, int]:
    """Take imported procedures in as drafts of the unit; returns (added or changed, unchanged).

    A revision that is already approved is never touched: the same code then comes in as the next amendment's draft.
    """
    work.session.demand(EDITORS, "nhập quy trình")
    incoming = list(contents)
    touched: list[str] = []

    def decide(view: View) -> list[Change]:
        changes = [change for content in incoming for change in _draft(view, work, content)]
        touched.extend(change.record for change in changes)
        return changes

    work.store.act("revision.import", work.author, decide)
    return len(touched), len(incoming) - len(touched)


def _draft(view: View, work: Work, content: ProcedureContent) -> list[Change]:
    values = content_values(content)
    rows = view.find("revision", kind="procedure", code=content.code)
    held = [row for row in rows if row.get("_area") == Area.QMS.value and not row.get("_former")]
    same = [row for row in held if all(row.get(name) == value for name, value in values.items())]
    if same:
        return []
    open_draft = next((row for row in held if row.get("stage") == "draft"), None)
    if open_draft is not None:
        return [put("revision", str(open_draft["id"]), values)]
    amendment = len(held)
    identity = revision_id(content.code, 1, amendment, f"unit/{work.store.unit_code}")
    head: dict[str, Value] = {"kind": "procedure", "issue_no": 1, "amendment_no": amendment, "stage": "draft"}
    return [create("revision", identity, values | head | {"author": work.session.person}, area=Area.QMS)]


def is_open(row: Values) -> bool:
    """Whether the revision is a draft of the unit: nothing approved is ever changed (invariant I3)."""
    return row.get("stage") == "draft" and row.get("_area") == Area.QMS.value


def edit(work: Work, revision: str, values: Values, seen: Values | None = None) -> None:
    """Change typed fields of a draft. RuleError when it is no draft any more, InputError when a value is wrong."""
    work.session.demand(EDITORS, "sửa quy trình")

    def decide(view: View) -> list[Change]:
        row = view.get("revision", revision) or {}
        if not is_open(row):
            raise RuleError("QMS-204", "Chỉ sửa được bản đang soạn thảo của đơn vị.", do="Hãy lập bản sửa đổi mới.")
        demand_seen(REVISION, row, values, seen)
        found = [problem for problem in problems(REVISION, {**row, **values}) if problem.field in values]
        if found:
            raise InputError("QMS-148", found[0].message, do="Hãy sửa các ô được đánh dấu rồi lưu lại.")
        return [put("revision", revision, {name: values[name] for name in values if name not in _IDENTITY})]

    work.store.act("revision.edit", work.author, decide)


def approve(work: Work, revision: str, effective_on: date, decision: str) -> None:
    """The leader approves a draft; from ``effective_on`` it is the process the clerk runs (domain-model d.3, I8).

    Raises RuleError when the approver is its author, or the revision is not awaiting approval.
    """
    work.session.demand(APPROVERS, "phê duyệt quy trình")

    def decide(view: View) -> list[Change]:
        row = view.get("revision", revision)
        if row is None or row.get("stage") not in ("draft", "in_approval"):
            raise RuleError("QMS-202", "Bản này không ở trạng thái chờ phê duyệt.", do="Hãy mở lại danh sách quy trình.")
        if row.get("author") == work.session.person:
            raise RuleError("QMS-203", "Người soạn thảo không tự phê duyệt.", do="Hãy nhờ lãnh đạo khác phê duyệt.")
        return [put("revision", revision, _approval(work, row, effective_on, decision))]

    work.store.act("revision.approve", work.author, decide)


def _approval(work: Work, row: Values, effective_on: date, decision: str) -> dict[str, Value]:
    facts: dict[str, Value] = {"effective_on": effective_on.isoformat(), "decision": decision}
    kept = {name: value for name, value in row.items() if not name.startswith("_") and value is not None}
    signed: dict[str, Value] = {
        "stage": "approved",
        "approved_by": work.session.person,
        "approved_at": work.clock().isoformat(timespec="minutes"),
        "content_hash": content_hash({**kept, **facts}),
    }
    return facts | signed
