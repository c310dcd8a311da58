"""“Vì sao trễ?” on the page of a dossier: the steps and person-days that made it late; Esc folds it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from qms_desktop.gui.desk_clock import Why
from qms_desktop.gui.theme import LEVEL_COLOURS, LEVEL_GROUNDS, PALETTE, metrics


class WhyLateCard(QFrame):
    """The answer, until it is folded."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dossier.why")
        row = QHBoxLayout(self)
        row.setContentsMargins(metrics().space, metrics().gap, metrics().space, metrics().gap)
        self.words = QLabel("", self)
        self.words.setWordWrap(True)
        row.addWidget(self.words, 1)
        self.hide()

    def show_why(self, why: Why, width: int) -> None:
        """Shows the answer, as high as its words need in that width: a page short of room would cut them."""
        level = "late" if why.late else "ok"
        self.words.setText(" ".join(why.text.splitlines()))
        self.words.setAccessibleName(why.text)
        self.words.setMinimumHeight(self.words.heightForWidth(width - 2 * metrics().space))
        self.setStyleSheet(
            f"WhyLateCard {{ background: {LEVEL_GROUNDS[level]}; border-left: 4px solid {LEVEL_COLOURS[level]}; }}"
            f"QLabel {{ color: {PALETTE.ink}; }}"
        )
        self.show()

    def fold(self) -> bool:
        """Hides the answer; whether there was one."""
        shown = self.isVisible()
        self.hide()
        return shown
