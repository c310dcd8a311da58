"""Dates and numbers as the decree writes them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from qms_desktop.printing.words import count, day_in_words, moment_in_words, place_date_line


@pytest.mark.parametrize(
    "day, words",
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 31), "ngày 31 tháng 01 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 10), "ngày 10 tháng 12 năm 2026"),
    ],
)
def test_days_below_ten_and_months_below_three_get_a_zero(day: date, words: str) -> None:
    assert day_in_words(day) == words


def test_a_moment_has_its_hour_and_a_day_has_none() -> None:
    assert moment_in_words(datetime(2026, 11, 20, 8, 5)) == "08 giờ 05 phút, ngày 20 tháng 11 năm 2026"
    assert moment_in_words(date(2026, 11, 20)) == "ngày 20 tháng 11 năm 2026"
    assert "…" in moment_in_words(None)


def test_an_unknown_place_is_dotted() -> None:
    assert place_date_line("", date(2026, 11, 20)).startswith("…")


def test_counts_below_ten_have_two_digits() -> None:
    assert [count(number) for number in (1, 9, 10, 120)] == ["01", "09", "10", "120"]
