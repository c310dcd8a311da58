"""Entries, leaves and merge states on one connection, inside a transaction that the caller holds.

Numbers (`num`) are local: entries in order of arrival, records in order of first sight. Nothing outside this database ever
hears of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from qms_desktop.store import meta
from qms_desktop.store.bases import Bases
from sync.canonical import Value
from sync.errors import EntryError, KeyFault
from sync.journal import merge
from sync.journal.entry import Entry, Hidden, Op, Reference, Write, parse, reveal
from sync.journal.keys import UnitKeys

DIGEST_BYTES = 32
BATCH = 500


@dataclass(frozen=True, slots=True)
class Record:
    """A record's place: number, scope, kind, id; and its merged state."""

    num: int
    scope: str
    kind: str
    record: str
    state: merge.RecordState


@dataclass(frozen=True, slots=True)
class Change:
    """What one operation of an entry did to a record: its state afterwards, and the merged fields whose heads changed."""

    record: Record
    touched: tuple[str, ...]
    entry: Entry


class Ledger:
    """The journal and the merge states, read and extended. Lives no longer than the transaction, for it caches."""

    def __init__(self, connection: Any, unit_keys: UnitKeys) -> None:
        self.connection = connection
        self.unit_keys = unit_keys
        self.bases = Bases(connection)
        self._numbers: dict[str, int] = {}
        self._ids: dict[int, str] = {}
        self._entries: dict[str, Entry] = {}
        self._writes: dict[str, dict[tuple[str, str, str], Write]] = {}

    def forget(self) -> None:
        """Drop what was cached, for those who walk through the whole journal."""
        self._entries.clear()
        self._writes.clear()
        self._numbers.clear()
        self._ids.clear()

    def holds(self, entry_id: str) -> bool:
        """Whether the entry is in the journal."""
        return self.number_of(entry_id) is not None

    def number_of(self, entry_id: str) -> int | None:
        """The local number of an entry, None if it has not arrived."""
        if entry_id not in self._numbers:
            row = self.connection.execute("SELECT num FROM entry WHERE id = ?", (bytes.fromhex(entry_id),)).fetchone()
            if row is None:
                return None
            self._remember(entry_id, row[0])
        return self._numbers[entry_id]

    def _remember(self, entry_id: str, num: int) -> None:
        self._numbers[entry_id] = num
        self._ids[num] = entry_id

    def _local(self, entry_id: str) -> int | str:
        num = self.number_of(entry_id)
        return entry_id if num is None else num

    def _remote(self, local: int | str) -> str:
        if isinstance(local, str):
            return local
        if local not in self._ids:
            row = self.connection.execute("SELECT id FROM entry WHERE num = ?", (local,)).fetchone()
            self._remember(row[0].hex(), local)
        return self._ids[local]

    def entry(self, entry_id: str) -> Entry | None:
        """The entry, its personal values in clear where the key is here and they are not erased.

        One that only a snapshot brought counts as well: its values can be shown, though it is not held.
        """
        if entry_id not in self._entries:
            row = self.connection.execute("SELECT body, sealed FROM entry WHERE id = ?", (bytes.fromhex(entry_id),)).fetchone()
            row = row or self.bases.entry(entry_id)
            if row is None:
                return None
            self._entries[entry_id] = self.opened(parse(row[0]), row[1])
        return self._entries[entry_id]

    def opened(self, entry: Entry, ciphertext: bytes | None) -> Entry:
        """The entry in clear, or as it is when the epoch's key is not here or its writer sealed something unreadable."""
        try:
            return reveal(entry, ciphertext, self.unit_keys)
        except (KeyFault, EntryError):
            return entry

    def wrote(self, entry_id: str, kind: str, record: str, field: str) -> bool:
        """Whether a held entry of that id writes the field (asked by the merge when arrival order was unusual)."""
        entry = self.entry(entry_id) if self.holds(entry_id) else None
        return entry is not None and merge.writes(entry, kind, record, field)

    def write(self, entry_id: str, kind: str, record: str, field: str) -> Write | None:
        """What the entry did to that field, None when it is not here or left the field alone."""
        if entry_id not in self._writes:
            entry = self.entry(entry_id)
            if entry is None:
                return None
            self._writes[entry_id] = {(op.kind, op.record, write.field): write for op in entry.ops for write in op.writes}
        return self._writes[entry_id].get((kind, record, field))

    def sources(self, entry_id: str, kind: str, record: str, field: str) -> tuple[str, ...]:
        """The entries that hold the value a head stands for: itself, or those a verdict refers to (newest first)."""
        direct = self.write(entry_id, kind, record, field)
        if direct is None or not isinstance(direct.value, Reference):
            return (entry_id,)
        found: dict[str, Entry] = {}
        ahead = [entry_id]
        while ahead:
            write = self.write(current := ahead.pop(), kind, record, field)
            if write is not None and isinstance(write.value, Reference):
                ahead.extend(source for source in write.value.entries if source not in found)
            elif (entry := self.entry(current)) is not None:
                found[current] = entry
        return tuple(sorted(found, key=lambda source: (found[source].lam, source), reverse=True)) or (entry_id,)

    def value(self, entry_id: str, kind: str, record: str, field: str) -> Value | Hidden:
        """The value a head stands for; None when its entry is not here or did not write the field."""
        write = self.write(self.sources(entry_id, kind, record, field)[0], kind, record, field)
        if write is None or isinstance(write.value, Reference):
            return None
        return write.value

    def record(self, scope: str, kind: str, record: str) -> Record | None:
        """The record with its state by all that is known, None if nothing about it has arrived."""
        found = self._own_record(scope, kind, record)
        return None if found is None else self.over_base(found)

    def _own_record(self, scope: str, kind: str, record: str) -> Record | None:
        """The record with the state that follows from the entries held here."""
        row = self.connection.execute(
            "SELECT num, heads FROM state WHERE kind = ? AND record = ? AND scope = ?", (kind, record, scope)
        ).fetchone()
        return None if row is None else Record(row[0], scope, kind, record, merge.unpack(row[1], self._remote))

    def over_base(self, record: Record) -> Record:
        """The record with what a snapshot shows of it, as long as its history is incomplete."""
        if not self.bases:
            return record
        return replace(record, state=self.bases.over(record.num, record.scope, record.state, self.holds))

    def own(self, num: int) -> merge.RecordState:
        """The state that follows from the entries held here alone: what is merged, compared and verified."""
        row = self.connection.execute("SELECT heads FROM state WHERE num = ?", (num,)).fetchone()
        return merge.unpack(row[0], self._remote)

    def records(self, kind: str) -> Iterator[Record]:
        """All records of a kind, by number, some at a time: what was cached for one batch is dropped before the next."""
        last = 0
        statement = "SELECT num, scope, record, heads FROM state WHERE kind = ? AND num > ? ORDER BY num LIMIT ?"
        while rows := self.connection.execute(statement, (kind, last, BATCH)).fetchall():
            for num, scope, record, heads in rows:
                yield self.over_base(Record(num, scope, kind, record, merge.unpack(heads, self._remote)))
            last = rows[-1][0]
            self.forget()

    def room_for(self, scope: str, kind: str, record: str) -> int:
        """The number of a record, whatever its stored state says; it is made without any content if it is not there."""
        row = self.connection.execute(
            "SELECT num FROM state WHERE kind = ? AND record = ? AND scope = ?", (kind, record, scope)
        ).fetchone()
        if row is not None:
            return int(row[0])
        return self._store_state(None, (scope, kind, record), merge.pack(merge.EMPTY), merge.EMPTY).num

    def restate(self, record: Record) -> None:
        """Store the state of a record that is there already."""
        heads = merge.pack(record.state, self._local)
        self.connection.execute("UPDATE state SET heads = ? WHERE num = ?", (heads, record.num))

    def record_numbered(self, num: int) -> Record:
        """The record of that number."""
        row = self.connection.execute("SELECT scope, kind, record, heads FROM state WHERE num = ?", (num,)).fetchone()
        return self.over_base(Record(num, row[0], row[1], row[2], merge.unpack(row[3], self._remote)))

    def add(self, entry: Entry, ciphertext: bytes | None, signature: bytes | None, *, mine: bool) -> tuple[Change, ...]:
        """Store an entry that is not held yet and merge what it says; its chain was checked by whoever brought it."""
        num = self._insert(entry, ciphertext, mine=mine)
        self._entries[entry.id] = entry
        if signature is not None:
            self.sign(entry.id, signature)
        self._advance_leaves(entry)
        if entry.lam > meta.lamport(self.connection):
            meta.write(self.connection, meta.LAMPORT, str(entry.lam))
        if any(write.value is Hidden.SEALED for op in entry.ops for write in op.writes):
            self.connection.execute("INSERT INTO unopened VALUES (?)", (num,))
        return tuple(self._merge(entry, op, num) for op in entry.ops)

    def _insert(self, entry: Entry, ciphertext: bytes | None, *, mine: bool) -> int:
        prev = bytes.fromhex(entry.prev)
        columns = "id, scope, journal, n, prev, lam, at, actor, action, action_id, mine, body, sealed"
        head = (bytes.fromhex(entry.id), entry.scope, entry.journal, entry.n, prev, entry.lam, entry.at)
        cursor = self.connection.execute(
            f"INSERT INTO entry ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*head, entry.by, entry.act, entry.aid, int(mine), entry.body, ciphertext),
        )
        num: int = cursor.lastrowid
        self._remember(entry.id, num)
        return num

    def _advance_leaves(self, entry: Entry) -> None:
        """A new entry takes its parent's place as a leaf, or opens a new arm; children never arrive before parents."""
        key = (entry.scope, entry.journal)
        if entry.prev:
            self.connection.execute(
                "DELETE FROM leaf WHERE scope = ? AND journal = ? AND id = ?", (*key, bytes.fromhex(entry.prev))
            )
        self.connection.execute("INSERT INTO leaf VALUES (?, ?, ?, ?)", (*key, entry.n, bytes.fromhex(entry.id)))

    def sign(self, entry_id: str, signature: bytes) -> None:
        """Keep the signature over the journal up to this entry."""
        self.connection.execute("INSERT OR IGNORE INTO signature VALUES (?, ?)", (self.number_of(entry_id), signature))

    def _merge(self, entry: Entry, op: Op, num: int) -> Change:
        before = self._own_record(entry.scope, op.kind, op.record)
        state = merge.EMPTY if before is None else before.state
        applied = merge.apply(state, op, entry.id, entry.lam, self.wrote)
        heads = merge.pack(applied.state, self._local)
        after = self._store_state(before, (entry.scope, op.kind, op.record), heads, applied.state)
        self.connection.execute("INSERT OR IGNORE INTO touched VALUES (?, ?)", (after.num, num))
        self._add_digest(entry.scope, applied.delta)
        return Change(self.over_base(after), applied.touched, entry)

    def _store_state(self, before: Record | None, place: tuple[str, str, str], heads: bytes, state: merge.RecordState) -> Record:
        if before is not None:
            self.connection.execute("UPDATE state SET heads = ? WHERE num = ?", (heads, before.num))
            return replace(before, state=state)
        cursor = self.connection.execute("INSERT INTO state (scope, kind, record, heads) VALUES (?, ?, ?, ?)", (*place, heads))
        return Record(cursor.lastrowid, *place, state)

    def digest(self, scope: str) -> int:
        """The order-free digest of the scope's merged state."""
        row = self.connection.execute("SELECT value FROM digest WHERE scope = ?", (scope,)).fetchone()
        return 0 if row is None else int.from_bytes(row[0], "big")

    def _add_digest(self, scope: str, delta: int) -> None:
        self.set_digest(scope, (self.digest(scope) + delta) % merge.DIGEST_MODULUS)

    def set_digest(self, scope: str, value: int) -> None:
        """Store the digest of the scope's merged state."""
        self.connection.execute("INSERT OR REPLACE INTO digest VALUES (?, ?)", (scope, value.to_bytes(DIGEST_BYTES, "big")))
