"""What docs/growth.md reckons with: bytes a change takes in the database, and processor time and bytes of one visit over HTTP.

`python3 dev.py bench visits`. A dossier is one entry that makes it and eight that move it on, as in the demo office, name and
phone sealed. Visits come one after the other from PCs of 20 communes; the server is a process of its own with PostgreSQL.
"""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import text

from sync.client.http import Road
from sync.journal.entry import Op, Verb
from sync.server.backup import backup
from sync.server.database import Database
from sync.server.province import Province
from sync.server.store import ServerLog
from tests.bench.bench_server import clusters
from tests.bench.bench_sync import Generator, act
from tests.sync.server.morning import enrolled, found, serving
from tests.sync.server.postgres import Cluster
from tests.sync.world.builders import SCOPE
from tests.sync.world.office import Replica
from tests.sync.world.offices import Pc

DOSSIERS = 600
MOVES = 8
OFFICES = 20
PCS = 10
CHANGES = 20
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Visits:
    """Of one visit: seconds of processor at the server and at PostgreSQL, and bytes there and back, HTTP included."""

    server: float
    database: float
    up: float
    down: float

    def __str__(self) -> str:
        processor = f"{self.server * 1000:.1f} ms server + {self.database * 1000:.1f} ms PostgreSQL"
        return f"{processor}, {self.up:.0f} bytes up, {self.down:.0f} bytes down"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, clusters() as cluster:
        assert cluster is not None, "PostgreSQL is needed"
        sizes(Path(folder), cluster)
        visits(Path(folder), cluster)


def sizes(folder: Path, cluster: Cluster) -> None:
    """The same journals in both databases and in a backup."""
    writer, entries = worked(), DOSSIERS * (1 + MOVES)
    for name, address in (("SQLite", ""), ("PostgreSQL", cluster.fresh())):
        province = Province.init(folder / name, address)
        before = stored(province.database, bool(address))
        parcels = list(writer.log.parcels(SCOPE).values())
        for start in range(0, entries, 20):
            ServerLog(province.database).append(SCOPE, parcels[start : start + 20], {})
        taken = stored(province.database, bool(address)) - before
        backup(province, folder / f"{name}.copy")
        saved = (folder / f"{name}.copy").stat().st_size
        print(f"{name}: {taken / entries:.0f} bytes for each change, {saved / entries:.0f} in a backup ({entries:,} changes)")
        province.close()
    bodies = sum(len(parcel.entry.body) + len(parcel.ciphertext or b"") for parcel in writer.log.parcels(SCOPE).values())
    print(f"of which body and sealed values: {bodies / entries:.0f}")


def worked() -> Replica:
    """A PC that took so many dossiers through all their steps."""
    pc, generator = Replica("pc"), Generator(Random(3), personal=True)
    number = 0
    for _ in range(DOSSIERS):
        made = generator.create()
        act(pc, made, number)
        for move in range(MOVES):
            name = ("state", "note", "due")[move % 3]
            heads = tuple(head for head, _ in pc.log.states(SCOPE)["dossier", made.record].heads[name])
            number += 1
            act(pc, Op("dossier", made.record, Verb.SET, (generator.write(name, generator.values()[name], heads),)), number)
    pc.sign()
    return pc


def stored(database: Database, postgresql: bool) -> int:
    sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if postgresql:
        tables = "SELECT c.oid FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
        sql = f"SELECT sum(pg_total_relation_size(oid)) FROM ({tables}) AS t"
    with database.reading() as connection:
        return int(connection.scalar(text(sql)) or 0)


def visits(folder: Path, cluster: Cluster) -> None:
    """The start of the server is measured apart and taken off."""
    province = found(folder / "visited", cluster.fresh(), OFFICES)
    pcs = enrolled(province, OFFICES, PCS, CHANGES, "http://localhost")
    start = spent(lambda: visited(folder, []), cluster)[0]
    for what in (f"{CHANGES} changes", "what colleagues brought to fetch", "nothing, just switched on"):
        traffic: list[tuple[int, int]] = []
        server, database = spent(lambda: traffic.extend(visited(folder, pcs)), cluster)  # noqa: B023 - called at once
        up, down = (sum(way) / len(pcs) for way in zip(*traffic, strict=True))
        print(f"a visit with {what}: {Visits((server - start) / len(pcs), database / len(pcs), up, down)}")
    province.close()


def visited(folder: Path, pcs: Sequence[Pc]) -> list[tuple[int, int]]:
    """Bytes there and back of one visit of each."""
    moved = []
    with serving(folder / "visited") as url:
        for pc in pcs:
            road = Road(url)
            assert pc.sync(road).equal
            moved.append((road.traffic.bytes_up, road.traffic.bytes_down))
            road.close()
    return moved


def spent(work: Callable[[], object], cluster: Cluster) -> tuple[float, float]:
    """Seconds of processor of the processes that ended within, and of PostgreSQL."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    at_database = postgres_seconds(cluster)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    children = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return children, postgres_seconds(cluster) - at_database


def postgres_seconds(cluster: Cluster) -> float:
    """Of the server and its connections, also those that ended (Linux)."""
    main_process = (Path(cluster._data) / "postmaster.pid").read_text("utf-8").split()[0]
    ticks = sum(map(int, _stat(main_process)[11:15]))
    for folder in Path("/proc").glob("[0-9]*"):
        found_here = _stat(folder.name)
        if len(found_here) > 2 and found_here[1] == main_process:
            ticks += int(found_here[11]) + int(found_here[12])
    return ticks / TICK


def _stat(process: str) -> list[str]:
    """The fields after the command's name; nothing for a process that just ended."""
    try:
        return Path("/proc", process, "stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []


if __name__ == "__main__":
    main()
