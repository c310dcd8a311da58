"""The server's application in the same process, reached over a road that loses, repeats and cuts as told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sync.client.transport import Answer, Traffic
from sync.errors import TransportFault

PIECE = 1_000


@dataclass(frozen=True)
class Trouble:
    """What happens to one request: nothing, or one of these. Sizes are bytes of the body."""

    lose_request: bool = False
    lose_answer: bool = False
    repeat: bool = False
    cut_request: int | None = None
    cut_answer: int | None = None


class InProcess:
    """A transport into an ASGI application; `troubles` are used up one for each request, then the road is good.

    `longest`: a proxy on the road collects whole requests, and the line breaks when so many bytes have crossed it.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self.traffic = Traffic()
        self.troubles: list[Trouble] = []
        self.longest: int | None = None

    def ask(self, verb: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        trouble = self.troubles.pop(0) if self.troubles else Trouble()
        self.traffic.requests += 1
        self.traffic.bytes_up += len(body)
        if self.longest is not None and len(body) > self.longest:
            raise TransportFault(TransportFault.CUT, "cut before the proxy had it all")
        if trouble.lose_request:
            raise TransportFault(TransportFault.OFFLINE, "lost")
        if trouble.cut_request is not None:
            self._call(verb, path, body[: trouble.cut_request], headers, whole=False)
            raise TransportFault(TransportFault.OFFLINE, "cut")
        if trouble.repeat:
            self._call(verb, path, body, headers)
        status, answered, content = self._call(verb, path, body, headers)
        if trouble.lose_answer:
            raise TransportFault(TransportFault.OFFLINE, "answer lost")
        self.traffic.bytes_down += len(content)
        return Answer(status, answered, _pieces(content, trouble.cut_answer))

    def _call(
        self, verb: str, path: str, body: bytes, headers: Mapping[str, str] | None, whole: bool = True
    ) -> tuple[int, dict[str, str], bytes]:
        sent: list[dict[str, Any]] = []
        events = [{"type": "http.request", "body": piece, "more_body": True} for piece in _pieces(body, None)]
        events.append({"type": "http.request", "body": b"", "more_body": False} if whole else {"type": "http.disconnect"})

        async def receive() -> dict[str, Any]:
            return events.pop(0) if events else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": verb,
            "path": path.partition("?")[0],
            "raw_path": path.partition("?")[0].encode(),
            "query_string": path.partition("?")[2].encode(),
            "root_path": "",
            "scheme": "http",
            "headers": raw,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        asyncio.run(self._app(scope, receive, send))
        start = next(message for message in sent if message["type"] == "http.response.start")
        answered = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        content = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
        return start["status"], answered, content


def _pieces(content: bytes, cut: int | None) -> Iterator[bytes]:
    for start in range(0, len(content) if cut is None else min(cut, len(content)), PIECE):
        yield content[start : start + PIECE]
    if cut is not None:
        raise TransportFault(TransportFault.CUT, "the answer broke off")
