"""The pieces a sheet flows down its pages: paragraphs, form lines with dotted gaps, tables, signature blocks.

Lengths are points; a piece is drawn downwards from `top`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from xml.sax.saxutils import escape

from qms_desktop.printing.fonts import BOLD, ITALIC, REGULAR

MM = 72 / 25.4
_ENDLESS = 1e6
_LEADING = 1.18
_LEAST_DOTS = 60.0
_LEAST_PT = 6.0


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


def paragraph(text: str, size: float, *, font: str = REGULAR, align: str = "left", gap: float = 0.0) -> Flowed:
    """Plain text (nothing in it is markup), broken into lines between words and at line breaks."""
    return Flowed(_paragraph(_markup(text), size, font, align), gap)


def _markup(text: str) -> str:
    return escape(text).replace("\n", "<br/>")


def _paragraph(markup: str, size: float, font: str, align: str) -> Any:
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    sides = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_JUSTIFY}
    style = ParagraphStyle(
        f"{font}-{size}-{align}",
        fontName=font,
        fontSize=size,
        leading=size * _LEADING,
        alignment=sides[align],
        bulletFontName=font,
        splitLongWords=1,
    )
    return Paragraph(markup, style)


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
        value = _markup(cell.value)
        if cell.strong and value:
            value = f'<font name="{BOLD}">{value}</font>'
        return _paragraph(f"{escape(cell.label)}{colon} {value}".rstrip(), self.size, REGULAR, "left")

    def _cell_height(self, cell: Gap, width: float) -> float:
        extra = 0.0 if cell.value or self._dots_fit(cell, width) else self.size * _LEADING
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
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return float(stringWidth(cell.label + ":", REGULAR, self.size))

    def _dots_fit(self, cell: Gap, width: float) -> bool:
        return self._label_width(cell) + _LEAST_DOTS <= width


@dataclass(frozen=True)
class Titled:
    """A heading and the table below it; the heading never ends a page alone."""

    heading: Flowed
    table: Flowed
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
        if parts is None or not isinstance(parts[0], Flowed):
            return None
        return Titled(self.heading, parts[0], self.gap), parts[1]


@dataclass(frozen=True)
class Signature:
    """Who signs: the role in capitals, what to do, and the name below the room for the signature."""

    role: str
    hint: str = "(Ký và ghi rõ họ tên)"
    name: str = ""


@dataclass(frozen=True)
class Signatures:
    """Signatures side by side; never parted, nor from `lead`, the pieces that must stand above them with `space` between."""

    people: tuple[Signature, ...]
    size: float
    room: float = 22 * MM
    gap: float = 0.0
    lead: tuple[Block, ...] = ()
    space: float = 0.0

    def height(self, width: float) -> float:
        """Lead, role, hint, room and name."""
        return self._lead_height(width) + self.space + 3 * self.size * _LEADING + self.room

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the lead and then each signature in the middle of its share."""
        for block in self.lead:
            block.draw(canvas, x, top - block.gap, width)
            top -= block.gap + block.height(width)
        top -= self.space
        share = width / len(self.people)
        line = self.size * _LEADING
        for number, person in enumerate(self.people):
            middle = x + (number + 0.5) * share
            centred(canvas, person.role, BOLD, self.size, middle, top - self.size, share)
            centred(canvas, person.hint, ITALIC, self.size - 1, middle, top - self.size - line, share)
            centred(canvas, person.name, BOLD, self.size, middle, top - self.size - 2 * line - self.room, share)

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """A signature block is never parted (Nghị định 30/2020)."""
        return None

    def _lead_height(self, width: float) -> float:
        return sum(block.gap + block.height(width) for block in self.lead)


def dots(canvas: Any, left: float, right: float, baseline: float) -> None:
    """A dotted line to write on, drawn as round points."""
    canvas.saveState()
    canvas.setLineCap(1)
    canvas.setLineWidth(0.7)
    canvas.setDash([0.01, 2.6])
    canvas.line(left, baseline - 1, right, baseline - 1)
    canvas.restoreState()


def fitted_size(text: str, font: str, size: float, width: float) -> float:
    """The type size, at most `size`, at which text takes no more than width; never below 6 pt."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    taken = stringWidth(text, font, size)
    return size if taken <= width else max(_LEAST_PT, size * width / taken)


def centred(canvas: Any, text: str, font: str, size: float, middle: float, baseline: float, width: float) -> None:
    """One line of text in the middle of a share of the page, smaller when it would not fit."""
    if text:
        canvas.setFont(font, fitted_size(text, font, size, width))
        canvas.drawCentredString(middle, baseline, text)


def tick_box(ticked: bool, side: float = 9.0) -> Any:
    """☐ or ☑ as lines, for a table cell: neither office font has these signs.

    The library's own drawings are not used: each names a Times-Roman that is not embedded.
    """
    from reportlab.platypus.flowables import Flowable

    class TickBox(Flowable):  # type: ignore[misc]  # the library is untyped
        hAlign = "CENTER"  # noqa: N815 - the library's name

        def wrap(self, _width: float, _height: float) -> tuple[float, float]:
            return side, side

        def draw(self) -> None:
            canvas = self.canv
            canvas.setLineWidth(0.8)
            canvas.rect(0.4, 0.4, side - 0.8, side - 0.8)
            if ticked:
                canvas.setLineWidth(1.2)
                corners = [(0.2, 0.5), (0.42, 0.25), (0.82, 0.8)]
                (x0, y0), (x1, y1), (x2, y2) = [(side * x, side * y) for x, y in corners]
                canvas.lines([(x0, y0, x1, y1), (x1, y1, x2, y2)])

    return TickBox()
