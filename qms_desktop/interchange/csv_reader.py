"""Tables as text: comma, semicolon or tab, in any code page that Vietnamese programs wrote."""

from __future__ import annotations

import csv
import io

from qms_desktop.interchange import old_fonts
from qms_desktop.interchange.grids import MAX_COLUMNS, Grid, damaged, grid

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = ",;\t|"


def read_csv(data: bytes, name: str) -> Grid:
    """The table; every value stays the text it is, so leading zeros stay."""
    text = decoded(data)
    if "\x00" in text:
        raise damaged(name)
    lines = text.splitlines()
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(lines)))
    return grid(name, [row[:MAX_COLUMNS] for row in rows])


def decoded(data: bytes) -> str:
    """By its mark, else as UTF-8, else in the Vietnamese or the Western code page, whichever makes words."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pages = [data.decode(page, "replace") for page in ("cp1258", "latin-1")]
        return max(pages, key=lambda text: (old_fonts.plausibility(text) or 0.0, text is pages[-1]))


def _delimiter(lines: list[str]) -> str:
    """The sign that cuts most lines into the same number of parts, more than one."""
    sample = [line for line in lines[:200] if line.strip()]

    def agreement(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in sample]
        usual = max(set(counts), key=lambda count: (count > 0, counts.count(count)), default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_DELIMITERS, key=agreement)
