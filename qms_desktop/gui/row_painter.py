"""Paints the cells of long lists: one call for a cell instead of the half dozen a style asks for, so that a jump anywhere in
200,000 rows is painted within a frame or two; and a chosen row keeps the colours of its state.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from qms_desktop.gui.table import RecordTable
from qms_desktop.gui.theme import LEVEL_COLOURS, PALETTE, metrics, scaled

_BOLD = frozenset({"late", "soon"})


class RowPainter(QStyledItemDelegate):
    """The delegate of a list over a ``RecordTable``."""

    def __init__(self, model: RecordTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._plain, self._bold = scaled(11), scaled(11)
        self._bold.setBold(True)
        self._measures = {False: QFontMetrics(self._plain), True: QFontMetrics(self._bold)}
        self._pens = {level: QColor(colour) for level, colour in LEVEL_COLOURS.items()}
        self._chosen = QBrush(QColor(PALETTE.chosen))
        self._gap = metrics().gap + 3

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Ground of a chosen row, then the words, cut at the end where there is no room."""
        number = index.column()
        column, row = self._model.columns[number], self._model.row(index.row())
        level = column.level(row) if column.level is not None else ""
        bold = level in _BOLD
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._chosen)
        room = rect.width() - 2 * self._gap
        words = self._measures[bold].elidedText(self._model.words(index.row(), number), Qt.TextElideMode.ElideRight, room)
        painter.setFont(self._bold if bold else self._plain)
        painter.setPen(self._pens.get(level, self._pens[""]))
        painter.drawText(rect.adjusted(self._gap, 0, -self._gap, 0), self._model.sides[number], words)


class ColouredRows(QStyledItemDelegate):
    """A chosen row keeps the colour of its state."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """The words of a chosen row as they are in the others."""
        super().initStyleOption(option, index)
        words = index.data(Qt.ItemDataRole.ForegroundRole)
        brush = QBrush(words) if isinstance(words, QBrush | QColor) else QBrush(QColor(PALETTE.ink))
        option.palette.setBrush(QPalette.ColorRole.HighlightedText, brush)
