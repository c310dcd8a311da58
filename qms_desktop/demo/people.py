"""Who works in the office of a scenario, and what its set-up pages are filled in with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qms_desktop.domain.unit_lists import UnitRow
from qms_desktop.scenario import OfficeSeed, Scenario, SeedPerson
from qms_desktop.usecases.setup import Foundation, NewPerson

PIN = "246810"
"""Everybody's PIN in the demo, which says so at its start."""

_COUNTER = ("Công chức tiếp nhận và trả kết quả", ("CL", "SP"), "Trung tâm Phục vụ hành chính công", "Công chức")


def foundation(scenario: Scenario, unit: UnitRow, seed: OfficeSeed) -> Foundation:
    """The set-up of the scenario's unit, with the demo's invented people and those whom only the scenario names."""
    office = seed.for_unit(unit.code, unit.kind, unit.name, unit.full_name)
    staff = sorted(map(_person, office.people), key=_founds_later)
    at_counter = {pc.person for pc in scenario.pcs}
    staff = [_who_receives(person) if person.name in at_counter else person for person in staff]
    return Foundation(
        unit_kind=unit.kind,
        unit_name=unit.name,
        reception=office.reception,
        address=office.address,
        phone=office.phone,
        place=office.place,
        people=(*staff, *_strangers(scenario, {person.name for person in staff})),
    )


def _person(seed: SeedPerson) -> NewPerson:
    return NewPerson(seed.full_name, seed.position, seed.roles, seed.section, seed.title)


def _who_receives(person: NewPerson) -> NewPerson:
    """Whoever sits at a PC of the scenario may receive dossiers there."""
    return person if "CL" in person.roles else replace(person, roles=(*person.roles, "CL"))


def _founds_later(person: NewPerson) -> bool:
    """The ISO secretary comes first: whoever is named first founds the office."""
    return "IS" not in person.roles


def _strangers(scenario: Scenario, known: set[str]) -> list[NewPerson]:
    """People whom only the scenario names work at the counter."""
    named = [pc.person for pc in scenario.pcs] + [move.by for dossier in scenario.dossiers for move in dossier.actions]
    return [NewPerson(name, *_COUNTER) for name in dict.fromkeys(named) if name and name not in known]


def clerk_of(pc: int, scenario: Scenario, people: Iterable[NewPerson]) -> str:
    """Who sits at the PC of that place in the list: the person named, else one who may receive dossiers, in turn."""
    counter = [person.name for person in people if "CL" in person.roles]
    return scenario.pcs[pc].person or counter[pc % len(counter)]


def who_may(roles: frozenset[str], person: str, people: Iterable[NewPerson]) -> str:
    """The person if one of the roles is theirs, else the first who has one; the person again if nobody has."""
    able = [found.name for found in people if roles & set(found.roles)]
    return person if person in able or not able else able[0]


def secretary(people: Iterable[NewPerson]) -> str:
    """Who may let a further PC in."""
    return next(person.name for person in people if "IS" in person.roles)
