"""Answering neighbours: the same exchange as the provincial server's, for the PCs of one unit.

GET  /hello/<nonce>   who answers (sync/lan/hello.py)
POST /rejoin          a neighbour shows the certificate its province gave it
POST /sync            one exchange of pages
/blobs/…              sealed files (sync/web/blob_api.py)
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sync.errors import AccessFault, SyncError, TransportFault, WireError
from sync.exchange.session import Session
from sync.joining.enrolment import RejoinRequest
from sync.lan.goods import GoodsCounter
from sync.lan.hello import NONCE_BYTES, greet
from sync.lan.house import House
from sync.web.answers import as_json, page, refusal
from sync.web.blob_api import BlobApi, BlobBounds
from sync.web.door import Attempts, Brake, Door
from sync.web.inflow import Inflow
from sync.wire.messages import Page
from sync.wire.pages import PageReader, encode_page

STALL_S = 15.0
"""Shorter than a visitor waits: a laptop closed in the middle must not make the others fail."""
SHOWN = 100
"""Certificates of neighbours kept in memory whose entries have not come yet."""

REJOIN_BYTES = 4_096
BRAKE = Brake(count=600)
STRANGERS = Brake(count=60)
EXCHANGES, OF_ONE = 8, 2
"""Exchanges at once, of all neighbours and of one: a laptop that was closed comes again while its first page is still missed."""

FILES = BlobBounds(stall_s=STALL_S, places=8, of_one=2)
SOON_S = 5

Admitted = Callable[[tuple[str, int]], None]
"""Told the address and port of a connection over which a PC of the office signed on."""

log = logging.getLogger("qms.lan")


@dataclass(frozen=True, slots=True)
class Guest:
    """A neighbour who calls. See `sync.web.door.Caller`."""

    replica: str
    sign_key: bytes
    revoked_at: int | None


class Talk:
    """Hears a neighbour's page as it arrives, frame by frame, and answers. One thread at a time."""

    def __init__(self, house: House, guest: Guest) -> None:
        mine = house.credentials
        self._session = Session(house.guarded(), guest.replica, mine.replica, mine.scopes, mine.verifier(house.log))
        self._reader = PageReader()
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> bytes:
        """Of the bytes heard so far."""
        return self._hash.digest()

    def hear(self, chunk: bytes) -> None:
        """The next bytes; every frame that became whole is committed before this returns."""
        self._hash.update(chunk)
        for piece in self._reader.feed(chunk):
            self._session.hear(piece) if isinstance(piece, Page) else self._session.take(piece)

    def answer(self) -> bytes:
        """This PC's page, once the neighbour's is whole."""
        if not self._reader.complete:
            raise WireError(WireError.MALFORMED, "the page is cut")
        return encode_page(self._session.say())


