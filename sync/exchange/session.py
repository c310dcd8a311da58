"""The exchange: two sides tell each other where their journals end and hand over what the other lacks.

    client = Session(log, "server", own, scopes, verifier)
    while not client.finished:
        answer = transport(client.say())      # one round trip
        client.hear(answer)

    server, for each request: session.hear(page) (or hear(header), then take(frame) as each arrives); answer = session.say()

Both sides are the same code; the server keeps nothing between requests but what a Log keeps. The only acknowledgement is a
side's statement of its leaves, made after its commit. There is no clock, randomness or I/O here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sync.errors import ExchangeError
from sync.exchange.incoming import ends, take_frame
from sync.exchange.outgoing import Known, Limits, Supply, frames, supply
from sync.journal.keys import Verifier
from sync.journal.log import Leaf, Log
from sync.wire.frames import decode_frame
from sync.wire.messages import DIGEST_BYTES, Page, ScopePart, Standing, have_digest, standing

__all__ = ["ExchangeError", "Limits", "Outcome", "Page", "ScopePart", "Session"]

MAX_IDLE = 2
EMPTY = bytes(DIGEST_BYTES)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an exchange did. Scopes in `mismatched` hold the same entries on both sides and yet another merged state.

    `refused_here` and `refused_there` give scope and SyncError number of what was not accepted; `stuck` are scopes not
    known to be equal; in the scopes of `fell_back` the other side lacks what it had reported to hold (its disk was put back to an
    older copy); `own_journal_seen` tells that entries of this replica's own journal came from outside: it was
    cloned or restored and must take a new replica id before it writes again.
    """

    sent: int
    received: int
    equal: bool
    mismatched: tuple[str, ...]
    refused_here: tuple[tuple[str, int], ...]
    refused_there: tuple[tuple[str, int], ...]
    stuck: tuple[str, ...]
    own_journal_seen: bool
    fell_back: tuple[str, ...] = ()


@dataclass
class _Talk:
    """What is known about one scope during an exchange.

    `questions` are entries the other side asked for or handed over, `refused_here` journals of which something was not
    accepted: for good, or (parent missing) until the other side starts lower.
    """

    scope: str
    known: Known = field(default_factory=Known)
    their_have: bytes | None = None
    their_state: bytes | None = None
    stated: Standing | None = None
    questions: dict[str, Leaf] = field(default_factory=dict)
    refused_here: dict[str, int] = field(default_factory=dict)
    shut: int = 0
    believed: tuple[Leaf, ...] = ()
    fell_back: bool = False


