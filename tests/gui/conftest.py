"""Qt without a screen; any warning of Qt fails the test, and no window outlives its test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from qms_desktop.gui.app import make_application
from qms_desktop.gui.main_window import MainWindow
from tests.gui.desks import RichDesk
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand

_NO_GRAB = "This plugin does not support grabbing the keyboard"
HARMLESS = ("This plugin does not support propagateSizeHints()", "This plugin does not support raise()", _NO_GRAB)
"""Said by the platform without a screen, whatever a program does."""

OpenHand = Callable[..., Hand]


@pytest.fixture(scope="session")
def application() -> QApplication:
    return make_application(["qms-desktop"])


@pytest.fixture(autouse=True)
def qt_is_quiet(application: QApplication) -> Iterator[None]:
    """Fails the test in which Qt complained, and closes what it left open."""
    said: list[str] = []

    def note(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg and text not in HARMLESS:
            said.append(text)

    before = qInstallMessageHandler(note)
    yield
    _close_windows()
    qInstallMessageHandler(before)
    assert not said, f"Qt complained: {said}"


def _close_windows() -> None:
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, MainWindow):
            widget.tasks.close()
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    """A few ordinary rows."""
    return FakeDesk(tmp_path)


@pytest.fixture
def rich_desk(tmp_path: Path) -> RichDesk:
    """Long names, late and paused dossiers, questions: what breaks a layout."""
    return RichDesk(tmp_path)


@pytest.fixture
def open_hand(desk: FakeDesk) -> OpenHand:
    """Opens the window, signed in, on the ordinary desk or the one given."""

    def opened(on: FakeDesk | None = None, width: int = 1366, height: int = 728) -> Hand:
        hand = Hand(on or desk, width, height)
        hand.enter()
        return hand

    return opened


@pytest.fixture
def hand(open_hand: OpenHand) -> Hand:
    """The window, signed in."""
    return open_hand()
