"""The pages of the set-up."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from qms_desktop.domain.fields import Field, Kind
from qms_desktop.domain.records.people import ROLES
from qms_desktop.domain.records.units import OFFICE, UNIT_KINDS
from qms_desktop.domain.text import nfc
from qms_desktop.gui.desk import Desk, NewPerson
from qms_desktop.gui.form import Form
from qms_desktop.gui.screens.base import DeskReferences, button, quiet_label, scrolled, section_label
from qms_desktop.gui.theme import PALETTE, metrics, scaled

BACKUP_FILES = "Tệp sao lưu (*.qmsb *.qmsbackup);;Mọi tệp (*)"
CODE_FILES = "Tệp văn bản (*.txt)"
LEAST_PIN = 4
PEOPLE_ROWS = 8
COMMUNE_KINDS = tuple(option for option in UNIT_KINDS if option.value in ("xa", "phuong", "dac_khu"))
OFFICE_FIELDS = (
    Field("unit_kind", "Loại đơn vị", Kind.CHOICE, required=True, options=COMMUNE_KINDS, default="xa"),
    Field("unit_name", "Tên xã, phường", Kind.TEXT, required=True, help="Chỉ tên riêng, ví dụ: Tân Hòa."),
    Field("unit", "Mã đơn vị", Kind.CODE, required=True, help="Mã năm chữ số của danh mục đơn vị hành chính."),
    OFFICE.field("reception"),
    OFFICE.field("address"),
    OFFICE.field("phone"),
    OFFICE.field("place"),
)
JOIN_FIELDS = (
    Field("server", "Địa chỉ máy chủ tỉnh", Kind.CODE, required=True, help="Ghi trên giấy ghi danh, bắt đầu bằng https."),
    Field("code", "Mã ghi danh", Kind.CODE, required=True, help="Dùng một lần; xin của quản trị tỉnh."),
    Field("pc_name", "Tên máy này", Kind.TEXT, required=True, default="Quầy tiếp nhận", help="Ví dụ: Quầy số 2."),
)


class WayPage(QWidget):
    """Three ways in, and one beside them. ``chosen`` brings "found", "join", "restore" or "practice"."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(metrics().gap)
        column.addWidget(quiet_label("Không cần mạng. Chỉ làm một lần trên máy này.", self))
        self.found = button("Lập đơn vị trên máy này", self._found, self, primary=True)
        self.join = button("Ghi danh vào hệ thống của tỉnh", self._join, self)
        self.restore = button("Khôi phục từ bản sao lưu", self._restore, self)
        self.practice = button("Tập thử", self._practice, self)
        self.code = QLineEdit(self)
        self.code.setPlaceholderText("mã phục hồi")
        self.code.setAccessibleName("Mã phục hồi")
        self.code.returnPressed.connect(self._restore)
        self.code.hide()
        rows = (
            (self.found, "Máy đầu tiên của xã, chưa có mã ghi danh. Ghi danh với tỉnh sau cũng được."),
            (self.join, "Đã có mã ghi danh của tỉnh, hoặc xã đã dùng phần mềm trên máy khác."),
            (self.restore, "Máy cũ hỏng: cần tệp sao lưu và mã phục hồi cất trong két."),
            (self.practice, "Khung vàng, công dân bịa, không gửi đi đâu; xong thì bấm một nút để làm thật."),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(metrics().space)
        grid.setVerticalSpacing(metrics().space)
        grid.setColumnStretch(1, 1)
        for row, (made, words) in enumerate(rows):
            made.setFixedWidth(metrics().chars(34))
            grid.addWidget(made, row, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(quiet_label(words, self), row, 1)
        self.code.setMinimumWidth(metrics().chars(30))
        grid.addWidget(self.code, len(rows), 1, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(metrics().space)
        column.addLayout(grid)
        column.addStretch(1)
        self.setFocusProxy(self.found)

    def ask_code(self) -> None:
        """Shows the box of the recovery code, which only the third way needs."""
        self.code.show()
        self.code.setFocus()

    def _found(self) -> None:
        self.chosen.emit("found")

    def _join(self) -> None:
        self.chosen.emit("join")

    def _practice(self) -> None:
        self.chosen.emit("practice")

    def _restore(self) -> None:
        self.chosen.emit("restore")


class OfficePage(QWidget):
    """What is printed on the slips."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(quiet_label("Những dòng này được in trên giấy hẹn; sửa lại được ở màn hình Đơn vị và lịch.", self))
        self.form = Form(OFFICE_FIELDS, DeskReferences(desk), desk.now().date(), self)
        column.addWidget(self.form, 1)
        self.setFocusProxy(next(iter(self.form.editors.values())).widget)


class JoinPage(QWidget):
    """Enrolment."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(quiet_label("Máy này sẽ nhận quy trình, lịch làm việc và dữ liệu của đơn vị từ tỉnh.", self))
        self.form = Form(JOIN_FIELDS, DeskReferences(desk), desk.now().date(), self)
        column.addWidget(self.form, 1)
        self.setFocusProxy(next(iter(self.form.editors.values())).widget)


class PeoplePage(QWidget):
    """Names, positions and roles in a short grid; the first line is the person at the keyboard."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        words = "Dòng đầu là bạn. Cần ít nhất một thư ký ISO hoặc lãnh đạo; thêm người sau cũng được."
        column.addWidget(quiet_label(words, self))
        body = QWidget(self)
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, metrics().gap, 0)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 4)
        for number, title in enumerate(("Họ và tên", "Vị trí công tác", "Vai trò")):
            grid.addWidget(section_label(title, body), 0, number)
        self.rows = [self._row(grid, body, number) for number in range(1, PEOPLE_ROWS + 1)]
        grid.setRowStretch(PEOPLE_ROWS + 1, 1)
        column.addWidget(scrolled(body, "Danh sách người", self), 1)
        row = QHBoxLayout()
        label = QLabel("Mã PIN của bạn (bắt\u00a0buộc, 4 đến 12 chữ số)", self)
        self.pin_box = QLineEdit(self)
        self.pin_box.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin_box.setAccessibleName("Mã PIN của bạn, bắt buộc")
        self.pin_box.setMaximumWidth(metrics().chars(16))
        label.setBuddy(self.pin_box)
        row.addWidget(label)
        row.addWidget(self.pin_box)
        row.addStretch(1)
        column.addLayout(row)
        self.setFocusProxy(self.rows[0][0])

    def people(self) -> tuple[NewPerson, ...]:
        """The people named; empty if nobody may lead."""
        found = []
        for name, position, role in self.rows:
            words = " ".join(nfc(name.text()).split())
            if words:
                place = " ".join(nfc(position.text()).split()) or role.currentText()
                found.append(NewPerson(words, place, tuple(str(role.currentData()).split(","))))
        leads = any({"IS", "LD", "SY"} & set(person.roles) for person in found)
        return tuple(found) if leads else ()

    def pin(self) -> str:
        """The PIN, or an empty text if it is too short or no number."""
        text = self.pin_box.text().strip()
        return text if text.isdigit() and len(text) >= LEAST_PIN else ""

    def fault(self) -> str:
        """What is still wrong."""
        if not self.people():
            return "Cần ít nhất một người là thư ký ISO hoặc lãnh đạo."
        return "Mã PIN phải gồm 4 đến 12 chữ số."

    def _row(self, grid: QGridLayout, parent: QWidget, number: int) -> tuple[QLineEdit, QLineEdit, QComboBox]:
        name, position, role = QLineEdit(parent), QLineEdit(parent), QComboBox(parent)
        name.setAccessibleName(f"Họ và tên người thứ {number}")
        position.setAccessibleName(f"Vị trí công tác người thứ {number}")
        role.setAccessibleName(f"Vai trò người thứ {number}")
        if number == 1:
            role.addItem("Thư ký ISO và tiếp nhận", "IS,CL")
        for option in ROLES:
            if option.value not in ("PA", "PI"):
                role.addItem(option.label, option.value)
        role.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        role.setMinimumContentsLength(22)
        for box in (name, position):
            box.editingFinished.connect(self._show_starts)
        for column, widget in enumerate((name, position, role)):
            grid.addWidget(widget, number, column)
        return name, position, role

    def _show_starts(self) -> None:
        """A line too long for its box is read from its first letter once it is left."""
        for box in (box for name, position, _ in self.rows for box in (name, position) if not box.hasFocus()):
            box.setCursorPosition(0)


class CodePage(QWidget):
    """The recovery code, shown once."""

    print_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._code = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(metrics().space)
        words = (
            "Đây là mã phục hồi của đơn vị. Khi mọi máy hỏng, chỉ mã này cùng bản sao lưu mở lại được dữ liệu. "
            "Mã chỉ hiện một lần: hãy in ra, cất vào két của cơ quan, không chụp ảnh, không gửi qua mạng."
        )
        column.addWidget(quiet_label(words, self))
        self.label = QLabel("", self)
        self.label.setFont(scaled(18, self.label.font().weight().DemiBold))
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setStyleSheet(
            f"background: {PALETTE.surface}; border: 1px solid {PALETTE.edge}; padding: {metrics().space}px; border-radius: 4px;"
        )
        column.addWidget(self.label)
        row = QHBoxLayout()
        self.print_button = button("Lưu tờ mã để in", self._print, self)
        row.addWidget(self.print_button)
        row.addWidget(button("Chép mã", self._copy, self))
        row.addStretch(1)
        column.addLayout(row)
        self.note = quiet_label("", self)
        column.addWidget(self.note)
        self.done = QCheckBox("Đã cất mã phục hồi vào nơi an toàn", self)
        self.done.setAccessibleName(self.done.text())
        column.addWidget(self.done)
        column.addStretch(1)
        self.setFocusProxy(self.print_button)

    def show_code(self, code: str) -> None:
        """Shows the code."""
        self._code = code
        self.label.setText(code)
        self.label.setAccessibleName(f"Mã phục hồi {code}")

    def kept(self) -> bool:
        """Whether the person says it is in a safe place."""
        return self.done.isChecked()

    def keep_sheet(self, path: Path) -> None:
        """Says where the sheet lies."""
        self.note.setText(f"Đã lưu tờ mã: {path}. In xong hãy xóa tệp này.")

    def _print(self) -> None:
        self.print_wanted.emit(self._code)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code)
