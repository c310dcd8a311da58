"""How far away a due date is, in words; the same words in every list."""

from __future__ import annotations

from datetime import date, datetime

from qms_desktop.domain.deadline_model import Deadline
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import ANSWERED, OPEN, WAITING, State
from qms_desktop.domain.values import show_when
from qms_desktop.gui.desk import Due, Row

_SOON_DAYS = 1


def due_of_row(row: Row, now: datetime) -> Due:
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
    left, level = words_left(due, now)
    return Due(text, "", left, level)


def due_of_deadline(deadline: Deadline, state: Value, now: datetime) -> Due:
    """The due date with its sentence."""
    current = deadline.current_due
    text = current.text() if current is not None else "không có hạn"
    row: Row = {"state": state, "due": current.iso() if current is not None else ""}
    found = due_of_row(row, now)
    return Due(text, deadline.sentence, found.left, found.level)


def words_left(due: str, now: datetime) -> tuple[str, str]:
    """ "còn 2 ngày", "hôm nay", "trễ 1 ngày" and the level; by the minute where the limit runs in hours."""
    if not due:
        return "không có hạn", "ok"
    if "T" in due:
        return _moment_left(datetime.fromisoformat(due), now)
    days = (date.fromisoformat(due) - now.date()).days
    if days < 0:
        return f"trễ {-days} ngày", "late"
    if days == 0:
        return "hôm nay", "soon"
    return f"còn {days} ngày", "soon" if days <= _SOON_DAYS else "ok"


def _moment_left(due: datetime, now: datetime) -> tuple[str, str]:
    minutes = int((due - now).total_seconds() // 60)
    if minutes < 0:
        return f"trễ {_length(-minutes)}", "late"
    return f"còn {_length(minutes)}", "soon" if due.date() == now.date() else "ok"


def _length(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} phút"
    if minutes < 24 * 60:
        return f"{minutes // 60} giờ"
    return f"{minutes // (24 * 60)} ngày"


def _state(value: Value) -> State | None:
    try:
        return State(str(value))
    except ValueError:
        return None
