"""Many rounds of a desktop that receives and exchanges, and of its server, killed at random moments; nobody is ever missing."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.keys import FileKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.resources import calendars, procedures
from qms_desktop.usecases.setup import Foundation
from sync.errors import TransportFault
from sync.server import publishing
from sync.server.province import Province
from sync.server.verify import verify as verify_server
from tests.conftest import KILLS
from tests.usecases.office_kit import PEOPLE, UNIT, Clock

CODE = "2.000815"
DESKTOP = """
import os, sys
from pathlib import Path
from qms_desktop.keys import FileKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.usecases import receiving
from sync.errors import SyncError
from tests.usecases.office_kit import Clock, command, sign_in
data, url, round_ = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
office = Office(Paths(data), FileKeys(data.with_suffix(".keys"), data), Clock(), os.urandom)
office.open()
office.use_server(url)
sign_in(office, "CL")
for at in range(100000):
    name = f"Người {round_}x{at}"
    receiving.receive(office.work(), command(office, "2.000815", name))
    print(name, flush=True)
    if at % 3 == 2:
        try:
            office.sync_once()
        except SyncError:
            pass
"""


@dataclass
class Place:
    """A province and one PC of it in folders, and the names whose receipt was acknowledged."""

    server: Path
    data: Path
    acknowledged: list[str] = field(default_factory=list)

    def office(self) -> Office:
        return Office(Paths(self.data), FileKeys(self.data.with_suffix(".keys"), self.data), Clock(), os.urandom)


def serving(folder: Path) -> tuple["subprocess.Popen[str]", str]:
    command = [sys.executable, "-m", "sync.server", "serve", "--data", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().split()[1]


def ended(process: "subprocess.Popen[str]") -> list[str]:
    """Kill it as a power cut does; the whole lines it had said."""
    process.send_signal(signal.SIGKILL)
    assert process.stdout is not None
    said = [line.strip() for line in process.stdout if line.endswith("\n")]
    process.stdout.close()
    process.wait()
    return said


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path / "province", tmp_path / "pc")
    province = Province.init(found.server)
    units = parse_units(f"code,kind,name,full_name,province\n{UNIT},Xã,Mẫu,Xã Mẫu,Tỉnh Mẫu\n".encode())
    publishing.import_units(province, units, date(2025, 7, 1), "thử")
    publishing.publish_procedures(province, [p for p in procedures() if p.code == CODE], date(2025, 7, 1))
    publishing.publish_calendars(province, calendars().layers)
    code = province.accounts.new_code(UNIT)
    province.close()
    process, url = serving(found.server)
    office = found.office()
    office.enrol(url, code, "Máy 1")
    office.sync_once()
    office.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    office.sync_once()
    office.close()
    ended(process)
    return found


def killed_round(place: Place, number: int, chance: random.Random) -> None:
    """A desktop that receives and exchanges, and its server: one of them dies, then the other."""
    server, url = serving(place.server)
    command = [sys.executable, "-c", DESKTOP, str(place.data), url, str(number)]
    desktop = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert desktop.stdout is not None
    lines = chance.randrange(1, 12)
    said = [desktop.stdout.readline().strip() for _ in range(lines)]
    if chance.random() < 0.5:
        ended(server)
        said += [desktop.stdout.readline().strip() for _ in range(chance.randrange(5))]
    said += ended(desktop)
    if server.poll() is None:
        ended(server)
    assert said[0]
    place.acknowledged += said


def is_whole(place: Place) -> None:
    province = Province.open(place.server)
    assert verify_server(province) == []
    province.close()
    office = place.office()
    office.open()
    assert office.verify() == []
    with office.demand_store().view() as view:
        held = {row["applicant_name"] for row in view.find("dossier")}
        assert [name for name in place.acknowledged if name not in held] == []
        assert view.count("applicant") == view.count("dossier")
    office.close()


def kill_and_look(place: Place, seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    for number in range(rounds):
        killed_round(place, number, chance)
        is_whole(place)
    server, url = serving(place.server)
    office = place.office()
    office.open()
    office.use_server(url)
    for _last in (False, True):
        try:
            assert office.sync_once().equal
        except TransportFault:
            assert not _last
    office.close()
    ended(server)
    is_whole(place)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX matter")
@pytest.mark.parametrize("seed", range(34))
def test_killed_many_times(place: Place, seed: int, record_property: Callable[[str, object], None]) -> None:
    kill_and_look(place, seed, rounds=15)
    record_property(KILLS, 15 * len(("desktop", "server")))
