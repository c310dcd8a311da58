"""The office sheet: A4, margins, heading and page numbers of Nghị định 30/2020, and the flow of pieces down its pages.

The same input gives the same bytes: the file's date is the moment of printing handed in, and nothing else varies.
"""

from __future__ import annotations

import io
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from qms_desktop.printing.blocks import MM, Block, fitted_size
from qms_desktop.printing.editions import Anchor, Edition
from qms_desktop.printing.fonts import BOLD, ITALIC, REGULAR, register_office_fonts
from qms_desktop.printing.models import UnitHeading
from qms_desktop.printing.qr import draw_qr
from qms_desktop.printing.words import place_date_line

# The PDF library reads glyphs through one shared parser per font: two documents must not be written at once.
_ONE_DOCUMENT_AT_A_TIME = threading.Lock()
_HEADING_LINE = 1.16
_MOST_HEADING_LINES = 4
_AGENCY_ROOM_MM = 12.5
_SHRINKS = (0.0, 0.5, 1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Imprint:
    """What the margins of every page say: the document's name, when it was printed, the how-many-th reprint."""

    title: str
    footer: str
    footer_code: str
    printed_at: datetime
    reprint: int = 0


@dataclass(frozen=True)
class Part:
    """One copy of a form: what stands at fixed points of its first page, and the pieces that flow below."""

    head: Callable[[Any], None]
    blocks: tuple[Block, ...]


def on_one_page(edition: Edition, body: Callable[[float], tuple[Block, ...]]) -> tuple[Block, ...]:
    """The body in type up to 2 pt smaller when that keeps it on one page; in full size when nothing does.

    `body` takes by how many points the type is smaller.
    """
    width = edition.text_width * MM
    room = (edition.page_size[1] - edition.body_top - edition.margins.bottom) * MM
    for less in _SHRINKS:
        blocks = body(less)
        if sum(block.gap + block.height(width) for block in blocks) <= room:
            return blocks
    return body(0.0)


def publish(edition: Edition, imprint: Imprint, parts: Callable[[], Sequence[Part]]) -> bytes:
    """The PDF file. `parts` is called once the office fonts are known. Raises PrintError (fonts)."""
    with _ONE_DOCUMENT_AT_A_TIME:
        register_office_fonts()
        from reportlab.pdfgen.canvas import Canvas

        buffer = io.BytesIO()
        width, height = edition.page_size
        canvas = Canvas(
            buffer,
            pagesize=(width * MM, height * MM),
            invariant=1,
            pageCompression=1,
            initialFontName=REGULAR,
            lang="vi-VN",
        )
        _describe(canvas, imprint)
        for part in parts():
            _flow(canvas, edition, imprint, part)
        canvas.save()
        return buffer.getvalue()


def _describe(canvas: Any, imprint: Imprint) -> None:
    """File properties, and what a viewer's print dialog starts with: 100 %, one side (the copies part ways)."""
    stamp = f"D:{imprint.printed_at:%Y%m%d%H%M%S}+07'00'"
    canvas.setDateFormatter(lambda *_parts: stamp)
    canvas.setTitle(imprint.title)
    canvas.setAuthor("")
    canvas.setSubject(imprint.footer)
    canvas.setCreator("qms-desktop")
    canvas.setProducer("qms-desktop")
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.setViewerPreference("Duplex", "Simplex")


def _flow(canvas: Any, edition: Edition, imprint: Imprint, part: Part) -> None:
    """Draw one part on as many pages as it needs; its page numbers start again at 1."""
    left, width = edition.margins.left * MM, edition.text_width * MM
    floor = edition.margins.bottom * MM
    queue = deque(part.blocks)
    number, top = 1, (edition.page_size[1] - edition.body_top) * MM
    part.head(canvas)
    fresh = False
    while queue:
        block = queue.popleft()
        start = top if fresh else top - block.gap
        below = start - block.height(width)
        if below >= floor:
            block.draw(canvas, left, start, width)
            top, fresh = below, False
            continue
        pieces = block.split(width, start - floor) if start > floor else None
        if pieces is None and fresh:
            pieces = (block, _NOTHING)
        if pieces is not None:
            pieces[0].draw(canvas, left, start, width)
            block = pieces[1]
        if block is not _NOTHING:
            queue.appendleft(block)
        if queue:
            _end_page(canvas, edition, imprint, number)
            number, top, fresh = number + 1, (edition.page_size[1] - edition.margins.top) * MM, True
    _end_page(canvas, edition, imprint, number)


@dataclass(frozen=True)
class _Nothing:
    gap: float = 0.0

    def height(self, width: float) -> float:
        return 0.0

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        return

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        return None


_NOTHING = _Nothing()


def _end_page(canvas: Any, edition: Edition, imprint: Imprint, number: int) -> None:
    anchors = edition.anchors
    if number > 1:
        put(canvas, edition, anchors["page_number"], str(number))
    if imprint.reprint:
        put(canvas, edition, anchors["reprint"], reprint_mark(imprint), ITALIC)
    put(canvas, edition, anchors["footer"], imprint.footer)
    put(canvas, edition, anchors["footer_code"], imprint.footer_code)
    canvas.showPage()


def reprint_mark(imprint: Imprint) -> str:
    """ "In lại lần 2 (10:05 ngày 22/11/2026)"; two prints are never taken for one."""
    return f"In lại lần {imprint.reprint} ({imprint.printed_at:%H:%M ngày %d/%m/%Y})"


def put(canvas: Any, edition: Edition, anchor: Anchor, text: str, font: str = REGULAR) -> None:
    """One line of text at its anchor; smaller when it is wider than the anchor's room."""
    size = fitted_size(text, font, anchor.size, anchor.width * MM) if anchor.width else anchor.size
    canvas.setFont(font, size)
    draw = {"left": canvas.drawString, "center": canvas.drawCentredString, "right": canvas.drawRightString}[anchor.align]
    draw(anchor.x * MM, (edition.page_size[1] - anchor.y) * MM, text)


def put_wrapped(canvas: Any, edition: Edition, anchor: Anchor, text: str, font: str, most: int) -> int:
    """Text on at most `most` lines from its anchor down, smaller when it needs more; the number of lines."""
    size = anchor.size
    lines = _balanced(text, font, size, anchor.width * MM)
    while len(lines) > most and size > anchor.size / 2:
        size -= 0.5
        lines = _balanced(text, font, size, anchor.width * MM)
    for number, line in enumerate(lines):
        down = number * size * _HEADING_LINE / MM
        spot = Anchor(anchor.x, anchor.y + down, anchor.align, size, anchor.width)
        put(canvas, edition, spot, line, font)
    return len(lines)


def official_heading(canvas: Any, edition: Edition, unit: UnitHeading, number: str, day: date) -> None:
    """Agency block on the left, national heading on the right, number and place-date line below."""
    anchors = edition.anchors
    put(canvas, edition, anchors["nation"], anchors["nation"].text, BOLD)
    motto = anchors["motto"]
    put(canvas, edition, motto, motto.text, BOLD)
    _rule(canvas, edition, motto, _width(motto.text, BOLD, motto.size), motto.y + 1.8)
    _agency(canvas, edition, unit)
    if edition.number_format:
        put(canvas, edition, anchors["number"], edition.number_format.format(number=number or "………"))
    put(canvas, edition, anchors["date"], place_date_line(unit.place, day), ITALIC)


def _agency(canvas: Any, edition: Edition, unit: UnitHeading) -> None:
    """The lines of the unit, broken and then made smaller until at most four remain, and the rule below."""
    anchor = edition.anchors["agency"]
    size = anchor.size
    lines = _agency_lines(unit, anchor.width * MM, size)
    while len(lines) > _MOST_HEADING_LINES and size > anchor.size / 2:
        size -= 0.5
        lines = _agency_lines(unit, anchor.width * MM, size)
    usual = edition.anchors["motto"].y - anchor.y
    step = min(usual, _AGENCY_ROOM_MM / max(1, len(lines) - 1))
    size = min(size, step * MM / _HEADING_LINE)
    for number, (line, font) in enumerate(lines):
        put(canvas, edition, Anchor(anchor.x, anchor.y + number * step, "center", size, anchor.width), line, font)
    last = lines[-1] if lines else ("", BOLD)
    _rule(canvas, edition, anchor, max(_width(*last, size) * 0.45, 40.0), anchor.y + (len(lines) - 1) * step + 1.8)


def _agency_lines(unit: UnitHeading, width: float, size: float) -> list[tuple[str, str]]:
    fonts = [(line, REGULAR) for line in unit.parent] + [(line, BOLD) for line in unit.name]
    return [(part, font) for line, font in fonts for part in _balanced(line, font, size, width)]


def _balanced(text: str, font: str, size: float, width: float) -> list[str]:
    """Text on as few lines as the width allows, all about equally long: no last word left alone."""
    from reportlab.lib.utils import simpleSplit

    least = len(simpleSplit(text, font, size, width))
    for tenths in range(5, 10):
        lines: list[str] = simpleSplit(text, font, size, width * tenths / 10)
        if len(lines) == least:
            return lines
    return list(simpleSplit(text, font, size, width))


def _width(text: str, font: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))


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
