"""Lines of a form: a label and its value, or dots to write on where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from qms_desktop.printing.blocks import Block, Flowed, markup, styled
from qms_desktop.printing.fonts import BOLD, REGULAR
from qms_desktop.printing.marks import LEADING, MM, dots, text_width

_ENDLESS = 1e6
_LEAST_DOTS = 60.0


@dataclass(frozen=True)
class Gap:
    """A labelled value on a form line; an empty value becomes dots to write on."""

    label: str
    value: str
    share: float = 1.0
    strong: bool = False


@dataclass(frozen=True)
class FormLine:
    """One line of a form: one or more labelled values side by side, each taking as many lines as its text needs."""

    cells: tuple[Gap, ...]
    size: float
    gap: float = 0.0

    def height(self, width: float) -> float:
        """The tallest of its cells."""
        return max(self._cell_height(cell, cell.share * width) for cell in self.cells)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the cells from left to right."""
        for cell in self.cells:
            self._draw_cell(canvas, cell, x, top, cell.share * width)
            x += cell.share * width

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """Only a long text alone on its line is parted."""
        if len(self.cells) > 1 or not self.cells[0].value:
            return None
        return Flowed(self._text(self.cells[0]), self.gap).split(width, height)

    def _text(self, cell: Gap) -> Any:
        colon = "" if cell.label.endswith((":", ".")) else ":"
        value = markup(cell.value)
        if cell.strong and value:
            value = f'<font name="{BOLD}">{value}</font>'
        return styled(f"{escape(cell.label)}{colon} {value}".rstrip(), self.size)

    def _cell_height(self, cell: Gap, width: float) -> float:
        extra = 0.0 if cell.value or self._dots_fit(cell, width) else self.size * LEADING
        return float(self._text(cell).wrap(self._room(cell, width), _ENDLESS)[1]) + extra

    def _draw_cell(self, canvas: Any, cell: Gap, x: float, top: float, width: float) -> None:
        text = self._text(cell)
        height = text.wrap(self._room(cell, width), _ENDLESS)[1]
        text.drawOn(canvas, x, top - height)
        if cell.value:
            return
        right = x + self._room(cell, width)
        if self._dots_fit(cell, width):
            dots(canvas, x + self._label_width(cell) + 3, right, top - self.size)
        else:
            dots(canvas, x, right, top - height - self.size)

    def _room(self, cell: Gap, width: float) -> float:
        return width if cell is self.cells[-1] else width - 2 * MM

    def _label_width(self, cell: Gap) -> float:
        return text_width(cell.label + ":", REGULAR, self.size)

    def _dots_fit(self, cell: Gap, width: float) -> bool:
        return self._label_width(cell) + _LEAST_DOTS <= width
