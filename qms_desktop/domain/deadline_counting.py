"""How one norm is counted: the first due date, and how pauses and extensions move it.

Whole days count after the day of receipt; only norms in hours and convention B count from the minute.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil

from qms_desktop.domain.calendar import Calendars
from qms_desktop.domain.clock import ClockReading, Interval
from qms_desktop.domain.deadline_model import ClockRules, Convention, Due, Pause, PauseUnit
from qms_desktop.domain.norms import NormUnit, TimeNorm

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Counting:
    """How one norm is counted under the rules and the calendar of one dossier."""

    norm: TimeNorm
    rules: ClockRules
    calendar: Calendars

    @property
    def by_minute(self) -> bool:
        in_hours = self.norm.unit is NormUnit.WORKING_DAY and self.rules.convention is Convention.B
        return self.norm.exact or in_hours

    @property
    def unit(self) -> PauseUnit:
        if self.norm.exact:
            return PauseUnit.MINUTE
        in_calendar = self.norm.unit in (NormUnit.CALENDAR_DAY, NormUnit.MONTH)
        return PauseUnit.CALENDAR_DAY if in_calendar else PauseUnit.WORKING_DAY

    def start(self, received: datetime) -> datetime:
        """Where counting starts: only hours and convention B move a receipt outside working hours."""
        moved = self.norm.exact or self.rules.convention is Convention.B
        if not moved or self.norm.unit in (NormUnit.SAME_DAY, NormUnit.NONE, NormUnit.TEXT):
            return received
        return self.calendar.next_working_moment(received)

    def first_due(self, start: datetime) -> Due | None:
        if self.norm.unit is NormUnit.SAME_DAY:
            late = start.time() > self.rules.cutoff
            return self.due_on(start.date() + _DAY if late else start.date())
        if self.norm.value is None:
            return None
        if self.by_minute:
            minutes = self.norm.value * (60 if self.norm.exact else self.rules.minutes_per_day)
            return _at(self.calendar.add_working_minutes(start, ceil(minutes)))
        return self.due_on(self._last_day(start.date(), self.norm.value))

    def _last_day(self, day: date, value: Fraction) -> date:
        """The last day of the limit, before days off move it; a started day counts whole."""
        if self.norm.unit is NormUnit.MONTH:
            return _months_on(day, int(value))
        if self.norm.unit is NormUnit.CALENDAR_DAY:
            return day + timedelta(days=ceil(value))
        return self.calendar.add_working_days(day, ceil(value))

    def due_on(self, day: date) -> Due:
        """Due at the end of the day, or of the next working day."""
        landed = self.calendar.next_working_day(day)
        return Due(landed, self.calendar.end_of_day(landed), self.by_minute, day)

    def with_facts(self, original: Due | None, reading: ClockReading) -> tuple[Due | None, list[str]]:
        """The due date moved by pauses and extensions in the order they happened."""
        due, doubts, done = original, [], datetime.min
        for extension in reading.extensions:
            due = self.shift(due, self._paused(reading.intervals, done, extension.at))
            done = extension.at
            granted = self.due_on(extension.new_due)
            if due is not None and granted.moment < due.moment:
                doubts.append(f"Gia hạn đến {granted.text()} sớm hơn hạn đang có ({due.text()}): giữ hạn đang có.")
            else:
                due = granted
        return self.shift(due, self._paused(reading.intervals, done, datetime.max)), doubts

    def _paused(self, intervals: Iterable[Interval], after: datetime, until: datetime) -> int:
        cut = ((max(item.since, after), min(item.until, until)) for item in intervals)
        return sum(self.count(since, end) for since, end in cut if since < end)

    def count(self, since: datetime, until: datetime) -> int:
        """How much a pause counts, in the norm's own unit."""
        if self.unit is PauseUnit.MINUTE:
            return self.calendar.working_minutes_between(since, until)
        if self.unit is PauseUnit.CALENDAR_DAY:
            return (until.date() - since.date()).days
        return self.calendar.working_days_between(since.date(), until.date())

    def pause(self, interval: Interval) -> Pause:
        count = self.count(interval.since, interval.until)
        return Pause(interval.since, interval.until, interval.reason, count, self.unit, interval.open)

    def shift(self, due: Due | None, count: int) -> Due | None:
        """The due date moved on by what was paused."""
        if due is None or count == 0:
            return due
        if self.unit is PauseUnit.MINUTE:
            return _at(self.calendar.add_working_minutes(due.moment, count))
        if self.unit is PauseUnit.CALENDAR_DAY:
            return self.due_on(due.day + timedelta(days=count))
        day = self.calendar.add_working_days(due.day, count)
        return self._same_time(day, due.moment) if self.by_minute else self.due_on(day)

    def _same_time(self, day: date, like: datetime) -> Due:
        """The same time on another day, or the next working moment where that day has shorter hours."""
        wanted = datetime.combine(day, like.time())
        ends = any(wanted.time() == end for _, end in self.calendar.sessions_of(day))
        return _at(wanted if ends else self.calendar.next_working_moment(wanted))


def _at(moment: datetime) -> Due:
    return Due(moment.date(), moment, True, moment.date())


def _months_on(day: date, months: int) -> date:
    """The same day so many months on, clamped to the end of the month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
