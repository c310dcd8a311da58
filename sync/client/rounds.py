"""One round of exchange over a road: pages there and back until both sides hold the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import msgspec

from sync.client.bootstrap import Bootstrap
from sync.client.credentials import Credentials
from sync.client.doubt import Doubting
from sync.client.transport import Answer, Transport, judged, moment_of
from sync.errors import AccessFault, TransportFault
from sync.exchange.session import Limits, Session
from sync.joining import access
from sync.joining.enrolment import RejoinRequest, ReleaseAnswer, ReleaseRequest
from sync.journal.log import Log
from sync.newcomer.underlay import Underlay
from sync.rights.wiping import MOST_LEAVES, check_release
from sync.wire.messages import Page
from sync.wire.pages import CONTENT_TYPE, PageReader, encode_page


@dataclass(frozen=True, slots=True)
class Moved:
    """How far a round is: entries sent and received, entries to receive in all as far as is known, bytes both ways."""

    sent: int = 0
    received: int = 0
    to_come: int = 0
    size: int = 0


Progress = Callable[[Moved], None]
"""Told how far the round under way is."""

SYNC, FAREWELL, RELEASE = "/sync", "/farewell", "/release"
MOST_PAGES = 10_000
MOST_CUTS = 1_000
LONGEST_ANSWER = 4_096

SMALLEST_PAGE = 8_000
"""Bytes: what is pushed at once is halved whenever the line breaks under it, and doubled again round by round."""

_GOES_ON = frozenset({TransportFault.CUT, TransportFault.PAGE_TOO_LARGE})
"""Faults after which less at once may get through: a line that breaks, and something in between that takes no large page."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a round did. digests: of the merged state, hex, by scope; equal: whether the other side's are the same.

    sent: entries in requests that were answered; refused: scopes with the number of the fault by which a frame was refused on
    either side; own_journal_seen: entries under this PC's own name came from outside, so it was cloned or restored and
    needs a new replica id. mismatched: scopes with the same entries on both sides and yet another state; repaired: those in which
    this PC's own state had left its journal and was built again. fell_back: scopes in which the other side lacked what it had
    reported to hold, and got it back. clock_off: milliseconds by which this PC's clock is ahead of the server's, if it was told.
    """

    requests: int
    bytes_up: int
    bytes_down: int
    received: int
    sent: int
    digests: Mapping[str, str]
    equal: bool
    mismatched: tuple[str, ...] = ()
    refused: tuple[tuple[str, int], ...] = ()
    own_journal_seen: bool = False
    repaired: tuple[str, ...] = ()
    fell_back: tuple[str, ...] = ()
    clock_off: int | None = None


def _no_repair(_scope: str) -> int:
    return 0


@dataclass
class Rounds:
    """Everything a round needs. `sign_private` signs each request; `clock` gives milliseconds since 1970 UTC.

    `reapply` builds the merged state of a scope again from its entries and tells how many records had been wrong.
    """

    log: Log
    transport: Transport
    credentials: Credentials
    sign_private: bytes = field(repr=False)
    clock: Callable[[], int]
    entropy: Callable[[int], bytes]
    before: Callable[[], None] = lambda: None
    limits: Limits = field(default_factory=Limits)
    underlay: Underlay | None = None
    reapply: Callable[[str], int] = _no_repair
    _skew: int | None = None
    _fell_back: set[str] = field(default_factory=set)
    _unsure: bool = True
    _room: int = 0
    _moved: tuple[int, int] = (0, 0)
    _broken_off: bool = False
    _path: str = "/sync"

    def __post_init__(self) -> None:
        self._room = self.limits.page

    def run(self, progress: Progress | None = None) -> SyncResult:
        """Exchange until nothing is left to say; SyncError when the road or the other side failed.

        `before` runs first: a store that still has unsigned entries of its own signs them there. A line that breaks does not
        end the round while something came through, or while less can be pushed at once: behind a proxy that collects whole
        requests, a page longer than the line's life would never arrive.
        """
        self.before()
        self._broken_off, self._moved = False, (0, 0)
        self._room = min(self.limits.page, 2 * self._room)
        traffic = self.transport.traffic
        start = (traffic.requests, traffic.bytes_up, traffic.bytes_down)
        tell = partial(self._told, progress, start[1] + start[2])
        self._start_quickly(tell)
        session = self._talked_out(tell)
        repaired = tuple(scope for scope in session.outcome.mismatched if self.reapply(scope))
        if repaired:
            session = self._talked_out(tell)
        counts = (traffic.requests - start[0], traffic.bytes_up - start[1], traffic.bytes_down - start[2])
        return self._result(session, counts, repaired)

    def _told(self, progress: Progress | None, before: int, to_come: int) -> None:
        if progress is not None:
            traffic = self.transport.traffic
            progress(Moved(*self._moved, to_come, traffic.bytes_up + traffic.bytes_down - before))

    def _start_quickly(self, tell: Callable[[int], None]) -> None:
        """A new PC first fetches the newest records, to be of use while its history comes; and lets go of them after that."""
        if self.underlay is not None:
            bootstrap = Bootstrap(self.log, self.underlay, self._ask_at, partial(tell, 0))
            bootstrap.settle(self.credentials.scopes)
            bootstrap.run(self.credentials.scopes, self.credentials.replica)

    def _ask_at(self, path: str, body: bytes) -> Answer:
        self._path = path
        try:
            return self._asked(body)
        finally:
            self._path = SYNC

    def hand_over(self) -> bool:
        """The last round of a revoked PC: it gives all it holds and gets nothing; whether the server said that it has it all."""
        self.before()
        self._broken_off, self._moved, self._path = False, (0, 0), FAREWELL
        try:
            return self._talked_out(_unheard).handed_over
        finally:
            self._path = SYNC

    def released(self) -> None:
        """Make sure that it was the province that revoked this PC and that it holds every leaf; SyncError otherwise."""
        credentials = self.credentials
        leaves = sorted({leaf.id for scope in credentials.scopes for leaf in self.log.leaves(scope)})
        for start in range(0, max(len(leaves), 1), MOST_LEAVES):
            part = leaves[start : start + MOST_LEAVES]
            content = self._ask_at(RELEASE, msgspec.json.encode(ReleaseRequest(part))).whole(LONGEST_ANSWER)
            try:
                release = msgspec.json.decode(content, type=ReleaseAnswer).release
            except msgspec.MsgspecError as fault:
                raise TransportFault(TransportFault.NOT_OUR_SERVER, "not a release") from fault
            check_release(release, credentials.replica, part, credentials.province_key)

    def waiting(self) -> int:
        """How many entries of this PC the server has not reported to hold."""
        return sum(self._waiting(scope) for scope in self.credentials.scopes)

    def cut(self) -> None:
        """Break off a round under way, from another thread."""
        self._broken_off = True
        cut = getattr(self.transport, "cut", None)
        if cut is not None:
            cut()

    def _session(self) -> Session:
        peer, own = self.credentials.server_replica, self.credentials.replica
        log, scopes = Doubting(self.log) if self._unsure else self.log, self.credentials.scopes
        believed = {scope: self.log.peer_have(peer, scope) or () for scope in scopes}
        return Session(log, peer, own, scopes, self.credentials.verifier(self.log), believed=believed)

    def _talked_out(self, tell: Callable[[int], None]) -> Session:
        """A session that came to its end, after as many broken ones as still brought something forward.

        The first break is forgiven in any case: a kept connection may have died meanwhile.
        """
        for cuts in range(MOST_CUTS):
            session, room, turns, before = self._session(), self._room, 0, self._moved
            self._unsure = True
            try:
                while not session.finished and turns < MOST_PAGES:
                    self._turn(session, before, tell)
                    turns += 1
            except TransportFault as fault:
                forward = not cuts or self._room < room or turns > 1 or session.moved[1]
                if fault.code not in _GOES_ON or self._broken_off or not forward:
                    raise
            else:
                self._unsure = False
                return session
            finally:
                self._fell_back.update(session.fell_back)
        raise TransportFault(TransportFault.CUT, "the line broke too often")

    def _tell(self, session: Session, before: tuple[int, int], tell: Callable[[int], None]) -> None:
        self._moved = (before[0] + session.moved[0], before[1] + session.moved[1])
        tell(before[1] + session.to_come)

    def _turn(self, session: Session, before: tuple[int, int], tell: Callable[[int], None]) -> None:
        """One request. Progress is told with every frame of the answer: on a slow line an answer takes half a minute."""
        session.limits = replace(self.limits, page=self._room, frame=min(self.limits.frame, self._room))
        body = encode_page(session.say())
        answer = self._pushed(body)
        reader = PageReader()
        try:
            for chunk in answer.chunks:
                for piece in reader.feed(chunk):
                    session.hear(piece) if isinstance(piece, Page) else session.take(piece)
                    self._tell(session, before, tell)
        finally:
            answer.close()
        if not reader.complete:
            raise TransportFault(TransportFault.CUT, "the answer broke off")

    def _pushed(self, body: bytes) -> Answer:
        """The server's answer; less is pushed at once on a line that broke under so much."""
        try:
            return self._asked(body)
        except TransportFault as fault:
            if len(body) > SMALLEST_PAGE and fault.code not in TransportFault.NO_LINE:
                self._room = max(SMALLEST_PAGE, min(self._room, len(body)) // 2)
            raise

    def _asked(self, body: bytes) -> Answer:
        """The server's answer. What one more request can mend is mended: a clock that is far off, and a server that was rebuilt
        and does not know this PC yet."""
        try:
            return self._ask(body)
        except AccessFault as fault:
            if fault.code == AccessFault.UNKNOWN_DEVICE:
                self._rejoin()
            elif fault.code != AccessFault.CLOCK:
                raise
        return self._ask(body)

    def _rejoin(self) -> None:
        content = msgspec.json.encode(RejoinRequest(self.credentials.certificate))
        judged(self.transport.ask("POST", "/rejoin", content, {"Content-Type": "application/json"})).whole(LONGEST_ANSWER)

    def _ask(self, body: bytes) -> Answer:
        moment = self.clock() + (self._skew or 0)
        nonce = self.entropy(access.NONCE_BYTES)
        claim = access.sign(self.sign_private, self.credentials.server, self.credentials.replica, moment, nonce, body)
        answer = self.transport.ask("POST", self._path, body, {"Authorization": claim.header(), "Content-Type": CONTENT_TYPE})
        told = moment_of(answer)
        if told is not None:
            self._skew = told - self.clock()
        return judged(answer)

    def _waiting(self, scope: str) -> int:
        own = self.credentials.replica
        reported = self.log.peer_have(self.credentials.server_replica, scope) or ()
        there = max((leaf.n for leaf in reported if leaf.journal == own), default=0)
        here = max((leaf.n for leaf in self.log.leaves(scope) if leaf.journal == own), default=0)
        return max(0, here - there)

    def _result(self, session: Session, counts: tuple[int, int, int], repaired: tuple[str, ...]) -> SyncResult:
        outcome = session.outcome
        fell_back, self._fell_back = tuple(sorted(self._fell_back)), set()
        digests = {scope: format(self.log.state_digest(scope), "064x") for scope in self.credentials.scopes}
        return SyncResult(
            requests=counts[0],
            bytes_up=counts[1],
            bytes_down=counts[2],
            sent=self._moved[0],
            received=self._moved[1],
            digests=digests,
            equal=outcome.equal,
            mismatched=outcome.mismatched,
            refused=(*outcome.refused_here, *outcome.refused_there),
            own_journal_seen=outcome.own_journal_seen,
            repaired=repaired,
            fell_back=fell_back,
            clock_off=None if self._skew is None else -self._skew,
        )


def _unheard(_to_come: int) -> None:
    """Nobody watches the last round of a PC that leaves."""
