"""A form built from field definitions: label, editor, problem beside the field; sections fold; drafts survive a crash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Field, Kind, Value
from qms_desktop.gui.editors import Editor, References, editor_for
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.values import problem, shown

LABEL_CHARS = 24
LEAST_LABEL_CHARS = 13
READ_LABEL_CHARS = 19
WIDEST_CHARS = 100
"""No line of a form grows wider than this: on a large screen the eye would lose the label."""


class _Line(QObject):
    """One row: label, editor, help, problem. The problem shows when the field is left with something wrong in it."""

    def __init__(self, editor: Editor, grid: QGridLayout, form: Form) -> None:
        super().__init__(form)
        self.editor = editor
        self._form = form
        row = grid.rowCount()
        parent = editor.widget.parentWidget()
        label = QLabel(_label(editor.field), parent)
        label.setWordWrap(True)
        label.setFixedWidth(metrics().chars(form.label_chars))
        label.setBuddy(editor.widget)
        label.setContentsMargins(0, metrics().gap + 1, 0, 0)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(editor.widget, row, 1)
        self.note = QLabel(editor.field.help, parent)
        self.note.setProperty("quiet", True)
        self.note.setWordWrap(True)
        self.note.setVisible(bool(editor.field.help))
        grid.addWidget(self.note, row + 1, 1)
        self.fault = QLabel("", parent)
        self.fault.setProperty("fault", True)
        self.fault.setWordWrap(True)
        self.fault.hide()
        grid.addWidget(self.fault, row + 2, 1)
        self.label = label
        editor.left.connect(self._left)
        editor.edited.connect(self._edited)
        editor.entered.connect(self._entered)

    def value(self) -> Value:
        """The checked value; raises InputError."""
        return self.editor.value(self._form.today)

    def show_fault(self, text: str) -> None:
        """Shows or clears the sentence beside the field."""
        self.fault.setText(text)
        self.fault.setVisible(bool(text))
        self.editor.mark(bool(text))
        self.editor.widget.setAccessibleDescription(text or self.editor.field.help)

    def setVisible(self, visible: bool) -> None:
        """Folds or unfolds the row."""
        for widget in (self.label, self.editor.widget):
            widget.setVisible(visible)
        self.note.setVisible(visible and bool(self.editor.field.help))
        self.fault.setVisible(visible and bool(self.fault.text()))

    def _left(self) -> None:
        if self.editor.raw() in (None, "", False):
            self.show_fault("")
            return
        try:
            value = self.value()
        except InputError as error:
            self.show_fault(problem(error))
            return
        self.show_fault("")
        self.editor.show_value(value)

    def _edited(self) -> None:
        if self.fault.text():
            self.show_fault("")
        self._form.touched()

    def _entered(self) -> None:
        self._form.next_after(self)


class Form(QScrollArea):
    """The form. ``edited`` on every change by the person, ``finished`` when Enter is pressed in the last field."""

    edited = Signal()
    finished = Signal()

    def __init__(
        self,
        fields: Sequence[Field],
        references: References,
        today: date,
        parent: QWidget | None = None,
        *,
        label_chars: int = LABEL_CHARS,
        folded: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(parent)
        self.today = today
        self.label_chars = label_chars
        self.changed = False
        self._lines: list[_Line] = []
        self._sections: dict[str, list[_Line]] = {}
        self._folded = folded
        self._references = references
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget(self)
        self._body.setObjectName("body")
        self._body.setMaximumWidth(metrics().chars(WIDEST_CHARS))
        outer = QVBoxLayout(self._body)
        outer.setContentsMargins(0, 0, metrics().gap, 0)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(metrics().space)
        self._grid.setVerticalSpacing(metrics().gap)
        self._grid.setColumnStretch(1, 1)
        outer.addLayout(self._grid)
        outer.addStretch(1)
        self.setWidget(self._body)
        self._build([item for item in fields if item.entered and item.kind is not Kind.TABLE])
        self.start_over()

    @property
    def editors(self) -> dict[str, Editor]:
        """The editors by field name."""
        return {line.editor.field.name: line.editor for line in self._lines}

    def show_values(self, values: Mapping[str, Value]) -> None:
        """Shows a stored record; fields it lacks get their default."""
        for line in self._lines:
            name = line.editor.field.name
            line.editor.show_value(values.get(name, line.editor.field.default))
            line.show_fault("")
        self.changed = False

    def start_over(self) -> None:
        """Empty fields for the next record, its sections open and folded as at first."""
        self.show_values({})
        for head in self._body.findChildren(QPushButton):
            open_now = str(head.property("section")) not in self._folded
            head.setChecked(open_now)
            for line in self._sections.get(str(head.property("section")), ()):
                line.setVisible(open_now)

    def raw(self) -> dict[str, Value]:
        """Everything as typed, for the draft."""
        return {line.editor.field.name: line.editor.raw() for line in self._lines}

    def show_raw(self, raw: Mapping[str, Value]) -> None:
        """Puts a draft back."""
        for line in self._lines:
            if line.editor.field.name in raw:
                line.editor.set_raw(raw[line.editor.field.name])
        self.changed = True

    def values(self) -> dict[str, Value] | None:
        """The checked values, or None: then every problem stands beside its field and the first has the focus."""
        found: dict[str, Value] = {}
        first: _Line | None = None
        for line in self._lines:
            try:
                found[line.editor.field.name] = line.value()
                line.show_fault("")
            except InputError as error:
                line.show_fault(problem(error))
                first = first or line
        if first is not None:
            self._focus(first)
            return None
        return found

    def problems(self) -> dict[str, str]:
        """The sentences shown beside fields."""
        return {line.editor.field.name: line.fault.text() for line in self._lines if line.fault.text()}

    def in_order(self) -> list[QWidget]:
        """Section heads and editors as they stand on the page."""
        heads = {str(head.property("section")): head for head in self._body.findChildren(QPushButton) if head.property("section")}
        found: list[QWidget] = []
        for line in self._lines:
            if (head := heads.pop(line.editor.field.section, None)) is not None:
                found.append(head)
            found.append(line.editor.widget)
        return found

    def focus_first(self) -> None:
        """Puts the cursor into the first field."""
        if self._lines:
            self._focus(self._lines[0])

    def touched(self) -> None:
        """Something was typed."""
        self.changed = True
        self.edited.emit()

    def next_after(self, line: _Line) -> None:
        """Enter: on to the next visible field, or finished."""
        for later in self._lines[self._lines.index(line) + 1 :]:
            if later.editor.widget.isVisibleTo(self._body):
                self._focus(later)
                return
        self.finished.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The labels take a third of the width, within their bounds."""
        super().resizeEvent(event)
        widest, least = metrics().chars(self.label_chars), metrics().chars(min(self.label_chars, LEAST_LABEL_CHARS))
        width = max(least, min(widest, self.viewport().width() * 2 // 5))
        for line in self._lines:
            line.label.setFixedWidth(width)

    def _focus(self, line: _Line) -> None:
        line.setVisible(True)
        line.editor.widget.setFocus(Qt.FocusReason.TabFocusReason)
        self.ensureWidgetVisible(line.editor.widget, 0, metrics().em * 2)

    def _build(self, fields: Sequence[Field]) -> None:
        for field in fields:
            if field.section and field.section not in self._sections:
                self._section(field.section)
            line = _Line(editor_for(field, self._body, self._references), self._grid, self)
            line.editor.show_value(field.default)
            self._lines.append(line)
            if field.section:
                self._sections[field.section].append(line)

    def _section(self, title: str) -> None:
        self._sections[title] = []
        head = QPushButton(f"▼ {title}", self._body)
        head.setProperty("flat", True)
        head.setCheckable(True)
        head.setAutoDefault(True)
        head.setChecked(True)
        head.setAccessibleName(f"Mở hoặc gập phần {title}")
        head.setProperty("section", title)
        head.setObjectName(f"section.{title}")
        head.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        head.toggled.connect(self._fold)
        self._grid.addWidget(head, self._grid.rowCount(), 0, 1, 2)

    def _fold(self, open_now: bool) -> None:
        head = self.sender()
        if isinstance(head, QPushButton):
            title = str(head.property("section"))
            head.setText(f"{'▼' if open_now else '►'} {title}")
            for line in self._sections[title]:
                line.setVisible(open_now)


def _label(field: Field) -> str:
    return f"{field.label} (bắt\u00a0buộc)" if field.required else field.label


class Sheet(QWidget):
    """The same fields only to be read: label and value, empty ones left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(metrics().space)
        self._grid.setVerticalSpacing(metrics().gap)
        self._grid.setColumnStretch(1, 1)
        outer.addLayout(self._grid)
        outer.addStretch(1)

    def show_values(self, fields: Sequence[Field], values: Mapping[str, Value], references: References) -> None:
        """Shows the fields that have a value."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for field in fields:
            value = values.get(field.name)
            if value in (None, "", [], {}) or field.kind is Kind.TABLE:
                continue
            text = references.title(field.refers, str(value)) if field.kind is Kind.REFERENCE else shown(field, value)
            self._row(field.label, text)

    def _row(self, label: str, text: str) -> None:
        row = self._grid.rowCount()
        head = QLabel(label, self)
        head.setProperty("quiet", True)
        head.setFixedWidth(metrics().chars(READ_LABEL_CHARS))
        head.setWordWrap(True)
        body = QLabel(text, self)
        body.setWordWrap(True)
        body.setTextFormat(Qt.TextFormat.PlainText)
        body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for cell in (head, body):
            cell.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(head, row, 0)
        self._grid.addWidget(body, row, 1)
