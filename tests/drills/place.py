"""A whole province for drills: three communes on real stores, one of them revoked of a PC, two of them merged, and a real server
process that can be killed, lost and set up again on another disk.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.resources import calendars, procedures
from qms_desktop.settings import METERED
from qms_desktop.usecases import attachments, people, receiving, unit_keys
from sync.server import merging, publishing
from sync.server.province import Province
from sync.server.revoking import revoke
from tests.usecases.commune_kit import FOUNDATION, HERE
from tests.usecases.office_kit import Clock, Dice, command, sign_in

EAST, WEST, OLD = "20001", "20002", "20003"
CODE = "1.004873"
CSV = (
    "code,kind,name,full_name,province\n"
    f"{EAST},Xã,Đông,Xã Đông,Tỉnh Mẫu\n{WEST},Phường,Tây,Phường Tây,Tỉnh Mẫu\n{OLD},Xã,Cũ,Xã Cũ,Tỉnh Mẫu\n"
)
MEMBERS = {EAST: ("đông-a", "đông-b", "đông-c"), WEST: ("tây-a", "tây-b"), OLD: ("cũ-a",)}
REVOKED = "đông-c"
SCAN_BYTES = 70_000


class ServerProcess:
    """`qms-server serve` on a free port; killed as by a power cut."""

    def __init__(self, folder: Path) -> None:
        self._run = subprocess.Popen(
            [sys.executable, "-m", "sync.server", "serve", "--data", str(folder), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        assert self._run.stdout is not None
        self.url = self._run.stdout.readline().split()[-1]

    def kill(self) -> None:
        """Without a word."""
        self._run.kill()
        self._run.communicate()


@contextmanager
def serving(folder: Path) -> Iterator[ServerProcess]:
    """The server of a folder, until the end of the block at the latest."""
    server = ServerProcess(folder)
    try:
        yield server
    finally:
        server.kill()


def verb(*command: str) -> str:
    """What a verb of `qms-server` says."""
    done = subprocess.run(
        [sys.executable, "-m", "sync.server", *command], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass
class Place:
    """The PCs by name, and the scans each of them attached."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    pcs: dict[str, Office] = field(default_factory=dict)
    dossiers: dict[str, str] = field(default_factory=dict)

    def make(self, database: str) -> Province:
        """The province, before anybody has joined."""
        Province.init(self.folder / "server", database).close()
        province = Province.open(self.folder / "server")
        publishing.import_units(province, parse_units(CSV.encode()), date(2024, 7, 1), "thử")
        publishing.publish_procedures(province, [p for p in procedures() if p.code == CODE], date(2025, 7, 1))
        publishing.publish_calendars(province, calendars().layers)
        return province

    def join(self, province: Province, url: str, name: str, unit: str) -> Office:
        """A PC of a unit: the first founds the office, a further one is let in by it."""
        office = Office(Paths(self.folder / name), MemoryKeys(), self.clock, Dice(1 + len(self.pcs)))
        office.network = HERE
        self.pcs[name] = office
        office.enrol(url, province.accounts.new_code(unit), f"Máy {name}")
        office.sync_once()
        if office.is_founded:
            self.let_in(self.pcs[MEMBERS[unit][0]], office)
        else:
            office.found(unit, FOUNDATION)
            people.save(sign_in(office, "IS").work(), "office", f"office-{unit}", {"dossier_files": True})
            office.sync_once()
        return office

    def let_in(self, by: Office, office: Office) -> None:
        """A person at one PC lets another in that waits there."""
        by.sync_once()
        work = sign_in(by, "IS").work()
        with work.store.view() as view:
            waiting = unit_keys.waiting_pcs(view, work.store.replica, by.demand_credentials().province_key)
        unit_keys.admit(work, next(pc for pc in waiting if pc.replica == office.demand_store().replica))
        for each in (by, office):
            each.sync_once()

    def work(self, name: str) -> str:
        """The PC receives a dossier with a scan that is nowhere else."""
        office = sign_in(self.pcs[name], "CL")
        dossier = receiving.receive(office.work(), command(office, CODE, f"Người {len(self.dossiers)} ở {name}"))
        scan = self.folder / f"{name} {len(self.dossiers)}.pdf"
        scan.write_bytes(f"%PDF-1.7\n{scan.name}".encode().ljust(SCAN_BYTES, b"\n"))
        attachments.attach(office.work(), "dossier", dossier, scan)
        self.dossiers[dossier] = name
        return dossier

    def files_wait(self, wait: bool) -> None:
        """Whether files stay where they are."""
        for office in self.pcs.values():
            office.demand_store().local.set_setting(METERED.name, "1" if wait else "0")

    def sync(self, *names: str) -> None:
        """One exchange each."""
        for name in names:
            self.pcs[name].sync_once()

    def close(self) -> None:
        """Switch all PCs off."""
        for office in self.pcs.values():
            office.close()


@contextmanager
def placed(folder: Path) -> Iterator[Place]:
    """A place whose PCs are switched off at the end."""
    with ExitStack() as stack:
        place = Place(folder)
        stack.callback(place.close)
        yield place


def lived(place: Place, database: str, backup: Path) -> dict[str, int]:
    """Some days of the province, with a backup in the middle; the digests its server had on its last day.

    After the backup a PC joined and was revoked, a commune was merged into another, and everybody worked on; scans of that
    time are on the PC that made them and nowhere else.
    """
    from sync.server.backup import backup as save

    province = place.make(database)
    with serving(place.folder / "server") as server:
        everybody = [(name, unit) for unit, names in MEMBERS.items() for name in names if name != REVOKED]
        for name, unit in everybody:
            place.join(province, server.url, name, unit)
            place.work(name)
        place.sync(*(name for name, _unit in everybody))
        save(province, backup)
        place.join(province, server.url, REVOKED, EAST)
        place.files_wait(True)
        for name in place.pcs:
            place.work(name)
        merging.merge(province, [OLD], WEST, "1687/NQ-UBTVQH15", date(2025, 7, 1))
        place.sync(*place.pcs)
        place.let_in(place.pcs["cũ-a"], place.pcs["tây-a"])
        revoke(province, f"{EAST}-C", "mất cắp")
        place.sync(*(name for name in place.pcs if name != REVOKED), *(name for name, _unit in everybody))
        digests = {scope: province.log.state_digest(scope) for scope in province.log.scopes()}
    province.close()
    return digests
