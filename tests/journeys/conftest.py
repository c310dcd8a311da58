"""One journey of the shipped scenario through the command line, run once and looked at by many tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

LONGEST_S = 240


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


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The shipped scenario's journey."""
    return journey(tmp_path_factory.mktemp("journey") / "out")
