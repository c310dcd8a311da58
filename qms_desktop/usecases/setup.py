"""Founding the office on its first PC, and letting further PCs in.

The founding PC makes the unit's first key and the recovery code that is printed once and kept in the office safe. A further
PC is enrolled by the province and then admitted by a person on a PC that already holds the key: the key is wrapped to the new
PC's certificate and travels as an ordinary record (docs/sync.md, "Personal values are sealed").
"""

from dataclasses import dataclass, field
from datetime import datetime

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.ids import Entropy, new_id
from qms_desktop.store.unit import Author, Change, UnitStore, create


@dataclass(frozen=True, slots=True)
class NewPerson:
    """One person named at set-up."""

    name: str
    position: str
    roles: tuple[str, ...]
    section: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Foundation:
    """What the set-up pages ask for."""

    reception: str = "Trung tâm Phục vụ hành chính công"
    address: str = ""
    phone: str = ""
    place: str = ""
    people: tuple[NewPerson, ...] = field(default_factory=tuple)


def record_foundation(store: UnitStore, foundation: Foundation, now: datetime, entropy: Entropy) -> str:
    """Write the office, its positions, people and role grants in one action; returns the id of the first person.

    The first person named becomes the author of the founding entry. Raises InputError without any person who can act.
    """
    if not foundation.people or not any({"IS", "LD", "SY"} & set(person.roles) for person in foundation.people):
        raise InputError(
            "QMS-144",
            "Chưa có thư ký ISO hoặc lãnh đạo nào trong danh sách.",
            do="Thêm ít nhất một người có vai trò thư ký ISO hoặc lãnh đạo.",
        )
    changes, first = _foundation_changes(store, foundation, now, entropy)
    store.act("office.found", Author(person=first, at=now), lambda _view: changes)
    return first


def _foundation_changes(store: UnitStore, foundation: Foundation, now: datetime, entropy: Entropy) -> tuple[list[Change], str]:
    office = {"unit": store.unit_code, "reception": foundation.reception, "convention": "A", "supplement_limit": 1}
    extra = {"address": foundation.address, "phone": foundation.phone, "place": foundation.place}
    changes = [create("office", f"office-{store.unit_code}", office | {name: value for name, value in extra.items() if value})]
    first = ""
    for person in foundation.people:
        identity, rows = _person_changes(person, now, entropy)
        changes += rows
        first = first or identity
    return changes, first


def _person_changes(person: NewPerson, now: datetime, entropy: Entropy) -> tuple[str, list[Change]]:
    identity, position = new_id(now, entropy), new_id(now, entropy)
    values = {"full_name": person.name, "position": position} | ({"title": person.title} if person.title else {})
    place = {"name": person.position, "is_head": "SH" in person.roles or "LD" in person.roles}
    rows = [
        create("position", position, place | ({"section": person.section} if person.section else {})),
        create("person", identity, values),
    ]
    day = now.date().isoformat()
    rows += [
        create("role_grant", new_id(now, entropy), {"person": identity, "role": role, "valid_from": day}) for role in person.roles
    ]
    return identity, rows
