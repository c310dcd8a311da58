"""Snapshots as bytes: the newest records of a scope as they stand (what they are for, see base.py).

A snapshot comes in parts, each standing alone: entries that still show something (a frame, so that ids are recomputed), and
records: which of their heads stand, and the shortened ids of the entries that touched them and no longer show. Without those
ids, "replaced long ago" could not be told from "written on a cloned PC under the same number".
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sync.errors import WireError
from sync.journal import merge
from sync.journal.log import Leaf, Parcel
from sync.journal.merge import RecordState
from sync.newcomer.base import SHORT, Base, Place
from sync.wire.compact import compress, expand, id_bytes, id_text
from sync.wire.density import Packer, Unpacker
from sync.wire.frames import MAX_EXPANDED, Frame, decode_frame, encode_frame

FORMAT = 1
MAGIC = b"QMSS"
MAX_PART = 8_000_000
_PREFIX = 5
_MISFITS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, StopIteration, RuntimeError)


@dataclass(frozen=True, slots=True)
class Start:
    """What a snapshot says first: whose it is, and what its maker held (from there on, history continues it)."""

    scope: str
    have: tuple[Leaf, ...]
    lamport: int


@dataclass(frozen=True, slots=True)
class Part:
    """Some records with the entries that show in them and were in no part before."""

    parcels: tuple[Parcel, ...]
    records: Mapping[Place, Base]


class SnapshotRequest(msgspec.Struct, frozen=True):
    """What a PC asks: a scope's snapshot, or the rest of the one of that name from a byte on."""

    scope: str
    name: str = ""
    position: int = 0


@dataclass
class Encoder:
    """Writes a snapshot part by part. Entries are numbered in the order they are sent; later parts name them by number."""

    scope: str
    _places: dict[str, int] = field(default_factory=dict)

    def head(self, have: Collection[Leaf], lamport: int) -> bytes:
        """The first bytes."""
        leaves = [[id_bytes(leaf.journal), leaf.n, bytes.fromhex(leaf.id)] for leaf in sorted(have)]
        return MAGIC + _chunk(b"H", compress([FORMAT, self.scope, leaves, lamport]))

    def missing(self, base: Base) -> set[str]:
        """The entries a record shows that are in no part yet."""
        return {name for heads in base.state.heads.values() for name, _ in heads if name not in self._places}

    def part(self, part: Part) -> bytes:
        """One part; every entry its records show is in it or in an earlier one."""
        parcels = sorted(part.parcels, key=lambda parcel: (parcel.entry.journal, parcel.entry.n, parcel.entry.id))
        for parcel in parcels:
            self._places.setdefault(parcel.entry.id, len(self._places))
        frame = encode_frame(Frame(self.scope, tuple(Parcel(one.entry, one.ciphertext) for one in parcels), {}))
        kinds, records = [kind for kind, _ in part.records], [id_bytes(record) for _, record in part.records]
        states = [merge.pack(base.state, self._local).decode() for base in part.records.values()]
        counts = [len(base.past) for base in part.records.values()]
        past = b"".join(name for base in part.records.values() for name in sorted(base.past))
        packer = Packer()
        packed = compress([packer.pack(kinds), records, packer.pack(states), packer.pack(counts)])
        return _chunk(b"P", b"".join(len(piece).to_bytes(4) + piece for piece in (frame, packed)) + past)

    def end(self) -> bytes:
        """The last bytes."""
        return _chunk(b"E", b"")

    def _local(self, entry_id: str) -> int | str:
        return self._places.get(entry_id, entry_id)


