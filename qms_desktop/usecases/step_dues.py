"""When a step was due without the time its desk had to wait for the citizen."""

from collections.abc import Iterable
from datetime import datetime

from qms_desktop.domain.calendar import Calendars
from qms_desktop.domain.deadline_model import Pause
from qms_desktop.domain.fields import Values


def due_without_waiting(run: Values, pauses: Iterable[Pause], calendar: Calendars) -> datetime:
    """The due moment of a step run that has one, moved on by the working time of the pauses within it."""
    due = datetime.fromisoformat(str(run["due"]))
    started = datetime.fromisoformat(str(run["started_at"])) if run.get("started_at") else due
    for pause in pauses:
        since = max(pause.since, started)
        if since < min(due, pause.until):
            due = calendar.add_working_minutes(pause.until, calendar.working_minutes_between(since, due))
    return due
