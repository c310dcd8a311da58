"""Hôm nay: what a person must not forget, in the order of urgency (screens-and-imports f.1, S1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import ANSWERED, OPEN, WAITING
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.view import View

Condition = tuple[str, str, Value]
_RUNNING = [state.value for state in OPEN - WAITING]
_SHOWN = ("code", "applicant_name", "procedure_title", "received_at", "due", "state", "step", "holder")


@dataclass(frozen=True, slots=True)
class Group:
    """One list of the day: its title, how many there are in all, and the first of them."""

    key: str
    title: str
    count: int
    rows: tuple[dict[str, Value], ...]


def groups(view: View, now: datetime, limit: int = 50) -> list[Group]:
    """Overdue, due today, due tomorrow, waiting for the citizen, to deliver, then the other open ones."""
    return [_group(view, key, title, where(now), limit) for key, title, where in _GROUPS]


def _day(now: datetime, days: int = 0) -> str:
    return (now.date() + timedelta(days=days)).isoformat()


def _overdue(now: datetime) -> tuple[Condition, ...]:
    return (("state", "in", list(_RUNNING)), ("due", "filled", None), ("due", "<", _day(now)))


def _due_today(now: datetime) -> tuple[Condition, ...]:
    return (("state", "in", list(_RUNNING)), ("due", ">=", _day(now)), ("due", "<", _day(now, 1)))


def _due_tomorrow(now: datetime) -> tuple[Condition, ...]:
    return (("state", "in", list(_RUNNING)), ("due", ">=", _day(now, 1)), ("due", "<", _day(now, 2)))


def _waiting(now: datetime) -> tuple[Condition, ...]:
    return (("state", "in", [state.value for state in WAITING]),)


def _to_deliver(now: datetime) -> tuple[Condition, ...]:
    return (("state", "in", [state.value for state in ANSWERED]),)


def _later(now: datetime) -> tuple[Condition, ...]:
    return (("state", "in", list(_RUNNING)), ("due", ">=", _day(now, 2)))


_GROUPS: tuple[tuple[str, str, Callable[[datetime], tuple[Condition, ...]]], ...] = (
    ("overdue", "Quá hạn", _overdue),
    ("today", "Đến hạn hôm nay", _due_today),
    ("tomorrow", "Đến hạn ngày mai", _due_tomorrow),
    ("waiting", "Chờ người dân bổ sung", _waiting),
    ("deliver", "Chờ trả kết quả", _to_deliver),
    ("later", "Đang giải quyết, còn hạn", _later),
)


def _group(view: View, key: str, title: str, where: tuple[Condition, ...], limit: int) -> Group:
    keys = view.keys(ListQuery("dossier", where=where, order="due"))
    rows = view.rows("dossier", list(keys[:limit]), _SHOWN)
    return Group(key, title, len(keys), tuple(rows))
