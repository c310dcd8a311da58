"""A request's body, taken from the line as it arrives, so that a cut loses nothing that had come.

A web server that notices that its caller is gone gives out no more of what it had already received. Storing a frame takes longer
than receiving it: without this, a good part of what crossed a bad line would be thrown away at every cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from sync.errors import TransportFault

ROOM = 512_000
"""Bytes that may wait here for one caller; a page is smaller. Beyond them the caller is held up."""


class Inflow:
    """Used as an async context manager around `chunks`. stall_s: how long no byte may come."""

    def __init__(self, stream: AsyncIterator[bytes], stall_s: float) -> None:
        self._stream = stream
        self._stall_s = stall_s
        self.ended = False
        """Whether nothing follows what `chunks` gave out last."""
        self._pieces: list[bytes] = []
        self._size = 0
        self._over = False
        self._fault: Exception | None = None
        self._news, self._room = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Inflow:
        self._task = asyncio.create_task(self._pump())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def chunks(self) -> AsyncIterator[bytes]:
        """What came meanwhile, again and again; if the line was cut or stalled, the fault after everything that had come."""
        while not self.ended:
            await self._news.wait()
            self._news.clear()
            pieces, over, fault = self._pieces, self._over, self._fault
            self._pieces, self._size = [], 0
            self._room.set()
            self.ended = over and fault is None
            if pieces:
                yield b"".join(pieces)
            if fault is not None:
                raise fault

    async def _pump(self) -> None:
        try:
            while True:
                async with asyncio.timeout(self._stall_s):
                    piece = await anext(self._stream)
                if piece:
                    await self._put(piece)
        except StopAsyncIteration:
            self._end(None)
        except TimeoutError:
            self._end(TransportFault(TransportFault.STALLED, "no bytes came for too long"))
        except Exception as fault:  # noqa: BLE001 - handed over to the one who reads
            self._end(fault)

    async def _put(self, piece: bytes) -> None:
        self._size += len(piece)
        self._pieces.append(piece)
        self._news.set()
        while self._size > ROOM:
            self._room.clear()
            await self._room.wait()

    def _end(self, fault: Exception | None) -> None:
        self._over, self._fault = True, fault
        self._news.set()
