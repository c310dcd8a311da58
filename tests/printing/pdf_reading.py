"""Reading a PDF back, independently of the library that wrote it: texts, their places, pictures."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

from qms_desktop.printing import render_page

MM = 72 / 25.4


@dataclass(frozen=True)
class Place:
    """Where a text stands on its page: millimetres from the top left corner."""

    left: float
    right: float
    baseline: float


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, lines joined by single spaces."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = []
        for page in document:
            text_page = page.get_textpage()
            texts.append(" ".join(text_page.get_text_range().replace("\ufffe", "").split()))
            text_page.close()
            page.close()
        return texts
    finally:
        document.close()


def place_of(pdf: bytes, page_index: int, wanted: str) -> Place:
    """The first place where `wanted` stands on the page; AssertionError when it is not there."""
    found = places_of(pdf, page_index, wanted)
    assert found, f"{wanted!r} is not on page {page_index}"
    return found[0]


def places_of(pdf: bytes, page_index: int, wanted: str) -> list[Place]:
    """Every place where `wanted` stands on the page."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[page_index]
    text_page = page.get_textpage()
    try:
        handle = text_page.raw
        chars = "".join(chr(raw.FPDFText_GetUnicode(handle, n)) for n in range(raw.FPDFText_CountChars(handle)))
        places = []
        for start in (match.start() for match in re.finditer(re.escape(wanted), chars)):
            x, y = ctypes.c_double(), ctypes.c_double()
            raw.FPDFText_GetCharOrigin(handle, start, x, y)
            right = text_page.get_charbox(start + len(wanted) - 1, loose=True)[2]
            places.append(Place(x.value / MM, right / MM, (page.get_height() - y.value) / MM))
        return places
    finally:
        text_page.close()
        page.close()
        document.close()


def fonts_without_file(pdf: bytes) -> list[bytes]:
    """Names of the fonts whose description carries no font file."""
    objects = re.findall(rb"(\d+) 0 obj\s*(<<.*?>>)\s*(?:stream|endobj)", pdf, re.DOTALL)
    by_number = {int(number): body for number, body in objects}
    missing = []
    for body in by_number.values():
        if b"/Type /Font " not in body.replace(b"\n", b" ") + b" ":
            continue
        descriptor = re.search(rb"/FontDescriptor (\d+) 0 R", body)
        if descriptor is None or b"/FontFile2" not in by_number[int(descriptor[1])]:
            missing.append(body)
    return missing


def dark(pdf: bytes, page_index: int, dpi: int = 254) -> list[list[bool]]:
    """The page as dark (True) and light dots, ten to the millimetre at 254 dpi; [row][column]."""
    width, height, rgb = render_page(pdf, page_index, dpi)
    reds = rgb[0::3]
    return [[value < 128 for value in reds[row * width : (row + 1) * width]] for row in range(height)]
