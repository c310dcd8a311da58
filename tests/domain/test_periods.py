"""Periods as offices name them."""

from __future__ import annotations

from datetime import date

import pytest

from qms_desktop.domain.periods import PERIODS, days_of

NOVEMBER = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("period", "today", "first", "last"),
    [
        ("month", NOVEMBER, date(2026, 11, 1), date(2026, 11, 30)),
        ("last_month", date(2026, 1, 5), date(2025, 12, 1), date(2025, 12, 31)),
        ("month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        ("quarter", NOVEMBER, date(2026, 10, 1), date(2026, 12, 31)),
        ("last_quarter", date(2026, 2, 1), date(2025, 10, 1), date(2025, 12, 31)),
        ("half", NOVEMBER, date(2026, 7, 1), date(2026, 12, 31)),
        ("half", date(2026, 6, 30), date(2026, 1, 1), date(2026, 6, 30)),
        ("year", NOVEMBER, date(2026, 1, 1), date(2026, 12, 31)),
        ("last_year", NOVEMBER, date(2025, 1, 1), date(2025, 12, 31)),
        ("reporting_year", NOVEMBER, date(2025, 12, 15), date(2026, 12, 14)),
        ("reporting_year", date(2026, 12, 14), date(2025, 12, 15), date(2026, 12, 14)),
        ("reporting_year", date(2026, 12, 15), date(2026, 12, 15), date(2027, 12, 14)),
    ],
)
def test_a_period_has_its_days(period: str, today: date, first: date, last: date) -> None:
    assert days_of(period, today) == (first, last)


def test_every_period_has_days() -> None:
    assert all(days_of(period, NOVEMBER)[0] <= NOVEMBER for period in PERIODS)
