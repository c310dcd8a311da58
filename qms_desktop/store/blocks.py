"""Old entries in blocks: so many consecutive entries of one arm of a journal in the columns of a frame (`sync/wire/frames.py`).

A block takes the place of the rows of its entries. It holds their bodies and ciphertexts; names and numbers stand beside it, so
that finding an entry opens none. A block is never changed, but one of its ciphertexts may be taken out by order.
"""

import hashlib
import itertools
import json
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sync.errors import EntryError, SyncError
from sync.journal.log import Parcel
from sync.wire.frames import Frame, decode_frame, encode_frame

ID = 32
KEY = 6
MOST_OPEN = 32
ATTACHED = "attachment.add"

_PLACE = "scope, journal, n, mine, low, high, prev, nums, ids"


@dataclass(frozen=True, slots=True)
class Block:
    """Where a block stands: its first number in the journal, the local numbers and names of its entries, the entry before."""

    num: int
    scope: str
    journal: str
    n: int
    mine: bool
    low: int
    high: int
    prev: str
    nums: tuple[int, ...]
    names: tuple[str, ...]


class Opened:
    """Blocks opened lately, for all readers of a store; known by the hash of their bytes, so nothing in it can be out of date."""

    def __init__(self) -> None:
        self._parcels: OrderedDict[bytes, tuple[Parcel, ...]] = OrderedDict()
        self._lock = Lock()

    def parcels(self, frame: bytes) -> tuple[Parcel, ...]:
        """What is in the block."""
        mark = hashlib.blake2b(frame, digest_size=16).digest()
        with self._lock:
            found = self._parcels.get(mark)
            if found is not None:
                self._parcels.move_to_end(mark)
                return found
        found = decode_frame(frame).parcels
        with self._lock:
            self._parcels[mark] = found
            while len(self._parcels) > MOST_OPEN:
                self._parcels.popitem(last=False)
        return found


