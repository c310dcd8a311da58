"""A province in a temporary folder with two units, and a clock that only the test moves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from qms_desktop.domain.records.units import UNIT
from sync.joining.enrolment import EnrolAnswer, EnrolRequest
from sync.journal.keys import signing_public, wrapping_public
from sync.server.province import Province
from sync.server.writer import Put
from tests.sync.server.postgres import Cluster, binaries

NOON = 1_763_787_600_000
UNITS = {"28756": "Phú Khương", "28777": "An Hội"}


class Clock:
    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


class Entropy:
    """Different bytes at every call, the same in every run."""

    def __init__(self, seed: str = "test") -> None:
        self._seed = seed
        self._calls = 0

    def __call__(self, count: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(f"{self._seed}/{self._calls}".encode()).digest(count)


def unit_puts() -> list[Put]:
    return [
        Put(
            UNIT,
            f"unit-{code}-2025-07-01",
            {"code": code, "kind": "phuong", "name": name, "full_name": f"Phường {name}", "valid_from": "2025-07-01"},
        )
        for code, name in UNITS.items()
    ]


def secret(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def request_of(code: str, pc: str) -> EnrolRequest:
    """The enrolment of a PC whose keys follow from its name."""
    return EnrolRequest(
        code, replica_of(pc), f"PC {pc}", signing_public(secret(f"{pc} sign")), wrapping_public(secret(f"{pc} wrap"))
    )


def replica_of(pc: str) -> str:
    return hashlib.sha256(f"{pc} replica".encode()).hexdigest()[:32]


def join(province: Province, unit: str, pc: str) -> EnrolAnswer:
    return province.accounts.enrol(request_of(province.accounts.new_code(unit), pc))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    made = Cluster(binaries())
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Where a new server keeps its data: in its folder, or at an address."""
    if request.param == "sqlite":
        return ""
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.fresh()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def province(tmp_path: Path, clock: Clock, database: str) -> Iterator[Province]:
    made = Province.init(tmp_path / "server", database, clock=clock, entropy=Entropy())
    made.publish("unit.import", unit_puts())
    yield made
    made.close()
