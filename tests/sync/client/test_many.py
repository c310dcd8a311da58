"""Many PCs at once: the server takes them side by side and loses nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sync.client.http import Road
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.verify import verify
from tests.sync.server.conftest import UNITS, Clock, Entropy
from tests.sync.world.offices import Pc

PCS = 8
ENTRIES = 40


def test_eight_pcs_of_two_units_push_and_pull_side_by_side(province: Province, running: Running) -> None:
    pcs = [_joined(f"pc {number}", list(UNITS)[number % 2], province, running.url) for number in range(PCS)]
    with ThreadPoolExecutor(PCS) as pool:
        list(pool.map(lambda pc: _work(pc, running.url), pcs))
        results = list(pool.map(lambda pc: _sync(pc, running.url), pcs))
    assert all(result for result in results)
    assert verify(province) == []
    for pc in pcs:
        scope = pc.credentials.scopes[2]
        assert len(pc.log.parcels(scope)) == ENTRIES * PCS // 2
        assert len(province.log.held(scope, list(pc.log.parcels(scope)))) == ENTRIES * PCS // 2


def _joined(name: str, unit: str, province: Province, url: str) -> Pc:
    pc = Pc(name, Clock(), Entropy(name))
    road = Road(url)
    pc.join(road, province.accounts.new_code(unit), url)
    road.close()
    return pc


def _work(pc: Pc, url: str) -> None:
    """Write and exchange in turns, on the same records as everybody else."""
    for number in range(ENTRIES):
        pc.write(f"d{number % 10}", state=f"{pc.name} {number}", p_name="Nguyễn Thị Ánh")
        if number % 10 == 9:
            _sync(pc, url)


def _sync(pc: Pc, url: str) -> bool:
    road = Road(url)
    try:
        return pc.sync(road).equal
    finally:
        road.close()
