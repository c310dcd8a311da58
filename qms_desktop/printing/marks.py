"""Small marks on a page and the measuring of text: dotted lines, tick boxes, lines that fit a width. Lengths are points."""

from __future__ import annotations

import math
from typing import Any

MM = 72 / 25.4
LEADING = 1.18
_LEAST_PT = 6.0
_TENTHS = range(5, 10)


def text_width(text: str, font: str, size: float) -> float:
    """How wide one line of text is."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))


def fitted_size(text: str, font: str, size: float, width: float) -> float:
    """The type size, at most `size`, at which text takes no more than width; never below 6 pt."""
    taken = text_width(text, font, size)
    return size if taken <= width else max(_LEAST_PT, size * width / taken)


def balanced(text: str, font: str, size: float, width: float) -> list[str]:
    """Text on as few lines as the width allows, all about equally long: no last word left alone."""
    from reportlab.lib.utils import simpleSplit

    full: list[str] = simpleSplit(text, font, size, width)
    for tenths in _TENTHS:
        lines: list[str] = simpleSplit(text, font, size, width * tenths / 10)
        if len(lines) == len(full):
            return lines
    return full


def fitted_lines(text: str, font: str, size: float, width: float, most: int) -> tuple[list[str], float]:
    """Text on at most `most` balanced lines, in smaller type (down to half) when it needs more; the lines and the type size."""
    least = size / 2
    lines = balanced(text, font, size, width)
    while len(lines) > most and size > least:
        size -= 0.5
        lines = balanced(text, font, size, width)
    return lines, size


def centred(canvas: Any, text: str, font: str, size: float, middle: float, baseline: float, width: float) -> None:
    """One line of text in the middle of a share of the page, smaller when it would not fit."""
    if text:
        canvas.setFont(font, fitted_size(text, font, size, width))
        canvas.drawCentredString(middle, baseline, text)


def watermark(canvas: Any, page_mm: tuple[float, float], text: str, font: str) -> None:
    """A word across the whole page, pale enough to read the form through it."""
    width, height = page_mm[0] * MM, page_mm[1] * MM
    across = math.hypot(width, height)
    canvas.saveState()
    canvas.setFillGray(0.45, alpha=0.18)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(math.degrees(math.atan2(height, width)))
    canvas.setFont(font, across / 7)
    canvas.drawCentredString(0, -across / 20, text)
    canvas.restoreState()


def dots(canvas: Any, left: float, right: float, baseline: float) -> None:
    """A dotted line to write on, drawn as round points."""
    canvas.saveState()
    canvas.setLineCap(1)
    canvas.setLineWidth(0.7)
    canvas.setDash([0.01, 2.6])
    canvas.line(left, baseline - 1, right, baseline - 1)
    canvas.restoreState()


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
