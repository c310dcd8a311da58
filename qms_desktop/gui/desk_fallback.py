"""What the window asks of the office for days without power; a part of ``gui.desk.Desk``."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from qms_desktop.gui.desk_data import Sheet


class Paper(Protocol):
    """Printed ahead, filled in by hand, entered afterwards."""

    def blank_slips(self, count: int, day: date) -> Sheet:
        """Numbered blank receipts for a day."""

    def open_dossiers_sheet(self) -> Sheet:
        """Everything under way or waiting to be fetched."""
