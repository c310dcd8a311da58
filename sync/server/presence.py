"""When each PC was last here, written at most once an hour: a PC that asks every few minutes must not cost a write each time."""

from __future__ import annotations

import threading

from sqlalchemy import Update, update

from sync.server.identity import Clock
from sync.server.schema import DEVICES

PRECISION_MS = 3600 * 1000


class Presence:
    """Remembers what was written by this process; one entry for each PC of the province."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._written: dict[str, int] = {}
        self._lock = threading.Lock()

    def seen(self, replica: str) -> tuple[Update, ...]:
        """What to write for a PC that is here now; nothing if that was written a short while ago."""
        now = self._clock()
        with self._lock:
            if now - self._written.get(replica, -PRECISION_MS) < PRECISION_MS:
                return ()
            self._written[replica] = now
        return (update(DEVICES).where(DEVICES.c.replica == replica).values(seen_at=now),)
