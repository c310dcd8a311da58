"""Early, on time, late: the class of a dossier at a moment, and the days left in words.

Derived and never stored on the dossier; a frozen report stores RULE as the name of the rule it used. Days decide, except
for norms in hours, where moments do.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from qms_desktop.domain.calendar import Calendars
from qms_desktop.domain.clock import local
from qms_desktop.domain.deadline_model import Deadline, Due
from qms_desktop.domain.deadline_words import minutes_text

RULE = "stop-day-against-due-day/1"


class Punctuality(StrEnum):
    """How a dossier stands against its current due date; `no_due`: its norm gives none."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    RUNNING = "running"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    NO_DUE = "no_due"


LABELS = {
    Punctuality.EARLY: "trước hạn",
    Punctuality.ON_TIME: "đúng hạn",
    Punctuality.LATE: "quá hạn",
    Punctuality.RUNNING: "trong hạn",
    Punctuality.DUE_SOON: "sắp đến hạn",
    Punctuality.OVERDUE: "quá hạn",
    Punctuality.PAUSED: "tạm dừng",
    Punctuality.NO_DUE: "không có hạn",
}


def classify(
    deadline: Deadline,
    as_of: datetime,
    calendar: Calendars,
    *,
    stop: datetime | None = None,
    soon_days: int = 1,
) -> Punctuality:
    """The class at `as_of`. `stop` is when the result was ready, by default what the clock facts say.

    A dossier is due soon when at most `soon_days` working days are left (the day of the due date itself included).
    """
    due, stopped = deadline.current_due, stop or deadline.stopped_at
    if due is None:
        return Punctuality.NO_DUE
    if stopped is not None:
        order = _against(deadline, due, local(stopped))
        return (Punctuality.EARLY, Punctuality.ON_TIME, Punctuality.LATE)[order + 1]
    if deadline.paused:
        return Punctuality.PAUSED
    now = local(as_of)
    if _against(deadline, due, now) > 0:
        return Punctuality.OVERDUE
    left = calendar.working_days_between(now.date(), due.day)
    return Punctuality.DUE_SOON if left <= soon_days else Punctuality.RUNNING


def of_step(due: datetime, ended: datetime) -> Punctuality:
    """The class of a finished step: its norm is in working minutes, so moments decide, as for a norm in hours."""
    order = (ended > due) - (ended < due)
    return (Punctuality.EARLY, Punctuality.ON_TIME, Punctuality.LATE)[order + 1]


def days_left(deadline: Deadline, as_of: datetime, calendar: Calendars) -> str:
    """ "còn 2 ngày", "hạn hôm nay", "trễ 1 ngày" in working days; hours and minutes within the day of an hour norm.

    A stopped dossier shows its class, a paused one "đang tạm dừng", one without a due date "không có hạn".
    """
    kind = classify(deadline, as_of, calendar)
    due = deadline.current_due
    if due is None or deadline.stopped_at is not None:
        return LABELS[kind]
    if kind is Punctuality.PAUSED:
        return "đang tạm dừng"
    return _distance(deadline, due, local(as_of), calendar)


def _distance(deadline: Deadline, due: Due, now: datetime, calendar: Calendars) -> str:
    late = _against(deadline, due, now) > 0
    if deadline.norm.exact and due.day == now.date():
        minutes = int(abs(due.moment - now).total_seconds()) // 60
        return f"{'trễ' if late else 'còn'} {minutes_text(minutes)}"
    if late:
        return f"trễ {max(1, calendar.working_days_between(due.day, now.date()))} ngày"
    left = calendar.working_days_between(now.date(), due.day)
    return f"còn {left} ngày" if left else "hạn hôm nay"


def _against(deadline: Deadline, due: Due, moment: datetime) -> int:
    """-1 before the due date, 0 on it, 1 after it."""
    if deadline.norm.exact:
        return (moment > due.moment) - (moment < due.moment)
    return (moment.date() > due.day) - (moment.date() < due.day)
