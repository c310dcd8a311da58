"""The real road: sockets on this machine, good lines and bad ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from qms_desktop.demo_proxy import BadLine, Line
from sync.client.http import Patience, Road
from sync.client.register import units_of
from sync.client.rounds import Moved
from sync.client.transport import Answer
from sync.errors import SyncError, TransportFault
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.verify import verify
from tests.sync.client.conftest import HASTY, ONCE, UNIT
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.world.offices import Pc

DOSSIERS = f"unit/{UNIT}/dossiers"


@contextmanager
def road_to(url: str, patience: Patience = ONCE) -> Iterator[Road]:
    road = Road(url, patience)
    try:
        yield road
    finally:
        road.close()


def fault_of(pc: Pc, road: Road) -> int:
    with pytest.raises(SyncError) as caught:
        pc.sync(road)
    return caught.value.code


def test_a_pc_joins_and_syncs(pc: Pc, road: Road, province: Province) -> None:
    pc.write("d1", state="received", p_name="Nguyễn Thị Ánh")
    result = pc.sync(road)
    assert result.equal
    assert result.sent == 1
    assert verify(province) == []


def test_the_register_can_be_read_before_joining(road: Road) -> None:
    assert [row["full_name"] for row in units_of(road)] == ["Phường Phú Khương", "Phường An Hội"]


def test_nothing_to_do_costs_at_most_900_bytes_on_the_wire(pc: Pc, running: Running) -> None:
    with BadLine(running.url) as line, road_to(line.url) as road:
        pc.write("d1", state="received")
        pc.sync(road)
        before = (line.meter.up, line.meter.down)
        result = pc.sync(road)
        moved = (line.meter.up - before[0], line.meter.down - before[1])
        assert result.requests == 1
        assert sum(moved) <= 900, moved
        assert (result.bytes_up, result.bytes_down) == moved


def test_a_line_that_is_cut_again_and_again_gets_everything_through(pc: Pc, running: Running, province: Province) -> None:
    for number in range(1_000):
        pc.write(f"d{number}", state="received", p_name=f"Nguyễn Văn {number}")
    with BadLine(running.url, Line(cut_up=60_000)) as line, road_to(line.url) as road:
        result = pc.sync(road)
        assert result.equal
        assert line.meter.cuts >= 1
    assert verify(province) == []


def test_a_cut_answer_resumes(pc: Pc, running: Running, province: Province) -> None:
    with BadLine(running.url) as line, road_to(line.url) as road:
        for number in range(600):
            pc.write(f"d{number}", state="received", p_name=f"Nguyễn Văn {number}")
        pc.sync(road)
        two = Pc("two", Clock(), Entropy("two"))
        two.join(road, province.accounts.new_code(UNIT))
        line.change(cut_down=40_000)
        line.drop_all()
        assert two.sync(road).digests == pc.sync(road).digests
        assert line.meter.cuts >= 1


@pytest.mark.parametrize("at", range(1, 100, 9))
def test_an_answer_cut_inside_its_head_is_a_cut_and_not_another_server(running: Running, at: int) -> None:
    """The library takes what came of a head for all of it, and the line that names our protocol may be in the rest."""
    with BadLine(running.url, Line(cut_down=at)) as line, road_to(line.url) as road, pytest.raises(TransportFault) as caught:
        road.ask("GET", "/health")
    assert caught.value.code == TransportFault.CUT


def test_no_server(pc: Pc, running: Running) -> None:
    running.stop()
    with road_to(running.url) as road:
        assert fault_of(pc, road) == TransportFault.NOBODY_THERE


def test_a_line_on_which_nothing_moves(pc: Pc, running: Running) -> None:
    with BadLine(running.url, Line(stalled=True)) as line, road_to(line.url, HASTY) as road:
        assert fault_of(pc, road) == TransportFault.STALLED


@pytest.mark.parametrize("url", ["", "example", "ftp://example", "http://", "http://a b"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(TransportFault) as caught, road_to(url) as road:
        road.ask("GET", "/health")
    assert caught.value.code == TransportFault.BAD_ADDRESS


def test_a_round_under_way_can_be_broken_off(pc: Pc, running: Running) -> None:
    with BadLine(running.url, Line(stalled=True)) as line, road_to(line.url, HASTY) as road:
        codes: list[int] = []
        thread = threading.Thread(target=lambda: codes.append(fault_of(pc, road)))
        thread.start()
        for _ in range(1_000):
            if line.meter.connections:
                break
            thread.join(0.01)
        while thread.is_alive():
            road.cut()
            thread.join(0.02)
        assert codes[0] in {TransportFault.CUT} | TransportFault.NO_LINE


class Narrow(Road):
    """Something in between takes no page above 20 KB."""

    def ask(self, verb: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        if len(body) > 20_000:
            raise TransportFault(TransportFault.PAGE_TOO_LARGE, "413")
        return super().ask(verb, path, body, headers)


def test_something_in_between_that_takes_no_large_page_gets_smaller_ones(pc: Pc, running: Running, province: Province) -> None:
    for number in range(600):
        pc.write(f"d{number}", state="received", p_name=f"Nguyễn Văn {number}")
    road = Narrow(running.url, ONCE)
    assert pc.sync(road).equal
    road.close()
    assert verify(province) == []


def test_a_new_pc_knows_from_the_first_answer_how_much_will_come(pc: Pc, road: Road, province: Province) -> None:
    for number in range(300):
        pc.write(f"d{number}", state="received", p_name=f"Nguyễn Văn {number}")
    pc.sync(road)
    two = Pc("two", Clock(), Entropy("two"))
    two.join(road, province.accounts.new_code(UNIT))
    told: list[Moved] = []
    result = two.rounds(road).run(told.append)
    assert told[0].to_come == result.received >= 300
    assert [moved.received for moved in told] == sorted(moved.received for moved in told)
    assert told[-1].received == result.received
    assert 0 <= result.bytes_up + result.bytes_down - told[-1].size < 100
