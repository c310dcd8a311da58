"""The pieces a sheet flows down its pages: paragraphs and tables of the PDF library, and pieces that stay together.

Lengths are points; a piece is drawn downwards from `top`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from xml.sax.saxutils import escape

from qms_desktop.printing.fonts import REGULAR
from qms_desktop.printing.marks import LEADING

_ENDLESS = 1e6
_ONE_LINE = 16
_LONGEST_TIED = 16
_NO_BREAK = "\u00a0"


class Block(Protocol):
    """A piece of a page. `gap` is the white space above it, left out at the top of a page."""

    @property
    def gap(self) -> float:
        """White space above, points."""

    def height(self, width: float) -> float:
        """How tall the piece is when set to this width."""

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw it with its upper left corner at (x, top)."""

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """The part that fits into height and the rest; None when it cannot be parted there."""


@dataclass(frozen=True)
class Flowed:
    """A reportlab flowable (a paragraph or a table) as a piece."""

    flowable: Any
    gap: float = 0.0

    def height(self, width: float) -> float:
        """Height the flowable asks for."""
        return float(self.flowable.wrap(width, _ENDLESS)[1])

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the flowable."""
        self.flowable.drawOn(canvas, x, top - self.height(width))

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """Whatever the flowable can give up; tables repeat their head rows."""
        self.flowable.wrap(width, _ENDLESS)
        parts = self.flowable.split(width, height)
        if len(parts) < 2:
            return None
        return Flowed(parts[0], self.gap), Flowed(parts[1])


@dataclass(frozen=True)
class Titled:
    """A heading and the table below it; the heading never ends a page alone."""

    heading: Flowed
    table: Block
    gap: float = 0.0

    def height(self, width: float) -> float:
        """Heading, gap and table."""
        return self.heading.height(width) + self.table.gap + self.table.height(width)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw both."""
        self.heading.draw(canvas, x, top, width)
        self.table.draw(canvas, x, top - self.heading.height(width) - self.table.gap, width)

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """The heading with the rows that fit, and the other rows."""
        parts = self.table.split(width, height - self.heading.height(width) - self.table.gap)
        if parts is None:
            return None
        return Titled(self.heading, parts[0], self.gap), parts[1]


@dataclass(frozen=True)
class Together:
    """Pieces that never part: they move to the next page as one."""

    blocks: tuple[Block, ...]

    @property
    def gap(self) -> float:
        """The gap of the first piece."""
        return self.blocks[0].gap

    def height(self, width: float) -> float:
        """All pieces, and the gaps between them."""
        return sum(block.gap + block.height(width) for block in self.blocks) - self.gap

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw one below the other."""
        top += self.gap
        for block in self.blocks:
            block.draw(canvas, x, top - block.gap, width)
            top -= block.gap + block.height(width)

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """Never."""
        return None


def paragraph(
    text: str,
    size: float,
    *,
    font: str = REGULAR,
    align: str = "left",
    gap: float = 0.0,
    hanging: float = 0.0,
    indent: float = 0.0,
) -> Flowed:
    """Plain text (nothing in it is markup), broken into lines between words and at line breaks.

    `hanging` moves every line but the first to the right, `indent` the first one only.
    """
    return Flowed(styled(markup(text), size, font, align, hanging, indent), gap)


def markup(text: str) -> str:
    """Text as the PDF library reads it, the last two words of a long line tied: no word stands alone on a last line."""
    return "<br/>".join(escape(_tied(line)) for line in text.split("\n"))


def _tied(line: str) -> str:
    before, _, last = line.rpartition(" ")
    tail = len(line) - before.rfind(" ")
    return f"{before}{_NO_BREAK}{last}" if len(line) > _ONE_LINE and last and tail <= _LONGEST_TIED else line


def styled(marked: str, size: float, font: str = REGULAR, align: str = "left", hanging: float = 0.0, indent: float = 0.0) -> Any:
    """A paragraph of the PDF library from text that is already markup."""
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        f"{font}-{size}-{align}-{hanging}-{indent}",
        fontName=font,
        fontSize=size,
        leading=size * LEADING,
        alignment={"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_JUSTIFY}[align],
        leftIndent=hanging,
        firstLineIndent=indent - hanging,
        bulletFontName=font,
        splitLongWords=1,
    )
    return Paragraph(marked, style)
