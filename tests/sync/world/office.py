"""Replicas for the tests of the exchange: they write, sign and talk to each other through real bytes."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field

from sync.exchange.session import Limits, Outcome, Session
from sync.journal.entry import Draft, Entry, Op, Verb, Write, build, next_lamport
from sync.journal.keys import Certificate, CertificateVerifier, UnitKeys, issue, sign_head, signing_public, wrapping_public
from sync.journal.log import Leaf, Log, Parcel
from sync.journal.memory_log import MemoryLog
from sync.wire.messages import Page
from sync.wire.pages import PageReader, encode_page
from tests.sync.world.builders import SCOPE, UNIT_KEYS, token

PROVINCE = b"v" * 32
PROVINCE_KEY = signing_public(PROVINCE)


@dataclass
class Replica:
    """One installation. `log` is what survives a crash; `tips` are the ends of what it wrote itself."""

    name: str
    log: MemoryLog = field(default_factory=MemoryLog)
    journal: str = ""
    tips: dict[str, Entry] = field(default_factory=dict)
    written: int = 0
    unit: str = "29551"
    letter: str = "A"
    unit_keys: UnitKeys = UNIT_KEYS
    clock: int = 1_763_800_000_000
    schema: int = 1

    def __post_init__(self) -> None:
        self.journal = self.journal or token(("journal", self.name))
        self._enrol()

    def _enrol(self) -> None:
        private = self.private
        certificate = Certificate(
            self.journal, self.unit, self.letter, signing_public(private), wrapping_public(private), self.name, "2026-11-20"
        )
        self.log.append(SCOPE, (), {self.journal: issue(certificate, PROVINCE)})

    @property
    def private(self) -> bytes:
        return bytes.fromhex(token(("key", self.journal), 64))

    def write(
        self, *ops: Op, scope: str = SCOPE, salt: object = "", by: str = "nguyen.van.an", act: str = "dossier.edit"
    ) -> Entry:
        """One action, stored but not signed yet."""
        tip = self.tips.get(scope)
        self.written += 1
        draft = Draft(
            schema=self.schema,
            scope=scope,
            journal=self.journal,
            n=tip.n + 1 if tip else 1,
            prev=tip.id if tip else "",
            act=act,
            aid=token((self.name, self.journal, self.written, salt, repr(ops))),
            by=by,
            at=self.clock + self.written,
            lam=next_lamport(self.log.highest_lamport),
            ops=ops,
        )
        entry, ciphertext = build(draft, self.unit_keys)
        self.log.append(scope, [Parcel(entry, ciphertext)], {})
        self.tips[scope] = entry
        return entry

    def edit(self, record: str, name: str, value: str, scope: str = SCOPE, personal: bool = False, salt: object = "") -> Entry:
        """Write a field over every head that stands here."""
        state = self.log.states(scope).get(("dossier", record))
        heads = tuple(name for name, _ in state.heads.get(name, ())) if state else ()
        return self.write(Op("dossier", record, Verb.SET, (Write(name, value, heads, personal),)), scope=scope, salt=salt)

    def sign(self) -> None:
        """Sign the own ends, as every writer does before a hand-over."""
        for scope, tip in self.tips.items():
            held = self.log.load(scope, [tip.id])[0]
            if held.signature is None:
                signature = sign_head(self.private, scope, self.journal, tip.n, tip.id)
                self.log.append(scope, [Parcel(held.entry, held.ciphertext, signature)], {})

    def copy(self) -> "Replica":
        """The same disk once more: a clone, or a backup."""
        twin = copy.copy(self)
        twin.log, twin.tips = self.log.copy(), dict(self.tips)
        return twin

    def session(self, peer: str, scopes: Sequence[str] = (SCOPE,), limits: Limits | None = None) -> Session:
        return Session(self.log, peer, self.journal, scopes, CertificateVerifier(PROVINCE_KEY, self.log.certificate), limits)


@dataclass
class Line:
    """Counts what goes over a line, and carries pages through real bytes."""

    requests: int = 0
    up: int = 0
    down: int = 0

    def ask(self, session: Session, page: Page) -> Page:
        """One round trip with a server session."""
        body = encode_page(page)
        answer = answer_to(session, body)
        self.requests += 1
        self.up += len(body)
        self.down += len(answer)
        return read_page(answer)


def answer_to(session: Session, body: bytes) -> bytes:
    """What a server does with the bytes of a request."""
    session.hear(read_page(body))
    return encode_page(session.say())


def read_page(data: bytes) -> Page:
    """A page read in pieces, as it arrives."""
    reader = PageReader()
    pieces = [piece for at in range(0, len(data), 700) for piece in reader.feed(data[at : at + 700])]
    assert reader.complete
    header = pieces[0]
    assert isinstance(header, Page)
    return Page(header.parts, header.unchanged, tuple(piece for piece in pieces[1:] if isinstance(piece, bytes)))


def meet(
    client: Replica, server: Replica, scopes: Sequence[str] = (SCOPE,), limits: Limits | None = None
) -> tuple[Outcome, Line]:
    """A whole exchange over a good line."""
    client.sign()
    server.sign()
    line = Line()
    session = client.session(server.name, scopes, limits)
    while not session.finished:
        session.hear(line.ask(server.session(client.name, scopes, limits), session.say()))
    return session.outcome, line


def ids(log: Log | MemoryLog, scope: str = SCOPE) -> set[str]:
    assert isinstance(log, MemoryLog)
    return set(log.parcels(scope))


def leaf(entry: Entry) -> Leaf:
    return Leaf(entry.journal, entry.n, entry.id)
