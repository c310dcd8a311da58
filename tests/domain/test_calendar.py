"""Working days and hours: the shipped calendars and the arithmetic over them."""

from datetime import date, datetime, time

import pytest

from qms_desktop.domain.calendar import (
    DEFAULT_HOURS,
    CalendarDay,
    Calendars,
    CalendarStatus,
    DayKind,
    WorkingCalendar,
    weekly,
)
from qms_desktop.domain.calendar_data import calendar_as_data, calendar_from_data, parse_sessions
from qms_desktop.domain.errors import InputError, RuleError, SetupError
from qms_desktop.domain.text import is_nfc
from qms_desktop.resources import calendars, load_json

CALENDAR = calendars()
MORNING, AFTERNOON = (time(7), time(11)), (time(13), time(17))


def unit_calendar(*days: CalendarDay, hours: list[tuple[time, time]] | None = None) -> WorkingCalendar:
    """A unit's own additions, valid without end."""
    own = weekly(hours) if hours else None
    return WorkingCalendar("unit", 1, date(2026, 1, 1), None, CalendarStatus.OFFICIAL, own, days, complete=False)


def days_off_on_weekdays(year: int) -> list[str]:
    days = {day.date for layer in CALENDAR.layers for day in layer.days if day.kind is DayKind.OFF}
    return [f"{day:%d/%m}" for day in sorted(days) if day.year == year and day.weekday() < 5]


def make_up_days(year: int) -> list[str]:
    days = [day.date for layer in CALENDAR.layers for day in layer.days if day.kind is DayKind.MAKEUP]
    return [f"{day:%d/%m}" for day in days if day.year == year]


def span(first: int, last: int, month: str) -> list[str]:
    return [f"{day:02}/{month}" for day in range(first, last + 1)]


@pytest.mark.parametrize(
    "year, off, made_up",
    [
        (
            2023,
            ["02/01", "20/01", *span(23, 26, "01"), *span(1, 3, "05"), "01/09", "04/09"],
            [],
        ),
        (
            2024,
            ["01/01", "08/02", "09/02", *span(12, 14, "02"), "18/04", "29/04", "30/04", "01/05", "02/09", "03/09"],
            ["04/05"],
        ),
        (2025, ["01/01", *span(27, 31, "01"), "07/04", "30/04", "01/05", "02/05", "01/09", "02/09"], ["26/04"]),
        (
            2026,
            [
                *span(1, 2, "01"),
                *span(16, 20, "02"),
                "27/04",
                "30/04",
                "01/05",
                "31/08",
                "01/09",
                "02/09",
                "24/11",
            ],
            ["10/01", "22/08"],
        ),
        (
            2027,
            ["01/01", "04/02", "05/02", *span(8, 10, "02"), "16/04", "30/04", "03/05", "02/09", "03/09", "24/11"],
            [],
        ),
    ],
)
def test_the_shipped_calendars(year: int, off: list[str], made_up: list[str]) -> None:
    assert days_off_on_weekdays(year) == off
    assert make_up_days(year) == made_up


def test_2027_is_only_a_proposal() -> None:
    assert CALENDAR.status_on(date(2026, 12, 31)) is CalendarStatus.OFFICIAL
    assert CALENDAR.status_on(date(2027, 1, 1)) is CalendarStatus.PROPOSED
    assert CALENDAR.status_on(date(2028, 1, 1)) is CalendarStatus.UNKNOWN
    assert not any(day.confirmed for layer in CALENDAR.layers for day in layer.days if day.date.year == 2027)


def test_every_shipped_day_lies_in_its_year_and_has_a_note_and_a_source() -> None:
    for layer in CALENDAR.layers:
        for day in layer.days:
            assert layer.covers(day.date)
            assert day.note
            assert is_nfc(day.note)
            assert day.legal_ref


def test_a_make_up_saturday_is_worked_with_mondays_hours() -> None:
    assert CALENDAR.sessions_of(date(2026, 8, 22)) == (MORNING, AFTERNOON)
    assert CALENDAR.sessions_of(date(2026, 8, 29)) == ()


@pytest.mark.parametrize(
    "day, reason",
    [
        (date(2026, 2, 16), "Tết"),
        (date(2026, 2, 14), "cuối tuần"),
        (date(2026, 2, 13), ""),
        (date(2026, 8, 31), "hoán đổi với 22/08"),
        (date(2026, 8, 22), "làm bù cho 31/08"),
    ],
)
def test_the_reason_of_a_day(day: date, reason: str) -> None:
    assert CALENDAR.reason_of(day) == reason


def test_working_days_are_counted_after_the_first_and_up_to_the_last_day() -> None:
    assert CALENDAR.working_days_between(date(2026, 2, 24), date(2026, 2, 27)) == 3
    assert CALENDAR.working_days_between(date(2026, 8, 21), date(2026, 9, 3)) == 7
    assert CALENDAR.working_days_between(date(2026, 2, 27), date(2026, 2, 24)) == 0


