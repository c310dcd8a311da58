"""Work about printed sheets that runs in the worker thread."""

from __future__ import annotations

from collections.abc import Callable

from qms_desktop.gui.desk import Desk, Sheet
from qms_desktop.gui.printer import default_printer, print_pdf, save_pdf

PRINTER_SETTING = "print.printer"
KEEP_ONLY = "—"


def draw_and_keep(desk: Desk, draw: Callable[[str], Sheet], record: str) -> Sheet:
    """Draws a slip, prints it, and records the print; where there is no printer it is kept as a file.

    A printed slip leaves no file: it holds a citizen's name, and unlike the database a file lies there in clear. What no
    printer took was not printed: the record is written last.
    """
    sheet = draw(record)
    chosen = desk.setting(PRINTER_SETTING)
    printer = "" if chosen == KEEP_ONLY else chosen or default_printer()
    if printer:
        print_pdf(sheet.pdf, printer, sheet.title, sheet.parts, sheet.parts)
    else:
        save_pdf(sheet.pdf, desk.exports() / sheet.file_name)
    desk.printed(sheet, sheet.parts)
    return sheet
