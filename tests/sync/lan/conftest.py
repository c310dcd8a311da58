"""PCs of one office that answer each other on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from sync.client.carrier import Hold
from sync.client.http import Patience
from sync.lan.gate import Bounds
from sync.lan.house import House
from sync.lan.listening import Listener
from sync.lan.places import Contact
from sync.lan.visiting import NeighbourRounds
from sync.server.api import make_app
from sync.server.province import Province
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

UNIT = "28756"
CALM = Patience(connect_s=5.0, stall_s=30.0, tries=0)

Opened = Callable[[Pc], AbstractContextManager[str]]


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Province]:
    made = Province.init(tmp_path / "server", clock=Clock(), entropy=Entropy())
    made.publish("unit.import", unit_puts())
    yield made
    made.close()


@pytest.fixture
def join(province: Province) -> Callable[[str, str], Pc]:
    """Makes a PC of a unit that has joined the province and exchanged with it once."""

    def joined(name: str, unit: str = UNIT) -> Pc:
        pc = Pc(name, Clock(), Entropy(name))
        road = InProcess(make_app(province))
        pc.join(road, province.accounts.new_code(unit))
        pc.sync(road)
        return pc

    return joined


def welcome_all(_replica: str) -> bool:
    return True


def house(pc: Pc, welcome: Callable[[str], bool] = welcome_all, files: Hold | None = None) -> House:
    sign = pc.applicant.sign_private
    return House(pc.log, pc.credentials, sign, pc.clock, pc.entropy, lambda: None, welcome, lambda: None, files)


@contextmanager
def answering(pc: Pc, welcome: Callable[[str], bool] = welcome_all) -> Iterator[str]:
    """The PC answers its neighbours; gives its address."""
    with listening(house(pc, welcome)) as listener:
        yield f"127.0.0.1:{listener.port}"


@contextmanager
def listening(there: House, bounds: Bounds | None = None) -> Iterator[Listener]:
    """A PC that answers."""
    listener = Listener(there, "127.0.0.1", 0, bounds)
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()


def visiting(pc: Pc, *addresses: str) -> NeighbourRounds:
    return NeighbourRounds(house(pc), lambda: [typed(address) for address in addresses], CALM)


def typed(address: str) -> Contact:
    """What a person typed."""
    return Contact(address, (address,), typed=True)
