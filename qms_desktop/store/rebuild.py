"""Merged states from the journal alone: what verification compares with, and what repairs a state that left its journal.

Where two sides hold the same entries and yet another merged state, the journal is right: its hashes and signatures prove it,
states, digest and rows are derived from it.
"""

from dataclasses import replace

from qms_desktop.store.entries import BATCH
from qms_desktop.store.ledger import Ledger, Record
from qms_desktop.store.projection import Projection
from qms_desktop.store.unit import UnitStore
from sync.journal import merge


def rebuilt(ledger: Ledger, record: Record) -> merge.RecordState:
    """The state from the record's entries in their order of arrival, as if each came now."""
    state = merge.EMPTY
    for num, entry_id in ledger.entries.touching_state(record.num):
        entry = ledger.entry(entry_id)
        for op in entry.ops if entry else ():
            if entry is not None and (op.kind, op.record) == (record.kind, record.record):
                state = merge.apply(state, op, entry.id, entry.lam, _wrote_before(ledger, num)).state
    return state


def _wrote_before(ledger: Ledger, num: int) -> merge.Wrote:
    def wrote(entry_id: str, kind: str, record: str, field: str) -> bool:
        arrived = ledger.number_of(entry_id)
        return arrived is not None and arrived < num and ledger.wrote(entry_id, kind, record, field)

    return wrote


def reapply(store: UnitStore, scope: str) -> int:
    """Build the scope's merged states, digest and rows again from its entries; returns how many records had been wrong.

    One transaction; entries, signatures and leaves are not touched. A record whose entries cannot be read stays as it is, for
    `verify` to name.
    """
    with store.writing() as ledger:
        _touch(ledger, scope)
        projection = Projection(ledger, store.kinds)
        mended, total, last = 0, 0, 0
        statement = "SELECT num, kind, record FROM state WHERE scope = ? AND num > ? ORDER BY num LIMIT ?"
        while rows := ledger.connection.execute(statement, (scope, last, BATCH)).fetchall():
            for num, kind, record in rows:
                place = Record(num, scope, kind, record, merge.EMPTY)
                place = replace(place, state=rebuilt(ledger, place))
                mended += _mended(ledger, projection, place)
                total += merge.digest_of(kind, record, place.state)
            last = rows[-1][0]
            ledger.forget()
        differs = ledger.digest(scope) != total % merge.DIGEST_MODULUS
        if differs:
            ledger.set_digest(scope, total % merge.DIGEST_MODULUS)
        store.derive(ledger, projection.shown)
    store.notify(frozenset(kind for kind, _ in projection.shown))
    return mended or int(differs)


def _touch(ledger: Ledger, scope: str) -> None:
    """Every record an entry changes exists and knows of it."""
    for held in ledger.entries.in_scope(scope):
        for op in held.entry.ops:
            state = ledger.room_for(scope, op.kind, op.record)
            ledger.connection.execute("INSERT OR IGNORE INTO touched VALUES (?, ?)", (state, held.num))


def _mended(ledger: Ledger, projection: Projection, record: Record) -> bool:
    """Whether the stored state was another one; then it and its row are replaced."""
    if _stored(ledger, record) == merge.pack(record.state):
        return False
    ledger.restate(record)
    projection.show_all(ledger.over_base(record))
    return True


def _stored(ledger: Ledger, record: Record) -> bytes | None:
    """The stored state, spelled with full ids; None when it cannot even be read."""
    try:
        return merge.pack(ledger.own(record.num))
    except Exception:  # noqa: BLE001 - bytes that are no state can fail in any way, and each means the same
        return None
