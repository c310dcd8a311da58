"""Working days and working hours: what the office's calendar says about a day or a moment.

A calendar is dated data, published by the province and extended by a unit; nothing here knows a holiday. All moments
are local time of Viet Nam (UTC+7) without an offset and are exact to the minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from qms_desktop.domain.errors import RuleError

Session = tuple[time, time]
"""One stretch of work within a day: start and end."""

WEEKEND = "cuối tuần"
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_NOON = time(12)
_LONGEST_CLOSURE = 400


class DayKind(StrEnum):
    """What is special about a day: `makeup` is worked with Monday's hours, `half_am` only its morning is worked."""

    OFF = "off"
    MAKEUP = "makeup"
    HALF_AM = "half_am"
    HALF_PM = "half_pm"


class CalendarStatus(StrEnum):
    """How far the days off of a time can be relied on; `unknown`: nobody has published them yet."""

    OFFICIAL = "official"
    PROPOSED = "proposed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class WorkingHours:
    """The weekly pattern: the sessions of each weekday, Monday first; no session means a weekly day off.

    A weekday with a session counts as a working day, so a Saturday kept for intake only does not belong here.
    """

    by_weekday: tuple[tuple[Session, ...], ...]


def weekly(sessions: Iterable[Session], weekdays: Iterable[int] = range(5)) -> WorkingHours:
    """The same sessions on each of the weekdays (0 = Monday; Monday to Friday unless said otherwise)."""
    ordered, open_days = tuple(sorted(sessions)), frozenset(weekdays)
    return WorkingHours(tuple(ordered if weekday in open_days else () for weekday in range(7)))


DEFAULT_HOURS = weekly([(time(7), time(11)), (time(13), time(17))])
"""Where no calendar names hours: 07:00-11:00 and 13:00-17:00, Monday to Friday, usual in the south."""


@dataclass(frozen=True)
class CalendarDay:
    """A day that differs from the weekly pattern.

    `note` is what the sentence shows ("Tết"); `legal_ref` the notice that orders it; `confirmed` False until that
    notice has been read by somebody.
    """

    date: date
    kind: DayKind
    note: str = ""
    legal_ref: str = ""
    confirmed: bool = True


