"""Whether the window stays at hand while 10,000 records arrive: the longest pause of its event loop (`dev.py bench arrival`).

A real server (a process of its own) and a PC with the real window offscreen, on which a person types: into the filter of the
open register, into the search over everything, into the intake form; and once with the screen of the exchange open. A timer
ticks in the window's thread; the longest time between two ticks is the pause a person feels. The same is measured in the same
run before anything arrives and when all is there, for on a busy machine the system itself makes a thread wait: that part, as
Linux accounts for it, is taken off, and the time by the clock stands beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from qms_desktop.demo.clerk import person_named
from qms_desktop.domain.fields import Value
from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.gui.app import make_application, open_window, set_start_aside
from qms_desktop.gui.clerk_hands import ClerkHands
from qms_desktop.keys import FileKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.resources import procedures
from qms_desktop.store.unit import Author, Change, create
from qms_desktop.store.view import View
from qms_desktop.usecases import unit_keys
from qms_desktop.usecases.session import session_for, set_pin
from qms_desktop.usecases.setup import Foundation
from sync.server import publishing
from sync.server.province import Province
from tests.bench.bench_store import UNIT, dossiers
from tests.sync.server.morning import serving
from tests.usecases.office_kit import PEOPLE

RECORDS = 10_000
BAR_MS = 100.0
TICK_MS = 2
KEY_MS = 120
CONTROL_S = 6.0
PATIENCE_S = 900.0
NOW = datetime(2026, 11, 23, 8, 0)
PIN = "123456"
WORDS = "nguyen thi duong "
SCENES = {
    "register": "the register is open, its filter is typed into",
    "search": "the search over everything is typed into",
    "intake": "the intake form is typed into",
    "sync": "the screen of the exchange is open",
}


class Cores:
    """What Linux says about this thread's turns; elsewhere nothing is taken off. One read each time, so as not to be felt."""

    def __init__(self) -> None:
        there = Path("/proc/thread-self/schedstat")
        self._file = os.open(there, os.O_RDONLY) if there.exists() else -1

    def waited_ms(self) -> float:
        """Milliseconds in which this thread could have run and had no core."""
        return int(os.pread(self._file, 100, 0).split()[1]) / 1e6 if self._file >= 0 else 0.0


@dataclass
class Ticks:
    """Times between ticks of a timer in the window's thread, in milliseconds: by the clock, and without waiting for a core."""

    spans: list[tuple[float, float]] = field(default_factory=list)
    _last: tuple[float, float] = (0.0, 0.0)
    _cores: Cores = field(default_factory=Cores)

    def begin(self) -> None:
        """Forget what was measured."""
        self.spans, self._last = [], self._now()

    def tick(self) -> None:
        """One tick."""
        now = self._now()
        clock, delay = now[0] - self._last[0], now[1] - self._last[1]
        self.spans.append((clock, max(0.0, clock - delay)))
        self._last = now

    def longest(self, part: int) -> float:
        """The longest pause."""
        return max(span[part] for span in self.spans)

    def over(self, limit: float) -> int:
        """How many pauses were longer, waiting for a core taken off."""
        return sum(1 for span in self.spans if span[1] > limit)

    def _now(self) -> tuple[float, float]:
        return time.perf_counter() * 1000, self._cores.waited_ms()


