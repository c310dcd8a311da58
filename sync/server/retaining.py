"""Whether an order to erase may be carried out: the province judges retention and holds by what it can read itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from qms_desktop.domain.fields import Area
from qms_desktop.domain.records.dossiers import CLOCK_EVENT, DOSSIER, STEP_RUN
from qms_desktop.domain.records.revisions import REVISION
from qms_desktop.domain.retention import Obstacle, kept
from sync.canonical import Value
from sync.journal.entry import Entry
from sync.server.records import current, flat

_PARTS = {"step_run": "dossier", "clock_event": "dossier", "print_job": "subject", "attachment": "subject"}


def obstacle(connection: Connection, unit: str, dossiers: Sequence[str], today: date) -> Obstacle | None:
    """What stands against erasing these dossiers of a unit; None when nothing does. A dossier that is not here is unknown."""
    scope = Area.DOSSIERS.scope(unit)
    groups = {DOSSIER.merged_name(field.name) for field in DOSSIER.fields if field.group}
    held = current(connection, scope, DOSSIER.name)
    parts = [row for kind in (CLOCK_EVENT, STEP_RUN) for row in current(connection, scope, kind.name).values()]
    revisions = _revisions(connection, unit)
    for name in dossiers:
        row = flat(held[name], groups) if name in held else {}
        own = [part for part in parts if part.get("dossier") == name]
        same = [revision for revision in revisions if revision.get("code") == row.get("procedure_code")]
        found = kept(row, own, same, today).obstacle
        if found is not None:
            return found
    return None if dossiers else Obstacle.UNKNOWN


def about(connection: Connection, unit: str, entries: Mapping[str, Entry], dossiers: Sequence[str]) -> list[Value]:
    """Those of the entries that say something of these dossiers and nothing of another one: only they may be erased."""
    scope = Area.DOSSIERS.scope(unit)
    owners: dict[tuple[str, str], Value] = {
        (kind, name): row.get(field) for kind, field in _PARTS.items() for name, row in current(connection, scope, kind).items()
    }
    return [name for name, entry in sorted(entries.items()) if _is_about(entry, owners, frozenset(dossiers))]


def _is_about(entry: Entry, owners: Mapping[tuple[str, str], Value], dossiers: frozenset[str]) -> bool:
    named = {op.record for op in entry.ops if op.kind == DOSSIER.name}
    named |= {owner for op in entry.ops if isinstance(owner := owners.get((op.kind, op.record)), str)}
    parts = any(op.kind in _PARTS for op in entry.ops)
    return named <= dossiers and (bool(named) or parts)


def _revisions(connection: Connection, unit: str) -> list[Mapping[str, Value]]:
    groups = {REVISION.merged_name(field.name) for field in REVISION.fields if field.group}
    scopes = (Area.PROVINCE.value, Area.QMS.scope(unit))
    return [flat(row, groups) for scope in scopes for row in current(connection, scope, REVISION.name).values()]
