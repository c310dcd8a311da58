"""The rows of the control sheet: every hand-over of a dossier, how each desk kept its time, and those to come (Mẫu 06)."""

from collections.abc import Iterable
from datetime import datetime
from itertools import zip_longest

from qms_desktop.domain.calendar import Calendars
from qms_desktop.domain.deadline_model import Deadline, Pause
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.procedure_content import STEP_ROLES
from qms_desktop.domain.punctuality import Punctuality, classify, of_step
from qms_desktop.domain.records.dossiers import ANSWERED, OPEN, State
from qms_desktop.printing.models import HandOver, Outcome
from qms_desktop.store.view import View
from qms_desktop.usecases.calendars import calendars_in
from qms_desktop.usecases.printed_words import person
from qms_desktop.usecases.progress import steps_of
from qms_desktop.usecases.step_dues import due_without_waiting

_CITIZEN = "Người nộp hồ sơ"
_OUTCOMES = {
    Punctuality.EARLY: Outcome.EARLY,
    Punctuality.ON_TIME: Outcome.ON_TIME,
    Punctuality.LATE: Outcome.LATE,
}
_NO_RUN: dict[str, Value] = {}
_SOLVING = frozenset({"LDP", "CM"})


def hand_overs(view: View, record: Values, deadline: Deadline) -> list[HandOver]:
    """From the citizen to the counter, from desk to desk, and back to the citizen when the result was handed over."""
    calendar = calendars_in(view)
    rows: list[HandOver] = []
    giver, before = str(record.get("applicant_name") or ""), _CITIZEN
    runs, finished = view.find("step_run", dossier=record["id"]), moment(record.get("finished_at"))
    for run, following in zip_longest(runs, runs[1:], fillvalue=_NO_RUN):
        started = moment(run.get("started_at"))
        holder = person(view, run.get("assignee") or following.get("handed_by"))
        handed_by = (person(view, run.get("handed_by")) if rows else "") or giver
        note = str(run.get("note") or "")
        outcome = _outcome(run, finished, deadline.pauses, calendar)
        rows.append(HandOver(before, _desk(run), started, started, handed_by, holder, outcome, note))
        before, giver = _role(run) or _desk(run), holder
    delivered = moment(record.get("delivered_at"))
    if delivered is not None:
        outcome = _OUTCOMES.get(classify(deadline, delivered, calendar), Outcome.BLANK)
        receiver = str(record.get("delivered_to") or "")
        rows.append(HandOver(before, _CITIZEN, delivered, delivered, giver, receiver, outcome))
    return rows


def hand_overs_to_come(view: View, record: Values) -> list[HandOver]:
    """The hand-overs that the pinned procedure still asks for, to be filled in by hand; none once the dossier has left."""
    state = State(str(record.get("state") or State.RECEIVED))
    if state not in OPEN | ANSWERED:
        return []
    steps, at = steps_of(view, record), str(record.get("step") or "")
    codes = [step.code for step in steps]
    coming = steps[codes.index(at) + 1 :] if at in codes and state in OPEN else ()
    roles = [STEP_ROLES.get(step.role, step.role) for step in coming]
    present = next((STEP_ROLES.get(step.role, step.role) for step in steps if step.code == at), "")
    desks = [_named(role, step.code) for role, step in zip(roles, coming, strict=True)]
    last = roles[-1] if roles else present
    rows = [HandOver(before, desk) for before, desk in zip([present, *roles], desks, strict=False)]
    return [*rows, HandOver(last, _CITIZEN)] if last else rows


def solving_sections(view: View, record: Values) -> list[str]:
    """The sections of those who examined the dossier, each once; empty while nobody has."""
    found: list[str] = []
    for run in view.find("step_run", dossier=record["id"]):
        who = view.get("person", str(run.get("assignee") or "")) if run.get("role") in _SOLVING else None
        post = view.get("position", str(who.get("position") or "")) if who else None
        section = str((post or {}).get("section") or "")
        if section and section not in found:
            found.append(section)
    return found


def moment(value: Value) -> datetime | None:
    """A stored moment; None for an empty one."""
    return datetime.fromisoformat(str(value)) if value else None


def _role(run: Values) -> str:
    return STEP_ROLES.get(str(run.get("role") or ""), "")


def _desk(run: Values) -> str:
    return _named(_role(run), str(run.get("code") or ""))


def _named(role: str, code: str) -> str:
    """ "Lãnh đạo phòng (B2)": who, and at which step of the procedure."""
    return f"{role} ({code})" if role and code else role or code


def _outcome(run: Values, finished: datetime | None, pauses: Iterable[Pause], calendar: Calendars) -> Outcome:
    """How the desk kept its time; a result that waits to be fetched makes nobody late."""
    ended = moment(run.get("ended_at"))
    if ended is None or not run.get("due"):
        return Outcome.BLANK
    ended = min(ended, finished or ended)
    return _OUTCOMES[of_step(due_without_waiting(run, pauses, calendar), ended)]
