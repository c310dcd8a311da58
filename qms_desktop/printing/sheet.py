"""The office sheet as a PDF file: its pages, their numbers and margins (Nghị định 30/2020), and the file's properties.

The same input gives the same bytes: the file's date is the moment of printing handed in, and nothing else varies.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qms_desktop.domain.practice import PRACTICE_MARK, is_practice
from qms_desktop.printing.blocks import Block
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.flow import pages_of
from qms_desktop.printing.fonts import BOLD, ITALIC, REGULAR, register_office_fonts
from qms_desktop.printing.heading import put
from qms_desktop.printing.marks import MM, watermark

# The PDF library reads glyphs through one shared parser per font: two documents must not be written at once.
_ONE_DOCUMENT_AT_A_TIME = threading.Lock()
_PROGRAM = "ISO điện tử"


@dataclass(frozen=True)
class Imprint:
    """What the margins of every page and the file's properties say.

    The document's name, the agency, when it was printed, the how-many-th reprint.
    """

    title: str
    agency: str
    footer: str
    footer_code: str
    printed_at: datetime
    reprint: int = 0


@dataclass(frozen=True)
class Part:
    """One copy of a form: what stands at fixed points of its first page, and the pieces that flow below."""

    head: Callable[[Any], None]
    blocks: tuple[Block, ...]


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
            _draw(canvas, edition, imprint, part)
        canvas.save()
        return buffer.getvalue()


def _describe(canvas: Any, imprint: Imprint) -> None:
    """File properties, and what a viewer's print dialog starts with: 100 %, one side (the copies part ways)."""
    stamp = f"D:{imprint.printed_at:%Y%m%d%H%M%S}+07'00'"
    canvas.setDateFormatter(lambda *_parts: stamp)
    canvas.setTitle(imprint.title)
    canvas.setAuthor(imprint.agency)
    canvas.setSubject(imprint.footer)
    canvas.setCreator(_PROGRAM)
    canvas.setProducer(_PROGRAM)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.setViewerPreference("Duplex", "Simplex")


def _draw(canvas: Any, edition: Edition, imprint: Imprint, part: Part) -> None:
    """Draw one part on as many pages as it needs; its page numbers start again at 1."""
    left, width = edition.margins.left * MM, edition.text_width * MM
    part.head(canvas)
    for number, page in enumerate(pages_of(edition, part.blocks), start=1):
        for placed in page:
            placed.block.draw(canvas, left, placed.top, width)
        _end_page(canvas, edition, imprint, number)


def _end_page(canvas: Any, edition: Edition, imprint: Imprint, number: int) -> None:
    anchors = edition.anchors
    if number > 1:
        put(canvas, edition, anchors["page_number"], str(number))
    if imprint.reprint:
        put(canvas, edition, anchors["reprint"], reprint_mark(imprint), ITALIC)
    if is_practice(imprint.agency):
        watermark(canvas, edition.page_size, PRACTICE_MARK, BOLD)
    put(canvas, edition, anchors["footer"], imprint.footer)
    put(canvas, edition, anchors["footer_code"], imprint.footer_code)
    canvas.showPage()


def reprint_mark(imprint: Imprint) -> str:
    """ "In lại lần 2 (10:05 ngày 22/11/2026)"; two prints are never taken for one."""
    return f"In lại lần {imprint.reprint} ({imprint.printed_at:%H:%M ngày %d/%m/%Y})"
