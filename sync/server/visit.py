"""The server's log as one exchange uses it: few statements, though the exchange asks many small questions.

A returning PC makes the server ask some forty things. What it asks of the scopes it shares is read in one statement and is of one
moment: entries that arrive later stand beyond the last position seen then and are not looked at. Entries are read ahead, never
change, and so need no transaction. What the PC reported is kept at the end. No connection is held between the steps (a piece of
the request heard, a frame made), because a slow line may lie between them.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from sqlalchemy import Update

from sync.journal.log import Leaf, Parcel, Row
from sync.server.journals import Journals, Known, Span
from sync.server.store import ServerLog, keep_reports

AHEAD = 128
"""How many entries are read at once when the exchange asks for one after the other."""

FEW = 2_000
"""A journal of which a PC lacks no more is looked through together with the others."""


class Visit:
    """A `sync.journal.log.Log` for one exchange of `peer` over `scopes`, used by one thread at a time, and only inside `step`."""

    def __init__(self, log: ServerLog, peer: str = "", scopes: Sequence[str] = ()) -> None:
        self._log = log
        self._peer = peer
        self._scopes = tuple(scopes)
        self._open = ExitStack()
        self._journals: Journals | None = None
        self._known: dict[str, Known] = {}
        self._spans: dict[str, dict[Span, tuple[Row, ...]]] = {}
        self._order: dict[str, dict[str, int]] = {}
        self._parcels: dict[str, Parcel] = {}
        self._reports: dict[tuple[str, str], tuple[Leaf, ...]] = {}

    @contextmanager
    def step(self) -> Iterator[None]:
        """The connection is given back at the end."""
        try:
            yield
        finally:
            self._rest()

    def renew(self) -> None:
        """What is asked from now on is of a later moment."""
        self._rest()
        self._known.clear()
        self._spans.clear()

    def keep(self, marks: Sequence[Update] = ()) -> None:
        """Store what the PC reported, and `marks`. Lost with a crash before, it is asked again: nothing rests on it."""
        if self._reports or marks:
            self._rest()
            with self._log.database.writing() as connection:
                keep_reports(connection, self._reports)
                for mark in marks:
                    connection.execute(mark)
            for (peer, scope), leaves in self._reports.items():
                if peer == self._peer and scope in self._known:
                    self._known[scope].report = leaves
            self._reports = {}

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        """See Log."""
        return self._of(scope).leaves

    def held(self, scope: str, ids: Collection[str]) -> frozenset[str]:
        """See Log."""
        ends = {leaf.id for leaf in self.leaves(scope)}
        others = [entry for entry in ids if entry not in ends]
        return frozenset(ends.intersection(ids)) | (self._now().held(scope, others) if others else frozenset())

    def rows(self, scope: str, journal: str, after: int, upto: int) -> tuple[Row, ...]:
        """See Log."""
        span, read = (journal, after, upto), self._spans.setdefault(scope, {})
        if span not in read:
            wanted = [span, *(other for other in self._lacked(scope) if other not in read and other[0] != journal)]
            last = self._of(scope).last_pos
            found = self._now().spans(scope, wanted)
            read |= {one: tuple(row for row in rows if row.pos <= last) for one, rows in zip(wanted, found, strict=True)}
            self._order[scope] = {row.id: row.pos for rows in read.values() for row in rows}
        return read[span]

    def load(self, scope: str, ids: Sequence[str]) -> tuple[Parcel, ...]:
        """See Log. With the entries come those that arrived after them in the journals that were looked through."""
        missing = [entry for entry in ids if entry not in self._parcels]
        if missing:
            self._parcels |= self._now().parcels(scope, list(dict.fromkeys([*missing, *self._following(scope, missing)])))
        return tuple(self._parcels.pop(entry) for entry in ids)

    def append(self, scope: str, parcels: Sequence[Parcel], certificates: Mapping[str, bytes]) -> None:
        """See Log."""
        self.renew()
        self._log.append(scope, parcels, certificates)

    def state_digest(self, scope: str) -> int:
        """See Log."""
        return self._of(scope).digest

    def certificate(self, journal: str) -> bytes | None:
        """See Log."""
        return self._log.certificate(journal)

    def peer_have(self, peer: str, scope: str) -> tuple[Leaf, ...] | None:
        """See Log."""
        if (peer, scope) in self._reports:
            return self._reports[(peer, scope)]
        return self._of(scope).report if peer == self._peer else self._now().peer_have(peer, scope)

    def remember_peer(self, peer: str, scope: str, leaves: Sequence[Leaf]) -> None:
        """See Log; stored by `keep`."""
        self._reports[(peer, scope)] = tuple(leaves)

    def _of(self, scope: str) -> Known:
        if scope not in self._known:
            wanted = [other for other in self._scopes if other not in self._known]
            self._known |= self._now().known(self._peer, list(dict.fromkeys([*wanted, scope])))
        return self._known[scope]

    def _lacked(self, scope: str) -> list[Span]:
        """What the exchange will look through if the PC holds just what it reported."""
        reached: dict[str, int] = {}
        for leaf in self.peer_have(self._peer, scope) or ():
            reached[leaf.journal] = max(leaf.n, reached.get(leaf.journal, 0))
        spans = {leaf.journal: (leaf.journal, reached.get(leaf.journal, 0), leaf.n) for leaf in self.leaves(scope)}
        return [span for span in spans.values() if 0 < span[2] - span[1] <= FEW]

    def _following(self, scope: str, missing: Sequence[str]) -> list[str]:
        places = self._order.get(scope, {})
        first = min((places[entry] for entry in missing if entry in places), default=None)
        if first is None:
            return []
        later = [(pos, entry) for entry, pos in places.items() if pos > first and entry not in self._parcels]
        return [entry for _, entry in heapq.nsmallest(AHEAD, later)]

    def _now(self) -> Journals:
        if self._journals is None:
            self._journals = Journals(self._open.enter_context(self._log.database.asking()))
        return self._journals

    def _rest(self) -> None:
        self._open.close()
        self._journals = None
