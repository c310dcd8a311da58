"""Entries, leaves and merge states on one connection, inside a transaction that the caller holds.

Numbers (`num`) are local: entries in order of arrival, records in order of first sight. Nothing outside this database ever
hears of them.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from qms_desktop.store.bases import Bases
from qms_desktop.store.blocks import Opened
from qms_desktop.store.entries import BATCH, Entries, batches
from qms_desktop.store.unwritten import Unwritten
from sync.canonical import Value
from sync.errors import EntryError, KeyFault
from sync.journal import merge
from sync.journal.entry import Entry, Hidden, Op, Reference, Write, reveal
from sync.journal.keys import UnitKeys

Place = tuple[str, str, str]
"""Scope, kind and id of a record."""


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
    """What one operation of an entry did to a record: its state afterwards, and the merged fields whose heads changed.

    `first`: nothing was known of the record before.
    """

    record: Record
    touched: tuple[str, ...]
    entry: Entry
    first: bool


class Ledger:
    """The journal and the merge states, read and extended. Lives no longer than the transaction, for it caches."""

    def __init__(self, connection: Any, unit_keys: UnitKeys, opened: Opened) -> None:
        self.connection = connection
        self.entries = Entries(connection, opened)
        self.unit_keys = unit_keys
        self.bases = Bases(connection)
        self._unwritten = Unwritten(connection)
        self._records: dict[Place, Record | None] = {}
        self._changed: dict[int, Record] = {}
        self._made: list[int] = []
        self._numbers: dict[str, int] = {}
        self._absent: set[str] = set()
        self._last = 0
        self._ids: dict[int, str] = {}
        self._entries: dict[str, Entry] = {}
        self._writes: dict[str, dict[tuple[str, str, str], Write]] = {}
        self._referring: set[str] | None = None

    def forget(self) -> None:
        """Drop what was cached, for those who walk through the whole journal."""
        self.flush()
        self.entries.blocks.forget()
        self._records.clear()
        self._absent.clear()
        self._entries.clear()
        self._writes.clear()
        self._numbers.clear()
        self._ids.clear()

    def flush(self) -> None:
        """Write what was merged; whoever holds a write transaction does so before it reads tables by itself or commits."""
        if self._changed:
            made = [self._changed.pop(num) for num in self._made]
            rows = ((r.num, r.scope, r.kind, r.record, merge.pack(r.state, self._local)) for r in made)
            self.connection.executemany("INSERT INTO state (num, scope, kind, record, heads) VALUES (?, ?, ?, ?, ?)", rows)
            heads = ((merge.pack(r.state, self._local), r.num) for r in self._changed.values())
            self.connection.executemany("UPDATE state SET heads = ? WHERE num = ?", heads)
            self._changed.clear()
            self._made.clear()
        self._unwritten.write()

    def expect(self, scope: str, entries: Collection[Entry]) -> None:
        """Look up at once what adding these entries will ask for one by one: themselves, what they replace, their records."""
        names = {name for entry in entries for name in (entry.id, entry.prev, *_replaced(entry)) if name}
        self._look_up(names - self._numbers.keys())
        for kind in {op.kind for entry in entries for op in entry.ops}:
            ids = {op.record for entry in entries for op in entry.ops if op.kind == kind}
            self._look_up_records(scope, kind, ids)

    def _look_up(self, names: Collection[str]) -> None:
        for name, num in self.entries.numbers(names).items():
            self._remember(name, num)
        self._absent.update(name for name in names if name not in self._numbers)

    def _look_up_records(self, scope: str, kind: str, ids: Collection[str]) -> None:
        for some in batches([name for name in ids if (scope, kind, name) not in self._records]):
            marks = ", ".join("?" * len(some))
            statement = f"SELECT num, record, heads FROM state WHERE kind = ? AND scope = ? AND record IN ({marks})"
            self._records.update(((scope, kind, name), None) for name in some)
            for num, name, heads in self.connection.execute(statement, (kind, scope, *some)).fetchall():
                self._records[scope, kind, name] = Record(num, scope, kind, name, merge.unpack(heads, self._remote))

    def holds(self, entry_id: str) -> bool:
        """Whether the entry is in the journal."""
        return self.number_of(entry_id) is not None

    def number_of(self, entry_id: str) -> int | None:
        """The local number of an entry, None if it has not arrived."""
        if entry_id not in self._numbers and entry_id not in self._absent:
            self._look_up((entry_id,))
        return self._numbers.get(entry_id)

    def _remember(self, entry_id: str, num: int) -> None:
        self._absent.discard(entry_id)
        self._numbers[entry_id] = num
        self._ids[num] = entry_id

    def _local(self, entry_id: str) -> int | str:
        num = self.number_of(entry_id)
        return entry_id if num is None else num

    def _remote(self, local: int | str) -> str:
        if isinstance(local, str):
            return local
        if local not in self._ids:
            self._remember(self.entries.name(local), local)
        return self._ids[local]

    def entry(self, entry_id: str) -> Entry | None:
        """The entry, its personal values in clear where the key is here and they are not erased.

        One that only a snapshot brought counts as well: its values can be shown, though it is not held.
        """
        if entry_id not in self._entries:
            found = self.entries.get(entry_id) or self.bases.entry(entry_id)
            if found is None:
                return None
            self._entries[entry_id] = self.opened(found.entry, found.ciphertext)
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

    @property
    def referring(self) -> Collection[str]:
        """The entries known here that bring values back by reference. There are few: verdicts, and answers taken back."""
        if self._referring is None:
            self._referring = {name.hex() for (name,) in self.connection.execute("SELECT id FROM referring").fetchall()}
        return self._referring

    def note_reference(self, entry: Entry) -> None:
        """Remember the entry if it brings values back by reference."""
        if any(isinstance(write.value, Reference) for op in entry.ops for write in op.writes):
            self.connection.execute("INSERT OR IGNORE INTO referring VALUES (?)", (bytes.fromhex(entry.id),))
            if self._referring is not None:
                self._referring.add(entry.id)

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
        self._look_up_records(scope, kind, (record,))
        return self._records[scope, kind, record]

    def over_base(self, record: Record) -> Record:
        """The record with what a snapshot shows of it, as long as its history is incomplete."""
        if not self.bases:
            return record
        return replace(record, state=self.bases.over(record.num, record.scope, record.state, self.holds))

    def own(self, num: int) -> merge.RecordState:
        """The state that follows from the entries held here alone: what is merged, compared and verified."""
        self.flush()
        row = self.connection.execute("SELECT heads FROM state WHERE num = ?", (num,)).fetchone()
        return merge.unpack(row[0], self._remote)

    def records(self, kind: str) -> Iterator[Record]:
        """All records of a kind, by number, some at a time: what was cached for one batch is dropped before the next."""
        self.flush()
        last = 0
        statement = "SELECT num, scope, record, heads FROM state WHERE kind = ? AND num > ? ORDER BY num LIMIT ?"
        while rows := self.connection.execute(statement, (kind, last, BATCH)).fetchall():
            for num, scope, record, heads in rows:
                yield self.over_base(Record(num, scope, kind, record, merge.unpack(heads, self._remote)))
            last = rows[-1][0]
            self.forget()

    def room_for(self, scope: str, kind: str, record: str) -> int:
        """The number of a record, whatever its stored state says; it is made without any content if it is not there."""
        self.flush()
        row = self.connection.execute(
            "SELECT num FROM state WHERE kind = ? AND record = ? AND scope = ?", (kind, record, scope)
        ).fetchone()
        if row is not None:
            return int(row[0])
        made = self._make((scope, kind, record))
        self.flush()
        return made.num

    def restate(self, record: Record) -> None:
        """Store the state of a record that is there already."""
        self._keep(record)

    def record_numbered(self, num: int) -> Record:
        """The record of that number."""
        self.flush()
        row = self.connection.execute("SELECT scope, kind, record, heads FROM state WHERE num = ?", (num,)).fetchone()
        return self.over_base(Record(num, row[0], row[1], row[2], merge.unpack(row[3], self._remote)))

    def add(self, entry: Entry, ciphertext: bytes | None, signature: bytes | None, *, mine: bool) -> tuple[Change, ...]:
        """Store an entry that is not held yet and merge what it says; its chain was checked by whoever brought it."""
        num = self._insert(entry, ciphertext, mine=mine)
        self._entries[entry.id] = entry
        if signature is not None:
            self.sign(entry.id, signature)
        self.note_reference(entry)
        self._unwritten.follow(entry)
        if any(write.value is Hidden.SEALED for op in entry.ops for write in op.writes):
            self.connection.execute("INSERT INTO unopened VALUES (?)", (num,))
        return tuple(self._merge(entry, op, num) for op in entry.ops)

    def _insert(self, entry: Entry, ciphertext: bytes | None, *, mine: bool) -> int:
        prev = bytes.fromhex(entry.prev)
        columns = "num, id, scope, journal, n, prev, lam, at, actor, action, action_id, mine, body, sealed"
        head = (bytes.fromhex(entry.id), entry.scope, entry.journal, entry.n, prev, entry.lam, entry.at)
        self._last = num = (self._last or self.entries.last()) + 1
        self.connection.execute(
            f"INSERT INTO entry ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (num, *head, entry.by, entry.act, entry.aid, int(mine), entry.body, ciphertext),
        )
        self._remember(entry.id, num)
        return num

    def sign(self, entry_id: str, signature: bytes) -> None:
        """Keep the signature over the journal up to this entry."""
        self.connection.execute("INSERT OR IGNORE INTO signature VALUES (?, ?)", (self.number_of(entry_id), signature))

    def _merge(self, entry: Entry, op: Op, num: int) -> Change:
        place = (entry.scope, op.kind, op.record)
        before = self._own_record(*place)
        record = before or self._make(place)
        applied = merge.apply(record.state, op, entry.id, entry.lam, self.wrote)
        after = self._keep(replace(record, state=applied.state))
        self._unwritten.touch(after.num, num)
        self._unwritten.set_digest(entry.scope, self.digest(entry.scope) + applied.delta)
        return Change(self.over_base(after), applied.touched, entry, before is None)

    def _make(self, place: Place) -> Record:
        """A record of which nothing was known; its number is the one SQLite would give."""
        last = self._made[-1] if self._made else self.connection.execute("SELECT max(num) FROM state").fetchone()[0] or 0
        self._made.append(last + 1)
        return self._keep(Record(last + 1, *place, merge.EMPTY))

    def _keep(self, record: Record) -> Record:
        self._records[record.scope, record.kind, record.record] = self._changed[record.num] = record
        return record

    def lamport(self) -> int:
        """The highest Lamport counter in everything held, over all scopes."""
        return self._unwritten.lamport()

    def digest(self, scope: str) -> int:
        """The order-free digest of the scope's merged state."""
        return self._unwritten.digest(scope)

    def set_digest(self, scope: str, value: int) -> None:
        """From now on this is the digest of the scope's merged state."""
        self._unwritten.set_digest(scope, value)


def _replaced(entry: Entry) -> Iterator[str]:
    return (name for op in entry.ops for write in op.writes for name in write.replaces)
