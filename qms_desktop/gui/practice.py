"""Tập thử: a window of its own on the office for practice, in a yellow frame, left by one button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from qms_desktop.domain.practice import PRACTICE_MARK
from qms_desktop.gui.screens.intake import IntakeScreen
from qms_desktop.gui.theme import PALETTE, metrics

if TYPE_CHECKING:
    from qms_desktop.gui.main_window import MainWindow

FRAME = "#f2b600"
STEPS = (
    "1. Ctrl+N, gõ ctbs, Enter. 2. Bấm Quét thử (F8): thẻ mẫu tự điền. 3. Phím cách từng giấy tờ. "
    "4. Ctrl+Enter: nhận và in. 5. Ctrl+1: Hôm nay, mở hồ sơ, F6 chuyển bước."
)


class PracticeStrip(QFrame):
    """The yellow strip over everything: what this is, the first five minutes, and the way out."""

    scan = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("practice")
        _paint(self, FRAME)
        row = QHBoxLayout(self)
        row.setContentsMargins(metrics().space, metrics().gap, metrics().space, metrics().gap)
        mark = QLabel(f"{PRACTICE_MARK}: công dân bịa, không gửi đi đâu.", self)
        font = mark.font()
        font.setBold(True)
        mark.setFont(font)
        mark.setWordWrap(True)
        steps = QLabel(STEPS, self)
        steps.setWordWrap(True)
        self.scan_button = self._button("Quét thử (F8)", self.scan.emit)
        QShortcut(QKeySequence(Qt.Key.Key_F8), self, context=Qt.ShortcutContext.WindowShortcut).activated.connect(self.scan)
        self.leave_button = self._button("Xong, làm thật", self.left.emit)
        row.addWidget(mark, 2)
        row.addWidget(steps, 6)
        row.addWidget(self.scan_button)
        row.addWidget(self.leave_button)

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        made = QPushButton(text, self)
        made.setAccessibleName(text)
        made.setAutoDefault(True)
        made.clicked.connect(slot)
        return made


def framed(window: MainWindow, middle: QWidget) -> QWidget:
    """The window's content in its yellow frame, the strip over it."""
    frame = QWidget(window)
    frame.setObjectName("practiceframe")
    _paint(frame, FRAME)
    _paint(middle, PALETTE.ground)
    column = QVBoxLayout(frame)
    edge = metrics().gap
    column.setContentsMargins(edge, 0, edge, edge)
    column.setSpacing(0)
    strip = PracticeStrip(frame)
    strip.left.connect(window.close)
    strip.scan.connect(partial(_scan, window))
    column.addWidget(strip)
    column.addWidget(middle, 1)
    return frame


def _paint(widget: QWidget, colour: str) -> None:
    """By palette: a style sheet on an ancestor would be worked out anew for everything in the window."""
    palette = widget.palette()
    palette.setColor(QPalette.ColorRole.Window, QColor(colour))
    widget.setPalette(palette)
    widget.setAutoFillBackground(True)


def _scan(window: MainWindow) -> None:
    window.go("intake")
    screen = window.screen_now()
    if isinstance(screen, IntakeScreen):
        screen.card.read([window.desk.sample_card()])


class OneByOne(QObject):
    """Hides a window while another is open, and shows it again when that one is closed."""

    def __init__(self, behind: QWidget, front: QWidget, done: Callable[[], None]) -> None:
        super().__init__(behind)
        self._behind = behind
        self._front = front
        self._done = done
        front.installEventFilter(self)
        front.show()
        behind.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The one in front was closed."""
        if event.type() == QEvent.Type.Close:
            watched.removeEventFilter(self)
            self._behind.show()
            self._behind.activateWindow()
            QTimer.singleShot(0, self, self._end)
        return False

    def _end(self) -> None:
        """After the window in front has let its worker finish."""
        self._done()
        self.deleteLater()
