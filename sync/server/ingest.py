"""Taking entries in: storing, merging and advancing the leaves inside one transaction of one scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Connection,
    Executable,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from sync.journal import merge
from sync.journal.entry import reread
from sync.journal.log import Parcel
from sync.journal.merge import DIGEST_MODULUS, EMPTY, RecordState
from sync.journal.model import Entry
from sync.server.naming import Pairs, among, batches, paired, raw
from sync.server.schema import CERTIFICATES, ENTRIES, LEAVES, RECORDS, SCOPES

Target = tuple[str, str]
"""A record: its kind and its id."""

Name = tuple[str, str]
"""An entry: its scope and its id."""

ScopeRow: TypeAlias = Row[*tuple[Any, ...]]


# Made once, because building a statement costs as much as running it.
_HERE = bindparam("scope", type_=Text)
_OWN = bindparam("own", type_=Text)
_HELD = select(ENTRIES.c.id).where(ENTRIES.c.scope == _HERE)
_BODY = select(ENTRIES.c.body).where(ENTRIES.c.scope == _HERE, ENTRIES.c.id == bindparam("id", type_=LargeBinary))
_FREE = (
    select(SCOPES)
    .where(SCOPES.c.scope.in_(bindparam("scopes", expanding=True, type_=Text)))
    .order_by(SCOPES.c.scope)
    .with_for_update(skip_locked=True)
)
_FOLLOWED = delete(LEAVES).where(LEAVES.c.scope == _OWN, LEAVES.c.id == bindparam("gone", type_=LargeBinary))
_NEW_LEAVES = insert(LEAVES)
_NEW_ENTRIES = insert(ENTRIES)
_ADVANCE = (
    update(SCOPES)
    .where(SCOPES.c.scope == _OWN, SCOPES.c.last_pos == bindparam("before", type_=BigInteger))
    .values({name: bindparam(name) for name in ("last_pos", "lam", "digest")})
)


_NAMES = Pairs((ENTRIES.c.scope, ENTRIES.c.id), ENTRIES.c.scope, ENTRIES.c.id)
_STATES = Pairs(list(RECORDS.columns), RECORDS.c.scope, RECORDS.c.record)


class Overtaken(SQLAlchemyError):
    """Another writer advanced the scope meanwhile: the transaction is undone as a whole, and the caller comes again."""


class Ingest:
    """The writing side of one scope. Making it locks the scope, so leaves are compared and set by one writer at a time.

    `locked`: the scope's row, where the caller has locked it already.
    """

    def __init__(self, connection: Connection, scope: str, locked: ScopeRow | None = None) -> None:
        self._connection = connection
        self.scope = scope
        row = locked or self._locked()
        self._before: int = row.last_pos
        self._pos = self._before
        self._lam: int = row.lam
        self._digest = int.from_bytes(row.digest, "big")
        self._states: dict[Target, RecordState] = {}
        self._fresh: dict[str, Entry] = {}
        self._applied: set[str] = set()

    def add(self, parcels: Sequence[Parcel]) -> int:
        """Store and merge the parcels that are not here yet; how many those were."""
        return add_all(self._connection, {self: parcels})

    def keep_certificate(self, journal: str, certificate: bytes) -> None:
        """Keep the certificate of a journal's PC; the first one stays."""
        row = {"journal": journal, "certificate": certificate}
        self._connection.execute(_first_stays(self._connection.dialect.name), row)

    def state(self, kind: str, record: str) -> RecordState:
        """The merged state of a record, with what this transaction has added."""
        return self.states([(kind, record)])[0]

    def states(self, targets: Sequence[Target]) -> list[RecordState]:
        """The same for many records at once."""
        _prefetch(self._connection, {self: targets})
        return [self._states[target] for target in targets]

    def _locked(self) -> ScopeRow:
        """The scope's row, made if need be, and held until the transaction ends."""
        first = {"scope": self.scope, "last_pos": 0, "lam": 0, "digest": b""}
        return self._connection.execute(_locking(self._connection.dialect.name), first).one()

    def _new(self, parcels: Sequence[Parcel], held: Collection[Name]) -> list[Parcel]:
        new = []
        for parcel in parcels:
            if (self.scope, parcel.entry.id) in held:
                self._keep_signature(parcel)
            elif parcel.entry.id not in self._fresh:
                self._fresh[parcel.entry.id] = parcel.entry
                new.append(parcel)
        return new

    def _rows(self, parcels: Sequence[Parcel]) -> list[dict[str, object]]:
        first = self._pos + 1
        self._pos += len(parcels)
        return [_row(parcel, pos) for pos, parcel in enumerate(parcels, first)]

    def _keep_signature(self, parcel: Parcel) -> None:
        if parcel.signature is not None:
            here = (ENTRIES.c.scope == self.scope) & (ENTRIES.c.id == bytes.fromhex(parcel.entry.id))
            unsigned = update(ENTRIES).where(here, ENTRIES.c.signature.is_(None))
            self._connection.execute(unsigned.values(signature=parcel.signature))

    def _merge(self, parcels: Sequence[Parcel]) -> None:
        for entry in (parcel.entry for parcel in parcels):
            self._lam = max(self._lam, entry.lam)
            for op in entry.ops:
                target = (op.kind, op.record)
                applied = merge.apply(self._states[target], op, entry.id, entry.lam, self._wrote)
                self._states[target] = applied.state
                self._digest = (self._digest + applied.delta) % DIGEST_MODULUS
            self._applied.add(entry.id)

    def _state_row(self, target: Target) -> dict[str, object]:
        return {"scope": self.scope, "kind": target[0], "record": target[1], "state": merge.pack(self._states[target])}

    def _end(self) -> dict[str, object]:
        """The scope's row as it shall stand, and as it must stand until then."""
        values = {"last_pos": self._pos, "lam": self._lam, "digest": self._digest.to_bytes(32, "big")}
        return values | {"own": self.scope, "before": self._before}

    def _stored_end(self) -> None:
        self._before = self._pos

    def _wrote(self, entry_id: str, kind: str, record: str, field: str) -> bool:
        if entry_id in self._fresh and entry_id not in self._applied:
            return False
        entry = self._fresh.get(entry_id) or self._stored(entry_id)
        return entry is not None and merge.writes(entry, kind, record, field)

    def _stored(self, entry_id: str) -> Entry | None:
        body = self._connection.scalar(_BODY, {"scope": self.scope, "id": bytes.fromhex(entry_id)})
        return None if body is None else reread(body, entry_id)


