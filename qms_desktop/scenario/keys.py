"""The names of a scenario's fields: other usual names are understood, slips are refused, what is left over is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from qms_desktop.domain.text import nfc
from qms_desktop.scenario.shapes import ScenarioError

_COMMENTS = frozenset({"comment", "comments", "description", "ghi_chu"})
_SLIP = 0.8
"""How alike an unknown name must be to a known one to count as a slip of the pen (difflib's ratio)."""


@dataclass(frozen=True)
class Level:
    """One group of a scenario: its names, what else they may be called, and the groups inside."""

    keys: frozenset[str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[str, Level] = field(default_factory=dict)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNIT = Level(_names("code name full_name kind province"), {"unit_code": "code"})
_PC = Level(_names("id name person"), {"clerk": "person", "user": "person", "pc": "id"})
_NETWORK = Level(_names("delay_ms bytes_per_second cuts"))
_APPLICANT = Level(
    _names("full_name id_number born phone address kind"),
    {
        "name": "full_name",
        "cccd": "id_number",
        "id": "id_number",
        "dob": "born",
        "birth_date": "born",
        "birthday": "born",
        "applicant_name": "full_name",
        "applicant_phone": "phone",
        "applicant_address": "address",
        "applicant_id": "id_number",
    },
)
_PAPER = Level(_names("name originals copies state"), {"original": "originals", "copy": "copies", "status": "state"})
_ACTION = Level(
    _names("do at times reason by new_due result_number result_signer delivered_to"),
    {"action": "do", "time": "at", "person": "by", "when": "at"},
)
_DOSSIER = Level(
    _names("id pc procedure channel variant applicant papers missing received sets note result_place before_cut actions"),
    {
        "procedure_code": "procedure",
        "code": "procedure",
        "received_at": "received",
        "at": "received",
        "time": "received",
        "citizen": "applicant",
        "ghi_chu": "note",
        "applicant_name": "applicant",
        "missing_papers": "missing",
        "steps": "actions",
        "moves": "actions",
    },
    {"applicant": _APPLICANT, "papers": _PAPER, "actions": _ACTION},
)
_EDIT = Level(
    _names("pc dossier field value fields at"),
    {"time": "at", "when": "at", "new_value": "value", "to": "value", "changes": "fields", "set": "fields"},
)
_ANSWER = Level(_names("pc dossier field take value"), {"choose": "take", "keep": "take", "choice": "take"})
SCENARIO = Level(
    _names("title unit start pcs network dossiers edits answers"),
    {"name": "title", "unit_code": "unit", "start_time": "start", "office": "unit"},
    {"unit": _UNIT, "pcs": _PC, "network": _NETWORK, "dossiers": _DOSSIER, "edits": _EDIT, "answers": _ANSWER},
)


def usual(raw: object) -> tuple[object, tuple[str, ...]]:
    """The same JSON under the usual names, and in words what of it means nothing; a slip is refused by its place."""
    unknown: list[str] = []
    found = _renamed(raw, SCENARIO, "", unknown)
    return found, tuple(f"Kịch bản có “{place}”, trường này không có nghĩa nên không dùng." for place in unknown)


def _renamed(raw: object, level: Level, place: str, unknown: list[str]) -> object:
    if isinstance(raw, list):
        return [_renamed(item, level, f"{place}[{number}]", unknown) for number, item in enumerate(raw)]
    if not isinstance(raw, Mapping):
        return raw
    found: dict[str, Any] = {}
    for given, value in raw.items():
        key = _known(nfc(str(given)), level, place, unknown)
        inside = level.inside.get(key)
        where = f"{place}.{key}" if place else key
        if key in found or (key != given and key in raw):
            raise ScenarioError(f"{place}.{given}" if place else str(given), f"trùng nghĩa với một trường khác (đều là “{key}”)")
        found[key] = _renamed(value, inside, where, unknown) if inside is not None else value
    return found


def _known(given: str, level: Level, place: str, unknown: list[str]) -> str:
    if given in level.keys:
        return given
    alias = level.aliases.get(given)
    if alias is not None:
        return alias
    where = f"{place}.{given}" if place else given
    if given not in _COMMENTS and not given.startswith(("_", "$", "/")):
        close = get_close_matches(given.lower(), sorted({*level.keys, *level.aliases}), 1, _SLIP)
        if close:
            raise ScenarioError(where, f"không có trường này, chắc là “{close[0]}”")
        unknown.append(where)
    return given
