"""What a move asks for beside its reason, for this very dossier: whose desk next, which papers, why a step is late."""

from dataclasses import replace
from datetime import datetime

from qms_desktop.domain.fields import Field, Kind, Value, Values
from qms_desktop.domain.procedure_content import Step
from qms_desktop.domain.records.dossier_moves import ASSIGNEE, ORIGINALS_RETURNED, OVERDUE_REASON, Transition
from qms_desktop.store.view import View
from qms_desktop.usecases import clock
from qms_desktop.usecases.calendars import calendars_in
from qms_desktop.usecases.moves import originals
from qms_desktop.usecases.moves.case import next_step, previous_step, steps_of
from qms_desktop.usecases.moves.extending import LaterThan, later_than_due
from qms_desktop.usecases.moves.guards import ROLE_OF_DESK
from qms_desktop.usecases.step_dues import due_without_waiting

ENDS_A_STEP = frozenset({"forward", "back", "result_ready", "reject_result"})
_ENDS_ALL = frozenset({"deliver", "withdraw", "stop", "return_expired"})
_SETTLED = frozenset({"ok", "waived"})
_FROM_TODAY = "Hạn bổ sung phải sau ngày hôm nay."


def asked_for(record: Values, move: Transition) -> tuple[Field, ...]:
    """What the move always asks; ``default`` is what is known already, ``check`` the rule for this dossier."""
    return tuple(_for_record(field, record) for field in move.asks)


def _for_record(field: Field, record: Values) -> Field:
    if field.name == "new_due":
        return replace(field, check=later_than_due(record), default=record.get("extension_asked"))
    applicant = record.get("applicant_name") if field.name == "delivered_to" else None
    return replace(field, default=field.default or record.get(field.name) or applicant)


def asked_now(view: View, record: Values, move: Transition, now: datetime) -> tuple[Field, ...]:
    """Everything the move asks for now, in the order of its form."""
    fields: list[Field] = []
    if move.name in ("forward", "back"):
        fields.append(_next_person(view, record, move.name, now))
    if move.name in _ENDS_ALL and (count := originals.held(record)):
        fields.append(replace(ORIGINALS_RETURNED, help=f"Đang giữ {count} bản gốc: đếm khi trả."))
    if move.name == "supplement_received":
        fields += _papers(record, "Đã nộp", default=True)
    if move.name in ("return_originals", "lose_originals"):
        fields += _papers(record, "Trả" if move.name == "return_originals" else "Mất, hỏng", default=False)
    static = [field for field in asked_for(record, move) if not field.name.startswith("originals_")]
    late = [OVERDUE_REASON] if is_late(view, record, move, now) else []
    return tuple(_later_today(field, now) for field in (*fields, *static, *late))


def _later_today(field: Field, now: datetime) -> Field:
    """A day for the citizen's papers lies ahead."""
    check = LaterThan(now.date().isoformat(), _FROM_TODAY)
    return replace(field, check=check, default=None) if field.name == "supplement_due" else field


def _papers(record: Values, words: str, *, default: bool) -> list[Field]:
    """A tick for each paper: those that lack when papers came, those kept when originals go."""
    found: list[Field] = []
    for number, row in enumerate(originals.papers_of(record)):
        wanted = row.get("state") not in _SETTLED if default else originals.kept(row) > 0
        if wanted:
            name = f"{originals.PAPER}{number}"
            found.append(Field(name, f"{words}: {row.get('name')}", Kind.FLAG, default=default))
    return found


def is_late(view: View, record: Values, move: Transition, at: datetime) -> bool:
    """Whether the move ends a step whose time is over; the time the citizen was waited for is not counted."""
    if move.name not in ENDS_A_STEP:
        return False
    running = [run for run in view.find("step_run", dossier=record["id"]) if not run.get("ended_at") and run.get("due")]
    if not running:
        return False
    pauses, calendar = clock.deadline_of(view, str(record["id"]), at).pauses, calendars_in(view)
    return any(at > due_without_waiting(run, pauses, calendar) for run in running)


def _next_person(view: View, record: Values, move: str, now: datetime) -> Field:
    """Who does the next step: whoever did it for this dossier before, else the only one of that desk."""
    beside = next_step if move == "forward" else previous_step
    step = beside(steps_of(view, record), str(record.get("step") or ""))
    return replace(ASSIGNEE, default=usual_person(view, record, step, now)) if step else ASSIGNEE


def usual_person(view: View, record: Values, step: Step, now: datetime) -> Value:
    """The person a step is proposed to; None when several could do it."""
    before = [run.get("assignee") for run in view.find("step_run", dossier=record["id"]) if run.get("code") == step.code]
    if before and before[-1]:
        return before[-1]
    able = sorted(people_of_desk(view, step.role, now))
    return able[0] if len(able) == 1 else None


def people_of_desk(view: View, desk: str, now: datetime) -> set[str]:
    """Everybody who holds the role of a desk today."""
    day, role = now.date().isoformat(), ROLE_OF_DESK.get(desk, "")
    return {
        str(grant["person"])
        for grant in view.find("role_grant", role=role)
        if str(grant.get("valid_from") or "") <= day
        and (not grant.get("valid_to") or str(grant["valid_to"]) >= day)
        and not grant.get("ended_at")
    }
