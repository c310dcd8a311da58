"""A question on a card in the page: a few fields, confirm, leave it. Enter goes on, Esc folds it; never a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from qms_desktop.domain.fields import Field
from qms_desktop.gui.editors import References
from qms_desktop.gui.screens.base import button, section_label, tab_through
from qms_desktop.gui.screens.move_form import MoveForm
from qms_desktop.gui.theme import metrics

_WIDTH_CHARS = 60


class QuestionBar(QFrame):
    """The card; ``wanted`` brings the checked values of its fields."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget, references: References) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        column = QVBoxLayout(self)
        self.head = section_label("", self)
        column.addWidget(self.head)
        self.form = MoveForm(self, references)
        self.form.setMaximumWidth(metrics().chars(_WIDTH_CHARS))
        self.form.finished.connect(self._confirm)
        column.addWidget(self.form)
        row = QHBoxLayout()
        self.confirm_button = button("Ghi nhận", self._confirm, self, primary=True)
        self.confirm_button.setAutoDefault(True)
        self._stop = button("Thôi (Esc)", self.fold, self)
        row.addWidget(self.confirm_button)
        row.addWidget(self._stop)
        row.addStretch(1)
        column.addLayout(row)
        self.hide()

    def ask(self, head: str, fields: Sequence[Field], today: date) -> None:
        """Shows the question, ready for typing."""
        self.head.setText(head)
        self.form.ask(fields, today)
        self.show()
        order = (*self.form.in_order(), self.confirm_button, self._stop)
        tab_through(order)
        order[0].setFocus(Qt.FocusReason.TabFocusReason)

    def fold(self) -> bool:
        """Takes the question away; whether there was one."""
        asked = self.isVisible()
        self.hide()
        self.form.clear()
        return asked

    def _confirm(self) -> None:
        values = self.form.values()
        if values is not None:
            self.wanted.emit(values)
