"""Receiving a dossier at the counter: the check of the papers, the due date before saving, the permanent code.

Legal source: NĐ 118/2025/NĐ-CP (intake), Thông tư 03/2025/TT-VPCP (slips); invariants I4, I5, I17 of the domain model.
"""

from dataclasses import dataclass, field
from datetime import datetime

from qms_desktop.domain.deadline_model import Deadline
from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.procedure_content import ProcedureContent, Step
from qms_desktop.domain.records.dossiers import State
from qms_desktop.domain.text import words
from qms_desktop.store.unit import Change, create, put
from qms_desktop.store.view import View
from qms_desktop.usecases import clock, late_entry, procedures
from qms_desktop.usecases.moves import originals
from qms_desktop.usecases.numbering import day_code
from qms_desktop.usecases.work import Work

_INTAKE = frozenset({"CL"})
_SETTLED = frozenset({"ok", "waived"})


@dataclass(frozen=True, slots=True)
class Receive:
    """What the intake page holds when the clerk accepts. ``received_at`` is Viet Nam local time.

    ``paper`` is the number of the paper slip of a dossier that was received by hand at ``received_at`` and is entered later.
    ``extra`` are further fields of the dossier, ``about_applicant`` of the applicant: whatever their definitions gained.
    """

    revision: str
    applicant_name: str
    received_at: datetime
    channel: str = "in_person"
    variant: str = ""
    applicant: str = ""
    applicant_kind: str = "citizen"
    applicant_id: str = ""
    applicant_phone: str = ""
    applicant_address: str = ""
    applicant_born: str = ""
    papers: tuple[Values, ...] = ()
    sets: int = 1
    result_place: str = ""
    fee: str = ""
    note: str = ""
    official_code: str = ""
    paper: str = ""
    extra: Values = field(default_factory=dict)
    about_applicant: Values = field(default_factory=dict)


def proposed_papers(content: ProcedureContent) -> list[dict[str, Value]]:
    """The papers grid as the procedure asks for it; conditional papers start as not required."""
    return [
        {
            "name": paper.name,
            "originals": paper.originals,
            "copies": paper.copies,
            "state": "missing" if paper.required == "always" else "waived",
            "held": False,
            "note": paper.condition,
        }
        for paper in content.papers
    ]


def preview_due(view: View, command: Receive) -> Deadline:
    """The due date and its sentence as they would be if the clerk accepted now."""
    listed = procedures.in_force(view, command.revision, command.received_at.date())
    return clock.first_deadline(view, listed.content, command.channel, command.variant, command.received_at)


def missing_papers(command: Receive) -> list[str]:
    """Names of papers that are neither there nor waived."""
    return [str(paper.get("name")) for paper in command.papers if paper.get("state") not in _SETTLED]


def receive(work: Work, command: Receive) -> str:
    """Accept the dossier: number, applicant, start of the clock and first step, in one action. Returns the dossier's id.

    Raises InputError for a missing name, RuleError when papers are missing or the procedure is not in force that day.
    """
    work.session.demand(_INTAKE, "tiếp nhận hồ sơ")
    _demand_complete(command)
    identity = work.new_id()
    work.store.act("dossier.receive", work.author, lambda view: _receipt(view, work, identity, command))
    return identity


def return_at_counter(work: Work, command: Receive) -> str:
    """Papers are missing: the visit is recorded and counted, no number of the register is used, no clock starts (d.3).

    Returns the id, from which the supplement slip is printed. Raises InputError without a name or without a missing paper.
    """
    work.session.demand(_INTAKE, "tiếp nhận hồ sơ")
    _demand_name(command)
    if not missing_papers(command):
        raise InputError("QMS-135", "Hồ sơ không thiếu giấy tờ nào.", do="Hãy tiếp nhận hồ sơ thay vì trả lại.")
    identity = work.new_id()
    work.store.act("dossier.return_at_counter", work.author, lambda view: [_visit(view, work, identity, command)])
    return identity


def refuse(work: Work, command: Receive, reason: str, basis: str) -> str:
    """Nothing is received: the visit is recorded with the reason and its legal basis, and counted (d.3; national code 3).

    Returns the id, from which the refusal slip is printed. InputError without a name, a reason or a basis.
    """
    work.session.demand(_INTAKE, "từ chối tiếp nhận hồ sơ")
    _demand_name(command)
    if not (reason.strip() and basis.strip()):
        raise InputError(
            "QMS-125", "Từ chối tiếp nhận phải có lý do và căn cứ pháp lý.", do="Hãy ghi cả lý do và căn cứ rồi làm lại."
        )
    identity = work.new_id()
    why: dict[str, Value] = {"ending_reason": reason.strip(), "ending_basis": basis.strip()}

    def decide(view: View) -> list[Change]:
        return [_visit(view, work, identity, command, State.REFUSED, why)]

    work.store.act("dossier.refuse", work.author, decide, reason=reason.strip())
    return identity


