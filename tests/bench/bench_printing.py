"""Pages per second of the official forms, beside a plain page of the PDF library measured in the same run.

`python -m tests.bench.bench_printing`
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import date

from qms_desktop.printing import (
    Column,
    ListSheet,
    control_sheet_pdf,
    edition_for,
    list_sheet_pdf,
    page_count,
    receipt_pdf,
    render_page,
)
from qms_desktop.printing.fonts import REGULAR, register_office_fonts
from tests.printing.samples import LONG_NAME, PRINTED, UNIT, control, ordinary

BARS = {
    "receipt, both copies (pages/s)": 15.0,
    "control sheet (pages/s)": 15.0,
    "list of 2000 rows (pages/s)": 50.0,
}
_ROUNDS = 15
_LIST_ROWS = 2000
_PREVIEW_DPI = 150


def plain_page() -> bytes:
    """What the library alone needs: one page of forty lines in one embedded font."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1, initialFontName=REGULAR)
    canvas.setFont(REGULAR, 13)
    for line in range(40):
        canvas.drawString(85, 780 - 18 * line, LONG_NAME[line : line + 75])
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def pages_per_second(make: Callable[[], bytes], rounds: int = _ROUNDS) -> float:
    """Pages made in a second, the first (cold) run left out."""
    pages = page_count(make())
    start = time.perf_counter()
    for _ in range(rounds):
        make()
    return pages * rounds / (time.perf_counter() - start)


def measure() -> dict[str, float]:
    """Figures by name: pages per second, and milliseconds where the name says so."""
    day = date(2026, 11, 20)
    receipt, sheet = edition_for("receipt", day), edition_for("control_sheet", day)
    rows = tuple((f"HS-{number:05d}", LONG_NAME[:90], "Nguyễn Thị Hồng Phượng") for number in range(_LIST_ROWS))
    listing = ListSheet("SỔ THEO DÕI HỒ SƠ", UNIT, PRINTED, (Column("Mã"), Column("Thủ tục", 3), Column("Tên")), rows)
    start = time.perf_counter()
    register_office_fonts()
    fonts = (time.perf_counter() - start) * 1000
    start = time.perf_counter()
    pdf = receipt_pdf(ordinary(), receipt)
    first = (time.perf_counter() - start) * 1000
    figures = {
        "fonts opened (ms, once)": fonts,
        "first receipt after that (ms)": first,
        "plain library page (pages/s)": pages_per_second(plain_page),
        "receipt, both copies (pages/s)": pages_per_second(lambda: receipt_pdf(ordinary(), receipt)),
        "control sheet (pages/s)": pages_per_second(lambda: control_sheet_pdf(control(), sheet)),
        f"list of {_LIST_ROWS} rows (pages/s)": pages_per_second(lambda: list_sheet_pdf(listing), rounds=1),
    }
    start = time.perf_counter()
    render_page(pdf, 0, _PREVIEW_DPI)
    return {**figures, f"preview picture at {_PREVIEW_DPI} dpi (ms)": (time.perf_counter() - start) * 1000}


def main() -> None:
    """Print every figure; those with a bar beside it."""
    for name, value in measure().items():
        bar = f"   bar: at least {BARS[name]:.0f}" if name in BARS else ""
        print(f"{name:40} {value:10.1f}{bar}")


if __name__ == "__main__":
    main()
