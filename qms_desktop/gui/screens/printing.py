"""Work about printed sheets that runs in the worker thread."""

from __future__ import annotations

from collections.abc import Callable

from qms_desktop.gui.desk import Desk, Sheet
from qms_desktop.gui.printer import default_printer, print_pdf, save_pdf

PRINTER_SETTING = "print.printer"
KEEP_ONLY = "—"


def draw_and_keep(desk: Desk, draw: Callable[[str], Sheet], record: str) -> Sheet:
    """Draws a slip, keeps it as a file, records the print, and prints it where there is a printer."""
    sheet = draw(record)
    save_pdf(sheet.pdf, desk.exports() / sheet.file_name)
    desk.printed(sheet, 1)
    chosen = desk.setting(PRINTER_SETTING)
    printer = "" if chosen == KEEP_ONLY else chosen or default_printer()
    if printer:
        print_pdf(sheet.pdf, printer, sheet.title)
    return sheet