def lock_free(connection: Connection, scopes: Collection[str]) -> dict[str, Ingest]:
    """Those of the scopes that exist and that nobody else is writing in, locked; it never waits."""
    rows = connection.execute(_FREE, {"scopes": sorted(scopes)})
    return {row.scope: Ingest(connection, row.scope, row) for row in rows}


def add_all(connection: Connection, brought: Mapping[Ingest, Sequence[Parcel]]) -> int:
    """`Ingest.add` for several scopes, with as many statements as for one; how many entries were new."""
    held = _held_among(connection, [(ingest.scope, parcel.entry.id) for ingest, found in brought.items() for parcel in found])
    new = {ingest: fresh for ingest, parcels in brought.items() if (fresh := ingest._new(parcels, held))}
    if new:
        connection.execute(_NEW_ENTRIES, [row for ingest, parcels in new.items() for row in ingest._rows(parcels)])
        _merge_all(connection, new)
        _advance(connection, new)
        _store_ends(connection, new)
    return sum(map(len, new.values()))


def _merge_all(connection: Connection, new: Mapping[Ingest, Sequence[Parcel]]) -> None:
    targets = {ingest: _targets(parcels) for ingest, parcels in new.items()}
    _prefetch(connection, targets)
    for ingest, parcels in new.items():
        ingest._merge(parcels)
    upsert(connection, RECORDS, [ingest._state_row(target) for ingest, touched in targets.items() for target in touched])


