"""The demo office: invented people with positions and roles, for whatever commune a scenario names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from qms_desktop.domain.records.people import ROLES
from qms_desktop.scenario.shapes import ScenarioError, obj, rows, words

_CENTRE = "Trung tâm Phục vụ hành chính công"


@dataclass(frozen=True)
class SeedPerson:
    """One invented member of staff; `roles` are codes of the permission matrix."""

    full_name: str
    position: str
    section: str
    title: str
    roles: tuple[str, ...]
    usual_pc: str = ""


@dataclass(frozen=True)
class OfficeSeed:
    """What the set-up pages of the demo are filled with."""

    unit: str
    unit_kind: str
    unit_name: str
    reception: str
    address: str
    phone: str
    place: str
    people: tuple[SeedPerson, ...]

    def for_unit(self, code: str, kind: str, name: str, full_name: str) -> OfficeSeed:
        """The same invented office set in another commune: its names change, its people stay."""
        if code == self.unit:
            return self
        shown = full_name[:1].lower() + full_name[1:]
        return replace(
            self,
            unit=code,
            unit_kind=kind,
            unit_name=name,
            reception=f"{_CENTRE} {shown}",
            address=f"Trụ sở UBND {shown}",
            place=name,
        )


def read_office(raw: object) -> OfficeSeed:
    """The office out of its JSON; raises ScenarioError naming the wrong place."""
    office = obj(raw, "")
    positions = {words(row, "id", where): row for row, where in rows(office, "positions")}
    return OfficeSeed(
        **{key: words(office, key, "") for key in ("unit", "unit_kind", "unit_name", "reception")},
        **{key: words(office, key, "", "") for key in ("address", "phone", "place")},
        people=tuple(_person(row, where, positions) for row, where in rows(office, "people")),
    )


def _person(row: Mapping[str, Any], where: str, positions: Mapping[str, Mapping[str, Any]]) -> SeedPerson:
    position = positions.get(words(row, "position", where))
    if position is None:
        raise ScenarioError(f"{where}.position", "không có vị trí này trong danh sách")
    return SeedPerson(
        full_name=words(row, "full_name", where),
        position=words(position, "name", f"{where}.position"),
        section=words(position, "section", f"{where}.position", ""),
        title=words(row, "title", where, ""),
        roles=_roles(row.get("roles"), f"{where}.roles"),
        usual_pc=words(row, "usual_pc", where, ""),
    )


def _roles(raw: object, where: str) -> tuple[str, ...]:
    known = {option.value for option in ROLES}
    if isinstance(raw, list) and raw and all(isinstance(role, str) and role in known for role in raw):
        return tuple(raw)
    raise ScenarioError(where, "phải là danh sách vai trò đã biết")
