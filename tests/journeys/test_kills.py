"""kill -9 of the desktop, of a sync and of the server in the middle of their work: nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qms_desktop.demo.province import DemoProvince
from qms_desktop.demo.summary import digest_of
from qms_desktop.keys import FileKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.store.journal import UnitLog
from tests.journeys.busy_pc import NOW

ENVIRONMENT = {**os.environ, "PYTHONUTF8": "1"}


@pytest.fixture
def data(quick: Path, tmp_path: Path) -> Path:
    """The PCs and the server as the journey left them, to be mistreated."""
    shutil.copytree(quick, tmp_path / "data")
    return tmp_path / "data"


def process(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *command], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


@contextmanager
def office(data: Path, pc: str) -> Iterator[Office]:
    opened = Office(Paths(data / pc), FileKeys(data / f"{pc}.keys", data / pc), lambda: NOW)
    opened.open()
    try:
        yield opened
    finally:
        opened.close()


def receive_and_kill(data: Path, count: int) -> list[str]:
    """Let the first PC receive dossiers and end it without warning; the records it had acknowledged."""
    busy = process("tests.journeys.busy_pc", str(data / "pc1"), str(data / "pc1.keys"))
    assert busy.stdout is not None
    with busy:
        acknowledged = [busy.stdout.readline().strip() for _ in range(count)]
        busy.kill()
        acknowledged += [line.strip() for line in busy.stdout if line.endswith("\n")]
    return acknowledged


@pytest.mark.parametrize("count", [1, 4, 9])
def test_a_killed_desktop_keeps_every_dossier_it_acknowledged(data: Path, count: int) -> None:
    acknowledged = receive_and_kill(data, count)
    with office(data, "pc1") as reopened, reopened.demand_store().view() as view:
        assert not [record for record in acknowledged if view.get("dossier", record) is None]
        assert reopened.verify() == []


def test_a_server_killed_during_exchanges_comes_back_and_agrees(data: Path) -> None:
    chance = random.Random(5)
    for _ in range(3):
        receive_and_kill(data, 3)
        server = process("sync.server", "serve", "--data", str(data / "server"), "--port", "0")
        assert server.stdout is not None
        with server:
            url = server.stdout.readline().split()[-1]
            with office(data, "pc1") as pc:
                pc.use_server(url)
            syncing = process("qms_desktop", "sync", "--data", str(data / "pc1"), "--key-file", str(data / "pc1.keys"))
            with syncing:
                try:
                    syncing.wait(chance.uniform(0.3, 1.2))
                except subprocess.TimeoutExpired:
                    pass
                (server if chance.random() < 0.5 else syncing).kill()
                syncing.communicate()
            server.kill()
    agree(data)


def agree(data: Path) -> None:
    """Everyone is up again: after one exchange all hold the same, and every chain verifies."""
    with DemoProvince(data / "server") as province, office(data, "pc1") as pc:
        pc.use_server(province.url)
        assert pc.sync_once().equal
        scopes = pc.demand_credentials().scopes
        assert digest_of(UnitLog(pc.demand_store()), scopes) == digest_of(province.log, scopes)
        assert (pc.verify(), province.verify()) == ([], [])
