"""One editor per kind of field. None of them changes text while it is being typed; tidying waits until the field is left."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Field, Kind, Value
from qms_desktop.domain.text import nfc
from qms_desktop.gui.suggestions import Match, SuggestEdit
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.undo_keys import passes_undo_on
from qms_desktop.gui.values import parsed, shown

HINTS = {
    Kind.DATE: "ngày/tháng/năm",
    Kind.MOMENT: "ngày/tháng/năm giờ:phút",
    Kind.PHONE: "ví dụ 0912 345 678",
    Kind.MONEY: "số đồng",
}


class References(Protocol):
    """Finds records for a reference field."""

    def matches(self, kind: str, text: str) -> Sequence[Match]:
        """Records of a kind that answer what was typed."""

    def title(self, kind: str, record: str) -> str:
        """The words by which a record is known."""


class Editor(QObject):
    """Common to all editors: a widget, its raw content for drafts, its checked value."""

    edited = Signal()
    left = Signal()
    entered = Signal()

    def __init__(self, field: Field, widget: QWidget) -> None:
        super().__init__(widget)
        self.field = field
        self.widget = widget
        name = field.label + (", bắt buộc" if field.required else "")
        widget.setAccessibleName(name)
        widget.setAccessibleDescription(field.help)
        widget.setObjectName(f"field.{field.name}")
        widget.installEventFilter(self)

    @abstractmethod
    def raw(self) -> Value:
        """What stands in the widget, checked or not."""

    @abstractmethod
    def set_raw(self, raw: Value) -> None:
        """Puts back what raw() gave."""

    @abstractmethod
    def value(self, today: date) -> Value:
        """The checked value; raises InputError."""

    @abstractmethod
    def show_value(self, value: Value) -> None:
        """Shows a stored value."""

    def mark(self, faulty: bool) -> None:
        """Draws the widget as faulty; the sentence stands beside it."""
        if bool(self.widget.property("faulty")) != faulty:
            self.widget.setProperty("faulty", faulty)
            self.widget.style().unpolish(self.widget)
            self.widget.style().polish(self.widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leaving the field, and Enter for the next field."""
        if watched is self.widget and passes_undo_on(self.widget, event):
            return True
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
                self.left.emit()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._is_next(event):
            self.entered.emit()
            return True
        elif event.type() == QEvent.Type.Wheel and isinstance(event, QWheelEvent) and not self.widget.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _is_next(self, event: QKeyEvent) -> bool:
        return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )


class LineEditor(Editor):
    """Text, names, codes, numbers, dates: one line."""

    def __init__(self, field: Field, parent: QWidget) -> None:
        self._line = QLineEdit(parent)
        super().__init__(field, self._line)
        self._line.setPlaceholderText(HINTS.get(field.kind, ""))
        if field.kind in (Kind.DATE, Kind.MOMENT, Kind.PHONE, Kind.ID_NUMBER, Kind.INTEGER, Kind.MONEY, Kind.CODE):
            self._line.setMaximumWidth(metrics().chars(30))
        self._line.textEdited.connect(self._changed)

    def raw(self) -> Value:
        """The text as typed."""
        return nfc(self._line.text())

    def set_raw(self, raw: Value) -> None:
        """Puts text back."""
        self._line.setText("" if raw is None else str(raw))

    def value(self, today: date) -> Value:
        """The parsed text."""
        return parsed(self.field, self._line.text(), today)

    def show_value(self, value: Value) -> None:
        """Shows a stored value and starts from its left end."""
        self._line.setText(shown(self.field, value))
        self._line.setCursorPosition(0)

    def _changed(self, _text: str) -> None:
        self.edited.emit()


class NoteEditor(Editor):
    """Several lines; Enter goes to the next field as everywhere, Shift+Enter starts a new line."""

    def __init__(self, field: Field, parent: QWidget) -> None:
        self._note = QPlainTextEdit(parent)
        super().__init__(field, self._note)
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(metrics().em * 3 + metrics().space)
        self._note.setPlaceholderText("Shift+Enter để xuống dòng")
        self._note.textChanged.connect(self._changed)
        self._quiet = False

    def raw(self) -> Value:
        """The text as typed."""
        return nfc(self._note.toPlainText())

    def set_raw(self, raw: Value) -> None:
        """Puts text back."""
        self._quiet = True
        self._note.setPlainText("" if raw is None else str(raw))
        self._quiet = False

    def value(self, today: date) -> Value:
        """The text, tidied."""
        return parsed(self.field, self._note.toPlainText(), today)

    def show_value(self, value: Value) -> None:
        """Shows a stored text."""
        self.set_raw(value)

    def _changed(self) -> None:
        if not self._quiet:
            self.edited.emit()


