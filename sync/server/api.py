"""The web face of the server: few operations, each small, each answering in a form that carries a number.

POST /sync      one exchange of pages with an enrolled PC (sync/exchange/session.py)
POST /enrol     a PC joins with a one-time code
POST /farewell  a revoked PC hands over what it holds; it is told nothing
POST /release   the province's signature that it holds what a revoked PC held
POST /wiped     a revoked PC's signed word that its data is gone
/blobs/…        attachments (sync/web/blob_api.py)
GET  /units     the public register of units, for the set-up page
GET  /health    whether the server can read its database
GET  /metrics   counters for Prometheus, told to the server's own machine only
GET  /openapi.json
"""

from __future__ import annotations

import hashlib
import random
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sync.errors import AccessFault, ExchangeError, SyncError, TransportFault, WireError
from sync.exchange.session import Limits
from sync.joining.access import Claim
from sync.joining.enrolment import EnrolRequest, RejoinRequest, ReleaseAnswer, ReleaseRequest, WipedRequest
from sync.newcomer.snapshot import SnapshotRequest
from sync.newcomer.snapshot_making import WORTH
from sync.server.accounts import Device
from sync.server.blob_counter import UnitCounter
from sync.server.meeting import ANSWER, SILENT, Meeting
from sync.server.metrics import CONTENT_TYPE, Metrics
from sync.server.openapi import DOCUMENT
from sync.server.presence import Presence
from sync.server.province import Province
from sync.server.revoking import receive, release
from sync.server.snapshots import Snapshots
from sync.server.stats import held
from sync.server.storage import cannot_store
from sync.web.answers import as_json, as_text, note, origin, page, refusal, snapshot, streamed, timed
from sync.web.blob_api import BlobApi, BlobBounds
from sync.web.door import Attempts, Brake, Door
from sync.web.inflow import Inflow
from sync.web.outflow import begun

Endpoint = Callable[[Request], Awaitable[Response]]
Form = TypeVar("Form", bound=msgspec.Struct)
Chance = Callable[[], float]
"""A number from 0 to below 1."""

