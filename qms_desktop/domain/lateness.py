"""Why a dossier is late: which steps took longer than their norm, and by how many person-days.

Only working time counts, and none of it while the clock stood: a desk is not late because a citizen was waited for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qms_desktop.domain.calendar import Calendars
from qms_desktop.domain.deadline_model import Pause

MINUTES_PER_DAY = 480
_LONGEST_NAMED = 2


@dataclass(frozen=True, slots=True)
class StepTime:
    """One run of a step: who did it and from when to when; `due` None where the procedure gives the step no norm."""

    code: str
    name: str
    who: str
    started: datetime
    ended: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """What one person took at one step in all its runs: working minutes, and how many of them beyond the norm."""

    code: str
    name: str
    who: str
    worked: int
    beyond: int


def shares(runs: Iterable[StepTime], pauses: Sequence[Pause], calendar: Calendars) -> tuple[Share, ...]:
    """Each step and person once, in the order of the first run; time within a pause is nobody's."""
    found: dict[tuple[str, str], Share] = {}
    for run in runs:
        worked = _worked(run.started, run.ended, pauses, calendar)
        norm = calendar.working_minutes_between(run.started, run.due) if run.due is not None else worked
        key = (run.code, run.who)
        before = found.get(key, Share(run.code, run.name, run.who, 0, 0))
        found[key] = replace(before, worked=before.worked + worked, beyond=before.beyond + max(0, worked - norm))
    return tuple(found.values())


def _worked(start: datetime, end: datetime, pauses: Sequence[Pause], calendar: Calendars) -> int:
    """Working minutes from start to end outside the pauses, which never overlap (see ``clock.read_clock``)."""
    stood = sum(calendar.working_minutes_between(max(pause.since, start), min(pause.until, end)) for pause in pauses)
    return calendar.working_minutes_between(start, end) - stood


def to_blame(found: Iterable[Share]) -> tuple[Share, ...]:
    """Those beyond their norm, the longest first."""
    return tuple(sorted((share for share in found if share.beyond), key=_beyond, reverse=True))


def longest(found: Iterable[Share]) -> tuple[Share, ...]:
    """The steps that took most time, for procedures whose steps have no norm of their own."""
    return tuple(sorted((share for share in found if share.worked), key=_taken, reverse=True)[:_LONGEST_NAMED])


def person_days(minutes: int) -> str:
    """ "2,5 ngày công", "3 giờ công", "20 phút": half days are told, less than a day by the hour."""
    if minutes < 60:
        return f"{minutes} phút"
    if minutes < MINUTES_PER_DAY:
        return f"{round(minutes / 60)} giờ công"
    halves = round(minutes / MINUTES_PER_DAY * 2)
    return f"{halves // 2}{',5' if halves % 2 else ''} ngày công"


def _beyond(share: Share) -> int:
    return share.beyond


def _taken(share: Share) -> int:
    return share.worked
