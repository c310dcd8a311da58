"""A list on landscape pages: numbered rows, head on every page, one totals line. Made for thousands of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qms_desktop.printing.blocks import MM, Block, paragraph
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import BOLD, ITALIC, REGULAR
from qms_desktop.printing.models import Column, ListSheet
from qms_desktop.printing.sheet import Imprint, Part, official_heading, publish, put_wrapped

_PAD = 3.0
_LEADING = 1.2
_NUMBER_MM = 12.0
_MOST_TITLE_LINES = 1
_MOST_LINES = 24


@dataclass(frozen=True)
class Row:
    """A row already broken into lines: the lines of each cell, and the height they need in points."""

    cells: tuple[tuple[str, ...], ...]
    height: float


@dataclass(frozen=True)
class RuledList:
    """The list as a piece of a page: it takes as many rows as fit and hands on the rest under the same head."""

    head: Row
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    aligns: tuple[str, ...]
    size: float
    gap: float = 0.0

    def height(self, width: float) -> float:
        """Head and rows."""
        return self.head.height + sum(row.height for row in self.rows)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the texts, then all lines at once."""
        floor = top - self.height(width)
        lines = [(x, top, x + sum(self.widths), top)]
        self._draw_row(canvas, self.head, x, top, head=True)
        level = top - self.head.height
        for row in self.rows:
            lines.append((x, level, x + sum(self.widths), level))
            self._draw_row(canvas, row, x, level, head=False)
            level -= row.height
        lines.append((x, floor, x + sum(self.widths), floor))
        edges = [x + sum(self.widths[:number]) for number in range(len(self.widths) + 1)]
        canvas.setLineWidth(0.5)
        canvas.lines([*lines, *((edge, top, edge, floor) for edge in edges)])

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """The rows that fit below the head, at least one; None when not even one fits."""
        left = height - self.head.height
        taken = 0
        for row in self.rows:
            if row.height > left:
                break
            left -= row.height
            taken += 1
        if not 0 < taken < len(self.rows):
            return None
        first = RuledList(self.head, self.rows[:taken], self.widths, self.aligns, self.size, self.gap)
        return first, RuledList(self.head, self.rows[taken:], self.widths, self.aligns, self.size)

    def _draw_row(self, canvas: Any, row: Row, x: float, top: float, *, head: bool) -> None:
        canvas.setFont(BOLD if head else REGULAR, self.size)
        for lines, width, align in zip(row.cells, self.widths, self.aligns, strict=True):
            side = "center" if head else align
            blank = (row.height - 2 * _PAD - len(lines) * self.size * _LEADING) / 2 if head else 0.0
            for number, line in enumerate(lines):
                baseline = top - _PAD - blank - self.size - number * self.size * _LEADING
                _place(canvas, line, x, baseline, width, side)
            x += width


def _place(canvas: Any, line: str, x: float, baseline: float, width: float, align: str) -> None:
    if align == "right":
        canvas.drawRightString(x + width - _PAD, baseline, line)
    elif align == "center":
        canvas.drawCentredString(x + width / 2, baseline, line)
    else:
        canvas.drawString(x + _PAD, baseline, line)


def list_sheet(data: ListSheet, edition: Edition) -> bytes:
    """The PDF of the list."""
    by = f" – {data.printed_by}" if data.printed_by else ""
    imprint = Imprint(
        title=data.title,
        footer=f"{data.title} – in lúc {data.printed_at:%H:%M ngày %d/%m/%Y}{by}",
        footer_code=f"{len(data.rows)} dòng",
        printed_at=data.printed_at,
    )

    def head(canvas: Any) -> None:
        official_heading(canvas, edition, data.unit, "", data.printed_at.date())
        put_wrapped(canvas, edition, edition.anchors["title"], data.title.upper(), BOLD, _MOST_TITLE_LINES)

    return publish(edition, imprint, lambda: [Part(head, _body(data, edition))])


def _body(data: ListSheet, edition: Edition) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if data.subtitle:
        blocks.append(paragraph(data.subtitle, edition.body_pt, font=ITALIC, align="center"))
    blocks.append(_table(data, edition))
    if data.totals:
        blocks.append(paragraph(data.totals, edition.body_pt, font=BOLD, gap=6))
    return tuple(blocks)


def _table(data: ListSheet, edition: Edition) -> RuledList:
    columns = (Column("STT", align="center"), *data.columns)
    widths = _widths(data.columns, edition.text_width)
    size = edition.table_pt
    head = _row([column.title for column in columns], widths, BOLD, size)
    rows = tuple(_row([str(number), *row], widths, REGULAR, size) for number, row in enumerate(data.rows, start=1))
    return RuledList(head, rows, widths, tuple(column.align for column in columns), size, gap=6)


def _widths(columns: Sequence[Column], whole_mm: float) -> tuple[float, ...]:
    """The number column, then the rest of the page shared out by weight; points."""
    total = sum(column.weight for column in columns) or 1.0
    share = (whole_mm - _NUMBER_MM) / total
    return (_NUMBER_MM * MM, *(column.weight * share * MM for column in columns))


def _row(texts: Sequence[str], widths: Sequence[float], font: str, size: float) -> Row:
    cells = tuple(_lines(text, font, size, width - 2 * _PAD) for text, width in zip(texts, widths, strict=True))
    most = max(len(lines) for lines in cells)
    return Row(cells, max(most, 1) * size * _LEADING + 2 * _PAD)


def _lines(text: str, font: str, size: float, width: float) -> tuple[str, ...]:
    """Text broken between words, and inside a word wider than its cell; a text longer than a page ends in "…"."""
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines: list[str] = []
    for line in simpleSplit(text, font, size, width):
        while len(line) > 1 and stringWidth(line, font, size) > width:
            fits = max(1, int(len(line) * width / stringWidth(line, font, size)))
            lines.append(line[:fits])
            line = line[fits:]
        lines.append(line)
    return tuple(lines) if len(lines) <= _MOST_LINES else (*lines[: _MOST_LINES - 1], "…")
