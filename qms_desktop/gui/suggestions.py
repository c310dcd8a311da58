"""A text box with a pop-up of matches below it.

The pop-up never takes the keyboard and never changes the text being typed: tools such as UniKey send Backspace and
replacement letters, and inline completion would ruin them. Only Enter (or a click) takes a match.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMoveEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from qms_desktop.domain.text import nfc
from qms_desktop.gui.theme import PALETTE, metrics
from qms_desktop.gui.undo_keys import passes_undo_on

MOST_SHOWN = 9
LEAST_CHARS = 40


@dataclass(frozen=True, slots=True)
class Match:
    """One line of the pop-up: the value it stands for, its text and a quiet remark at the right."""

    value: str
    text: str
    remark: str = ""


Finder = Callable[[str], Sequence[Match]]
REMARK = Qt.ItemDataRole.UserRole + 1


class MatchLines(QStyledItemDelegate):
    """Text at the left, the remark at the right, both elided."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Draws the line with its remark."""
        here = bool(option.state & QStyle.StateFlag.State_Selected)
        rect: QRect = option.rect
        painter.save()
        painter.fillRect(rect, PALETTE.accent if here else PALETTE.surface)
        gap = metrics().gap * 2
        inner = rect.adjusted(gap, 0, -gap, 0)
        remark = str(index.data(REMARK) or "")
        measure = painter.fontMetrics()
        remark = measure.elidedText(remark, Qt.TextElideMode.ElideRight, inner.width() // 2)
        width = measure.horizontalAdvance(remark)
        painter.setPen(PALETTE.surface if here else PALETTE.quiet)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), remark)
        painter.setPen(PALETTE.surface if here else PALETTE.ink)
        room = inner.width() - width - gap
        text = painter.fontMetrics().elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One row of a list."""
        del option, index
        return QSize(0, metrics().row)


class SuggestEdit(QLineEdit):
    """The text box. ``taken`` brings the value of a match; ``entered`` comes when Enter is pressed without one.

    ``sure`` says for which texts the first match is chosen beforehand; without it always. Arrow down chooses in any case.
    """

    taken = Signal(str)
    entered = Signal(str)

    def __init__(
        self,
        find: Finder,
        parent: QWidget | None = None,
        *,
        on_focus: bool = False,
        sure: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__(parent)
        self._find = find
        self._sure = sure
        self.on_focus = on_focus
        self._list: QListWidget | None = None
        self.textEdited.connect(self._typed)

    def open(self) -> bool:
        """Whether the pop-up is shown."""
        return self._list is not None and self._list.isVisible()

    def matches(self) -> list[str]:
        """The texts shown in the pop-up."""
        if self._list is None or not self._list.isVisible():
            return []
        return [self._list.item(row).text() for row in range(self._list.count())]

    def suggest(self) -> None:
        """Fills and shows the pop-up for the text as it stands."""
        found = list(self._find(nfc(self.text()).strip()))[:MOST_SHOWN]
        if not found:
            self.dismiss()
            return
        popup = self._popup()
        popup.clear()
        for match in found:
            item = QListWidgetItem(match.text)
            item.setData(Qt.ItemDataRole.UserRole, match.value)
            item.setData(REMARK, match.remark)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{match.text} {match.remark}".strip())
            popup.addItem(item)
        popup.setCurrentRow(0 if self._sure is None or self._sure(self.text()) else -1)
        self._place(popup)
        popup.show()
        popup.raise_()

    def dismiss(self) -> None:
        """Hides the pop-up."""
        if self._list is not None:
            self._list.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the pop-up, Enter takes, Esc closes; every other key belongs to the text."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._enter()
        elif self.open() and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif self.open() and key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key == Qt.Key.Key_Down:
            self.suggest()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Esc belongs to an open pop-up before any shortcut of the window; Ctrl+Z without typing belongs to the window."""
        if passes_undo_on(self, event):
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            mine = event.key() == Qt.Key.Key_Escape and self.open()
            if mine:
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Offers the usual choices when the box is empty."""
        super().focusInEvent(event)
        if self.on_focus and not self.text():
            self.suggest()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hides the pop-up and tidies the text to NFC; while typing nothing is touched."""
        super().focusOutEvent(event)
        self.dismiss()
        tidy = nfc(self.text()).strip()
        if tidy != self.text():
            self.setText(tidy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The pop-up is as wide as the box."""
        super().resizeEvent(event)
        if self._list is not None and self._list.isVisible():
            self._place(self._list)

    def moveEvent(self, event: QMoveEvent) -> None:
        """The pop-up stays under the box."""
        super().moveEvent(event)
        if self._list is not None and self._list.isVisible():
            self._place(self._list)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keeps the pop-up under the box when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self._list is not None and self._list.isVisible():
            self._place(self._list)
        return super().eventFilter(watched, event)

    def _typed(self, text: str) -> None:
        if text or self.on_focus:
            self.suggest()
        else:
            self.dismiss()

    def _enter(self) -> None:
        item = self._list.currentItem() if self._list is not None and self._list.isVisible() else None
        self.dismiss()
        if item is None:
            self.entered.emit(nfc(self.text()).strip())
        else:
            self.taken.emit(str(item.data(Qt.ItemDataRole.UserRole)))

    def _step(self, by: int) -> None:
        popup = self._popup()
        popup.setCurrentRow(max(0, min(popup.count() - 1, popup.currentRow() + by)))

    def _popup(self) -> QListWidget:
        window = self.window()
        if self._list is None or self._list.parentWidget() is not window:
            popup = QListWidget(window)
            popup.setAccessibleName(f"Gợi ý cho {self.accessibleName()}")
            popup.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            popup.setItemDelegate(MatchLines(popup))
            popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            popup.itemClicked.connect(self._clicked)
            popup.hide()
            window.installEventFilter(self)
            self._list = popup
        return self._list

    def _clicked(self, item: QListWidgetItem) -> None:
        self.dismiss()
        self.taken.emit(str(item.data(Qt.ItemDataRole.UserRole)))

    def _place(self, popup: QListWidget) -> None:
        window = self.window()
        row = metrics().row
        height = row * popup.count() + 6
        corner = self.mapTo(window, QPoint(0, self.height()))
        room = window.height() - corner.y() - 4
        width = min(max(self.width(), metrics().chars(LEAST_CHARS)), window.width() - corner.x() - 4)
        popup.setGeometry(corner.x(), corner.y(), width, min(height, max(room, row * 3)))
