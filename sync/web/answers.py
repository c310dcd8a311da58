"""How the server answers over HTTP: every answer says the protocol it speaks, every refusal its number."""

from __future__ import annotations

import gzip
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from sync.errors import AccessFault, BlobFault, SyncError, TransportFault, WireError
from sync.web.outflow import Outflow
from sync.wire.pages import CONTENT_TYPE

PROTOCOL = "1"
MOMENT = "qms-moment"
SMALLEST_GZIP = 1000

_STATUS = {
    AccessFault.NO_SIGN_ON: 401,
    AccessFault.UNKNOWN_DEVICE: 401,
    AccessFault.BAD_SIGN_ON: 401,
    AccessFault.CLOCK: 401,
    AccessFault.REPLAYED: 401,
    AccessFault.REVOKED: 403,
    AccessFault.CODE_EXPIRED: 410,
    AccessFault.CODE_USED: 409,
    AccessFault.REPLICA_TAKEN: 409,
    AccessFault.FOLLOWED: 403,
    AccessFault.BAD_CODE: 403,
    AccessFault.TOO_MANY: 429,
    WireError.TOO_LARGE: 413,
    TransportFault.BUSY: 503,
    TransportFault.STALLED: 408,
    TransportFault.SERVER_FAULT: 500,
    TransportFault.FULL: 507,
    BlobFault.MISSING: 404,
    BlobFault.TOO_LARGE: 413,
    BlobFault.WRONG: 422,
    BlobFault.NO_ROOM: 507,
}

log = logging.getLogger("qms.server")


class Fault(msgspec.Struct, frozen=True):
    """A refusal: its number (sync/errors.py) and a plain English detail without any personal value."""

    code: int
    detail: str


def page(content: bytes) -> Response:
    """A page of the exchange."""
    return _answer(Response(content, media_type=CONTENT_TYPE))


def streamed(begun: bytes, rest: Iterator[bytes], stall_s: float, done: Callable[[int, Exception | None], None]) -> Response:
    """A page of the exchange whose end is still being made."""
    return _answer(Outflow(begun, rest, stall_s, CONTENT_TYPE, done))


def timed(response: Response, moment: int) -> Response:
    """The answer with the server's clock, by which a PC notices that its own is wrong; milliseconds since 1970 UTC."""
    response.headers[MOMENT] = str(moment)
    return response


def snapshot(content: bytes, name: str) -> Response:
    """A snapshot or the rest of one; without a name there is none."""
    return _answer(Response(content, media_type=CONTENT_TYPE, headers={"qms-snapshot": name}))


def as_json(request: Request, content: object) -> Response:
    """An object as JSON, compressed for callers that can read it so."""
    body = msgspec.json.encode(content)
    headers = {}
    if len(body) >= SMALLEST_GZIP and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, mtime=0)
        headers = {"content-encoding": "gzip", "vary": "accept-encoding"}
    return _answer(Response(body, media_type="application/json", headers=headers))


def as_bytes(content: bytes) -> Response:
    """Bytes that mean something to the caller alone."""
    return _answer(Response(content, media_type="application/octet-stream"))


def as_text(content: bytes, content_type: str) -> Response:
    """Text of another standard."""
    return _answer(Response(content, headers={"content-type": content_type}))


def refusal(fault: SyncError, moment: int) -> Response:
    """A refusal with its number. `moment`, the server's clock, lets a PC whose clock is wrong sign on all the same."""
    headers = {MOMENT: str(moment)}
    retry = fault.retry_after if isinstance(fault, TransportFault) else 60 if fault.code == AccessFault.TOO_MANY else None
    if retry is not None:
        headers["retry-after"] = str(retry)
    body = msgspec.json.encode(Fault(fault.code, fault.detail))
    status = _STATUS.get(fault.code, 400)
    return _answer(Response(body, status_code=status, media_type="application/json", headers=headers))


def note(event: str, **fields: str | int | None) -> None:
    """One structured line of the log. Callers pass ids, counts and numbers; never a name or a value of a record."""
    log.info("%s", json.dumps({"event": event, **fields}, ensure_ascii=False))


def origin(fault: BaseException) -> str:
    """Where a fault arose, without its text, which could hold a value."""
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _answer(response: Response) -> Response:
    response.headers["qms-protocol"] = PROTOCOL
    return response
