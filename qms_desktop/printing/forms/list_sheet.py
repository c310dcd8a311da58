"""A list on landscape pages: numbered rows, head on every page, one totals line. Made for thousands of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qms_desktop.printing.blocks import Block, paragraph
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import BOLD, ITALIC, REGULAR
from qms_desktop.printing.heading import official_heading, put_wrapped
from qms_desktop.printing.marks import MM
from qms_desktop.printing.models import Column, ListSheet
from qms_desktop.printing.sheet import Imprint, Part, publish

_PAD = 3.0
_LEADING = 1.2
_NUMBER_MM = 12.0
_MOST_TITLE_LINES = 1
_MOST_LINES = 24
_SHRINKS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
_MEASURED_WORDS = 40


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
    """The list in the largest type, from the edition's down to 3 pt less, in which no word is cut."""
    columns = (Column("STT", align="center"), *data.columns)
    room = (edition.text_width - _NUMBER_MM) * MM
    words = [_longest_words([row[number] for row in data.rows]) for number in range(len(data.columns))]
    for less in _SHRINKS:
        size = edition.table_pt - less
        least = [_least_width(column.title, found, size, room) for column, found in zip(data.columns, words, strict=True)]
        if sum(least) <= room:
            break
    widths = (_NUMBER_MM * MM, *_shared(least, [column.weight for column in data.columns], room))
    head = _row([column.title for column in columns], widths, BOLD, size)
    rows = tuple(_row([str(number), *row], widths, REGULAR, size) for number, row in enumerate(data.rows, start=1))
    return RuledList(head, rows, widths, tuple(column.align for column in columns), size, gap=6)


def _longest_words(texts: Sequence[str]) -> list[str]:
    """The few longest words of a column."""
    return sorted({word for text in set(texts) for word in text.split()}, key=len, reverse=True)[:_MEASURED_WORDS]


def _least_width(title: str, words: Sequence[str], size: float, room: float) -> float:
    """The width at which no word of the column is cut, at most a quarter of the page for one endless word."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    widest = max(
        (
            *(stringWidth(word, BOLD, size) for word in title.split()),
            *(stringWidth(word, REGULAR, size) for word in words),
        ),
        default=0.0,
    )
    return float(min(widest + 2 * _PAD + 0.5, room / 4))


def _shared(least: Sequence[float], weights: Sequence[float], room: float) -> list[float]:
    """Each column what it needs; what is left goes to those that by their weight should have more."""
    spare = room - sum(least)
    if spare <= 0:
        return [width * room / sum(least) for width in least]
    whole = sum(weights) or 1.0
    wishes = [max(0.0, weight / whole * room - width) for width, weight in zip(least, weights, strict=True)]
    total = sum(wishes)
    if not total:
        return [width + spare / len(least) for width in least]
    return [width + spare * wish / total for width, wish in zip(least, wishes, strict=True)]


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
