"""The calendar a dossier is counted by: the province's versions, the unit's own on top, the shipped ones below them."""

import json
from functools import lru_cache

from qms_desktop.domain.calendar import Calendars, WorkingCalendar
from qms_desktop.domain.calendar_data import calendar_from_data
from qms_desktop.domain.errors import AppError
from qms_desktop.domain.fields import Area, Values
from qms_desktop.resources import calendars as load_shipped
from qms_desktop.store.view import View


def calendars_in(view: View) -> Calendars:
    """All calendars this PC knows, the general first: shipped, then province, then unit, each by version.

    A record that cannot be read as a calendar is left out here; its own form says what is wrong with it.
    """
    records = sorted(view.find("calendar"), key=_order)
    layers = [layer for layer in (_layer(_text(record)) for record in records) if layer is not None]
    return _laid_over(tuple(layers))


def pinned(calendars: Calendars, version: str) -> Calendars:
    """The calendars as a dossier received under ``version`` sees them: later versions of the same calendar do not move it.

    Calendars of years that had none then are added, because the years already counted stay as they were. An unknown version
    (its record has not come yet) leaves everything in.
    """
    kept = [layer for layer in calendars.layers if f" {_name(layer)} " in f" {version} "]
    if not kept:
        return calendars
    last = max((layer.valid_to for layer in kept if layer.valid_to is not None), default=None)
    kept += [layer for layer in calendars.layers if last is not None and layer.valid_from > last]
    return _laid(tuple(kept))


def _name(layer: WorkingCalendar) -> str:
    return f"{layer.name}@{layer.version}"


def _order(record: Values) -> tuple[bool, str, int, str]:
    version = record.get("version")
    local = record.get("_area") != Area.PROVINCE.value
    return local, str(record.get("valid_from") or ""), version if isinstance(version, int) else 0, str(record.get("id"))


def _text(record: Values) -> str:
    return json.dumps({name: value for name, value in record.items() if not name.startswith("_")}, sort_keys=True)


@lru_cache(maxsize=64)
def _layer(text: str) -> WorkingCalendar | None:
    try:
        return calendar_from_data(json.loads(text))
    except AppError:
        return None


@lru_cache(maxsize=1)
def _shipped() -> Calendars:
    return load_shipped()


@lru_cache(maxsize=16)
def _laid_over(layers: tuple[WorkingCalendar, ...]) -> Calendars:
    known = {_name(layer) for layer in layers}
    below = tuple(layer for layer in _shipped().layers if _name(layer) not in known)
    return Calendars(below + layers)


@lru_cache(maxsize=16)
def _laid(layers: tuple[WorkingCalendar, ...]) -> Calendars:
    return Calendars(layers)
