"""Tệp đính kèm: the files of a dossier or document; dropped, pasted or chosen, opened, saved, taken off."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from qms_desktop.domain.attachments import KINDS
from qms_desktop.gui.desk_files import FileItem
from qms_desktop.gui.messages import GOOD, NOTE, WARNING
from qms_desktop.gui.screens.base import Shell, button
from qms_desktop.gui.screens.dossier_parts import ReadTable
from qms_desktop.gui.theme import metrics

POLL_MS = 1_000
_HEADINGS = ("Tệp", "Dung lượng", "Đính kèm", "Tình trạng")
_EMPTY = "Chưa có tệp nào. Kéo tệp vào đây, dán (Ctrl+V) hoặc bấm “Đính kèm…”."
_KINDS = " ".join(f"*.{ending}" for ending in KINDS)
_ON_ITS_WAY = "Tệp chưa về đủ trên máy này; đã xếp lên đầu hàng chờ tải."


class FilesTable(ReadTable):
    """The list; Enter opens, Ctrl+V pastes, Delete asks for the reason."""

    opened = Signal()
    pasted = Signal()
    taken_off = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Tệp đính kèm", _HEADINGS, (0, 11, 26, 13), parent, _EMPTY)
        self.setObjectName("files.table")
        self.cellDoubleClicked.connect(self._double_clicked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.taken_off.emit()
        else:
            super().keyPressEvent(event)

    def _double_clicked(self, _row: int, _column: int) -> None:
        self.opened.emit()


class FilesPanel(QWidget):
    """List, buttons, and a line for the reason when a file is taken off. ``kind``: "dossier" or "revision"."""

    counted = Signal()

    def __init__(self, shell: Shell, kind: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self._desk = shell.desk
        self._kind = kind
        self._subject = ""
        self._items: list[FileItem] = []
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, metrics().gap, 0, 0)
        self.table = FilesTable(self)
        self.table.opened.connect(self.open)
        self.table.pasted.connect(self.paste)
        self.table.taken_off.connect(self.ask_reason)
        self.table.itemSelectionChanged.connect(self._selected)
        column.addWidget(self.table, 1)
        column.addLayout(self._buttons())
        column.addLayout(self._reason_line())
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.refresh)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(metrics().gap * 2)
        self.attach_button = button("Đính kèm…", self.choose, self)
        self.paste_button = button("Dán", self.paste, self)
        self.open_button = button("Mở", self.open, self)
        self.save_button = button("Lưu bản sao…", self.save_as, self)
        self.off_button = button("Bỏ tệp…", self.ask_reason, self)
        for each in (self.attach_button, self.paste_button):
            row.addWidget(each)
        row.addStretch(1)
        for each in (self.open_button, self.save_button, self.off_button):
            row.addWidget(each)
        return row

    def _reason_line(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.reason = QLineEdit(self)
        self.reason.setPlaceholderText("Lý do bỏ tệp")
        self.reason.setAccessibleName("Lý do bỏ tệp")
        self.reason.returnPressed.connect(self.take_off)
        self.confirm_button = button("Bỏ tệp này", self.take_off, self)
        row.addWidget(self.reason, 1)
        row.addWidget(self.confirm_button)
        self.fold()
        return row

    @property
    def title(self) -> str:
        """What the panel is called, with the number of its files."""
        return f"Tệp đính kèm ({len(self._items)})" if self._items else "Tệp đính kèm"

    def show_subject(self, subject: str) -> None:
        """Shows the files of another record."""
        if subject != self._subject:
            self.fold()
        self._subject = subject
        self.refresh()

    def refresh(self) -> None:
        """Reads the list again; the chosen row stays. While something is on its way it reads itself again."""
        self._items = self._desk.files(self._subject) if self._subject else []
        hindrance = self._desk.files_hindrance(self._kind) if self._subject else ""
        row = self.table.currentRow()
        rows = [(item.name, item.size, f"{item.at} {item.by}".strip(), item.state) for item in self._items]
        self.table.show_rows(rows, ["ok" if item.whole else "soon" for item in self._items], level_column=3)
        if 0 <= row < len(rows):
            self.table.selectRow(row)
        self.table.say_empty(hindrance or _EMPTY)
        for each in (self.attach_button, self.paste_button):
            each.setEnabled(not hindrance and bool(self._subject))
            each.setToolTip(hindrance)
        self._selected()
        self.counted.emit()
        on_its_way = self.isVisible() and any(not item.whole for item in self._items)
        self._poll.start() if on_its_way else self._poll.stop()

    def fold(self) -> bool:
        """Puts the question for the reason away; whether it was there."""
        was = not self.reason.isHidden()
        self.reason.hide()
        self.confirm_button.hide()
        self.reason.clear()
        return was

    def choose(self) -> None:
        """Files chosen with the system's dialog."""
        chosen, _kind = QFileDialog.getOpenFileNames(self, "Chọn tệp đính kèm", "", f"Tệp đính kèm ({_KINDS});;Mọi tệp (*)")
        self.attach([Path(name) for name in chosen])

    def attach(self, files: list[Path]) -> None:
        """Attaches files in the worker thread."""
        if files and self.attach_button.isEnabled():
            self._shell.tasks.run(partial(self._desk.attach_files, self._kind, self._subject, files), self._attached)

    def paste(self) -> None:
        """Files or a picture from the clipboard."""
        content = QGuiApplication.clipboard().mimeData()
        files = [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]
        image = QGuiApplication.clipboard().image()
        if files:
            self.attach(files)
        elif not image.isNull() and self.paste_button.isEnabled():
            made = partial(self._desk.attach_image, self._kind, self._subject, _png(image))
            self._shell.tasks.run(made, self._attached)
        else:
            self._shell.say("Trong bộ nhớ tạm không có tệp hay ảnh nào để dán.", NOTE)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome where they may be attached."""
        if event.mimeData().hasUrls() and self.attach_button.isEnabled():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attaches what was dropped."""
        self.attach([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def open(self) -> None:
        """Opens a copy with the system's program; a file that is not here yet is fetched first of all."""
        item = self._chosen()
        if item is None:
            return
        if item.whole:
            self._shell.tasks.run(partial(self._desk.open_file, item.id), self._show_copy)
        else:
            self._shell.tasks.run(partial(self._desk.want_file, item.id), self._wanted)

    def save_as(self) -> None:
        """Saves a copy where the person says."""
        item = self._chosen()
        if item is not None and item.whole:
            chosen, _kind = QFileDialog.getSaveFileName(self, "Lưu bản sao", str(self._desk.exports() / item.name))
            if chosen:
                self.save_to(Path(chosen))

    def save_to(self, target: Path) -> None:
        """Saves a copy of the chosen file there."""
        item = self._chosen()
        if item is not None:
            self._shell.tasks.run(partial(self._desk.save_file, item.id, target), self._saved)

    def ask_reason(self) -> None:
        """Asks why the chosen file is to be taken off."""
        if self._chosen() is not None:
            self.reason.show()
            self.confirm_button.show()
            self.reason.setFocus()

    def take_off(self) -> None:
        """Takes the chosen file off, with the reason typed."""
        item = self._chosen()
        if item is not None and self.reason.text().strip():
            self._shell.tasks.run(partial(self._desk.take_off_file, item.id, self.reason.text()), self._taken_off)
        else:
            self._shell.say("Hãy ghi lý do bỏ tệp.", WARNING)

    def _chosen(self) -> FileItem | None:
        row = self.table.currentRow()
        return self._items[row] if 0 <= row < len(self._items) else None

    def _selected(self) -> None:
        item = self._chosen()
        self.open_button.setEnabled(item is not None)
        self.off_button.setEnabled(item is not None)
        self.save_button.setEnabled(item is not None and item.whole)

    def _attached(self, said: str) -> None:
        self._shell.say(said, GOOD)
        self.refresh()
        self.table.setFocus()

    def _show_copy(self, copy: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy))):
            self._shell.say("Máy này không có chương trình mở loại tệp này; hãy lưu bản sao.", WARNING)

    def _wanted(self, _nothing: None) -> None:
        self._shell.say(_ON_ITS_WAY, NOTE)

    def _saved(self, target: Path) -> None:
        self._shell.say(f"Đã lưu bản sao vào {target}.", GOOD)

    def _taken_off(self, _nothing: None) -> None:
        self.fold()
        self._shell.saved("Đã bỏ tệp đính kèm.")
        self.refresh()


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, Qt a text
    return bytes(buffer.data().data())