OWN_MACHINE = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one caller may take up. Stalls are counted from the last byte that moved, never from the start."""

    stall_s: float = 60.0
    enrol_bytes: int = 8_192
    exchanges: int = 64
    exchanges_of_one: int = 8
    snapshot_entries: int = WORTH
    shortest_wait_s: int = 5
    longest_wait_s: int = 40
    enrol: Brake = field(default_factory=Brake)
    device: Brake = field(default_factory=lambda: Brake(count=600))
    blobs: BlobBounds = field(default_factory=BlobBounds)


class Api:
    """The operations, over one province."""

    def __init__(self, province: Province, bounds: Bounds, chance: Chance) -> None:
        self._province = province
        self._bounds = bounds
        self._chance = chance
        self._door = Door(province.identity.server, province.accounts.caller, province.clock)
        self._attempts = Attempts(province.clock, bounds.enrol)
        self._visits = Attempts(province.clock, bounds.device, callers=100_000)
        self._presence = Presence(province.clock)
        self._snapshots = Snapshots(province.database, province.clock, bounds.snapshot_entries)
        self._metrics = Metrics()
        self.blobs = BlobApi(UnitCounter(province), self._door, bounds.blobs, self.busy, province.clock, leavers=True)
        self._under_way: Counter[str] = Counter()

    async def sync(self, request: Request) -> Response:
        """One exchange: what the PC brings is committed frame by frame as it arrives, also when the line is cut."""
        device, claim = await run_in_threadpool(self._door.admit, request.headers.get("authorization"))
        return await self._exchange(request, device, claim, ANSWER)

    async def farewell(self, request: Request) -> Response:
        """The same with a revoked PC, except that no entry goes out."""
        header = request.headers.get("authorization")
        device, claim = await run_in_threadpool(partial(self._door.admit, revoked=True), header)
        return await self._exchange(request, device, claim, SILENT)

    async def release(self, request: Request) -> Response:
        """The province's signature that a revoked PC may erase what it holds, because all of it is here."""
        header = request.headers.get("authorization")
        device, claim = await run_in_threadpool(partial(self._door.admit, revoked=True), header)
        self._visits.make(device.replica)
        content = await self._content(request)
        if not claim.fits(hashlib.sha256(content).digest()):
            raise AccessFault(AccessFault.BODY_CHANGED, "the body is not the one that was signed for")
        asked = _decoded(content, ReleaseRequest)
        signed = await run_in_threadpool(release, self._province, device, asked.leaves)
        note("released", replica=device.replica, unit=device.unit)
        return as_json(request, ReleaseAnswer(signed))

    async def wiped(self, request: Request) -> Response:
        """A revoked PC says that its data is gone. Its signature says who it is."""
        asked = await self._small(request, WipedRequest)
        await run_in_threadpool(receive, self._province, asked.receipt)
        note("wiped")
        return as_json(request, {})

    async def _exchange(self, request: Request, device: Device, claim: Claim, limits: Limits) -> Response:
        self._visits.make(device.replica)
        began = self._province.clock()
        with self._place(device.replica):
            meeting = Meeting(self._province, device, limits)
            last = b""
            async with self._body(request) as body:
                async for chunk in body.chunks():
                    if body.ended:
                        last = chunk
                    else:
                        await run_in_threadpool(meeting.hear, chunk)
            pieces, content, whole = await run_in_threadpool(self._answered, meeting, last, device, claim)

        def done(down: int, fault: Exception | None = None) -> None:
            counts = meeting.counts()
            self._metrics.exchanged((self._province.clock() - began) / 1000, meeting.heard, down, **counts)
            note("sync", replica=device.replica, unit=device.unit, up=meeting.heard, down=down, **counts)
            if fault is not None:
                note("broken off", path=request.url.path, kind=type(fault).__name__, where=origin(fault))

        if not whole:
            return timed(streamed(content, pieces, self._bounds.stall_s, done), self._province.clock())
        done(len(content))
        return timed(page(content), self._province.clock())

    def _answered(self, meeting: Meeting, last: bytes, device: Device, claim: Claim) -> tuple[Iterator[bytes], bytes, bool]:
        """The end of the page heard and the answer begun in one go, because handing work to another thread has its price."""
        meeting.hear(last)
        if not claim.fits(meeting.digest):
            raise AccessFault(AccessFault.BODY_CHANGED, "the body is not the one that was signed for")
        pieces = meeting.answer(self._presence.seen(device.replica))
        return pieces, *begun(pieces)

    async def snapshot(self, request: Request) -> Response:
        """The newest records of a scope for a new PC, or the rest of them after a cut (sync/newcomer/snapshot.py)."""
        device, claim = await run_in_threadpool(self._door.admit, request.headers.get("authorization"))
        self._visits.make(device.replica)
        content = await self._content(request)
        if not claim.fits(hashlib.sha256(content).digest()):
            raise AccessFault(AccessFault.BODY_CHANGED, "the body is not the one that was signed for")
        asked = _decoded(content, SnapshotRequest)
        if asked.scope not in device.scopes:
            raise ExchangeError(ExchangeError.SCOPE_REFUSED, "a scope that is not shared with this PC")
        with self._place(device.replica):
            made = await run_in_threadpool(self._snapshots.of, asked.scope, asked.name)
        rest = made.content[max(0, asked.position) if asked.name == made.name else 0 :]
        note("snapshot", replica=device.replica, unit=device.unit, down=len(rest))
        return snapshot(rest, made.name)

    async def enrol(self, request: Request) -> Response:
        """A PC joins. Wrong codes are braked per caller, so that guessing takes longer than a code lives."""
        asked = await self._small(request, EnrolRequest)
        answer = await run_in_threadpool(self._province.enrol, asked)
        note("enrol", replica=asked.replica, unit=answer.unit)
        return as_json(request, answer)

    async def rejoin(self, request: Request) -> Response:
        """A PC that this server has forgotten shows the certificate its province gave it."""
        asked = await self._small(request, RejoinRequest)
        await run_in_threadpool(self._province.accounts.readmit, asked.certificate)
        note("rejoin")
        return as_json(request, {})

    async def _small(self, request: Request, form: type[Form]) -> Form:
        """A small JSON body of somebody who is not known yet."""
        self._attempts.make(request.client.host if request.client else "")
        return _decoded(await self._content(request), form)

    async def _content(self, request: Request) -> bytes:
        """A whole small body."""
        content = b""
        async with self._body(request) as body:
            async for chunk in body.chunks():
                content += chunk
                if len(content) > self._bounds.enrol_bytes:
                    raise WireError(WireError.TOO_LARGE, "such a request is smaller")
        return content

    async def units(self, request: Request) -> Response:
        """The register of units: public, so that a PC can show the list before it has joined."""
        return as_json(request, {"units": await run_in_threadpool(self._province.units)})

    async def health(self, request: Request) -> Response:
        """Whether the database answers, and which server this is."""
        await run_in_threadpool(self._province.database.check)
        return as_json(request, {"status": "ok", "server": self._province.identity.server})

    async def metrics(self, request: Request) -> Response:
        """Counters, for a collector on this machine; what a reverse proxy passes on comes from elsewhere."""
        near = request.client is not None and request.client.host in OWN_MACHINE
        if not near or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
            raise AccessFault(AccessFault.NO_SIGN_ON, "only for the server's own machine")
        counts = await run_in_threadpool(held, self._province.database, self._province.clock())
        free = {"disk_free_bytes": shutil.disk_usage(self._province.identity.folder).free}
        return as_text(self._metrics.text(self._under_way.total(), counts | free), CONTENT_TYPE)

    async def openapi(self, request: Request) -> Response:
        """The description of these operations."""
        return as_json(request, DOCUMENT)

    def _body(self, request: Request) -> Inflow:
        return Inflow(request.stream().__aiter__(), self._bounds.stall_s)

    @contextmanager
    def _place(self, replica: str) -> Iterator[None]:
        """One of the places for exchanges; only the event loop's thread counts them.

        A PC on a dying line leaves a few behind it, until they stall. More of one PC would keep all others out.
        """
        if self._under_way.total() >= self._bounds.exchanges or self._under_way[replica] >= self._bounds.exchanges_of_one:
            raise self.busy()
        self._under_way[replica] += 1
        try:
            yield
        finally:
            self._under_way -= Counter({replica: 1})

    def busy(self) -> TransportFault:
        """What a PC is told when all places are taken: when to come back, spread so that not all come at once."""
        span = self._bounds.longest_wait_s - self._bounds.shortest_wait_s
        wait = self._bounds.shortest_wait_s + int(self._chance() * span)
        return TransportFault(TransportFault.BUSY, "many PCs are here; come back", wait)

    def answering(self, operation: Endpoint) -> Endpoint:
        """The operation with every fault it can meet turned into a numbered answer."""

        async def answer(request: Request) -> Response:
            moment = self._province.clock()
            try:
                response = await operation(request)
            except Exception as fault:  # noqa: BLE001 - the edge: a fault of the program is answered in our own form
                refused = self._said(fault, request.url.path)
                self._metrics.answered(refused.code)
                return refusal(refused, moment)
            self._metrics.answered(0)
            return response

        return answer

    async def elsewhere(self, _request: Request, fault: Exception) -> Response:
        """No such path, or not by this verb: in the same form as every other refusal."""
        answer = refusal(AccessFault(AccessFault.BAD_REQUEST, "no such operation"), self._province.clock())
        if isinstance(fault, HTTPException):
            answer.status_code = fault.status_code
            answer.headers.update(fault.headers or {})
        self._metrics.answered(AccessFault.BAD_REQUEST)
        return answer

    def _said(self, fault: Exception, path: str) -> SyncError:
        """A fault as it is told to the caller, noted without its text."""
        if isinstance(fault, ClientDisconnect):
            note("cut", path=path)
            return TransportFault(TransportFault.CUT, "the line was cut")
        if isinstance(fault, SyncError):
            note("refused", path=path, code=fault.code)
            return fault
        if cannot_store(fault):
            note("full", path=path, kind=type(fault).__name__)
            return TransportFault(TransportFault.FULL, "the server cannot store now", self.busy().retry_after)
        if isinstance(fault, SQLAlchemyError):
            note("database", path=path, kind=type(fault).__name__)
            return self.busy()
        note("fault", path=path, kind=type(fault).__name__, where=origin(fault))
        return TransportFault(TransportFault.SERVER_FAULT, "a fault of the server's program")


