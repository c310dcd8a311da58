"""The desktop as a person waits for it: start, memory, long lists; `python -m tests.bench.bench_desktop`.

Every figure comes from a process of its own with the real window offscreen. Cold: no compiled module and none of the program's
files in the system's memory; warm: the same once more.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QAbstractItemView, QScrollBar

from qms_desktop.demo.clerk import PlainClerk, person_named
from qms_desktop.demo.people import PIN
from qms_desktop.gui.app import make_application, open_window
from qms_desktop.gui.clerk_hands import ClerkHands
from qms_desktop.gui.screens.register import Register
from qms_desktop.keys import FileKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.scenario import Applicant, ScenarioDossier
from qms_desktop.usecases.setup import Foundation
from tests.bench.bench_store import UNIT, fill
from tests.usecases import office_kit

NOW = datetime(2026, 11, 23, 8, 0)
CLERK = "Nguyễn Văn Đông"
PROCEDURE = "1.004873"
MEMORY_ROWS, LIST_ROWS = 50_000, 200_000
BARS = {"cold": 5_000, "warm": 2_000, "memory": 180, "open": 300, "scroll": 50, "jump": 50, "added": 30, "search": 50}
JUMPS = 100
SEARCHED = ("duong", "ctbs", "nguyen thi duong")
ROOT = Path(__file__).parents[2]


def line(name: str, figure: str, bar: int, unit: str) -> None:
    """One figure beside its bar."""
    print(f"{name:58} {figure:>18} {unit}   bar {bar}")


def make_office(folder: Path, rows: int) -> str:
    """An office with one real dossier among many filled rows; returns the real one's id."""
    office = Office(Paths(folder / "data"), FileKeys(folder / "keys.json", folder / "data"), lambda: NOW)
    office.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=office_kit.PEOPLE))
    office_kit.put_models(office, lambda code: code == PROCEDURE)
    clerk = PlainClerk(office)
    clerk.sign_in(CLERK)
    dossier = clerk.receive(ScenarioDossier("", "", PROCEDURE, "in_person", "", Applicant("Trần Thị Đường"), (), NOW))
    fill(office.demand_store(), rows)
    office.close()
    return dossier


def bench_start(folder: Path) -> None:
    """From the command to a usable window, by the window's own word and by the clock on the wall."""
    compiled = folder / "compiled"
    for name in ("cold", "warm", "warm"):
        if name == "cold":
            forget_files()
        ready, wall = started(folder, compiled)
        line(f"{name} start, {MEMORY_ROWS:,} dossiers (own word / on the wall)", f"{ready:.0f} / {wall:.0f}", BARS[name], "ms")
    shutil.rmtree(compiled, ignore_errors=True)


def started(folder: Path, compiled: Path) -> tuple[float, float]:
    """Starts the program until it says it is ready, then ends it; milliseconds."""
    command = [sys.executable, "-m", "qms_desktop", "--data", str(folder / "data"), "--key-file", str(folder / "keys.json")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(compiled)}
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as window:
        assert window.stdout is not None
        said = next((text for text in window.stdout if text.startswith("ready ")), "")
        wall = (time.perf_counter() - begun) * 1000
        window.kill()
    return float(said.split()[1]), wall


def forget_files() -> None:
    """Ask the system to drop the program's files from its memory (Linux); elsewhere cold means uncompiled only."""
    if not hasattr(os, "posix_fadvise"):
        return
    os.sync()
    for place in (ROOT / "qms_desktop", ROOT / "sync", ROOT / "resources", *map(Path, sys.path[-1:])):
        for path in place.rglob("*"):
            if path.is_file():
                handle = os.open(path, os.O_RDONLY)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(handle)


def in_a_process(scene: str, folder: Path, dossier: str) -> dict[str, float]:
    """Plays a scene in a fresh process; what it measured, by name."""
    command = [sys.executable, "-m", "tests.bench.bench_desktop", scene, str(folder), dossier]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    measured = [(name, float(value)) for name, value in (text.split() for text in said.splitlines())]
    return {name: max(value for other, value in measured if other == name) for name, _ in measured}


def show_memory(folder: Path, dossier: str) -> None:
    """Scene: the register, a form open, and one preview shown."""
    with at_the_window(folder) as hands:
        hands.show("register")
        hands.show("dossier", dossier)
        hands.press("Ctrl+P")
        hands.show("dossier", dossier)
        hands.press("F2")
        print("memory", resident())


def show_list(folder: Path, _dossier: str) -> None:
    """Scene: opening, scrolling and jumping in the register, and the search over everything."""
    with at_the_window(folder) as hands:
        hands.show("intake")
        before = resident()
        print("open", milliseconds(lambda: hands.show("register")))
        print("added", resident() - before)
        print("scroll", high([milliseconds(hands.turn_page) for _ in range(JUMPS)]))
        chance = random.Random(3)
        print("jump", high([milliseconds(lambda: hands.jump(chance.random())) for _ in range(JUMPS)]))
        for text in SEARCHED:
            found = partial(hands.window.desk.search, text)
            print("search", high([milliseconds(found) for _ in range(20)]))


class BenchHands(ClerkHands):
    """Hands that also measure the list under them."""

    def turn_page(self) -> None:
        """One page on, painted."""
        self._move_to(self._bar().value() + self._bar().pageStep())

    def jump(self, part: float) -> None:
        """Anywhere in the list, painted."""
        self._move_to(round(part * self._bar().maximum()))

    def _view(self) -> QAbstractItemView:
        screen = self.window.screen_now()
        assert isinstance(screen, Register)
        return screen.list.view

    def _bar(self) -> QScrollBar:
        return self._view().verticalScrollBar()

    def _move_to(self, place: int) -> None:
        self._bar().setValue(place)
        self._view().viewport().repaint()


@contextmanager
def at_the_window(folder: Path) -> Iterator[BenchHands]:
    """The window on the office, with its clerk signed in."""
    application = make_application([])
    office = Office(Paths(folder / "data"), FileKeys(folder / "keys.json", folder / "data"), lambda: NOW)
    office.open()
    office.sign_in(person_named(office, CLERK), PIN)
    hands = BenchHands(open_window(office))
    try:
        yield hands
    finally:
        hands.go_home()
        office.close()
        del application


SCENES = {"memory": show_memory, "list": show_list}


def milliseconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def high(taken: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(taken, n=20)[-1]


def resident() -> float:
    """Resident memory in MB (Linux)."""
    for row in Path("/proc/self/status").read_text("ascii").splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) / 1024
    return 0.0


def main() -> None:
    """Print every figure beside its bar."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dossier = make_office(folder / "medium", MEMORY_ROWS)
        bench_start(folder / "medium")
        figure = in_a_process("memory", folder / "medium", dossier)["memory"]
        line(f"resident, {MEMORY_ROWS:,} dossiers, form open, preview shown", f"{figure:.0f}", BARS["memory"], "MB")
        found = in_a_process("list", folder / "large", make_office(folder / "large", LIST_ROWS))
        line(f"register of {LIST_ROWS:,} opens", f"{found['open']:.0f}", BARS["open"], "ms")
        line("memory it adds", f"{found['added']:.1f}", BARS["added"], "MB")
        line("scroll by a page, painted, 95th percentile", f"{found['scroll']:.1f}", BARS["scroll"], "ms")
        line("jump anywhere, painted, 95th percentile", f"{found['jump']:.1f}", BARS["jump"], "ms")
        line("search over everything, slowest word, 95th percentile", f"{found['search']:.1f}", BARS["search"], "ms")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in SCENES:
        SCENES[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
    else:
        main()
