"""Attachments on a USB stick: sealed files in a folder beside the packet, as many as find room there.

They need no seal and no signature of their own: they are sealed already, each is its own proof, and a receiver takes only those
that a record it holds names. A list of what the maker holds lies with them, so that the other side brings only what is missing;
a wrong list costs a repeat or a delay, never a file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sync.errors import BlobFault
from sync.files.blobs import CHUNK, MAX_BLOB, Blob, checked_name
from sync.files.shelf import Shelf

HELD = "held.txt"
RESERVE = 16_000_000
"""Bytes left free on the stick."""

_LONGEST_LIST = 65 * 500_000


@dataclass(frozen=True, slots=True)
class Put:
    """What was written: files that are on the stick now, and files that found no room."""

    files: int
    left: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What was read: files that are new here, and files whose bytes were not those of their name."""

    files: int
    wrong: int


def folder_of(packet: Path) -> Path:
    """Where the files of a packet lie."""
    return packet.with_name(packet.name + ".files")


def put(folder: Path, shelves: Mapping[str, Shelf], wanted: Iterable[tuple[str, Blob]], free: Callable[[], int]) -> Put:
    """Write whole files by area, small ones first; `free` tells the bytes left on the stick. OSError: it cannot be written."""
    count = left = 0
    for area, blob in sorted(wanted, key=_size):
        target = folder / area / checked_name(blob.name)
        if target.exists() and target.stat().st_size == blob.size:
            count += 1
        elif free() - RESERVE < blob.size:
            left += 1
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, shelves[area].chunks(blob.name))
            count += 1
    return Put(count, left)


def say_held(folder: Path, names: Iterable[str]) -> None:
    """Write the list of what the maker holds."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / HELD, (f"{name}\n".encode() for name in names))


def read_held(folder: Path) -> frozenset[str]:
    """What the maker says to hold; nothing if it does not say, or says rubbish."""
    try:
        with (folder / HELD).open("rb") as file:
            lines = file.read(_LONGEST_LIST).decode("ascii").split()
        return frozenset(checked_name(line) for line in lines)
    except (OSError, ValueError, BlobFault):
        return frozenset()


def take(folder: Path, shelves: Mapping[str, Shelf], named: Mapping[str, Collection[str]], mark: str) -> Taken:
    """Keep the files that records name (by area) and that are not here yet. OSError when the stick cannot be read."""
    count = wrong = 0
    for area, shelf in shelves.items():
        for file in sorted((folder / area).glob("*")):
            name = file.name
            if name not in named[area] or shelf.size(name) is not None or file.stat().st_size > MAX_BLOB:
                continue
            blob = shelf.add(_read(file), mark)
            if blob.name == name:
                count += 1
            else:
                shelf.drop(blob.name) if blob.name not in named[area] else None
                wrong += 1
    return Taken(count, wrong)


def _size(item: tuple[str, Blob]) -> tuple[int, str]:
    return item[1].size, item[1].name


def _write(target: Path, chunks: Iterable[bytes]) -> None:
    """Written beside and renamed: a stick that is pulled out early holds no half file under a file's name."""
    beside = target.with_name(target.name + ".part")
    with beside.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)
    beside.replace(target)


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk
