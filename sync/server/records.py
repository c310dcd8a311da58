"""The merged state read as values: what the server itself may read of a record, from the entries that hold its heads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from sync.canonical import Value
from sync.journal import merge
from sync.journal.entry import reread
from sync.journal.merge import RecordState
from sync.journal.model import VOID_FIELD, Entry, Hidden, Reference
from sync.server.naming import batches, raw
from sync.server.schema import ENTRIES, RECORDS

Slots = dict[str, Value]
"""The shown value of every field or field group of a record, as it stands in the entries."""


def current(connection: Connection, scope: str, kind: str) -> dict[str, Slots]:
    """Every record of a kind that is not void, by its id. Sealed values are left out: the server cannot read them."""
    wanted = select(RECORDS.c.record, RECORDS.c.state).where(RECORDS.c.scope == scope, RECORDS.c.kind == kind)
    states = {row.record: merge.unpack(row.state) for row in connection.execute(wanted.order_by(RECORDS.c.record))}
    standing = {record: state for record, state in states.items() if not merge.is_void(state)}
    return shown_values(connection, scope, {(kind, record): state for record, state in standing.items()}, kind)


def shown_values(
    connection: Connection, scope: str, states: Mapping[tuple[str, str], RecordState], kind: str
) -> dict[str, Slots]:
    """The shown values of records of one kind whose merged states are at hand."""
    heads = (heads for state in states.values() for field, heads in state.heads.items() if field != VOID_FIELD)
    entries = _entries(connection, scope, {merge.shown(found)[0] for found in heads})
    return {record: _slots(state, entries, kind, record) for (_, record), state in states.items()}


def flat(slots: Mapping[str, Value], groups: Iterable[str]) -> dict[str, Value]:
    """Field values with the field groups opened."""
    values: dict[str, Value] = {}
    for name, value in slots.items():
        if name in groups and isinstance(value, dict):
            values.update(value)
        else:
            values[name] = value
    return values


def _entries(connection: Connection, scope: str, ids: set[str]) -> dict[str, Entry]:
    found = {}
    for batch in batches(sorted(ids)):
        wanted = select(ENTRIES.c.id, ENTRIES.c.body).where(ENTRIES.c.scope == scope, ENTRIES.c.id.in_(raw(batch)))
        found.update({name.hex(): reread(body, name.hex()) for name, body in connection.execute(wanted)})
    return found


def _slots(state: RecordState, entries: Mapping[str, Entry], kind: str, record: str) -> Slots:
    slots: Slots = {}
    for field, heads in state.heads.items():
        if field == VOID_FIELD:
            continue
        entry = entries[merge.shown(heads)[0]]
        writes = (write for op in entry.ops if (op.kind, op.record) == (kind, record) for write in op.writes)
        value = next(write.value for write in writes if write.field == field)
        if not isinstance(value, (Hidden, Reference)):
            slots[field] = value
    return slots
