"""The clock of a scripted day: it shows what the script says, in Viet Nam local time, and stands still in between."""

from __future__ import annotations

from datetime import datetime

from qms_desktop.domain.ids import VIET_NAM


class ScriptedClock:
    """Callable like every clock of the program; shared by the PCs and the server of one journey."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def show(self, moment: datetime) -> None:
        """Turn to a moment of the script, also back: two PCs act at the same hours of one day, one after the other."""
        self._now = moment

    def milliseconds(self) -> int:
        """The same moment as milliseconds since 1970 UTC, as the server counts."""
        return int(self._now.replace(tzinfo=VIET_NAM).timestamp() * 1000)
