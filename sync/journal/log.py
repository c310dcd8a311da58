"""What the exchange asks of a store: a log of entries per scope. The PC's SQLite and the server's database both fit it.

tests/sync/world/log_conformance.py says in tests what every implementation must do.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sync.journal.entry import Entry

MOST_ARMS = 256
"""Ends of one journal that anybody takes: clones and restored disks. Every side states all ends, and a cut names them."""

LONGEST_SEGMENT = 1_024
HEAVIEST_SEGMENT = 6_000_000
"""Entries and bytes from one signed entry to the next that anybody takes: an honest writer stays far below both, and whoever
relays a segment, which travels whole, must be able to put it into a frame and within the window he looks at."""


@dataclass(frozen=True, slots=True, order=True)
class Leaf:
    """An entry that no held entry follows. A journal has one, or one for each arm after it forked."""

    journal: str
    n: int
    id: str


@dataclass(frozen=True, slots=True)
class Row:
    """What the exchange needs to know of an entry before it reads it; `pos` grows with arrival in this log."""

    pos: int
    journal: str
    n: int
    id: str
    prev: str
    signature: bytes | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """An entry as it travels and is stored: with the ciphertext beside it (None: nothing personal, or erased).

    `signature` is the device's over this entry as head of its journal; entries between signed heads have none.
    """

    entry: Entry
    ciphertext: bytes | None = None
    signature: bytes | None = None


class Log(Protocol):
    """Entries by scope. Each method is one consistent read or one transaction."""

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        """Every arm of every journal, sorted."""

    def held(self, scope: str, ids: Collection[str]) -> frozenset[str]:
        """Those of `ids` that are held."""

    def rows(self, scope: str, journal: str, after: int, upto: int) -> tuple[Row, ...]:
        """Entries of all arms with after < n <= upto, in arrival order."""

    def load(self, scope: str, ids: Sequence[str]) -> tuple[Parcel, ...]:
        """The held entries of these ids, in this order; KeyError for one that is not held."""

    def append(self, scope: str, parcels: Sequence[Parcel], certificates: Mapping[str, bytes]) -> None:
        """Store verified parcels in one transaction: bodies, ciphertexts, signatures, certificates by journal.

        Each parcel's parent is held or stands earlier in `parcels`. An entry already held is skipped, except that a
        signature it lacks is added. Every other one is applied to the merged state exactly once, one by one, together
        with the state digest and the leaves. When this returns, all of it survives a power cut; when it raises,
        nothing of it happened.
        """

    def state_digest(self, scope: str) -> int:
        """Sum over the merged state of the scope (see merge.digest_of), modulo 2^256."""

    def certificate(self, journal: str) -> bytes | None:
        """The stored certificate of a journal's device."""

    def peer_have(self, peer: str, scope: str) -> tuple[Leaf, ...] | None:
        """The leaves this peer last reported to hold; None before its first report."""

    def remember_peer(self, peer: str, scope: str, leaves: Sequence[Leaf]) -> None:
        """Keep the peer's newest report, also when it is lower than an earlier one (the peer was restored)."""
