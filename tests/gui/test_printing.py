"""What goes to the printer: whole copies, as many as asked for, and recorded only once the printer has taken them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter

from qms_desktop.domain.errors import PrintError
from qms_desktop.gui import printer
from qms_desktop.gui.desk import Sheet
from qms_desktop.gui.screens import preview, printing
from qms_desktop.gui.screens.preview import Preview
from qms_desktop.printing import edition_for, page_count, receipt_pdf
from tests.gui.conftest import OpenHand
from tests.gui.fake_desk import FakeDesk
from tests.printing.samples import ordinary


class TwoParts(FakeDesk):
    """A desk whose receipts hold both copies, as the office's do."""

    def receipt(self, record: str) -> Sheet:
        return replace(super().receipt(record), parts=2)


def receipt() -> bytes:
    return receipt_pdf(ordinary(), edition_for("receipt", date(2026, 11, 20)))


@pytest.mark.parametrize(
    ("pages", "parts", "copies", "printed"),
    [
        (2, 2, 2, [0, 1]),
        (2, 2, 1, [1]),
        (4, 2, 3, [0, 1, 2, 3, 2, 3]),
        (3, 1, 2, [0, 1, 2, 0, 1, 2]),
    ],
)
def test_copies_are_whole_and_the_citizens_part_comes_before_the_offices(
    pages: int, parts: int, copies: int, printed: list[int]
) -> None:
    assert printer.pages_of_copies(pages, parts, copies) == printed


def test_the_printer_gets_every_page_of_every_copy(application: object, tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    machine = QPrinter()
    machine.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    machine.setOutputFileName(str(target))
    printer.paint_pages(receipt(), machine, printer.pages_of_copies(2, 2, 3))
    assert page_count(target.read_bytes()) == 3


def test_a_slip_that_no_printer_took_is_not_on_record(
    application: object, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.remember(printing.PRINTER_SETTING, "Máy in quầy 1")
    with pytest.raises(PrintError, match="QMS-641"):
        printing.draw_and_keep(desk, desk.receipt, "D0001")
    assert desk.answers == []
    monkeypatch.setattr(printing, "print_pdf", lambda *_given: None)
    printing.draw_and_keep(desk, desk.receipt, "D0001")
    assert desk.answers == [("D0001.pdf", 1)]


def test_the_receipt_starts_with_its_two_copies_and_the_number_typed_is_printed(
    open_hand: OpenHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = TwoParts(tmp_path)
    hand = open_hand(desk)
    sent: list[tuple[object, ...]] = []
    monkeypatch.setattr(preview, "printers", lambda: ["Máy in quầy 1"])
    monkeypatch.setattr(preview, "print_pdf", lambda _pdf, *given: sent.append(given))
    hand.go("dossier", "D0001")
    hand.press("F9")
    screen = hand.window.screen_now()
    assert isinstance(screen, Preview)
    assert screen.copies.value() == 2
    screen.printer.setCurrentIndex(0)
    screen.copies.setFocus()
    screen.copies.selectAll()
    hand.type("3")
    hand.press("Ctrl+P")
    assert sent == [("Máy in quầy 1", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", 3, 2)]
    assert desk.answers == [("D0001.pdf", 3)]
    hand.window.preview(desk.control_slip("D0001"))
    hand.settle()
    assert screen.copies.value() == 2


def test_a_file_holds_the_copies_of_the_form(open_hand: OpenHand, tmp_path: Path) -> None:
    desk = TwoParts(tmp_path)
    hand = open_hand(desk)
    hand.go("dossier", "D0001")
    hand.press("F9")
    screen = hand.window.screen_now()
    assert isinstance(screen, Preview)
    screen.copies.setValue(5)
    screen.keep(tmp_path / "giay.pdf")
    hand.settle()
    assert desk.answers == [("D0001.pdf", 2)]