class Session:
    """One side of one exchange. `own` is this replica's id, `scopes` what it may share with this peer.

    The side that starts calls `say` first and goes on until `finished`; the other side hears one page and answers it.
    `limits` may be changed between pages. `believed` are the leaves the peer reported before, where the log does not tell.
    """

    def __init__(
        self,
        log: Log,
        peer: str,
        own: str,
        scopes: Sequence[str],
        verifier: Verifier,
        limits: Limits | None = None,
        believed: Mapping[str, Sequence[Leaf]] | None = None,
    ) -> None:
        self._log = log
        self._peer = peer
        self._own = own
        self._verifier = verifier
        self.limits = limits or Limits()
        before = believed or {}
        self._talks = {scope: _Talk(scope, believed=tuple(before.get(scope, ()))) for scope in scopes}
        self._starting: bool | None = None
        self._topics: list[_Talk] = []
        self._strange: list[str] = []
        self._listened = self._learned = self._own_seen = False
        self._sent = self._received = self._to_come = self._idle = 0

    def say(self) -> Page:
        """What to send now. The first page of the side that starts pushes at once what the peer is known to lack."""
        page, found = self.speak()
        return replace(page, frames=tuple(found))

    def speak(self) -> tuple[Page, Iterator[bytes]]:
        """The same in two parts: what is said, and then the frames, each read and made only when it is asked for."""
        if self._starting is None:
            self._greet()
        elif self._starting:
            self._topics = [talk for talk in self._talks.values() if not self._settled(talk)]
            self._idle = 0 if self._learned else self._idle + 1
            self._learned = False
        parts: list[ScopePart] = []
        lacking: list[tuple[str, Supply]] = []
        for talk in self._topics:
            part, found = self._speak(talk)
            parts += [part] if part else []
            lacking.append((talk.scope, found))
        unchanged = len(self._topics) - len(parts)
        refusals = [ScopePart(scope, EMPTY, EMPTY, refused=ExchangeError.SCOPE_REFUSED) for scope in self._strange]
        return Page((*parts, *refusals), unchanged), self._frames(lacking)

    def _frames(self, lacking: Sequence[tuple[str, Supply]]) -> Iterator[bytes]:
        """The frames of one page, scope after scope, until it is full."""
        room = self.limits.page
        for scope, found in lacking:
            if room <= 0:
                return
            for made in frames(self._log, scope, found.segments, replace(self.limits, page=room)):
                room -= len(made.data)
                self._sent += made.entries
                yield made.data

    def hear(self, page: Page) -> None:
        """Take in what the other side says, then its frames, if the page brings them along."""
        if self._starting is None:
            self._starting = False
        self._listened = True
        parts = {part.scope: part for part in page.parts}
        if self._starting:
            silent = [talk for talk in self._topics if talk.scope not in parts]
            if page.unchanged != len(silent):
                raise ExchangeError(ExchangeError.UNANSWERED, "scopes without an answer")
            for talk in silent:
                self._agree(talk)
        else:
            self._strange = [scope for scope in parts if scope not in self._talks]
        self._topics = [self._talks[scope] for scope in parts if scope in self._talks]
        for talk in self._topics:
            self._learn(talk, parts[talk.scope])
        if self._starting:
            self._to_come = self._received + sum(self._lacking(talk) for talk in self._talks.values())
        for frame in page.frames:
            self.take(frame)

    def take(self, data: bytes) -> None:
        """Check and commit one frame. What is refused is reported by number in the next page, and in the outcome.

        WireError or EntryError when the bytes are no frame at all; ExchangeError for a scope not shared.
        """
        frame = decode_frame(data)
        talk = self._talks.get(frame.scope)
        if talk is None:
            raise ExchangeError(ExchangeError.UNKNOWN_SCOPE, "a frame of a scope that is not shared")
        talk.questions |= {leaf.id: leaf for leaf in ends(frame)}
        taken = take_frame(self._log, self._verifier, frame, talk.refused_here)
        talk.refused_here |= taken.refused
        self._received += len(taken.fresh)
        self._learned = self._learned or bool(taken.fresh)
        self._own_seen = self._own_seen or any(entry.journal == self._own for entry in taken.fresh)

    @property
    def finished(self) -> bool:
        """Whether the side that started has nothing more to say."""
        if not self._listened or self._starting is False:
            return self._listened
        return self._idle >= MAX_IDLE or all(self._settled(talk) for talk in self._talks.values())

    @property
    def moved(self) -> tuple[int, int]:
        """How many entries were put into frames, and how many came that were new here."""
        return self._sent, self._received

    @property
    def to_come(self) -> int:
        """How many entries may come in all to the side that starts, by what the other said last; a fork counts as one arm."""
        return max(self._to_come, self._received)

    def _lacking(self, talk: _Talk) -> int:
        here: dict[str, int] = {}
        for leaf in self._log.leaves(talk.scope) if talk.known.leaves else ():
            here[leaf.journal] = max(leaf.n, here.get(leaf.journal, 0))
        there: dict[str, int] = {}
        for leaf in talk.known.leaves or ():
            there[leaf.journal] = max(leaf.n, there.get(leaf.journal, 0))
        return sum(max(0, n - here.get(journal, 0)) for journal, n in there.items())

    @property
    def handed_over(self) -> bool:
        """Whether the other side said, in this exchange, that it holds every leaf of ours."""
        return all(self._delivered(talk) for talk in self._talks.values())

    @property
    def fell_back(self) -> tuple[str, ...]:
        """The scopes in which the other side lacked what it had reported to hold."""
        return tuple(talk.scope for talk in self._talks.values() if talk.fell_back)

    def _delivered(self, talk: _Talk) -> bool:
        theirs = {leaf.id for leaf in talk.known.leaves or ()} | talk.known.held.keys()
        heard = talk.their_state is not None and not talk.shut
        return heard and all(leaf.id in theirs for leaf in self._log.leaves(talk.scope))

    @property
    def outcome(self) -> Outcome:
        """What was done so far."""
        mismatched, stuck = [], []
        for talk in self._talks.values():
            now = standing(self._log, talk.scope)
            if talk.their_have != now.have or talk.their_state is None:
                stuck.append(talk.scope)
            elif talk.their_state != now.state:
                mismatched.append(talk.scope)
        talks = self._talks.values()
        here = [(talk.scope, code) for talk in talks for code in _lasting(talk.refused_here).values()]
        there = [(talk.scope, code) for talk in talks for code in talk.known.refused.values()]
        there += [(talk.scope, talk.shut) for talk in talks if talk.shut]
        return Outcome(
            sent=self._sent,
            received=self._received,
            equal=not stuck and not mismatched,
            mismatched=tuple(mismatched),
            refused_here=tuple(here),
            refused_there=tuple(there),
            stuck=tuple(stuck),
            own_journal_seen=self._own_seen,
            fell_back=self.fell_back,
        )

    def _greet(self) -> None:
        self._starting = True
        self._topics = list(self._talks.values())
        for talk in self._topics:
            talk.known.leaves = self._log.peer_have(self._peer, talk.scope)
            if talk.known.leaves is not None:
                talk.their_have = have_digest(talk.known.leaves)

    def _settled(self, talk: _Talk) -> bool:
        heard = talk.their_state is not None
        return bool(talk.shut) or (heard and talk.their_have == have_digest(self._log.leaves(talk.scope)))

    def _speak(self, talk: _Talk) -> tuple[ScopePart | None, Supply]:
        now = standing(self._log, talk.scope)
        talk.stated = now
        equal = talk.their_have == now.have
        if equal and talk.their_state == now.state and not self._starting:
            return None, Supply()
        found = Supply()
        if not equal and not talk.shut:
            found = supply(self._log, talk.scope, now.leaves, talk.known, self.limits)
        held, lacked = self._answers(talk, now)
        leaves = None if equal else now.leaves
        blocked = tuple(talk.refused_here.items())
        talk.refused_here = _lasting(talk.refused_here)
        part = ScopePart(talk.scope, now.have, now.state, leaves, held, lacked, found.probes, blocked=blocked)
        return part, found

    def _answers(self, talk: _Talk, now: Standing) -> tuple[tuple[Leaf, ...], tuple[Leaf, ...]]:
        """What was asked since the last page, without what our leaves say anyway."""
        stated = {leaf.id for leaf in now.leaves}
        asked = [leaf for name, leaf in talk.questions.items() if name not in stated]
        talk.questions = {}
        here = self._log.held(talk.scope, [leaf.id for leaf in asked])
        held = tuple(leaf for leaf in asked if leaf.id in here)
        return held, tuple(leaf for leaf in asked if leaf.id not in here)

    def _agree(self, talk: _Talk) -> None:
        """The other side found everything equal to what was stated."""
        if talk.stated is None:
            return
        talk.their_have, talk.their_state = talk.stated.have, talk.stated.state
        self._report(talk, talk.stated.leaves)
        self._learned = True

    def _learn(self, talk: _Talk, part: ScopePart) -> None:
        before = (talk.their_have, len(talk.known.held), len(talk.known.lacked))
        talk.their_have, talk.their_state, talk.shut = part.have, part.state, part.refused
        if talk.shut:
            return
        talk.known.refused |= _lasting(dict(part.blocked))
        talk.fell_back = talk.fell_back or _fell_back(talk.believed, part)
        if part.leaves is not None:
            talk.their_have = have_digest(part.leaves)
            self._report(talk, part.leaves)
        else:
            self._recall(talk, part.have)
        ours = self._log.held(talk.scope, [leaf.id for leaf in part.held])
        talk.known.held |= {leaf.id: leaf for leaf in part.held if leaf.id in ours}
        talk.known.lacked |= {leaf.id: leaf for leaf in part.lacked}
        talk.questions |= {leaf.id: leaf for leaf in (*(part.leaves or ()), *part.probes)}
        after = (talk.their_have, len(talk.known.held), len(talk.known.lacked))
        self._learned = self._learned or before != after

    def _recall(self, talk: _Talk, have: bytes) -> None:
        """Find the leaves behind a digest: our own, or those the peer reported last."""
        for leaves in (self._log.leaves(talk.scope), self._log.peer_have(self._peer, talk.scope)):
            if leaves is not None and have_digest(leaves) == have:
                self._report(talk, leaves)
                return
        talk.known.leaves = None

    def _report(self, talk: _Talk, leaves: tuple[Leaf, ...]) -> None:
        talk.known.leaves = leaves
        if self._log.peer_have(self._peer, talk.scope) != leaves:
            self._log.remember_peer(self._peer, talk.scope, leaves)


def _fell_back(believed: Sequence[Leaf], part: ScopePart) -> bool:
    """Whether the other side cannot hold a leaf that it reported once: it says so, or none of its leaves can stand above it."""
    if {leaf.id for leaf in believed} & {leaf.id for leaf in part.lacked}:
        return True
    stated = part.leaves
    return stated is not None and any(
        leaf not in stated and not any(now.journal == leaf.journal and now.n > leaf.n for now in stated) for leaf in believed
    )


def _lasting(refused: dict[str, int]) -> dict[str, int]:
    """Without the journals whose other side only has to start lower."""
    return {journal: code for journal, code in refused.items() if code != ExchangeError.PARENT_MISSING}
