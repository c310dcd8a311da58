"""A province served over a real socket, and PCs that have joined it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client.http import Patience, Road
from sync.server.api import Bounds
from sync.server.province import Province
from sync.server.serve import Running
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.world.offices import Pc

UNIT = "28756"
ONCE = Patience(connect_s=5.0, stall_s=30.0, tries=0)
"""No second attempt at a connection; a busy machine is given time."""

HASTY = Patience(connect_s=2.0, stall_s=0.4, tries=0)
"""For lines on which nothing moves."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def province(tmp_path: Path, clock: Clock) -> Iterator[Province]:
    made = Province.init(tmp_path / "server", clock=clock, entropy=Entropy())
    made.publish("unit.import", unit_puts())
    yield made
    made.close()


@pytest.fixture
def running(province: Province) -> Iterator[Running]:
    with Running(province, bounds=Bounds(stall_s=0.5)) as server:
        yield server


@pytest.fixture
def road(running: Running) -> Iterator[Road]:
    made = Road(running.url, ONCE)
    yield made
    made.close()


@pytest.fixture
def pc(province: Province, road: Road, clock: Clock) -> Pc:
    made = Pc("one", clock, Entropy("one"))
    made.join(road, province.accounts.new_code(UNIT), road.url)
    return made
