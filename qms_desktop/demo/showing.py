"""The demo in the window: an office prepared once and kept, with its provincial server beside it."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

from qms_desktop.demo.clerk import Clerk, PlainClerk, person_named
from qms_desktop.demo.ground import Folders
from qms_desktop.demo.journey import Journey, checked
from qms_desktop.demo.material import Material, gather
from qms_desktop.demo.people import PIN, clerk_of, foundation
from qms_desktop.demo.province import TWO_TIER_START, DemoProvince
from qms_desktop.keys import FileKeys
from qms_desktop.office import Office, viet_nam_now
from qms_desktop.paths import APPLICATION, Paths
from qms_desktop.resources import calendars, procedures, resource
from qms_desktop.scenario import Network, Scenario

_GOOD_LINE = Network(delay_ms=0, bytes_per_second=0, cuts=0)
_PATIENCE_S = 20.0


@dataclass(frozen=True)
class Prepared:
    """A demo office that lies ready in a folder."""

    made_from: str
    unit: str
    pc: str
    person: str


def show(on_ready: Callable[[], None] | None = None, folder: Path | None = None) -> int:
    """Open the window on the demo office and stay until it is closed; returns the window's exit code."""
    from qms_desktop.gui.app import run

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    folders = Folders(folder or default_folder())
    office = open_office(folders, prepare(folders))
    try:
        with province_beside(office, folders.data / "server") as begin:
            return run(office, on_ready=_both(on_ready, begin))
    finally:
        office.close()


def default_folder() -> Path:
    """Where the prepared demo office is kept: it can be deleted at any time."""
    from platformdirs import user_cache_path

    return user_cache_path(APPLICATION) / "demo"


def prepare(folders: Folders) -> Prepared:
    """The demo office of a folder, made when it is missing or was made from other demo data."""
    note, made_from = folders.out / "prepared.json", _fingerprint()
    found = _noted(note)
    if found is not None and found.made_from == made_from:
        return found
    print("Đang chuẩn bị đơn vị mẫu (chỉ lần đầu, vài giây)…", flush=True)
    material = _brought_near(gather(None), viet_nam_now().date())
    folders.prepare()
    checked(Journey(material, folders, _plain, _silent).run())
    people = foundation(material.scenario, material.unit, material.seed).people
    prepared = Prepared(made_from, material.unit.full_name, material.scenario.pcs[0].id, clerk_of(0, material.scenario, people))
    note.write_text(json.dumps(asdict(prepared), ensure_ascii=False), "utf-8")
    return prepared


def _noted(note: Path) -> Prepared | None:
    try:
        return Prepared(**json.loads(note.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def open_office(folders: Folders, prepared: Prepared) -> Office:
    """The first PC's office with its clerk signed in; the demo spares people the PIN, which is printed for the others."""
    keys = FileKeys(folders.data / f"{prepared.pc}.keys", folders.data / prepared.pc)
    office = Office(Paths(folders.data / prepared.pc), keys)
    office.open()
    office.sign_in(person_named(office, prepared.person), PIN)
    print(f"Đơn vị mẫu: {prepared.unit}. Mã PIN của mọi người: {PIN}.", flush=True)
    return office


def _plain(office: Office, _pc: str) -> Clerk:
    return PlainClerk(office)


def _silent(_line: str) -> None:
    """Preparing is not the journey: nobody needs to read it."""


def _fingerprint() -> str:
    files = sorted(file for folder in ("demo", "procedures", "calendars") for file in resource(folder).glob("*.json"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _brought_near(material: Material, today: date) -> Material:
    """The same day of work, moved to the last working day before today, so that the lists of the window mean something.

    Where a procedure of the scenario is not in force on that day, the scenario keeps its own date.
    """
    known, day = calendars(), today - timedelta(days=1)
    while not known.is_working_day(day):
        day -= timedelta(days=1)
    used = {dossier.procedure for dossier in material.scenario.dossiers}
    near = day > TWO_TIER_START and all(model.in_force_on(day) for model in procedures() if model.code in used)
    span = day - material.scenario.start.date() if near else timedelta()
    return replace(material, scenario=_moved(material.scenario, span))


def _moved(scenario: Scenario, span: timedelta) -> Scenario:
    def later(moment: datetime) -> datetime:
        return moment + span

    dossiers = tuple(
        replace(dossier, received=later(dossier.received), actions=tuple(replace(a, at=later(a.at)) for a in dossier.actions))
        for dossier in scenario.dossiers
    )
    edits = tuple(replace(edit, at=later(edit.at)) for edit in scenario.edits)
    return replace(scenario, start=later(scenario.start), dossiers=dossiers, edits=edits, network=_GOOD_LINE)


@contextmanager
def province_beside(office: Office, folder: Path) -> Iterator[Callable[[], None]]:
    """Yields what starts the server and the agent in the background: after the window can be used, not before."""
    over = Event()
    thread = Thread(target=_serve, args=(office, folder, over), name="demo-province")
    try:
        yield thread.start
    finally:
        over.set()
        if thread.ident is not None:
            thread.join(_PATIENCE_S)


def _serve(office: Office, folder: Path, over: Event) -> None:
    with DemoProvince(folder) as province:
        office.use_server(province.url)
        office.start_agent()
        over.wait()
        office.stop_agent()


def _both(first: Callable[[], None] | None, then: Callable[[], None]) -> Callable[[], None]:
    def ready() -> None:
        if first is not None:
            first()
        then()

    return ready
