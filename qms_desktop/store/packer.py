"""Packing old entries into blocks, a block at a time, whenever the PC has nothing better to do.

An entry of some 700 bytes then takes about 80, and 50 more by which it is found. What is packed reads as before; nobody has to
know. A step is prepared from a snapshot and proved by reading it back; then one short transaction puts the block in the place of
the rows. A power cut before its commit leaves the rows, after it the block, and never both or neither.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qms_desktop.store.blocks import Block, framed, proved
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.unit import UnitStore
from sync.errors import SyncError
from sync.journal.entry import reread
from sync.journal.log import Parcel

IN_BLOCK = 128
"""Entries of a full block: fewer take more bytes each, more take longer to open when one of them is asked for."""
HEAVY = 256_000
"""Bytes of bodies and ciphertexts that make a full block of fewer entries."""
KEPT_OPEN = 4_096
"""The newest entries stay rows: they are what is sent, undone, corrected and looked at."""
RETURNED = 64
"""Free pages given back to the disk with each block."""

SPARE = 512
"""Free pages that stay in the file: what is written next needs them."""

_COLUMNS = "num, id, n, prev, mine, body, sealed"


@dataclass(frozen=True, slots=True)
class _Row:
    num: int
    id: bytes
    n: int
    prev: bytes
    mine: int
    body: bytes
    sealed: bytes | None


class Packer:
    """Packs the journals of one store. Several may work on one store: whoever comes second finds nothing to do."""

    def __init__(self, store: UnitStore, kept_open: int = KEPT_OPEN, in_block: int = IN_BLOCK) -> None:
        self._store = store
        self._kept_open = kept_open
        self._in_block = in_block
        self._unfit: set[int] = set()
        self._last: tuple[str, str] | None = None

    def run(self, most: int) -> int:
        """So many steps, or fewer when all is packed; returns how many blocks were made."""
        for made in range(most):
            if not self.step():
                return made
        return most

    def step(self) -> bool:
        """Make one block; False when there is nothing to pack."""
        while True:
            with self._store.reading() as ledger:
                found = self._oldest(ledger.connection)
            if found is None:
                return False
            scope, journal, rows = found
            parcels = _parcels(rows)
            frame = framed(scope, parcels) if parcels else b""
            if not parcels or not proved(frame, parcels):
                # What cannot be read back byte for byte stays as it is, for `verify` to judge.
                self._unfit.update(row.num for row in rows)
                continue
            with self._store.writing() as ledger:
                if _unchanged(ledger.connection, rows):
                    _swap(ledger, _block(scope, journal, rows), frame, parcels)
            give_back(self._store)
            return True

    def _oldest(self, connection: Any) -> tuple[str, str, list[_Row]] | None:
        """The first full block that can be made of old rows: consecutive entries of one arm."""
        newest = connection.execute("SELECT max(num) FROM entry").fetchone()[0] or 0
        limit = newest - self._kept_open
        for scope, journal in self._journals(connection, limit):
            for run in self._runs(connection, (scope, journal, limit)):
                self._last = scope, journal
                return scope, journal, run
        return None

    def _journals(self, connection: Any, limit: int) -> Iterator[tuple[str, str]]:
        """The journal of the block before first, for counting them all takes a while where very much is to be packed."""
        if self._last is not None:
            yield self._last
        yield from connection.execute(
            "SELECT scope, journal FROM entry WHERE num <= ? GROUP BY scope, journal HAVING count(*) >= ?",
            (limit, self._in_block),
        ).fetchall()

    def _runs(self, connection: Any, place: tuple[str, str, int]) -> Iterator[list[_Row]]:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM entry WHERE scope = ? AND journal = ? AND num <= ? ORDER BY n, num", place
        )
        arms: dict[bytes, list[_Row]] = {}
        for row in map(_row, rows):
            if row.num in self._unfit:
                continue
            arm = arms.pop(row.prev, [])
            if arm and (arm[-1].mine != row.mine or arm[-1].num > row.num):
                arm = []
            arm.append(row)
            if len(arm) >= self._in_block or sum(len(one.body) + len(one.sealed or b"") for one in arm) >= HEAVY:
                yield arm
                arm = []
            arms[row.id] = arm


def give_back(store: UnitStore) -> None:
    """Return some free pages to the disk, while more than a reserve is free."""
    with store.writing() as ledger:
        free: int = ledger.connection.execute("PRAGMA freelist_count").fetchone()[0]
        if free > SPARE:
            ledger.connection.execute(f"PRAGMA incremental_vacuum({min(RETURNED, free - SPARE)})").fetchall()


def _row(columns: Sequence[Any]) -> _Row:
    return _Row(*columns)


def _parcels(rows: Sequence[_Row]) -> list[Parcel]:
    """The entries of the rows; none when one of them cannot be read."""
    try:
        parcels = [Parcel(reread(row.body, row.id.hex()), row.sealed) for row in rows]
    except SyncError:
        return []
    return parcels if all(parcel.entry.id == row.id.hex() for parcel, row in zip(parcels, rows, strict=True)) else []


def _block(scope: str, journal: str, rows: Sequence[_Row]) -> Block:
    nums, names = tuple(row.num for row in rows), tuple(row.id.hex() for row in rows)
    return Block(0, scope, journal, rows[0].n, bool(rows[0].mine), nums[0], nums[-1], rows[0].prev.hex(), nums, names)


def _unchanged(connection: Any, rows: Sequence[_Row]) -> bool:
    """Whether the rows are still what was packed: none was packed by another, or lost its ciphertext to an order."""
    marks = ", ".join("?" * len(rows))
    now = connection.execute(f"SELECT {_COLUMNS} FROM entry WHERE num IN ({marks}) ORDER BY num", [row.num for row in rows])
    return [_row(columns) for columns in now.fetchall()] == sorted(rows, key=lambda row: row.num)


def _swap(ledger: Ledger, block: Block, frame: bytes, parcels: Sequence[Parcel]) -> None:
    ledger.entries.blocks.add(block, frame, parcels)
    ledger.connection.executemany("DELETE FROM entry WHERE num = ?", ((num,) for num in block.nums))
