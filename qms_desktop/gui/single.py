"""One window per data folder: a second start raises the first window and ends (ux point 3)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE_MS = 500


class SingleWindow(QObject):
    """The door of a data folder. ``knock`` asks a window that is open already; ``listen`` makes this one answer."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = f"qms-desktop-{sha256(str(folder.resolve()).encode()).hexdigest()[:16]}"
        self._server: QLocalServer | None = None
        self._raise: Callable[[], None] | None = None

    def knock(self) -> bool:
        """Whether another window of this folder is open; it then comes to the front."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        answered = socket.waitForConnected(PATIENCE_MS)
        socket.abort()
        return answered

    def listen(self, come_forward: Callable[[], None]) -> None:
        """Answers later starts. What a killed program left behind is taken away first."""
        QLocalServer.removeServer(self._name)
        self._raise = come_forward
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        self._server.listen(self._name)

    def close(self) -> None:
        """Stops answering."""
        if self._server is not None:
            self._server.close()

    def _answer(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            self._server.nextPendingConnection().close()
        if self._raise is not None:
            self._raise()
