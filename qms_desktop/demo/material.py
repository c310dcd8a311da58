"""What a journey is made of: the scenario file, the register of units, the demo office and its citizens."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from qms_desktop.demo.named_unit import described, remark
from qms_desktop.domain.unit_lists import KIND_LABELS, UnitRow, UnitsFile
from qms_desktop.interchange.units_csv import read_units
from qms_desktop.resources import load_json, procedures, resource
from qms_desktop.scenario import OfficeSeed, Scenario, load_scenario, read_citizens, read_office, usual

_UNITS_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "units-vinh-long.csv"
_CODE = re.compile(r"\d{5}")
_CITIZENS_AS_OF = date(2026, 7, 1)
_PROVINCE = "Tỉnh Vĩnh Long"


@dataclass(frozen=True)
class Material:
    """Everything a journey needs to know before it starts; `source` says where the units come from."""

    scenario: Scenario
    unit: UnitRow
    units: UnitsFile
    source: str
    seed: OfficeSeed


def gather(path: Path | None) -> Material:
    """Read it all; without a path the shipped scenario. Raises ScenarioError or InterchangeError on a file that is no good."""
    chosen = path or resource("demo/scenario.json")
    seed = read_office(load_json("demo/office.json"))
    described_unit = _unit_named(chosen)
    units, source = _units(seed, described_unit)
    by_code = {row.code: row for row in units.rows}
    scenario = load_scenario(
        chosen,
        procedures={content.code: content for content in procedures()},
        units={code: row.full_name for code, row in by_code.items()},
        citizens=read_citizens(load_json("demo/citizens.json"), today=_CITIZENS_AS_OF),
    )
    unit = by_code[scenario.unit]
    scenario = replace(scenario, remarks=(*scenario.remarks, *remark(described_unit, unit)))
    return Material(scenario, unit, units, source, seed)


def _units(seed: OfficeSeed, named: object) -> tuple[UnitsFile, str]:
    """The province's register where it lies beside the project; else only the units the demo itself names."""
    if _UNITS_BESIDE.exists():
        return read_units(_UNITS_BESIDE), _UNITS_BESIDE.name
    own = _row(seed.unit, seed.unit_kind, seed.unit_name)
    code = str(named.get("code", "") if isinstance(named, Mapping) else named).strip()
    other = [described(named, _row(code, "xa", f"mã {code}"))] if _CODE.fullmatch(code) and code != own.code else []
    return UnitsFile((own, *other), ()), "chỉ đơn vị của bản mẫu, vì không có tệp units-vinh-long.csv"


def _row(code: str, kind: str, name: str) -> UnitRow:
    return UnitRow(code, kind, name, f"{KIND_LABELS[kind]} {name}", _PROVINCE)


def _unit_named(scenario: Path) -> object:
    """The unit a scenario names, as far as that can be seen before it is checked."""
    try:
        raw = json.loads(scenario.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return ""
    named = usual(raw)[0]
    return named.get("unit", "") if isinstance(named, Mapping) else ""
