"""The cable is pulled in many places of a request and of an answer: what was confirmed is there, and the next round goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from qms_desktop.demo_proxy import BadLine
from sync.client.http import Road
from sync.server.api import Bounds
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.verify import verify
from sync.web.door import Brake
from tests.drills.cutter import measured, pulled, road_over
from tests.sync.server.conftest import Clock, Entropy, cluster, database, province
from tests.sync.world.offices import Pc

__all__ = ["cluster", "database", "province"]

UNIT = "28756"
FREE = Brake(count=1_000_000)
STRIDE = 61
"""Every so manyth byte: the cuts fall on other bytes of each request, because the sizes differ from round to round."""

WAYS = ["up", "down"]
pytestmark = pytest.mark.long


@pytest.fixture
def clock() -> Clock:
    return Clock()


@dataclass
class Cable:
    """A province behind a line that can be pulled, and a PC at its other end."""

    province: Province
    line: BadLine
    clock: Clock

    def pc(self, name: str) -> Pc:
        made = Pc(name, self.clock, Entropy(name))
        with road_over(self.line) as road:
            made.join(road, self.province.accounts.new_code(UNIT))
        return made

    def holds(self, pc: Pc) -> bool:
        """Whether everything of the PC is at the province, and the states are equal."""
        scopes = pc.credentials.scopes
        same = all(pc.log.state_digest(scope) == self.province.log.state_digest(scope) for scope in scopes)
        own = list(pc.log.parcels(scopes[2]))
        return same and len(self.province.log.held(scopes[2], own)) == len(own)


@pytest.fixture
def cable(province: Province, clock: Clock) -> Iterator[Cable]:
    bounds = Bounds(stall_s=2.0, enrol=FREE, device=FREE, exchanges=1_000, exchanges_of_one=1_000)
    with Running(province, bounds=bounds) as running, BadLine(running.url) as line:
        yield Cable(province, line, clock)


def points(size: int, stride: int, way: str) -> list[tuple[int | None, int | None]]:
    """Where the cable is pulled, as bytes up and down."""
    at = range(1, size, stride)
    return [(n, None) if way == "up" else (None, n) for n in at]


@pytest.mark.parametrize("way", WAYS)
def test_an_exchange_is_cut_in_many_places(cable: Cable, way: str) -> None:
    one, two = cable.pc("one"), cable.pc("two")
    one.write("d0", state="received", p_name="Nguyễn Thị Ánh")
    size = measured(cable.line, one.sync)[way == "down"]
    for number, (up, down) in enumerate(points(size, STRIDE, way)):
        for pc in (one, two):
            pc.write(f"d{number % 7}", state=f"{pc.name} {number}", p_name="Nguyễn Thị Ánh")
        with road_over(cable.line) as road:
            two.sync(road)
        pulled(cable.line, up, down, one.sync)
        if number % 5 == 4:
            with road_over(cable.line) as road:
                assert one.sync(road).equal
            assert cable.holds(one)
    for pc in (one, two, one):
        with road_over(cable.line) as road:
            assert pc.sync(road).equal
    assert cable.holds(one)
    assert cable.holds(two)
    assert verify(cable.province) == []


@pytest.mark.parametrize("way", WAYS)
def test_joining_is_cut_in_many_places(cable: Cable, way: str) -> None:
    """The code that was typed is still good, and the PC is let in once."""

    def join(pc: Pc, code: str, road: Road) -> None:
        pc.join(road, code)

    first = Pc("first", cable.clock, Entropy("first"))
    code = cable.province.accounts.new_code(UNIT)
    size = measured(cable.line, lambda road: join(first, code, road))[way == "down"]
    for number, (up, down) in enumerate(points(size, STRIDE, way), start=2):
        pc, code = Pc(f"pc {number}", cable.clock, Entropy(f"{number}")), cable.province.accounts.new_code(UNIT)
        pulled(cable.line, up, down, lambda road, pc=pc, code=code: join(pc, code, road))  # type: ignore[misc]
        with road_over(cable.line) as road:
            pc.join(road, code)
        assert len(cable.province.accounts.devices()) == number
    assert len({device.letter for device in cable.province.accounts.devices()}) == number
