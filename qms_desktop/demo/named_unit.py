"""The unit as a scenario describes it: its code, and its kind, names and province where they are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qms_desktop.domain.text import fold
from qms_desktop.domain.unit_lists import KIND_LABELS, UnitRow
from qms_desktop.scenario import ScenarioError
from qms_desktop.scenario.shapes import words


def described(unit: object, base: UnitRow) -> UnitRow:
    """`base` with whatever the scenario's `unit` says of it; ScenarioError for a kind there is not."""
    if not isinstance(unit, Mapping):
        return base
    full_name, name = (words(unit, key, "unit", "") for key in ("full_name", "name"))
    begun, rest = _parted(name or full_name)
    kind = _kind(unit) or begun or _parted(full_name)[0] or base.kind
    found = replace(base, kind=kind, name=rest or base.name, province=words(unit, "province", "unit", base.province))
    return replace(found, full_name=full_name or f"{KIND_LABELS[kind]} {found.name}")


def remark(unit: object, row: UnitRow) -> tuple[str, ...]:
    """In words where the scenario says something else than the register, which is what counts."""
    said = described(unit, row)
    same_name = fold(said.full_name) in (fold(row.full_name), fold(row.name))
    if same_name and fold(row.province).endswith(fold(said.province)):
        return ()
    known, given = (f"{each.full_name}, {each.province}" for each in (row, said))
    return (f"Kịch bản ghi đơn vị mã {row.code} là “{given}”, còn danh mục ghi “{known}” nên dùng theo danh mục.",)


def _kind(unit: Mapping[str, Any]) -> str:
    said = words(unit, "kind", "unit", "")
    named = {fold(label): kind for kind, label in KIND_LABELS.items()} | {kind: kind for kind in KIND_LABELS}
    if said and said not in named and fold(said) not in named:
        raise ScenarioError("unit.kind", f"“{said}” không có trong: {', '.join(KIND_LABELS.values())}")
    return named.get(said) or named.get(fold(said), "")


def _parted(name: str) -> tuple[str, str]:
    """The kind a full name begins with ("" when it does not), and the name without it."""
    for kind, label in KIND_LABELS.items():
        if fold(name).startswith(f"{fold(label)} "):
            return kind, name[len(label) :].strip()
    return "", name
