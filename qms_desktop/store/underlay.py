"""Taking a snapshot in: a new PC shows the newest records while its history still comes (see bases.py)."""

import json
from collections.abc import Iterable, Sequence

from qms_desktop.domain.fields import Area
from qms_desktop.domain.records.custody import ERASURE, VERDICT
from qms_desktop.store import meta
from qms_desktop.store.bases import Bases, packed_leaves
from qms_desktop.store.columns import table_of
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.projection import Projection, is_sealed
from qms_desktop.store.unit import UnitStore
from qms_desktop.store.values import area_of
from sync.journal import merge
from sync.journal.log import Parcel
from sync.newcomer.base import Base, Place
from sync.newcomer.snapshot import Part, Start
from sync.newcomer.underlay import Arrived

UNPROVED = frozenset({ERASURE.name, VERDICT.name})
"""Kinds this PC acts upon by itself: they count from the journal only, where their authors are proved."""


class UnitUnderlay:
    """`sync.newcomer.underlay.Underlay` over the office's database.

    Only dossiers and what belongs to them are taken from snapshots, which nobody has signed. People, roles, keys and orders
    decide what this PC does and for whom it seals; they come with the history alone.
    """

    def __init__(self, store: UnitStore) -> None:
        self._store = store

    def takes(self, scope: str) -> bool:
        """See Underlay."""
        return area_of(scope) is Area.DOSSIERS

    def _shows(self, place: Place) -> bool:
        kind = self._store.kinds.get(place[0])
        return kind is not None and Area.DOSSIERS in kind.areas and kind.name not in UNPROVED

    def arrived(self, scope: str) -> Arrived | None:
        """See Underlay."""
        with self._store.reading() as ledger:
            row = ledger.connection.execute(
                "SELECT name, position, complete, (SELECT count(*) FROM base_entry e WHERE e.scope = s.scope) "
                "FROM base_scope s WHERE scope = ?",
                (scope,),
            ).fetchone()
        return None if row is None else Arrived(row[0], row[1], row[3], bool(row[2]))

    def entry_at(self, scope: str, number: int) -> str:
        """See Underlay."""
        with self._store.reading() as ledger:
            return Bases(ledger.connection).entry_at(scope, number)

    def begin(self, name: str, start: Start, position: int) -> None:
        """See Underlay. What is written from now on counts above everything the snapshot shows."""
        with self._store.writing() as ledger:
            projection = Projection(ledger, self._store.kinds)
            self._drop(ledger, projection, start.scope)
            place = (start.scope, name, position, 0, packed_leaves(start.have))
            ledger.connection.execute("INSERT INTO base_scope VALUES (?, ?, ?, ?, ?)", place)
            meta.write(ledger.connection, meta.LAMPORT, str(max(start.lamport, meta.lamport(ledger.connection))))
            self._store.derive(ledger, projection.shown)
        self._told(projection.shown)

    def keep(self, scope: str, part: Part, position: int) -> None:
        """See Underlay; the records are shown and found in the same transaction."""
        with self._store.writing() as ledger:
            projection = Projection(ledger, self._store.kinds)
            numbers = self._keep_entries(ledger, scope, part.parcels)
            for place, base in filter(lambda item: self._shows(item[0]), part.records.items()):
                self._keep_record(ledger, projection, scope, place, base, numbers)
            ledger.connection.execute("UPDATE base_scope SET position = ? WHERE scope = ?", (position, scope))
            self._store.derive(ledger, projection.shown)
        self._told(projection.shown)

    def end(self, scope: str, position: int) -> None:
        """See Underlay."""
        with self._store.writing() as ledger:
            ledger.connection.execute("UPDATE base_scope SET complete = 1, position = ? WHERE scope = ?", (position, scope))

    def settle(self, scope: str) -> bool:
        """See Underlay. From then on the records show what follows from the journal, whatever the snapshot said."""
        with self._store.reading() as ledger:
            row = ledger.connection.execute("SELECT have FROM base_scope WHERE scope = ?", (scope,)).fetchone()
            if row is None:
                return True
            if not all(ledger.holds(name) for _, _, name in json.loads(row[0])):
                return False
        with self._store.writing() as ledger:
            projection = Projection(ledger, self._store.kinds)
            self._drop(ledger, projection, scope)
            self._store.derive(ledger, projection.shown)
        self._told(projection.shown)
        return True

    def _keep_entries(self, ledger: Ledger, scope: str, parcels: Sequence[Parcel]) -> dict[str, int]:
        count = ledger.connection.execute("SELECT count(*) FROM base_entry WHERE scope = ?", (scope,)).fetchone()[0]
        numbers: dict[str, int] = {}
        for number, parcel in enumerate(parcels, count):
            entry = ledger.opened(parcel.entry, parcel.ciphertext)
            row = (scope, number, bytes.fromhex(entry.id), entry.body, parcel.ciphertext, int(is_sealed(entry)))
            ledger.connection.execute("INSERT INTO base_entry VALUES (?, ?, ?, ?, ?, ?)", row)
            ledger.note_reference(entry)
            numbers[entry.id] = number
        return numbers

    def _keep_record(
        self, ledger: Ledger, projection: Projection, scope: str, place: Place, base: Base, numbers: dict[str, int]
    ) -> None:
        num = ledger.room_for(scope, *place)
        heads = merge.pack(base.state, lambda name: numbers.get(name, name))
        row = (num, scope, heads, b"".join(sorted(base.past)))
        ledger.connection.execute("INSERT OR REPLACE INTO base_state VALUES (?, ?, ?, ?)", row)
        projection.show_all(ledger.record_numbered(num))

    def _drop(self, ledger: Ledger, projection: Projection, scope: str) -> None:
        """Forget the scope's snapshot; only records that it showed otherwise than the journal does change."""
        rows = ledger.connection.execute("SELECT state FROM base_state WHERE scope = ?", (scope,)).fetchall()
        before = [ledger.record_numbered(num) for (num,) in rows]
        for table in ("base_state", "base_entry", "base_scope"):
            ledger.connection.execute(f"DELETE FROM {table} WHERE scope = ?", (scope,))
        ledger.forget()
        for record in before:
            own = ledger.own(record.num)
            if own == merge.EMPTY:
                self._remove(ledger, record.num, record.kind)
            elif own.heads != record.state.heads or own.seen != record.state.seen:
                projection.show_all(ledger.record_numbered(record.num))

    def _remove(self, ledger: Ledger, num: int, kind: str) -> None:
        """A record of which nothing is held."""
        if kind in self._store.kinds:
            ledger.connection.execute(f"DELETE FROM {table_of(kind)} WHERE _num = ?", (num,))
        ledger.connection.execute("DELETE FROM search WHERE rowid = ?", (num,))
        ledger.connection.execute("DELETE FROM state WHERE num = ?", (num,))

    def _told(self, shown: Iterable[tuple[str, str]]) -> None:
        self._store.notify(frozenset(kind for kind, _ in shown))
