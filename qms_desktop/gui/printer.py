"""From PDF bytes to pictures on the screen and ink on paper: always the same bytes (ux point 34)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from qms_desktop.domain.errors import PrintError
from qms_desktop.printing.pages import page_count, render_page

PRINT_DPI = 300


def page_image(pdf: bytes, index: int, dpi: float) -> QImage:
    """One page as a picture of that resolution."""
    width, height, rgb = render_page(pdf, index, dpi)
    image = QImage(rgb, width, height, width * 3, QImage.Format.Format_RGB888)
    return image.copy()


def default_printer() -> str:
    """The name of the system's default printer, or an empty text."""
    info = QPrinterInfo.defaultPrinter()
    return "" if info.isNull() else info.printerName()


def printers() -> list[str]:
    """Every printer of this PC."""
    return list(QPrinterInfo.availablePrinterNames())


def pages_of_copies(pages: int, parts: int, copies: int) -> list[int]:
    """Which pages, from 0, make that many copies of a document whose ``parts`` copies (liên) follow one another.

    Fewer copies than parts are the last ones, which the citizen gets; what is wanted above them is the last one again.
    """
    one = pages // parts
    wanted = [max(parts - copies, 0) + number for number in range(copies)]
    return [min(part, parts - 1) * one + page for part in wanted for page in range(one)]


def print_pdf(pdf: bytes, printer_name: str, title: str, copies: int = 1, parts: int = 1) -> None:
    """Prints at 300 dpi, 100 %, on the paper the document was drawn for; PrintError QMS-641 if the printer does not take it.

    Copies are sent page by page: not every printer counts them itself, and each (liên) must lie whole in the tray.
    """
    if printer_name not in printers():
        raise PrintError("QMS-641", f"Không thấy máy in “{printer_name}”.", do="Hãy lưu tệp PDF rồi in sau.")
    printer = QPrinter(QPrinterInfo.printerInfo(printer_name), QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    paint_pages(pdf, printer, pages_of_copies(page_count(pdf), parts, copies))


def paint_pages(pdf: bytes, printer: QPrinter, pages: Sequence[int]) -> None:
    """Draws the pages; the page size is set again because the system's dialog may have changed it."""
    printer.setResolution(PRINT_DPI)
    printer.setFullPage(True)
    painter = QPainter()
    for number, index in enumerate(pages):
        image = page_image(pdf, index, PRINT_DPI)
        size = QPageSize(_millimetres(image), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
        layout = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
        printer.setPageLayout(layout)
        if number == 0 and not painter.begin(printer):
            raise PrintError("QMS-642", "Máy in đang bận hoặc không nhận bản in.", do="Hãy lưu tệp PDF rồi in sau.")
        if number > 0:
            printer.newPage()
        painter.drawImage(QRectF(0, 0, image.width(), image.height()), image)
    painter.end()


def save_pdf(pdf: bytes, target: Path) -> Path:
    """Writes the bytes as they are; PrintError QMS-643 when the place cannot be written."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(pdf)
    except OSError as error:
        raise PrintError("QMS-643", f"Không ghi được tệp “{target.name}”.", do="Hãy chọn thư mục khác.") from error
    return target


def _millimetres(image: QImage) -> QSizeF:
    return QSizeF(image.width() / PRINT_DPI * 25.4, image.height() / PRINT_DPI * 25.4)
