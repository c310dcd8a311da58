"""The application: style, font, Vietnamese for Qt's own words, Qt's warnings into the log, and the window."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from qms_desktop.gui import theme, translate
from qms_desktop.gui.desk import Desk
from qms_desktop.gui.main_window import PRODUCT, MainWindow

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

_HARMLESS = "This plugin does not support propagateSizeHints()"
"""Said by Qt's offscreen platform each time a window is shown; it is no fault of the program."""


def make_application(arguments: list[str]) -> QApplication:
    """The application object, fully dressed; the one that exists already if there is one. The caller keeps it."""
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


def open_window(office: Office, on_ready: Callable[[], None] | None = None) -> MainWindow:
    """Shows the window on a real office: set-up, sign-in or the screen of last time."""
    from qms_desktop.gui.desks.care import OfficeDesk

    return open_desk(OfficeDesk(office), on_ready)


def run(office: Office, on_ready: Callable[[], None] | None = None) -> int:
    """Opens the window and stays until it is closed; returns the exit code."""
    application = make_application([])
    window = open_window(office, on_ready)
    code = application.exec()
    del window
    return code


def _logged(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    del context
    if text == _HARMLESS:
        return
    LOG.log(_LEVELS.get(kind, logging.WARNING), "%s", text)