@dataclass
class Decoder:
    """Reads a scope's snapshot from any pieces.

    `known` gives the id of an entry by its number, `count` how many came before. `position` is where the next part starts:
    whoever stored everything so far can go on there after a cut.
    """

    scope: str
    known: Callable[[int], str]
    count: int = 0
    position: int = 0
    complete: bool = False
    _buffer: bytearray = field(default_factory=bytearray)
    _fresh: list[str] = field(default_factory=list)

    def feed(self, data: bytes) -> Iterator[Start | Part]:
        """Whatever became whole with these bytes; WireError for anything that is no snapshot.

        `position` and `count` are moved on before a part is handed out.
        """
        self._buffer += data
        if not self.position:
            if not self._buffer.startswith(MAGIC[: len(self._buffer)]):
                raise WireError(WireError.VERSION, "not a snapshot")
            if len(self._buffer) < len(MAGIC):
                return
            self._drop(len(MAGIC))
        while (chunk := self._chunk()) is not None:
            kind, content = chunk
            if kind == b"E":
                self.complete = True
            else:
                yield self._head(content) if kind == b"H" else self._part(content)

    def _drop(self, size: int) -> None:
        del self._buffer[:size]
        self.position += size

    def _chunk(self) -> tuple[bytes, bytes] | None:
        if self.complete and self._buffer:
            raise WireError(WireError.MALFORMED, "bytes after the end")
        if len(self._buffer) < _PREFIX:
            return None
        kind, size = bytes(self._buffer[:1]), int.from_bytes(self._buffer[1:_PREFIX])
        if kind not in (b"H", b"P", b"E") or (kind == b"H") != (self.position == len(MAGIC)):
            raise WireError(WireError.MALFORMED, "chunks out of order")
        if size > MAX_PART:
            raise WireError(WireError.TOO_LARGE, f"part of {size} bytes")
        if len(self._buffer) < _PREFIX + size:
            return None
        content = bytes(self._buffer[_PREFIX : _PREFIX + size])
        self._drop(_PREFIX + size)
        return kind, content

    def _head(self, content: bytes) -> Start:
        found = expand(content, MAX_EXPANDED)
        try:
            form, scope, rows, lamport = found
            leaves = tuple(Leaf(id_text(journal), n, name.hex()) for journal, n, name in rows)
        except _MISFITS as fault:
            raise WireError(WireError.MALFORMED, "head of a snapshot") from fault
        if form != FORMAT or type(lamport) is not int or not 0 <= lamport < 2**53:
            raise WireError(WireError.VERSION, "a snapshot of another form")
        if scope != self.scope:
            raise WireError(WireError.MALFORMED, "a snapshot of another scope")
        return Start(self.scope, leaves, lamport)

    def _part(self, content: bytes) -> Part:
        frame_bytes, packed, past = _pieces(content)
        frame = decode_frame(frame_bytes)
        if frame.scope != self.scope:
            raise WireError(WireError.MALFORMED, "entries of another scope")
        self._fresh = [parcel.entry.id for parcel in frame.parcels]
        found = expand(packed, MAX_EXPANDED)
        try:
            records = dict(self._records(found, past))
        except _MISFITS as fault:
            raise WireError(WireError.MALFORMED, "records of a snapshot") from fault
        self.count += len(self._fresh)
        return Part(frame.parcels, records)

    def _records(self, found: Any, past: bytes) -> Iterator[tuple[Place, Base]]:
        unpacker = Unpacker()
        kinds, names, states, counts = found
        columns = (unpacker.unpack(kinds), names, unpacker.unpack(states), unpacker.unpack(counts))
        at = 0
        for kind, name, state, count in zip(*columns, strict=True):
            width = count * SHORT
            if not isinstance(kind, str) or not 0 <= width <= len(past) - at:
                raise ValueError("records")
            ids = frozenset(past[at + step : at + step + SHORT] for step in range(0, width, SHORT))
            at += width
            yield (kind, id_text(name)), Base(_sound(merge.unpack(state.encode(), self._remote)), ids)

    def _remote(self, name: int | str) -> str:
        if isinstance(name, str):
            return name
        if name < 0:
            raise ValueError("a number before the first")
        return self.known(name) if name < self.count else self._fresh[name - self.count]


def _sound(state: RecordState) -> RecordState:
    """The state, if its parts are of the kinds they must be."""
    heads = [head for found in state.heads.values() for head in found]
    names = [*state.heads, *(name for name, _ in heads), *state.seen, *(name for seen in state.seen.values() for name in seen)]
    if not all(type(name) is str for name in names) or not all(type(lam) is int for _, lam in heads):
        raise ValueError("state")
    return state


def _pieces(content: bytes) -> tuple[bytes, bytes, bytes]:
    """The frame, the columns and the shortened ids of a part."""
    pieces: list[bytes] = []
    at = 0
    for _ in range(2):
        size = int.from_bytes(content[at : at + 4])
        pieces.append(content[at + 4 : at + 4 + size])
        at += 4 + size
    if at > len(content):
        raise WireError(WireError.MALFORMED, "a part is cut")
    return pieces[0], pieces[1], content[at:]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4) + content
