"""The server's journals: what arrived, in which order, and what it merged to (`sync.journal.log.Log` over SQL)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from sync.journal.log import Leaf, Parcel, Row
from sync.server.commits import Brought, Commits
from sync.server.database import Database
from sync.server.ingest import upsert
from sync.server.journals import Journals
from sync.server.recent import Recent
from sync.server.schema import PEERS

CERTIFICATES_KEPT = 10_000
"""Some 400 bytes each."""

Reports = Mapping[tuple[str, str], Sequence[Leaf]]
"""What peers said they hold, by peer and scope."""


class ServerLog:
    """All scopes of the server. Every method is one consistent read or one transaction; any thread may call."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._commits = Commits(database)
        self._certificates: Recent[str, bytes] = Recent(CERTIFICATES_KEPT)

    @contextmanager
    def reading(self) -> Iterator[Journals]:
        """Several reads of one moment."""
        with self.database.reading() as connection:
            yield Journals(connection)

    def scopes(self) -> tuple[str, ...]:
        """The scopes in which anything was ever written."""
        with self.reading() as journals:
            return journals.scopes()

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        """Every arm of every journal, sorted."""
        with self.reading() as journals:
            return journals.leaves(scope)

    def held(self, scope: str, ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are stored in the scope."""
        with self.reading() as journals:
            return journals.held(scope, ids)

    def rows(self, scope: str, journal: str, after: int, upto: int) -> tuple[Row, ...]:
        """All arms of a journal with after < n <= upto, in order of arrival."""
        with self.reading() as journals:
            return journals.rows(scope, journal, after, upto)

    def load(self, scope: str, ids: Sequence[str]) -> tuple[Parcel, ...]:
        """The entries of those ids, in that order; KeyError for one that is not here."""
        with self.reading() as journals:
            return journals.load(scope, ids)

    def append(self, scope: str, parcels: Sequence[Parcel], certificates: Mapping[str, bytes]) -> None:
        """Store, merge and advance in one transaction, maybe shared; entries already held change nothing."""
        self._commits.bring(Brought(scope, parcels, certificates))

    def state_digest(self, scope: str) -> int:
        """The order-free digest of the merged state."""
        with self.reading() as journals:
            return journals.state_digest(scope)

    def certificate(self, journal: str) -> bytes | None:
        """The certificate of the PC that writes a journal. The first one stays, so it is read once."""
        kept = self._certificates.get(journal)
        if kept is None:
            with self.database.asking() as connection:
                kept = Journals(connection).certificate(journal)
            if kept is not None:
                self._certificates.put(journal, kept)
        return kept

    def peer_have(self, peer: str, scope: str) -> tuple[Leaf, ...] | None:
        """The leaves a peer last reported, or None."""
        with self.reading() as journals:
            return journals.peer_have(peer, scope)

    def remember_peer(self, peer: str, scope: str, leaves: Sequence[Leaf]) -> None:
        """Keep what a peer reported, also when it holds less than before."""
        with self.database.writing() as connection:
            keep_reports(connection, {(peer, scope): leaves})


def keep_reports(connection: Connection, reports: Reports) -> None:
    """Keep what peers reported, each in place of what it reported before."""
    rows = [
        {"peer": peer, "scope": scope, "leaves": json.dumps([(leaf.journal, leaf.n, leaf.id) for leaf in leaves])}
        for (peer, scope), leaves in sorted(reports.items())
    ]
    upsert(connection, PEERS, rows)
