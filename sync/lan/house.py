"""What one PC of an office needs to exchange with its neighbours, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sync.client.carrier import Hold
from sync.client.credentials import Credentials
from sync.errors import KeyFault
from sync.exchange.guarded import GuardedLog
from sync.journal.keys import Certificate, read_certificate
from sync.journal.log import Log

COMES_MS = 20 * 60_000
"""A neighbour that was here within this time comes by itself; its visits lie five minutes apart, after faults fifteen."""


class Comers:
    """Who came here by itself, and when. Any thread."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}

    def came(self, replica: str, now: int) -> None:
        """A neighbour signed on here at that moment (milliseconds)."""
        self._at[replica] = now

    def comes(self, replica: str, now: int) -> bool:
        """Whether it will come again soon, as far as can be told."""
        at = self._at.get(replica)
        return at is not None and abs(now - at) <= COMES_MS


@dataclass(frozen=True, slots=True)
class House:
    """This PC in its office. `clock`: milliseconds since 1970 UTC; `before` signs what is not signed yet.

    after: called when an exchange has ended, to take up what came (keys for this PC).
    files: the sealed files of this PC; None where it keeps none.
    welcome: whether a replica is still one of the unit's PCs, as far as this PC has heard (revocations reach it as entries).
    """

    log: Log
    credentials: Credentials
    sign_private: bytes = field(repr=False)
    clock: Callable[[], int]
    entropy: Callable[[int], bytes]
    before: Callable[[], None]
    welcome: Callable[[str], bool]
    after: Callable[[], object]
    files: Hold | None = None
    comers: Comers = field(default_factory=Comers)

    def guarded(self) -> GuardedLog:
        """The log as a neighbour may fill it."""
        return self.credentials.guarded(self.log)

    def member(self, blob: bytes | None) -> Certificate | None:
        """The certificate of another PC of this unit; None for anything else."""
        if blob is None:
            return None
        try:
            certificate = read_certificate(blob, self.credentials.province_key)
        except KeyFault:
            return None
        own = certificate.replica == self.credentials.replica
        return certificate if certificate.unit == self.credentials.unit and not own else None
