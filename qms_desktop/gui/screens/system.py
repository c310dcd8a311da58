"""Hệ thống: backup, restore, self-check, importing procedures, signing out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout

from qms_desktop.gui.actions import EVERYWHERE
from qms_desktop.gui.messages import GOOD, WARNING
from qms_desktop.gui.screens.base import Screen, Shell, button, card, quiet_label, section_label
from qms_desktop.gui.status import time_words
from qms_desktop.gui.theme import metrics

_BACKUP_FILES = "Tệp sao lưu (*.qmsbackup *.qmsb);;Mọi tệp (*)"
_JSON_FILES = "Tệp thủ tục (*.json);;Mọi tệp (*)"


class SystemScreen(Screen):
    """Care of the data, each as one sentence and one button."""

    name = "system"
    title = "Hệ thống"
    hint = "Tab đi qua từng việc; Enter hoặc phím cách để làm."
    contexts = frozenset({EVERYWHERE})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.who = QLabel("", self)
        self.head.addWidget(self.who)
        self.head.addWidget(button("Đổi người dùng", self._sign_out, self))
        frame, inner = card(self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(metrics().space)
        grid.setVerticalSpacing(metrics().space)
        grid.setColumnStretch(0, 1)
        self._last = quiet_label("", frame)
        self.backup_button = button("Sao lưu ngay", self._backup, frame)
        self.verify_button = button("Tự kiểm tra", self._verify, frame)
        self.import_button = button("Nhập tệp thủ tục", self._import, frame)
        self.restore_button = button("Khôi phục", self._restore, frame)
        self.code = QLineEdit(frame)
        self.code.setAccessibleName("Mã phục hồi")
        self.code.setPlaceholderText("mã phục hồi in khi thiết lập")
        self.code.setMaximumWidth(metrics().chars(44))
        self._row(grid, "Sao lưu", self._last, self.backup_button)
        words = "Tính lại toàn bộ nhật ký và so với dữ liệu đang dùng."
        self._row(grid, "Tự kiểm tra", quiet_label(words, frame), self.verify_button)
        words = "Nhận tệp xuất từ Cơ sở dữ liệu quốc gia về TTHC; điểm không hiểu được ghi là chưa xác minh."
        self._row(grid, "Nhập thủ tục", quiet_label(words, frame), self.import_button)
        words = "Chỉ dùng trên máy mới hoặc máy hỏng: cần tệp sao lưu và mã phục hồi."
        self._row(grid, "Khôi phục", quiet_label(words, frame), self.restore_button)
        grid.addWidget(self.code, grid.rowCount(), 0)
        inner.addLayout(grid)
        self.body.addWidget(frame)
        self.report = QPlainTextEdit(self)
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Kết quả")
        self.report.setPlaceholderText("Kết quả của việc vừa làm sẽ hiện ở đây.")
        self.body.addWidget(self.report, 1)

    def refresh(self) -> None:
        """Shows when the last backup was made."""
        last = self.desk.last_backup()
        now = self.desk.now()
        when = f"Bản gần nhất: {time_words(last, now)}." if last else "Chưa có bản sao lưu nào."
        self._last.setText(f"{when} Mỗi ngày máy tự sao lưu một lần; nên chép thêm ra ổ USB.")
        self.who.setText(self.desk.person_name())

    def open_with(self, argument: str) -> None:
        """Shows the page."""
        super().open_with(argument)
        self.backup_button.setFocus()

    def _row(self, grid: QGridLayout, title: str, words: QLabel, made: QPushButton) -> None:
        row = grid.rowCount()
        both = QVBoxLayout()
        both.setSpacing(0)
        both.addWidget(section_label(title, self))
        both.addWidget(words)
        grid.addLayout(both, row, 0)
        grid.addWidget(made, row, 1)

    def _backup(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Chọn nơi để bản sao lưu", str(self.desk.exports()))
        if chosen:
            self.back_up_to(Path(chosen))

    def back_up_to(self, folder: Path) -> None:
        """Writes a backup into that folder."""
        self.shell.tasks.run(partial(self.desk.backup, folder), self._backed_up)

    def _backed_up(self, path: Path) -> None:
        self.shell.say(f"Đã sao lưu vào {path}", GOOD)
        self.refresh()

    def _verify(self) -> None:
        self.report.setPlainText("Đang kiểm tra…")
        self.shell.tasks.run(self.desk.verify, self._verified)

    def _verified(self, faults: list[str]) -> None:
        self.report.setPlainText("\n".join(faults) or "Không thấy lỗi nào: chuỗi nhật ký nguyên vẹn, dữ liệu khớp với nhật ký.")
        if faults:
            self.shell.say(f"Thấy {len(faults)} điểm không khớp; xem bên dưới.", WARNING)

    def _import(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, "Chọn tệp thủ tục", "", _JSON_FILES)
        if chosen:
            self.import_from(Path(chosen))

    def import_from(self, path: Path) -> None:
        """Imports that file."""
        self.report.setPlainText("Đang nhập…")
        self.shell.tasks.run(partial(self.desk.import_procedures, path), self._imported)

    def _imported(self, lines: list[str]) -> None:
        self.report.setPlainText("\n".join(lines))
        self.shell.saved()

    def _restore(self) -> None:
        if not self.code.text().strip():
            self.shell.say("Hãy gõ mã phục hồi trước khi chọn tệp sao lưu.", WARNING)
            self.code.setFocus()
            return
        chosen, _kind = QFileDialog.getOpenFileName(self, "Chọn tệp sao lưu", "", _BACKUP_FILES)
        if chosen:
            self.shell.tasks.run(partial(self.desk.restore, Path(chosen), self.code.text().strip()), self._restored)

    def _restored(self, _nothing: None) -> None:
        self.code.clear()
        self.shell.say("Đã khôi phục. Hãy đăng nhập lại.", GOOD)
        self._sign_out()

    def _sign_out(self) -> None:
        self.desk.sign_out()
        self.shell.go("sign_in")
