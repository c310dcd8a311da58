"""A log as others may fill it: in each scope only from the journals that belong there, whoever hands them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.errors import ExchangeError
from sync.journal.keys import Verifier
from sync.journal.log import Log, Parcel

PROVINCE = "province"
"""The scope that every unit reads and only the province writes."""


class GuardedLog:
    """A `Log` that takes entries of the province's scope only from journals that `servers` believes.

    `units`: verifiers by code of unit, for a PC that reads the scopes of several (units that were merged); in each of their
    scopes only what its own verifier believes is taken.
    """

    def __init__(self, log: Log, servers: Verifier, units: Mapping[str, Verifier] | None = None) -> None:
        self._log = log
        self._servers = servers
        self._units = units or {}
        self.leaves = log.leaves
        self.held = log.held
        self.rows = log.rows
        self.load = log.load
        self.state_digest = log.state_digest
        self.certificate = log.certificate
        self.peer_have = log.peer_have
        self.remember_peer = log.remember_peer

    def append(self, scope: str, parcels: Sequence[Parcel], certificates: Mapping[str, bytes]) -> None:
        """See Log; ExchangeError for an entry of a PC in the province's scope or in another unit's."""
        unit = scope.split("/")[1] if scope.startswith("unit/") else ""
        believed = self._servers if scope == PROVINCE else self._units.get(unit)
        for journal in {parcel.entry.journal for parcel in parcels} if believed is not None else ():
            if believed is not None and believed.key_for(journal, certificates.get(journal)) is None:
                raise ExchangeError(ExchangeError.SCOPE_REFUSED, "a journal that does not belong in this scope")
        self._log.append(scope, parcels, certificates)
