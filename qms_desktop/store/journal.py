"""The PC's journal as the exchange sees it: ``sync.journal.log.Log`` over the office's database."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from qms_desktop.store import meta
from qms_desktop.store.ledger import Change, Ledger
from qms_desktop.store.projection import Projection
from qms_desktop.store.unit import UnitStore
from sync.journal.log import Leaf, Parcel, Row


class UnitLog:
    """The journals of all replicas held on this PC, by scope. See sync.journal.log.Log for what each method promises."""

    def __init__(self, store: UnitStore) -> None:
        self._store = store

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        """See Log."""
        with self._store.reading() as ledger:
            rows = ledger.connection.execute("SELECT journal, n, id FROM leaf WHERE scope = ?", (scope,)).fetchall()
        return tuple(sorted(Leaf(journal, n, entry_id.hex()) for journal, n, entry_id in rows))

    def held(self, scope: str, ids: Collection[str]) -> frozenset[str]:
        """See Log."""
        with self._store.reading() as ledger:
            return frozenset(name for name in ledger.entries.numbers(ids) if _of_scope(ledger, scope, name))

    def rows(self, scope: str, journal: str, after: int, upto: int) -> tuple[Row, ...]:
        """See Log."""
        with self._store.reading() as ledger:
            return tuple(ledger.entries.rows(scope, journal, after, upto))

    def load(self, scope: str, ids: Sequence[str]) -> tuple[Parcel, ...]:
        """See Log; personal values stay sealed."""
        with self._store.reading() as ledger:
            return tuple(_parcel(ledger, scope, name) for name in ids)

    def append(self, scope: str, parcels: Sequence[Parcel], certificates: Mapping[str, bytes]) -> None:
        """See Log. What can be read is shown and searchable in the same transaction; screens are told after it."""
        with self._store.writing() as ledger:
            for journal, blob in certificates.items():
                _keep_certificate(ledger, journal, blob)
            ledger.expect(scope, [parcel.entry for parcel in parcels])
            changes = [change for parcel in parcels for change in self._take(ledger, scope, parcel)]
            projection = Projection(ledger, self._store.kinds)
            projection.show_changes(changes)
            self._store.derive(ledger, projection.shown)
        self._store.notify(frozenset(kind for kind, _ in projection.shown))

    def _take(self, ledger: Ledger, scope: str, parcel: Parcel) -> tuple[Change, ...]:
        if parcel.entry.scope != scope:
            raise ValueError(f"an entry of {parcel.entry.scope} in {scope}")
        if ledger.holds(parcel.entry.id):
            if parcel.signature is not None:
                ledger.sign(parcel.entry.id, parcel.signature)
            return ()
        if parcel.entry.journal == self._store.replica:
            meta.write(ledger.connection, meta.CLONED, "1")
        entry = ledger.opened(parcel.entry, parcel.ciphertext)
        return ledger.add(entry, parcel.ciphertext, parcel.signature, mine=False)

    def state_digest(self, scope: str) -> int:
        """See Log."""
        with self._store.reading() as ledger:
            return ledger.digest(scope)

    def certificate(self, journal: str) -> bytes | None:
        """See Log."""
        with self._store.reading() as ledger:
            row = ledger.connection.execute("SELECT bytes FROM certificate WHERE journal = ?", (journal,)).fetchone()
        return None if row is None else bytes(row[0])

    def has_met_a_province(self) -> bool:
        """Whether any certificate is here: this data was enrolled once, perhaps on a PC that is gone."""
        with self._store.reading() as ledger:
            return ledger.connection.execute("SELECT 1 FROM certificate LIMIT 1").fetchone() is not None

    def keep_certificate(self, journal: str, blob: bytes) -> None:
        """Keep a certificate that did not come with entries: this PC's own after enrolment (a newer one replaces it)."""
        with self._store.writing() as ledger:
            ledger.connection.execute("INSERT OR REPLACE INTO certificate VALUES (?, ?)", (journal, blob))

    def peer_have(self, peer: str, scope: str) -> tuple[Leaf, ...] | None:
        """See Log."""
        with self._store.reading() as ledger:
            return _peer_have(ledger, peer, scope)

    def remember_peer(self, peer: str, scope: str, leaves: Sequence[Leaf]) -> None:
        """See Log."""
        content = json.dumps([[leaf.journal, leaf.n, leaf.id] for leaf in leaves])
        with self._store.writing() as ledger:
            ledger.connection.execute("INSERT OR REPLACE INTO peer VALUES (?, ?, ?)", (peer, scope, content.encode()))

    def sign_tips(self) -> None:
        """Sign the ends of this PC's own journals; unsigned ends are not handed over."""
        self._store.sign_tips()

    def waiting(self, peer: str) -> int:
        """How many entries held here the peer has not reported to hold, by what it last said of each journal."""
        with self._store.reading() as ledger:
            ends = ledger.connection.execute("SELECT scope, journal, max(n) FROM leaf GROUP BY scope, journal").fetchall()
            reported = {scope: _reported(ledger, peer, scope) for scope in {scope for scope, _, _ in ends}}
        return sum(max(0, end - reported[scope].get(journal, 0)) for scope, journal, end in ends)


def _reported(ledger: Ledger, peer: str, scope: str) -> dict[str, int]:
    highest: dict[str, int] = {}
    for leaf in _peer_have(ledger, peer, scope) or ():
        highest[leaf.journal] = max(leaf.n, highest.get(leaf.journal, 0))
    return highest


def _peer_have(ledger: Ledger, peer: str, scope: str) -> tuple[Leaf, ...] | None:
    row = ledger.connection.execute("SELECT leaves FROM peer WHERE peer = ? AND scope = ?", (peer, scope)).fetchone()
    return None if row is None else tuple(Leaf(*item) for item in json.loads(row[0]))


def _keep_certificate(ledger: Ledger, journal: str, blob: bytes) -> None:
    ledger.connection.execute("INSERT OR IGNORE INTO certificate VALUES (?, ?)", (journal, blob))


def _of_scope(ledger: Ledger, scope: str, entry_id: str) -> bool:
    return ledger.entries.scope(entry_id) == scope


def _parcel(ledger: Ledger, scope: str, entry_id: str) -> Parcel:
    found = ledger.entries.get(entry_id)
    if found is None or found.entry.scope != scope:
        raise KeyError(entry_id)
    return replace(found, signature=ledger.entries.signature(entry_id))
