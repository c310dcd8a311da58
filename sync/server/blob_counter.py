"""Whose files a device may ask for: those of its own unit and of units merged into it.

It brings those of its own unit, and of a merged one what a record here names: after the province lost its disk, the PCs of the
new unit may be the only ones that still have them.
"""

from __future__ import annotations

from sqlalchemy import select

from sync.errors import BlobFault, ExchangeError
from sync.server.accounts import Device
from sync.server.province import Province
from sync.server.schema import ENTRIES
from sync.server.stick_files import named_in


class UnitCounter:
    """See `sync.web.blob_api.Keeping`."""

    def __init__(self, province: Province) -> None:
        self._province = province

    def standing(self, caller: Device, area: str, names: bytes) -> list[int]:
        """See Blobs."""
        return self._province.blobs.standing(*_place(caller, area), caller.replica, names)

    def take(self, caller: Device, area: str, name: str, size: int, start: int, data: bytes) -> int:
        """See Blobs. In a unit whose books are closed, and of a PC that was revoked, only what a record or an entry of its
        own names, also one in custody: a stolen PC cannot fill the disk."""
        unit, folder = _place(caller, area)
        bounded = unit != caller.unit or caller.revoked_at is not None
        if bounded and not start and not self._is_named(caller, f"unit/{unit}/{folder}", name):
            raise BlobFault(BlobFault.BAD_REQUEST, "no record names this file")
        return self._province.blobs.take(unit, folder, caller.replica, name, size, start, data)

    def _is_named(self, caller: Device, scope: str, name: str) -> bool:
        if name in named_in(self._province, scope):
            return True
        own = select(ENTRIES.c.body).where(ENTRIES.c.scope == scope, ENTRIES.c.journal == caller.replica)
        with self._province.database.reading() as connection:
            return any(name.encode() in body for body in connection.scalars(own))

    def give(self, caller: Device, area: str, name: str, number: int, at: int, length: int) -> bytes:
        """See Blobs."""
        return self._province.blobs.give(*_place(caller, area), name, number, at, length)


def _place(caller: Device, area: str) -> tuple[str, str]:
    """The unit and area meant: "dossiers", or "20001.dossiers" of a unit that was merged into the caller's."""
    unit, _, folder = area.rpartition(".")
    if unit and unit not in caller.units:
        raise ExchangeError(ExchangeError.SCOPE_REFUSED, "another unit's files")
    return unit or caller.unit, folder
