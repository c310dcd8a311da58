"""How far away a due date is, in words; the same words in every list.

Limits run in working days, so what is left of them is counted in working days of the office's own calendar.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import accumulate

from qms_desktop.domain.calendar import Calendars, days_after
from qms_desktop.domain.deadline_model import Deadline
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import ANSWERED, OPEN, WAITING, State
from qms_desktop.domain.values import show_when
from qms_desktop.gui.desk import Due, Row

_SOON_DAYS = 1
_HOUR = 60
_LONG_HOURS = 8


class Countdown:
    """What is left until a due date by one calendar; a year is counted once, however long the list of dossiers."""

    def __init__(self, calendar: Calendars) -> None:
        self._calendar = calendar
        self._years: dict[int, tuple[int, ...]] = {}

    def of_row(self, row: Row, now: datetime) -> Due:
        """The due date of a list row (``state``, ``due``) as of now."""
        due = str(row.get("due") or "")
        text = show_when(due) if due else ""
        state = _state(row.get("state"))
        if state in WAITING:
            return Due(text, "", "tạm dừng", "paused")
        if state in ANSWERED:
            return Due(text, "", "chờ trả", "ok")
        if state not in OPEN:
            return Due(text, "", "", "done")
        left, level = self.words(due, now)
        return Due(text, "", left, level)

    def of_deadline(self, deadline: Deadline, state: Value, now: datetime) -> Due:
        """The due date with its sentence."""
        current = deadline.current_due
        text = current.text() if current is not None else "không có hạn"
        found = self.of_row({"state": state, "due": current.iso() if current is not None else ""}, now)
        return Due(text, deadline.sentence, found.left, found.level)

    def words(self, due: str, now: datetime) -> tuple[str, str]:
        """ "còn 2 ngày làm việc", "hôm nay", "trễ 1 ngày làm việc" and the level; by the hour where the limit is a moment."""
        if not due:
            return "không có hạn", "ok"
        if "T" in due:
            return self._until_moment(datetime.fromisoformat(due), now)
        return self._until_day(date.fromisoformat(due), now.date())

    def working_days(self, after: date, until: date) -> int:
        """Working days in (after, until]."""
        if after.year == until.year:
            counts = self._counts(after.year)
            return max(0, counts[_place(until)] - counts[_place(after)])
        first, last = self._counts(after.year), self._counts(until.year)
        between = sum(self._counts(year)[-1] for year in range(after.year + 1, until.year))
        return max(0, first[-1] - first[_place(after)] + between + last[_place(until)])

    def _until_day(self, due: date, today: date) -> tuple[str, str]:
        if due == today:
            return "hôm nay", "soon"
        if due < today:
            late = self.working_days(due, today)
            return (f"trễ {late} ngày làm việc" if late else "quá hạn"), "late"
        left = self.working_days(today, due)
        words = f"còn {left} ngày làm việc" if left else "còn dưới 1 ngày làm việc"
        return words, "soon" if left <= _SOON_DAYS else "ok"

    def _until_moment(self, due: datetime, now: datetime) -> tuple[str, str]:
        if due.date() == now.date():
            minutes = int((due - now).total_seconds() // 60)
            return (f"trễ {_length(-minutes)}", "late") if minutes < 0 else (f"còn {_length(minutes)}", "soon")
        if due < now:
            return self._until_day(due.date(), now.date())
        hours = self._calendar.working_minutes_between(now, due) // _HOUR
        if hours >= _LONG_HOURS:
            return self._until_day(due.date(), now.date())
        return (f"còn {hours} giờ làm việc" if hours else "còn dưới 1 giờ làm việc"), "soon"

    def _counts(self, year: int) -> tuple[int, ...]:
        """For each day of the year, counted from 0, how many working days it and those before it hold."""
        if year not in self._years:
            days = days_after(date(year - 1, 12, 31), date(year, 12, 31))
            self._years[year] = tuple(accumulate(int(self._calendar.is_working_day(day)) for day in days))
        return self._years[year]


def _place(day: date) -> int:
    return day.timetuple().tm_yday - 1


def _length(minutes: int) -> str:
    return f"{minutes} phút" if minutes < _HOUR else f"{minutes // _HOUR} giờ"


def _state(value: Value) -> State | None:
    try:
        return State(str(value))
    except ValueError:
        return None
