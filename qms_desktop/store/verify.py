"""Whether the journal is whole and the tables say what it says: every chain, hash and signature, every merged state, every row.

Nothing is repaired here (I7): a broken chain is shown. Memory stays small, for entries and records are walked one by one.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from qms_desktop import keys as secret
from qms_desktop.domain.fields import RecordKind
from qms_desktop.store import rebuild
from qms_desktop.store.columns import quoted, table_of
from qms_desktop.store.ledger import Ledger, Record
from qms_desktop.store.projection import Projection
from qms_desktop.store.unit import UnitStore
from qms_desktop.store.verify_journal import KeyLookup, journal_faults
from sync.errors import SyncError
from sync.journal import merge
from sync.journal.entry import Hidden
from sync.journal.keys import Verifier, signing_public

CACHED_RECORDS = 500
MOST_FAULTS = 200


def verify(store: UnitStore, verifier: Verifier | None = None, erased: Collection[str] | None = None) -> list[str]:
    """The faults found, in Vietnamese with identifiers and never names; empty when all is well.

    `erased` are the entries whose sealed values were erased by order; where it is given, every other missing seal is a fault.

    `verifier` knows the keys of other PCs; without it only this PC's own signatures can be judged. Stops after 200 faults.
    """
    faults: list[str] = []
    # The full-text table keeps pages in memory that a check takes for damage once another connection has written.
    with store.reading(afresh=True) as ledger:
        for fault in _faults(store, ledger, verifier, erased):
            faults.append(fault)
            if len(faults) >= MOST_FAULTS:
                break
    return [*faults, *store.files.faults()][:MOST_FAULTS]


def _faults(store: UnitStore, ledger: Ledger, verifier: Verifier | None, erased: Collection[str] | None) -> Iterator[str]:
    yield from _pages(ledger.connection)
    yield from journal_faults(ledger, _key_lookup(store, ledger.connection, verifier), erased)
    yield from _states(ledger, store.kinds)
    yield from _strays(ledger.connection, store.kinds)


def _pages(connection: Any) -> Iterator[str]:
    for (text,) in connection.execute("PRAGMA cipher_integrity_check").fetchall():
        yield f"Trang dữ liệu hỏng: {text}"
    for (text,) in connection.execute("PRAGMA quick_check").fetchall():
        if text != "ok":
            yield f"Cấu trúc dữ liệu hỏng: {text}"


def _key_lookup(store: UnitStore, connection: Any, verifier: Verifier | None) -> KeyLookup:
    private = store.keys.get(secret.SIGNING)
    own = signing_public(private) if private is not None else None
    certificates = dict(connection.execute("SELECT journal, bytes FROM certificate").fetchall())

    def key_for(journal: str) -> bytes | None:
        if journal == store.replica and own is not None:
            return own
        return verifier.key_for(journal, certificates.get(journal)) if verifier is not None else None

    return key_for


def _states(ledger: Ledger, kinds: dict[str, RecordKind]) -> Iterator[str]:
    """The merged state rebuilt from the journal equals the stored one, its digest too, and the row shows it."""
    projection = Projection(ledger, kinds)
    digests: dict[str, int] = {}
    for place, (num,) in enumerate(ledger.connection.execute("SELECT num FROM state ORDER BY num").fetchall()):
        if place % CACHED_RECORDS == 0:
            ledger.forget()
        try:
            stored = ledger.record_numbered(num)
        except LookupError:
            yield f"Trạng thái của bản ghi số {num} nói đến mục nhật ký không có ở đây"
            continue
        try:
            rebuilt = rebuild.rebuilt(ledger, stored)
            faults = list(_row(ledger, projection, kinds, ledger.over_base(replace(stored, state=rebuilt))))
        except SyncError as fault:
            yield f"Bản ghi {stored.kind} {stored.record} không dựng lại được: {fault.detail}"
            continue
        share = merge.digest_of(stored.kind, stored.record, rebuilt)
        digests[stored.scope] = (digests.get(stored.scope, 0) + share) % merge.DIGEST_MODULUS
        if merge.pack(rebuilt) != merge.pack(ledger.own(num)):
            yield f"Trạng thái của {stored.kind} {stored.record} khác với nhật ký"
        yield from faults
    for scope, total in digests.items():
        if total != ledger.digest(scope):
            yield f"Mã đối chiếu của {scope} khác với nhật ký"


def _row(ledger: Ledger, projection: Projection, kinds: dict[str, RecordKind], record: Record) -> Iterator[str]:
    kind = kinds.get(record.kind)
    if kind is None:
        return
    empty = {field.name: None for field in kind.fields if not field.derived}
    expected = {**empty, **projection.columns(kind, record, sorted(record.state.heads))}
    names = list(expected)
    columns = ", ".join(map(quoted, names))
    row = ledger.connection.execute(f"SELECT {columns} FROM {table_of(kind.name)} WHERE _num = ?", (record.num,)).fetchone()
    if row is None:
        yield f"Bảng “{kind.label}” thiếu bản ghi {record.record}"
        return
    for name, stored in zip(names, row, strict=True):
        if stored != expected[name] and not _still_sealed(ledger, record, name):
            yield f"Bảng “{kind.label}”, bản ghi {record.record}: cột {name} khác với nhật ký"


def _still_sealed(ledger: Ledger, record: Record, name: str) -> bool:
    """A value whose key has just come is shown by ``project_all`` in a moment; that is no fault."""
    waiting = ledger.connection.execute(
        "SELECT 1 FROM touched t JOIN unopened u ON u.entry = t.entry WHERE t.state = ? LIMIT 1", (record.num,)
    ).fetchone()
    heads = record.state.heads.get(name, ())
    values = [ledger.value(head[0], record.kind, record.record, name) for head in heads]
    return waiting is not None and any(value is not Hidden.ERASED for value in values)


def _strays(connection: Any, kinds: dict[str, RecordKind]) -> Iterator[str]:
    """No row, and nothing in search, without a record behind it."""
    for name, kind in kinds.items():
        table = table_of(name)
        rows = connection.execute(
            f"SELECT k.id FROM {table} k LEFT JOIN state s ON s.num = k._num AND s.kind = ? AND s.record = k.id "
            "WHERE s.num IS NULL",
            (name,),
        )
        for (record,) in rows:
            yield f"Bảng “{kind.label}” có bản ghi {record} không có trong nhật ký"
        if any(field.searched for field in kind.fields):
            shown, found = _searchable(connection, table, name)
            if shown != found:
                yield f"Mục lục tìm kiếm của “{kind.label}” có {found} bản ghi, phải là {shown}"


def _searchable(connection: Any, table: str, kind: str) -> tuple[int, int]:
    shown: int = connection.execute(f"SELECT count(*) FROM {table} WHERE _voided = 0").fetchone()[0]
    found: int = connection.execute(
        f"SELECT count(*) FROM {table} k WHERE k._voided = 0 AND EXISTS (SELECT 1 FROM search s WHERE s.rowid = k._num)"
    ).fetchone()[0]
    return shown, found
