"""Hôm nay: what a person must not forget, in the order of urgency and by role (screens-and-imports f.1, S1).

The counter, the secretary and the leaders see the whole office; a head sees the own section, a specialist the own desk. Whoever
stands in for somebody sees that desk too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.records.dossiers import ANSWERED, OPEN, WAITING, State
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.view import View
from qms_desktop.usecases.day_scope import Scope, scope_of
from qms_desktop.usecases.held_papers import held_of_ended
from qms_desktop.usecases.work import Session

Condition = tuple[str, str, Value]
Where = tuple[Condition, ...]
SHOWN = ("code", "applicant_name", "procedure_title", "received_at", "due", "state", "step", "holder")
_RUNNING = [state.value for state in OPEN - WAITING]
_AT_WORK = [state.value for state in OPEN | ANSWERED]
PATIENCE = timedelta(days=15)
"""How long a citizen is waited for before somebody should ring, where no day was set for the supplement."""
_MOST_LOOKED_AT = 500
_MOST_NAMED = 2
_REVISION = ("code", "title", "stage")


@dataclass(frozen=True, slots=True)
class Group:
    """One list of the day: its title, how many there are in all, and the first of them. ``kind``: what the rows are."""

    key: str
    title: str
    count: int
    rows: tuple[dict[str, Value], ...]
    kind: str = "dossier"


@dataclass(frozen=True, slots=True)
class _Day:
    """What a list is made from."""

    view: View
    scope: Scope
    now: datetime
    limit: int

    def ids(self, where: Where) -> "list[int]":
        """Row numbers of dossiers, the earliest due first."""
        return list(self.view.keys(ListQuery("dossier", where=where, order="due")))

    def group(self, key: str, title: str, numbers: "list[int]") -> Group:
        """A group of these dossiers."""
        return Group(key, title, len(numbers), tuple(self.view.rows("dossier", numbers[: self.limit], SHOWN)))


def groups(view: View, session: Session, now: datetime, limit: int = 50) -> list[Group]:
    """The six lists everybody has, narrowed to what is this person's; then those of the roles that hold anything today."""
    day = _Day(view, scope_of(view, session, now.date()), now, limit)
    within = day.scope.where
    found = [day.group(key, title, day.ids((*where(now), *within))) for key, title, where in _EVERYBODY[:3]]
    found += [group for group in _of_roles(day, session) if group.count]
    return found + [day.group(key, title, day.ids((*where(now), *within))) for key, title, where in _EVERYBODY[3:]]


def reminder(view: View, session: Session, now: datetime) -> tuple[int, int, int]:
    """How many of this person's dossiers are overdue, due today, due tomorrow."""
    within = scope_of(view, session, now.date()).where
    late, today, tomorrow = (len(view.keys(ListQuery("dossier", where=(*where(now), *within)))) for _, _, where in _EVERYBODY[:3])
    return late, today, tomorrow


def _of_roles(day: _Day, session: Session) -> list[Group]:
    found: list[Group] = []
    for roles, make in _BY_ROLE:
        if roles & session.roles:
            found.append(make(day))
    return found


def _to_sign_for(day: _Day) -> Group:
    where: Where = (("unsigned", "filled", None), ("holder", "in", [*sorted(day.scope.own)]))
    return day.group("sign_for", "Chờ tôi ký nhận", day.ids(where))


def _to_hand_over(day: _Day) -> Group:
    return day.group("hand_over", "Mới nhận, chờ bàn giao", day.ids((("state", "=", State.RECEIVED.value), *day.scope.where)))


def _stood_in_for(day: _Day) -> Group:
    who = [str((day.view.get("person", one) or {}).get("full_name") or "") for one in sorted(day.scope.absent)]
    names = f"{len(who)} người" if len(who) > _MOST_NAMED else ", ".join(name.rpartition(" ")[2] for name in who)
    where: Where = (("state", "in", list(_AT_WORK)), ("holder", "in", [*sorted(day.scope.absent)]))
    return day.group("stand_in", f"Làm thay {names}", day.ids(where) if day.scope.absent else [])


def _nobodys(day: _Day) -> Group:
    where: Where = (("state", "in", list(_RUNNING)), ("holder", "empty", None))
    return day.group("nobodys", "Chưa rõ ai giữ", day.ids(where))


