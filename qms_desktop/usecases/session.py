"""Signing in: choose your name, type your PIN. PIN verifiers stay on this PC and are never journalled (docs/sync.md)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from qms_desktop.domain.errors import InputError, RightsError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.text import name_sort_key
from qms_desktop.store.unit import Change, UnitStore
from qms_desktop.store.view import View
from qms_desktop.usecases.work import Session, Work

PIN_LENGTHS = range(4, 13)
_RESETTERS = frozenset({"IS", "SY", "LD"})


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """A name on the sign-in page."""

    id: str
    name: str
    position: str
    has_pin: bool


def people_to_sign_in(store: UnitStore, today: date) -> list[PersonChoice]:
    """Everyone who works here on that day and holds a role on this PC, by given name."""
    with store.view() as view:
        present = [person for person in view.find("person") if _works_here(person, today)]
        holders = [person for person in present if roles_on(view, str(person["id"]), _here(store), today)]
        choices = [_choice(store, view, person) for person in holders]
    return sorted(choices, key=_by_given_name)


def _by_given_name(choice: PersonChoice) -> str:
    return name_sort_key(choice.name)


def _works_here(person: Values, today: date) -> bool:
    left = person.get("left_on")
    return not left or str(left) > today.isoformat()


def _choice(store: UnitStore, view: View, person: Values) -> PersonChoice:
    position = view.get("position", str(person.get("position") or "")) or {}
    identity = str(person["id"])
    return PersonChoice(identity, str(person["full_name"]), str(position.get("name") or ""), store.local.has_pin(identity))


def _here(store: UnitStore) -> frozenset[str]:
    """The ids by which grants mean this PC: its own, and former ones until their roles are granted anew (``succession``)."""
    return frozenset((store.replica, *store.predecessors))


def roles_on(view: View, person: str, replicas: Collection[str], today: date) -> frozenset[str]:
    """The roles a person holds on a PC (by any of its ids) on a day; a grant without a PC holds on every PC of the unit."""
    day = today.isoformat()
    return frozenset(
        str(grant["role"])
        for grant in view.find("role_grant", person=person)
        if str(grant.get("valid_from") or "") <= day
        and (not grant.get("valid_to") or str(grant["valid_to"]) >= day)
        and (not grant.get("replica") or grant["replica"] in replicas)
        and not grant.get("ended_at")
    )


def sign_in(store: UnitStore, person: str, pin: str, now: datetime) -> Session:
    """Open a session; raises RightsError for a wrong PIN or a person without any role today."""
    if not store.local.has_pin(person):
        raise RightsError("QMS-302", "Người này chưa đặt mã PIN trên máy này.", do="Hãy đặt mã PIN lần đầu rồi đăng nhập.")
    if not store.local.check_pin(person, pin, now):
        raise RightsError(
            "QMS-303", "Mã PIN không đúng.", do="Hãy gõ lại mã PIN; quên mã thì nhờ thư ký ISO đặt lại ở màn hình Đơn vị và lịch."
        )
    return session_for(store, person, now)


def session_for(store: UnitStore, person: str, now: datetime) -> Session:
    """The session of a person whose identity has been established."""
    with store.view() as view:
        record = view.get("person", person) or {}
        roles = roles_on(view, person, _here(store), now.date())
    if not roles:
        raise RightsError(
            "QMS-304",
            f"Ngày {now:%d/%m/%Y} người này không có quyền nào trên máy này.",
            do="Hãy nhờ thư ký ISO giao quyền; nếu ngày của máy sai thì chỉnh lại ngày giờ của máy.",
        )
    return Session(person, str(record.get("full_name") or ""), roles)


def reset_pin(work: Work, person: str) -> None:
    """Forget the PIN of a person who forgot it; the next one typed on this PC is the new one. RightsError without the right.

    Whoever resets a PIN could then sign in as that person: so the journal says who did it, for whom, when and on which PC.
    """
    work.session.demand(_RESETTERS, "đặt lại mã PIN")
    reset: dict[str, Value] = {"pin_reset_at": f"{work.clock():%Y-%m-%dT%H:%M}"}
    work.store.act("person.pin_reset", work.author, lambda _view: [Change("person", person, "set", reset, settles=True)])
    work.store.local.drop_pin(person)


def set_pin(store: UnitStore, person: str, pin: str, old: str | None, now: datetime) -> None:
    """Set the PIN the first time, or change it knowing the old one."""
    if len(pin) not in PIN_LENGTHS or not pin.isdigit():
        raise InputError("QMS-140", "Mã PIN phải gồm 4 đến 12 chữ số.", do="Hãy chọn mã khác.")
    if store.local.has_pin(person) and (old is None or not store.local.check_pin(person, old, now)):
        raise RightsError("QMS-305", "Mã PIN cũ không đúng.", do="Hãy gõ lại mã PIN cũ.")
    store.local.set_pin(person, pin)
