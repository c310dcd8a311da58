"""The demo office and its citizens: a real unit, invented people, fields the records know."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.domain.records.dossiers import APPLICANT
from qms_desktop.domain.records.people import ROLES
from qms_desktop.domain.records.units import OFFICE
from qms_desktop.scenario import ScenarioError, read_office

RESOURCES = Path(__file__).parents[1] / "resources"
UNITS = Path(__file__).parents[2] / "shared" / "data" / "units-vinh-long.csv"
ROLE_CODES = {option.value for option in ROLES}


def read(name: str) -> Any:
    text = (RESOURCES / "demo" / name).read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    return json.loads(text)


@pytest.mark.skipif(not UNITS.exists(), reason="the list of units does not lie beside this checkout")
def test_the_demo_office_stands_in_a_real_commune() -> None:
    with UNITS.open(encoding="utf-8-sig", newline="") as file:
        by_code = {row["code"]: row["kind"] for row in csv.DictReader(file)}
    assert by_code[read("office.json")["unit"]] == "Xã"
    assert by_code[read("scenario.json")["unit"]] == "Xã"


def test_the_office_fields_are_those_of_the_record() -> None:
    office = read("office.json")
    known = {field.name for field in OFFICE.fields}
    assert set(office) - {"note", "positions", "people"} <= known


def test_every_role_of_the_office_is_held_by_someone_with_a_position() -> None:
    office = read("office.json")
    positions = {position["id"] for position in office["positions"]}
    people = office["people"]
    assert 6 <= len(people) <= 8
    assert {person["position"] for person in people} <= positions
    held = {role for person in people for role in person["roles"]}
    assert {"CL", "SP", "SH", "IS", "LD", "AR"} <= held <= ROLE_CODES


def test_the_same_invented_office_can_stand_in_another_commune() -> None:
    office = read_office(read("office.json"))
    assert office.for_unit("29317", "xa", "An Phú Tân", "Xã An Phú Tân") is office
    moved = office.for_unit("28777", "phuong", "An Hội", "Phường An Hội")
    assert (moved.unit, moved.unit_kind, moved.place) == ("28777", "phuong", "An Hội")
    assert moved.reception == "Trung tâm Phục vụ hành chính công phường An Hội"
    assert moved.people == office.people
    assert all(person.section and person.roles for person in office.people)


@pytest.mark.parametrize(("key", "value"), [("position", "vt-la"), ("roles", ["XX"]), ("roles", []), ("full_name", "")])
def test_a_slip_in_the_office_file_is_named(key: str, value: Any) -> None:
    raw = read("office.json")
    raw["people"][0][key] = value
    with pytest.raises(ScenarioError) as error:
        read_office(raw)
    assert error.value.where == f"people[0].{key}"


def test_who_sits_at_a_pc_in_the_scenario_works_in_the_office() -> None:
    names = {person["full_name"] for person in read("office.json")["people"]}
    assert {pc["person"] for pc in read("scenario.json")["pcs"]} <= names


def roles_of_moves() -> list[tuple[str, str, str]]:
    """(move, role the present step asks for, who makes it) for each move of the demo's day, at the step it leaves."""
    found: list[tuple[str, str, str]] = []
    for dossier in read("scenario.json")["dossiers"]:
        raw = json.loads((RESOURCES / "procedures" / f"{dossier['procedure']}.json").read_text(encoding="utf-8"))
        roles = [step.role for step in ProcedureContent.from_json(raw).steps_for(dossier["channel"])]
        for move in dossier.get("actions", []):
            found.append((move["do"], roles[0], move.get("by", "")))
            roles = roles[1:] if move["do"] == "forward" else roles
    return found


@pytest.mark.parametrize(("move", "role", "person"), roles_of_moves())
def test_whoever_moves_a_dossier_of_the_demo_works_at_its_step(move: str, role: str, person: str) -> None:
    held = {someone["full_name"]: set(someone["roles"]) for someone in read("office.json")["people"]}
    asked = {"MC": "CL", "CM": "SP", "LDP": "SH", "LD": "LD", "VT": "AR"}[role]
    assert asked in held.get(person, set()), (move, role)


@pytest.mark.parametrize("citizen", read("citizens.json")["citizens"], ids=lambda c: c["id"])
def test_a_citizen_is_invented_and_lives_in_the_province(citizen: dict[str, str]) -> None:
    assert set(citizen) - {"id"} <= {field.name for field in APPLICANT.fields}
    assert re.fullmatch(r"0{9}\d{3}", citizen["id_number"])
    assert re.fullmatch(r"0100 000 \d{3}", citizen["phone"])
    assert citizen["address"].endswith("tỉnh Vĩnh Long")


def test_there_are_twenty_different_citizens() -> None:
    citizens = read("citizens.json")["citizens"]
    assert len({c["full_name"] for c in citizens}) == len({c["id_number"] for c in citizens}) == 20
