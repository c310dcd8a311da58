"""What one PC of an office needs to exchange with its neighbours, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sync.client.credentials import Credentials
from sync.errors import KeyFault
from sync.exchange.guarded import GuardedLog
from sync.journal.keys import Certificate, read_certificate
from sync.journal.log import Log


@dataclass(frozen=True, slots=True)
class House:
    """This PC in its office. `clock`: milliseconds since 1970 UTC; `before` signs what is not signed yet.

    after: called when an exchange has ended, to take up what came (keys for this PC).
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
