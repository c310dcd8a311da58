"""What is left of a limit is counted in working days of the office's own calendar, and the words say so."""

from __future__ import annotations

from datetime import datetime

import pytest

from qms_desktop.gui.desks.dues import Countdown
from qms_desktop.resources import calendars

FRIDAY = datetime(2026, 11, 20, 9, 0)
SATURDAY = datetime(2026, 11, 21, 9, 0)


@pytest.fixture(scope="module")
def countdown() -> Countdown:
    return Countdown(calendars())


@pytest.mark.parametrize(
    ("due", "now", "words"),
    [
        ("2026-11-20", FRIDAY, "hôm nay"),
        ("2026-11-23", FRIDAY, "còn 1 ngày làm việc"),
        ("2026-11-23", SATURDAY, "còn 1 ngày làm việc"),
        ("2026-11-19", FRIDAY, "trễ 1 ngày làm việc"),
        ("2026-11-20", SATURDAY, "quá hạn"),
        ("2026-11-20", datetime(2026, 11, 23, 9, 0), "trễ 1 ngày làm việc"),
        ("2026-11-20T10:30", FRIDAY, "còn 1 giờ"),
        ("2026-11-20T08:30", FRIDAY, "trễ 30 phút"),
        ("2026-11-23T08:00", datetime(2026, 11, 20, 16, 0), "còn 2 giờ làm việc"),
        ("2026-11-18T08:00", FRIDAY, "trễ 2 ngày làm việc"),
        ("", FRIDAY, "không có hạn"),
    ],
)
def test_weekends_do_not_count(countdown: Countdown, due: str, now: datetime, words: str) -> None:
    assert countdown.words(due, now)[0] == words


def test_days_off_of_the_calendar_do_not_count(countdown: Countdown) -> None:
    before_tet = datetime(2026, 2, 13, 9, 0)
    assert countdown.words("2026-02-23", before_tet)[0] == "còn 1 ngày làm việc"


@pytest.mark.parametrize(
    ("after", "until"), [("2025-12-29", "2026-01-09"), ("2024-06-03", "2026-11-20"), ("2026-03-02", "2026-03-02")]
)
def test_the_count_agrees_with_the_calendar_across_years(countdown: Countdown, after: str, until: str) -> None:
    first, last = datetime.fromisoformat(after).date(), datetime.fromisoformat(until).date()
    assert countdown.working_days(first, last) == calendars().working_days_between(first, last)
