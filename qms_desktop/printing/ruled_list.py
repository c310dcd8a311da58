"""A ruled list made for thousands of rows: its head on every page, long rows carried on, its foot never alone on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from qms_desktop.printing.blocks import Block
from qms_desktop.printing.columns import PAD, Shared, shared_columns
from qms_desktop.printing.fonts import BOLD, REGULAR
from qms_desktop.printing.marks import balanced, text_width
from qms_desktop.printing.models import Column

_LEADING = 1.2
_MOST_LINES = 24
_LINE = 0.5
_BREAKS = "-/@"


@dataclass(frozen=True)
class Row:
    """A row already broken into lines: the lines of each cell, and the height they need in points."""

    cells: tuple[tuple[str, ...], ...]
    height: float


@dataclass(frozen=True)
class HeadCell:
    """A title over the columns first to last, on the levels upper to lower of the head (counted from 0, both included)."""

    lines: tuple[str, ...]
    first: int
    last: int
    upper: int
    lower: int


@dataclass(frozen=True)
class Head:
    """The titles, on one level or on two where columns have a group; the height of each level."""

    cells: tuple[HeadCell, ...]
    levels: tuple[float, ...]

    @property
    def height(self) -> float:
        """All levels."""
        return sum(self.levels)


@dataclass(frozen=True)
class RuledList:
    """The list as a piece of a page: it takes as many rows as fit and hands on the rest under the same head."""

    head: Head
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    aligns: tuple[str, ...]
    size: float
    gap: float = 0.0
    foot: Block | None = None

    def height(self, width: float) -> float:
        """Head, rows and foot."""
        return self._ruled() + self._foot(width)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the texts, then all lines at once."""
        edges = [x + sum(self.widths[:number]) for number in range(len(self.widths) + 1)]
        floor, level = top - self._ruled(), top - self.head.height
        lines = self._draw_head(canvas, edges, top)
        canvas.setFont(REGULAR, self.size)
        for row in self.rows:
            lines.append((edges[0], level, edges[-1], level))
            self._draw_row(canvas, row, edges, level)
            level -= row.height
        lines.append((edges[0], floor, edges[-1], floor))
        canvas.setLineWidth(_LINE)
        canvas.lines([*lines, *((edge, top - self.head.height, edge, floor) for edge in edges)])
        if self.foot is not None:
            self.foot.draw(canvas, x, floor - self.foot.gap, width)

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """The rows that fit below the head, at least one; the last row goes on with the foot."""
        left = height - self.head.height
        taken = 0
        for row in self.rows:
            if row.height > left:
                break
            left -= row.height
            taken += 1
        taken = min(taken, len(self.rows) - 1)
        if taken < 1:
            return None
        return replace(self, rows=self.rows[:taken], foot=None), replace(self, rows=self.rows[taken:], gap=0.0)

    def _ruled(self) -> float:
        return self.head.height + sum(row.height for row in self.rows)

    def _foot(self, width: float) -> float:
        return self.foot.gap + self.foot.height(width) if self.foot is not None else 0.0

    def _draw_head(self, canvas: Any, edges: Sequence[float], top: float) -> list[tuple[float, float, float, float]]:
        """The titles in the middle of their cells; the lines round the cells."""
        canvas.setFont(BOLD, self.size)
        lines: list[tuple[float, float, float, float]] = []
        for cell in self.head.cells:
            left, right = edges[cell.first], edges[cell.last + 1]
            high = top - sum(self.head.levels[: cell.upper])
            low = top - sum(self.head.levels[: cell.lower + 1])
            lines += [(left, high, right, high), (left, high, left, low), (right, high, right, low), (left, low, right, low)]
            first = (high + low) / 2 + len(cell.lines) * self.size * _LEADING / 2 - self.size
            for number, line in enumerate(cell.lines):
                canvas.drawCentredString((left + right) / 2, first - number * self.size * _LEADING, line)
        return lines

    def _draw_row(self, canvas: Any, row: Row, edges: Sequence[float], top: float) -> None:
        for column, (lines, align) in enumerate(zip(row.cells, self.aligns, strict=True)):
            for number, line in enumerate(lines):
                baseline = top - PAD - self.size - number * self.size * _LEADING
                _place(canvas, line, edges[column], edges[column + 1], baseline, align)


