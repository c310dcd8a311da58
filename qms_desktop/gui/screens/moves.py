"""What may be done with a dossier now, as buttons with their keys; a reason is asked in place, never in a dialog."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from qms_desktop.domain.text import nfc
from qms_desktop.gui.desk import Move
from qms_desktop.gui.screens.base import button
from qms_desktop.gui.theme import metrics


class MovePanel(QWidget):
    """The buttons; ``wanted`` brings the move and its reason."""

    wanted = Signal(object, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
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
        self._label = QLabel("", self)
        self._label.setWordWrap(True)
        self._reason = QPlainTextEdit(self)
        self._reason.setAccessibleName("Lý do, bắt buộc")
        self._reason.setTabChangesFocus(True)
        self._reason.setFixedHeight(metrics().em * 3)
        self._label.setBuddy(self._reason)
        self._go = button("Ghi nhận", self._confirm, self, primary=True)
        self._stop = button("Thôi (Esc)", self.fold, self)
        for widget in (self._label, self._reason, self._go, self._stop):
            self._column.addWidget(widget)
            widget.hide()
        self._column.addStretch(1)

    def show_moves(self, moves: Sequence[Move]) -> None:
        """Shows exactly these moves."""
        if list(self._moves.values()) == list(moves):
            return
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

    def focus_first(self) -> None:
        """Puts the focus on the usual next step."""
        item = self._buttons.itemAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def asking(self) -> bool:
        """Whether a reason is being asked for."""
        return self._asked is not None

    @property
    def confirm_button(self) -> QPushButton:
        """The button that takes the reason."""
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
        """Takes the question for a reason away; whether there was one."""
        asked = self._asked is not None
        self._asked = None
        self._choices.show()
        for widget in (self._label, self._reason, self._go, self._stop):
            widget.hide()
        if asked:
            self._reason.clear()
            self.focus_first()
        return asked

    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self._start(self._moves[str(sender.property("move"))])

    def _start(self, move: Move) -> None:
        if not move.reason_required:
            self.wanted.emit(move, "")
            return
        self._asked = move
        self._choices.hide()
        self._label.setText(f"Lý do “{move.label}” (bắt\u00a0buộc)")
        for widget in (self._label, self._reason, self._go, self._stop):
            widget.show()
        self._reason.setFocus()

    def _confirm(self) -> None:
        reason = nfc(self._reason.toPlainText()).strip()
        if self._asked is not None:
            if reason:
                self.wanted.emit(self._asked, reason)
            else:
                self._label.setText("Hãy ghi lý do; nó được in và lưu cùng hồ sơ.")
                self._reason.setFocus()
