"""Đăng nhập: choose your name, type your PIN."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QSizePolicy, QVBoxLayout

from qms_desktop.domain.errors import AppError
from qms_desktop.domain.text import match_rank
from qms_desktop.gui.desk import PersonChoice
from qms_desktop.gui.screens.base import Screen, Shell, button, card, quiet_label, title_label
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.values import problem


class SignIn(Screen):
    """The page before everything else."""

    name = "sign_in"
    hint = "Chọn tên của bạn bằng mũi tên, Enter, rồi gõ mã PIN."

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._people: dict[str, PersonChoice] = {}
        frame, inner = card(self)
        frame.setMaximumWidth(metrics().chars(70))
        frame.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        inner.setContentsMargins(*(metrics().space * 2,) * 4)
        self._unit = QLabel("", self)
        self._unit.setProperty("quiet", True)
        inner.addWidget(self._unit)
        inner.addWidget(title_label("Bạn là ai?", self))
        self.names = QListWidget(self)
        self.names.setAccessibleName("Tên người đăng nhập")
        self.names.setMinimumHeight(metrics().row * 5)
        self.names.setMaximumHeight(metrics().row * 10)
        self.names.currentItemChanged.connect(self._chosen)
        self.names.itemActivated.connect(self._to_pin)
        self.names.itemClicked.connect(self._to_pin)
        inner.addWidget(self.names)
        inner.addLayout(self._pin_row())
        self.note = quiet_label("", self)
        self.fault = quiet_label("", self)
        self.fault.setProperty("fault", True)
        inner.addWidget(self.note)
        inner.addWidget(self.fault)
        self.practice_button = button("Tập thử với công dân bịa", shell.practise, self, flat=True)
        inner.addWidget(self.practice_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._centre(frame)

    def _pin_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        label = QLabel("Mã PIN", self)
        self.pin = QLineEdit(self)
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName("Mã PIN")
        self.pin.setMaxLength(12)
        self.pin.setMaximumWidth(metrics().chars(16))
        self.pin.returnPressed.connect(self._enter)
        label.setBuddy(self.pin)
        self.enter_button = button("Vào làm việc (Enter)", self._enter, self, primary=True)
        row.addWidget(label)
        row.addWidget(self.pin)
        row.addStretch(1)
        row.addWidget(self.enter_button)
        return row

    def _centre(self, frame: QFrame) -> None:
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(frame, 4)
        middle.addStretch(1)
        column = QVBoxLayout()
        column.addStretch(1)
        column.addLayout(middle)
        column.addStretch(2)
        self.body.addLayout(column)

    def refresh(self) -> None:
        """Reads the people of this office."""
        self._unit.setText(self.desk.unit_title())
        self._people = {person.id: person for person in self.desk.people()}
        last = self.desk.setting("sign_in.person")
        self.names.clear()
        for person in self._people.values():
            item = QListWidgetItem(f"{person.name}   ·   {person.position}" if person.position else person.name)
            item.setData(Qt.ItemDataRole.UserRole, person.id)
            self.names.addItem(item)
            if person.id == last:
                self.names.setCurrentItem(item)
        if self.names.currentRow() < 0 and self.names.count():
            self.names.setCurrentRow(0)
        self.pin.clear()
        (self.pin if last in self._people else self.names).setFocus()

    def choose(self, text: str) -> None:
        """Chooses the first person whose name answers."""
        for row in range(self.names.count()):
            person = self._people[str(self.names.item(row).data(Qt.ItemDataRole.UserRole))]
            if match_rank(text, person.name) is not None:
                self.names.setCurrentRow(row)
                return

    def _person(self) -> str:
        row = self.names.currentRow()
        return str(self.names.item(row).data(Qt.ItemDataRole.UserRole)) if row >= 0 else ""

    def _chosen(self, _now: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        person = self._people.get(self._person())
        new = person is not None and not person.has_pin
        self.note.setText("Lần đầu trên máy này: hãy đặt mã PIN gồm 4 đến 12 chữ số và nhớ kỹ." if new else "")
        self.fault.setText("")

    def _to_pin(self, _item: QListWidgetItem) -> None:
        self.pin.setFocus()

    def _enter(self) -> None:
        person = self._person()
        try:
            self.desk.sign_in(person, self.pin.text())
        except AppError as error:
            self.fault.setText(problem(error))
            self.pin.selectAll()
            self.pin.setFocus()
            return
        self.desk.remember("sign_in.person", person)
        self.pin.clear()
        self.shell.entered()
