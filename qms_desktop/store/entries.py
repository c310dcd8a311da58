"""The entries held here, whether they lie in rows of their own or, when old, in blocks: nobody else needs to know which."""

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from qms_desktop.store.blocks import Block, Blocks, Opened
from sync.errors import SyncError
from sync.journal.entry import Entry, reread
from sync.journal.log import Parcel, Row

BATCH = 500


@dataclass(frozen=True, slots=True)
class Numbered:
    """An entry with its local number; its personal values are sealed."""

    num: int
    entry: Entry


class Entries:
    """Reads the journals of one connection, and blanks what is erased by order."""

    def __init__(self, connection: Any, opened: Opened) -> None:
        self._connection = connection
        self.blocks = Blocks(connection, opened)

    def numbers(self, names: Collection[str]) -> dict[str, int]:
        """The local numbers of those of the entries that are held."""
        found: dict[str, int] = {}
        for some in batches(names):
            marks = ", ".join("?" * len(some))
            rows = self._connection.execute(f"SELECT id, num FROM entry WHERE id IN ({marks})", [*map(bytes.fromhex, some)])
            found |= {entry_id.hex(): num for entry_id, num in rows.fetchall()}
            missing = {name for name in some if name not in found}
            found |= {name: block.nums[place] for name, (block, place) in self.blocks.holding(missing).items()}
        return found

    def name(self, num: int) -> str:
        """The id of the entry of that number; LookupError when there is none."""
        place = self.place(num)
        if place is None:
            raise LookupError(f"no entry {num}")
        return place[3]

    def last(self) -> int:
        """The highest number given to an entry so far; 0 when none is held."""
        parts = self._connection.execute("SELECT (SELECT max(num) FROM entry), (SELECT max(high) FROM block)").fetchone()
        return max(part or 0 for part in parts)

    def scope(self, name: str) -> str:
        """The scope of an entry, "" when it is not held."""
        row = self._connection.execute("SELECT scope FROM entry WHERE id = ?", (bytes.fromhex(name),)).fetchone()
        if row is not None:
            return str(row[0])
        found = self.blocks.holding((name,)).get(name)
        return "" if found is None else found[0].scope

    def place(self, num: int) -> tuple[str, str, int, str] | None:
        """Scope, journal, number in the journal and id of the entry of that local number; None when there is none."""
        row = self._connection.execute("SELECT scope, journal, n, id FROM entry WHERE num = ?", (num,)).fetchone()
        if row is not None:
            return (*row[:3], row[3].hex())
        found = self.blocks.at(num)
        return None if found is None else (found[0].scope, found[0].journal, found[0].n + found[1], found[0].names[found[1]])

    def numbered(self, num: int) -> Entry | None:
        """The entry of that number, its personal values sealed; None when there is none."""
        try:
            found = self.get(self.name(num))
        except LookupError:
            return None
        return None if found is None else found.entry

    def get(self, name: str) -> Parcel | None:
        """The entry with its ciphertext, without its signature; None when it is not held. SyncError when it is damaged."""
        row = self._connection.execute("SELECT body, sealed FROM entry WHERE id = ?", (bytes.fromhex(name),)).fetchone()
        if row is not None:
            return Parcel(reread(row[0], name), row[1])
        found = self.blocks.holding((name,)).get(name)
        return None if found is None else self.blocks.parcels(found[0])[found[1]]

    def rows(self, scope: str, journal: str, after: int, upto: int) -> list[Row]:
        """See sync.journal.log.Log.rows."""
        held = self._connection.execute(
            "SELECT e.num, e.journal, e.n, e.id, e.prev, s.bytes FROM entry e LEFT JOIN signature s ON s.entry = e.num "
            "WHERE e.scope = ? AND e.journal = ? AND e.n > ? AND e.n <= ?",
            (scope, journal, after, upto),
        )
        rows = [Row(num, name, n, entry_id.hex(), prev.hex(), signature) for num, name, n, entry_id, prev, signature in held]
        for block in self.blocks.of(scope, journal, after, upto):
            rows += self._packed_rows(block, after, upto)
        return sorted(rows, key=lambda row: row.pos)

    def _packed_rows(self, block: Block, after: int, upto: int) -> Iterator[Row]:
        signatures = dict(
            self._connection.execute("SELECT entry, bytes FROM signature WHERE entry BETWEEN ? AND ?", (block.low, block.high))
        )
        parents = (block.prev, *block.names)
        for place, (num, name) in enumerate(zip(block.nums, block.names, strict=True)):
            if after < block.n + place <= upto:
                yield Row(num, block.journal, block.n + place, name, parents[place], signatures.get(num))

    def signature(self, name: str) -> bytes | None:
        """The signature over the journal up to this entry, if it is a signed one."""
        num = self.numbers((name,)).get(name)
        row = self._connection.execute("SELECT bytes FROM signature WHERE entry = ?", (num,)).fetchone()
        return None if row is None else row[0]

    def in_scope(self, scope: str) -> Iterator[Numbered]:
        """All entries of a scope, some at a time and in no order; those that cannot be read are left out."""
        last = 0
        statement = "SELECT num, id, body FROM entry WHERE scope = ? AND num > ? ORDER BY num LIMIT ?"
        while rows := self._connection.execute(statement, (scope, last, BATCH)).fetchall():
            for num, entry_id, body in rows:
                with suppress(SyncError):
                    yield Numbered(num, reread(body, entry_id.hex()))
            last = rows[-1][0]
        for block in self.blocks.every(scope):
            with suppress(SyncError):
                parcels = self.blocks.parcels(block)
                yield from (Numbered(num, parcel.entry) for num, parcel in zip(block.nums, parcels, strict=True))

    def newest(self, *, mine: bool, most: int, person: str = "", wanted: Callable[[Entry], bool] | None = None) -> list[Numbered]:
        """The newest entries of this PC, or of others, the last first; those of one person, or wanted for another reason."""
        found = list(itertools.islice(self._newest_rows(mine, person, wanted), most))
        for high, num in self.blocks.newest(mine=mine):
            if len(found) >= most and high < found[-1].num:
                break
            if not self.blocks.has(num, person):
                continue
            block = self.blocks.numbered(num)
            pairs = zip(block.nums, self.blocks.parcels(block), strict=True)
            found += [Numbered(num, parcel.entry) for num, parcel in pairs if _fits(parcel.entry, person, wanted)]
            found = sorted(found, key=lambda one: one.num, reverse=True)[:most]
        return found

    def _newest_rows(self, mine: bool, person: str, wanted: Callable[[Entry], bool] | None) -> Iterator[Numbered]:
        rows = self._connection.execute("SELECT num, id, body FROM entry WHERE mine = ? ORDER BY num DESC", (int(mine),))
        for num, entry_id, body in rows:
            entry = reread(body, entry_id.hex())
            if _fits(entry, person, wanted):
                yield Numbered(num, entry)

    def touching(self, kind: str, record: str) -> list[str]:
        """The ids of all entries that change a record, in whichever scope."""
        rows = self._connection.execute(
            "SELECT t.entry FROM state s JOIN touched t ON t.state = s.num WHERE s.kind = ? AND s.record = ?", (kind, record)
        )
        return [name for _, name in self._named(num for (num,) in rows.fetchall())]

    def touching_state(self, state: int) -> list[tuple[int, str]]:
        """Number and id of all entries that change the record of that number, in their order of arrival."""
        rows = self._connection.execute("SELECT entry FROM touched WHERE state = ? ORDER BY entry", (state,)).fetchall()
        return list(self._named(num for (num,) in rows))

    def _named(self, nums: Iterable[int]) -> Iterator[tuple[int, str]]:
        for num in nums:
            with suppress(LookupError):
                yield num, self.name(num)

    def touched(self, name: str) -> list[int]:
        """The numbers of the records an entry changes."""
        num = self.numbers((name,)).get(name)
        return [state for (state,) in self._connection.execute("SELECT state FROM touched WHERE entry = ?", (num,)).fetchall()]

    def blank(self, names: Collection[str]) -> None:
        """Erase the ciphertexts of these entries; those not held are passed over."""
        self._connection.executemany("UPDATE entry SET sealed = NULL WHERE id = ?", ((bytes.fromhex(name),) for name in names))
        blocks = {block.num: block for block, _ in self.blocks.holding(names).values()}
        for block in blocks.values():
            self.blocks.blank(block, names)


def _fits(entry: Entry, person: str, wanted: Callable[[Entry], bool] | None) -> bool:
    return (not person or entry.by == person) and (wanted is None or wanted(entry))


def batches(names: Collection[str]) -> Iterator[list[str]]:
    """The names, so many at a time as one statement can name."""
    every = list(names)
    return (every[at : at + BATCH] for at in range(0, len(every), BATCH))
