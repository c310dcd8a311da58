"""An answer on its way to the caller: sent while it is made, so that a slow line carries from the first frame on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

EARLY = 16_000
"""Bytes: an answer that is whole by then goes out in one piece and says its length."""

PATIENCE = 10
"""The system takes bytes for a slow line in large lots; a caller who takes no lot in so many stall times is gone."""


class Outflow(Response):
    """A page whose end is not made yet when its first bytes leave.

    `done` is told the bytes at the end, however that came about. An answer that cannot be finished breaks off: what arrived
    stands alone, frame by frame, and the caller knows a whole page by its end mark.
    """

    def __init__(
        self, begun: bytes, rest: Iterator[bytes], stall_s: float, media_type: str, done: Callable[[int, Exception | None], None]
    ) -> None:
        super().__init__(media_type=media_type)
        del self.headers["content-length"]
        self._begun = begun
        self._rest = rest
        self._patience_s = PATIENCE * stall_s
        self._done = done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; a stalled caller or a fault of the program ends it unfinished, and the connection with it."""
        size, fault = 0, None
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            piece: bytes | None = self._begun
            while piece is not None:
                async with asyncio.timeout(self._patience_s):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                size += len(piece)
                piece = await run_in_threadpool(next, self._rest, None)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Exception as reason:  # noqa: BLE001 - the status line is gone; breaking off is the only answer left
            fault = reason
        finally:
            self._done(size, fault)


def begun(pieces: Iterator[bytes]) -> tuple[bytes, bool]:
    """The first bytes of an answer, and whether that is all of it."""
    content = b""
    for piece in pieces:
        content += piece
        if len(content) >= EARLY:
            return content, False
    return content, True
