"""Pages per second of the official forms, beside a plain page of the PDF library measured in the same run.

`python -m tests.bench.bench_printing`. The register is that of an office with a thousand dossiers, read from its store; its
time is processor time, and the plain library's for as many pages stands beside it.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

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
from qms_desktop.store.unit import Change, create
from qms_desktop.usecases.print_register import register
from qms_desktop.usecases.work import Work
from tests.bench.bench_store import dossiers
from tests.printing.samples import LONG_NAME, PRINTED, UNIT, control, ordinary
from tests.usecases.office_kit import Clock, found, sign_in

BARS = {
    "receipt, both copies (pages/s)": 15.0,
    "control sheet (pages/s)": 15.0,
    "list of 2000 rows (pages/s)": 50.0,
}
MOST_REGISTER_S = 3.0
_DOSSIERS = 1000
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


def month_of(work: Work) -> Iterator[Change]:
    """A thousand dossiers received in one month, with the step at which each lies; every twentieth was put off."""
    start = datetime(2026, 11, 2, 7, 30)
    for number, (identity, values) in enumerate(dossiers(_DOSSIERS)):
        at = (start + timedelta(minutes=number * 25)).isoformat(timespec="minutes")
        times = {"received_at": at, "original_due": "2026-12-04", "applicant_address": "Ấp An Thành, xã An Bình"}
        yield create("dossier", identity, {**values, **times, "state": "processing", "step": "B2"})
        run = {"dossier": identity, "code": "B2", "name": "Thẩm định", "role": "CM", "started_at": at}
        yield create("step_run", work.new_id(), {**run, "assignee": work.session.person})
        if number % 20 == 0:
            put_off = {"dossier": identity, "kind": "extend", "at": at, "reason": "Chờ xác minh", "new_due": "2026-12-11"}
            yield create("clock_event", work.new_id(), put_off)


def register_of_a_month() -> dict[str, float]:
    """Seconds of processor time for the register of the month, and for as many plain pages; how many pages it has."""
    with tempfile.TemporaryDirectory() as folder:
        office = sign_in(found(Path(folder), Clock(), publish=lambda _code: False), "CL")
        work = office.work()
        work.store.act("register.fill", work.author, lambda _view: list(month_of(work)))
        first, last = date(2026, 11, 1), date(2026, 11, 30)
        register(work, first, date(2026, 11, 2))
        start = time.process_time()
        pdf = register(work, first, last).pdf
        taken = time.process_time() - start
        office.close()
    pages = page_count(pdf)
    start = time.process_time()
    for _ in range(pages):
        plain_page()
    return {"seconds": taken, "plain": time.process_time() - start, "pages": float(pages)}


def main() -> None:
    """Print every figure; those with a bar beside it."""
    for name, value in measure().items():
        bar = f"   bar: at least {BARS[name]:.0f}" if name in BARS else ""
        print(f"{name:40} {value:10.1f}{bar}")
    book = register_of_a_month()
    name = f"register of {_DOSSIERS} dossiers, {book['pages']:.0f} pages (s)"
    print(f"{name:40} {book['seconds']:10.1f}   bar: at most {MOST_REGISTER_S:.0f}; as many plain pages: {book['plain']:.1f}")


if __name__ == "__main__":
    main()
