"""A copy of the server's database in one file, made while it works, readable by either database and by later programs.

The file is a ZIP: one member for each table, in which blocks of rows follow each other (4 bytes length, msgpack), taken from one
snapshot; then `manifest.json`; then the attachments, sealed as they are, under `blobs/unit/area/name`. Keys are
not in it, so whoever finds it can neither let PCs in nor read a sealed value.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, MetaData, Table, delete, select

from qms_desktop.domain.fields import Area
from sync.server import backup_files as files
from sync.server import identity as identities
from sync.server import migration
from sync.server.blobs import FOLDER, Blobs
from sync.server.database import Database
from sync.server.errors import ServerError
from sync.server.identity import Entropy, Identity
from sync.server.ingest import Ingest
from sync.server.province import Province
from sync.server.schema import CODES, TABLES, TIPS

FORMAT = 1
BLOCK_ROWS = 500
LONGEST_BLOCK = 512 * 1024 * 1024

Values = Mapping[str, Any]


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is of. made_at: milliseconds since 1970 UTC; rows: how many, by table; files: whether attachments follow."""

    format: int
    server: str
    schema: str
    made_at: int
    rows: dict[str, int]
    files: bool = False


def backup(province: Province, target: Path, *, with_files: bool = True) -> Manifest:
    """Write what the server holds at this moment, attachments included unless `with_files` is False.

    ServerError if the file is there already.
    """
    if target.exists():
        raise ServerError(ServerError.ALREADY_THERE, f"tệp {target} đã có; không ghi đè")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        opened = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w+b") as file:
            manifest = _write(province, file, with_files)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return manifest


def restore(folder: Path, source: Path, entropy: Entropy, database: str | None = None) -> Manifest:
    """Fill the empty database of a folder that has the server's keys from a backup.

    The server goes on under its id and keys but in a new journal of its own: the copy does not know how far the old one went.
    Unused enrolment codes are dropped, because one that was used since would be good a second time. What is missing, the PCs
    hand over again. ServerError for a damaged file, the backup of another server, or a database that is not empty.
    """
    own = identities.load(folder)
    own = replace(own, replica=entropy(16).hex(), database=database or own.database)
    _demand_room(own.database)
    if own.database.startswith("sqlite"):
        (folder / identities.DATABASE).touch(mode=0o600)
    try:
        with zipfile.ZipFile(source) as archive:
            if archive.testzip() is not None:
                raise zipfile.BadZipFile("a checksum does not fit")
            manifest = _manifest(archive, own)
            _fill(own, archive, manifest)
            files.take_in(archive, Blobs(folder / FOLDER), entropy)
    except (zipfile.BadZipFile, zlib.error, msgspec.MsgspecError, KeyError, EOFError) as fault:
        what = f"tệp {source} không phải bản sao lưu của máy chủ, hoặc đã hỏng"
        raise ServerError(ServerError.BAD_FILE, what) from fault
    identities.go_on(folder, own.replica, database)
    return manifest


def _write(province: Province, file: IO[bytes], with_files: bool) -> Manifest:
    counts = {}
    with province.database.reading() as connection, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for table in TABLES.sorted_tables:
            with archive.open(table.name, "w", force_zip64=True) as member:
                counts[table.name] = _write_rows(connection, table, member)
        manifest = Manifest(FORMAT, province.identity.server, migration.NEWEST, province.clock(), counts, with_files)
        archive.writestr("manifest.json", msgspec.json.encode(manifest))
        if with_files:
            files.put_in(archive, province.blobs)
    return manifest


def _write_rows(connection: Connection, table: Table, member: IO[bytes]) -> int:
    count = 0
    rows = connection.execution_options(yield_per=BLOCK_ROWS).execute(select(table))
    for part in rows.mappings().partitions(BLOCK_ROWS):
        block = msgspec.msgpack.encode([dict(row) for row in part])
        member.write(len(block).to_bytes(4, "big") + block)
        count += len(part)
    return count


def _manifest(archive: zipfile.ZipFile, own: Identity) -> Manifest:
    manifest = msgspec.json.decode(archive.read("manifest.json"), type=Manifest)
    if manifest.format != FORMAT or manifest.schema > migration.NEWEST:
        raise ServerError(ServerError.BAD_FILE, "bản sao lưu của phiên bản mới hơn; hãy dùng chương trình mới hơn")
    if manifest.server != own.server:
        raise ServerError(ServerError.BAD_FILE, "bản sao lưu này của máy chủ khác")
    return manifest


def _demand_room(address: str) -> None:
    database = Database(address)
    try:
        database.demand_empty()
    finally:
        database.close()


def _fill(own: Identity, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    database = Database(own.database)
    try:
        with database.writing() as connection:
            migration.upgrade(connection, manifest.schema)
            tables = MetaData()
            tables.reflect(connection)
            for name, count in manifest.rows.items():
                _read_rows(connection, tables.tables[name], archive, count)
            migration.upgrade(connection)
            connection.execute(delete(TIPS))
            connection.execute(delete(CODES).where(CODES.c.used_by.is_(None)))
            own_words = own.certificate(datetime.fromtimestamp(manifest.made_at / 1000, UTC).date().isoformat())
            Ingest(connection, Area.PROVINCE.value).keep_certificate(own.replica, own_words)
    finally:
        database.close()


def _read_rows(connection: Connection, table: Table, archive: zipfile.ZipFile, count: int) -> None:
    found = 0
    with archive.open(table.name) as member:
        for rows in _blocks(member):
            connection.execute(table.insert(), list(rows))
            found += len(rows)
    if found != count:
        raise EOFError(table.name)


def _blocks(member: IO[bytes]) -> Iterator[Sequence[Values]]:
    while head := member.read(4):
        size = int.from_bytes(head, "big")
        if size > LONGEST_BLOCK:
            raise EOFError("a block that long was never written")
        yield msgspec.msgpack.decode(member.read(size), type=list[dict[str, Any]])
