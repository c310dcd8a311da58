"""Attachments: sealed files that travel beside the journal, piece by piece, under the name of their content.

A file is sealed before it is cut, so nobody on the way learns more than its size. Its name is the SHA-256 of the sealed bytes:

    MAGIC, 4 bytes epoch, 32 bytes salt       44 bytes; the salt is made of unit key, scope and content
    segment 0, 1, 2 …                         ChaCha20-Poly1305, each under a key of its own (file key, number, whether last)

Segment and chunk are the same 256 KB (the head belongs to chunk 0), so whoever holds the unit's key can tell each chunk by
itself from a wrong one, and a file that was cut short or put together anew does not open. The same file sealed in the same
scope and epoch gives the same bytes, so it is stored once; in another scope it gives others, so nobody can compare scopes.

Nothing here reads a file, a clock or a socket; bytes come in and go out as iterables.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sync.errors import BlobFault, KeyFault
from sync.journal.keys import open_once, seal_once

CHUNK = 256 * 1024
"""Bytes of a chunk, the last one excepted."""

MAX_BLOB = 256 * 1024 * 1024
"""Bytes of a sealed file. Nobody's scan is longer; a commune sets a lower limit for itself."""

SMALL = 1024 * 1024
"""Up to this size a file is small and goes before the large ones."""

MAGIC = b"QMSBLOB1"
_SALT_BYTES = 32
HEAD = len(MAGIC) + 4 + _SALT_BYTES
TAG = 16

_SALT = b"qms blob salt 1\0"
_KEY = b"qms blob key 1\0"
_SEGMENT = b"qms blob segment 1\0"
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Blob:
    """A sealed file: hex SHA-256 and number of its bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What one request carries: `length` bytes of chunk `number` from `at` on."""

    number: int
    at: int
    length: int

    @property
    def start(self) -> int:
        """Where the piece begins in the file."""
        return self.number * CHUNK + self.at


def checked_name(name: str) -> str:
    """The name if it can be one; BlobFault otherwise. Names become file names, so nothing else may pass."""
    if len(name) != 64 or not _HEX.issuperset(name):
        raise BlobFault(BlobFault.BAD_REQUEST, "no name of a blob")
    return name


