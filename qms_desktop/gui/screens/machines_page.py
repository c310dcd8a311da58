"""Máy của đơn vị: letting new PCs in, and shutting out one that is lost."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from qms_desktop.gui.desk import Row
from qms_desktop.gui.messages import WARNING
from qms_desktop.gui.screens.base import Shell, button, quiet_label
from qms_desktop.gui.screens.dossier_parts import ReadTable
from qms_desktop.gui.theme import metrics

_WAITING = "Máy mới đã ghi danh với tỉnh cần được một máy cũ cho phép thì mới đọc được hồ sơ của đơn vị."
_LOST = (
    "Máy mất, hỏng, bán hay bị lấy cắp: thu hồi ngay. Việc máy đó đã gửi về tỉnh vẫn có giá trị; việc gửi sau đó thì không. "
    "Khi liên lạc lại, máy nộp phần còn giữ rồi tự xóa dữ liệu. Các máy còn lại dùng khóa mới."
)

_LOCKED = (
    "Hồ sơ của đơn vị cũ chưa đọc được ({}): nhờ một máy của đơn vị cũ bấm “Cho phép máy mới”, hoặc gõ mã phục hồi của đơn vị đó."
)


class MachinesPage(QWidget):
    """Two tables with what can be done about a PC; below them the code of an old unit, while its key is missing."""

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self._desk = shell.desk
        self._waiting: list[Row] = []
        self._all: list[Row] = []
        column = QVBoxLayout(self)
        column.addWidget(quiet_label(_WAITING, self))
        heads = ("Tên máy", "Dấu của máy (đọc qua điện thoại để đối chiếu)")
        self.waiting = ReadTable("Máy chờ cho phép", heads, (24, 0), self, "Không có máy nào chờ.")
        column.addWidget(self.waiting, 1)
        self.admit_button = button("Cho phép máy mới", self._admit, self)
        column.addWidget(self.admit_button, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(quiet_label(_LOST, self))
        self.machines = ReadTable("Máy của đơn vị", ("Tên máy", "Tình trạng"), (24, 0), self, "Chưa có máy nào ghi danh.")
        column.addWidget(self.machines, 2)
        column.addLayout(self._revoking())
        self.old_units = quiet_label("", self)
        self.old_code = QLineEdit(self)
        self.old_code.setAccessibleName("Mã phục hồi của đơn vị cũ")
        self.old_code.setPlaceholderText("Mã phục hồi của đơn vị cũ")
        self.old_code.setFixedWidth(metrics().chars(44))
        self.old_button = button("Lấy khóa đơn vị cũ", self._open_old, self)
        column.addWidget(self.old_units)
        column.addLayout(self._opening())

    def _opening(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(metrics().gap * 2)
        row.addStretch(1)
        row.addWidget(self.old_code)
        row.addWidget(self.old_button)
        return row

    def _revoking(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(metrics().gap * 2)
        self.copy_button = button("Giao quyền như máy cũ", self._grant, self)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        self.reason = QLineEdit(self)
        self.reason.setAccessibleName("Lý do thu hồi")
        self.reason.setPlaceholderText("Lý do thu hồi")
        self.reason.setFixedWidth(metrics().chars(28))
        self.revoke_button = button("Thu hồi máy đang chọn", self._revoke, self)
        row.addWidget(self.reason)
        row.addWidget(self.revoke_button)
        return row

    def refresh(self) -> None:
        """Reads both lists again."""
        self._waiting = self._desk.machines_waiting()
        self.waiting.show_rows([(str(row.get("name") or ""), str(row.get("fingerprint") or "")) for row in self._waiting])
        self.admit_button.setEnabled(bool(self._waiting))
        if self._waiting:
            self.waiting.selectRow(0)
        self._all = self._desk.machines()
        self.machines.show_rows([(str(row["name"]), str(row["state"])) for row in self._all])
        locked = self._desk.locked_units()
        self.old_units.setText(_LOCKED.format(", ".join(locked)) if locked else "")
        for widget in (self.old_units, self.old_code, self.old_button):
            widget.setVisible(bool(locked))
        self.copy_button.setVisible(any(row["copy"] for row in self._all))
        self.revoke_button.setEnabled(any(row["welcome"] and not row["own"] for row in self._all))

    def _admit(self) -> None:
        place = max(self.waiting.currentRow(), 0)
        if place < len(self._waiting):
            machine = str(self._waiting[place]["id"])
            self._shell.tasks.run(partial(self._desk.admit, machine), self._admitted)

    def _admitted(self, _nothing: None) -> None:
        self._shell.saved("Đã cho phép máy mới. Máy đó đọc được hồ sơ sau lần đồng bộ tới.")
        self.refresh()

    def _open_old(self) -> None:
        code = self.old_code.text().strip()
        if not code:
            self._shell.say("Hãy gõ mã phục hồi của đơn vị cũ.", WARNING)
            self.old_code.setFocus()
            return
        self._shell.tasks.run(partial(self._desk.unlock, code), self._opened_old)

    def _opened_old(self, _nothing: None) -> None:
        self.old_code.clear()
        self._shell.saved("Máy này đã đọc được hồ sơ của đơn vị cũ.")
        self.refresh()

    def _grant(self) -> None:
        """For the copy that is chosen, or the only one."""
        place, copies = self.machines.currentRow(), [row for row in self._all if row["copy"]]
        chosen = [row for row in copies if place >= 0 and row is self._all[place]] or copies
        if len(chosen) != 1:
            self._shell.say("Hãy chọn máy sao chép trong danh sách.", WARNING)
            self.machines.setFocus()
            return
        self._shell.tasks.run(partial(self._desk.grant_to_copy, str(chosen[0]["id"])), self._granted)

    def _granted(self, _nothing: None) -> None:
        self._shell.saved("Đã giao cho máy sao chép các quyền của máy cũ.")
        self.refresh()

    def _revoke(self) -> None:
        place = self.machines.currentRow()
        chosen = self._all[place] if 0 <= place < len(self._all) else None
        if chosen is None or chosen["own"] or not chosen["welcome"]:
            self._shell.say("Hãy chọn một máy khác đang dùng trong danh sách.", WARNING)
            self.machines.setFocus()
            return
        if not self.reason.text().strip():
            self._shell.say("Hãy ghi lý do thu hồi.", WARNING)
            self.reason.setFocus()
            return
        work = partial(self._desk.revoke_machine, str(chosen["id"]), self.reason.text().strip())
        self._shell.tasks.run(work, self._revoked)

    def _revoked(self, _nothing: None) -> None:
        self.reason.clear()
        self._shell.saved("Đã đề nghị tỉnh thu hồi máy. Từ bây giờ hồ sơ được niêm phong bằng khóa mới.")
        self.refresh()
