"""Putting a draft into force, in place below its page: from which day, by which decision."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.text import format_date, nfc, parse_date
from qms_desktop.gui.screens.base import button, quiet_label
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.values import problem


class ApprovalPanel(QFrame):
    """One line for the leader; ``approved`` brings the day (ISO) and the decision."""

    approved = Signal(str, str)

    def __init__(self, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self._today = today
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(metrics().gap)
        self.day = self._box("Có hiệu lực từ ngày", "ngày/tháng/năm", 13)
        self.decision = self._box("Quyết định ban hành số", "số quyết định", 26)
        self.fault = quiet_label("", self)
        self.fault.setProperty("fault", True)
        self.button = button("Phê duyệt", self._approve, self, primary=True)
        self.decision.setObjectName("approval.decision")
        row.addWidget(QLabel("Có hiệu lực từ", self))
        row.addWidget(self.day)
        row.addWidget(self.decision, 1)
        row.addWidget(self.fault, 1)
        row.addWidget(self.button)
        self.hide()

    def offer(self, possible: bool) -> None:
        """Shows the line where the person may approve, with today filled in."""
        self.setVisible(possible)
        if possible:
            self.day.setText(format_date(self._today))
            self.fault.setText("")
            self.fault.hide()

    def _box(self, name: str, hint: str, chars: int) -> QLineEdit:
        box = QLineEdit(self)
        box.setAccessibleName(name)
        box.setPlaceholderText(hint)
        box.setMaximumWidth(metrics().chars(chars))
        box.returnPressed.connect(self._approve)
        return box

    def _approve(self) -> None:
        decision = " ".join(nfc(self.decision.text()).split())
        try:
            day = parse_date(self.day.text(), today=self._today)
        except InputError as error:
            self._complain(problem(error))
            return
        if decision:
            self.approved.emit(day.isoformat(), decision)
        else:
            self._complain("Hãy ghi số quyết định.")
            self.decision.setFocus()

    def _complain(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.show()
