"""Running the server: as a process that says when it is ready, or beside the demo in a thread of its own."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

import uvicorn

from sync.server.api import Bounds, make_app
from sync.server.certificate import Tls
from sync.server.errors import ServerError
from sync.server.province import Province

SHUTDOWN_S = 10
KEEP_ALIVE_S = 30


class _Server(uvicorn.Server):
    """Uvicorn that says when it takes connections."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def serve(province: Province, host: str, port: int, ready: Callable[[str], None], tls: Tls | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then let running exchanges end. Port 0 takes a free one; `ready` gets the URL."""
    listener = _listen(host, port)
    try:
        server = _Server(_config(province, None, tls), lambda: ready(_url(listener, tls)))
        with _ends_quietly():
            asyncio.run(server.serve(sockets=[listener]))
    finally:
        listener.close()


class Running:
    """The server in a thread of this process: for the demo, and for tests over a real socket."""

    def __init__(self, province: Province, port: int = 0, bounds: Bounds | None = None, tls: Tls | None = None) -> None:
        self._listener = _listen("127.0.0.1", port)
        self._up = threading.Event()
        self._server = _Server(_config(province, bounds, tls), self._up.set)
        self._thread = threading.Thread(target=self._run, name="qms-server")
        self.url = _url(self._listener, tls)

    def __enter__(self) -> Running:
        self._thread.start()
        if not self._up.wait(SHUTDOWN_S):
            self.stop()
            raise ServerError(ServerError.PORT, "máy chủ không khởi động được")
        return self

    def __exit__(self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Let running exchanges end, and join the thread."""
        self._server.should_exit = True
        self._thread.join(2 * SHUTDOWN_S)
        self._listener.close()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listener]))


def _config(province: Province, bounds: Bounds | None, tls: Tls | None) -> uvicorn.Config:
    return uvicorn.Config(
        make_app(province, bounds),
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        h11_max_incomplete_event_size=16_384,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # without the protocol asyncio leaves Nagle on
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as fault:
        listener.close()
        raise ServerError(ServerError.PORT, f"không mở được cổng {port} trên {host}: {fault.strerror}") from fault
    listener.listen(512)
    return listener


def _url(listener: socket.socket, tls: Tls | None) -> str:
    host, port = listener.getsockname()[:2]
    scheme = "https" if tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


@contextmanager
def _ends_quietly() -> Iterator[None]:
    """Uvicorn raises the signal that ended it once more when it is done; here that must not end the process by force."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