class Blocks:
    """The blocks on one connection. Nothing opened here is trusted before the names that come out are those that went in."""

    def __init__(self, connection: Any, opened: Opened) -> None:
        self._connection = connection
        self._opened = opened
        self._known: dict[int, Block] = {}

    def forget(self) -> None:
        """Drop what was cached."""
        self._known.clear()

    def holding(self, names: Collection[str]) -> dict[str, tuple[Block, int]]:
        """For each of these entries that is in a block: which, and at which place."""
        keys = {_key(name): name for name in names}
        marks = ", ".join("?" * len(keys))
        statement = f"SELECT DISTINCT b.num FROM packed p JOIN block b ON b.num = p.block WHERE p.key IN ({marks})"
        rows = self._connection.execute(statement, tuple(keys)).fetchall()
        found: dict[str, tuple[Block, int]] = {}
        for (num,) in rows:
            block = self.numbered(num)
            found.update((name, (block, place)) for place, name in enumerate(block.names) if name in names)
        return found

    def at(self, num: int) -> tuple[Block, int] | None:
        """The block with the entry of that local number, and its place there."""
        rows = self._connection.execute("SELECT num, high FROM block WHERE low <= ? ORDER BY low DESC", (num,))
        for block in (self.numbered(found) for found, high in rows if high >= num):
            if num in block.nums:
                return block, block.nums.index(num)
        return None

    def of(self, scope: str, journal: str, after: int, upto: int) -> Iterator[Block]:
        """Blocks of a journal that hold any of these numbers."""
        rows = self._connection.execute(
            "SELECT num FROM block WHERE scope = ? AND journal = ? AND n <= ? AND last > ?", (scope, journal, upto, after)
        )
        return (self.numbered(num) for (num,) in rows.fetchall())

    def every(self, scope: str = "") -> Iterator[Block]:
        """All blocks, or those of a scope, one at a time."""
        where, values = ("WHERE scope = ?", (scope,)) if scope else ("", ())
        for (num,) in self._connection.execute(f"SELECT num FROM block {where} ORDER BY low", values).fetchall():
            yield self._read(num)

    def newest(self, *, mine: bool) -> Iterator[tuple[int, int]]:
        """The last number in each block with entries of this PC, or of others, and the block's; the newest first."""
        rows: Iterator[tuple[int, int]] = self._connection.execute(
            "SELECT high, num FROM block WHERE mine = ? ORDER BY high DESC", (int(mine),)
        )
        return rows

    def has(self, num: int, person: str) -> bool:
        """Whether the block holds an entry by that person; "" means anybody."""
        row = self._connection.execute("SELECT persons FROM block WHERE num = ?", (num,)).fetchone()
        return not person or person in json.loads(row[0])

    def numbered(self, num: int) -> Block:
        """The block of that number."""
        if num not in self._known:
            self._known[num] = self._read(num)
        return self._known[num]

    def _read(self, num: int) -> Block:
        row = self._connection.execute(f"SELECT {_PLACE} FROM block WHERE num = ?", (num,)).fetchone()
        scope, journal, n, mine, low, high, prev, steps, ids = row
        names = tuple(ids[at : at + ID].hex() for at in range(0, len(ids), ID))
        nums = tuple(itertools.accumulate(json.loads(steps)))
        return Block(num, scope, journal, n, bool(mine), low, high, prev.hex(), nums, names)

    def parcels(self, block: Block) -> tuple[Parcel, ...]:
        """The entries of a block, their personal values sealed; SyncError when it does not hold what its names say."""
        frame = self._connection.execute("SELECT frame FROM block WHERE num = ?", (block.num,)).fetchone()[0]
        found = self._opened.parcels(frame)
        if tuple(parcel.entry.id for parcel in found) != block.names:
            raise EntryError(EntryError.BAD_CHAIN, "a block does not hold the entries it names")
        return found

    def add(self, block: Block, frame: bytes, parcels: Sequence[Parcel]) -> None:
        """Keep a block; the rows of its entries are the caller's to delete."""
        steps = [block.low, *(after - before for before, after in itertools.pairwise(block.nums))]
        persons = json.dumps(sorted({parcel.entry.by for parcel in parcels}))
        last, ids = block.n + len(parcels) - 1, bytes.fromhex("".join(block.names))
        head = (block.scope, block.journal, block.n, last, int(block.mine), block.low, block.high, persons)
        cursor = self._connection.execute(
            "INSERT INTO block (scope, journal, n, last, mine, low, high, persons, prev, nums, ids, frame) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*head, bytes.fromhex(block.prev), json.dumps(steps, separators=(",", ":")), ids, frame),
        )
        keys = ((_key(name), cursor.lastrowid) for name in block.names)
        self._connection.executemany("INSERT OR IGNORE INTO packed VALUES (?, ?)", keys)
        self._note_blank(block, parcels)

    def blank(self, block: Block, names: Collection[str]) -> None:
        """Take the ciphertexts of these entries out of the block; all else in it stays as it is."""
        parcels = [Parcel(p.entry) if p.entry.id in names else p for p in self.parcels(block)]
        frame = framed(block.scope, parcels)
        if not proved(frame, parcels):
            raise EntryError(EntryError.BAD_CIPHERTEXT, "a block without these ciphertexts cannot be read back")
        self._connection.execute("UPDATE block SET frame = ? WHERE num = ?", (frame, block.num))
        self._note_blank(block, parcels)

    def _note_blank(self, block: Block, parcels: Sequence[Parcel]) -> None:
        """Attachments whose name is gone: their bytes are neither fetched nor kept (`files.py` asks for every file)."""
        pairs = zip(block.nums, parcels, strict=True)
        blank = ((num,) for num, parcel in pairs if parcel.entry.act == ATTACHED and parcel.ciphertext is None)
        self._connection.executemany("INSERT OR IGNORE INTO blank VALUES (?)", blank)


def framed(scope: str, parcels: Sequence[Parcel]) -> bytes:
    """The entries as a block holds them: signatures stay in their table."""
    return encode_frame(Frame(scope, tuple(Parcel(parcel.entry, parcel.ciphertext) for parcel in parcels), {}))


def proved(frame: bytes, parcels: Sequence[Parcel]) -> bool:
    """Whether exactly these bodies and ciphertexts come out again."""
    try:
        back = decode_frame(frame).parcels
    except SyncError:
        return False
    return [(p.entry.body, p.ciphertext) for p in back] == [(p.entry.body, p.ciphertext) for p in parcels]


def _key(name: str) -> int:
    return int(name[: 2 * KEY], 16)
