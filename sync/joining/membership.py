"""Whose entries are believed in a unit's scopes: the unit's own PCs and the province's servers, by their certificates."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sync.errors import KeyFault
from sync.journal.keys import Certificate, read_certificate


class UnitVerifier:
    """Knows the signing keys of one unit's PCs and of the servers (`sync.journal.keys.Verifier`).

    Which PC relays an entry does not matter: the certificate of the journal's own PC decides, so a lost server is filled
    again from any PC that still holds the entries.
    """

    def __init__(
        self, province_key: bytes, unit: str, known: Callable[[str], bytes | None], former: Collection[str] = ()
    ) -> None:
        """`former`: units that were merged into this one; `GuardedLog` keeps each to its own scopes."""
        self._province_key = province_key
        self._units = frozenset(("", unit, *former))
        self._known = known
        self._keys: dict[str, bytes] = {}

    def key_for(self, journal: str, offered: bytes | None) -> bytes | None:
        """The signing key of the PC that writes a journal, by its stored or else its offered certificate; None for a stranger."""
        if journal not in self._keys:
            blob = self._known(journal) or offered
            member = None if blob is None else self._member(blob, journal)
            if member is None:
                return None
            self._keys[journal] = member.sign_key
        return self._keys[journal]

    def _member(self, blob: bytes, journal: str) -> Certificate | None:
        try:
            certificate = read_certificate(blob, self._province_key)
        except KeyFault:
            return None
        return certificate if certificate.replica == journal and certificate.unit in self._units else None
