"""165 offices × 5 PCs with 20 changes each come back to one server with PostgreSQL: are all served, and how long do they wait?

`python3 dev.py bench offices`. The server is a process of its own; the clients are real ones over HTTP on the same machine, so
they take up half of it. PostgreSQL flushes to the disk at each commit, as in production.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
from pathlib import Path

from tests.bench.bench_server import clusters
from tests.sync.server.morning import Morning, come_back, enrolled, found, own_entries, serving

OFFICES = 165
PCS = 5
ENTRIES = 20


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, clusters() as cluster:
        for within_s in (60.0, 1.0):
            database = cluster.fresh() if cluster is not None else ""
            measured(Path(folder) / f"server{within_s:.0f}", database, within_s)


def measured(folder: Path, database: str, within_s: float) -> None:
    province = found(folder, database, OFFICES)
    with serving(folder) as url:
        made = enrolled(province, OFFICES, PCS, ENTRIES, url)
        before = os.times()
        morning = come_back(made, url, within_s, seed=1)
        clients = os.times()
        idle = come_back(made, url, within_s, seed=2)
    print(
        f"{OFFICES} offices × {PCS} PCs within {within_s:.0f} s, {ENTRIES} changes each, {'PostgreSQL' if database else 'SQLite'}"
    )
    told(morning)
    print(f"  processor of the clients: {clients.user + clients.system - before.user - before.system:.1f} s")
    print("the same PCs once more, to fetch what the others brought")
    told(idle)
    lost = sum(ENTRIES - len(province.log.held(pc.credentials.scopes[2], own_entries(pc))) for pc in made)
    print(f"  entries lost: {lost}   bar 0")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"  processor of the server, both times: {children.ru_utime + children.ru_stime:.1f} s")
    province.close()


def told(morning: Morning) -> None:
    waits = sorted(morning.waits)
    served = len(waits)
    spread = (statistics.median(waits), waits[served * 95 // 100], waits[-1])
    cost = (morning.requests / served, morning.up / served, morning.down / served)
    print(
        f"  served {served} of {OFFICES * PCS}   bar all; sent away and back later {morning.sent_away}; failed {morning.failed}"
    )
    print("  wait until served: median {:.2f} s, 95 % {:.2f} s, worst {:.2f} s".format(*spread))
    print("  {:.1f} requests, {:.0f} bytes up, {:.0f} bytes down for each".format(*cost))
    print(f"  all served after {morning.lasted:.1f} s: {served / morning.lasted:.0f} PCs a second")


if __name__ == "__main__":
    main()
