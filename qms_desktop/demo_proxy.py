"""A bad line on this machine: a loopback proxy that delays, throttles, stalls, cuts and refuses, as country lines do.

The demo puts it between the PCs and the province; it needs no rights of an administrator. Each direction of each connection
is one thread that copies bytes under the conditions of the moment.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, replace
from types import TracebackType
from urllib.parse import urlsplit

PIECE = 2_048


@dataclass(frozen=True, slots=True)
class Line:
    """The condition of the line.

    delay_s: one way, once for each turn of the talk; rate: bytes a second each way, 0 for no limit; cut_up and cut_down: a
    connection is reset after so many bytes (None: never); down: nobody gets through; stalled: connections stay open and
    nothing moves.
    """

    delay_s: float = 0.0
    rate: int = 0
    cut_up: int | None = None
    cut_down: int | None = None
    down: bool = False
    stalled: bool = False


@dataclass
class Meter:
    """What went through: whole bytes at the socket."""

    up: int = 0
    down: int = 0
    connections: int = 0
    cuts: int = 0


class _Turn:
    """Who spoke last on a connection: only the first bytes of an answer wait for the line's delay, the rest follow."""

    def __init__(self) -> None:
        self._speaker: bool | None = None

    def taken(self, up: bool) -> bool:
        changed = self._speaker is not up
        self._speaker = up
        return changed


class BadLine:
    """A proxy to one address; used as a context manager. `url` is what the PC is given instead of the server's."""

    def __init__(self, target: str, line: Line | None = None) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.line = line or Line()
        self.meter = Meter()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> BadLine:
        self._begin(self._accept)
        return self

    def __exit__(self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None) -> None:
        self._closing.set()
        _end(self._listener)
        self.drop_all()
        for thread in list(self._threads):
            thread.join(5)

    def change(self, **condition: float | bool | None) -> None:
        """Change the condition of the line, also for open connections."""
        was_down = self.line.down
        self.line = replace(self.line, **condition)  # type: ignore[arg-type]
        if self.line.down:
            _end(self._listener)
            self.drop_all()
        elif was_down:
            self._listener = socket.create_server(("127.0.0.1", self._port))
            self._begin(self._accept)

    def drop_all(self) -> None:
        """Reset every open connection."""
        with self._lock:
            sockets, self._open = self._open, set()
        for each in sockets:
            _end(each)

    def _accept(self) -> None:
        listener = self._listener
        while not self._closing.is_set():
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target, timeout=5)
            except OSError:
                _end(near)
                continue
            far.settimeout(None)
            self.meter.connections += 1
            with self._lock:
                self._open |= {near, far}
            turn = _Turn()
            self._begin(self._copy, near, far, turn, True)
            self._begin(self._copy, far, near, turn, False)

    def _copy(self, source: socket.socket, target: socket.socket, turn: _Turn, up: bool) -> None:
        moved = 0
        try:
            while not self._closing.is_set() and (piece := source.recv(PIECE)):
                if turn.taken(up):
                    self._closing.wait(self.line.delay_s)
                moved = self._pass(target, piece, up, moved)
        except OSError:
            pass
        _end(source)
        _end(target)

    def _pass(self, target: socket.socket, piece: bytes, up: bool, moved: int) -> int:
        line = self.line
        self._closing.wait(len(piece) / line.rate if line.rate else 0)
        while self.line.stalled and not self._closing.is_set():
            self._closing.wait(0.01)
        limit = line.cut_up if up else line.cut_down
        if limit is not None and moved + len(piece) > limit:
            piece = piece[: max(0, limit - moved)]
        self._count(len(piece), up)
        target.sendall(piece)
        if limit is not None and moved + len(piece) >= limit:
            self.meter.cuts += 1
            raise ConnectionResetError("the line was cut")
        return moved + len(piece)

    def _count(self, size: int, up: bool) -> None:
        with self._lock:
            if up:
                self.meter.up += size
            else:
                self.meter.down += size

    def _begin(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="bad-line", daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()


def _end(each: socket.socket) -> None:
    """Closed so that the other thread, which may wait in it, comes back."""
    try:
        each.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    each.close()
