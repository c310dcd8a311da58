"""Due dates: a pure function from receipt, norm, calendar and clock facts to a due date that explains itself.

Default reading: Bộ luật Dân sự 2015, Điều 147-148: the day of receipt is not counted, and a limit whose last day is
a day off ends on the next working day. Moments are local time of Viet Nam, exact to the minute.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import accumulate, groupby
from math import ceil

from qms_desktop.domain.calendar import Calendars, CalendarStatus, DayKind, WorkingHours, days_after
from qms_desktop.domain.clock import ClockEvent, ClockEventKind, ClockReading, Interval, local, read_clock
from qms_desktop.domain.deadline_model import (
    ClockRules,
    Convention,
    Deadline,
    Due,
    Extension,
    Pause,
    PauseUnit,
    SkippedDays,
)
from qms_desktop.domain.deadline_words import sentence
from qms_desktop.domain.errors import InputError
from qms_desktop.domain.norms import NormUnit, TimeNorm, format_norm, parse_norm

USUAL_PAUSE = "chờ bổ sung"
_DAY = timedelta(days=1)


def deadline_for(
    received: datetime,
    norm: TimeNorm,
    calendar: Calendars,
    *,
    rules: ClockRules | None = None,
    events: Iterable[ClockEvent] = (),
    as_of: datetime | None = None,
) -> Deadline:
    """When a dossier is due, and why.

    The facts may come in any order. `as_of` is the moment asked about; it matters only while a pause is open. The
    answer depends on nothing else, so every machine gives the same.
    """
    received = local(received)
    counting = _Counting(norm, rules or ClockRules(), calendar)
    reading = read_clock(received, events, as_of=as_of)
    start = counting.start(received)
    original = counting.first_due(start)
    current, doubts = counting.with_facts(original, reading)
    bare = Deadline(
        received=received,
        counted_from=start,
        norm=norm,
        rules=counting.rules,
        original_due=original,
        current_due=current,
        pauses=tuple(counting.pause(interval) for interval in reading.intervals),
        extensions=tuple(Extension(item.at, item.new_due, item.reason) for item in reading.extensions),
        paused_since=reading.paused_since,
        stopped_at=reading.stopped_at,
        doubts=(*reading.doubts, *doubts),
        calendar_version=calendar.version,
    )
    explained = _with_calendar_facts(bare, calendar)
    return replace(explained, sentence=sentence(explained))


def explain_due(
    received: datetime,
    norm_text: str,
    *,
    calendar: Calendars,
    convention: Convention = Convention.A,
    hours: WorkingHours | None = None,
    pauses: Sequence[tuple[datetime, datetime | None]] = (),
    as_of: datetime | None = None,
) -> Deadline:
    """The deadline of a norm given in words, with pauses as (from, to) pairs, `to` None while it lasts."""
    events = [ClockEvent(ClockEventKind.PAUSE, since, USUAL_PAUSE) for since, _ in pauses]
    events += [ClockEvent(ClockEventKind.RESUME, until) for _, until in pauses if until is not None]
    open_calendar = calendar.with_hours(hours) if hours else calendar
    rules = ClockRules(convention=convention)
    return deadline_for(received, parse_norm(norm_text), open_calendar, rules=rules, events=events, as_of=as_of)


def parse_pause(text: str) -> tuple[datetime, datetime | None]:
    """A pause "FROM/TO" in ISO dates or moments ("2026-02-24/2026-02-27"), TO empty while it lasts; InputError QMS-112."""
    since, _, until = text.partition("/")
    try:
        pause = (local(datetime.fromisoformat(since)), local(datetime.fromisoformat(until)) if until else None)
    except ValueError:
        pause = None
    if pause is None or (pause[1] is not None and pause[1] < pause[0]):
        raise InputError(
            "QMS-112",
            f"“{text}” không phải là một lần tạm dừng.",
            do="Hãy ghi từ ngày/đến ngày, ví dụ 2026-02-24/2026-02-27.",
        )
    return pause


def step_due(started: datetime, minutes: int, calendar: Calendars) -> datetime:
    """When a step that was given so many working minutes must be done."""
    return calendar.add_working_minutes(local(started), minutes)


def step_plan(started: datetime, minutes: Iterable[int], calendar: Calendars) -> tuple[datetime, ...]:
    """When each of the steps done one after another must be done, the first one starting at `started`."""
    return tuple(step_due(started, total, calendar) for total in accumulate(minutes))


@dataclass(frozen=True)
class _Counting:
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


def _with_calendar_facts(deadline: Deadline, calendar: Calendars) -> Deadline:
    """Adds what the calendar did to the count: days skipped and made up, and years nobody has confirmed."""
    if deadline.current_due is None:
        return deadline
    last = deadline.current_due.day
    after = deadline.received.date()
    if deadline.norm.exact or deadline.norm.unit is NormUnit.SAME_DAY:
        after -= _DAY
    counted = tuple(days_after(after, last))
    unknown = _years(counted, calendar, CalendarStatus.UNKNOWN)
    missing = (f"Chưa có lịch nghỉ năm {year}: chỉ trừ ngày nghỉ hằng tuần." for year in unknown)
    return replace(
        deadline,
        skipped=_skipped(deadline, counted, calendar),
        made_up=_made_up(deadline, counted, calendar),
        proposed_years=_years(counted, calendar, CalendarStatus.PROPOSED),
        unknown_years=unknown,
        doubts=(*deadline.doubts, *missing, *_rounding_doubt(deadline)),
    )


def _skipped(deadline: Deadline, counted: Sequence[date], calendar: Calendars) -> tuple[SkippedDays, ...]:
    """Days off in rows of one reason; limits in calendar days skip only where a due date fell on a day off."""
    in_calendar = deadline.norm.unit in (NormUnit.CALENDAR_DAY, NormUnit.MONTH)
    days: Iterable[date] = counted
    if in_calendar:
        dues = [due for due in (deadline.original_due, deadline.current_due) if due is not None]
        days = sorted({day for due in dues for day in days_after(due.fell_on - _DAY, due.day - _DAY)})
    off = [day for day in days if not calendar.is_working_day(day)]
    rows = groupby(enumerate(off), key=lambda item: (item[1].toordinal() - item[0], calendar.reason_of(item[1])))
    return tuple(_row([day for _, day in row], reason, calendar, always_named=in_calendar) for (_, reason), row in rows)


def _row(days: list[date], reason: str, calendar: Calendars, *, always_named: bool) -> SkippedDays:
    usually_worked = any(calendar.hours_on(day).by_weekday[day.weekday()] for day in days)
    return SkippedDays(days[0], days[-1], reason, always_named or usually_worked)


def _made_up(deadline: Deadline, counted: Sequence[date], calendar: Calendars) -> tuple[date, ...]:
    if deadline.norm.unit in (NormUnit.CALENDAR_DAY, NormUnit.MONTH):
        return ()
    special = (calendar.special_day(day) for day in counted)
    return tuple(day.date for day in special if day is not None and day.kind is DayKind.MAKEUP)


def _years(days: Iterable[date], calendar: Calendars, status: CalendarStatus) -> tuple[int, ...]:
    return tuple(sorted({day.year for day in days if calendar.status_on(day) is status}))


def _rounding_doubt(deadline: Deadline) -> tuple[str, ...]:
    value, norm = deadline.norm.value, deadline.norm
    if value is None or value.denominator == 1 or (deadline.original_due and deadline.original_due.exact):
        return ()
    return (f"{format_norm(norm)} được tính tròn thành {ceil(value)} ngày.",)