def _targets(parcels: Sequence[Parcel]) -> list[Target]:
    return list(dict.fromkeys((op.kind, op.record) for parcel in parcels for op in parcel.entry.ops))


def _prefetch(connection: Connection, targets: Mapping[Ingest, Sequence[Target]]) -> None:
    wanted: list[Name] = []
    ingests = {ingest.scope: ingest for ingest in targets}
    missing = {(ingest.scope, *one) for ingest, touched in targets.items() for one in touched if one not in ingest._states}
    for scope, kind, record in missing:
        ingests[scope]._states[kind, record] = EMPTY
    wanted = sorted({(scope, record) for scope, _, record in missing})
    for row in paired(connection, _STATES, wanted):
        if (row.scope, row.kind, row.record) in missing:
            ingests[row.scope]._states[row.kind, row.record] = merge.unpack(row.state)


def _advance(connection: Connection, new: Mapping[Ingest, Sequence[Parcel]]) -> None:
    """The leaves: what has a successor is none any more."""
    gone, rows = [], []
    for ingest, parcels in new.items():
        entries = [parcel.entry for parcel in parcels]
        followed = {entry.prev for entry in entries}
        before = followed - {entry.id for entry in entries}
        gone += [{"own": ingest.scope, "gone": bytes.fromhex(entry)} for entry in sorted(before) if entry]
        rows += [
            {"scope": ingest.scope, "id": bytes.fromhex(entry.id), "journal": entry.journal, "n": entry.n}
            for entry in entries
            if entry.id not in followed
        ]
    if gone:
        connection.execute(_FOLLOWED, gone)
    connection.execute(_NEW_LEAVES, rows)


def _store_ends(connection: Connection, new: Collection[Ingest]) -> None:
    """Compare and set: the leaves just written hold only if nobody wrote in the scopes since they were read."""
    if connection.execute(_ADVANCE, [ingest._end() for ingest in new]).rowcount != len(new):
        raise Overtaken("a scope was written by another: " + ", ".join(ingest.scope for ingest in new))
    for ingest in new:
        ingest._stored_end()


def held_ids(connection: Connection, scope: str, ids: Collection[str]) -> set[str]:
    """Those of the ids that are stored in the scope."""
    found: set[str] = set()
    for batch in batches(tuple(ids)):
        wanted = _held(connection.dialect.name)
        found.update(entry.hex() for entry in connection.scalars(wanted, {"scope": scope, "ids": raw(batch)}))
    return found


def _held_among(connection: Connection, names: Sequence[Name]) -> set[Name]:
    rows = paired(connection, _NAMES, [(scope, bytes.fromhex(entry)) for scope, entry in names])
    return {(row.scope, row.id.hex()) for row in rows}


@cache
def _held(dialect: str) -> Select[bytes]:
    return _HELD.where(among(dialect, ENTRIES.c.id))


def inserting(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insertion that may say what happens to a row that is there already."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Put the rows in, in place of those with the same key."""
    if rows:
        connection.execute(_replacing(connection.dialect.name, table), rows)


@cache
def _first_stays(dialect: str) -> Executable:
    return inserting(dialect, CERTIFICATES).on_conflict_do_nothing()


@cache
def _replacing(dialect: str, table: Table) -> Executable:
    statement = inserting(dialect, table)
    values = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=values)


@cache
def _locking(dialect: str) -> Executable:
    statement = inserting(dialect, SCOPES)
    own = statement.on_conflict_do_update(index_elements=[SCOPES.c.scope], set_={"last_pos": SCOPES.c.last_pos})
    return own.returning(SCOPES)


def _row(parcel: Parcel, pos: int) -> dict[str, object]:
    entry = parcel.entry
    return {
        "scope": entry.scope,
        "pos": pos,
        "id": bytes.fromhex(entry.id),
        "journal": entry.journal,
        "n": entry.n,
        "prev": bytes.fromhex(entry.prev),
        "body": entry.body,
        "sealed": parcel.ciphertext,
        "signature": parcel.signature,
    }
