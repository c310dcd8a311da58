"""Attachments whose names were erased by order: their bytes go too, unless another record still names the same file."""

from __future__ import annotations

from sqlalchemy import Connection, select

from qms_desktop.domain.records.attachments import ATTACHMENT
from sync.canonical import Value
from sync.journal.entry import parse
from sync.journal.model import Hidden, Reference
from sync.server.blobs import AREAS, FOLDER, Blobs
from sync.server.database import Database
from sync.server.identity import Identity
from sync.server.records import current
from sync.server.schema import ENTRIES, ERASED

_BLOB = "#blob"


def sweep(database: Database, identity: Identity, unit: str) -> int:
    """Remove the files of erased attachments of a unit; how many. Done again after a crash, with the next erasure."""
    blobs, count = Blobs(identity.folder / FOLDER), 0
    for area in AREAS:
        with database.reading() as connection:
            gone = _erased(connection, f"unit/{unit}/{area}")
        shelf = blobs.shelf_for(unit, area)
        there = [name for name in gone if shelf.held(name)]
        blobs.erase(unit, area, there)
        count += len(there)
    return count


def _erased(connection: Connection, scope: str) -> list[str]:
    """Files that only erased records name."""
    named = select(ENTRIES.c.body).where(
        ENTRIES.c.scope == scope,
        ENTRIES.c.sealed.is_(None),
        ENTRIES.c.id.in_(select(ERASED.c.id).where(ERASED.c.scope == scope)),
    )
    found: dict[str, str] = {}
    for body in connection.scalars(named):
        for op in parse(body).ops:
            for write in op.writes if op.kind == ATTACHMENT.name else ():
                if write.field == _BLOB and (name := _name_in(write.value)):
                    found[op.record] = name
    if not found:
        return []
    others = current(connection, scope, ATTACHMENT.name).items()
    kept = {_name_in(slots.get(_BLOB)) for record, slots in others if record not in found}
    return sorted(set(found.values()) - kept)


def _name_in(value: Value | Hidden | Reference) -> str:
    """The file's name in what an attachment says; "" when it says none."""
    name = value.get("hash") if isinstance(value, dict) else None
    return name if isinstance(name, str) and len(name) == 64 and set(name) <= set("0123456789abcdef") else ""
