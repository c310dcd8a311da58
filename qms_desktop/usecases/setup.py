"""Founding the office on its first PC, and letting further PCs in.

The founding PC makes the unit's first key and the recovery code that is printed once and kept in the office safe. A further
PC is enrolled by the province and then admitted by a person on a PC that already holds the key: the key is wrapped to the new
PC's certificate and travels as an ordinary record (docs/sync-details.md, "Personal values are sealed").
"""

from dataclasses import dataclass, field
from datetime import datetime

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.ids import Entropy, new_id
from qms_desktop.store.unit import Author, Change, UnitStore, create
from qms_desktop.usecases import unit_keys


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

    unit_kind: str = ""
    unit_name: str = ""
    reception: str = "Trung tâm Phục vụ hành chính công"
    address: str = ""
    phone: str = ""
    place: str = ""
    people: tuple[NewPerson, ...] = field(default_factory=tuple)


def record_foundation(store: UnitStore, foundation: Foundation, now: datetime, entropy: Entropy) -> tuple[str, str]:
    """Write the office, its positions, people, role grants and first key in one action.

    Returns the id of the first person named, who is the author of the founding entry, and the recovery code. Raises
    InputError without any person who can act.
    """
    if not foundation.people or not any({"IS", "LD", "SY"} & set(person.roles) for person in foundation.people):
        raise InputError(
            "QMS-144",
            "Chưa có thư ký ISO hoặc lãnh đạo nào trong danh sách.",
            do="Hãy thêm ít nhất một người có vai trò thư ký ISO hoặc lãnh đạo.",
        )
    changes, first = _foundation_changes(store, foundation, now, entropy)
    code, keys = unit_keys.first_key_changes(store, entropy)
    store.act("office.found", Author(person=first, at=now), lambda _view: [*changes, *keys])
    return first, code


def _foundation_changes(store: UnitStore, foundation: Foundation, now: datetime, entropy: Entropy) -> tuple[list[Change], str]:
    office: dict[str, Value] = {
        "unit": store.unit_code,
        "reception": foundation.reception,
        "convention": "A",
        "supplement_limit": 1,
    }
    extra: dict[str, Value] = {
        "reception": foundation.reception,
        "address": foundation.address,
        "phone": foundation.phone,
        "place": foundation.place,
        "unit_kind": foundation.unit_kind,
        "unit_name": foundation.unit_name,
    }
    changes = [create("office", f"office-{store.unit_code}", office | {name: value for name, value in extra.items() if value})]
    first = ""
    for person in foundation.people:
        identity, rows = _person_changes(person, now, entropy)
        changes += rows
        first = first or identity
    return changes, first


def _person_changes(person: NewPerson, now: datetime, entropy: Entropy) -> tuple[str, list[Change]]:
    identity, position = new_id(now, entropy), new_id(now, entropy)
    values: dict[str, Value] = {
        "full_name": person.name,
        "position": position,
        **({"title": person.title} if person.title else {}),
    }
    place: dict[str, Value] = {"name": person.position, "is_head": "SH" in person.roles or "LD" in person.roles}
    if person.section:
        place["section"] = person.section
    rows = [
        create("position", position, place),
        create("person", identity, values),
    ]
    day = now.date().isoformat()
    rows += [
        create("role_grant", new_id(now, entropy), {"person": identity, "role": role, "valid_from": day}) for role in person.roles
    ]
    return identity, rows