def _visit(
    view: View,
    work: Work,
    identity: str,
    command: Receive,
    state: State = State.RETURNED_AT_COUNTER,
    why: Values | None = None,
) -> Change:
    late_entry.demand(view, work, command.paper, command.received_at)
    listed = procedures.in_force(view, command.revision, command.received_at.date())
    code = day_code(view, work.store, ("dossier", "code"), "Q", identity, command.received_at)
    values = {**_dossier_values(work, identity, command, listed), "state": state.value, "code": code, **(why or {})}
    kept = [{**paper, "held": False} for paper in command.papers]
    return create("dossier", identity, _filled({**values, "papers": list(kept)}))


def _demand_name(command: Receive) -> None:
    if not words(command.applicant_name):
        raise InputError("QMS-130", "Chưa có tên người nộp hồ sơ.", do="Hãy nhập họ và tên người nộp.")


def _demand_complete(command: Receive) -> None:
    _demand_name(command)
    lacking = missing_papers(command)
    if lacking:
        raise RuleError(
            "QMS-216",
            "Hồ sơ còn thiếu: " + "; ".join(lacking) + ".",
            do="Hãy đánh dấu giấy tờ đã đủ hoặc hướng dẫn người nộp bổ sung.",
        )
    if command.sets < 1:
        raise InputError("QMS-131", "Số bộ hồ sơ phải từ 1 trở lên.", do="Hãy sửa số bộ hồ sơ.")


def _receipt(view: View, work: Work, identity: str, command: Receive) -> list[Change]:
    late_entry.demand(view, work, command.paper, command.received_at)
    listed = procedures.in_force(view, command.revision, command.received_at.date())
    deadline = clock.first_deadline(view, listed.content, command.channel, command.variant, command.received_at)
    steps = listed.content.steps_for(command.channel, command.variant)
    applicant, changes = _applicant_changes(view, work, command)
    pinned = clock.pinned_rule(view, listed.content, command.channel, command.variant, command.received_at)
    dossier = _dossier_values(work, identity, command, listed) | pinned
    dossier |= {
        "code": day_code(view, work.store, ("dossier", "code"), "T", identity, command.received_at),
        "applicant": applicant,
        "original_due": clock.stored_due(deadline.original_due),
        "step": steps[0].code if steps else "",
    }
    changes.append(create("dossier", identity, _filled(dossier)))
    changes.append(_clock_start(work, identity, command))
    changes += originals.counted(work, identity, (), command.papers, command.received_at)
    if steps:
        changes.append(_first_run(view, work, identity, command, steps[0]))
    return changes


def _dossier_values(work: Work, identity: str, command: Receive, listed: procedures.Listed) -> dict[str, Value]:
    return {
        **command.extra,
        "official_code": command.official_code.strip(),
        "revision": listed.revision,
        "procedure_code": listed.code,
        "procedure_title": listed.title,
        "applicant_name": command.applicant_name.strip(),
        "applicant_phone": command.applicant_phone.strip(),
        "applicant_address": command.applicant_address.strip(),
        "applicant_id": command.applicant_id.strip(),
        "channel": command.channel,
        "variant": command.variant,
        "sets": command.sets,
        "papers": [dict(paper) for paper in command.papers],
        "received_at": command.received_at.isoformat(timespec="minutes"),
        "received_by": work.session.person,
        "holder": work.session.person,
        "state": State.RECEIVED.value,
        "result_place": command.result_place.strip(),
        "fee": command.fee.strip(),
        "note": command.note.strip(),
        **late_entry.mark(work, command.paper, command.received_at),
    }


def _filled(values: Values) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def _applicant_changes(view: View, work: Work, command: Receive) -> tuple[str, list[Change]]:
    values = _filled(
        {
            **command.about_applicant,
            "kind": command.applicant_kind,
            "full_name": command.applicant_name.strip(),
            "id_number": command.applicant_id.strip(),
            "phone": command.applicant_phone.strip(),
            "address": command.applicant_address.strip(),
            "born": command.applicant_born,
        }
    )
    known = view.get("applicant", command.applicant) if command.applicant else None
    if known is None:
        identity = work.new_id()
        return identity, [create("applicant", identity, values)]
    changed = {name: value for name, value in values.items() if known.get(name) != value}
    return command.applicant, [put("applicant", command.applicant, changed)] if changed else []


def _clock_start(work: Work, dossier: str, command: Receive) -> Change:
    at = command.received_at.isoformat(timespec="minutes")
    return create("clock_event", work.new_id(), {"dossier": dossier, "kind": "start", "at": at})


def _first_run(view: View, work: Work, dossier: str, command: Receive, step: Step) -> Change:
    values = clock.step_values(view, dossier, step, command.received_at) | {"assignee": work.session.person}
    return create("step_run", work.new_id(), values)


def find_applicants(view: View, typed: str, limit: int = 9) -> list[dict[str, Value]]:
    """Citizens met before, by number, phone tail or name (screens-and-imports f.3)."""
    hits = view.search(typed, kinds=("applicant",), limit=limit)
    found = [view.get("applicant", hit.id) for hit in hits]
    return [record for record in found if record is not None]