def _decoded(content: bytes, form: type[Form]) -> Form:
    try:
        return msgspec.json.decode(content, type=form)
    except msgspec.MsgspecError as fault:
        raise AccessFault(AccessFault.BAD_REQUEST, "not such a request") from fault


def make_app(province: Province, bounds: Bounds | None = None, chance: Chance = random.random) -> Starlette:
    """The ASGI application of a province. `chance` spreads the waits of PCs that come back together."""
    api = Api(province, bounds or Bounds(), chance)
    routes = (
        ("/sync", api.sync, "POST"),
        ("/snapshot", api.snapshot, "POST"),
        ("/enrol", api.enrol, "POST"),
        ("/rejoin", api.rejoin, "POST"),
        ("/farewell", api.farewell, "POST"),
        ("/release", api.release, "POST"),
        ("/wiped", api.wiped, "POST"),
        ("/blobs/{area}", api.blobs.standing, "POST"),
        ("/blobs/{area}/{name}/{number}", api.blobs.put, "PUT"),
        ("/blobs/{area}/{name}/{number}", api.blobs.get, "GET"),
        ("/units", api.units, "GET"),
        ("/health", api.health, "GET"),
        ("/metrics", api.metrics, "GET"),
        ("/openapi.json", api.openapi, "GET"),
    )
    app = Starlette(
        routes=[Route(path, api.answering(operation), methods=[verb]) for path, operation, verb in routes],
        exception_handlers={HTTPException: api.elsewhere},
    )
    app.router.redirect_slashes = False
    return app
