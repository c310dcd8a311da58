"""The application: style, font, Vietnamese for Qt's own words, Qt's warnings into the log, and the window."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from qms_desktop.gui import theme, translate
from qms_desktop.gui.desk import Desk
from qms_desktop.gui.main_window import PRODUCT, MainWindow
from qms_desktop.gui.single import SingleWindow

if TYPE_CHECKING:
    from qms_desktop.office import Office

LOG = logging.getLogger("qms_desktop.gui")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

SWITCH_S = 0.0005
"""How long another thread may go on when the window wants its turn. Painting a list asks for some hundred turns, so with Python's
usual 5 ms a page would take a second while records arrive; measured by tests/bench/bench_arrival.py."""

LATER_MS = 60_000
"""By then the first exchange has loaded what it needs."""

_HARMLESS = "This plugin does not support propagateSizeHints()"
"""Said by Qt's offscreen platform each time a window is shown; it is no fault of the program."""


def make_application(arguments: list[str]) -> QApplication:
    """The application object, fully dressed; the one that exists already if there is one. The caller keeps it."""
    sys.setswitchinterval(SWITCH_S)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(arguments[:1] or ["qms-desktop"])
    qInstallMessageHandler(_logged)
    application.setApplicationName("qms-desktop")
    application.setApplicationDisplayName(PRODUCT)
    application.setStyle("Fusion")
    application.setFont(theme.choose_font())
    application.setPalette(theme.qt_palette())
    application.setStyleSheet(theme.style_sheet())
    if application.property("vietnamese") is None:
        application.setProperty("vietnamese", True)
        translate.install(application)
    return application


def open_desk(desk: Desk, on_ready: Callable[[], None] | None = None) -> MainWindow:
    """Shows the window on a desk; ``on_ready`` is called once it can be used."""
    window = MainWindow(desk)
    window.start()
    if on_ready is not None:
        QTimer.singleShot(0, on_ready)
    return window


def open_window(office: Office, on_ready: Callable[[], None] | None = None, *, background: bool = False) -> MainWindow:
    """Shows the window on a real office: set-up, sign-in or the screen of last time; ``background`` as for ``run``."""
    from qms_desktop.gui.desks.care import OfficeDesk

    return open_desk(OfficeDesk(office, background=background), on_ready)


def set_start_aside() -> None:
    """What the start made stays to the end. A full round of the garbage collector over it stops all threads for 0.2 s, and
    arriving records bring such rounds about; set aside, it is passed over.
    """
    gc.freeze()


def run(office: Office, on_ready: Callable[[], None] | None = None, *, background: bool = False) -> int:
    """Opens the window and stays until it is closed; returns the exit code.

    ``background``: the window itself starts the exchange with the province and the daily backup. A window of the same data
    folder that is open already comes to the front instead.
    """
    application = make_application([])
    door = SingleWindow(office.paths.data)
    if door.knock():
        return 0
    window = open_window(office, on_ready, background=background)
    set_start_aside()
    QTimer.singleShot(LATER_MS, window, set_start_aside)
    door.listen(window.come_forward)
    before, sys.excepthook = sys.excepthook, _Caught(window)
    try:
        return application.exec()
    finally:
        sys.excepthook = before
        door.close()
        window.tasks.close()


class _Caught:
    """An error nobody caught while a signal was handled is shown like any other."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        LOG.error("uncaught", exc_info=(kind, error, trace))
        self._window.failed(error)


def _logged(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    del context
    if text == _HARMLESS:
        return
    LOG.log(_LEVELS.get(kind, logging.WARNING), "%s", text)
