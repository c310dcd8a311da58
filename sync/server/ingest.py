"""Taking entries in: storing, merging and advancing the leaves inside one transaction of one scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Executable,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    any_,
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
from sync.server.schema import CERTIFICATES, ENTRIES, LEAVES, RECORDS, SCOPES

BATCH = 400
"""How many ids one statement names; every SQLite allows this many."""

Target = tuple[str, str]
"""A record: its kind and its id."""


# Made once, because building a statement costs as much as running it.
_HERE = bindparam("scope", type_=Text)
_OWN = bindparam("own", type_=Text)
_HELD = select(ENTRIES.c.id).where(ENTRIES.c.scope == _HERE)
_BODY = select(ENTRIES.c.body).where(ENTRIES.c.scope == _HERE, ENTRIES.c.id == bindparam("id", type_=LargeBinary))
_STATES = select(RECORDS).where(RECORDS.c.scope == _HERE, RECORDS.c.record.in_(bindparam("records", expanding=True, type_=Text)))
_FOLLOWED = delete(LEAVES).where(LEAVES.c.scope == _OWN)
_NEW_LEAVES = insert(LEAVES)
_NEW_ENTRIES = insert(ENTRIES)
_ADVANCE = (
    update(SCOPES)
    .where(SCOPES.c.scope == _OWN, SCOPES.c.last_pos == bindparam("before", type_=BigInteger))
    .values({name: bindparam(name) for name in ("last_pos", "lam", "digest")})
)


class Overtaken(SQLAlchemyError):
    """Another writer advanced the scope meanwhile: the transaction is undone as a whole, and the caller comes again."""


class Ingest:
    """The writing side of one scope. Making it locks the scope, so leaves are compared and set by one writer at a time."""

    def __init__(self, connection: Connection, scope: str) -> None:
        self._connection = connection
        self.scope = scope
        row = self._locked()
        self._before: int = row.last_pos
        self._pos = self._before
        self._lam: int = row.lam
        self._digest = int.from_bytes(row.digest, "big")
        self._states: dict[Target, RecordState] = {}
        self._fresh: dict[str, Entry] = {}
        self._applied: set[str] = set()

    def add(self, parcels: Sequence[Parcel]) -> int:
        """Store and merge the parcels that are not here yet; how many those were."""
        held = held_ids(self._connection, self.scope, [parcel.entry.id for parcel in parcels])
        new = []
        for parcel in parcels:
            if parcel.entry.id in held:
                self._keep_signature(parcel)
            elif parcel.entry.id not in self._fresh:
                self._fresh[parcel.entry.id] = parcel.entry
                new.append(parcel)
        if new:
            self._insert(new)
            self._merge([parcel.entry for parcel in new])
            self._advance([parcel.entry for parcel in new])
            self._store_scope()
        return len(new)

    def keep_certificate(self, journal: str, certificate: bytes) -> None:
        """Keep the certificate of a journal's PC; the first one stays."""
        first = inserting(self._connection.dialect.name, CERTIFICATES).values(journal=journal, certificate=certificate)
        self._connection.execute(first.on_conflict_do_nothing())

    def state(self, kind: str, record: str) -> RecordState:
        """The merged state of a record, with what this transaction has added."""
        self._prefetch([(kind, record)])
        return self._states[(kind, record)]

    def states(self, targets: Sequence[Target]) -> list[RecordState]:
        """The same for many records at once."""
        self._prefetch(targets)
        return [self._states[target] for target in targets]

    def _locked(self) -> Row[*tuple[Any, ...]]:
        """The scope's row, made if need be, and held until the transaction ends."""
        first = {"scope": self.scope, "last_pos": 0, "lam": 0, "digest": b""}
        return self._connection.execute(_locking(self._connection.dialect.name), first).one()

    def _insert(self, parcels: Sequence[Parcel]) -> None:
        rows = []
        for parcel in parcels:
            self._pos += 1
            rows.append(_row(parcel, self._pos))
        self._connection.execute(_NEW_ENTRIES, rows)

    def _keep_signature(self, parcel: Parcel) -> None:
        if parcel.signature is not None:
            here = (ENTRIES.c.scope == self.scope) & (ENTRIES.c.id == bytes.fromhex(parcel.entry.id))
            unsigned = update(ENTRIES).where(here, ENTRIES.c.signature.is_(None))
            self._connection.execute(unsigned.values(signature=parcel.signature))

    def _merge(self, entries: Sequence[Entry]) -> None:
        targets = list(dict.fromkeys((op.kind, op.record) for entry in entries for op in entry.ops))
        self._prefetch(targets)
        for entry in entries:
            self._lam = max(self._lam, entry.lam)
            for op in entry.ops:
                target = (op.kind, op.record)
                applied = merge.apply(self._states[target], op, entry.id, entry.lam, self._wrote)
                self._states[target] = applied.state
                self._digest = (self._digest + applied.delta) % DIGEST_MODULUS
            self._applied.add(entry.id)
        self._store_states(targets)

    def _prefetch(self, targets: Sequence[Target]) -> None:
        missing = {target for target in targets if target not in self._states}
        for target in missing:
            self._states[target] = EMPTY
        for batch in batches(sorted({record for _, record in missing})):
            for row in self._connection.execute(_STATES, {"scope": self.scope, "records": batch}):
                if (row.kind, row.record) in missing:
                    self._states[(row.kind, row.record)] = merge.unpack(row.state)

    def _store_states(self, targets: Sequence[Target]) -> None:
        if not targets:
            return
        rows = [
            {"scope": self.scope, "kind": kind, "record": record, "state": merge.pack(self._states[(kind, record)])}
            for kind, record in targets
        ]
        upsert(self._connection, RECORDS, rows)

    def _advance(self, entries: Sequence[Entry]) -> None:
        followed = {entry.prev for entry in entries}
        gone = [entry for entry in followed - {entry.id for entry in entries} if entry]
        for batch in batches(gone):
            self._connection.execute(_followed(self._connection.dialect.name), {"own": self.scope, "ids": raw(batch)})
        rows = [
            {"scope": self.scope, "id": bytes.fromhex(entry.id), "journal": entry.journal, "n": entry.n}
            for entry in entries
            if entry.id not in followed
        ]
        self._connection.execute(_NEW_LEAVES, rows)

    def _store_scope(self) -> None:
        """Compare and set: the leaves just written hold only if nobody wrote in the scope since it was read."""
        values = {"last_pos": self._pos, "lam": self._lam, "digest": self._digest.to_bytes(32, "big")}
        unchanged = {"own": self.scope, "before": self._before}
        if self._connection.execute(_ADVANCE, values | unchanged).rowcount != 1:
            raise Overtaken(f"scope {self.scope} was written by another")
        self._before = self._pos

    def _wrote(self, entry_id: str, kind: str, record: str, field: str) -> bool:
        if entry_id in self._fresh and entry_id not in self._applied:
            return False
        entry = self._fresh.get(entry_id) or self._stored(entry_id)
        return entry is not None and merge.writes(entry, kind, record, field)

    def _stored(self, entry_id: str) -> Entry | None:
        body = self._connection.scalar(_BODY, {"scope": self.scope, "id": bytes.fromhex(entry_id)})
        return None if body is None else reread(body, entry_id)