@dataclass(frozen=True)
class WorkingCalendar:
    """One published version of a calendar: hours and special days from `valid_from` to `valid_to` (None: no end).

    `complete`: it lists every day off of its time, as the province's year does; a unit's own additions do not, and so
    never turn a proposed year into an official one. `hours` None leaves the hours to the calendar that is extended.
    """

    name: str
    version: int
    valid_from: date
    valid_to: date | None
    status: CalendarStatus
    hours: WorkingHours | None = None
    days: tuple[CalendarDay, ...] = ()
    complete: bool = True

    def covers(self, day: date) -> bool:
        """Whether the calendar speaks about that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Calendars:
    """Calendars laid over each other, the general ones first; the last that speaks about a day or its hours wins."""

    layers: tuple[WorkingCalendar, ...] = ()

    def extended_by(self, *layers: WorkingCalendar) -> Calendars:
        """These calendars with others on top, for example the unit's own."""
        return Calendars(self.layers + layers)

    def with_hours(self, hours: WorkingHours) -> Calendars:
        """The same days with these hours on every day."""
        own = WorkingCalendar("hours", 1, date.min, None, CalendarStatus.OFFICIAL, hours, complete=False)
        return self.extended_by(own)

    @cached_property
    def version(self) -> str:
        """Names and versions of all layers: what a dossier stores as the calendar it was received under."""
        return " ".join(f"{layer.name}@{layer.version}" for layer in self.layers)

    def status_on(self, day: date) -> CalendarStatus:
        """How far the days off around that day are known."""
        complete = [layer.status for layer in self.layers if layer.complete and layer.covers(day)]
        return complete[-1] if complete else CalendarStatus.UNKNOWN

    def special_day(self, day: date) -> CalendarDay | None:
        """What is special about the day, None if it follows the weekly pattern."""
        return self._special.get(day)

    def hours_on(self, day: date) -> WorkingHours:
        """The weekly pattern in force on that day."""
        for layer in reversed(self.layers):
            if layer.hours is not None and layer.covers(day):
                return layer.hours
        return DEFAULT_HOURS

    def sessions_of(self, day: date) -> tuple[Session, ...]:
        """When the office works on that day; empty on a day off."""
        known = self._sessions.get(day)
        if known is None:
            known = self._sessions[day] = self._find_sessions(day)
        return known

    def is_working_day(self, day: date) -> bool:
        """Whether the day counts in a limit of working days (a half day does)."""
        return bool(self.sessions_of(day))

    def reason_of(self, day: date) -> str:
        """Why the day is special or off: its note, "cuối tuần", or "" for an ordinary working day."""
        special = self.special_day(day)
        if special is not None:
            return special.note or ("nghỉ" if special.kind is DayKind.OFF else "làm việc")
        return "" if self.is_working_day(day) else WEEKEND

    def next_working_day(self, day: date) -> date:
        """The day itself if it is worked, else the first worked one after it."""
        for _ in range(_LONGEST_CLOSURE):
            if self.is_working_day(day):
                return day
            day += _DAY
        raise RuleError(
            "QMS-210",
            "Lịch làm việc không có ngày làm việc nào trong hơn một năm.",
            do="Hãy xem lại giờ làm việc và ngày nghỉ trong lịch của đơn vị.",
        )

    def add_working_days(self, day: date, count: int) -> date:
        """The end of the count-th working day after `day`; count 0 gives the next working day, itself included."""
        if count == 0:
            return self.next_working_day(day)
        for _ in range(count):
            day = self.next_working_day(day + _DAY)
        return day

    def working_days_between(self, after: date, until: date) -> int:
        """Number of working days in (after, until]; 0 if the interval is empty."""
        return sum(self.is_working_day(day) for day in days_after(after, until))

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself within a session (its end excluded), else the start of the next session."""
        return next(start for start, _ in self._work_from(moment))

    def add_working_minutes(self, moment: datetime, minutes: int) -> datetime:
        """The moment when that many minutes have been worked; a full session ends at its end, not at the next start."""
        if minutes == 0:
            return self.next_working_moment(moment)
        left = minutes * _MINUTE
        for start, end in self._work_from(moment):
            if left <= end - start:
                return start + left
            left -= end - start
        raise AssertionError("the stretches of work never end")

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Minutes worked from start to end; 0 if end is not after start."""
        worked = timedelta()
        for day in (start.date() - _DAY, *days_after(start.date() - _DAY, end.date())):
            for opens, closes in self._moments_of(day):
                worked += max(timedelta(), min(closes, end) - max(opens, start))
        return worked // _MINUTE

    def end_of_day(self, day: date) -> datetime:
        """When work ends on that day; the last minute of the day if it is not worked."""
        sessions = self.sessions_of(day)
        return datetime.combine(day, sessions[-1][1] if sessions else time(23, 59))

    def _work_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Stretches of work from the moment on, the first one cut to what is left of it."""
        day = moment.date()
        while True:
            day = self.next_working_day(day)
            for start, end in self._moments_of(day):
                if moment < end:
                    yield max(start, moment), end
            day += _DAY

    def _moments_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for start, end in self.sessions_of(day):
            yield datetime.combine(day, start), datetime.combine(day, end)

    def _find_sessions(self, day: date) -> tuple[Session, ...]:
        pattern = self.hours_on(day).by_weekday
        usual = pattern[day.weekday()]
        special = self.special_day(day)
        if special is None:
            return usual
        if special.kind is DayKind.OFF:
            return ()
        if special.kind is DayKind.MAKEUP:
            return pattern[0]
        morning = special.kind is DayKind.HALF_AM
        return tuple(session for session in usual or pattern[0] if (session[0] < _NOON) == morning)

    @cached_property
    def _special(self) -> dict[date, CalendarDay]:
        return {day.date: day for layer in self.layers for day in layer.days if layer.covers(day.date)}

    @cached_property
    def _sessions(self) -> dict[date, tuple[Session, ...]]:
        """Sessions already looked up: a list of dossiers asks for the same days again and again."""
        return {}


def days_after(after: date, until: date) -> Iterator[date]:
    """The calendar days in (after, until], in order."""
    for offset in range(1, (until - after).days + 1):
        yield after + timedelta(days=offset)
