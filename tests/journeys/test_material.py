"""A journey finds what it needs, also where the province's register does not lie beside the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qms_desktop.demo import material
from qms_desktop.demo.people import clerk_of, foundation, secretary
from qms_desktop.domain.unit_lists import UnitRow
from qms_desktop.scenario import ScenarioError

SHORT = {"unit": "28756", "dossiers": [{"procedure": "2.000884", "applicant": "Bà Ví Dụ", "received": "2026-12-01T09:00"}]}


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No register of units anywhere."""
    monkeypatch.setattr(material, "_UNITS_BESIDE", tmp_path / "none.csv")
    return tmp_path


def test_the_shipped_scenario_needs_no_register(alone: Path) -> None:
    found = material.gather(None)
    assert [row.full_name for row in found.units.rows] == ["Xã An Phú Tân"]
    assert "bản mẫu" in found.source


def test_another_unit_is_played_under_its_code_until_its_name_is_known(alone: Path) -> None:
    file = alone / "other.json"
    file.write_text(json.dumps(SHORT), encoding="utf-8")
    assert material.gather(file).unit.code == "28756"


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "phuong", "name": "Phú Khương"},
        {"kind": "Phường", "name": "Phú Khương"},
        {"full_name": "Phường Phú Khương"},
        {"name": "Phường Phú Khương", "province": "Tỉnh Vĩnh Long"},
    ],
)
def test_another_unit_bears_the_name_the_scenario_gives_it(alone: Path, said: dict[str, str]) -> None:
    file = alone / "other.json"
    file.write_text(json.dumps(SHORT | {"unit": {"code": "28756", **said}}), encoding="utf-8")
    found = material.gather(file)
    assert found.unit == UnitRow("28756", "phuong", "Phú Khương", "Phường Phú Khương", "Tỉnh Vĩnh Long")
    assert found.scenario.remarks == ()


def test_a_name_that_contradicts_the_register_is_pointed_out(alone: Path) -> None:
    file = alone / "other.json"
    file.write_text(json.dumps(SHORT | {"unit": {"code": "29317", "name": "Phú Khương"}}), encoding="utf-8")
    found = material.gather(file)
    assert found.unit.full_name == "Xã An Phú Tân"
    assert "Xã Phú Khương" in found.scenario.remarks[0]


def test_a_kind_of_unit_that_there_is_not_is_refused(alone: Path) -> None:
    file = alone / "other.json"
    file.write_text(json.dumps(SHORT | {"unit": {"code": "28756", "kind": "Làng"}}), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        material.gather(file)
    assert error.value.where == "unit.kind"


def test_people_whom_only_the_scenario_names_work_at_the_counter(alone: Path) -> None:
    file = alone / "other.json"
    file.write_text(json.dumps(SHORT | {"pcs": [{"id": "pc1", "person": "Bà Người Lạ"}, "pc2"]}), encoding="utf-8")
    found = material.gather(file)
    people = foundation(found.scenario, found.unit, found.seed).people
    assert clerk_of(0, found.scenario, people) == "Bà Người Lạ"
    assert "CL" in next(person for person in people if person.name == "Bà Người Lạ").roles
    assert "IS" in next(person for person in people if person.name == secretary(people)).roles
    assert "IS" in people[0].roles
