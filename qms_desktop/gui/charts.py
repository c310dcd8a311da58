"""Bars of a table, drawn here: how the solved dossiers of each line stand against their due dates, in colours and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qms_desktop.gui.theme import LEVEL_COLOURS, metrics

_LABEL_SHARE = 0.32


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a bar: what it counts, how many, and the level that colours it."""

    label: str
    count: int
    level: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the chart."""

    label: str
    pieces: tuple[Piece, ...]

    @property
    def words(self) -> str:
        """The figures of the bar: what the colours say."""
        return " · ".join(f"{piece.label} {piece.count}" for piece in self.pieces if piece.count) or "chưa có"


class BarChart(QWidget):
    """Horizontal bars, one under the other, on one scale; below each its words."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chart")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._bars: Sequence[Bar] = ()

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Replaces the bars."""
        self._bars = bars
        self.setAccessibleDescription("\n".join(f"{bar.label}: {bar.words}" for bar in bars))
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """Room for every bar."""
        return QSize(metrics().chars(40), len(self._bars) * self._row() + 2 * metrics().gap)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bars from the top; the longest fills the width."""
        del event
        painter = QPainter(self)
        most = max((sum(piece.count for piece in bar.pieces) for bar in self._bars), default=0) or 1
        for number, bar in enumerate(self._bars):
            self._draw(painter, bar, metrics().gap + number * self._row(), most)
        painter.end()

    def _row(self) -> int:
        return metrics().em * 2 + metrics().gap * 2

    def _draw(self, painter: QPainter, bar: Bar, top: int, most: int) -> None:
        gap, em = metrics().gap, metrics().em
        left = round(self.width() * _LABEL_SHARE)
        room = self.width() - left - gap * 2
        painter.setPen(QColor(LEVEL_COLOURS[""]))
        words = self.fontMetrics().elidedText(bar.label, Qt.TextElideMode.ElideRight, left - gap * 3)
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRect(gap, top, left - gap * 3, em), side.value, words)
        at = float(left)
        for piece in bar.pieces:
            wide = room * piece.count / most
            painter.fillRect(
                round(at), top + gap // 2, round(at + wide) - round(at), em - gap, QColor(LEVEL_COLOURS[piece.level])
            )
            at += wide
        painter.drawText(QRect(left, top + em, room, em), Qt.AlignmentFlag.AlignVCenter.value, bar.words)