class ChoiceEditor(Editor):
    """One of a few values; letters jump, arrows choose."""

    def __init__(self, field: Field, parent: QWidget) -> None:
        self._box = QComboBox(parent)
        super().__init__(field, self._box)
        if not field.required or field.default is None:
            self._box.addItem("—", None)
        for option in field.options:
            self._box.addItem(option.label, option.value)
        self._box.setMaximumWidth(metrics().chars(42))
        self._box.setMinimumContentsLength(8)
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._box.activated.connect(self._changed)

    def raw(self) -> Value:
        """The chosen value."""
        data: Value = self._box.currentData()
        return data

    def set_raw(self, raw: Value) -> None:
        """Chooses a value; one this program does not know is added as it is."""
        at = self._box.findData(raw)
        if at < 0 and raw not in (None, ""):
            self._box.addItem(str(raw), raw)
            at = self._box.count() - 1
        self._box.setCurrentIndex(max(at, 0))

    def value(self, today: date) -> Value:
        """The chosen value; required ones must be chosen."""
        del today
        if self.raw() is None and self.field.required:
            raise InputError("QMS-189", f"Chưa chọn “{self.field.label}”.", do="Hãy chọn một mục.", safe="")
        return self.raw()

    def show_value(self, value: Value) -> None:
        """Shows a stored value."""
        self.set_raw(value)

    def _changed(self, _index: int) -> None:
        self.edited.emit()


class FlagEditor(Editor):
    """Yes or no."""

    def __init__(self, field: Field, parent: QWidget) -> None:
        self._box = QCheckBox("Có", parent)
        super().__init__(field, self._box)
        self._box.clicked.connect(self._changed)

    def raw(self) -> Value:
        """Whether it is ticked."""
        return self._box.isChecked()

    def set_raw(self, raw: Value) -> None:
        """Ticks it or not."""
        self._box.setChecked(bool(raw))

    def value(self, today: date) -> Value:
        """Whether it is ticked."""
        del today
        return self._box.isChecked()

    def show_value(self, value: Value) -> None:
        """Shows a stored value."""
        self._box.setChecked(bool(value))

    def _changed(self, _checked: bool) -> None:
        self.edited.emit()


class ReferenceEditor(Editor):
    """Another record, chosen by typing a part of its words."""

    def __init__(self, field: Field, parent: QWidget, references: References) -> None:
        self._references = references
        self._record = ""
        self._line = SuggestEdit(self._find, parent, on_focus=True)
        super().__init__(field, self._line)
        self._line.setPlaceholderText("gõ vài chữ để tìm")
        self._line.taken.connect(self._take)
        self._line.entered.connect(self._enter)
        self._line.textEdited.connect(self._typed)

    def wait_for_typing(self) -> None:
        """Offers nothing on mere focus, only when something is typed or with arrow down: where the field may stay empty."""
        self._line.on_focus = False

    def raw(self) -> Value:
        """The chosen record."""
        return self._record or None

    def set_raw(self, raw: Value) -> None:
        """Chooses a record."""
        self._record = "" if raw is None else str(raw)
        title = self._references.title(self.field.refers, self._record) if self._record else ""
        self._line.setText(title)
        self._line.setCursorPosition(0)

    def value(self, today: date) -> Value:
        """The chosen record; typed words that were not taken from the list are an error."""
        del today
        if not self._record and self._line.text().strip():
            raise InputError("QMS-187", "Chưa chọn mục nào trong danh sách.", do="Hãy gõ vài chữ rồi Enter.", safe="")
        if not self._record and self.field.required:
            raise InputError("QMS-189", f"Chưa chọn “{self.field.label}”.", do="Hãy gõ vài chữ rồi Enter.", safe="")
        return self._record or None

    def show_value(self, value: Value) -> None:
        """Shows a stored reference."""
        self.set_raw(value)

    def _is_next(self, event: QKeyEvent) -> bool:
        del event
        return False

    def _find(self, text: str) -> Sequence[Match]:
        return self._references.matches(self.field.refers, text)

    def _typed(self, _text: str) -> None:
        self._record = ""
        self.edited.emit()

    def _take(self, record: str) -> None:
        self.set_raw(record)
        self.edited.emit()
        self.entered.emit()

    def _enter(self, _text: str) -> None:
        self.entered.emit()


Make = Callable[[Field, QWidget], Editor]


def editor_for(field: Field, parent: QWidget, references: References) -> Editor:
    """The editor of a field's kind."""
    if field.kind is Kind.REFERENCE:
        return ReferenceEditor(field, parent, references)
    if field.kind is Kind.CHOICE:
        return ChoiceEditor(field, parent)
    if field.kind is Kind.FLAG:
        return FlagEditor(field, parent)
    if field.kind is Kind.NOTE:
        return NoteEditor(field, parent)
    return LineEditor(field, parent)
