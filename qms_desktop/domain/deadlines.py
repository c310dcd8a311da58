"""Due dates: a pure function from receipt, norm, calendar and clock facts to a due date that explains itself.

Default reading: Bộ luật Dân sự 2015, Điều 147-148: the day of receipt is not counted, and a limit whose last day is
a day off ends on the next working day. Moments are local time of Viet Nam, exact to the minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby
from math import ceil

from qms_desktop.domain.calendar import Calendars, CalendarStatus, DayKind, WorkingHours, days_after
from qms_desktop.domain.clock import ClockEvent, ClockEventKind, local, read_clock
from qms_desktop.domain.deadline_counting import Counting
from qms_desktop.domain.deadline_model import ClockRules, Convention, Deadline, Due, Extension, Pause, SkippedDays
from qms_desktop.domain.deadline_words import sentence
from qms_desktop.domain.errors import InputError
from qms_desktop.domain.norms import NormUnit, TimeNorm, format_norm, parse_norm

__all__ = [
    "USUAL_PAUSE",
    "ClockEvent",
    "ClockEventKind",
    "ClockRules",
    "Convention",
    "Deadline",
    "Due",
    "Extension",
    "Pause",
    "SkippedDays",
    "deadline_for",
    "explain_due",
    "parse_pause",
    "step_due",
    "step_plan",
]

USUAL_PAUSE = "chờ bổ sung"
_YEARS_OF_RECEIPT = range(1945, 2200)
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
    answer depends on nothing else, so every machine gives the same. InputError QMS-113 for a year nobody receives in.
    """
    received = _sensible(local(received))
    counting = Counting(norm, rules or ClockRules(), calendar)
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
    apart = _apart(pauses)
    events = [ClockEvent(ClockEventKind.PAUSE, since, USUAL_PAUSE) for since, _ in apart]
    events += [ClockEvent(ClockEventKind.RESUME, until) for _, until in apart if until is not None]
    open_calendar = calendar.with_hours(hours) if hours else calendar
    rules = ClockRules(convention=convention)
    return deadline_for(received, parse_norm(norm_text), open_calendar, rules=rules, events=events, as_of=as_of)


def _apart(pauses: Sequence[tuple[datetime, datetime | None]]) -> list[tuple[datetime, datetime | None]]:
    """The pauses in order, those that overlap as one: the clock stands until the last of them has ended."""
    found: list[tuple[datetime, datetime | None]] = []
    for since, until in sorted(pauses, key=lambda pause: pause[0]):
        if found and (found[-1][1] is None or since <= found[-1][1]):
            earlier, ended = found.pop()
            since, until = earlier, None if ended is None or until is None else max(ended, until)
        found.append((since, until))
    return found


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


def _sensible(received: datetime) -> datetime:
    if received.year not in _YEARS_OF_RECEIPT:
        raise InputError(
            "QMS-113",
            f"Không thể có hồ sơ nhận năm {received.year}.",
            do="Hãy xem lại ngày nhận và đồng hồ của máy.",
        )
    return received


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
    missing = tuple(f"Chưa có lịch nghỉ năm {year}: chỉ trừ ngày nghỉ hằng tuần." for year in unknown[:1])
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
