"""What holds for every deadline, whatever is received, paused or extended, in whatever order it is heard of."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from qms_desktop.domain.calendar import CalendarDay, Calendars, CalendarStatus, DayKind, WorkingCalendar
from qms_desktop.domain.calendar_data import hours_from_data
from qms_desktop.domain.clock import ClockEvent, ClockEventKind
from qms_desktop.domain.deadline_model import ClockRules, Convention, Deadline
from qms_desktop.domain.deadlines import deadline_for
from qms_desktop.domain.norms import NormUnit, TimeNorm
from qms_desktop.resources import calendars

FIRST = datetime(2025, 1, 1)
NATIONAL = calendars()
UNEVEN = NATIONAL.extended_by(
    WorkingCalendar(
        "uneven",
        1,
        date(2025, 1, 1),
        None,
        CalendarStatus.OFFICIAL,
        hours_from_data(
            {
                "mon": [["07:30", "11:30"], ["13:30", "17:00"]],
                "tue": [["07:00", "11:00"], ["13:00", "16:00"]],
                "thu": [["08:00", "12:00"]],
                "fri": [["07:00", "17:00"]],
                "sat": [["07:00", "11:00"]],
            }
        ),
        (
            CalendarDay(date(2026, 3, 5), DayKind.HALF_PM),
            CalendarDay(date(2026, 3, 6), DayKind.HALF_AM),
            CalendarDay(date(2026, 3, 9), DayKind.OFF, "hội nghị"),
        ),
        complete=False,
    )
)

calendars_in_use = st.sampled_from([NATIONAL, UNEVEN, Calendars()])
rules = st.sampled_from([ClockRules(convention) for convention in Convention])
moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
counts = st.integers(0, 160).map(lambda quarters: Fraction(quarters, 4))
norms = st.one_of(
    st.builds(TimeNorm, counts, st.sampled_from([NormUnit.WORKING_DAY, NormUnit.WORKING_HOUR, NormUnit.CALENDAR_DAY])),
    st.builds(TimeNorm, st.integers(0, 12).map(Fraction), st.just(NormUnit.MONTH)),
    st.just(TimeNorm(None, NormUnit.SAME_DAY)),
)
events = st.builds(
    ClockEvent,
    st.sampled_from(ClockEventKind),
    st.integers(0, 60 * 24).map(lambda hours: FIRST + timedelta(days=400, hours=hours)),
    st.sampled_from(["", "chờ bổ sung"]),
    st.none() | st.dates(date(2026, 2, 1), date(2026, 6, 1)),
)
received_early = st.integers(0, 30 * 24 * 60).map(lambda minutes: FIRST + timedelta(days=395, minutes=minutes))


def due_moment(deadline: Deadline) -> datetime:
    assert deadline.current_due is not None
    return deadline.current_due.moment


@given(moments, norms, rules, calendars_in_use, st.lists(events, max_size=6))
def test_nothing_is_due_on_a_day_off(
    received: datetime, norm: TimeNorm, rule: ClockRules, calendar: Calendars, facts: list[ClockEvent]
) -> None:
    deadline = deadline_for(received, norm, calendar, rules=rule, events=facts)
    for due in (deadline.original_due, deadline.current_due):
        assert due is not None
        assert calendar.is_working_day(due.day)
        assert due.moment >= received or norm.unit is NormUnit.SAME_DAY or norm.value == 0


@given(received_early, norms, rules, calendars_in_use, st.lists(events, max_size=6), st.data())
def test_the_order_in_which_facts_arrive_changes_nothing(
    received: datetime,
    norm: TimeNorm,
    rule: ClockRules,
    calendar: Calendars,
    facts: list[ClockEvent],
    data: st.DataObject,
) -> None:
    shuffled = data.draw(st.permutations(facts))
    repeated = shuffled + shuffled[:1]
    one = deadline_for(received, norm, calendar, rules=rule, events=facts)
    assert deadline_for(received, norm, calendar, rules=rule, events=repeated) == one


@given(received_early, norms, rules, calendars_in_use, st.integers(0, 3000), st.lists(st.integers(1, 300), min_size=2))
def test_a_pause_never_shortens(
    received: datetime, norm: TimeNorm, rule: ClockRules, calendar: Calendars, first: int, hours: list[int]
) -> None:
    at, due = received + timedelta(hours=first), datetime.min
    facts: list[ClockEvent] = []
    for count, length in enumerate(hours[:8]):
        at += timedelta(hours=length)
        facts.append(ClockEvent(ClockEventKind.RESUME if count % 2 else ClockEventKind.PAUSE, at))
        moved = due_moment(deadline_for(received, norm, calendar, rules=rule, events=facts))
        assert moved >= due
        due = moved


@given(received_early, norms, rules, calendars_in_use, st.lists(events, max_size=6), st.dates(date(2026, 2, 1), date(2026, 9, 1)))
def test_facts_never_bring_the_original_due_date_forward(
    received: datetime, norm: TimeNorm, rule: ClockRules, calendar: Calendars, facts: list[ClockEvent], asked: date
) -> None:
    as_of = datetime.combine(asked, datetime.min.time())
    deadline = deadline_for(received, norm, calendar, rules=rule, events=facts, as_of=as_of)
    assert deadline.original_due is not None
    assert due_moment(deadline) >= deadline.original_due.moment


@given(moments, st.integers(0, 20_000), norms, rules, calendars_in_use)
def test_a_later_receipt_is_never_due_earlier(
    received: datetime, minutes: int, norm: TimeNorm, rule: ClockRules, calendar: Calendars
) -> None:
    later = received + timedelta(minutes=minutes)
    first, second = (deadline_for(at, norm, calendar, rules=rule) for at in (received, later))
    assert due_moment(first) <= due_moment(second)


@given(moments, st.integers(0, 5000), calendars_in_use)
def test_working_minutes_add_up(start: datetime, minutes: int, calendar: Calendars) -> None:
    end = calendar.add_working_minutes(start, minutes)
    assert calendar.working_minutes_between(start, end) == minutes


@given(moments, st.integers(1, 60), calendars_in_use)
def test_working_days_add_up(start: datetime, days: int, calendar: Calendars) -> None:
    end = calendar.add_working_days(start.date(), days)
    assert calendar.working_days_between(start.date(), end) == days


@settings(max_examples=50)
@given(moments, norms, rules, calendars_in_use, st.lists(events, max_size=6))
def test_the_sentence_names_the_due_date(
    received: datetime, norm: TimeNorm, rule: ClockRules, calendar: Calendars, facts: list[ClockEvent]
) -> None:
    deadline = deadline_for(received, norm, calendar, rules=rule, events=facts)
    assert deadline.current_due is not None
    assert f"hẹn {deadline.current_due.text()}" in deadline.sentence
    assert deadline.as_dict()["due"] == deadline.current_due.date_text()
