"""Hệ thống: backup, restore, self-check, importing procedures, signing out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from qms_desktop.gui.actions import EVERYWHERE
from qms_desktop.gui.form import WIDEST_CHARS
from qms_desktop.gui.messages import GOOD, WARNING
from qms_desktop.gui.screens.base import Screen, Shell, button, card, quiet_label, scrolled, section_label
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
        self.body.addWidget(scrolled(self._jobs(), "Các việc của hệ thống", self), 3)
        self.report = QPlainTextEdit(self)
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Kết quả")
        self.report.setPlaceholderText("Kết quả của việc vừa làm sẽ hiện ở đây.")
        self.report.setMinimumHeight(metrics().em * 4)
        self.report.hide()
        self.report.textChanged.connect(self.report.show)
        self.body.addWidget(self.report, 1)

    def _jobs(self) -> QFrame:
        frame, inner = card(self)
        frame.setMaximumWidth(metrics().chars(WIDEST_CHARS))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(metrics().space)
        self._grid.setVerticalSpacing(metrics().gap)
        self._grid.setColumnStretch(0, 1)
        self._last = quiet_label("", frame)
        self.backup_button = self._job("Sao lưu", self._last, "Sao lưu ngay", self._backup)
        words = quiet_label("Tính lại toàn bộ nhật ký và so với dữ liệu đang dùng.", frame)
        self.verify_button = self._job("Tự kiểm tra", words, "Tự kiểm tra", self._verify)
        words = quiet_label("Nhận tệp xuất từ Cơ sở dữ liệu quốc gia về TTHC; điểm không hiểu được ghi là chưa xác minh.", frame)
        self.import_button = self._job("Nhập thủ tục", words, "Nhập tệp thủ tục", self._import)
        words = quiet_label("Sổ Excel (kể cả .xls) hoặc tệp xuất từ hệ thống một cửa; xem trước từng dòng rồi mới nhập.", frame)
        self.register_button = self._job("Sổ hồ sơ cũ", words, "Nhập sổ cũ…", self._old_register)
        words = quiet_label("In phiếu trắng và hồ sơ đang giải quyết để dùng khi mất điện; nhập sau theo đúng giờ nhận.", frame)
        self.fallback_button = self._job("Khi mất điện, mất mạng", words, "Mở…", self._fallback)
        words = quiet_label("Khi chưa nối được với tỉnh: dùng tạm bộ quy trình mẫu đi kèm chương trình.", frame)
        self.models_button = self._job("Quy trình mẫu", words, "Nhập bộ mẫu", self._models)
        self.models_button.setObjectName("system.models")
        self.address = self._box("Địa chỉ máy chủ tỉnh", "https://…", frame)
        self.ticket = self._box("Mã ghi danh", "mã ghi danh do tỉnh cấp", frame)
        self._enrol_title = quiet_label("", frame)
        self.enrol_button = self._job("Ghi danh với tỉnh", self._enrol_title, "Ghi danh", self._enrol, self.address, self.ticket)
        self.code = self._box("Mã phục hồi", "mã phục hồi in khi thiết lập", frame)
        words = quiet_label("Lấy khóa của đơn vị khi không còn máy nào khác cho phép được máy này.", frame)
        self.unlock_button = self._job("Khóa của đơn vị", words, "Lấy khóa", self._unlock, self.code)
        words = quiet_label("Chỉ dùng trên máy mới hoặc máy hỏng: cần tệp sao lưu và mã phục hồi gõ ở ô ngay trên.", frame)
        self.restore_button = self._job("Khôi phục", words, "Khôi phục", self._restore)
        self.erase_code = self._box("Mã hồ sơ cần xóa", "mã hồ sơ đã kết thúc", frame)
        self.erase_decision = self._box("Số quyết định tiêu hủy", "số quyết định, biên bản", frame)
        words = quiet_label(
            "Hết thời hạn lưu: lãnh đạo ra lệnh, mọi máy và tỉnh xóa thông tin cá nhân; nhật ký còn nguyên.", frame
        )
        boxes = (self.erase_code, self.erase_decision)
        self.erase_button = self._job("Xóa thông tin cá nhân", words, "Ra lệnh xóa", self._erase, *boxes)
        inner.addLayout(self._grid)
        inner.addStretch(1)
        return frame

    def _job(self, title: str, words: QLabel, label: str, slot: Callable[[], object], *boxes: QLineEdit) -> QPushButton:
        row = self._grid.rowCount()
        made = button(label, slot, self)
        self._grid.addWidget(section_label(title, self), row, 0)
        self._grid.addWidget(words, row + 1, 0)
        self._grid.addWidget(made, row, 1, 2, 1)
        if boxes:
            line = QHBoxLayout()
            for box in boxes:
                line.addWidget(box)
            line.addStretch(1)
            self._grid.addLayout(line, row + 2, 0)
        self._grid.setRowMinimumHeight(row + 3, metrics().gap)
        return made

    def _box(self, name: str, hint: str, parent: QWidget) -> QLineEdit:
        box = QLineEdit(parent)
        box.setAccessibleName(name)
        box.setPlaceholderText(hint)
        box.setFixedWidth(metrics().chars(28))
        return box

    def refresh(self) -> None:
        """Shows when the last backup was made."""
        last = self.desk.last_backup()
        now = self.desk.now()
        when = f"Bản gần nhất: {time_words(last, now)}." if last else "Chưa có bản sao lưu nào."
        self._last.setText(f"{when} Mỗi ngày máy tự sao lưu một lần; nên chép thêm ra ổ USB.")
        self.who.setText(self.desk.person_name())
        enrolled, locked = self.desk.enrolled(), bool(self.desk.hindrance())
        self._enrol_title.setText("Máy này đã ghi danh." if enrolled else "Để trao đổi với tỉnh và với máy khác của đơn vị.")
        for widget in (self.address, self.ticket, self.enrol_button):
            widget.setVisible(not enrolled)
        self.unlock_button.setEnabled(locked)

    def open_with(self, argument: str) -> None:
        """Shows the page."""
        super().open_with(argument)
        self.backup_button.setFocus()

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
        self.shell.tasks.run(self.desk.verify, self._verified, self._not_done)

    def _verified(self, faults: list[str]) -> None:
        found = faults or ["Không thấy lỗi nào: chuỗi nhật ký nguyên vẹn, dữ liệu khớp với nhật ký."]
        self.report.setPlainText("\n".join((*found, *self.desk.erased())))
        if faults:
            self.shell.say(f"Thấy {len(faults)} điểm không khớp; xem bên dưới.", WARNING)

    def _old_register(self) -> None:
        self.shell.go("import_register")

    def _fallback(self) -> None:
        self.shell.go("fallback")

    def _import(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, "Chọn tệp thủ tục", "", _JSON_FILES)
        if chosen:
            self.import_from(Path(chosen))

    def import_from(self, path: Path) -> None:
        """Imports that file."""
        self.report.setPlainText("Đang nhập…")
        self.shell.tasks.run(partial(self.desk.import_procedures, path), self._imported, self._not_done)

    def _not_done(self, error: BaseException) -> None:
        """The message says why; no half-told report stays behind."""
        self.report.clear()
        self.report.hide()
        self.shell.tasks.fail(error)

    def _models(self) -> None:
        self.report.setPlainText("Đang nhập…")
        self.shell.tasks.run(self.desk.import_models, self._imported, self._not_done)

    def _imported(self, lines: list[str]) -> None:
        self.report.setPlainText("\n".join(lines))
        self.shell.saved()

    def _enrol(self) -> None:
        address, ticket = self.address.text().strip(), self.ticket.text().strip()
        if not address or not ticket:
            self.shell.say("Hãy gõ địa chỉ máy chủ tỉnh và mã ghi danh.", WARNING)
            (self.address if not address else self.ticket).setFocus()
            return
        self.report.setPlainText("Đang ghi danh…")
        self.shell.tasks.run(partial(self.desk.join, address, ticket, "Quầy tiếp nhận"), self._enrolled, self._not_done)

    def _enrolled(self, _office_there: bool) -> None:
        self.report.setPlainText("Đã ghi danh và đồng bộ lần đầu.")
        self.shell.saved("Máy này đã ghi danh với tỉnh.")
        self.refresh()

    def _unlock(self) -> None:
        code = self.code.text().strip()
        if not code:
            self.shell.say("Hãy gõ mã phục hồi.", WARNING)
            self.code.setFocus()
            return
        self.shell.tasks.run(partial(self.desk.unlock, code), self._unlocked)

    def _unlocked(self, _nothing: None) -> None:
        self.code.clear()
        self.shell.saved("Máy này đã có khóa của đơn vị.")
        self.refresh()

    def _erase(self) -> None:
        code, decision = self.erase_code.text().strip(), self.erase_decision.text().strip()
        if not code or not decision:
            self.shell.say("Hãy gõ mã hồ sơ và số quyết định, biên bản tiêu hủy.", WARNING)
            (self.erase_code if not code else self.erase_decision).setFocus()
            return
        self.shell.tasks.run(partial(self.desk.order_erasure, code, decision), self._ordered)

    def _ordered(self, words: str) -> None:
        self.erase_code.clear()
        self.erase_decision.clear()
        self.report.setPlainText(words)
        self.shell.saved(words)

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
