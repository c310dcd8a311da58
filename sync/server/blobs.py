"""Attachments at the province: sealed files that it stores, counts and hands out, and cannot read.

One shelf for each area of each unit, in a folder of the server's data; `shelf_for` is the one place to change for an object
store. What several PCs bring of the same file is kept apart until one of them has brought it whole and right.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.errors import BlobFault, ExchangeError
from sync.files import counter
from sync.files.blobs import MAX_BLOB
from sync.files.shelf import Shelf

FOLDER = "blobs"
AREAS = ("qms", "dossiers")


@dataclass(frozen=True, slots=True)
class Room:
    """How much a unit may store: bytes of one file, and of all files of one area."""

    file: int = MAX_BLOB
    area: int = 50_000_000_000


class Blobs:
    """The files of all units. Any thread may use it."""

    def __init__(self, folder: Path, room: Room | None = None) -> None:
        self._folder = folder
        self._room = room or Room()
        self._shelves: dict[tuple[str, str], Shelf] = {}
        self._held: dict[tuple[str, str], int] = {}
        self._arriving: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def shelf_for(self, unit: str, area: str) -> Shelf:
        """Where the files of a unit's area lie; ExchangeError for an area that has none."""
        if area not in AREAS or not unit.isalnum():
            raise ExchangeError(ExchangeError.UNKNOWN_SCOPE, "no files are kept there")
        with self._lock:
            return self._shelves.setdefault((unit, area), Shelf(self._folder / unit / area))

    def standing(self, unit: str, area: str, replica: str, names: bytes) -> list[int]:
        """How many bytes are here of each file (32 bytes of `names` each), for the PC that brings or fetches it."""
        asked = counter.names_asked(names)
        shelf = self.shelf_for(unit, area)
        return [shelf.held(name, by=replica) for name in asked]

    def take(self, unit: str, area: str, replica: str, name: str, size: int, start: int, data: bytes) -> int:
        """Store a piece; how much of the file is here now. BlobFault when it is too large, there is no room, or it is wrong."""
        counter.checked_place(size, start, len(data), self._room.file)
        shelf = self.shelf_for(unit, area)
        if shelf.size(name) is not None:
            return shelf.held(name)
        before = shelf.held(name, by=replica)
        if self._area_bytes(unit, area) + max(size, self._arriving_bytes(unit, area) + len(data)) > self._room.area:
            raise BlobFault(BlobFault.NO_ROOM, "this unit's room is used up")
        held = counter.take(shelf, name, size, start, data, replica)
        if shelf.size(name) is not None:
            self._held[unit, area] = self._area_bytes(unit, area) + size
        if shelf.size(name) is not None or held < before:
            self._arriving.pop((unit, area), None)
        else:
            self._arriving[unit, area] += held - before
        return held

    def give(self, unit: str, area: str, name: str, number: int, at: int, length: int) -> bytes:
        """A part of a chunk; BlobFault MISSING when the file is not whole here."""
        return counter.give(self.shelf_for(unit, area), name, number, at, length)

    def erase(self, unit: str, area: str, names: Sequence[str]) -> None:
        """Remove files after their retention; what still arrives of them is forgotten as well."""
        for name in names:
            self.shelf_for(unit, area).drop(name)
        self._held.pop((unit, area), None)
        self._arriving.pop((unit, area), None)

    def places(self) -> Iterator[tuple[str, str]]:
        """Units and areas that have files, in order."""
        for unit in sorted(self._folder.glob("*")):
            yield from ((unit.name, area) for area in AREAS if (unit / area).is_dir())

    def held(self) -> dict[str, int]:
        """How many files and bytes are here."""
        sizes = [self.shelf_for(*place).size(name) or 0 for place in self.places() for name in self.shelf_for(*place).names()]
        return {"files": len(sizes), "file_bytes": sum(sizes)}

    def faults(self) -> Iterator[str]:
        """Files whose bytes are no longer those of their name."""
        for unit, area in self.places():
            for name in self.shelf_for(unit, area).faults():
                yield f"tệp {name[:12]}… của đơn vị {unit} ({area}) bị hỏng"

    def _area_bytes(self, unit: str, area: str) -> int:
        """Counted once; afterwards kept up to date by what is taken."""
        if (unit, area) not in self._held:
            shelf = self.shelf_for(unit, area)
            self._held[unit, area] = sum(shelf.size(name) or 0 for name in shelf.names())
        return self._held[unit, area]

    def _arriving_bytes(self, unit: str, area: str) -> int:
        """The same of files that are not whole yet; who never brings one to its end takes room as well."""
        if (unit, area) not in self._arriving:
            self._arriving[unit, area] = self.shelf_for(unit, area).arriving_bytes()
        return self._arriving[unit, area]
