"""What may be done with a dossier now, as buttons with their keys; what a move needs is asked in place, never in a dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from qms_desktop.domain.fields import Field, Kind
from qms_desktop.gui.desk import Move
from qms_desktop.gui.editors import References
from qms_desktop.gui.screens.base import button, section_label, tab_through
from qms_desktop.gui.screens.move_form import MoveForm
from qms_desktop.gui.theme import metrics

REASON = Field("reason", "Lý do", Kind.NOTE, required=True, help="Lý do được in và lưu cùng hồ sơ.")


class MovePanel(QWidget):
    """The buttons; ``wanted`` brings the move, its reason and the values it asked for, ``unfolded`` says that a
    field of it must be seen."""

    wanted = Signal(object, str, object)
    unfolded = Signal()

    def __init__(self, parent: QWidget, references: References, now: Callable[[], datetime]) -> None:
        super().__init__(parent)
        self._now = now
        self._moves: dict[str, Move] = {}
        self._asked: Move | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(metrics().gap)
        self._choices = QWidget(self)
        self._buttons = QVBoxLayout(self._choices)
        self._buttons.setContentsMargins(0, 0, 0, 0)
        self._buttons.setSpacing(metrics().gap)
        self._column.addWidget(self._choices)
        self._head = section_label("", self)
        self._head.setWordWrap(True)
        self.form = MoveForm(self, references)
        self.form.finished.connect(self._confirm)
        self.form.went_on.connect(self.unfolded)
        self._go = button("Ghi nhận", self._confirm, self, primary=True)
        self._go.setAutoDefault(True)
        self._stop = button("Thôi (Esc)", self.fold, self)
        for widget in self._question():
            self._column.addWidget(widget)
            widget.hide()
        self._column.addStretch(1)

    def _question(self) -> tuple[QWidget, ...]:
        return self._head, self.form, self._go, self._stop

    def show_moves(self, moves: Sequence[Move]) -> None:
        """Shows exactly these moves."""
        if list(self._moves.values()) == list(moves):
            return
        had_focus = self._choices.isAncestorOf(QApplication.focusWidget() or self)
        self._moves = {move.name: move for move in moves}
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for number, move in enumerate(moves):
            text = f"{move.label} ({move.key})" if move.key else move.label
            made = button(text, self._pressed, self, primary=number == 0)
            made.setProperty("move", move.name)
            self._buttons.addWidget(made)
            made.show()
        if had_focus:
            self.focus_first()

    def focus_first(self) -> None:
        """Puts the focus on the usual next step."""
        item = self._buttons.itemAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def asking(self) -> bool:
        """Whether something is being asked for."""
        return self._asked is not None

    @property
    def asks_reason(self) -> bool:
        """Whether a reason is being asked for."""
        return self._asked is not None and self._asked.reason_required

    @property
    def asked(self) -> frozenset[str]:
        """Names of the fields asked for, besides the reason."""
        return frozenset(field.name for field in self._asked.asks) if self._asked is not None else frozenset()

    @property
    def confirm_button(self) -> QPushButton:
        """The button that makes the move asked about."""
        return self._go

    def press_named(self, name: str) -> bool:
        """Starts a move by its name; False if it is not among those shown."""
        move = self._moves.get(name)
        if move is not None:
            self._start(move)
        return move is not None

    def press(self, key: str) -> None:
        """A key of the window was pressed."""
        for move in self._moves.values():
            if move.key == key:
                self._start(move)

    def fold(self) -> bool:
        """Takes the question away; whether there was one."""
        asked = self._asked is not None
        self._asked = None
        self._choices.show()
        for widget in self._question():
            widget.hide()
        if asked:
            self.form.clear()
            self.focus_first()
        return asked

    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self._start(self._moves[str(sender.property("move"))])

    def _start(self, move: Move) -> None:
        if not (move.reason_required or move.asks):
            self.wanted.emit(move, "", {})
            return
        if move != self._asked:
            self._ask(move)
        needed = [field for field in move.asks if field.required and field.default is None]
        first = self.form.in_order()[0] if needed or move.reason_required else self._go
        first.setFocus(Qt.FocusReason.TabFocusReason)
        self.unfolded.emit()

    def _ask(self, move: Move) -> None:
        self._asked = move
        self._choices.hide()
        self._head.setText(move.label)
        needed, optional = ([field for field in move.asks if field.required is wanted] for wanted in (True, False))
        reason = [REASON] if move.reason_required else []
        self.form.ask((*needed, *reason, *optional), self._now().date())
        for widget in self._question():
            widget.show()
        tab_through((*self.form.in_order(), self._go, self._stop))

    def _confirm(self) -> None:
        if self._asked is None:
            return
        values = self.form.values()
        if values is not None:
            reason = str(values.pop(REASON.name, None) or "")
            self.wanted.emit(self._asked, reason, values)
