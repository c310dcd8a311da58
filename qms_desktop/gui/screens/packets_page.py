"""Gói USB: the page of the sync screen for offices without a line."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from qms_desktop.gui.messages import GOOD
from qms_desktop.gui.screens.base import Shell, button, quiet_label
from qms_desktop.gui.screens.dossier_parts import ReadTable
from qms_desktop.gui.theme import metrics

_FILES = "Gói USB (*.qmspacket);;Mọi tệp (*)"
_WORDS = (
    "Khi không có mạng: xuất gói ra ổ USB, mang lên tỉnh hoặc sang máy khác, rồi nhập gói trả lời mang về. "
    "Gói được niêm phong, chỉ nơi nhận (hoặc mã phục hồi của tỉnh) mở được; nhập trùng hay sai thứ tự đều không sao."
)
_EMPTY = "Chưa có gói nào. Bấm “Xuất gói” để chép những gì nơi nhận chưa có ra ổ USB."


class PacketsPage(QWidget):
    """Two buttons and the list of what they did."""

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self._desk = shell.desk
        column = QVBoxLayout(self)
        column.addWidget(quiet_label(_WORDS, self))
        self.table = ReadTable("Gói đã lập và đã nhận", ("Lúc", "Gói", "Tình trạng"), (15, 0, 28), self, _EMPTY)
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(metrics().gap * 2)
        row.addStretch(1)
        label = QLabel("Gửi đến", self)
        self.receiver = QComboBox(self)
        self.receiver.setAccessibleName("Gửi gói đến")
        label.setBuddy(self.receiver)
        self.with_files = QCheckBox("Kèm tệp đính kèm", self)
        self.export_button = button("Xuất gói…", self._export, self)
        self.import_button = button("Nhập gói…", self._import, self)
        for widget in (label, self.receiver, self.with_files, self.export_button, self.import_button):
            row.addWidget(widget)
        column.addLayout(row)

    def refresh(self) -> None:
        """Reads the list and the receivers again; the chosen one stays."""
        items = self._desk.packets()
        rows = [(item.at, item.what, item.state) for item in items]
        self.table.show_rows(rows, [item.level for item in items], level_column=2)
        kept = self.receiver.currentData()
        self.receiver.clear()
        for receiver, name in self._desk.packet_receivers():
            self.receiver.addItem(name, receiver)
        self.receiver.setCurrentIndex(max(self.receiver.findData(kept), 0))

    def _chosen(self) -> str:
        return str(self.receiver.currentData() or "")

    def _export(self) -> None:
        proposed = str(self._desk.exports() / self._desk.packet_name(self._chosen()))
        chosen, _kind = QFileDialog.getSaveFileName(self, "Xuất gói ra ổ USB", proposed, _FILES)
        if chosen:
            self.export_to(Path(chosen))

    def export_to(self, file: Path) -> None:
        """Writes a packet for the chosen receiver."""
        made = partial(self._desk.export_packet, file, self._chosen(), self.with_files.isChecked())
        self._shell.tasks.run(made, self._done)

    def _import(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, "Nhập gói từ ổ USB", "", _FILES)
        if chosen:
            self.import_from(Path(chosen))

    def import_from(self, file: Path) -> None:
        """Takes a packet in."""
        self._shell.tasks.run(partial(self._desk.import_packet, file), self._done)

    def _done(self, words: str) -> None:
        self._shell.say(words, GOOD)
        self.refresh()
