"""The server's journals: what arrived, in which order, and what it merged to (`sync.log.Log` over SQL)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_, delete, insert, select

from sync.entry import parse
from sync.log import Leaf, Parcel, Row
from sync.server.database import Database
from sync.server.ingest import Ingest, batches, held_ids, raw
from sync.server.schema import CERTIFICATES, ENTRIES, LEAVES, PEERS, SCOPES


class ServerLog:
    """All scopes of the server. Every method is one consistent read or one transaction; any thread may call."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def scopes(self) -> tuple[str, ...]:
        """The scopes in which anything was ever written."""
        with self.database.reading() as connection:
            return tuple(connection.scalars(select(SCOPES.c.scope).order_by(SCOPES.c.scope)))

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        """Every arm of every journal, sorted."""
        wanted = select(LEAVES.c.journal, LEAVES.c.n, LEAVES.c.id).where(LEAVES.c.scope == scope)
        with self.database.reading() as connection:
            return tuple(sorted(Leaf(journal, n, entry.hex()) for journal, n, entry in connection.execute(wanted)))

    def held(self, scope: str, ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are stored in the scope."""
        with self.database.reading() as connection:
            return frozenset(held_ids(connection, scope, ids))

    def rows(self, scope: str, journal: str, after: int, upto: int) -> tuple[Row, ...]:
        """All arms of a journal with after < n <= upto, in order of arrival."""
        columns = (ENTRIES.c.pos, ENTRIES.c.journal, ENTRIES.c.n, ENTRIES.c.id, ENTRIES.c.prev, ENTRIES.c.signature)
        within = and_(ENTRIES.c.scope == scope, ENTRIES.c.journal == journal, ENTRIES.c.n > after, ENTRIES.c.n <= upto)
        with self.database.reading() as connection:
            found = connection.execute(select(*columns).where(within).order_by(ENTRIES.c.pos))
            return tuple(Row(row.pos, row.journal, row.n, row.id.hex(), row.prev.hex(), row.signature) for row in found)

    def load(self, scope: str, ids: Sequence[str]) -> tuple[Parcel, ...]:
        """The entries of those ids, in that order; KeyError for one that is not here."""
        columns = (ENTRIES.c.id, ENTRIES.c.body, ENTRIES.c.sealed, ENTRIES.c.signature)
        found: dict[str, Parcel] = {}
        with self.database.reading() as connection:
            for batch in batches(ids):
                wanted = select(*columns).where(ENTRIES.c.scope == scope, ENTRIES.c.id.in_(raw(batch)))
                for row in connection.execute(wanted):
                    found[row.id.hex()] = Parcel(parse(row.body), row.sealed, row.signature)
        return tuple(found[entry] for entry in ids)

    def append(self, scope: str, parcels: Sequence[Parcel], certificates: Mapping[str, bytes]) -> None:
        """Store, merge and advance in one transaction; entries already held change nothing."""
        with self.database.writing() as connection:
            ingest = Ingest(connection, scope)
            for journal, certificate in certificates.items():
                ingest.keep_certificate(journal, certificate)
            ingest.add(parcels)

    def state_digest(self, scope: str) -> int:
        """The order-free digest of the merged state."""
        with self.database.reading() as connection:
            digest = connection.scalar(select(SCOPES.c.digest).where(SCOPES.c.scope == scope))
        return int.from_bytes(digest or b"", "big")

    def certificate(self, journal: str) -> bytes | None:
        """The certificate of the PC that writes a journal."""
        with self.database.reading() as connection:
            return connection.scalar(select(CERTIFICATES.c.certificate).where(CERTIFICATES.c.journal == journal))

    def peer_have(self, peer: str, scope: str) -> tuple[Leaf, ...] | None:
        """The leaves a peer last reported, or None."""
        with self.database.reading() as connection:
            text = connection.scalar(select(PEERS.c.leaves).where(PEERS.c.peer == peer, PEERS.c.scope == scope))
        return None if text is None else tuple(Leaf(*leaf) for leaf in json.loads(text))

    def remember_peer(self, peer: str, scope: str, leaves: Sequence[Leaf]) -> None:
        """Keep what a peer reported, also when it holds less than before."""
        text = json.dumps([(leaf.journal, leaf.n, leaf.id) for leaf in leaves])
        with self.database.writing() as connection:
            connection.execute(delete(PEERS).where(PEERS.c.peer == peer, PEERS.c.scope == scope))
            connection.execute(insert(PEERS).values(peer=peer, scope=scope, leaves=text))
