"""A deterministic world of a few PCs and a server on bad lines and bad disks. One seed is one run.

Every page goes through real bytes, signatures and seals. Faults: requests and answers lost, cut anywhere, repeated much
later, frames in another order, crashes between a commit and its acknowledgement, disks restored from older copies (so
numbers are used again), disks cloned. `Violation` is raised when one of the promises of docs/sync.md is broken.

`Rules` describes the program under test; tests/sync/world/variants.py breaks it on purpose.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from sync.errors import SyncError
from sync.exchange.session import Limits, Session
from sync.journal.entry import VOID_FIELD, Entry, Op, Verb, Write, parse
from sync.journal.keys import CertificateVerifier
from sync.journal.log import Parcel
from sync.journal.memory_log import MemoryLog, _Scope
from sync.journal.merge import DIGEST_MODULUS, conflicts, digest_of
from sync.wire.messages import Page
from sync.wire.pages import PageReader, encode_page
from tests.sync.world.builders import SCOPE, token
from tests.sync.world.office import PROVINCE_KEY, Replica

QMS = "unit/29551/qms"
OVERSIGHT = "oversight"
SHARED = (SCOPE, QMS)
RECORDS = ("R1", "R2", "R3")
FIELDS = ("name", "note", "state")
LIMITS = Limits(frame=900, page=6_000, window=12)
MAX_REQUESTS = 60


class Violation(AssertionError):
    """A promise was broken."""


@dataclass
class Disk(MemoryLog):
    """A log that also counts how often each entry was applied, and what it was ever given to keep."""

    applied: Counter[tuple[str, str]] = field(default_factory=Counter)

    def copy(self) -> "Disk":
        twin = super().copy()
        twin.applied = Counter(self.applied)
        return twin

    def _merge(self, area: _Scope, parcel: Parcel) -> None:
        super()._merge(area, parcel)
        self.applied[parcel.entry.scope, parcel.entry.id] += 1


@dataclass(frozen=True)
class Rules:
    """The program under test: its log, and the habits of its writers."""

    make_disk: Callable[[], Disk] = Disk
    sign_every: int = 5
    sign_before_new_id: bool = True
    after_agreement: Callable[[Replica], None] = lambda replica: None


@dataclass
class World:
    """All replicas, all bodies ever sent, and a memory of what was written."""

    seed: int
    rules: Rules = field(default_factory=Rules)
    replicas: dict[str, Replica] = field(default_factory=dict)
    backups: list[Replica] = field(default_factory=list)
    posted: list[tuple[str, str, bytes]] = field(default_factory=list)
    steps: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self._keys: dict[tuple[str, bytes | None], bytes | None] = {}
        for name in ("server", *(f"pc{number}" for number in range(1, self.random.randint(2, 4) + 1))):
            self.replicas[name] = self.new_replica(name)
        self.replicas["server"].write(Op("figure", "F1", Verb.CREATE, (Write("late", 3),)), scope=OVERSIGHT)

    def new_replica(self, name: str) -> Replica:
        """A PC, or the server, on an empty disk."""
        return Replica(name, self.rules.make_disk())

    # -- what happens ------------------------------------------------------------------------------------------------

    def run(self, steps: int = 25) -> None:
        """A troubled life, then a quiet end at which everything must be everywhere."""
        actions, weights = zip(*self.happenings(), strict=True)
        for _ in range(steps):
            self.steps += 1
            self.random.choices(actions, weights)[0]()
        self.settle()
        self.check()

    def happenings(self) -> list[tuple[Callable[[], None], int]]:
        """What may happen, and how often."""
        return [
            (self.somebody_writes, 50),
            (self.somebody_syncs, 35),
            (self.an_old_request_comes_again, 4),
            (self.a_disk_is_copied, 4),
            (self.a_disk_is_restored, 3),
            (self.a_pc_is_cloned, 2),
        ]

    def somebody_writes(self) -> None:
        """A burst of actions on one replica; some touch two scopes, some seal, void, restore or answer a question."""
        replica = self.random.choice(self.writers())
        for _ in range(self.random.choice([1, 1, 2, 3, 14])):
            scope = self.random.choice(SHARED)
            self.act(replica, scope)
            if self.random.random() < 0.1:
                self.act(replica, QMS if scope == SCOPE else SCOPE)

    def writers(self) -> list[Replica]:
        """On which replicas people work."""
        return list(self.replicas.values())

    def author(self) -> str:
        """Who acts next."""
        return "nguyen.van.an"

    def somebody_syncs(self) -> None:
        """Usually a PC with the server, sometimes two PCs of the office with each other."""
        pcs = [name for name in self.replicas if name != "server"]
        client = self.random.choice(pcs)
        others = [name for name in pcs if name != client]
        server = self.random.choice(others) if others and self.random.random() < 0.2 else "server"
        self.exchange(self.replicas[client], self.replicas[server], faulty=True)

    def an_old_request_comes_again(self) -> None:
        """A request of any age, repeated by a proxy or an attacker."""
        if self.posted:
            client, server, body = self.random.choice(self.posted)
            if client in self.replicas and server in self.replicas:
                self.faults["repeated"] += 1
                self._serve(self.replicas[server], client, body)

    def a_disk_is_copied(self) -> None:
        """Somebody makes a backup."""
        self.backups.append(self.random.choice(list(self.replicas.values())).copy())

    def a_disk_is_restored(self) -> None:
        """A backup is put back in place without telling anybody; numbers will be used again."""
        if self.backups:
            backup = self.random.choice(self.backups).copy()
            backup.written += 1000 * self.steps
            self.replicas[backup.name] = backup
            self.faults["restored"] += 1

    def a_pc_is_cloned(self) -> None:
        """A disk image is put on another PC; both go on under one replica id."""
        pcs = [replica for name, replica in self.replicas.items() if name != "server"]
        if len(self.replicas) < 6:
            twin = self.random.choice(pcs).copy()
            twin.name = f"clone{self.steps}"
            self.replicas[twin.name] = twin
            self.faults["cloned"] += 1

    def act(self, replica: Replica, scope: str) -> None:
        """One action on one record, over the heads that stand on this replica."""
        record, verb = self.random.choice(RECORDS), self.random.choice([Verb.SET] * 8 + [Verb.VOID])
        state = replica.log.states(scope).get(("dossier", record))
        heads = state.heads if state else {}
        named = {name: tuple(head for head, _ in found) for name, found in heads.items()}
        if verb is Verb.VOID:
            writes = [Write(name, None, ids) for name, ids in named.items()]
        elif VOID_FIELD in named and self.random.random() < 0.5:
            writes = [Write(VOID_FIELD, False, named[VOID_FIELD])]
        else:
            names = self.random.sample(FIELDS, self.random.randint(1, 2))
            writes = [Write(name, f"{replica.name} {replica.written}", named.get(name, ()), name == "name") for name in names]
        op = Op("dossier", record, verb, tuple(writes))
        replica.write(op, scope=scope, salt=(replica.name, self.steps), by=self.author())
        if replica.tips[scope].n % self.rules.sign_every == 0:
            replica.sign()

    # -- the line ----------------------------------------------------------------------------------------------------

    def exchange(self, client: Replica, server: Replica, faulty: bool) -> Session:
        """An exchange that, when faulty, may break at any byte; a broken one is simply dropped, as after a crash.

        People go on writing while it runs.
        """
        client.sign()
        server.sign()
        session = self._session(client, server.name)
        for requests in range(MAX_REQUESTS):
            if session.finished:
                break
            if requests == MAX_REQUESTS - 1:
                raise Violation("an exchange that does not end")
            if faulty and self.random.random() < 0.2:
                self.act(client, self.random.choice(SHARED))
            answer = self._round(session, client, server, faulty)
            if answer is None or not self._listen(session, answer):
                break
        self._conclude(session, client)
        return session

    def _round(self, session: Session, client: Replica, server: Replica, faulty: bool) -> bytes | None:
        """One request; the bytes of the answer that arrive, None when nothing does."""
        body = encode_page(self._shuffled(session.say()) if faulty else session.say())
        self.posted.append((client.name, server.name, body))
        fault = self.random.choice(["", "", "", "lost", "cut", "answer lost", "answer cut"]) if faulty else ""
        self.faults[fault] += 1
        if fault == "lost":
            return None
        if fault == "cut":
            self._serve(server, client.name, body[: self.random.randrange(len(body))])
            return None
        server.sign()
        answer = self._serve(server, client.name, body)
        if fault == "answer lost":
            return None
        return answer[: self.random.randrange(len(answer))] if fault == "answer cut" else answer

    def _shuffled(self, page: Page) -> Page:
        frames = list(page.frames)
        if self.random.random() < 0.3:
            self.random.shuffle(frames)
            self.faults["reordered"] += len(frames) > 1
        return Page(page.parts, page.unchanged, tuple(frames))

    def _serve(self, server: Replica, client: str, body: bytes) -> bytes:
        session = self._session(server, client)
        if not self._listen(session, body):
            return b""
        answer = encode_page(session.say())
        self._conclude(session, server)
        return answer

    def _listen(self, session: Session, body: bytes) -> bool:
        """Take what arrives, piece by piece; whether the page was whole."""
        reader = PageReader()
        try:
            for piece in reader.feed(body):
                if isinstance(piece, bytes):
                    session.take(piece)
                else:
                    session.hear(piece)
        except SyncError as fault:
            raise Violation(f"an honest page was refused: {fault}") from fault
        return reader.complete

    def _session(self, replica: Replica, peer: str) -> Session:
        return Session(replica.log, peer, replica.journal, SHARED, _Verifier(replica.log, self._keys), LIMITS)

    def _conclude(self, session: Session, replica: Replica) -> None:
        outcome = session.outcome
        if outcome.refused_here or outcome.mismatched:
            raise Violation(f"{replica.name}: {outcome}")
        if outcome.own_journal_seen:
            self._renew(replica)
        if session.finished and outcome.equal:
            self.rules.after_agreement(replica)

    def _renew(self, replica: Replica) -> None:
        """A replica that sees its own journal come from outside goes on under a new id."""
        if self.rules.sign_before_new_id:
            replica.sign()
        replica.journal = token((replica.name, replica.journal, replica.written, self.steps))
        replica.tips = {}
        replica._enrol()

    # -- the promises ------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Good lines again: a few rounds must make everything equal."""
        server = self.replicas["server"]
        for _ in range(3):
            for name in sorted(self.replicas):
                if name != "server":
                    self.exchange(self.replicas[name], server, faulty=False)

    def check(self) -> None:
        """Nothing lost, exactly once, equal states, every overwritten value in a question, chains verify, scopes hold."""
        for scope in SHARED:
            kept = {name for replica in self.replicas.values() for name in _kept(replica, scope)}
            for replica in self.replicas.values():
                self._check_replica(replica, scope, kept)
        for name, replica in self.replicas.items():
            if name != "server" and replica.log.parcels(OVERSIGHT):
                raise Violation(f"{name} holds what only the province may see")

    def _check_replica(self, replica: Replica, scope: str, kept: set[str]) -> None:
        log = replica.log
        held = log.parcels(scope)
        if set(held) != kept:
            raise Violation(f"{replica.name} holds {len(held)} of {len(kept)} entries of {scope}")
        if isinstance(log, Disk) and any(count != 1 for count in log.applied.values()):
            raise Violation(f"{replica.name} applied an entry more than once")
        self._check_chains(held)
        expected = expected_heads([parcel.entry for parcel in held.values()])
        found = {
            (kind, record, name): {head for head, _ in heads}
            for (kind, record), state in log.states(scope).items()
            for name, heads in state.heads.items()
        }
        if found != expected:
            raise Violation(f"{replica.name} dropped a value or revived one in {scope}")
        asked = {(*place, name) for place, state in log.states(scope).items() for name in conflicts(state)}
        if asked != {place for place, heads in expected.items() if len(heads) > 1}:
            raise Violation(f"{replica.name} does not ask about a value that was overwritten unseen")
        total = sum(digest_of(*place, state) for place, state in log.states(scope).items())
        if total % DIGEST_MODULUS != log.state_digest(scope):
            raise Violation(f"{replica.name}: the running digest left the state")

    def _check_chains(self, held: Mapping[str, Parcel]) -> None:
        for name, parcel in held.items():
            if parcel.entry.prev and parcel.entry.prev not in held:
                raise Violation(f"{name} has no parent")
        name = self.random.choice(sorted(held)) if held else ""
        if name and parse(held[name].entry.body).id != name:
            raise Violation(f"{name} was changed")


