"""Reading the journals on one connection: what one statement after another sees belongs to one moment."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from sqlalchemy import BindParameter, Connection, bindparam, select

from sync.journal.entry import reread
from sync.journal.log import Leaf, Parcel, Row
from sync.server.ingest import batches, held_ids, raw
from sync.server.schema import CERTIFICATES, ENTRIES, LEAVES, PEERS, SCOPES

_SCOPE: BindParameter[str] = bindparam("scope")
_LEAVES = select(LEAVES.c.journal, LEAVES.c.n, LEAVES.c.id).where(LEAVES.c.scope == _SCOPE)
_DIGEST = select(SCOPES.c.digest).where(SCOPES.c.scope == _SCOPE)
_CERTIFICATE = select(CERTIFICATES.c.certificate).where(CERTIFICATES.c.journal == bindparam("journal"))
_REPORT = select(PEERS.c.leaves).where(PEERS.c.peer == bindparam("peer"), PEERS.c.scope == _SCOPE)
_ROWS = (
    select(ENTRIES.c.pos, ENTRIES.c.journal, ENTRIES.c.n, ENTRIES.c.id, ENTRIES.c.prev, ENTRIES.c.signature)
    .where(ENTRIES.c.scope == _SCOPE, ENTRIES.c.journal == bindparam("journal"))
    .where(ENTRIES.c.n > bindparam("after"), ENTRIES.c.n <= bindparam("upto"))
    .order_by(ENTRIES.c.pos)
)
_PARCELS = select(ENTRIES.c.id, ENTRIES.c.body, ENTRIES.c.sealed, ENTRIES.c.signature).where(
    ENTRIES.c.scope == _SCOPE, ENTRIES.c.id.in_(bindparam("ids", expanding=True))
)


class Journals:
    """The reading half of `sync.journal.log.Log` on a connection whose transaction is open. One thread at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def scopes(self) -> tuple[str, ...]:
        """The scopes in which anything was ever written."""
        return tuple(sorted(self._connection.scalars(select(SCOPES.c.scope))))

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        """Every arm of every journal, sorted."""
        rows = self._connection.execute(_LEAVES, {"scope": scope})
        return tuple(sorted(Leaf(journal, n, entry.hex()) for journal, n, entry in rows))

    def held(self, scope: str, ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are stored in the scope."""
        return frozenset(held_ids(self._connection, scope, ids))

    def rows(self, scope: str, journal: str, after: int, upto: int) -> tuple[Row, ...]:
        """All arms of a journal with after < n <= upto, in order of arrival."""
        within = {"scope": scope, "journal": journal, "after": after, "upto": upto}
        found = self._connection.execute(_ROWS, within)
        return tuple(Row(row.pos, row.journal, row.n, row.id.hex(), row.prev.hex(), row.signature) for row in found)

    def parcels(self, scope: str, ids: Sequence[str]) -> dict[str, Parcel]:
        """Those entries of these ids that are here."""
        found: dict[str, Parcel] = {}
        for batch in batches(ids):
            for entry, body, sealed, signature in self._connection.execute(_PARCELS, {"scope": scope, "ids": raw(batch)}):
                name = entry.hex()
                found[name] = Parcel(reread(body, name), sealed, signature)
        return found

    def load(self, scope: str, ids: Sequence[str]) -> tuple[Parcel, ...]:
        """The entries of those ids, in that order; KeyError for one that is not here."""
        found = self.parcels(scope, ids)
        return tuple(found[entry] for entry in ids)

    def state_digest(self, scope: str) -> int:
        """The order-free digest of the merged state."""
        return int.from_bytes(self._connection.scalar(_DIGEST, {"scope": scope}) or b"", "big")

    def certificate(self, journal: str) -> bytes | None:
        """The certificate of the PC that writes a journal."""
        return self._connection.scalar(_CERTIFICATE, {"journal": journal})

    def peer_have(self, peer: str, scope: str) -> tuple[Leaf, ...] | None:
        """The leaves a peer last reported, or None."""
        text = self._connection.scalar(_REPORT, {"peer": peer, "scope": scope})
        return None if text is None else tuple(Leaf(*leaf) for leaf in json.loads(text))
