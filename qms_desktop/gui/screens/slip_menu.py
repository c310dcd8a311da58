"""The button with the forms that a dossier's state asks for, and what is offered to be printed after a move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from qms_desktop.gui.actions import titled

TOLD_AFTER: Mapping[str, tuple[str, str, str]] = {
    "request_supplement": ("Đã ghi yêu cầu bổ sung, tạm dừng tính hạn.", "Xem phiếu yêu cầu", "supplement"),
    "payment_received": ("Đã ghi nghĩa vụ tài chính, tính tiếp thời hạn.", "Xem phiếu thu", "fee_receipt"),
    "extend": ("Đã gia hạn.", "Xem văn bản xin lỗi", "apology"),
    "stop": ("Đã dừng giải quyết.", "Xem thông báo dừng", "stop"),
}
"""By the name of a move: what is said, the words of the offer, the form offered."""

_ON_BUTTONS = frozenset({"receipt", "control_sheet"})


class SlipMenu(QPushButton):
    """The button; ``chosen`` brings the key of a form."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(titled("Mẫu in khác", "slips"), parent)
        self.setAccessibleName(self.text())
        self.setAutoDefault(True)
        self.list = QMenu(self)
        self.list.setAccessibleName("Các mẫu in của hồ sơ")
        self.list.triggered.connect(self._take)
        self.clicked.connect(self.unfold)

    def offer(self, slips: Sequence[tuple[str, str]]) -> None:
        """Puts the forms (key, title) into the list, those with a button of their own left out."""
        self.list.clear()
        for key, title in slips:
            if key not in _ON_BUTTONS:
                self.list.addAction(title).setData(key)
        self.setVisible(not self.list.isEmpty())

    def unfold(self) -> None:
        """Shows the list with its first form chosen, so that Enter takes it."""
        if self.list.isEmpty():
            return
        self.list.popup(self.mapToGlobal(QPoint(0, self.height())))
        self.list.setActiveAction(self.list.actions()[0])

    def _take(self, action: QAction) -> None:
        self.chosen.emit(str(action.data()))
