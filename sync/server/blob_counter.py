"""Whose files a device may ask for: those of its own unit, whatever it says."""

from __future__ import annotations

from sync.server.accounts import Device
from sync.server.blobs import Blobs


class UnitCounter:
    """See `sync.web.blob_api.Keeping`."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def standing(self, caller: Device, area: str, names: bytes) -> list[int]:
        """See Blobs."""
        return self._blobs.standing(caller.unit, area, caller.replica, names)

    def take(self, caller: Device, area: str, name: str, size: int, start: int, data: bytes) -> int:
        """See Blobs."""
        return self._blobs.take(caller.unit, area, caller.replica, name, size, start, data)

    def give(self, caller: Device, area: str, name: str, number: int, at: int, length: int) -> bytes:
        """See Blobs."""
        return self._blobs.give(caller.unit, area, name, number, at, length)
