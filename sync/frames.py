"""Frames: whole signed segments of journals in few bytes, each frame readable on its own.

What repeats goes into columns under zstd; what cannot be compressed (action ids, hashes, ciphertexts, signatures) follows
plainly, so that it does not spoil the statistics of the text. Scope, journal, number, previous hash, ciphertext hash and
length are not sent where the receiver computes them while it rebuilds the bodies.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.columns import Columns
from sync.compact import compress, expand, id_bytes, id_text
from sync.errors import WireError
from sync.frame_reader import FrameReader
from sync.frame_writer import FrameWriter
from sync.log import Parcel

MAX_FRAME = 8_000_000
MAX_EXPANDED = 32_000_000

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
    packed = compress([frame.scope, certificates, *writer.columns.listed()])
    return len(packed).to_bytes(4) + packed + writer.raw.joined()


def decode_frame(data: bytes) -> Frame:
    """The frame in `data`, its bodies rebuilt and hashed; WireError or EntryError for anything else."""
    if len(data) > MAX_FRAME:
        raise WireError(WireError.TOO_LARGE, f"frame of {len(data)} bytes")
    end = 4 + int.from_bytes(data[:4])
    content = expand(data[4:end], MAX_EXPANDED)
    try:
        scope, certificates, *columns = content
        parcels = tuple(FrameReader(scope, Columns(*columns), data[end:]).parcels())
        known = {id_text(journal): bytes(blob) for journal, blob in certificates}
    except _MISFITS as fault:
        raise WireError(WireError.MALFORMED, "columns of a frame do not fit together") from fault
    if not isinstance(scope, str):
        raise WireError(WireError.MALFORMED, "a scope is text")
    return Frame(scope, parcels, known)
