"""The road to the server as the exchange sees it, and the judgement of what came back.

A transport only carries: it raises TransportFault when the road fails and gives every answer that came, whatever it says.
Tests put other roads here: the server's application in the same process, with requests dropped, repeated or cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from sync.errors import AccessFault, BlobFault, EntryError, ExchangeError, KeyFault, SyncError, TransportFault, WireError

PROTOCOL = "1"
LONGEST_REFUSAL = 4_096
DIGITS = 17
"""A longer number in a header is nonsense, and costly to read."""

_FAMILIES: dict[int, type[SyncError]] = {
    1: EntryError,
    2: KeyFault,
    3: WireError,
    4: ExchangeError,
    6: AccessFault,
    8: BlobFault,
}
_SAID_OF_ITSELF = frozenset({TransportFault.BUSY, TransportFault.SERVER_FAULT, TransportFault.FULL})
"""What only the server can know of the road's other end; everything else about the road, the PC notices itself."""

_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_IN_BETWEEN = {
    403: TransportFault.BLOCKED,
    407: TransportFault.PROXY_PASSWORD,
    413: TransportFault.PAGE_TOO_LARGE,
    451: TransportFault.BLOCKED,
    502: TransportFault.GATEWAY,
    503: TransportFault.GATEWAY,
    504: TransportFault.GATEWAY,
}
"""What an answer means that our server did not give, by its status."""


@dataclass
class Traffic:
    """What went over the road so far, head lines included: the caller's meter."""

    requests: int = 0
    bytes_up: int = 0
    bytes_down: int = 0


@dataclass(frozen=True)
class Answer:
    """A status, lower-case headers, and the body as it arrives. Closed by whoever does not read the body to its end."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes] = field(repr=False)
    close: Callable[[], None] = lambda: None

    def whole(self, limit: int) -> bytes:
        """The body, when it must be small; WireError beyond the limit."""
        body = b""
        for chunk in self.chunks:
            body += chunk
            if len(body) > limit:
                self.close()
                raise WireError(WireError.TOO_LARGE, "the answer is longer than such an answer can be")
        return body


class Transport(Protocol):
    """Carries one request; TransportFault when the road fails before or while the answer comes."""

    traffic: Traffic

    def ask(self, verb: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """The server's answer. Its chunks must be read to the end, or the answer dropped."""


class Refusal(msgspec.Struct, frozen=True):
    """How the server says no."""

    code: int
    detail: str = ""


def judged(answer: Answer) -> Answer:
    """The answer if it is our server's and good; otherwise the fault it stands for.

    A hotel's or a provider's log-in page answers everything with 200 as well: only our server names the protocol.
    """
    if answer.headers.get("qms-protocol") != PROTOCOL:
        answer.close()
        raise _stranger(answer)
    if answer.status == 200:
        return answer
    try:
        raise _fault(answer)
    finally:
        answer.close()


def moment_of(answer: Answer) -> int | None:
    """The server's clock in milliseconds since 1970 UTC, where it is told."""
    text = answer.headers.get("qms-moment", "")
    return int(text) if text.isdecimal() and len(text) < DIGITS else None


def _stranger(answer: Answer) -> TransportFault:
    """What stands between: a log-in page, a proxy, a filter, the province's front door while the server behind it restarts."""
    status = answer.status
    page = answer.headers.get("content-type", "").partition(";")[0].strip().lower() in _PAGES
    if status == 511 or status in _ELSEWHERE or (status == 200 and page):
        return TransportFault(TransportFault.PORTAL, f"a log-in page of the network (status {status})")
    number = _IN_BETWEEN.get(status, TransportFault.NOT_OUR_SERVER)
    return TransportFault(number, f"something else answered (status {status})", _seconds(answer))


def _fault(answer: Answer) -> SyncError:
    try:
        refusal = msgspec.json.decode(answer.whole(LONGEST_REFUSAL), type=Refusal)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        refusal = Refusal(0)
    family = _FAMILIES.get(refusal.code // 100)
    if family is not None:
        return family(refusal.code, refusal.detail)
    if refusal.code in _SAID_OF_ITSELF:
        return TransportFault(refusal.code, refusal.detail, _seconds(answer))
    if answer.status in (429, 503):
        return TransportFault(TransportFault.BUSY, refusal.detail or "the server is busy", _seconds(answer))
    number = TransportFault.SERVER_FAULT if answer.status >= 500 else TransportFault.REFUSED
    return TransportFault(number, f"status {answer.status} {refusal.detail}".strip(), _seconds(answer))


def _seconds(answer: Answer) -> int | None:
    text = answer.headers.get("retry-after", "")
    return min(int(text), 3600) if text.isdecimal() and len(text) < DIGITS else None
