"""The attachments within a backup: stored as they are, for sealed bytes cannot be compressed, and proved when they are read."""

from __future__ import annotations

import zipfile

from sync.errors import SyncError
from sync.files.blobs import CHUNK
from sync.server.blobs import FOLDER, Blobs
from sync.server.errors import ServerError
from sync.server.identity import Entropy


def put_in(archive: zipfile.ZipFile, blobs: Blobs) -> None:
    """Add every file; what is taken in while this runs waits for the next backup."""
    for unit, area in blobs.places():
        shelf = blobs.shelf_for(unit, area)
        for name in shelf.names():
            member = zipfile.ZipInfo(f"{FOLDER}/{unit}/{area}/{name}")
            with archive.open(member, "w", force_zip64=True) as target:
                for chunk in shelf.chunks(name):
                    target.write(chunk)


def take_in(archive: zipfile.ZipFile, blobs: Blobs, entropy: Entropy) -> None:
    """Keep every file of a backup under the name of what it holds; ServerError if that is not its name."""
    for member in archive.infolist():
        parts = member.filename.split("/")
        if parts[0] != FOLDER:
            continue
        try:
            _folder, unit, area, name = parts
            shelf = blobs.shelf_for(unit, area)
        except (ValueError, SyncError) as fault:
            raise _damaged(member) from fault
        with archive.open(member) as source:
            blob = shelf.add(iter(lambda: source.read(CHUNK), b""), entropy(8).hex())
        if blob.name != name:
            shelf.drop(blob.name)
            raise _damaged(member)


def _damaged(member: zipfile.ZipInfo) -> ServerError:
    return ServerError(ServerError.BAD_FILE, f"tệp {member.filename} trong bản sao lưu không đúng với tên của nó")
