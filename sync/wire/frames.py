"""Frames: whole signed segments of journals in few bytes, each frame readable on its own.

What repeats goes into columns under zstd; what cannot be compressed (action ids, hashes, ciphertexts, signatures) follows
plainly, so that it does not spoil the statistics of the text. Scope, journal, number, previous hash, ciphertext hash and
length are not sent where the receiver computes them while it rebuilds the bodies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.errors import WireError
from sync.journal.log import Parcel
from sync.wire.columns import Columns
from sync.wire.compact import compress, expand, id_bytes, id_text
from sync.wire.density import Packer, Unpacker, fresh_as_zero, from_fresh
from sync.wire.frame_reader import FrameReader
from sync.wire.frame_writer import FrameWriter

DENSE = 2
"""The form of the columns; a frame says it first."""

MAX_FRAME = 8_000_000
MAX_EXPANDED = 12_000_000

_MISFITS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, StopIteration, RuntimeError)


@dataclass(frozen=True, slots=True)
class Frame:
    """Entries of one scope with what proves them: their signatures, and certificates of journals that start here."""

    scope: str
    parcels: tuple[Parcel, ...]
    certificates: Mapping[str, bytes]


def encode_frame(frame: Frame) -> bytes:
    """The frame as bytes."""
    writer = FrameWriter()
    for parcel in frame.parcels:
        writer.add(parcel)
    certificates = [[id_bytes(journal), blob] for journal, blob in frame.certificates.items()]
    packed = compress([DENSE, frame.scope, certificates, *_dense(writer.columns)])
    return len(packed).to_bytes(4) + packed + writer.raw.joined()


def decode_frame(data: bytes) -> Frame:
    """The frame in `data`, its bodies rebuilt and hashed; WireError or EntryError for anything else."""
    if len(data) > MAX_FRAME:
        raise WireError(WireError.TOO_LARGE, f"frame of {len(data)} bytes")
    end = 4 + int.from_bytes(data[:4])
    content = expand(data[4:end], MAX_EXPANDED)
    try:
        form, scope, certificates, *columns = content
        if form != DENSE:
            raise WireError(WireError.VERSION, "a frame of another form")
        parcels = tuple(FrameReader(scope, _plain(columns), data[end:]).parcels())
        known = {id_text(journal): bytes(blob) for journal, blob in certificates}
    except _MISFITS as fault:
        raise WireError(WireError.MALFORMED, "columns of a frame do not fit together") from fault
    if not isinstance(scope, str):
        raise WireError(WireError.MALFORMED, "a scope is text")
    return Frame(scope, parcels, known)


def _dense(columns: Columns) -> list[Any]:
    """All columns in their order, each as small as it gets."""
    columns.op_records = fresh_as_zero(columns.op_records)
    columns.ids = fresh_as_zero(columns.ids)
    packer = Packer()
    columns.values = [packer.pack(column) for column in columns.values]
    return [packer.pack(column) for column in columns.listed()]


def _plain(packed: list[Any]) -> Columns:
    unpacker = Unpacker()
    columns = Columns(*(unpacker.unpack(form) for form in packed))
    columns.op_records = from_fresh(columns.op_records)
    columns.ids = from_fresh(columns.ids)
    columns.values = [unpacker.unpack(form) for form in columns.values]
    return columns
