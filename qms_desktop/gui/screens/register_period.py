"""Which period of the register is printed: two days on a line, and the usual periods by one key."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Field, Kind
from qms_desktop.gui.editors import LineEditor
from qms_desktop.gui.screens.base import button
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.values import problem

_FIRST = Field("first", "Từ ngày", Kind.DATE, required=True)
_LAST = Field("last", "Đến ngày", Kind.DATE, required=True)
_DAY_CHARS = 14


class PeriodBar(QFrame):
    """The line; ``chosen`` comes with the first and the last day."""

    chosen = Signal(object, object)

    def __init__(self, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._today = today
        column = QVBoxLayout(self)
        self._line = QHBoxLayout()
        self._line.setSpacing(metrics().gap * 2)
        self.first, self.last = self._editor(_FIRST), self._editor(_LAST)
        for text, slot in (("Tháng này", self._month), ("Tháng trước", self._month_before), ("Năm nay", self._year)):
            self._line.addWidget(button(text, slot, self, flat=True))
        self._line.addStretch(1)
        self._line.addWidget(button("Xem bản in", self._choose, self, primary=True))
        column.addLayout(self._line)
        self.fault = QLabel("", self)
        self.fault.setProperty("fault", True)
        self.fault.hide()
        column.addWidget(self.fault)
        self._month()

    def ask(self) -> None:
        """Shows the line, ready for typing."""
        self.show()
        self.first.widget.setFocus()

    def _editor(self, field: Field) -> LineEditor:
        label = QLabel(field.label, self)
        editor = LineEditor(field, self)
        label.setBuddy(editor.widget)
        editor.widget.setObjectName(f"period.{field.name}")
        editor.widget.setMaximumWidth(metrics().chars(_DAY_CHARS))
        editor.entered.connect(self._choose)
        self._line.addWidget(label)
        self._line.addWidget(editor.widget)
        return editor

    def _month(self) -> None:
        self._show(self._today.replace(day=1), self._today)

    def _month_before(self) -> None:
        last = self._today.replace(day=1) - timedelta(days=1)
        self._show(last.replace(day=1), last)

    def _year(self) -> None:
        self._show(self._today.replace(month=1, day=1), self._today)

    def _show(self, first: date, last: date) -> None:
        self.first.show_value(first.isoformat())
        self.last.show_value(last.isoformat())
        self._say("")

    def _choose(self) -> None:
        try:
            first, last = (date.fromisoformat(str(editor.value(self._today))) for editor in (self.first, self.last))
        except InputError as error:
            self._say(problem(error))
            return
        self._say("")
        self.chosen.emit(first, last)

    def _say(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.setVisible(bool(text))
