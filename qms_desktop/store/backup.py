"""Backups: one file that needs nothing but the office's recovery code.

The file is a line naming the format, a line of JSON (unit, schema, replica, moment, hash, the wrapped key) and a copy of
the database under a fresh key of its own. That key is wrapped to the recovery public key, so a stolen backup is of no use
without the sheet from the office safe. A restored PC always writes under a new replica id: its predecessor may still live.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from qms_desktop import keys as secret
from qms_desktop.domain.errors import StoreError
from qms_desktop.domain.ids import Entropy
from qms_desktop.keys import Keys, MemoryKeys
from qms_desktop.sqlite import KEY_BYTES, DatabaseFault, connect, open_database, spoken_faults
from qms_desktop.store import meta, schema
from qms_desktop.store.backup_files import read_files, write_files
from qms_desktop.store.local import CREDENTIALS, PROOF
from qms_desktop.store.meta import Identity
from qms_desktop.store.packer import Packer
from qms_desktop.store.unit import Clock, UnitStore, office_exists
from qms_desktop.store.verify import verify
from sync.files.shelf import Shelf

FORMAT = b"QMS-BACKUP-1\n"
WITH_FILES = b"QMS-BACKUP-2\n"
"""The same, followed by the attached files (backup_files.py); written only where there are any."""
MOST_HEADER = 10_000
CHUNK = 1 << 20
KEPT = 14
PACKED_DAILY = 32
RECOVERY = "recovery"
SUFFIX = ".qmsbackup"


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself in clear; `hash` is the SHA-256 of the copy, `wrapped` its key for the recovery code."""

    unit: str
    schema: int
    replica: str
    created_at: str
    length: int
    hash: str
    wrapped: str


