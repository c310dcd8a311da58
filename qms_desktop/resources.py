"""Loads what lies in resources/: read-only data that travels with the program.

The folder stands beside the packages, in a checkout and in an installation alike; it is found from this file and not by
import, so that a folder of the same name elsewhere on the path cannot stand in for it. A missing or damaged file is
QMS-801: only reinstalling the program helps.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qms_desktop.domain.calendar import Calendars
from qms_desktop.domain.calendar_data import calendar_from_data
from qms_desktop.domain.errors import SetupError
from qms_desktop.domain.procedure_content import ProcedureContent

_ROOT = Path(__file__).resolve().parent.parent / "resources"


def resource(name: str) -> Path:
    """The file or folder of that name below resources/, for example "calendars/vn-2026.json"."""
    found = _ROOT / name
    if not found.exists():
        raise _damaged(name)
    return found


def load_json(name: str) -> Any:
    """The content of a JSON file below resources/."""
    try:
        return json.loads(resource(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise _damaged(name) from fault


def names(folder: str, suffix: str = ".json") -> tuple[str, ...]:
    """The files of a folder below resources/, as names for load_json, in alphabetical order."""
    found = sorted(item.name for item in resource(folder).iterdir() if item.name.endswith(suffix))
    return tuple(f"{folder}/{name}" for name in found)


def calendars() -> Calendars:
    """The national calendars shipped with the program, one layer for each year."""
    return Calendars(tuple(calendar_from_data(load_json(name)) for name in names("calendars")))


def procedures() -> tuple[ProcedureContent, ...]:
    """The model procedures shipped with the program, by code."""
    return tuple(ProcedureContent.from_json(load_json(name)) for name in names("procedures"))


def _damaged(name: str) -> SetupError:
    return SetupError(
        "QMS-801",
        f"Thiếu hoặc hỏng tệp “{name}” của chương trình.",
        do="Hãy cài lại chương trình rồi mở lại; dữ liệu vẫn giữ nguyên.",
    )
