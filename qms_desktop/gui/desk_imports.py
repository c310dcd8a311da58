"""What the window asks of the office about registers that are taken in; a part of ``gui.desk.Desk``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One line of the register as a person reads it; `level` colours what becomes of it."""

    number: int
    standing: str
    level: str
    who: str
    what: str
    received: str
    notes: str


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column the import understands, and where in the register it was found (0: nowhere)."""

    name: str
    label: str
    required: bool
    at: int


@dataclass(frozen=True, slots=True)
class ImportView:
    """A sheet as it would be taken in; `titles` are its columns by number, `hindrance` why nothing can be taken in."""

    file: str
    sheets: tuple[str, ...]
    sheet: int
    columns: tuple[ImportColumn, ...]
    titles: tuple[tuple[int, str], ...]
    lines: tuple[ImportLine, ...]
    unknown: tuple[str, ...]
    words: str
    ready: int
    faults: int
    hindrance: str


class Imports(Protocol):
    """A register is opened, looked at, put right and taken in."""

    def open_register(self, file: Path) -> ImportView:
        """Opens a file at the sheet that looks most like a register; raises when it cannot be read."""

    def show_sheet(self, sheet: int) -> ImportView:
        """Another sheet of the open file."""

    def place_column(self, name: str, at: int) -> ImportView:
        """A person says where a column stands; 0 for nowhere."""

    def name_procedure(self, text: str, code: str) -> ImportView:
        """A person says which procedure a name in the register means."""

    def procedures_to_choose(self) -> list[tuple[str, str]]:
        """Codes and titles of all procedures."""

    def take_register(self, go_on: Callable[[int, int], bool]) -> str:
        """Takes the good lines in; asks `go_on(done, all)` now and then; a sentence about it."""

    def register_now(self) -> ImportView:
        """The open register as it stands now."""

    def hand_back_register(self, target: Path) -> str:
        """Writes the lines that cannot be taken in into a workbook; a sentence about it."""
