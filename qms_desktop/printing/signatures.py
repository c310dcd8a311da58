"""The signature block of a form (Nghị định 30/2020, phụ lục I)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms_desktop.printing.blocks import Block
from qms_desktop.printing.fonts import BOLD, ITALIC
from qms_desktop.printing.marks import LEADING, MM, centred, fitted_lines

_MOST_NAME_LINES = 3
_BETWEEN = 5 * MM


@dataclass(frozen=True)
class Signature:
    """Who signs: the role in capitals, what to do, and the name below the room for the signature."""

    role: str
    hint: str = "(Ký và ghi rõ họ tên)"
    name: str = ""


@dataclass(frozen=True)
class Signatures:
    """Signatures side by side; a long name takes up to three lines. Never parted."""

    people: tuple[Signature, ...]
    size: float
    room: float = 20 * MM
    gap: float = 0.0

    def height(self, width: float) -> float:
        """Role, hint, room and the longest name."""
        names = max(len(self._name(person, width)[0]) for person in self.people)
        return (2 + max(names, 1)) * self.size * LEADING + self.room

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw each signature in the middle of its share."""
        share = width / len(self.people)
        line = self.size * LEADING
        for number, person in enumerate(self.people):
            middle = x + (number + 0.5) * share
            centred(canvas, person.role, BOLD, self.size, middle, top - self.size, share)
            centred(canvas, person.hint, ITALIC, self.size - 1, middle, top - self.size - line, share)
            names, size = self._name(person, width)
            for row, name in enumerate(names, start=2):
                centred(canvas, name, BOLD, size, middle, top - self.size - row * line - self.room, share)

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """A signature block is never parted (Nghị định 30/2020)."""
        return None

    def _name(self, person: Signature, width: float) -> tuple[list[str], float]:
        room = width / len(self.people) - _BETWEEN
        return fitted_lines(person.name, BOLD, self.size, room, _MOST_NAME_LINES) if person.name else ([], self.size)
