"""Snapshots for new PCs (sync/newcomer/snapshot.py), made from the server's tables when one is asked for and kept for a while."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, func, select

from sync.journal import merge
from sync.journal.log import Leaf, Parcel
from sync.journal.merge import RecordState
from sync.newcomer.base import Place
from sync.newcomer.snapshot_making import LONGEST, WORTH, compose
from sync.server.database import Database
from sync.server.identity import Clock
from sync.server.journals import Journals
from sync.server.naming import batches
from sync.server.schema import ENTRIES, ERASED, RECORDS, SCOPES

KEPT = 16
KEPT_MS = 6 * 3600 * 1000
_READ_AT_ONCE = 2_000


class _Ops(msgspec.Struct):
    """What a body tells of the records it changes."""

    ops: list[tuple[str, str, str, msgspec.Raw]]


_OPS = msgspec.json.Decoder(_Ops)


class Shelf:
    """The tables as the maker of a snapshot reads them, all at one moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._journals = Journals(connection)

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        """See Log."""
        return self._journals.leaves(scope)

    def lamport(self, scope: str) -> int:
        """The highest Lamport counter of the scope."""
        return int(self._connection.scalar(select(SCOPES.c.lam).where(SCOPES.c.scope == scope)) or 0)

    def touches(self, scope: str) -> Iterator[tuple[str, Sequence[Place]]]:
        """Every entry's id with the records it changes, in order of arrival."""
        last = 0
        wanted = select(ENTRIES.c.pos, ENTRIES.c.id, ENTRIES.c.body).where(ENTRIES.c.scope == scope).order_by(ENTRIES.c.pos)
        while rows := self._connection.execute(wanted.where(ENTRIES.c.pos > last).limit(_READ_AT_ONCE)).all():
            for row in rows:
                yield row.id.hex(), [(kind, record) for kind, record, _, _ in _OPS.decode(row.body).ops]
            last = rows[-1].pos

    def states(self, scope: str, places: Sequence[Place]) -> Mapping[Place, RecordState]:
        """The merged states of these records."""
        wanted = set(places)
        found: dict[Place, RecordState] = {}
        for batch in batches(sorted({record for _, record in wanted})):
            here = select(RECORDS).where(RECORDS.c.scope == scope, RECORDS.c.record.in_(batch))
            rows: Iterable[object] = self._connection.execute(here)
            for row in rows:
                place = (str(row.kind), str(row.record))  # type: ignore[attr-defined]
                if place in wanted:
                    found[place] = merge.unpack(row.state)  # type: ignore[attr-defined]
        return found

    def load(self, scope: str, ids: Sequence[str]) -> tuple[Parcel, ...]:
        """See Log."""
        return self._journals.load(scope, ids)


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot, named by its hash; empty when the scope's history is too short to need one. erased: entries blanked by then."""

    name: str
    content: bytes
    moment: int
    erased: int


class Snapshots:
    """The snapshots made lately. Any thread may ask; each scope's is made by one of them."""

    def __init__(self, database: Database, clock: Clock, worth: int = WORTH, longest: int = LONGEST) -> None:
        self._database = database
        self._clock = clock
        self._bounds = (worth, longest)
        self._made: OrderedDict[str, Made] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, scope: str, name: str = "") -> Made:
        """The scope's snapshot, not older than some hours, or the one of that name while it is kept.

        One made before an erasure is made again: it still holds what has to be forgotten.
        """
        with self._lock:
            kept = self._made.get(scope)
            fresh = kept is not None and (kept.name == name or self._clock() - kept.moment < KEPT_MS)
            if kept is not None and fresh and kept.erased == self._erased(scope):
                self._made.move_to_end(scope)
                return kept
            made = self._make(scope)
            self._made[scope] = made
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
            return made

    def _make(self, scope: str) -> Made:
        with self._database.reading() as connection:
            content = b"".join(compose(Shelf(connection), scope, *self._bounds))
            erased = _count(connection, scope)
        name = hashlib.sha256(content).hexdigest() if content else ""
        return Made(name, content, self._clock(), erased)

    def _erased(self, scope: str) -> int:
        with self._database.reading() as connection:
            return _count(connection, scope)


def _count(connection: Connection, scope: str) -> int:
    return int(connection.scalar(select(func.count()).select_from(ERASED).where(ERASED.c.scope == scope)) or 0)
