"""Works the window as a person does, key by key: for the scripted journey and for tests.

The caller needs no Qt: keys are given as they are printed on the sheet ("Ctrl+N", "Enter"), widgets by their object names.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from qms_desktop.gui.main_window import MainWindow

STEP_MS = 10
PATIENCE_S = 20.0
MOST_TABS = 80
USUAL_SIZE = (1366, 728)
_NAMES = {"Enter": "Return", "Phím cách": "Space"}


class TimeIsUp(RuntimeError):
    """What was waited for did not happen."""


class Hands:
    """Two hands on the keyboard of one window."""

    def __init__(self, window: MainWindow, size: tuple[int, int] = USUAL_SIZE) -> None:
        self.window = window
        window.resize(*size)

    def press(self, keys: str) -> None:
        """Presses keys such as "Ctrl+Enter" in the widget that has the focus."""
        text = keys
        for shown, real in _NAMES.items():
            text = text.replace(shown, real)
        combination = QKeySequence(text)[0]  # type: ignore[index]
        QTest.keyClick(self._focused(), combination.key(), combination.keyboardModifiers())
        self.settle()

    def type(self, text: str) -> None:
        """Types text, any letter of it, as a typing tool sends it."""
        for letter in text:
            target = self._focused()
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, _code(letter), Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(target, event)
        self.settle()

    def replace(self, text: str) -> None:
        """Types over whatever stands in the focused box."""
        target = self._focused()
        if isinstance(target, QLineEdit | QPlainTextEdit):
            target.selectAll()
        if text:
            self.type(text)
        else:
            self.press("Backspace")

    def focus(self, name: str) -> None:
        """Goes to a widget of the present screen with the Tab key; LookupError when Tab does not lead there."""
        wanted = self.widget(name)
        for _ in range(MOST_TABS):
            if wanted.hasFocus():
                self.settle()
                return
            QTest.keyClick(self._focused(), Qt.Key.Key_Tab)
        raise LookupError(f"{name}: Tab")

    def widget(self, name: str) -> QWidget:
        """The widget of that object name; LookupError if there is none."""
        found = self.window.screen_now().findChild(QWidget, name) or self.window.findChild(QWidget, name)
        if found is None:
            raise LookupError(name)
        return found

    def read(self, name: str) -> str:
        """The text of a label, box or button."""
        found = self.widget(name)
        if isinstance(found, QLabel | QLineEdit | QPushButton):
            return found.text()
        if isinstance(found, QComboBox):
            return found.currentText()
        return found.accessibleName()

    def choose(self, name: str, value: str) -> None:
        """Chooses a value of a box with the arrow keys."""
        box = self.widget(name)
        if not isinstance(box, QComboBox):
            raise LookupError(name)
        wanted = box.findData(value)
        if wanted < 0:
            raise LookupError(f"{name}: {value}")
        self.focus(name)
        while box.currentIndex() != wanted:
            self.press("Down" if box.currentIndex() < wanted else "Up")

    def message(self) -> str:
        """What the message bar says."""
        return self.window.messages.text

    def show(self, screen: str, argument: str = "") -> None:
        """Opens a screen."""
        self.window.go(screen, argument)
        self.settle()

    def settle(self) -> None:
        """Lets the window draw and the worker finish."""
        QTest.qWait(STEP_MS)
        self.wait(self._calm)

    def wait(self, happened: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Waits until something is so; TimeIsUp when it is not in time."""
        end = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > end:
                raise TimeIsUp(f"{self.window.screen_name}: {self.message()}")
            QTest.qWait(STEP_MS)

    def snap(self, path: Path) -> Path:
        """Keeps a picture of the window."""
        self.settle()
        return snap(self.window, path)

    def gallery(self, folder: Path, dossier: str = "") -> list[Path]:
        """A picture of every screen; of a dossier's page too when one is named."""
        screens = [("today", ""), ("register", ""), ("intake", ""), ("procedures", ""), ("due", ""), ("sync", ""), ("unit", "")]
        screens += [("system", ""), *([("dossier", dossier)] if dossier else [])]
        taken = []
        for screen, argument in screens:
            self.show(screen, argument)
            taken.append(self.snap(folder / f"{screen}.png"))
        return taken

    def _calm(self) -> bool:
        return not self.window.tasks.busy and not self.window.reading.busy

    def _focused(self) -> QWidget:
        if not self.window.isActiveWindow():
            self.window.activateWindow()
            self.wait(self.window.isActiveWindow)
        overlay = QApplication.focusWidget()
        return overlay if overlay is not None and overlay.window() is self.window else self.window


def snap(widget: QWidget, path: Path) -> Path:
    """A picture of a widget as it stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    widget.grab().save(str(path))
    return path


def _code(letter: str) -> int:
    upper = letter.upper()
    return ord(upper) if len(upper) == 1 and ord(upper) < 0x80 else int(Qt.Key.Key_unknown.value)
