"""The morning after: every office of a province comes back to one real server, as real clients over real HTTP."""

from __future__ import annotations

import heapq
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from qms_desktop.domain.records.units import UNIT
from sync.client.credentials import Credentials
from sync.client.http import Patience, Road
from sync.errors import TransportFault
from sync.journal.keys import UnitKeys
from sync.server.province import Province
from sync.server.writer import Put
from tests.sync.server.conftest import Entropy, request_of
from tests.sync.world.offices import Pc, secret

AT_ONCE = 200
"""Clients that wait for an answer at the same time; more than the server has places."""

PATIENCE = Patience(connect_s=30.0, stall_s=60.0, tries=0)


def unit_codes(offices: int) -> list[str]:
    return [str(28_000 + number) for number in range(offices)]


def found(folder: Path, database: str, offices: int) -> Province:
    """A province with so many communes."""
    province = Province.init(folder, database)
    facts = {"kind": "xa", "name": "Mới", "full_name": "Xã Mới", "valid_from": "2025-07-01"}
    province.publish("unit.import", [Put(UNIT, f"unit-{code}", {"code": code, **facts}) for code in unit_codes(offices)])
    return province


def enrolled(province: Province, offices: int, pcs: int, entries: int, url: str) -> list[Pc]:
    """PCs that joined earlier and have worked since: each with so many changes nobody else has."""
    made = []
    for code in unit_codes(offices):
        for number in range(pcs):
            pc = Pc(f"{code} {number}", province.clock, Entropy(f"{code} {number}"))
            answer = province.accounts.enrol(request_of(province.accounts.new_code(code), pc.name))
            own = (answer.server, answer.server_replica, pc.applicant.replica, answer.unit, answer.letter, answer.certificate)
            pc.credentials = Credentials(url, *own, answer.province_key)
            pc.keys = UnitKeys({pc.credentials.scopes[2]: {1: secret(f"unit {code}")}})
            made.append(pc)
    for pc in made:
        for step in range(entries):
            note = f"Đã đối chiếu bản chính tại quầy, hẹn trả kết quả {step}"
            pc.write(f"{pc.name} {step}", state="received", note=note, p_name="Nguyễn Thị Ánh", signed=step == entries - 1)
    return made


def own_entries(pc: Pc) -> set[str]:
    """What the PC itself wrote in its unit's dossiers."""
    held = pc.log.parcels(pc.credentials.scopes[2]).items()
    return {entry for entry, parcel in held if parcel.entry.journal == pc.applicant.replica}


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The server as a process of its own."""
    command = [sys.executable, "-m", "sync.server", "serve", "--data", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=dict(os.environ))
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[1]
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()


@dataclass
class Morning:
    """What happened, in seconds since the first PC came: how long each waited until it was served, and what it cost."""

    waits: list[float] = field(default_factory=list)
    sent_away: int = 0
    failed: list[int] = field(default_factory=list)
    requests: int = 0
    up: int = 0
    down: int = 0
    lasted: float = 0.0


def come_back(pcs: Sequence[Pc], url: str, within_s: float, seed: int) -> Morning:
    """All PCs come within that time, at moments of chance; one that is told to wait comes again when it was told to."""
    chance = random.Random(seed)
    moments = sorted(chance.uniform(0, within_s) for _ in pcs)
    queue = [(moment, moment, number) for number, moment in enumerate(moments)]
    heapq.heapify(queue)
    morning, guard, left = Morning(), threading.Condition(), [len(pcs)]
    began = time.monotonic()

    def visit(came: float, number: int) -> None:
        again, fault = _served(pcs[number], url, morning, guard)
        now = time.monotonic() - began
        with guard:
            if again is not None:
                morning.sent_away += 1
                heapq.heappush(queue, (now + again * (1.0 + 0.25 * chance.random()), came, number))
            else:
                left[0] -= 1
                morning.failed += [fault] if fault else []
                morning.waits += [] if fault else [now - came]
            guard.notify_all()

    with ThreadPoolExecutor(AT_ONCE) as pool, guard:
        while left[0]:
            now = time.monotonic() - began
            while queue and queue[0][0] <= now:
                _, came, number = heapq.heappop(queue)
                pool.submit(visit, came, number)
            guard.wait(queue[0][0] - now if queue else None)
    morning.lasted = time.monotonic() - began
    return morning


def _served(pc: Pc, url: str, morning: Morning, guard: threading.Condition) -> tuple[int | None, int]:
    """When to come again (seconds) if the server said so, and the number of any other fault."""
    road = Road(url, PATIENCE)
    again: int | None = None
    fault = 0
    try:
        assert pc.sync(road).equal
    except TransportFault as refused:
        again, fault = (refused.retry_after, 0) if refused.code == TransportFault.BUSY else (None, refused.code)
    finally:
        road.close()
    with guard:
        morning.requests += road.traffic.requests
        morning.up += road.traffic.bytes_up
        morning.down += road.traffic.bytes_down
    return again, fault