def _extensions(day: _Day) -> Group:
    where: Where = (("state", "=", State.PROCESSING.value), ("extension_asked", "filled", None), *day.scope.where)
    return day.group("extensions", "Chờ duyệt gia hạn", day.ids(where))


def _procedures(day: _Day) -> Group:
    where: Where = (("kind", "=", "procedure"), ("stage", "in", ["draft", "in_approval"]))
    keys = day.view.keys(ListQuery("revision", where=where, order="title"))
    rows = [_as_row(row) for row in day.view.rows("revision", list(keys[: day.limit]), _REVISION)]
    return Group("procedures", "Quy trình chờ duyệt", len(keys), tuple(rows), "revision")


def _as_row(row: Values) -> dict[str, Value]:
    return {"id": row["id"], "code": row.get("code"), "procedure_title": row.get("title")}


def _waiting_too_long(day: _Day) -> Group:
    """Past the day set for the supplement; without one, longer than PATIENCE."""
    numbers = day.ids(_waiting(day.now) + day.scope.where)[:_MOST_LOOKED_AT]
    rows = day.view.rows("dossier", numbers, ("supplement_due",))
    late = [number for number, row in zip(numbers, rows, strict=True) if _too_long(day, row)]
    return day.group("too_long", "Chờ dân quá lâu", late)


def _too_long(day: _Day, row: Values) -> bool:
    if row.get("supplement_due"):
        return str(row["supplement_due"]) < _day(day.now)
    pauses = [str(event.get("at") or "") for event in day.view.find("clock_event", dossier=row["id"], kind="pause")]
    return bool(pauses) and max(pauses) < (day.now - PATIENCE).isoformat(timespec="minutes")


def _originals(day: _Day) -> Group:
    """Dossiers that have ended while the count says that a citizen's original is still here (I13)."""
    ended = held_of_ended(day.view, day.now)
    rows = [{name: row.get(name) for name in ("id", *SHOWN)} for row in ended[: day.limit]]
    return Group("originals", "Còn giữ bản gốc", len(ended), tuple(rows))


_COUNTER, _STAFF = frozenset({"CL"}), frozenset({"CL", "SP", "SH", "LD", "AR"})
_HEADS, _LEADER = frozenset({"SH", "LD"}), frozenset({"LD"})
_BY_ROLE: tuple[tuple[frozenset[str], Callable[[_Day], Group]], ...] = (
    (_STAFF, _to_sign_for),
    (_COUNTER, _to_hand_over),
    (_STAFF, _stood_in_for),
    (_HEADS, _extensions),
    (_LEADER, _procedures),
    (_STAFF - _COUNTER - _LEADER, _nobodys),
    (_COUNTER, _waiting_too_long),
    (_COUNTER | {"AR"}, _originals),
)


def _day(now: datetime, days: int = 0) -> str:
    return (now.date() + timedelta(days=days)).isoformat()


def _overdue(now: datetime) -> Where:
    return (("state", "in", list(_RUNNING)), ("due", "filled", None), ("due", "<", _day(now)))


def _due_today(now: datetime) -> Where:
    return (("state", "in", list(_RUNNING)), ("due", ">=", _day(now)), ("due", "<", _day(now, 1)))


def _due_tomorrow(now: datetime) -> Where:
    return (("state", "in", list(_RUNNING)), ("due", ">=", _day(now, 1)), ("due", "<", _day(now, 2)))


def _waiting(now: datetime) -> Where:
    del now
    return (("state", "in", [state.value for state in WAITING]),)


def _to_deliver(now: datetime) -> Where:
    del now
    return (("state", "in", [state.value for state in ANSWERED]),)


def _later(now: datetime) -> Where:
    return (("state", "in", list(_RUNNING)), ("due", ">=", _day(now, 2)))


_EVERYBODY: tuple[tuple[str, str, Callable[[datetime], Where]], ...] = (
    ("overdue", "Quá hạn", _overdue),
    ("today", "Đến hạn hôm nay", _due_today),
    ("tomorrow", "Đến hạn ngày mai", _due_tomorrow),
    ("waiting", "Chờ người dân bổ sung", _waiting),
    ("deliver", "Chờ trả kết quả", _to_deliver),
    ("later", "Đang giải quyết, còn hạn", _later),
)
