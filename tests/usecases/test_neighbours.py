"""Two PCs of an office work together without internet, by the switch in the window; one carries it all to the province."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from qms_desktop.domain.errors import InputError, SyncError
from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office, Stage
from qms_desktop.paths import Paths
from qms_desktop.resources import calendars, procedures
from qms_desktop.usecases import neighbours, receiving, unit_keys
from qms_desktop.usecases.neighbours import Neighbourhood, Network
from qms_desktop.usecases.setup import Foundation
from sync.client.agent import Status
from sync.server import publishing
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.verify import verify
from tests.usecases.office_kit import PEOPLE, UNIT, Clock, Dice, command, sign_in

PATIENCE_S = 60
HERE = Network("127.0.0.1", ("127.0.0.1",))


@dataclass
class Commune:
    """Two PCs whose line to the province is down; `running` brings it back."""

    province: Province
    first: Office
    second: Office


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Commune]:
    with ExitStack() as stack:
        province = Province.init(tmp_path / "province")
        stack.callback(province.close)
        units = parse_units(f"code,kind,name,full_name,province\n{UNIT},Xã,Mẫu,Xã Mẫu,Tỉnh Mẫu\n".encode())
        publishing.import_units(province, units, date(2025, 7, 1), "thử")
        publishing.publish_procedures(province, [c for c in procedures() if c.code == "1.004873"], date(2025, 7, 1))
        publishing.publish_calendars(province, calendars().layers)
        first, second = (
            Office(Paths(tmp_path / name), MemoryKeys(), Clock(), Dice(seed)) for seed, name in enumerate(("pc1", "pc2"))
        )
        with Running(province) as running:
            for office, name in ((first, "Máy quầy 1"), (second, "Máy quầy 2")):
                stack.callback(office.close)
                office.network = HERE
                office.enrol(running.url, province.accounts.new_code(UNIT), name)
                office.sync_once()
        first.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
        yield Commune(province, first, second)


def switched_on(commune: Commune) -> None:
    """A person switches it on at both PCs and, as the network hides them from each other, types one address."""
    for office in (commune.first, commune.second):
        office.start_agent()
        OfficeDesk(office).use_neighbours(True)
    OfficeDesk(commune.second).add_neighbour(f"127.0.0.1:{there(commune.first).port}")


def there(office: Office) -> Neighbourhood:
    assert office.neighbourhood is not None
    return office.neighbourhood


def until(office: Office, reached: Callable[[], bool]) -> None:
    """Asks for exchanges until it is so."""
    done = threading.Event()

    def look(_status: Status) -> None:
        if reached():
            done.set()

    end = there(office).agent.subscribe(look)
    try:
        for _ in range(PATIENCE_S):
            there(office).agent.wake()
            if done.wait(1):
                return
        raise AssertionError(there(office).visits())
    finally:
        end()


def test_a_new_pc_is_let_in_and_both_work_without_internet(commune: Commune) -> None:
    first, second = commune.first, commune.second
    switched_on(commune)
    until(second, lambda: second.is_founded and bool(_waiting(first)))
    assert _stage(second) is Stage.WAITING_FOR_KEY
    unit_keys.admit(sign_in(first, "IS").work(), _waiting(first)[0])
    until(second, lambda: second.can_read)
    dossier = receiving.receive(sign_in(second, "CL").work(), command(second, "1.004873", "Nguyễn Thị Hoa Mai"))
    until(second, lambda: _holds(first, dossier))
    for office in (first, second):
        office.stop_agent()
    with Running(commune.province) as running:
        first.use_server(running.url)
        assert first.sync_once().equal
    assert verify(commune.province) == []
    assert _digests(first) == _digests(second)


def test_the_window_says_who_is_there_and_what_was_exchanged(commune: Commune) -> None:
    switched_on(commune)
    desk = OfficeDesk(commune.second)
    until(commune.second, lambda: any(visit.fault is None for visit in there(commune.second).visits()))
    item = next(item for item in desk.neighbours() if item.typed)
    assert item.name == "Máy A · Máy quầy 1"
    assert item.state.startswith("Đã trao đổi 23/11/2026 08:00")
    assert str(there(commune.second).port) in desk.neighbours_place()
    desk.remove_neighbour(item.address)
    assert not [item for item in desk.neighbours() if item.typed]
    desk.use_neighbours(False)
    assert (desk.neighbours_on(), desk.neighbours_place()) == (False, "")


def test_the_switch_is_off_until_somebody_moves_it_and_outlives_the_program(commune: Commune) -> None:
    commune.first.start_agent()
    assert commune.first.neighbourhood is None
    commune.first.use_neighbours(True)
    commune.first.stop_agent()
    commune.first.start_agent()
    assert there(commune.first).port


def test_a_pc_that_never_joined_a_province_has_no_neighbours_it_could_know(tmp_path: Path) -> None:
    office = Office(Paths(tmp_path / "alone"), MemoryKeys(), Clock(), Dice(7))
    office.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    with pytest.raises(SyncError):
        OfficeDesk(office).use_neighbours(True)
    office.close()


def test_an_address_that_is_none_is_refused_and_nothing_kept(commune: Commune) -> None:
    with pytest.raises(InputError, match="QMS-826"):
        OfficeDesk(commune.first).add_neighbour("http://a b")
    assert neighbours.typed(commune.first.settings) == ()


def _waiting(office: Office) -> list[unit_keys.WaitingPc]:
    with office.demand_store().view() as view:
        return unit_keys.waiting_pcs(view, office.demand_store().replica, office.demand_credentials().province_key)


def _stage(office: Office) -> Stage:
    return office.stage


def _holds(office: Office, dossier: str) -> bool:
    with office.demand_store().view() as view:
        return view.get("dossier", dossier) is not None


def _digests(office: Office) -> list[int]:
    from qms_desktop.store.journal import UnitLog

    log = UnitLog(office.demand_store())
    return [log.state_digest(scope) for scope in office.demand_credentials().scopes]
