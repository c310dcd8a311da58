"""Đường truyền: what the line to the province is made of, the switch that spares it, and the proxy's name and password."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from qms_desktop.gui.desk_line import LineFacts
from qms_desktop.gui.messages import GOOD, WARNING
from qms_desktop.gui.screens.base import Shell, button, quiet_label, section_label
from qms_desktop.gui.theme import metrics
from qms_desktop.settings import METERED

_METERED = (
    "Khi bật: hồ sơ được gửi gộp sau 10 phút, mỗi giờ hỏi tỉnh một lần; bấm “Đồng bộ ngay” thì gửi, nhận ngay. "
    "Tệp đính kèm dừng hẳn, chờ có đường truyền khác."
)
_PROXY = "Chỉ gõ khi máy trung gian (proxy) của cơ quan đòi tên và mật khẩu. Mật khẩu nằm trong kho khóa của Windows."
_SCRIPT = (
    "Windows đang dùng tệp cấu hình proxy tự động (PAC), chương trình không đọc được: hãy nhờ người quản trị mạng đặt thẳng địa "
    "chỉ proxy, hoặc cho máy này đi thẳng."
)


class LinePage(QWidget):
    """Facts in words, a switch, and two boxes."""

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self._desk = shell.desk
        column = QVBoxLayout(self)
        column.setSpacing(metrics().gap * 2)
        self.facts = QLabel("", self)
        self.facts.setWordWrap(True)
        self.facts.setObjectName("line.facts")
        column.addWidget(self.facts)
        column.addSpacing(metrics().gap)
        self.metered = QCheckBox(METERED.label, self)
        self.metered.clicked.connect(self._keep_metered)
        column.addWidget(self.metered)
        column.addWidget(quiet_label(_METERED, self))
        column.addSpacing(metrics().space)
        column.addWidget(section_label("Proxy đòi mật khẩu", self))
        column.addWidget(quiet_label(_PROXY, self))
        column.addLayout(self._login())
        column.addStretch(1)

    def _login(self) -> QFormLayout:
        self.name = self._box("Tên đăng nhập proxy")
        self.password = self._box("Mật khẩu proxy")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.keep_button = button("Lưu và thử lại", self._keep_login, self)
        self.forget_button = button("Xóa tên và mật khẩu", self._forget_login, self)
        self.password.returnPressed.connect(self._keep_login)
        buttons = QHBoxLayout()
        buttons.setSpacing(metrics().gap * 2)
        buttons.addWidget(self.keep_button)
        buttons.addWidget(self.forget_button)
        buttons.addStretch(1)
        form = QFormLayout()
        form.addRow("Tên", self.name)
        form.addRow("Mật khẩu", self.password)
        form.addRow("", buttons)
        return form

    def _box(self, name: str) -> QLineEdit:
        box = QLineEdit(self)
        box.setAccessibleName(name)
        box.setFixedWidth(metrics().chars(30))
        return box

    def refresh(self) -> None:
        """Reads what is set and found; a box that is being typed in stays."""
        facts = self._desk.line()
        self.facts.setText("\n".join(_lines(facts)))
        self.metered.setChecked(facts.metered)
        self.forget_button.setEnabled(bool(facts.login))
        if not self.name.hasFocus() and not self.password.hasFocus() and not self.password.text():
            self.name.setText(facts.login)
        self.password.setPlaceholderText("đã lưu" if facts.login else "")

    def _keep_metered(self, on: bool) -> None:
        self._desk.use_metered(on)
        self._shell.say("Đang tiết kiệm đường truyền." if on else "Đồng bộ trở lại như thường.", GOOD)

    def _keep_login(self) -> None:
        name, password = self.name.text().strip(), self.password.text()
        if not name or not password:
            self._shell.say("Hãy gõ cả tên và mật khẩu proxy.", WARNING)
            (self.name if not name else self.password).setFocus()
            return
        self._shell.tasks.run(partial(self._desk.use_proxy_login, name, password), self._kept)

    def _kept(self, _nothing: None) -> None:
        self.password.clear()
        self._shell.saved("Đã lưu tên và mật khẩu proxy; đang thử lại đường truyền.")
        self.refresh()

    def _forget_login(self) -> None:
        self.name.clear()
        self.password.clear()
        self._shell.tasks.run(partial(self._desk.use_proxy_login, "", ""), self._forgotten)

    def _forgotten(self, _nothing: None) -> None:
        self._shell.saved("Đã xóa tên và mật khẩu proxy.")
        self.refresh()


def _lines(facts: LineFacts) -> list[str]:
    server = f"Máy chủ tỉnh: {facts.server}" if facts.server else "Máy này chưa ghi danh với tỉnh."
    proxy = f"Đi qua proxy mà hệ thống đặt: {facts.proxy}" if facts.proxy else "Đi thẳng, hệ thống không đặt proxy."
    return [line for line in (server, proxy, _SCRIPT if facts.script else "", facts.moved) if line]
