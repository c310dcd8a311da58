"""Recomputing everything: hashes, chains, signatures, leaves, merged state and digest, compared with what is stored."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Row, select

from sync.errors import SyncError
from sync.journal import merge
from sync.journal.entry import check_ciphertext, check_follows, parse
from sync.journal.keys import read_certificate, verify_head
from sync.journal.merge import EMPTY
from sync.server.province import Province
from sync.server.rebuilt import Rebuilt
from sync.server.schema import CERTIFICATES, ENTRIES, ERASED, LEAVES, RECORDS, SCOPES

MOST_FAULTS = 20


def verify(province: Province) -> list[str]:
    """The faults found, in plain words; empty when everything is in order."""
    faults = [f"cơ sở dữ liệu: {line}" for line in province.database.intact()]
    with province.database.reading() as connection:
        keys = _keys(connection, province.identity.province_key)
        for scope in connection.scalars(select(SCOPES.c.scope).order_by(SCOPES.c.scope)).all():
            faults += _scope_faults(connection, scope, keys)
    return [*faults, *province.blobs.faults()][:MOST_FAULTS]


def _keys(connection: Connection, province_key: bytes) -> dict[str, bytes]:
    """The signing key of each journal whose certificate the province signed."""
    found = {}
    for row in connection.execute(select(CERTIFICATES)):
        try:
            found[row.journal] = read_certificate(row.certificate, province_key).sign_key
        except SyncError:
            continue
    return found


def _scope_faults(connection: Connection, scope: str, keys: dict[str, bytes]) -> list[str]:
    rebuilt = Rebuilt()
    faults = []
    erased = set(connection.scalars(select(ERASED.c.id).where(ERASED.c.scope == scope)))
    for row in connection.execute(select(ENTRIES).where(ENTRIES.c.scope == scope).order_by(ENTRIES.c.pos)):
        try:
            _entry(row, rebuilt, keys)
            if row.sealed is None and rebuilt.entries[row.id.hex()].seal is not None and row.id not in erased:
                faults.append(f"{scope}: mục {row.journal}/{row.n}: thiếu phần niêm phong mà không có lệnh xóa nào")
        except SyncError as fault:
            faults.append(f"{scope}: mục {row.journal}/{row.n}: {fault}")
    return [*faults, *(f"{scope}: {fault}" for fault in _differences(connection, scope, rebuilt))]


def _entry(row: Row[*tuple[object, ...]], rebuilt: Rebuilt, keys: dict[str, bytes]) -> None:
    if not isinstance(row.body, bytes):
        raise SyncError(0, "nội dung không phải dạng byte")
    entry = parse(row.body)
    if entry.id != row.id.hex():
        raise SyncError(0, "nội dung không khớp dấu băm")
    check_follows(entry, rebuilt.entries.get(entry.prev) if entry.prev else None)
    check_ciphertext(entry, row.sealed)
    if row.signature is not None:
        key = keys.get(entry.journal)
        if key is None:
            raise SyncError(0, "không có chứng thư của máy đã ký")
        verify_head(key, entry.scope, entry.journal, entry.n, entry.id, row.signature)
        rebuilt.signed.add(entry.id)
    rebuilt.apply(entry)


def _differences(connection: Connection, scope: str, rebuilt: Rebuilt) -> Iterator[str]:
    leaves = {leaf.hex() for leaf in connection.scalars(select(LEAVES.c.id).where(LEAVES.c.scope == scope))}
    if leaves != rebuilt.entries.keys() - rebuilt.followed:
        yield "các đầu nhật ký không khớp"
    if not leaves <= rebuilt.signed:
        yield "có đầu nhật ký chưa được ký"
    stored = {(row.kind, row.record): row.state for row in connection.execute(select(RECORDS).where(RECORDS.c.scope == scope))}
    for target in sorted(stored.keys() | rebuilt.states.keys()):
        state = merge.pack(rebuilt.states.get(target, EMPTY))
        if stored.get(target) != state:
            yield f"bản ghi {target[0]}/{target[1]} không khớp với nhật ký"
    digest = connection.scalar(select(SCOPES.c.digest).where(SCOPES.c.scope == scope)) or b""
    if int.from_bytes(digest, "big") != rebuilt.digest:
        yield "dấu tổng trạng thái không khớp"
