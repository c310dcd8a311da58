"""What stands at fixed points of a first page: agency, national heading, number, place and day, title, QR code."""

from __future__ import annotations

from datetime import date
from typing import Any

from qms_desktop.printing.editions import Anchor, Edition
from qms_desktop.printing.fonts import BOLD, ITALIC, REGULAR
from qms_desktop.printing.marks import MM, balanced, fitted_lines, fitted_size, text_width
from qms_desktop.printing.models import UnitHeading
from qms_desktop.printing.qr import draw_qr
from qms_desktop.printing.words import place_date_line

_LINE = 1.16
_MOST_AGENCY_LINES = 4
_AGENCY_ROOM_MM = 12.5


def put(canvas: Any, edition: Edition, anchor: Anchor, text: str, font: str = REGULAR) -> None:
    """One line of text at its anchor; smaller when it is wider than the anchor's room."""
    size = fitted_size(text, font, anchor.size, anchor.width * MM) if anchor.width else anchor.size
    canvas.setFont(font, size)
    draw = {"left": canvas.drawString, "center": canvas.drawCentredString, "right": canvas.drawRightString}[anchor.align]
    draw(anchor.x * MM, (edition.page_size[1] - anchor.y) * MM, text)


def put_wrapped(canvas: Any, edition: Edition, anchor: Anchor, text: str, font: str, most: int) -> None:
    """Text on at most `most` lines from its anchor down, smaller when it needs more."""
    lines, size = fitted_lines(text, font, anchor.size, anchor.width * MM, most)
    for number, line in enumerate(lines):
        spot = Anchor(anchor.x, anchor.y + number * size * _LINE / MM, anchor.align, size, anchor.width)
        put(canvas, edition, spot, line, font)


def official_heading(canvas: Any, edition: Edition, unit: UnitHeading, number: str, day: date) -> None:
    """Agency block on the left, national heading on the right, number and place-date line below."""
    anchors = edition.anchors
    put(canvas, edition, anchors["nation"], anchors["nation"].text, BOLD)
    motto = anchors["motto"]
    put(canvas, edition, motto, motto.text, BOLD)
    _rule(canvas, edition, motto, text_width(motto.text, BOLD, motto.size), motto.y + 1.8)
    _agency(canvas, edition, unit)
    if edition.number_format:
        put(canvas, edition, anchors["number"], edition.number_format.format(number=number or "………"))
    put(canvas, edition, anchors["date"], place_date_line(unit.place, day), ITALIC)


def _agency(canvas: Any, edition: Edition, unit: UnitHeading) -> None:
    """The lines of the unit, broken and then made smaller until at most four remain, and the rule below."""
    anchor = edition.anchors["agency"]
    size = anchor.size
    lines = _agency_lines(unit, anchor.width * MM, size)
    while len(lines) > _MOST_AGENCY_LINES and size > anchor.size / 2:
        size -= 0.5
        lines = _agency_lines(unit, anchor.width * MM, size)
    usual = edition.anchors["motto"].y - anchor.y
    step = min(usual, _AGENCY_ROOM_MM / max(1, len(lines) - 1))
    size = min(size, step * MM / _LINE)
    for number, (line, font) in enumerate(lines):
        put(canvas, edition, Anchor(anchor.x, anchor.y + number * step, "center", size, anchor.width), line, font)
    last = lines[-1] if lines else ("", BOLD)
    _rule(canvas, edition, anchor, max(text_width(*last, size) * 0.45, 40.0), anchor.y + (len(lines) - 1) * step + 1.8)


def _agency_lines(unit: UnitHeading, width: float, size: float) -> list[tuple[str, str]]:
    fonts = [(line, REGULAR) for line in unit.parent] + [(line, BOLD) for line in unit.name]
    return [(part, font) for line, font in fonts for part in balanced(line, font, size, width)]


def _rule(canvas: Any, edition: Edition, anchor: Anchor, width: float, y: float) -> None:
    middle, height = anchor.x * MM, (edition.page_size[1] - y) * MM
    canvas.setLineWidth(0.7)
    canvas.line(middle - width / 2, height, middle + width / 2, height)


def qr_with_caption(canvas: Any, edition: Edition, code: str) -> None:
    """The dossier's code as QR and, below it, as people read it."""
    if edition.qr is None or not code:
        return
    spot = edition.qr
    draw_qr(canvas, code, spot.x * MM, (edition.page_size[1] - spot.y - spot.side) * MM, spot.side * MM)
    put(canvas, edition, edition.anchors["qr_caption"], code)
