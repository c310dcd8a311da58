"""The message bar: one line inside the window instead of a dialog, so that typing is never interrupted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from qms_desktop.gui.errors import Shown
from qms_desktop.gui.theme import PALETTE, metrics

GOOD, NOTE, WARNING, FAULT = "good", "note", "warning", "fault"
_LOOK = {
    GOOD: ("Xong", PALETTE.good, PALETTE.good_soft),
    NOTE: ("Lưu ý", PALETTE.accent_dark, PALETTE.accent_soft),
    WARNING: ("Chú ý", PALETTE.soon, PALETTE.soon_soft),
    FAULT: ("Lỗi", PALETTE.late, PALETTE.late_soft),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A button in the message bar."""

    text: str
    act: Callable[[], None]


class MessageBar(QFrame):
    """Shows the latest message; the same fault shown again only counts up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details = ""
        self._code = ""
        self._times = 0
        self._offer: Offer | None = None
        self._word = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._offered = self._button("", self._take_offer)
        self._copy = self._button("Chép chi tiết", self._copy_details)
        self._close = self._button("Đóng", self.hide)
        row = QHBoxLayout(self)
        measure = metrics()
        row.setContentsMargins(measure.space, measure.gap, measure.gap, measure.gap)
        row.setSpacing(measure.gap)
        row.addWidget(self._word, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        for button in (self._offered, self._copy, self._close):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown now, or an empty text."""
        return self._text.text() if not self.isHidden() else ""

    @property
    def faulty(self) -> bool:
        """Whether an error is shown."""
        return bool(self._code) and not self.isHidden()

    def say(self, text: str, look: str = NOTE, offer: Offer | None = None) -> None:
        """Shows a message until it is closed or replaced."""
        self._code, self._details, self._times = "", "", 0
        self._show(text, look, offer)

    def fault(self, message: Shown) -> None:
        """Shows an error; the same one again says how often."""
        self._times = self._times + 1 if message.code == self._code and not self.isHidden() else 1
        self._code, self._details = message.code, message.details
        again = f" · đã gặp {self._times} lần" if self._times > 1 else ""
        self._show(message.text + again, FAULT, None)

    def _show(self, text: str, look: str, offer: Offer | None) -> None:
        word, ink, ground = _LOOK[look]
        self._word.setText(word)
        self._text.setText(text)
        self.setStyleSheet(
            f"MessageBar {{ background: {ground}; border: none; border-left: 4px solid {ink}; }}"
            f"MessageBar QLabel {{ color: {PALETTE.ink}; }}"
        )
        self._word.setStyleSheet(f"color: {ink}; font-weight: 600;")
        self._offer = offer
        self._offered.setVisible(offer is not None)
        self._offered.setText(offer.text if offer else "")
        self._offered.setAccessibleName(offer.text if offer else "Việc có thể làm")
        self._copy.setVisible(bool(self._details))
        self.setAccessibleName(f"{word}: {text}")
        self.show()

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(True)
        button.setProperty("flat", True)
        button.setAccessibleName(text or "Việc có thể làm")
        button.clicked.connect(slot)
        return button

    def _take_offer(self) -> None:
        offer = self._offer
        self.hide()
        if offer is not None:
            offer.act()

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