class Host:
    """The operations of one PC for its neighbours. Several may talk at a time; what each says is taken in one after the other."""

    def __init__(self, house: House, fingerprint: str, admitted: Admitted) -> None:
        self._house = house
        self._admitted = admitted
        self._fingerprint = fingerprint
        self._shown: OrderedDict[str, bytes] = OrderedDict()
        self._door = Door(house.credentials.replica, self._guest, house.clock)
        self._visits = Attempts(house.clock, BRAKE)
        self._callers = Attempts(house.clock, BRAKE)
        self._strangers = Attempts(house.clock, STRANGERS)
        self._one = asyncio.Lock()
        self._under_way: Counter[str] = Counter()

    async def hello(self, request: Request) -> Response:
        """Proves to the caller who answers here."""
        self._stranger(request)
        try:
            nonce = bytes.fromhex(str(request.path_params["nonce"]))
        except ValueError:
            nonce = b""
        if len(nonce) != NONCE_BYTES:
            raise AccessFault(AccessFault.BAD_REQUEST, "a hello needs a nonce")
        mine = self._house.credentials
        return as_json(request, msgspec.Raw(greet(self._house.sign_private, mine.certificate, self._fingerprint, nonce)))

    async def rejoin(self, request: Request) -> Response:
        """Keeps the certificate of a neighbour that this PC has no entries of."""
        self._stranger(request)
        content = b""
        async with Inflow(aiter(request.stream()), STALL_S) as body:  # the gate ends it when it takes too long as a whole
            async for chunk in body.chunks():
                content += chunk
                if len(content) > REJOIN_BYTES:
                    raise WireError(WireError.TOO_LARGE, "a certificate is smaller")
        try:
            blob = msgspec.json.decode(content, type=RejoinRequest).certificate
        except msgspec.MsgspecError as fault:
            raise AccessFault(AccessFault.BAD_REQUEST, "not a certificate") from fault
        member = self._house.member(blob)
        if member is None:
            raise AccessFault(AccessFault.WRONG_PROVINCE, "not a PC of this unit")
        self._shown[member.replica] = blob
        while len(self._shown) > SHOWN:
            self._shown.popitem(last=False)
        return as_json(request, {})

    async def sync(self, request: Request) -> Response:
        """One exchange; what came before a cut stays. A neighbour whose line drips holds up nobody else."""
        self._callers.make(request.client.host if request.client else "")
        guest, claim = await run_in_threadpool(self._door.admit, request.headers.get("authorization"))
        self._visits.make(guest.replica)
        self._known(request, guest)
        with self._place(guest):
            talk = Talk(self._house, guest)
            async with Inflow(aiter(request.stream()), STALL_S) as body:
                async for chunk in body.chunks():
                    async with self._one:
                        await run_in_threadpool(talk.hear, chunk)
            if not claim.fits(talk.digest):
                raise AccessFault(AccessFault.BODY_CHANGED, "the body is not the one that was signed for")
            async with self._one:
                await run_in_threadpool(self._house.before)
                answer = await run_in_threadpool(talk.answer)
                await run_in_threadpool(self._take_up)
            return page(answer)

    @contextmanager
    def _place(self, guest: Guest) -> Iterator[None]:
        if self._under_way.total() >= EXCHANGES or self._under_way[guest.replica] >= OF_ONE:
            raise busy()
        self._under_way[guest.replica] += 1
        try:
            yield
        finally:
            self._under_way[guest.replica] -= 1

    def _known(self, request: Request, guest: Guest) -> None:
        self._house.comers.came(guest.replica, self._house.clock())
        if request.client is not None:
            self._admitted((request.client.host, request.client.port))

    def files(self) -> BlobApi[Guest] | None:
        """The operations for sealed files, behind the same door; None where this PC keeps none."""
        hold, mine = self._house.files, self._house.credentials
        if hold is None:
            return None
        return BlobApi(GoodsCounter(hold, mine.unit), self._door, FILES, busy, self._house.clock, admitted=self._known)

    def answering(self, operation: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """The operation with every fault turned into a numbered answer."""

        async def answer(request: Request) -> Response:
            moment = self._house.clock()
            try:
                return await operation(request)
            except SyncError as fault:
                return refusal(fault, moment)
            except ClientDisconnect:
                return refusal(TransportFault(TransportFault.CUT, "the line was cut"), moment)
            except Exception as fault:
                log.warning("a neighbour's request failed: %s", type(fault).__name__, exc_info=True)
                return refusal(TransportFault(TransportFault.SERVER_FAULT, "a fault of the program"), moment)

        return answer

    def _take_up(self) -> None:
        try:
            self._house.after()
        except Exception:  # what came is stored; the neighbour must hear what this PC holds all the same
            log.warning("what a neighbour brought could not be taken up", exc_info=True)

    def _stranger(self, request: Request) -> None:
        self._strangers.make(request.client.host if request.client else "")

    def _guest(self, replica: str) -> Guest | None:
        member = self._house.member(self._house.log.certificate(replica) or self._shown.get(replica))
        if member is None or member.replica != replica:
            return None
        return Guest(replica, member.sign_key, None if self._house.welcome(replica) else 0)


def busy() -> TransportFault:
    """Too many at once; in an office that is over in seconds."""
    return TransportFault(TransportFault.BUSY, "too many exchanges at once", SOON_S)


def make_app(house: House, fingerprint: str, admitted: Admitted = lambda _client: None) -> Starlette:
    """The ASGI application of a PC for its neighbours. fingerprint: SHA-256 of its TLS certificate, hex."""
    host = Host(house, fingerprint, admitted)
    routes = [("/hello/{nonce}", host.hello, "GET"), ("/rejoin", host.rejoin, "POST"), ("/sync", host.sync, "POST")]
    files = host.files()
    if files is not None:
        one = "/blobs/{area}/{name}/{number}"
        routes += [("/blobs/{area}", files.standing, "POST"), (one, files.put, "PUT"), (one, files.get, "GET")]
    return Starlette(routes=[Route(path, host.answering(operation), methods=[verb]) for path, operation, verb in routes])
