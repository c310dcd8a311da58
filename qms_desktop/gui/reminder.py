"""What falls due, in the status bar of every screen: reads again after a change and every ten minutes; a click opens Hôm nay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtWidgets import QPushButton, QWidget

from qms_desktop.gui.desk import Desk
from qms_desktop.gui.desk_clock import Reminder
from qms_desktop.gui.navigation import Navigation
from qms_desktop.gui.status import MARKS
from qms_desktop.gui.theme import LEVEL_COLOURS, metrics

EVERY = timedelta(minutes=10)
KINDS = frozenset({"dossier", "clock_event", "delegation", "calendar"})
ROOMY_CHARS = 125


class ReminderButton(QPushButton):
    """The words in a roomy window; the number beside Hôm nay in any."""

    def __init__(self, desk: Desk, navigation: Navigation, open_today: Callable[[], None], parent: QWidget) -> None:
        super().__init__("", parent)
        self._desk, self._navigation = desk, navigation
        self._read_at: datetime | None = None
        self.setProperty("flat", True)
        self.setAutoDefault(True)
        self.clicked.connect(open_today)
        self.hide()

    def read(self) -> Reminder:
        """Asks the office again and shows what it says."""
        due = self._desk.reminder()
        self._read_at = self._desk.now()
        words = " · ".join(due.text.split(" · ")[:2])
        self.setText(f"{MARKS[due.level]} {words}" if due.text else "")
        self.setToolTip(f"Hẹn trả: {due.text}")
        self.setAccessibleName(f"Hẹn trả: {due.text}. Mở Hôm nay")
        self.setStyleSheet(f"color: {LEVEL_COLOURS[due.level]};")
        self._navigation.show_count("today", due.count, due.text)
        self.make_room()
        return due

    def minute_passed(self) -> None:
        """Reads again when it is time; before the first reading nobody has signed in."""
        if self._read_at is not None and self._desk.now() - self._read_at >= EVERY:
            self.read()

    def changed(self, kinds: set[str]) -> None:
        """Reads again when dossiers changed."""
        if KINDS & kinds:
            self.read()

    def make_room(self) -> None:
        """Hides in a window too narrow for it."""
        self.setVisible(bool(self.text()) and self.window().width() > metrics().chars(ROOMY_CHARS))
