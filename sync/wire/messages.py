"""What two sides of an exchange say to each other."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sync.journal.log import Leaf, Log

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class ScopePart:
    """What a side says about one scope.

    `have` and `state` are digests of its leaves and of its merged state. `leaves` are stated in full when the sides may
    differ. `held` and `lacked` answer the leaves and probes the other side stated last, and name the ends of the frames
    just taken. `probes` ask. `refused` is the SyncError number why the scope is not shared, or 0; `blocked` names the
    journals of which something was not accepted, with the number why; the others go on.
    """

    scope: str
    have: bytes
    state: bytes
    leaves: tuple[Leaf, ...] | None = None
    held: tuple[Leaf, ...] = ()
    lacked: tuple[Leaf, ...] = ()
    probes: tuple[Leaf, ...] = ()
    refused: int = 0
    blocked: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One half of a round trip: first what is said, then encoded frames, each to be committed by itself.

    `unchanged` counts the scopes of the page before that are equal on both sides and need no part.
    """

    parts: tuple[ScopePart, ...]
    unchanged: int = 0
    frames: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A side's leaves and the digests of them and of the merged state they lead to."""

    leaves: tuple[Leaf, ...]
    have: bytes
    state: bytes


def standing(log: Log, scope: str) -> Standing:
    """Read until leaves and state belong together, also while others write."""
    leaves = log.leaves(scope)
    while True:
        state = (log.state_digest(scope) % 2 ** (8 * DIGEST_BYTES)).to_bytes(DIGEST_BYTES)
        again = log.leaves(scope)
        if again == leaves:
            return Standing(leaves, have_digest(leaves), state)
        leaves = again


def have_digest(leaves: Sequence[Leaf]) -> bytes:
    """Names a set of leaves, and with them everything below them."""
    joined = "".join(sorted(leaf.id for leaf in leaves))
    return hashlib.sha256(joined.encode()).digest()[:DIGEST_BYTES]
