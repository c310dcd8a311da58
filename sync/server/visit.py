"""The server's log as one exchange uses it: few transactions, though the exchange asks many small questions.

A returning PC makes the server ask some forty things. Each by itself would be a transaction; here the reads of one step (a piece
of the request heard, the answer made) share one snapshot, entries are read ahead, and what the PC reported is kept in one
transaction at the end. Nothing stays open between steps, because a slow line may lie between them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from sqlalchemy import Update

from sync.journal.log import Leaf, Parcel, Row
from sync.server.journals import Journals
from sync.server.store import ServerLog, keep_reports

AHEAD = 128
"""How many entries are read at once when the exchange asks for one after the other."""


class Visit:
    """A `sync.journal.log.Log` for one exchange, used by one thread at a time, and only inside `step`."""

    def __init__(self, log: ServerLog) -> None:
        self._log = log
        self._open = ExitStack()
        self._journals: Journals | None = None
        self._leaves: dict[str, tuple[Leaf, ...]] = {}
        self._digests: dict[str, int] = {}
        self._order: dict[str, tuple[Sequence[Row], int]] = {}
        self._parcels: dict[str, Parcel] = {}
        self._reports: dict[tuple[str, str], tuple[Leaf, ...]] = {}

    @contextmanager
    def step(self) -> Iterator[None]:
        """What is read inside belongs to one moment, or to the moment after the last append."""
        try:
            yield
        finally:
            self._forget()

    def keep(self, marks: Sequence[Update] = ()) -> None:
        """Store what the PC reported, and `marks`. Lost with a crash before, it is asked again: nothing rests on it."""
        if self._reports or marks:
            self._forget()
            with self._log.database.writing() as connection:
                keep_reports(connection, self._reports)
                for mark in marks:
                    connection.execute(mark)
            self._reports = {}

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        """See Log."""
        if scope not in self._leaves:
            self._leaves[scope] = self._now().leaves(scope)
        return self._leaves[scope]

    def held(self, scope: str, ids: Collection[str]) -> frozenset[str]:
        """See Log."""
        ends = {leaf.id for leaf in self.leaves(scope)}
        others = [entry for entry in ids if entry not in ends]
        return frozenset(ends.intersection(ids)) | (self._now().held(scope, others) if others else frozenset())

    def rows(self, scope: str, journal: str, after: int, upto: int) -> tuple[Row, ...]:
        """See Log."""
        found = self._now().rows(scope, journal, after, upto)
        self._order |= {row.id: (found, place) for place, row in enumerate(found)}
        return found

    def load(self, scope: str, ids: Sequence[str]) -> tuple[Parcel, ...]:
        """See Log. With the entries come those that follow them in a journal that was looked through."""
        missing = [entry for entry in ids if entry not in self._parcels]
        if missing:
            rows, place = self._order.get(missing[-1], ((), 0))
            following = [row.id for row in rows[place + 1 : place + AHEAD] if row.id not in self._parcels]
            self._parcels |= self._now().parcels(scope, list(dict.fromkeys([*missing, *following])))
        return tuple(self._parcels.pop(entry) for entry in ids)

    def append(self, scope: str, parcels: Sequence[Parcel], certificates: Mapping[str, bytes]) -> None:
        """See Log."""
        self._forget()
        self._log.append(scope, parcels, certificates)

    def state_digest(self, scope: str) -> int:
        """See Log."""
        if scope not in self._digests:
            self._digests[scope] = self._now().state_digest(scope)
        return self._digests[scope]

    def certificate(self, journal: str) -> bytes | None:
        """See Log."""
        return self._now().certificate(journal)

    def peer_have(self, peer: str, scope: str) -> tuple[Leaf, ...] | None:
        """See Log."""
        if (peer, scope) in self._reports:
            return self._reports[(peer, scope)]
        return self._now().peer_have(peer, scope)

    def remember_peer(self, peer: str, scope: str, leaves: Sequence[Leaf]) -> None:
        """See Log; stored by `keep`."""
        self._reports[(peer, scope)] = tuple(leaves)

    def _now(self) -> Journals:
        if self._journals is None:
            self._journals = self._open.enter_context(self._log.reading())
        return self._journals

    def _forget(self) -> None:
        """End the snapshot. Entries read ahead stay, because entries never change."""
        self._open.close()
        self._journals = None
        self._leaves.clear()
        self._digests.clear()
