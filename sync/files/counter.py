"""What whoever is asked for sealed files does with a shelf: say what is here, take a piece, give a piece."""

from __future__ import annotations

from collections.abc import Iterator

from sync.errors import BlobFault
from sync.files.blobs import CHUNK, checked_name, chunk_length
from sync.files.shelf import Shelf

MOST_ASKED = 500
NAME_BYTES = 32


def names_asked(content: bytes) -> Iterator[str]:
    """The names of a question, 32 bytes each; BlobFault when there are too many, or half a name."""
    if len(content) % NAME_BYTES or len(content) > MOST_ASKED * NAME_BYTES:
        raise BlobFault(BlobFault.BAD_REQUEST, f"at most {MOST_ASKED} names of {NAME_BYTES} bytes")
    return (content[start : start + NAME_BYTES].hex() for start in range(0, len(content), NAME_BYTES))


def checked_place(size: int, start: int, length: int, most: int) -> None:
    """BlobFault unless a file of that size may be taken and the piece lies within one of its chunks."""
    if not 0 < size <= most:
        raise BlobFault(BlobFault.TOO_LARGE, f"a file has at most {most} bytes")
    number, at = divmod(start, CHUNK)
    if at + length > chunk_length(size, number):
        raise BlobFault(BlobFault.BAD_REQUEST, "a piece lies within one chunk")


def take(shelf: Shelf, name: str, size: int, start: int, data: bytes, by: str) -> int:
    """Keep a piece; how much of the file is here now. BlobFault WRONG when all came and it is another file."""
    held = shelf.append(name, start, data, by=by)
    if held >= size and shelf.size(name) is None:
        shelf.finish(name, size, by=by)
    return held


def give(shelf: Shelf, name: str, number: int, at: int, length: int) -> bytes:
    """A part of a chunk; BlobFault MISSING when the file is not whole here."""
    size = shelf.size(checked_name(name))
    if size is None:
        raise BlobFault(BlobFault.MISSING, "this file is not here yet")
    room = chunk_length(size, number)
    if not 0 <= at < room or length < 1:
        raise BlobFault(BlobFault.BAD_REQUEST, "no such part of the chunk")
    return shelf.read(name, number * CHUNK + at, min(length, room - at))
