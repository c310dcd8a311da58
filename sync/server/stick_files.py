"""Attachments on a stick, at the province: taken if a record of the unit names them, given if a PC did not say it has them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from sync.files.blobs import MAX_BLOB, Blob
from sync.files.shelf import Shelf
from sync.server.accounts import Device
from sync.server.blobs import AREAS, FOLDER
from sync.server.province import Province
from sync.server.records import current
from sync.stick import files_beside as stick
from sync.stick.files_beside import Put, Taken

_KIND, _BLOB = "attachment", "#blob"


def put(province: Province, receivers: Sequence[Device], packet: Path) -> Put:
    """Write beside a packet what one of its receivers did not say to hold."""
    unit, folder = receivers[0].unit, stick.folder_of(packet)
    shelves = _shelves(province, unit)
    known = frozenset.intersection(*(_held(province, device) for device in receivers))
    wanted = [
        (area, Blob(name, shelf.size(name) or 0))
        for area, shelf in shelves.items()
        for name in shelf.names()
        if name not in known
    ]
    done = stick.put(folder, shelves, wanted, lambda: shutil.disk_usage(packet.parent).free)
    stick.say_held(folder, (name for shelf in shelves.values() for name in shelf.names()))
    return done


def take(province: Province, device: Device, packet: Path) -> Taken | None:
    """Take what lies beside a packet; None when nothing does."""
    folder = stick.folder_of(packet)
    if not folder.is_dir():
        return None
    _said_by(province, device).parent.mkdir(parents=True, exist_ok=True)
    _said_by(province, device).write_text(json.dumps(sorted(stick.read_held(folder))), "ascii")
    named = {area: named_in(province, f"unit/{device.unit}/{area}") for area in AREAS}
    return stick.take(folder, _shelves(province, device.unit), named, province.entropy(8).hex())


def _shelves(province: Province, unit: str) -> dict[str, Shelf]:
    return {area: province.blobs.shelf_for(unit, area) for area in AREAS}


def named_in(province: Province, scope: str) -> Collection[str]:
    """The files that records of the scope name; nobody fills the server's disk with others."""
    with province.database.reading() as connection:
        rows = current(connection, scope, _KIND).values()
    blobs = [row.get(_BLOB) for row in rows]
    sizes = {blob.get("hash"): blob.get("size") for blob in blobs if isinstance(blob, dict)}
    return {str(name) for name, size in sizes.items() if isinstance(size, int) and 0 < size <= MAX_BLOB}


def _held(province: Province, device: Device) -> frozenset[str]:
    try:
        return frozenset(json.loads(_said_by(province, device).read_text("ascii")))
    except FileNotFoundError:
        return frozenset()


def _said_by(province: Province, device: Device) -> Path:
    return province.identity.folder / FOLDER / device.unit / f"held.{device.replica}.json"
