"""Work about printed sheets that runs in the worker thread."""

from __future__ import annotations

from collections.abc import Callable

from qms_desktop.gui.desk import Desk, Sheet
from qms_desktop.gui.printer import default_printer, print_pdf, save_pdf

PRINTER_SETTING = "print.printer"
KEEP_ONLY = "—"


class Drawing:
    """Draws a sheet."""

    def __init__(self, draw: Callable[[str], Sheet], record: str) -> None:
        self._draw, self._record = draw, record

    def __call__(self) -> Sheet:
        return self._draw(self._record)


class Slip:
    """Draws the receipt, keeps it as a file, prints it where a printer is there, and records the print."""

    def __init__(self, desk: Desk, record: str) -> None:
        self._desk, self._record = desk, record

    def __call__(self) -> Sheet:
        sheet = self._desk.receipt(self._record)
        save_pdf(sheet.pdf, self._desk.exports() / sheet.file_name)
        self._desk.printed(sheet, 1)
        chosen = self._desk.setting(PRINTER_SETTING)
        printer = "" if chosen == KEEP_ONLY else chosen or default_printer()
        if printer:
            print_pdf(sheet.pdf, printer, sheet.title)
        return sheet
