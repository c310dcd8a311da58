"""Who works in the office of a scenario, and what its set-up pages are filled in with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qms_desktop.domain.unit_lists import KIND_LABELS, UnitRow
from qms_desktop.resources import load_json
from qms_desktop.scenario import Scenario
from qms_desktop.usecases.setup import Foundation, NewPerson

PIN = "246810"
"""Everybody's PIN in the demo; the demo says so on the screen."""

_OFFICE = "demo/office.json"
_COUNTER = NewPerson("", "Công chức tiếp nhận và trả kết quả", ("CL", "SP"), "Trung tâm Phục vụ hành chính công", "Công chức")


def foundation(scenario: Scenario, unit: UnitRow) -> Foundation:
    """The set-up of the scenario's unit: the demo office's own particulars, or for another unit what follows from its name."""
    office: dict[str, Any] = load_json(_OFFICE)
    own = office["unit"] == unit.code
    full_name = f"{KIND_LABELS[unit.kind].lower()} {unit.name}"
    return Foundation(
        unit_kind=unit.kind,
        unit_name=unit.name,
        reception=office["reception"] if own else f"Trung tâm Phục vụ hành chính công {full_name}",
        address=office["address"] if own else f"{full_name[:1].upper()}{full_name[1:]}, tỉnh {unit.province}",
        phone=office["phone"],
        place=office["place"] if own else unit.name,
        people=(*_staff(office), *_strangers(scenario, office)),
    )


def _staff(office: dict[str, Any]) -> list[NewPerson]:
    """The demo office's people, the ISO secretary first: whoever is named first founds the office."""
    positions = {position["id"]: position for position in office["positions"]}
    people = [_person(row, positions[row["position"]]) for row in office["people"]]
    return sorted(people, key=_founds_later)


def _founds_later(person: NewPerson) -> bool:
    return "IS" not in person.roles


def _person(row: dict[str, Any], position: dict[str, Any]) -> NewPerson:
    return NewPerson(row["full_name"], position["name"], tuple(row["roles"]), position["section"], row["title"])


def _strangers(scenario: Scenario, office: dict[str, Any]) -> list[NewPerson]:
    """People whom only the scenario names work at the counter."""
    known = {row["full_name"] for row in office["people"]}
    named = [pc.person for pc in scenario.pcs] + [move.by for dossier in scenario.dossiers for move in dossier.actions]
    new = [name for name in dict.fromkeys(named) if name and name not in known]
    return [NewPerson(name, _COUNTER.position, _COUNTER.roles, _COUNTER.section, _COUNTER.title) for name in new]


def clerk_of(pc: int, scenario: Scenario, people: Iterable[NewPerson]) -> str:
    """Who sits at the PC of that place in the list: the person named, else one who may receive dossiers, in turn."""
    named = scenario.pcs[pc].person
    counter = [person.name for person in people if "CL" in person.roles]
    return named or counter[pc % len(counter)]


def secretary(people: Iterable[NewPerson]) -> str:
    """Who may let a further PC in."""
    return next(person.name for person in people if "IS" in person.roles)
