"""What the tests of attachments share: a PC that holds files, and the road it carries them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sync.client.carrier import Caller, Carrier
from sync.client.transport import Answer, Transport
from sync.errors import KeyFault, TransportFault
from sync.files import blobs
from sync.files.blobs import Allowance, Blob, Freight, Opening
from sync.files.shelf import Shelf
from sync.server.province import Province
from tests.sync.client.conftest import UNIT
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

SCOPE = f"unit/{UNIT}/dossiers"
KEY = bytes(range(32))
PATIENCE_S = 60.0
SLOW_BYTES_A_MS = 32
"""256 kbit/s."""


@dataclass
class Holder:
    """What a PC has and lacks, as the test says."""

    shelf: Shelf
    wanted: list[Blob] = field(default_factory=list)
    daily: int = 0
    metered: bool = False
    spent: int = 0
    came: list[str] = field(default_factory=list)
    spoiled_names: list[str] = field(default_factory=list)
    asked: str = ""

    def freight(self) -> list[Freight]:
        sizes = {blob.name: self.shelf.size(blob.name) for blob in self.wanted}
        return [Freight(SCOPE, blob, sizes[blob.name] is not None, blob.name == self.asked) for blob in self.wanted]

    def allowance(self) -> Allowance:
        return Allowance(self.daily, self.spent, self.metered)

    def moved(self, count: int) -> None:
        self.spent += count

    def fits(self, freight: Freight, head: bytes, number: int, chunk: bytes) -> bool:
        try:
            Opening(head, freight.blob.size, SCOPE, {1: KEY}).open(number, chunk)
        except KeyFault:
            return False
        return True

    def arrived(self, freight: Freight) -> None:
        self.came.append(freight.blob.name)

    def spoiled(self, freight: Freight) -> None:
        self.spoiled_names.append(freight.blob.name)

    def scan(self, size: int, text: str = "a") -> Blob:
        """A file made here."""
        plain = (text.encode() * size)[:size]
        blob = self.shelf.add(blobs.seal([plain], sha256(plain).digest(), SCOPE, 1, KEY), text)
        self.wanted.append(blob)
        return blob


class Recorded:
    """A road that remembers what was asked, and lets the clock run as a line of 256 kbit/s would."""

    def __init__(self, road: Transport, clock: Clock | None = None) -> None:
        self._road = road
        self._clock = clock
        self.traffic = road.traffic
        self.asked: list[tuple[str, str, int]] = []

    def ask(self, verb: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        self.asked.append((verb, path.partition("?")[0], len(body)))
        if self._clock is not None:
            self._clock.now += len(body) // SLOW_BYTES_A_MS
        return self._road.ask(verb, path, body, headers)

    def files(self) -> list[tuple[str, str, int]]:
        return [asked for asked in self.asked if asked[0] in ("PUT", "GET")]


@dataclass
class Desk:
    """A PC that has joined: what it holds, what carries it, and its road."""

    hold: Holder
    carrier: Carrier
    road: InProcess
    recorded: Recorded


MakeDesk = Callable[[str], Desk]


def made_desk(province: Province, app: object, clock: Clock, folder: Path, name: str) -> Desk:
    road = InProcess(app)
    pc = Pc(name, clock, Entropy(name))
    pc.join(road, province.accounts.new_code(UNIT))
    recorded = Recorded(road, clock)
    hold = Holder(Shelf(folder))
    caller = Caller(recorded, pc.credentials, pc.applicant.sign_private, clock, pc.entropy)
    return Desk(hold, Carrier(hold, caller), road, recorded)


def through(desk: Desk, most: int = 10_000) -> int:
    """Steps until nothing is left; a broken line is tried again."""
    for count in range(most):
        try:
            if not desk.carrier.step():
                return count
        except TransportFault:
            continue
    raise AssertionError("no end")