@dataclass
class Typist:
    """A person who types on and on, a key every 120 ms, and empties the box when a few words stand in it."""

    place: int = 0

    def key(self) -> None:
        """One key into whatever has the focus."""
        target = QApplication.focusWidget()
        if target is None:
            return
        if self.place % len(WORDS) == 0:
            QTest.keyClick(target, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(target, WORDS[self.place % len(WORDS)])
        self.place += 1


def office(folder: Path) -> Office:
    return Office(Paths(folder / "data"), FileKeys(folder / "keys.json", folder / "data"), lambda: NOW)


def play(scene: str, folder: Path) -> None:
    """One scene in a process of its own: prints pauses without arrival, then with it."""
    application = make_application([])
    here = office(folder)
    here.open()
    here.sign_in(person_named(here, PEOPLE[1].name), PIN)
    hands = ClerkHands(open_window(here))
    go_to(hands, scene)
    set_start_aside()
    ticks, typist, timers = Ticks(), Typist(), []
    for interval, called in ((TICK_MS, ticks.tick), (KEY_MS, typist.key)):
        timer = QTimer(hands.window)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(called)
        timer.start(interval)
        timers.append(timer)
    print("control", *figures(ticks, lambda: False, CONTROL_S))
    agent = here.start_agent()
    assert agent is not None
    begun = time.perf_counter()
    said = figures(ticks, lambda: agent.status().rounds > 0, PATIENCE_S)
    print("arrival", *said)
    with here.demand_store().view() as view:
        print("records", view.count("dossier"), time.perf_counter() - begun)
    print("after", *figures(ticks, lambda: False, CONTROL_S))
    for timer in timers:
        timer.stop()
    hands.go_home()
    here.close()
    del application


def go_to(hands: ClerkHands, scene: str) -> None:
    hands.show(scene if scene in ("intake", "sync") else "register")
    if scene == "intake":
        hands.focus("field.full_name")
    elif scene != "sync":
        hands.press("Ctrl+F" if scene == "register" else "Ctrl+K")


def figures(ticks: Ticks, enough: Callable[[], bool], seconds: float) -> tuple[float, float, int]:
    """Pauses until it is enough or the time is up."""
    ticks.begin()
    end = time.perf_counter() + seconds
    while not enough() and time.perf_counter() < end:
        QTest.qWait(50)
    return ticks.longest(0), ticks.longest(1), ticks.over(BAR_MS)


def prepared(folder: Path) -> dict[str, str]:
    """A province and codes for its PCs."""
    made = Province.init(folder)
    units = parse_units(f"code,kind,name,full_name,province\n{UNIT},Xã,Mẫu,Xã Mẫu,Tỉnh Mẫu\n".encode())
    publishing.import_units(made, units, date(2025, 7, 1), "đo")
    publishing.publish_procedures(made, [each for each in procedures() if each.code == "2.000815"], date(2025, 7, 1))
    codes = {name: made.accounts.new_code(UNIT) for name in ("writer", *SCENES)}
    made.close()
    return codes


def fill(folder: Path, url: str, codes: Mapping[str, str], records: int) -> None:
    """An office of one PC that writes and others that hold the key; then the records, handed to the province."""
    writer = office(folder / "writer")
    writer.enrol(url, codes["writer"], "Máy ghi")
    writer.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    store = writer.demand_store()
    secretary, clerk = (person_named(writer, person.name) for person in PEOPLE[:2])
    writer.session = session_for(store, secretary, NOW)
    writer.sync_once()
    others = [office(folder / scene) for scene in SCENES]
    for scene, other in zip(SCENES, others, strict=True):
        other.enrol(url, codes[scene], f"Máy {scene}")
    writer.sync_once()
    with store.view() as view:
        waiting = unit_keys.waiting_pcs(view, store.replica, writer.demand_credentials().province_key)
    for pc in waiting:
        unit_keys.admit(writer.work(), pc)
    writer.sync_once()
    for other in others:
        other.sync_once()
        set_pin(other.demand_store(), clerk, PIN, None, NOW)
        other.close()
    for record, values in dossiers(records):
        store.act("dossier.receive", Author(clerk, NOW), partial(_received, record, values))
    writer.sync_once()
    writer.close()


def _received(record: str, values: Mapping[str, Value], _view: View) -> list[Change]:
    return [create("dossier", record, values)]


def main(records: int = RECORDS) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        codes = prepared(folder / "province")
        with serving(folder / "province") as url:
            fill(folder, url, codes, records)
            for scene, words in SCENES.items():
                report(words, folder / scene, scene)


def report(words: str, folder: Path, scene: str) -> None:
    command = [sys.executable, "-m", "tests.bench.bench_arrival", scene, str(folder)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    found = {line.split()[0]: [float(part) for part in line.split()[1:]] for line in said.splitlines()}
    count, seconds = found["records"]
    print(f"{count:,.0f} records in {seconds:.0f} s while {words}")
    for what, name in (("before", "control"), ("while they arrive", "arrival"), ("afterwards", "after")):
        clock, own, over = found[name]
        print(f"  longest pause {what:18} {own:7.1f} ms (by the clock {clock:.0f})   bar {BAR_MS:.0f}, {over:.0f} above it")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in SCENES:
        play(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else RECORDS)
