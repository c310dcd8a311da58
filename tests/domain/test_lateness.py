"""Which steps made a dossier late: working time beyond the norm, none of it while the citizen was waited for."""

from datetime import date, datetime

import pytest

from qms_desktop.domain.calendar import CalendarDay, Calendars, CalendarStatus, DayKind, WorkingCalendar
from qms_desktop.domain.deadline_model import Pause, PauseUnit
from qms_desktop.domain.lateness import StepTime, longest, person_days, shares, to_blame

OFFICE = Calendars(())


def on(day: int, hour: int = 7) -> datetime:
    """November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour)


def run(code: str, started: datetime, ended: datetime, due: datetime | None, who: str = "Đông") -> StepTime:
    return StepTime(code, f"Việc {code}", who, started, ended, due)


def waited(since: datetime, until: datetime) -> Pause:
    return Pause(since, until, "chờ bổ sung", 0, PauseUnit.WORKING_DAY)


def test_only_the_step_beyond_its_norm_is_named() -> None:
    runs = [run("B1", on(23), on(23, 11), on(23, 17)), run("B2", on(23, 13), on(26, 17), on(24, 17))]
    assert [(share.code, share.beyond) for share in to_blame(shares(runs, (), OFFICE))] == [("B2", 960)]


def test_what_was_waited_for_the_citizen_is_nobodys_time() -> None:
    runs = [run("B2", on(23), on(27, 17), on(23, 17))]
    (share,) = shares(runs, (waited(on(24), on(26, 17)),), OFFICE)
    assert (share.worked, share.beyond) == (960, 480)


def test_a_pause_before_or_after_the_step_takes_nothing_from_it() -> None:
    runs = [run("B2", on(24), on(25, 17), on(24, 17))]
    (share,) = shares(runs, (waited(on(20), on(23, 17)), waited(on(26), on(27))), OFFICE)
    assert share.beyond == 480


def test_days_off_and_weekends_are_not_held_against_a_desk() -> None:
    closed = CalendarDay(date(2026, 11, 24), DayKind.OFF)
    calendar = Calendars((WorkingCalendar("x", 1, date(2026, 1, 1), None, CalendarStatus.OFFICIAL, days=(closed,)),))
    runs = [run("B2", on(23), on(25, 17), on(23, 17)), run("B3", on(27, 13), on(30, 11), on(27, 17))]
    assert [share.beyond for share in shares(runs, (), calendar)] == [480, 240]


def test_a_step_done_twice_by_one_person_is_told_once_and_each_person_apart() -> None:
    runs = [
        run("B2", on(23), on(24, 17), on(23, 17)),
        run("B2", on(25), on(26, 17), on(25, 17)),
        run("B2", on(27), on(30, 17), on(27, 17), "Thủy"),
    ]
    assert [(share.who, share.beyond) for share in to_blame(shares(runs, (), OFFICE))] == [("Đông", 960), ("Thủy", 480)]


def test_without_norms_the_longest_steps_are_known() -> None:
    runs = [run("B1", on(23), on(23, 11), None), run("B2", on(23, 13), on(26, 17), None), run("B3", on(27), on(27, 11), None)]
    found = shares(runs, (), OFFICE)
    assert to_blame(found) == ()
    assert [share.code for share in longest(found)] == ["B2", "B1"]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(20, "20 phút"), (170, "3 giờ công"), (480, "1 ngày công"), (720, "1,5 ngày công"), (4800, "10 ngày công")],
)
def test_person_days_in_words(minutes: int, words: str) -> None:
    assert person_days(minutes) == words
