"""The periods offices report by: months, quarters, half years, years, and the reporting year from 15/12 to 14/12."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

Days = tuple[date, date]

PERIODS: Mapping[str, str] = {
    "month": "Tháng này",
    "last_month": "Tháng trước",
    "quarter": "Quý này",
    "last_quarter": "Quý trước",
    "half": "6 tháng (nửa năm này)",
    "year": "Năm nay",
    "last_year": "Năm trước",
    "reporting_year": "Kỳ báo cáo năm (15/12–14/12)",
}


def days_of(period: str, today: date) -> Days:
    """The first and the last day of a period as of today; KeyError for an unknown one."""
    return _DAYS[period](today)


def _months(first: date, count: int) -> Days:
    last = first.year * 12 + first.month - 1 + count
    return first, date(last // 12, last % 12 + 1, 1) - timedelta(days=1)


def _month(today: date) -> Days:
    return _months(today.replace(day=1), 1)


def _last_month(today: date) -> Days:
    return _month(today.replace(day=1) - timedelta(days=1))


def _quarter(today: date) -> Days:
    return _months(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3)


def _last_quarter(today: date) -> Days:
    return _quarter(_quarter(today)[0] - timedelta(days=1))


def _half(today: date) -> Days:
    return _months(date(today.year, 1 if today.month <= 6 else 7, 1), 6)


def _year(today: date) -> Days:
    return date(today.year, 1, 1), date(today.year, 12, 31)


def _last_year(today: date) -> Days:
    return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)


def _reporting_year(today: date) -> Days:
    """Named by the year of its last day: from 15 December the next one has begun."""
    year = today.year + ((today.month, today.day) >= (12, 15))
    return date(year - 1, 12, 15), date(year, 12, 14)


_DAYS: Mapping[str, Callable[[date], Days]] = {
    "month": _month,
    "last_month": _last_month,
    "quarter": _quarter,
    "last_quarter": _last_quarter,
    "half": _half,
    "year": _year,
    "last_year": _last_year,
    "reporting_year": _reporting_year,
}
