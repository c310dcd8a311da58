"""What the window asks of the office about attached files; a part of ``gui.desk.Desk``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FileItem:
    """One attached file; ``state`` in words (thiếu, đang tải n %, đủ), ``whole`` when it can be opened here."""

    id: str
    name: str
    size: str
    at: str
    by: str
    state: str
    whole: bool


class Files(Protocol):
    """Files on a "dossier" or a "revision"."""

    def files(self, subject: str) -> list[FileItem]:
        """The files of a record, the oldest first."""

    def files_hindrance(self, kind: str) -> str:
        """Why nothing can be attached to records of that kind; empty when it can."""

    def files_summary(self) -> str:
        """How many files of the unit are here and how many are still missing, as a sentence."""

    def attach_files(self, kind: str, subject: str, files: Sequence[Path]) -> str:
        """Attaches files and what lies in folders; a sentence about it. Raises when nothing could be attached."""

    def attach_image(self, kind: str, subject: str, png: bytes) -> str:
        """Attaches a picture from the clipboard; a sentence about it."""

    def open_file(self, item: str) -> Path:
        """A readable copy that goes away with the program."""

    def want_file(self, item: str) -> None:
        """The file is fetched before the others."""

    def save_file(self, item: str, target: Path) -> Path:
        """Writes a readable copy where the person chose."""

    def take_off_file(self, item: str, reason: str) -> None:
        """Takes a file off its record."""