@dataclass
class _Verifier:
    """The real verifier, which checks each certificate once."""

    log: MemoryLog
    keys: dict[tuple[str, bytes | None], bytes | None]

    def key_for(self, journal: str, offered: bytes | None) -> bytes | None:
        place = (journal, self.log.certificate(journal) or offered)
        if place not in self.keys:
            self.keys[place] = CertificateVerifier(PROVINCE_KEY, self.log.certificate).key_for(journal, offered)
        return self.keys[place]


def expected_heads(entries: list[Entry]) -> dict[tuple[str, str, str], set[str]]:
    """The rule of merging said once more, as plainly as possible: what was written and not named by a later write."""
    written: dict[tuple[str, str, str], set[str]] = {}
    named: dict[tuple[str, str, str], set[str]] = {}
    for entry in entries:
        for op in entry.ops:
            marks = [write for write in op.writes if op.verb is not Verb.VOID or write.field == VOID_FIELD]
            if op.verb is Verb.VOID and not marks:
                marks = [Write(VOID_FIELD, None)]
            for write in marks:
                place = (op.kind, op.record, write.field)
                written.setdefault(place, set()).add(entry.id)
                named.setdefault(place, set()).update(write.replaces)
    heads = {place: ids - named[place] for place, ids in written.items()}
    return {place: ids for place, ids in heads.items() if ids}


def _kept(replica: Replica, scope: str) -> set[str]:
    """Everything this disk was ever given to keep in the scope."""
    log = replica.log
    return {name for place, name in log.applied if place == scope} if isinstance(log, Disk) else set()
