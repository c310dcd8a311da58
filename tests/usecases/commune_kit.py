"""A province and two PCs of one of its communes, for tests of what goes between them on every road."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office, Stage
from qms_desktop.paths import Paths
from qms_desktop.resources import calendars, procedures
from qms_desktop.store.journal import UnitLog
from qms_desktop.usecases import unit_keys
from qms_desktop.usecases.neighbours import Neighbourhood, Network
from qms_desktop.usecases.packets import PacketLine
from qms_desktop.usecases.setup import Foundation
from sync.client.agent import Status
from sync.server import identity, publishing
from sync.server.packets import export, take
from sync.server.province import Province
from tests.usecases.office_kit import PEOPLE, UNIT, Clock, Dice, sign_in

PROCEDURES = frozenset({"1.004873", "2.000815"})
FIRST, SECOND = "Máy quầy 1", "Máy quầy 2"
PATIENCE_S = 60
HERE = Network("127.0.0.1", ("127.0.0.1",))
FOUNDATION = Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE)


@dataclass
class Commune:
    """A province, its address while its server runs, and two PCs of one unit, which share a clock. code: of recovery."""

    province: Province
    first: Office
    second: Office
    clock: Clock
    stick: Path
    url: str = ""
    code: str = ""

    @property
    def offices(self) -> tuple[Office, Office]:
        return self.first, self.second

    def close(self) -> None:
        for office in self.offices:
            office.close()

    def enrol(self, url: str) -> None:
        """Both PCs join the province."""
        for office, name in zip(self.offices, (FIRST, SECOND), strict=True):
            office.enrol(url, self.province.accounts.new_code(UNIT), name)

    def found(self) -> None:
        """The first PC founds the office."""
        self.code = self.first.found(self.first.demand_store().unit_code, FOUNDATION)

    def carry(self, source: Office, to: Office, letter: str) -> PacketLine:
        """A packet from one PC to another."""
        file = self.stick / "trong-don-vi.qmspacket"
        source.export_packet(file, letter)
        return to.import_packet(file)

    def to_the_province(self, office: Office) -> int:
        """A packet of the PC is taken in at the province; how many entries were new."""
        file = self.stick / "len-tinh.qmspacket"
        office.export_packet(file)
        received = take(self.province, file.read_bytes())
        assert received.unpacked.refused == ()
        return received.unpacked.entries

    def back(self, office: Office) -> PacketLine:
        """The province's answer for a PC is taken in there."""
        file = self.stick / "ve-xa.qmspacket"
        file.write_bytes(export(self.province, office.demand_store().replica).data)
        return office.import_packet(file)

    def province_digests(self) -> list[int]:
        """The merged state of each scope at the province."""
        return [self.province.log.state_digest(scope) for scope in self.first.demand_credentials().scopes]


@contextmanager
def made(folder: Path, recovery: bool = False) -> Iterator[Commune]:
    """The province with two PCs that have not joined it yet. recovery: packets can be sealed to its recovery code."""
    with ExitStack() as stack:
        Province.init(folder / "province").close()
        if recovery:
            identity.new_recovery(folder / "province", Dice(9))
        province = Province.open(folder / "province")
        stack.callback(province.close)
        units = parse_units(f"code,kind,name,full_name,province\n{UNIT},Xã,Mẫu,Xã Mẫu,Tỉnh Mẫu\n".encode())
        publishing.import_units(province, units, date(2025, 7, 1), "thử")
        publishing.publish_procedures(province, [p for p in procedures() if p.code in PROCEDURES], date(2025, 7, 1))
        publishing.publish_calendars(province, calendars().layers)
        clock = Clock()
        first, second = (
            Office(Paths(folder / name), MemoryKeys(), clock, Dice(seed)) for seed, name in enumerate(("pc1", "pc2"))
        )
        (folder / "stick").mkdir()
        commune = Commune(province, first, second, clock, folder / "stick")
        stack.callback(commune.close)
        yield commune


def stage(office: Office) -> Stage:
    return office.stage


def waiting(office: Office) -> list[unit_keys.WaitingPc]:
    """The PCs that wait to be let in, as this one knows."""
    store = office.demand_store()
    with store.view() as view:
        return unit_keys.waiting_pcs(view, store.replica, office.demand_credentials().province_key)


def let_in(office: Office) -> None:
    """The secretary lets the one PC in that waits."""
    [pc] = waiting(office)
    assert pc.name == SECOND
    unit_keys.admit(sign_in(office, "IS").work(), pc)


def admit(commune: Commune) -> None:
    """The second PC is let in, over the line."""
    commune.first.sync_once()
    let_in(commune.first)
    commune.first.sync_once()
    commune.second.sync_once()


def digests(office: Office) -> list[int]:
    """The merged state of each scope on a PC."""
    log = UnitLog(office.demand_store())
    return [log.state_digest(scope) for scope in office.demand_credentials().scopes]


def there(office: Office) -> Neighbourhood:
    """The neighbourhood of a PC on which it is switched on."""
    assert office.neighbourhood is not None
    return office.neighbourhood


def switch_on(commune: Commune) -> None:
    """A person switches it on at both PCs and, as the network hides them from each other, types one address."""
    for office in commune.offices:
        office.start_agent()
        OfficeDesk(office).use_neighbours(True)
    OfficeDesk(commune.second).add_neighbour(f"127.0.0.1:{there(commune.first).port}")


def until(commune: Commune, reached: Callable[[], bool]) -> None:
    """Wakes the exchange of both with their neighbours until it is so; looked at whenever one of them says something."""
    done = threading.Event()

    def look(_status: Status) -> None:
        if reached():
            done.set()

    ends = [there(office).agent.subscribe(look) for office in commune.offices]
    try:
        for _ in range(PATIENCE_S):
            for office in commune.offices:
                there(office).agent.wake()
            if done.wait(1) or reached():
                return
        raise AssertionError([there(office).visits() for office in commune.offices])
    finally:
        for end in ends:
            end()
