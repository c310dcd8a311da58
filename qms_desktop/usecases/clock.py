"""The clock of a dossier: the recorded facts handed to the pure function of ``domain/deadlines.py``.

A dossier keeps the norm, the convention, the hours and the calendar version it was received under, so the same facts give the
same due date on every PC and in every year (I5).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from qms_desktop.domain.calendar import Calendars
from qms_desktop.domain.calendar_data import hours_as_data, hours_from_data
from qms_desktop.domain.clock import ClockEvent, ClockEventKind
from qms_desktop.domain.deadline_model import ClockRules, Convention, Deadline, Due
from qms_desktop.domain.deadlines import deadline_for, explain_due, step_due
from qms_desktop.domain.errors import AppError, RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.norms import NormUnit, TimeNorm, format_norm
from qms_desktop.domain.procedure_content import ProcedureContent, Step
from qms_desktop.domain.records.dossiers import CLOCK_EVENT
from qms_desktop.store.view import View
from qms_desktop.usecases.calendars import calendars_in, pinned

__all__ = [
    "deadline_at",
    "deadline_of",
    "derive_due",
    "explain_due",
    "first_deadline",
    "first_sentence",
    "moment_of",
    "norm_words",
    "pinned_rule",
    "step_values",
]


def time_norm(content: ProcedureContent, channel: str, variant: str) -> TimeNorm:
    """The limit of the procedure for a channel and variant; a norm without due date when the procedure gives none."""
    norm = content.norm_for(channel, variant)
    return TimeNorm(None, NormUnit.NONE) if norm is None else TimeNorm.of(norm.value, norm.unit, norm.text)


def convention_of(view: View) -> Convention:
    """How this office counts: by law (A) or from the hour of receipt (B)."""
    office = next(iter(view.find("office")), {})
    return Convention(str(office.get("convention") or "A"))


def first_deadline(view: View, content: ProcedureContent, channel: str, variant: str, received_at: datetime) -> Deadline:
    """The due date at the counter, before anything is saved."""
    rules = ClockRules(convention=convention_of(view))
    return deadline_for(received_at, time_norm(content, channel, variant), calendars_in(view), rules=rules)


def pinned_rule(view: View, content: ProcedureContent, channel: str, variant: str, received_at: datetime) -> dict[str, Value]:
    """What a dossier stores of the rules it was received under."""
    norm, calendars = time_norm(content, channel, variant), calendars_in(view)
    kept: dict[str, Value] = {"value": norm.decimal_text(), "unit": norm.unit.value, "text": norm.text}
    return {
        "norm": kept,
        "convention": convention_of(view).value,
        "calendar_version": calendars.version,
        "hours": cast("Value", hours_as_data(calendars.hours_on(received_at.date()))),
    }


def stored_due(due: Due | None) -> str:
    """A due date as a dossier stores it: a day, or a moment where the limit runs in hours; empty without a due date."""
    return "" if due is None else due.iso()


def printed_due(due: Due | None) -> date | datetime | None:
    """A due date as a slip prints it: a day, or a moment where the limit runs in hours."""
    if due is None:
        return None
    return due.moment if due.exact else due.day


def deadline_of(view: View, dossier: str, as_of: datetime | None) -> Deadline:
    """The deadline of a dossier with all its recorded facts; RuleError if there is no such dossier."""
    record = view.get("dossier", dossier)
    if record is None:
        raise RuleError("QMS-211", "Không tìm thấy hồ sơ này.", do="Hãy mở lại từ sổ hồ sơ.")
    events = [event for event in map(_event, view.find("clock_event", dossier=dossier)) if event is not None]
    return _deadline(view, record, events, as_of)


def deadline_at(view: View, record: Values, moment: datetime) -> Deadline:
    """The deadline of a dossier as it stood at a moment of the past: nothing that was recorded for later counts."""
    facts = [fact for fact in view.find("clock_event", dossier=record["id"]) if moment_of(fact) <= moment]
    return _deadline(view, record, [event for event in map(_event, facts) if event is not None], moment)


def moment_of(fact: Values) -> datetime:
    """When a fact of the clock happened."""
    return datetime.fromisoformat(str(fact.get("at")))


def first_sentence(view: View, record: Values) -> str:
    """The sentence as it was at the counter: what the receipt prints, whatever happened since."""
    return _deadline(view, record, [], None).sentence


def _deadline(view: View, record: Values, events: list[ClockEvent], as_of: datetime | None) -> Deadline:
    received = datetime.fromisoformat(str(record.get("received_at")))
    rules = ClockRules(convention=Convention(str(record.get("convention") or "A")))
    return deadline_for(received, norm_of(record), _calendars(view, record), rules=rules, events=events, as_of=as_of)


def _calendars(view: View, record: Values) -> Calendars:
    calendars = pinned(calendars_in(view), str(record.get("calendar_version") or ""))
    hours = record.get("hours")
    return (
        calendars.with_hours(hours_from_data(cast("Mapping[str, Any]", hours)))
        if isinstance(hours, dict) and hours
        else calendars
    )


def norm_of(record: Values) -> TimeNorm:
    """The limit a dossier was received under."""
    raw = record.get("norm")
    if not isinstance(raw, dict):
        return TimeNorm(None, NormUnit.NONE)
    value = raw.get("value")
    return TimeNorm.of(None if value is None else str(value), str(raw.get("unit") or "none"), str(raw.get("text") or ""))


def norm_words(record: Values) -> str:
    """The limit in words, as the slip prints it."""
    return format_norm(norm_of(record))


def _event(record: Values) -> ClockEvent | None:
    kind = str(record.get("kind") or "")
    if kind == "start" or kind not in tuple(ClockEventKind):
        return None
    new_due = str(record.get("new_due") or "")
    return ClockEvent(
        ClockEventKind(kind),
        datetime.fromisoformat(str(record.get("at"))),
        _why(record),
        datetime.fromisoformat(new_due).date() if new_due else None,
    )


def _why(record: Values) -> str:
    cause = record.get("cause")
    return CLOCK_EVENT.field("cause").option_label(cause) if cause and cause != "other" else str(record.get("reason") or "")


def derive_due(view: View, dossier: str) -> dict[str, Value]:
    """The derived columns of a dossier (``Field.derived``); never fails, for it runs inside other people's transactions."""
    try:
        return {"due": stored_due(deadline_of(view, dossier, None).current_due)}
    except (AppError, ValueError, KeyError):
        return {}


def step_values(view: View, dossier: str, step: Step, started: datetime) -> dict[str, Value]:
    """The values of a new step run; its due moment follows from the step's norm and the working hours."""
    due = step_due(started, step.minutes, calendars_in(view)) if step.minutes else None
    return {
        "dossier": dossier,
        "code": step.code,
        "name": step.name,
        "role": step.role,
        "started_at": started.isoformat(timespec="minutes"),
        **({"due": due.isoformat(timespec="minutes")} if due else {}),
    }
