"""What the window asks of the office about the counts of a period; a part of ``gui.desk.Desk``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from qms_desktop.domain.statistics import Figure, Table
from qms_desktop.gui.desk_data import Sheet


class Statistics(Protocol):
    """Counting, opening what was counted, and taking it out."""

    def statistics(self, first: date, last: date, grouping: str) -> Table:
        """The table of a period, closed at its last day or now. Called in the worker thread."""

    def open_figure(self, table: Table, grouping: str, key: str | None, figure: Figure) -> int:
        """Keeps the dossiers behind a figure for the register to show; how many they are. ``key`` None: the sum."""

    def opened_figure(self) -> Sequence[str]:
        """The ids kept last."""

    def statistics_sheet(self, table: Table, grouping: str) -> Sheet:
        """The table on paper."""

    def save_statistics(self, table: Table, grouping: str, target: Path) -> str:
        """Writes the table as a workbook; returns a sentence."""
