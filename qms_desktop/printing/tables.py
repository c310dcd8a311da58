"""Ruled tables with a head that repeats on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qms_desktop.printing.blocks import Flowed, paragraph
from qms_desktop.printing.fonts import BOLD, REGULAR
from qms_desktop.printing.marks import MM

_LINE = 0.5
_PAD = 3.0
_MOST_LINES = 30
_SURELY_FITS = 300


def cell(text: str, size: float, *, align: str = "left", strong: bool = False) -> Any:
    """Text as the content of a table cell."""
    return paragraph(text, size, font=BOLD if strong else REGULAR, align=align).flowable


def page_sized(text: str, size: float, width: float) -> list[str]:
    """Text parted after every thirty lines of a column `width` points wide: a table row cannot run over a page's end."""
    from reportlab.lib.utils import simpleSplit

    if len(text) < _SURELY_FITS and text.count("\n") < _MOST_LINES:
        return [text]
    lines = simpleSplit(text, REGULAR, size, width - 2 * _PAD - 2)
    return ["\n".join(lines[start : start + _MOST_LINES]) for start in range(0, len(lines), _MOST_LINES)]


def ruled_table(
    rows: Sequence[Sequence[Any]],
    widths_mm: Sequence[float],
    *,
    head_rows: int = 1,
    style: Sequence[tuple[Any, ...]] = (),
    heights: Sequence[float | None] | None = None,
    gap: float = 0.0,
) -> Flowed:
    """A table of ready cells with a line round each; `style` adds reportlab table commands to the usual ones."""
    from reportlab.lib.colors import black
    from reportlab.platypus import Table

    usual = [
        ("GRID", (0, 0), (-1, -1), _LINE, black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("FONTNAME", (0, 0), (-1, -1), REGULAR),
        ("LEFTPADDING", (0, 0), (-1, -1), _PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.0),
    ]
    table = Table(
        [list(row) for row in rows],
        colWidths=[width * MM for width in widths_mm],
        rowHeights=list(heights) if heights is not None else None,
        repeatRows=head_rows,
        style=[*usual, *style],
        hAlign="LEFT",
    )
    return Flowed(table, gap)
