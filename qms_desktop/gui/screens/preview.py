"""Xem trước khi in: the pages of the very bytes that go to the file and to the printer."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from qms_desktop.gui.actions import EVERYWHERE, PREVIEW
from qms_desktop.gui.desk import Desk, Sheet
from qms_desktop.gui.messages import GOOD, WARNING, Offer
from qms_desktop.gui.printer import default_printer, page_image, print_pdf, printers, save_pdf
from qms_desktop.gui.screens.base import Screen, Shell
from qms_desktop.gui.screens.printing import KEEP_ONLY, PRINTER_SETTING
from qms_desktop.gui.theme import PALETTE, metrics
from qms_desktop.printing.pages import page_count

_A4_INCHES = 8.27
MOST_COPIES = 20
_PARTS = "Mẫu này gồm {} liên. In ít hơn thì bỏ liên lưu trước; in nhiều hơn thì thêm liên cuối."
_FILE_ONLY = "Chỉ lưu tệp PDF"
_SHORT_NAME = 13


class Preview(Screen):
    """The preview."""

    name = "preview"
    title = "Xem trước khi in"
    hint = "Ctrl+P để in, Ctrl+S để lưu tệp PDF, Esc để quay lại."
    contexts = frozenset({EVERYWHERE, PREVIEW})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._sheet: Sheet | None = None
        self.printer = QComboBox(self)
        self.printer.setAccessibleName("Máy in")
        self.printer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.printer.setMinimumContentsLength(_SHORT_NAME)
        self.head.addWidget(self.printer)
        self.copies = QSpinBox(self)
        self.copies.setRange(1, MOST_COPIES)
        self.copies.setSuffix(" bản")
        self.copies.setFixedWidth(metrics().chars(9))
        for named in (self.copies, self.copies.lineEdit()):
            named.setAccessibleName("Số bản in")
        self.head.addWidget(self.copies)
        self.add_button("Lưu PDF", "save", self.save)
        self.print_button = self.add_button("In", "print", self.print_out, primary=True)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName("Các trang sẽ in")
        self.area.setStyleSheet(f"QScrollArea {{ background: {PALETTE.line}; }}")
        self.body.addWidget(self.area, 1)
        self.commands = {"save": self.save, "print": self.print_out, "slip": self.print_out}

    def open_with(self, argument: str) -> None:
        """Shows the printers of now."""
        del argument
        self.printer.clear()
        for name in printers():
            self.printer.addItem(name, name)
        self.printer.addItem(_FILE_ONLY, KEEP_ONLY)
        wanted = self.desk.setting(PRINTER_SETTING) or default_printer()
        self.printer.setCurrentIndex(max(self.printer.findData(wanted), 0))
        self.area.setFocus()

    def show_sheet(self, sheet: Sheet) -> None:
        """Shows a drawn form; the pages are rendered in the worker thread."""
        self._sheet = sheet
        self.subtitle.setText(f"{sheet.title} · {sheet.file_name}")
        self.subtitle.setToolTip(self.subtitle.text())
        self.copies.setValue(sheet.parts)
        self.copies.setToolTip(_PARTS.format(sheet.parts) if sheet.parts > 1 else "")
        ratio = self.devicePixelRatioF()
        width = min(max(self.area.viewport().width() - metrics().em * 2, 400), metrics().chars(96))
        self.shell.tasks.run(partial(_rendered, sheet.pdf, width * ratio / _A4_INCHES), self._show_pages)

    def save(self) -> None:
        """Saves the PDF where the person chooses."""
        if self._sheet is None:
            return
        proposed = str(self.desk.exports() / self._sheet.file_name)
        chosen, _kind = QFileDialog.getSaveFileName(self, "Lưu bản in", proposed, "Tệp PDF (*.pdf)")
        if chosen:
            self.keep(Path(chosen))

    def keep(self, target: Path) -> None:
        """Writes the same bytes into a file."""
        if self._sheet is not None:
            self.shell.tasks.run(partial(_kept, self.desk, self._sheet, target), self._kept)

    def print_out(self) -> None:
        """Prints; without a printer the file is offered instead."""
        if self._sheet is None:
            return
        name = str(self.printer.currentData())
        self.desk.remember(PRINTER_SETTING, name)
        if name == KEEP_ONLY:
            self.keep(self.desk.exports() / self._sheet.file_name)
        else:
            work = partial(_printed, self.desk, self._sheet, name, self.copies.value())
            self.shell.tasks.run(work, self._printed, self._not_printed)

    def _show_pages(self, images: list[QImage]) -> None:
        page = QWidget()
        page.setObjectName("body")
        column = QVBoxLayout(page)
        column.setSpacing(metrics().space)
        for number, image in enumerate(images, 1):
            label = QLabel(page)
            image.setDevicePixelRatio(self.devicePixelRatioF())
            label.setPixmap(QPixmap.fromImage(image))
            label.setAccessibleName(f"Trang {number} trên {len(images)}")
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.area.setWidget(page)

    def _kept(self, path: Path) -> None:
        self.shell.say(f"Đã lưu bản in vào {path}", GOOD)

    def _printed(self, name: str) -> None:
        self.shell.say(f"Đã gửi bản in tới {name}.", GOOD)

    def _not_printed(self, error: BaseException) -> None:
        del error
        self.shell.say("Máy in chưa nhận bản in. Hồ sơ đã được lưu.", WARNING, Offer("Lưu tệp PDF", self.save))


def _rendered(pdf: bytes, dpi: float) -> list[QImage]:
    return [page_image(pdf, index, dpi) for index in range(page_count(pdf))]


def _kept(desk: Desk, sheet: Sheet, target: Path) -> Path:
    path = save_pdf(sheet.pdf, target)
    desk.printed(sheet, sheet.parts)
    return path


def _printed(desk: Desk, sheet: Sheet, printer: str, copies: int) -> str:
    print_pdf(sheet.pdf, printer, sheet.title, copies, sheet.parts)
    desk.printed(sheet, copies)
    return printer