def _place(canvas: Any, line: str, left: float, right: float, baseline: float, align: str) -> None:
    if align == "right":
        canvas.drawRightString(right - PAD, baseline, line)
    elif align == "center":
        canvas.drawCentredString((left + right) / 2, baseline, line)
    else:
        canvas.drawString(left + PAD, baseline, line)


def ruled_list(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    room: float,
    size: float,
    *,
    gap: float = 0.0,
    foot: Block | None = None,
    most_lines: int = _MOST_LINES,
) -> RuledList:
    """The list in `room` points; the type gets up to 3 pt smaller before a word is cut.

    A row of more than `most_lines` lines goes on in further rows: it must fit on a page.
    """
    shared = shared_columns(columns, rows, room, size)
    return list_of_widths(columns, rows, shared, gap=gap, foot=foot, most_lines=most_lines)


def list_of_widths(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    shared: Shared,
    *,
    gap: float = 0.0,
    foot: Block | None = None,
    most_lines: int = _MOST_LINES,
    least: float = 0.0,
) -> RuledList:
    """The list with given widths and type size; no row is less than `least` points tall."""
    widths, size = shared.widths, shared.size
    broken = tuple(part for texts in rows for part in _rows(texts, widths, size, most_lines))
    tall = tuple(replace(row, height=max(row.height, least)) for row in broken)
    aligns = tuple(column.align for column in columns)
    return RuledList(_head(columns, widths, size), tall, widths, aligns, size, gap, foot)


def _head(columns: Sequence[Column], widths: Sequence[float], size: float) -> Head:
    """One level, or two where neighbouring columns share a group."""
    lowest = 1 if any(column.group for column in columns) else 0
    cells: list[HeadCell] = []
    for group, members in groupby(range(len(columns)), key=lambda number: columns[number].group or number):
        numbers = list(members)
        if isinstance(group, str):
            over = sum(widths[number] for number in numbers)
            cells.append(HeadCell(tuple(balanced(group, BOLD, size, over - 2 * PAD)), numbers[0], numbers[-1], 0, 0))
        upper = lowest if isinstance(group, str) else 0
        for number in numbers:
            lines = tuple(balanced(columns[number].title, BOLD, size, widths[number] - 2 * PAD))
            cells.append(HeadCell(lines, number, number, upper, lowest))
    return Head(tuple(cells), _levels(cells, lowest, size))


def _levels(cells: Sequence[HeadCell], lowest: int, size: float) -> tuple[float, ...]:
    def need(cell: HeadCell) -> float:
        return max(len(cell.lines), 1) * size * _LEADING + 2 * PAD

    if not lowest:
        return (max(map(need, cells)),)
    upper = max(need(cell) for cell in cells if cell.lower == 0)
    below = max(need(cell) for cell in cells if cell.upper == 1)
    across = max((need(cell) for cell in cells if cell.upper != cell.lower), default=0.0)
    return (upper, max(below, across - upper))


def _rows(texts: Sequence[str], widths: Sequence[float], size: float, most_lines: int) -> Iterator[Row]:
    cells = [_lines(text, REGULAR, size, width - 2 * PAD) for text, width in zip(texts, widths, strict=True)]
    most = max(1, *(len(lines) for lines in cells))
    for start in range(0, most, most_lines):
        part = tuple(lines[start : start + most_lines] for lines in cells)
        yield Row(part, max(1, *(len(lines) for lines in part)) * size * _LEADING + 2 * PAD)


def _lines(text: str, font: str, size: float, width: float) -> tuple[str, ...]:
    """Text broken between words, and in a word wider than its cell after one of its signs."""
    from reportlab.lib.utils import simpleSplit

    if "\n" not in text and text_width(text, font, size) <= width:
        return (text,)
    lines: list[str] = []
    for line in simpleSplit(text, font, size, width):
        while " " not in line and len(line) > 1 and text_width(line, font, size) > width:
            fits = max(1, int(len(line) * width / text_width(line, font, size)))
            fits = max((line.rfind(sign, 1, fits) for sign in _BREAKS), default=0) + 1 or fits
            lines.append(line[:fits])
            line = line[fits:]
        lines.append(line)
    return tuple(lines)
