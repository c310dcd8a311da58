"""Who may stand at the port, how many, and how long: before TLS and before a single byte was read.

A stranger can open connections and say nothing, begin TLS and not finish it, or send head lines one by one. Each takes a place;
so a place is held for seconds only, one address gets few, and who proved to be a PC of the office keeps his while he works.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from sync.errors import AccessFault
from sync.web.door import Attempts

log = logging.getLogger("qms.lan")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Connections at once, of all callers and of one address; seconds for TLS, for a stranger, and after the last sign-on.

    breath_s: the pause after the system refused a connection (no more handles).
    """

    connections: int = 64
    of_one: int = 8
    handshake_s: float = 5.0
    stranger_s: float = 20.0
    member_s: float = 600.0
    breath_s: float = 0.2


class Told(H11Protocol):
    """A connection that says when it is over."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.over = self.loop.create_future()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        super().connection_lost(exc)
        if not self.over.done():
            self.over.set_result(None)


class Gate:
    """Takes connections off the listening sockets and ends those that overstay. Used by one event loop."""

    def __init__(self, context: ssl.SSLContext, knocks: Attempts, bounds: Bounds) -> None:
        self._context = context
        self._knocks = knocks
        self._bounds = bounds
        self._standing: Counter[str] = Counter()
        self._until: dict[tuple[str, int], float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def standing(self) -> int:
        """How many connections there are."""
        return self._standing.total()

    def admitted(self, client: tuple[str, int]) -> None:
        """A PC of the office signed on over this connection: it may stay as long as it works."""
        if client in self._until:
            self._until[client] = asyncio.get_running_loop().time() + self._bounds.member_s

    async def accept(self, listener: socket.socket, protocol: Callable[[], Told]) -> None:
        """Let callers in until cancelled."""
        loop = asyncio.get_running_loop()
        listener.setblocking(False)
        while True:
            try:
                connection, address = await loop.sock_accept(listener)
            except OSError as fault:
                log.info("a connection could not be taken: %s", fault)
                await asyncio.sleep(self._bounds.breath_s)
                continue
            client = (str(address[0]), int(address[1]))
            if self._has_room(client[0]) and _quick(connection):
                self._standing[client[0]] += 1  # now and not in the task: many may be taken before the first task begins
                task = loop.create_task(self._serve(connection, client, protocol))
                self._tasks.add(task)
                task.add_done_callback(partial(self._ended, connection))
            else:
                connection.close()
            await asyncio.sleep(0)  # a crowd that waits already must not keep the others from being answered

    async def close(self) -> None:
        """End every connection there still is."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, connection: socket.socket, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            connection.close()

    def _has_room(self, host: str) -> bool:
        if self.standing >= self._bounds.connections or self._standing[host] >= self._bounds.of_one:
            return False
        try:
            self._knocks.make(host)
        except AccessFault:
            return False
        return True

    async def _serve(self, connection: socket.socket, client: tuple[str, int], protocol: Callable[[], Told]) -> None:
        loop = asyncio.get_running_loop()
        self._until[client] = loop.time() + self._bounds.stranger_s
        transport: asyncio.Transport | None = None
        try:
            limits = {"ssl_handshake_timeout": self._bounds.handshake_s, "ssl_shutdown_timeout": self._bounds.handshake_s}
            transport, made = await loop.connect_accepted_socket(protocol, connection, ssl=self._context, **limits)
            while not made.over.done() and (left := self._until[client] - loop.time()) > 0:
                await asyncio.wait([made.over], timeout=left)
        except OSError as fault:
            log.debug("a connection ended early: %s", type(fault).__name__)
        finally:
            if transport is not None:
                transport.abort()
            del self._until[client]
            self._standing[client[0]] -= 1
            self._standing += Counter()  # forgets addresses nobody stands at


def _quick(connection: socket.socket) -> bool:
    """Sends small answers at once; False when the caller is gone already."""
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        return False
    return True
