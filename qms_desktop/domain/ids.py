"""Identifiers made on the client: ULID text, so that a record is unique without any server and sorts by its birth."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

Entropy = Callable[[int], bytes]
"""Gives that many random bytes (``os.urandom`` outside tests)."""

VIET_NAM = timezone(timedelta(hours=7))
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(now: datetime, entropy: Entropy) -> str:
    """A ULID of 26 characters: 48 bits of milliseconds, 80 random bits. ``now`` is naive local time of Viet Nam."""
    moment = now.replace(tzinfo=VIET_NAM) if now.tzinfo is None else now
    number = (int(moment.timestamp() * 1000) << 80) | int.from_bytes(entropy(10), "big")
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(25, -1, -1))
