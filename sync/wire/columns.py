"""The columns of a frame: what the writer fills and the reader empties, in the same order."""

from dataclasses import dataclass, field
from typing import Any

from sync.journal.entry import Verb

PLAIN, SEALED, REFERENCE = 0, 1, 2
VERBS = (Verb.CREATE, Verb.SET, Verb.VOID)
HASH, ACTION, SIGNATURE, RECORD_TAIL = 32, 16, 64, 10


@dataclass
class Columns:
    """What compresses, column by column; both sides go through the fields in this order."""

    journals: list[bytes | str] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)
    schemas: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    acts: list[int] = field(default_factory=list)
    authors: list[int] = field(default_factory=list)
    behalves: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    lamports: list[int] = field(default_factory=list)
    reasons: list[str | bool | None] = field(default_factory=list)
    op_counts: list[int] = field(default_factory=list)
    records: list[int | bytes | str] = field(default_factory=list)
    op_kinds: list[int] = field(default_factory=list)
    op_records: list[int] = field(default_factory=list)
    op_verbs: list[int] = field(default_factory=list)
    op_shapes: list[int] = field(default_factory=list)
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    id_counts: list[int] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    values: list[list[Any]] = field(default_factory=list)
    epochs: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    signed: list[int] = field(default_factory=list)

    def listed(self) -> list[Any]:
        """All columns in their order."""
        return [getattr(self, name) for name in self.__dataclass_fields__]


@dataclass
class Raw:
    """What does not compress, in the order it is sent."""

    parents: list[bytes] = field(default_factory=list)
    actions: list[bytes] = field(default_factory=list)
    record_tails: list[bytes] = field(default_factory=list)
    ids: list[bytes] = field(default_factory=list)
    erased: list[bytes] = field(default_factory=list)
    ciphertexts: list[bytes] = field(default_factory=list)
    signatures: list[bytes] = field(default_factory=list)

    def joined(self) -> bytes:
        """All parts in their order."""
        return b"".join(b"".join(getattr(self, name)) for name in self.__dataclass_fields__)