def test_adding_no_working_days_still_leaves_a_day_off() -> None:
    assert CALENDAR.add_working_days(date(2026, 2, 13), 0) == date(2026, 2, 13)
    assert CALENDAR.add_working_days(date(2026, 2, 14), 0) == date(2026, 2, 23)


@pytest.mark.parametrize(
    "moment, expected",
    [
        ("2026-11-20T06:00", "2026-11-20T07:00"),
        ("2026-11-20T09:30", "2026-11-20T09:30"),
        ("2026-11-20T11:00", "2026-11-20T13:00"),
        ("2026-11-20T12:15", "2026-11-20T13:00"),
        ("2026-11-20T17:00", "2026-11-23T07:00"),
        ("2026-11-23T17:30", "2026-11-25T07:00"),
    ],
)
def test_the_next_working_moment(moment: str, expected: str) -> None:
    assert CALENDAR.next_working_moment(datetime.fromisoformat(moment)) == datetime.fromisoformat(expected)


def test_working_minutes_skip_lunch_nights_and_days_off() -> None:
    start, end = datetime(2026, 11, 23, 10), datetime(2026, 11, 25, 8)
    assert CALENDAR.working_minutes_between(start, end) == 360
    assert CALENDAR.add_working_minutes(start, 360) == end
    assert CALENDAR.working_minutes_between(end, start) == 0


def test_a_full_day_of_work_ends_when_the_day_ends() -> None:
    assert CALENDAR.add_working_minutes(datetime(2026, 11, 20, 7), 480) == datetime(2026, 11, 20, 17)


def test_half_days_keep_one_session() -> None:
    half = unit_calendar(CalendarDay(date(2026, 11, 26), DayKind.HALF_AM), CalendarDay(date(2026, 11, 27), DayKind.HALF_PM))
    calendar = CALENDAR.extended_by(half)
    assert calendar.sessions_of(date(2026, 11, 26)) == (MORNING,)
    assert calendar.sessions_of(date(2026, 11, 27)) == (AFTERNOON,)
    assert calendar.is_working_day(date(2026, 11, 26))


def test_a_unit_changes_hours_and_days_but_confirms_no_year() -> None:
    own = unit_calendar(CalendarDay(date(2026, 11, 25), DayKind.OFF, "hội nghị"), hours=[(time(7, 30), time(11, 30))])
    calendar = CALENDAR.extended_by(own)
    assert calendar.sessions_of(date(2026, 11, 26)) == ((time(7, 30), time(11, 30)),)
    assert calendar.sessions_of(date(2025, 11, 26)) == (MORNING, AFTERNOON)
    assert calendar.reason_of(date(2026, 11, 25)) == "hội nghị"
    assert not calendar.is_working_day(date(2026, 11, 24))
    assert calendar.status_on(date(2028, 1, 3)) is CalendarStatus.UNKNOWN
    assert calendar.version.endswith("vn-2027@1 unit@1")


def test_a_later_official_version_replaces_the_proposal() -> None:
    official = WorkingCalendar("vn-2027", 2, date(2027, 1, 1), date(2027, 12, 31), CalendarStatus.OFFICIAL)
    assert CALENDAR.extended_by(official).status_on(date(2027, 2, 2)) is CalendarStatus.OFFICIAL


def test_a_calendar_without_working_days_is_refused() -> None:
    closed = CALENDAR.with_hours(weekly([], []))
    with pytest.raises(RuleError, match="QMS-210"):
        closed.next_working_day(date(2026, 11, 22))


def test_calendars_survive_writing_and_reading() -> None:
    for layer in CALENDAR.layers:
        assert calendar_from_data(calendar_as_data(layer)) == layer
        assert layer.hours == DEFAULT_HOURS


@pytest.mark.parametrize(
    "change", [{"valid_from": "1/1/2026"}, {"status": "sure"}, {"days": [{"date": "2026-01-01"}]}, {"hours": {"x": []}}]
)
def test_a_damaged_calendar_is_named(change: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"vn-2026.*QMS-110"):
        calendar_from_data({**load_json("calendars/vn-2026.json"), **change})


def test_hours_of_a_day_as_typed() -> None:
    assert parse_sessions("07:00-11:00,13:00-17:00") == (MORNING, AFTERNOON)
    assert parse_sessions("7:30–11:30, 13:30–17:00")[1] == (time(13, 30), time(17))
    for wrong in ("7-25", "13:00-17:00,07:00-11:00", "11:00-07:00", "", "sáng"):
        with pytest.raises(InputError, match="QMS-111"):
            parse_sessions(wrong)


def test_a_missing_resource_says_what_to_do() -> None:
    with pytest.raises(SetupError, match="QMS-801"):
        load_json("calendars/vn-1900.json")


def test_no_layers_means_default_hours() -> None:
    assert Calendars().sessions_of(date(2026, 11, 20)) == (MORNING, AFTERNOON)
    assert Calendars().with_hours(weekly([MORNING])).sessions_of(date(2026, 11, 20)) == (MORNING,)
