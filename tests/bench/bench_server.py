"""The server's own bars: changes a second over 20 scopes on both databases, and what a returning PC costs the processor.

`python -m tests.bench.bench_server`. Changes arrive as frames of verified entries, one thread for each of 8 PCs; PostgreSQL is a
temporary cluster that flushes to the disk at each commit, as in production. A returning PC brings one frame of 20 changes and
asks for what it lacks (nothing), over the application in this process: HTTP parsing comes on top.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.client.transport import Answer
from sync.journal.entry import Entry
from sync.journal.log import Parcel
from sync.server.api import Bounds, make_app
from sync.server.database import Database
from sync.server.province import Province
from sync.server.store import ServerLog
from sync.web.door import Brake
from tests.sync.server.conftest import UNITS, Clock, Entropy, unit_puts
from tests.sync.server.postgres import Cluster, binaries
from tests.sync.world.builders import change, entry
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

SCOPES = 20
WRITERS = 8
CHANGES = 4_000
PCS = 40
BAR = 1_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, clusters() as cluster:
        targets: dict[str, Callable[[str], str]] = {"SQLite": lambda name: f"sqlite:///{folder}/{name}.db"}
        if cluster is not None:
            targets["PostgreSQL"] = lambda _name: cluster.fresh()
        for name, address in targets.items():
            for size in (1, 20):
                rate = changes_a_second(address(f"changes{size}"), size)
                label = f"{name}: changes/s, {SCOPES} scopes, {WRITERS} writers, {size} in a transaction"
                print(f"{label:<75} {rate:>8.0f}   bar {BAR:,}")
        for name, address in targets.items():
            returning(name, Path(folder) / name, "" if name == "SQLite" else address("pcs"))


@contextmanager
def clusters() -> Iterator[Cluster | None]:
    """PostgreSQL as in production, or None where it is not installed."""
    try:
        cluster = Cluster(binaries(), durable=True)
    except (pytest.skip.Exception, pytest.fail.Exception) as reason:
        print(f"not measured on PostgreSQL: {reason}")
        yield None
        return
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def changes_a_second(address: str, size: int) -> float:
    database = Database(address)
    database.create()
    log = ServerLog(database)
    chains = [chain(number) for number in range(SCOPES)]
    began = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda made: write(log, made, size), chains))
    seconds = time.perf_counter() - began
    assert sum(len(log.leaves(made[0].scope)) for made in chains) == SCOPES
    database.close()
    return CHANGES / seconds


def chain(number: int) -> list[Entry]:
    """New records and edits of them, in a scope of their own."""
    made: list[Entry] = []
    for step in range(CHANGES // SCOPES):
        op = change(f"R{step // 2}", "note", f"Đã đối chiếu bản chính tại quầy, hẹn trả kết quả {step}")
        made.append(entry(op, after=made[-1] if made else None, scope=f"unit/{28000 + number}/qms"))
    return made


def write(log: ServerLog, made: list[Entry], size: int) -> None:
    for start in range(0, len(made), size):
        log.append(made[0].scope, [Parcel(item) for item in made[start : start + size]], {})


def returning(name: str, folder: Path, address: str) -> None:
    """The server's share of the processor for PCs that come back with 20 changes each, and then with none."""
    clock = Clock()
    province = Province.init(folder, address, clock=clock, entropy=Entropy())
    province.publish("unit.import", unit_puts())
    road = Measured(make_app(province, Bounds(enrol=Brake(count=PCS))))
    pcs = [Pc(f"pc {number}", clock, Entropy(str(number))) for number in range(PCS)]
    for number, pc in enumerate(pcs):
        pc.join(road, province.accounts.new_code(list(UNITS)[number % 2]))
        pc.sync(road)
    for changes, what in ((20, "20 changes, alone"), (0, "nothing")):
        costs = [cost(pc, changes, road) for pc in pcs[:1] * PCS]
        requests = statistics.mean(count for _, count in costs)
        spent = statistics.median(spent for spent, _ in costs)
        print(f"{f'{name}: processor of the server for a PC with {what}':<75} {spent * 1000:>8.1f} ms, {requests:.1f} requests")
    province.close()


def cost(pc: Pc, changes: int, road: Measured) -> tuple[float, int]:
    for number in range(changes):
        pc.write(f"{pc.lam}-{number}", state="received", p_name="Nguyễn Thị Ánh", signed=number == changes - 1)
    road.spent = 0.0
    before = road.traffic.requests
    pc.sync(road)
    return road.spent, road.traffic.requests - before


class Measured(InProcess):
    """Adds up the processor time spent in the application, its threads included."""

    spent = 0.0

    def ask(self, verb: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        began = time.process_time()
        try:
            return super().ask(verb, path, body, headers)
        finally:
            self.spent += time.process_time() - began


if __name__ == "__main__":
    main()
