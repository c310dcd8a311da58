"""One journey of the shipped scenario through the command line, run once and looked at by many tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest

from qms_desktop.demo.clerk import PlainClerk
from qms_desktop.demo.ground import Folders
from qms_desktop.demo.journey import Journey, checked
from qms_desktop.demo.material import gather
from qms_desktop.scenario import Network

LONGEST_S = 240
OTHER_DAY: dict[str, Any] = {
    "unit": {"code": "28756", "full_name": "Phường Phú Khương"},
    "start": "2026-04-28T07:00",
    "pcs": [{"id": "pc1", "name": "Máy A", "person": "Phan Văn Lạ"}, "pc2"],
    "network": {"delay_ms": 20, "bytes_per_second": 40000, "cuts": 1},
    "dossiers": [
        {
            "id": "mot",
            "procedure": "2.000635",
            "applicant": "Đỗ Thị Ượng",
            "received": "2026-04-28T16:45",
            "actions": [
                {"do": "pause", "at": "2026-04-29T08:00", "reason": "Thiếu bản sao."},
                {"do": "resume", "at": "2026-05-05T08:00"},
            ],
        },
        {
            "id": "hai",
            "pc": "pc2",
            "procedure": "1.001193",
            "applicant": {"full_name": unicodedata.normalize("NFD", "Nguyễn Văn Kỳ"), "phone": "0100 000 999"},
            "received": "2026-04-29T09:00",
        },
    ],
    "edits": [
        {"pc": "pc1", "dossier": "hai", "field": "note", "value": "Máy một ghi"},
        {"pc": "pc2", "dossier": "hai", "field": "note", "value": "Máy hai ghi"},
        {"pc": "pc2", "dossier": "hai", "field": "applicant_phone", "value": "0100 000 998"},
    ],
}


@dataclass(frozen=True)
class Outcome:
    """What a journey left behind, and what it said."""

    folder: Path
    said: str
    summary: dict[str, Any]

    def pdfs(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.folder.glob("*.pdf"))}


def journey(folder: Path, scenario: dict[str, Any] | None = None) -> Outcome:
    """Run a scenario as a person would, in a process of its own."""
    command = [sys.executable, "-m", "qms_desktop", "demo", "--headless", "--out", str(folder)]
    if scenario is not None:
        file = folder.parent / f"{folder.name}.json"
        file.write_text(json.dumps(scenario, ensure_ascii=False), encoding="utf-8")
        command += ["--scenario", str(file)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=LONGEST_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Outcome(folder, done.stdout, json.loads((folder / "summary.json").read_text("utf-8")))


def shared(folder: Path, scenario: dict[str, Any] | None = None) -> Outcome:
    """The outcome of a journey that one worker of the test run plays and all look at."""
    said = folder / "said.txt"
    try:
        folder.mkdir()
    except FileExistsError:
        wait_for(said)
    else:
        try:
            outcome = journey(folder / "out", scenario)
        except BaseException as fault:
            said.write_text(f"failed: {fault}", encoding="utf-8")
            raise
        said.write_text(outcome.said, encoding="utf-8")
    text = said.read_text("utf-8")
    assert not text.startswith("failed: "), text
    return Outcome(folder / "out", text, json.loads((folder / "out" / "summary.json").read_text("utf-8")))


def wait_for(file: Path) -> None:
    """Until another worker has written the file."""
    never, end = Event(), monotonic() + LONGEST_S
    while not file.exists():
        assert monotonic() < end, "the journey of the other worker takes too long"
        never.wait(0.2)


def place(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that all workers of this test run know by name."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The shipped scenario's journey."""
    return shared(place(tmp_path_factory, "shipped"))


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The journey of another unit on another day."""
    return shared(place(tmp_path_factory, "other"), OTHER_DAY)


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data two PCs and the server hold after the shipped scenario, played without a window over a good line."""
    folders = Folders(tmp_path_factory.mktemp("quick") / "out")
    folders.prepare()
    material = gather(None)
    scenario = replace(material.scenario, network=Network(delay_ms=0, bytes_per_second=0, cuts=0))
    checked(
        Journey(replace(material, scenario=scenario), folders, lambda office, _pc: PlainClerk(office), lambda _line: None).run()
    )
    return folders.data