def chunks_of(size: int) -> int:
    """Of how many chunks a sealed file consists."""
    return -(-size // CHUNK)


def chunk_length(size: int, number: int) -> int:
    """The length of one chunk; BlobFault if the file has no such chunk."""
    if not 0 <= number < chunks_of(size):
        raise BlobFault(BlobFault.BAD_REQUEST, f"no chunk {number} in {size} bytes")
    return min(CHUNK, size - number * CHUNK)


def next_piece(size: int, held: int, most: int) -> Piece | None:
    """What to carry next when the first `held` bytes are there; never across two chunks. None: all is there."""
    if held >= size:
        return None
    number, at = divmod(held, CHUNK)
    return Piece(number, at, min(most, chunk_length(size, number) - at))


def sealed_size(plain: int) -> int:
    """The size of the sealed file for a file of that many bytes."""
    room, more = CHUNK - HEAD - TAG, CHUNK - TAG
    segments = 1 if plain <= room else 1 - (-(plain - room) // more)
    return plain + HEAD + segments * TAG


def plain_size(sealed: int) -> int:
    """The size of the file in a sealed file."""
    return max(0, sealed - HEAD - chunks_of(sealed) * TAG)


def seal(plain: Iterable[bytes], digest: bytes, scope: str, epoch: int, unit_key: bytes) -> Iterator[bytes]:
    """The chunks of the sealed file. `digest` is the SHA-256 of the whole plain text, read once before."""
    salt = _keyed(unit_key, _SALT, scope.encode(), digest)
    head = MAGIC + epoch.to_bytes(4) + salt
    key = _keyed(unit_key, _KEY, scope.encode(), salt)
    rest, number = b"", 0
    for piece in plain:
        rest += piece
        while len(rest) > (room := CHUNK - TAG - (HEAD if number == 0 else 0)):
            yield _sealed(key, number, rest[:room], head, last=False)
            rest, number = rest[room:], number + 1
    yield _sealed(key, number, rest, head, last=True)


class Opening:
    """Opens the chunks of one sealed file, in any order. `head` is the beginning of chunk 0."""

    def __init__(self, head: bytes, size: int, scope: str, unit_keys: Mapping[int, bytes]) -> None:
        if len(head) < HEAD or not head.startswith(MAGIC):
            raise KeyFault(KeyFault.NOT_OPENED, "no sealed file")
        self._head = head[:HEAD]
        self._size = size
        epoch = int.from_bytes(head[len(MAGIC) : len(MAGIC) + 4])
        unit_key = unit_keys.get(epoch)
        if unit_key is None:
            raise KeyFault(KeyFault.KEY_MISSING, f"no key of epoch {epoch} for {scope}")
        self._key = _keyed(unit_key, _KEY, scope.encode(), self._head[-_SALT_BYTES:])

    def open(self, number: int, chunk: bytes) -> bytes:
        """What the chunk holds; KeyFault for wrong bytes, a chunk of another place or of another file."""
        if len(chunk) != chunk_length(self._size, number):
            raise KeyFault(KeyFault.NOT_OPENED, "a chunk of another length")
        if number == 0 and not chunk.startswith(self._head):
            raise KeyFault(KeyFault.NOT_OPENED, "another head")
        key = _segment_key(self._key, number, last=number == chunks_of(self._size) - 1)
        return open_once(key, chunk[HEAD:] if number == 0 else chunk, self._head)


def unseal(chunks: Iterable[bytes], size: int, scope: str, unit_keys: Mapping[int, bytes]) -> Iterator[bytes]:
    """The plain text, chunk by chunk; KeyFault as soon as one is wrong, or missing at the end."""
    opening: Opening | None = None
    count = 0
    for number, chunk in enumerate(chunks):
        opening = opening or Opening(chunk, size, scope, unit_keys)
        yield opening.open(number, chunk)
        count += 1
    if count != chunks_of(size):
        raise KeyFault(KeyFault.NOT_OPENED, "the sealed file is cut short")


@dataclass(frozen=True, slots=True)
class Freight:
    """A file that has to be carried. up: to the other side; asked: a person waits for it."""

    scope: str
    blob: Blob
    up: bool
    asked: bool = False


def in_order(freight: Iterable[Freight]) -> tuple[Freight, ...]:
    """What a person waits for, then small files before large ones; by name at last, so that both sides mean the same."""
    return tuple(sorted(freight, key=_rank))


def _rank(freight: Freight) -> tuple[bool, int, str]:
    return (not freight.asked, freight.blob.size, freight.blob.name)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many bytes of files may move today. daily: 0 for no limit; shut: nothing may move (a metered line)."""

    daily: int = 0
    spent: int = 0
    shut: bool = False

    def permits(self, length: int) -> bool:
        """Whether a piece of that length may still move."""
        return not self.shut and (not self.daily or self.spent + length <= self.daily)


FIRST_PIECE = 64 * 1024
SMALLEST_PIECE = 8 * 1024
QUICK_MS = 700
SLOW_MS = 3_000


@dataclass(frozen=True, slots=True)
class Stride:
    """How much one request carries. While it is under way nothing else goes, so on a slow line it must be little."""

    length: int = FIRST_PIECE

    def took(self, milliseconds: int) -> Stride:
        """After a piece that came through whole."""
        if milliseconds < QUICK_MS:
            return Stride(min(CHUNK, self.length * 2))
        return Stride(max(SMALLEST_PIECE, self.length // 2)) if milliseconds > SLOW_MS else self

    def broke(self) -> Stride:
        """After a piece under which the line broke."""
        return Stride(max(SMALLEST_PIECE, self.length // 2))


def digest_of(pieces: Iterable[bytes], most: int) -> tuple[bytes, int]:
    """SHA-256 and size of a file; BlobFault above `most` bytes."""
    found, size = sha256(), 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise BlobFault(BlobFault.TOO_LARGE, f"more than {most} bytes")
        found.update(piece)
    return found.digest(), size


def _sealed(key: bytes, number: int, plain: bytes, head: bytes, *, last: bool) -> bytes:
    sealed = seal_once(_segment_key(key, number, last=last), plain, head)
    return head + sealed if number == 0 else sealed


def _segment_key(key: bytes, number: int, *, last: bool) -> bytes:
    return hmac.digest(key, _SEGMENT + number.to_bytes(4) + bytes([last]), "sha256")


def _keyed(unit_key: bytes, purpose: bytes, *parts: bytes) -> bytes:
    """Bound to every part and to where one ends and the next begins."""
    return hmac.digest(unit_key, purpose + b"".join(len(part).to_bytes(4) + part for part in parts), "sha256")
