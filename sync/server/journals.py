"""Reading the journals on one connection: what one statement after another sees belongs to one moment."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Connection,
    LargeBinary,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from sync.journal.entry import reread
from sync.journal.log import Leaf, Parcel, Row
from sync.server.ingest import held_ids
from sync.server.naming import among, batches, raw
from sync.server.schema import CERTIFICATES, ENTRIES, LEAVES, PEERS, SCOPES

_SCOPE: BindParameter[str] = bindparam("scope")
_LEAVES = select(LEAVES.c.journal, LEAVES.c.n, LEAVES.c.id).where(LEAVES.c.scope == _SCOPE)
_DIGEST = select(SCOPES.c.digest).where(SCOPES.c.scope == _SCOPE)
_CERTIFICATE = select(CERTIFICATES.c.certificate).where(CERTIFICATES.c.journal == bindparam("journal"))
_REPORT = select(PEERS.c.leaves).where(PEERS.c.peer == bindparam("peer"), PEERS.c.scope == _SCOPE)
_SCOPES = bindparam("scopes", expanding=True, type_=Text)
_STANDINGS = union_all(
    select(
        LEAVES.c.scope, literal_column("0").label("what"), LEAVES.c.journal.label("text"), LEAVES.c.n, LEAVES.c.id.label("raw")
    ).where(LEAVES.c.scope.in_(_SCOPES)),
    select(SCOPES.c.scope, literal_column("1"), cast(null(), Text), SCOPES.c.last_pos, SCOPES.c.digest).where(
        SCOPES.c.scope.in_(_SCOPES)
    ),
    select(PEERS.c.scope, literal_column("2"), PEERS.c.leaves, cast(null(), BigInteger), cast(null(), LargeBinary)).where(
        PEERS.c.peer == bindparam("peer"), PEERS.c.scope.in_(_SCOPES)
    ),
)
"""Leaves, ends and reports of several scopes in one statement, and so of one moment."""

_ROW = (ENTRIES.c.pos, ENTRIES.c.journal, ENTRIES.c.n, ENTRIES.c.id, ENTRIES.c.prev, ENTRIES.c.signature)
_ROWS = (
    select(*_ROW)
    .where(ENTRIES.c.scope == _SCOPE, ENTRIES.c.journal == bindparam("journal"))
    .where(ENTRIES.c.n > bindparam("after"), ENTRIES.c.n <= bindparam("upto"))
    .order_by(ENTRIES.c.pos)
)
_SPAN = (
    func.unnest(
        bindparam("journals", type_=ARRAY(Text)),
        bindparam("afters", type_=ARRAY(BigInteger)),
        bindparam("uptos", type_=ARRAY(BigInteger)),
    )
    .table_valued("journal", "after", "upto")
    .render_derived(name="span")
)
_ROWS_OF_SPANS = (
    select(*_ROW)
    .where(ENTRIES.c.scope == _SCOPE, ENTRIES.c.journal == _SPAN.c.journal)
    .where(ENTRIES.c.n > _SPAN.c.after, ENTRIES.c.n <= _SPAN.c.upto)
    .order_by(ENTRIES.c.pos)
)
_PARCEL = select(ENTRIES.c.id, ENTRIES.c.body, ENTRIES.c.sealed, ENTRIES.c.signature).where(ENTRIES.c.scope == _SCOPE)

Span = tuple[str, int, int]
"""Entries of a journal: after which number, and up to which."""


@dataclass
class Known:
    """What stood in a scope at one moment: its leaves, how far its entries went, its digest, and what a peer had reported."""

    leaves: tuple[Leaf, ...] = ()
    last_pos: int = 0
    digest: int = 0
    report: tuple[Leaf, ...] | None = None


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

    def known(self, peer: str, scopes: Collection[str]) -> dict[str, Known]:
        """What stands in these scopes at one moment."""
        found = {scope: Known() for scope in scopes}
        leaves: dict[str, list[Leaf]] = {scope: [] for scope in scopes}
        for scope, what, text, n, raw_bytes in self._connection.execute(_STANDINGS, {"peer": peer, "scopes": list(scopes)}):
            if what == 0:
                leaves[scope].append(Leaf(text, n, raw_bytes.hex()))
            elif what == 1:
                found[scope].last_pos, found[scope].digest = n, int.from_bytes(raw_bytes, "big")
            else:
                found[scope].report = _read_report(text)
        for scope, ends in leaves.items():
            found[scope].leaves = tuple(sorted(ends))
        return found

    def held(self, scope: str, ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are stored in the scope."""
        return frozenset(held_ids(self._connection, scope, ids))

    def rows(self, scope: str, journal: str, after: int, upto: int) -> tuple[Row, ...]:
        """All arms of a journal with after < n <= upto, in order of arrival."""
        within = {"scope": scope, "journal": journal, "after": after, "upto": upto}
        found = self._connection.execute(_ROWS, within)
        return tuple(_row(*row) for row in found)

    def spans(self, scope: str, spans: Sequence[Span]) -> tuple[tuple[Row, ...], ...]:
        """The same of several journals, none named twice; PostgreSQL is asked once."""
        if self._connection.dialect.name != "postgresql":
            return tuple(self.rows(scope, *span) for span in spans)
        journals, afters, uptos = (list(column) for column in zip(*spans, strict=True))
        within = {"scope": scope, "journals": journals, "afters": afters, "uptos": uptos}
        found: dict[str, list[Row]] = {journal: [] for journal in journals}
        for row in self._connection.execute(_ROWS_OF_SPANS, within):
            found[row.journal].append(_row(*row))
        return tuple(map(tuple, found.values()))

    def parcels(self, scope: str, ids: Sequence[str]) -> dict[str, Parcel]:
        """Those entries of these ids that are here."""
        found: dict[str, Parcel] = {}
        for batch in batches(ids):
            wanted = _parcels(self._connection.dialect.name)
            for entry, body, sealed, signature in self._connection.execute(wanted, {"scope": scope, "ids": raw(batch)}):
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
        return None if text is None else _read_report(text)


@cache
def _parcels(dialect: str) -> Select[bytes, bytes, bytes, bytes]:
    return _PARCEL.where(among(dialect, ENTRIES.c.id))


def _row(pos: int, journal: str, n: int, name: bytes, prev: bytes, signature: bytes | None) -> Row:
    return Row(pos, journal, n, name.hex(), prev.hex(), signature)


def _read_report(text: str) -> tuple[Leaf, ...]:
    return tuple(Leaf(*leaf) for leaf in json.loads(text))