def backup(store: UnitStore, target: Path, *, files: bool = True) -> Path:
    """Write a backup while people go on working; the file appears whole or not at all. `files`: with what is attached.

    StoreError QMS-412 when the office has no recovery key yet, QMS-404 when the disk is full.
    """
    store.sign_tips()
    public = _recovery_public(store)
    key = store.entropy(KEY_BYTES)
    copy = target.with_name(target.name + ".copy")
    beside = target.with_name(target.name + ".new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        _export(store, copy, key)
        _assemble(store, copy, beside, key, public)
        if files:
            _attach_files(store, beside)
        beside.replace(target)
    except OSError as fault:
        raise _not_written(target) from fault
    finally:
        for part in (copy, beside):
            if part.is_file():
                part.unlink()
    return target


def daily_backup(store: UnitStore, folder: Path, day: date, keep: int = KEPT) -> Path | None:
    """Today's backup in the folder, unless it is there; the newest `keep` stay. Returns the file written.

    Old entries are packed first, more than a day brings, also on a PC that never has a line (others pack between two rounds).
    Attached files are not in it: they never change, and lie on the same disk already.
    """
    target = folder / f"{day.isoformat()}{SUFFIX}"
    if target.exists():
        return None
    Packer(store).run(PACKED_DAILY)
    backup(store, target, files=False)
    for old in sorted(folder.glob(f"????-??-??{SUFFIX}"))[:-keep]:
        old.unlink()
    return target


def _recovery_public(store: UnitStore) -> bytes:
    with store.view() as view:
        rows = [row for row in view.find("unit_key", recipient=RECOVERY) if row.get("recovery_public")]
    if not rows:
        raise StoreError(
            "QMS-412", "Đơn vị chưa có mã phục hồi nên chưa sao lưu được.", do="Hãy hoàn tất thiết lập đơn vị, rồi sao lưu lại."
        )
    newest = max(rows, key=_epoch)
    return bytes.fromhex(str(newest["recovery_public"]))


def _epoch(row: dict[str, Any]) -> int:
    return int(row.get("epoch") or 0)


def _export(store: UnitStore, copy: Path, key: bytes) -> None:
    """A consistent copy under the fresh key: one read transaction, which in WAL mode hinders no writer."""
    source = open_database(store.path, store.database_key)
    try:
        with spoken_faults():
            source.execute(f"ATTACH DATABASE ? AS copy KEY \"x'{key.hex()}'\"", (str(copy),))
            source.execute("PRAGMA copy.auto_vacuum = INCREMENTAL")
            source.execute("BEGIN")
            source.execute("SELECT sqlcipher_export('copy')").fetchall()
            major, minor = schema.version_of(source.conn)
            source.execute(f"PRAGMA copy.user_version = {major * schema.MAJOR_STEP + minor}")
            source.execute("COMMIT")
            source.execute("DETACH DATABASE copy")
    finally:
        source.close()


def _assemble(store: UnitStore, copy: Path, target: Path, key: bytes, public: bytes) -> None:
    from sync.journal.keys import wrap_key

    length, digest = copy.stat().st_size, _hash_of(copy)
    wrapped = wrap_key(key, public, store.entropy(KEY_BYTES), _context(store.unit_code, digest))
    moment = store.clock().isoformat(timespec="seconds")
    header = Header(store.unit_code, schema.VERSION[0], store.replica, moment, length, digest, wrapped.hex())
    with target.open("wb") as out, copy.open("rb") as source:
        out.write(FORMAT + msgspec.json.encode(header) + b"\n")
        _pour(source, out, length)
        out.flush()
        os.fsync(out.fileno())


def _attach_files(store: UnitStore, target: Path) -> None:
    """Behind the copy of the database; the first line then says so."""
    if next(store.files.shelf.names(), None) is None:
        return
    with target.open("r+b") as out:
        out.write(WITH_FILES)
        out.seek(0, os.SEEK_END)
        write_files(store.files.shelf, out)
        out.flush()
        os.fsync(out.fileno())


def _context(unit: str, digest: str) -> bytes:
    return f"qms backup|{unit}|{digest}".encode()


def read_header(source: Path) -> Header:
    """What a backup file says of itself; StoreError QMS-413 when it is none, QMS-418 when it cannot be read."""
    try:
        with source.open("rb") as stream:
            return _header(stream)
    except OSError as fault:
        raise StoreError("QMS-418", f"Không đọc được tệp “{source}”.", do="Hãy kiểm tra lại đường dẫn và ổ đĩa.") from fault


def _header(stream: BinaryIO) -> Header:
    if stream.readline(len(FORMAT)) not in (FORMAT, WITH_FILES):
        raise _no_backup()
    try:
        header = msgspec.json.decode(stream.readline(MOST_HEADER), type=Header)
        bytes.fromhex(header.wrapped)
    except (msgspec.MsgspecError, ValueError) as fault:
        raise _no_backup() from fault
    return header


def restore(source: Path, code: str, database: Path, keys: Keys, clock: Clock, entropy: Entropy) -> str:
    """Make an office's database at `database` from a backup and the recovery code; returns the new replica id.

    The copy is checked whole (hash, pages, chains, tables) before anything is put in place. StoreError QMS-408 an office is
    there already, QMS-413 no backup, QMS-419 cut or changed, QMS-414 the code is mistyped, QMS-420 it is another office's,
    QMS-415 the content is damaged, QMS-406 from a newer program. Whatever fails leaves the folder and the keys as they were.
    """
    if database.exists():
        raise office_exists(database)
    header = read_header(source)
    copy_key = _copy_key(header, code)
    if header.schema > schema.VERSION[0]:
        raise schema.newer(header.schema, 0)
    held = MemoryKeys()
    for name in (secret.DATABASE, secret.SIGNING, secret.WRAPPING):
        held.set(name, entropy(KEY_BYTES))
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with _scratch(database) as draft:
            _extract(source, header, draft)
            replica = _take_over(draft, copy_key, held, clock, entropy, keys.get(secret.SIGNING))
            for name in (secret.DATABASE, secret.SIGNING, secret.WRAPPING):
                keys.set(name, held.get(name) or b"")
            draft.replace(database)
        _take_files(source, header, database, entropy)
    except OSError as fault:
        raise _not_restored(database, fault) from fault
    return replica


@contextmanager
def _scratch(database: Path) -> Iterator[Path]:
    """A file beside the database to work on, gone afterwards whatever happens."""
    draft = database.with_name(database.name + ".restoring")
    parts = [draft.with_name(draft.name + ending) for ending in ("", "-wal", "-shm")]
    try:
        for part in parts:
            part.unlink(missing_ok=True)
        yield draft
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _copy_key(header: Header, code: str) -> bytes:
    from sync.errors import KeyFault
    from sync.journal.keys import unwrap_key
    from sync.journal.recovery import RecoveryCodeFault, recovery_keypair

    try:
        private, _public = recovery_keypair(code)
        return unwrap_key(bytes.fromhex(header.wrapped), private, _context(header.unit, header.hash))
    except RecoveryCodeFault as fault:
        where = f"Nhóm thứ {fault.group} gõ chưa đúng." if fault.group else "Mã phải đủ 8 nhóm, mỗi nhóm 5 ký tự."
        raise StoreError("QMS-414", f"Mã phục hồi chưa đúng. {where}", do="Hãy gõ lại theo tờ giấy cất trong két.") from fault
    except KeyFault as fault:
        raise StoreError(
            "QMS-420", "Mã phục hồi không phải của bản sao lưu này.", do="Hãy tìm tờ mã phục hồi của đúng đơn vị."
        ) from fault


def _extract(source: Path, header: Header, draft: Path) -> None:
    with source.open("rb") as stream, draft.open("wb") as out:
        _header(stream)
        poured = _pour(stream, out, header.length)
        rest = stream.read(1)
    if poured != header.length or (rest and not _has_files(source)) or _hash_of(draft) != header.hash:
        raise StoreError("QMS-419", "Tệp sao lưu bị cắt hoặc bị hỏng.", do="Hãy dùng một bản sao lưu khác.")


def _has_files(source: Path) -> bool:
    with source.open("rb") as stream:
        return stream.readline(len(WITH_FILES)) == WITH_FILES


def _take_files(source: Path, header: Header, database: Path, entropy: Entropy) -> None:
    """The attached files, once the office is in place: it works without those that are missing, and fetches them again."""
    if _has_files(source):
        with source.open("rb") as stream:
            _header(stream)
            stream.seek(header.length, os.SEEK_CUR)
            read_files(stream, Shelf(database.parent / "files"), entropy(8).hex())


def _take_over(draft: Path, copy_key: bytes, keys: Keys, clock: Clock, entropy: Entropy, old_key: bytes | None) -> str:
    """Give the copy its new keys and identity, then prove it whole. old_key: what this PC signed with before, if it did."""
    try:
        _rekey(draft, copy_key, keys.get(secret.DATABASE) or b"")
        identity = _new_identity(draft, keys, entropy, old_key)
        store = UnitStore.open(draft, keys, clock, entropy)
        try:
            faults = verify(store)
            store.forget_definitions()
        finally:
            store.close()
    except DatabaseFault as fault:
        if "full" in str(fault):
            raise _not_restored(draft, OSError(errno.ENOSPC, "ổ đĩa đã đầy")) from fault
        raise _damaged("tệp dữ liệu bên trong không đọc được") from fault
    if faults:
        raise _damaged(faults[0])
    return identity.replica


def _rekey(draft: Path, old: bytes, new: bytes) -> None:
    connection = connect(draft, old)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        schema.check_version(connection)
        connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
    finally:
        connection.close()


def _new_identity(draft: Path, keys: Keys, entropy: Entropy, old_key: bytes | None) -> Identity:
    """A new replica, which keeps the letter so that it can number dossiers at once (their codes stay apart by the end of the
    record id); what binds the old one to its province (settings "sync.…", reports) is forgotten, but for who it was and, where
    this PC still holds that one's key, the proof of it. So are the PINs: whoever holds the recovery code can let people in again
    who all forgot theirs.
    """
    from sync.joining.following import sign_following

    database = open_database(draft, keys.get(secret.DATABASE) or b"")
    try:
        database.execute("BEGIN IMMEDIATE")
        old = meta.read_identity(database.conn).replica
        identity = meta.rename(database.conn, entropy(16).hex())
        kept = CREDENTIALS if old_key is not None else ""
        database.execute("DELETE FROM setting WHERE name LIKE 'sync.%' AND name != ?", (kept,))
        if old_key is not None:
            proof = f"{identity.replica} {sign_following(old_key, old, identity.replica).hex()}"
            database.execute("INSERT INTO setting VALUES (?, ?)", (PROOF, proof))
        database.execute("DELETE FROM peer")
        database.execute("DELETE FROM pin")
        database.execute("COMMIT")
    finally:
        database.close()
    return identity


def _pour(source: BinaryIO, out: BinaryIO, length: int) -> int:
    left = length
    while left and (chunk := source.read(min(CHUNK, left))):
        out.write(chunk)
        left -= len(chunk)
    return length - left


def _hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _no_backup() -> StoreError:
    return StoreError("QMS-413", "Tệp này không phải là bản sao lưu của chương trình.", do="Hãy chọn tệp có đuôi .qmsbackup.")


def _damaged(detail: str) -> StoreError:
    return StoreError(
        "QMS-415",
        f"Bản sao lưu có lỗi: {detail}.",
        safe="Máy này chưa bị thay đổi gì.",
        do="Hãy dùng một bản sao lưu khác, hoặc để tỉnh gửi lại dữ liệu qua đồng bộ.",
    )


def _not_restored(database: Path, fault: OSError) -> StoreError:
    return StoreError(
        "QMS-421",
        f"Không khôi phục được vào “{database.parent}” ({fault.strerror}).",
        safe="Tệp sao lưu còn nguyên và chưa có dữ liệu nào được đặt vào thư mục.",
        do="Hãy kiểm tra ổ đĩa còn chỗ và cho phép ghi, rồi khôi phục lại.",
    )


def _not_written(target: Path) -> StoreError:
    return StoreError("QMS-416", f"Không ghi được tệp sao lưu “{target}”.", do="Hãy kiểm tra ổ đĩa còn chỗ và cho phép ghi.")