def held_ids(connection: Connection, scope: str, ids: Collection[str]) -> set[str]:
    """Those of the ids that are stored in the scope."""
    found: set[str] = set()
    for batch in batches(tuple(ids)):
        wanted = _held(connection.dialect.name)
        found.update(entry.hex() for entry in connection.scalars(wanted, {"scope": scope, "ids": raw(batch)}))
    return found


def among(dialect: str, column: Column[bytes]) -> ColumnElement[bool]:
    """That the column is one of `ids`; for PostgreSQL the same text however many they are, so that it need not plan again."""
    if dialect == "postgresql":
        return column == any_(bindparam("ids", type_=ARRAY(LargeBinary)))
    return column.in_(bindparam("ids", expanding=True, type_=LargeBinary))


@cache
def _held(dialect: str) -> Select[bytes]:
    return _HELD.where(among(dialect, ENTRIES.c.id))


@cache
def _followed(dialect: str) -> Executable:
    return _FOLLOWED.where(among(dialect, LEAVES.c.id))


def inserting(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insertion that may say what happens to a row that is there already."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Put the rows in, in place of those with the same key."""
    if rows:
        connection.execute(_replacing(connection.dialect.name, table), rows)


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


def batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """The items in pieces that one statement can name."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def raw(ids: Iterable[str]) -> list[bytes]:
    """Entry ids as the tables hold them."""
    return [bytes.fromhex(entry) for entry in ids]


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
