"""The operations for attachments, signed on like the exchange; verb and path are signed with the body.

POST /blobs/{area}                     how much is here of each of these files
PUT  /blobs/{area}/{name}/{number}     a piece of a chunk; what arrived in order is kept
GET  /blobs/{area}/{name}/{number}     a part of a chunk

They have places and brakes of their own, so that however many scans are under way, a dossier finds its place free. The province
answers so, and every PC of an office its neighbours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Generic, Protocol, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sync.errors import AccessFault, BlobFault, TransportFault, WireError
from sync.files.blobs import CHUNK
from sync.files.counter import MOST_ASKED, NAME_BYTES
from sync.joining.access import whole_request
from sync.web.answers import as_bytes, as_json
from sync.web.door import Attempts, Brake, Caller, Clock, Door
from sync.web.inflow import Inflow

PLACES = 16


Busy = Callable[[], TransportFault]
"""Says when to come back."""


@dataclass(frozen=True, slots=True)
class BlobBounds:
    """What PCs may take up: all of them, and each. A PC on a fast line makes some twenty requests of a chunk a second."""

    stall_s: float = 60.0
    places: int = PLACES
    of_one: int = 4
    device: Brake = field(default_factory=lambda: Brake(count=3_000))


class Named(Caller, Protocol):
    """A PC that calls."""

    @property
    def replica(self) -> str:
        """Its replica id."""


Visitor = TypeVar("Visitor", bound=Named)
Visitor_contra = TypeVar("Visitor_contra", contravariant=True)


class Keeping(Protocol[Visitor_contra]):
    """Where the files are that a caller may ask for. Any thread."""

    def standing(self, caller: Visitor_contra, area: str, names: bytes) -> list[int]:
        """How many bytes are here of each file (32 bytes of `names` each)."""

    def take(self, caller: Visitor_contra, area: str, name: str, size: int, start: int, data: bytes) -> int:
        """Keep a piece; how much of the file is here now."""

    def give(self, caller: Visitor_contra, area: str, name: str, number: int, at: int, length: int) -> bytes:
        """A part of a chunk."""


class BlobApi(Generic[Visitor]):
    """The operations, behind the same door as the exchange."""

    def __init__(
        self,
        keeping: Keeping[Visitor],
        door: Door[Visitor],
        bounds: BlobBounds,
        busy: Busy,
        clock: Clock,
        *,
        admitted: Callable[[Request, Visitor], None] = lambda _request, _caller: None,
        leavers: bool = False,
    ) -> None:
        """admitted: told of each request that was signed on. leavers: a PC that was revoked may still hand in what it has."""
        self._leavers = leavers
        self._keeping = keeping
        self._door = door
        self._bounds = bounds
        self._busy = busy
        self._visits = Attempts(clock, bounds.device, callers=100_000)
        self._told = admitted
        self._under_way: Counter[str] = Counter()

    async def standing(self, request: Request) -> Response:
        """How many bytes are here of each file asked about."""
        caller, body = await self._admitted(request, MOST_ASKED * NAME_BYTES, leaving=self._leavers)
        return as_json(request, await run_in_threadpool(self._keeping.standing, caller, request.path_params["area"], body))

    async def put(self, request: Request) -> Response:
        """Take a piece; the answer is how much of the file is here now."""
        caller, body = await self._admitted(request, CHUNK, leaving=self._leavers)
        area, name = request.path_params["area"], request.path_params["name"]
        asked = request.query_params
        start = _number(request.path_params["number"]) * CHUNK + _number(asked.get("at"))
        held = await run_in_threadpool(self._keeping.take, caller, area, name, _number(asked.get("size")), start, body)
        return as_json(request, [held])

    async def get(self, request: Request) -> Response:
        """Give a part of a chunk."""
        caller, _body = await self._admitted(request, 0)
        area, name, number = request.path_params["area"], request.path_params["name"], _number(request.path_params["number"])
        at, length = _number(request.query_params.get("at")), _number(request.query_params.get("length"))
        return as_bytes(await run_in_threadpool(self._keeping.give, caller, area, name, number, at, length))

    async def _admitted(self, request: Request, most: int, *, leaving: bool = False) -> tuple[Visitor, bytes]:
        """The PC that calls and the body it signed; before that nothing of either is used."""
        admit = self._door.admit_also_leaving if leaving else self._door.admit
        caller, claim = await run_in_threadpool(admit, request.headers.get("authorization"))
        self._visits.make(caller.replica)
        self._told(request, caller)
        with self._place(caller.replica):
            content = b""
            async with Inflow(request.stream().__aiter__(), self._bounds.stall_s) as body:
                async for chunk in body.chunks():
                    content += chunk
                    if len(content) > most:
                        raise WireError(WireError.TOO_LARGE, f"at most {most} bytes here")
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if not claim.fits(sha256(whole_request(request.method, path, content)).digest()):
            raise AccessFault(AccessFault.BODY_CHANGED, "the request is not the one that was signed for")
        return caller, content

    @contextmanager
    def _place(self, replica: str) -> Iterator[None]:
        """One of the places for files; only the event loop's thread counts them."""
        if self._under_way.total() >= self._bounds.places or self._under_way[replica] >= self._bounds.of_one:
            raise self._busy()
        self._under_way[replica] += 1
        try:
            yield
        finally:
            self._under_way[replica] -= 1
            self._under_way += Counter()  # forgets who is gone


def _number(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise BlobFault(BlobFault.BAD_REQUEST, "chunks, places and lengths are whole numbers")
    return int(text)
