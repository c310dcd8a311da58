"""Everything at once: the world with rights, and sticks, rebuilt servers, programs of two ages, clocks that jump, six PCs."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sync.journal.entry import Op, Value, Verb, Write
from sync.stick.packing import pack, unpack
from sync.wire.messages import Page
from sync.wire.pages import decode_page, encode_page
from tests.sync.world.builders import token
from tests.sync.world.court import CourtDisk
from tests.sync.world.office import Replica
from tests.sync.world.rights_world import RightsWorld
from tests.sync.world.simulation import SHARED, _Verifier

TWENTY_YEARS = 631_152_000_000


@dataclass(frozen=True, slots=True)
class Stick:
    """A page on its way, readable any number of times."""

    maker: str
    receiver: str
    page: bytes


@dataclass
class WholeWorld(RightsWorld):
    """`sticks` are never used up: each may be read again, late and in any order."""

    sticks: list[Stick] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        for number in range(self.random.randint(0, 2)):
            self.replicas[f"late{number}"] = self.new_replica(f"late{number}")

    def happenings(self) -> list[tuple[Callable[[], None], int]]:
        """See RightsWorld."""
        more: list[tuple[Callable[[], None], int]] = [
            (self.a_stick_is_made, 8),
            (self.a_stick_is_read, 8),
            (self.the_server_is_rebuilt, 1),
            (self.a_clock_jumps, 3),
            (self.a_program_is_renewed, 3),
            (self.somebody_writes_beside, 4),
        ]
        return [*super().happenings(), *more]

    def a_stick_is_made(self) -> None:
        """For the province, by the province, or for another PC."""
        maker, receiver = self.random.sample(sorted(self.replicas), 2)
        source = self.replicas[maker]
        source.sign()
        packed = pack(source.log, [self.replicas[receiver].name], SHARED)
        self.sticks.append(Stick(maker, receiver, encode_page(packed.page)))
        self.faults["stick"] += 1

    def a_stick_is_read(self) -> None:
        """Any of them, perhaps for the third time; what a revoked PC made is refused, and it reads nothing."""
        if not self.sticks:
            return
        stick = self.random.choice(self.sticks)
        if stick.maker in self.replicas and stick.receiver in self.replicas:
            maker, receiver = self.replicas[stick.maker], self.replicas[stick.receiver]
            gone = self._cut_off(self.replicas["server"])
            if not gone & {maker.journal, receiver.journal}:
                self._read(receiver, maker.name, decode_page(stick.page))

    def _read(self, receiver: Replica, maker: str, page: Page) -> None:
        found = unpack(receiver.log, _Verifier(receiver.log, self._keys), page, maker, receiver.journal, SHARED)
        if found.own_journal_seen:
            self._renew(receiver)
        if receiver.name == "server":
            self.judge(receiver)
        else:
            self._take_keys(receiver)

    def the_server_is_rebuilt(self) -> None:
        """Its database is gone; it goes on under a new replica id with what the PCs bring."""
        journal = token(("rebuilt", self.seed, self.steps))
        self.replicas["server"] = Replica("server", CourtDisk(), journal=journal, unit="", letter="")
        self.wiped.clear()
        self.faults["rebuilt"] += 1

    def a_clock_jumps(self) -> None:
        """By up to twenty years, in either direction."""
        replica = self.random.choice(list(self.replicas.values()))
        replica.clock = 1_763_800_000_000 + self.random.randint(-TWENTY_YEARS, TWENTY_YEARS)
        self.faults["clock"] += 1

    def a_program_is_renewed(self) -> None:
        """It writes kinds and fields, and values that are groups, which the other programs do not know."""
        replica = self.random.choice(self.writers())
        replica.schema += 1
        group: Value = {"number": self.steps, "signer": "Đỗ Thuận", "pages": [1, {"deep": None}]}
        writes = (Write("signed", group), Write("size", self.steps), Write("hidden", "kín", (), True))
        kind, record = f"kind{replica.schema}", f"K{self.random.randrange(3)}"
        known = replica.log.states(SHARED[0]).get((kind, record))
        verb = Verb.SET if known else Verb.CREATE
        replica.write(Op(kind, record, verb, writes), scope=SHARED[0], by=self.author(), salt=("new", replica.name, self.steps))
        replica.sign()
        self.faults["renewed"] += 1

    def somebody_writes_beside(self) -> None:
        """Many values that take no notice of each other, so that many heads stand."""
        replica = self.random.choice(self.writers())
        for number in range(self.random.randint(2, 9)):
            writes = (Write("note", f"{replica.name} {number}"),)
            salt = (replica.name, self.steps, number)
            replica.write(Op("dossier", "R1", Verb.SET, writes), scope=self.random.choice(SHARED), by=self.author(), salt=salt)
        replica.sign()
