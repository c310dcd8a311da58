"""The few fields a move asks for, label above editor: the page's side is too narrow for two columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Field, Value
from qms_desktop.gui.editors import Editor, References, editor_for
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.values import problem


class _Asked(QObject):
    """One field: its label, its editor, the problem below it."""

    def __init__(self, field: Field, form: MoveForm, column: QVBoxLayout, references: References) -> None:
        super().__init__(form)
        self._form = form
        label = QLabel(f"{field.label} (bắt\u00a0buộc)" if field.required else field.label, form)
        label.setWordWrap(True)
        self.editor: Editor = editor_for(field, form, references)
        self.editor.widget.setObjectName(f"move.{field.name}")
        self.editor.show_value(field.default)
        label.setBuddy(self.editor.widget)
        self.fault = QLabel("", form)
        self.fault.setProperty("fault", True)
        self.fault.setWordWrap(True)
        self.fault.hide()
        self.widgets: tuple[QWidget, ...] = (label, self.editor.widget, self.fault)
        for widget in self.widgets:
            column.addWidget(widget)
        label.show()
        self.editor.widget.show()
        self.editor.left.connect(self._left)
        self.editor.edited.connect(self._edited)
        self.editor.entered.connect(self._entered)

    def value(self) -> Value:
        """The checked value; raises InputError after saying beside the field what is wrong."""
        try:
            value = self.editor.value(self._form.today)
        except InputError as error:
            self._say(problem(error))
            raise
        self._say("")
        return value

    def _say(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.setVisible(bool(text))
        self.editor.mark(bool(text))
        self.editor.widget.setAccessibleDescription(text or self.editor.field.help)

    def _left(self) -> None:
        if self.editor.raw() in (None, ""):
            return
        try:
            self.editor.show_value(self.value())
        except InputError:
            return

    def _edited(self) -> None:
        self._say("")

    def _entered(self) -> None:
        self._form.next_after(self)


class MoveForm(QWidget):
    """The fields. ``finished`` comes with Enter in the last one, ``went_on`` when another one got the focus."""

    finished = Signal()
    went_on = Signal()

    def __init__(self, parent: QWidget, references: References) -> None:
        super().__init__(parent)
        self._references = references
        self.today = date.min
        self._asked: list[_Asked] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(metrics().gap)

    def ask(self, fields: Sequence[Field], today: date) -> None:
        """Shows these fields, each with its default, instead of those shown before."""
        self.clear()
        self.today = today
        self._asked = [_Asked(field, self, self._column, self._references) for field in fields]

    def clear(self) -> None:
        """Asks nothing any more."""
        for asked in self._asked:
            for widget in asked.widgets:
                widget.setObjectName("")
                widget.hide()
                self._column.removeWidget(widget)
                widget.deleteLater()
            asked.deleteLater()
        self._asked = []

    def values(self) -> dict[str, Value] | None:
        """The checked values, or None: then every problem stands below its field and the first has the focus."""
        found: dict[str, Value] = {}
        wrong: list[_Asked] = []
        for asked in self._asked:
            try:
                found[asked.editor.field.name] = asked.value()
            except InputError:
                wrong.append(asked)
        if wrong:
            self._go_to(wrong[0].editor.widget)
            return None
        return found

    def problems(self) -> dict[str, str]:
        """The sentences shown below fields."""
        return {asked.editor.field.name: asked.fault.text() for asked in self._asked if asked.fault.text()}

    def in_order(self) -> list[QWidget]:
        """The editors as they stand."""
        return [asked.editor.widget for asked in self._asked]

    def next_after(self, asked: _Asked) -> None:
        """Enter: on to the next field, or finished."""
        later = self.in_order()[self._asked.index(asked) + 1 :]
        if later:
            self._go_to(later[0])
        else:
            self.finished.emit()

    def _go_to(self, editor: QWidget) -> None:
        editor.setFocus(Qt.FocusReason.TabFocusReason)
        self.went_on.emit()
