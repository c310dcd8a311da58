"""A pair of hands for the tests: keys into the focused widget, one by one, and waiting until the window is at rest."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from qms_desktop.gui.desk import Desk
from qms_desktop.gui.main_window import MainWindow
from qms_desktop.gui.tasks import Tasks

ROUNDS = 50
PATIENCE_MS = 10_000
LONGEST_PAUSE_MS = 5_000


class Hand:
    """Opens a window on a desk and works it as a person does."""

    def __init__(self, desk: Desk, width: int = 1366, height: int = 728) -> None:
        self.window = MainWindow(desk)
        self.window.start()
        self.window.resize(width, height)
        self.window.activateWindow()
        self.settle()

    def enter(self) -> None:
        """Past the sign-in page."""
        self.window.desk.sign_in("N0", "123456")
        self.window.entered()
        self.settle()

    def go(self, screen: str, argument: str = "") -> None:
        """Opens a screen."""
        self.window.go(screen, argument)
        self.settle()

    def press(self, keys: str) -> None:
        """One key with its modifiers, in Qt's portable spelling, to whatever has the focus."""
        combination = QKeySequence(keys)[0]  # type: ignore[index]  # the stubs do not know it
        QTest.keyClick(self.focused(), combination.key(), combination.keyboardModifiers())
        self.settle()

    def type(self, text: str) -> None:
        """Letters to whatever has the focus; "⌫" is Backspace."""
        for letter in text:
            if letter == "⌫":
                QTest.keyClick(self.focused(), Qt.Key.Key_Backspace)
            else:
                QTest.sendKeyEvent(
                    QTest.KeyAction.Click, self.focused(), Qt.Key.Key_unknown, letter, Qt.KeyboardModifier.NoModifier
                )
        self.settle()

    def focused(self) -> QWidget:
        """The widget that has the focus, or the window."""
        return QApplication.focusWidget() or self.window

    def settle(self) -> None:
        """Until no task is under way and no short pause of typing is left; pauses end at once instead of being waited for."""
        for _ in range(ROUNDS):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            busy = next((tasks for tasks in (self.window.tasks, self.window.reading) if tasks.busy), None)
            if busy is not None:
                _wait_for(busy)
            elif not self._end_pauses():
                return
        raise AssertionError("the window does not come to rest")

    def crash(self) -> None:
        """The program is gone without closing: no close event, nothing flushed by it."""
        for timer in self.window.findChildren(QTimer):
            timer.stop()
        self.window.tasks.close()
        self.window.reading.close()
        self.window.hide()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _pauses(self) -> Iterator[QTimer]:
        for timer in self.window.findChildren(QTimer):
            if timer.isActive() and timer.isSingleShot() and timer.interval() <= LONGEST_PAUSE_MS:
                yield timer

    def _end_pauses(self) -> bool:
        pauses = list(self._pauses())
        for timer in pauses:
            timer.stop()
            timer.timeout.emit()
        return bool(pauses)


def _wait_for(tasks: Tasks) -> None:
    loop = QEventLoop()
    tasks.idle.connect(loop.quit)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()
    tasks.idle.disconnect(loop.quit)
    assert not tasks.busy, "a task does not end"
