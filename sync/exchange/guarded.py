"""A log as a PC of a unit may write to it: what the province says comes from the province's own journals only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.errors import ExchangeError
from sync.journal.keys import Verifier
from sync.journal.log import Log, Parcel

PROVINCE = "province"
"""The scope that every unit reads and only the province writes."""


class GuardedLog:
    """A `Log` that takes entries of the province's scope only from journals that `servers` believes."""

    def __init__(self, log: Log, servers: Verifier) -> None:
        self._log = log
        self._servers = servers
        self.leaves = log.leaves
        self.held = log.held
        self.rows = log.rows
        self.load = log.load
        self.state_digest = log.state_digest
        self.certificate = log.certificate
        self.peer_have = log.peer_have
        self.remember_peer = log.remember_peer

    def append(self, scope: str, parcels: Sequence[Parcel], certificates: Mapping[str, bytes]) -> None:
        """See Log; ExchangeError for an entry of a PC in the province's scope."""
        if scope == PROVINCE:
            for journal in {parcel.entry.journal for parcel in parcels}:
                if self._servers.key_for(journal, certificates.get(journal)) is None:
                    raise ExchangeError(ExchangeError.SCOPE_REFUSED, "only the province writes in its own scope")
        self._log.append(scope, parcels, certificates)
