"""Roles follow a PC that had to become another one; of two offices founded apart one is the unit's, the other keeps its data."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qms_desktop.domain.errors import RightsError, SetupError, SyncError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.keys import Keys, MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.store.unit import UnitStore, create, put
from qms_desktop.usecases import going_on, session, succession
from qms_desktop.usecases.setup import Foundation
from sync import errors as core
from sync.server import publishing
from tests.usecases.commune_kit import Commune
from tests.usecases.office_kit import PEOPLE, UNIT, Dice, put_models, sign_in
from tests.usecases.test_hostile_sync import agree, copied, join, names, pair, received
from tests.usecases.test_two_pcs import commune

__all__ = ["commune", "pair"]

PIN = "123456"


def grants(store: UnitStore) -> list[dict[str, Value]]:
    with store.view() as view:
        return view.find("role_grant")


def bind_all_grants(office: Office) -> None:
    """Every role of the unit holds on this PC only."""
    store = office.demand_store()
    changes = [put("role_grant", str(grant["id"]), {"replica": store.replica}) for grant in grants(store)]
    store.act("role_grant.save", sign_in(office, "IS").work().author, lambda _view: changes)


def person_with(office: Office, role: str) -> str:
    return next(str(grant["person"]) for grant in grants(office.demand_store()) if grant["role"] == role)


def first_sign_in(office: Office, role: str) -> None:
    person = person_with(office, role)
    session.set_pin(office.demand_store(), person, PIN, None, office.clock())
    office.sign_in(person, PIN)


def restored(office: Office, code: str, folder: Path, keys: Keys | None = None) -> Office:
    """On another PC; or, with the keys of this one's key store, on the same after its disk was replaced or its file spoiled."""
    office.backup(folder / "b.qmsbackup")
    again = Office(Paths(folder / "again"), keys or MemoryKeys(), office.clock, Dice(8))
    again.restore(folder / "b.qmsbackup", code)
    return again


def test_roles_of_the_lost_pc_hold_on_the_restored_one_and_are_granted_anew(pair: Commune, tmp_path: Path) -> None:
    bind_all_grants(pair.first)
    again = restored(pair.first, pair.code, tmp_path)
    first_sign_in(again, "CL")
    assert again.demand_store().predecessors == (pair.first.demand_store().replica,)
    first_sign_in(again, "IS")
    here = [grant for grant in grants(again.demand_store()) if grant["replica"] == again.demand_store().replica]
    assert sorted(str(grant["role"]) for grant in here) == ["CL", "IS", "LD", "SP", "SY"]
    assert again.demand_store().predecessors == ()
    join(again, pair, "Máy khôi phục")
    agree((again, pair.first, pair.second))
    again.close()


def test_what_the_leader_ends_afterwards_has_ended(pair: Commune, tmp_path: Path) -> None:
    bind_all_grants(pair.first)
    again = restored(pair.first, pair.code, tmp_path)
    first_sign_in(again, "IS")
    store, clerk = again.demand_store(), person_with(again, "CL")
    mine = [grant for grant in grants(store) if grant["replica"] == store.replica and grant["person"] == clerk]
    ended = [put("role_grant", str(grant["id"]), {"valid_to": "2026-01-01"}) for grant in mine]
    store.act("role_grant.save", again.work().author, lambda _view: ended)
    with pytest.raises(RightsError, match="QMS-304"):
        session.session_for(store, clerk, again.clock())
    again.close()


def test_people_of_a_copied_disk_can_still_sign_in_on_both(pair: Commune, tmp_path: Path) -> None:
    bind_all_grants(pair.first)
    clone = copied(pair.first, tmp_path / "clone", 9)
    received(pair.first, "Gốc")
    received(clone, "Bản sao")
    for office in (pair.first, clone, pair.first):
        office.sync_once()
    for office in (pair.first, clone):
        received(office, "Sau")
        assert office.demand_store().renamed
        first_sign_in(office, "IS")
    clone.close()


def test_of_two_offices_founded_apart_the_one_that_enrols_first_is_the_units(pair: Commune, tmp_path: Path) -> None:
    apart = Office(Paths(tmp_path / "apart"), MemoryKeys(), pair.first.clock, Dice(11))
    code = apart.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    put_models(apart, {"2.000815"}.__contains__)
    received(apart, "Nhận trên máy lập riêng")
    with pytest.raises(SetupError, match=r"đã được lập.*còn nguyên.*QMS-817"):
        join(apart, pair, "Máy lập riêng")
    assert not apart.demand_store().renamed
    assert apart.credentials is None
    apart.backup(tmp_path / "apart.qmsbackup")
    received(apart, "Vẫn làm việc riêng")
    assert apart.verify() == []
    again = restored(apart, code, tmp_path)
    with pytest.raises(SetupError, match="QMS-817"):
        join(again, pair, "Máy lập riêng khôi phục")
    assert names(apart) == names(again) == ["Nhận trên máy lập riêng", "Vẫn làm việc riêng"]
    agree((pair.first, pair.second))
    for office in (apart, again):
        office.close()


def test_an_office_founded_without_a_network_that_enrols_first_is_accepted(commune: Commune, tmp_path: Path) -> None:
    province = commune.province
    units = parse_units("code,kind,name,full_name,province\n99998,Xã,Khác,Xã Khác,Tỉnh Mẫu\n".encode())
    publishing.import_units(province, units, date(2025, 7, 1), "thử")
    apart = Office(Paths(tmp_path / "apart"), MemoryKeys(), commune.first.clock, Dice(11))
    apart.found("99998", Foundation(unit_kind="xa", unit_name="Khác", people=PEOPLE))
    apart.enrol(commune.url, province.accounts.new_code("99998"), "Máy đầu")
    assert apart.sync_once().equal
    assert apart.demand_store().letter == "A"
    apart.close()


def roles_for(office: Office, replica: str) -> list[str]:
    return sorted(str(grant["role"]) for grant in grants(office.demand_store()) if grant["replica"] == replica)


def test_a_backup_put_back_on_its_own_pc_enrols_by_itself_and_has_its_roles(pair: Commune, tmp_path: Path) -> None:
    grant_anew(pair.first)
    pair.first.sync_once()
    old = pair.first.demand_store().replica
    again = restored(pair.first, pair.code, tmp_path, pair.first.keys)
    again.sync_once()
    again.sync_once()
    here = again.demand_store().replica
    assert here != old
    assert roles_for(again, here) == ["CL", "IS"]
    first_sign_in(again, "CL")
    received(again, "Sau khôi phục")
    agree((again, pair.second))
    assert "Sau khôi phục" in names(pair.second)
    again.close()


def grant_anew(office: Office) -> None:
    """Two roles for this PC only, as the secretary gives them."""
    work = sign_in(office, "IS").work()
    given = [
        create("role_grant", f"own-{role}", {"person": person_with(office, role), "role": role, "valid_from": "2026-01-01"})
        for role in ("CL", "IS")
    ]
    bound = [replace(change, values={**change.values, "replica": office.demand_store().replica}) for change in given]
    work.store.act("role_grant.save", work.author, lambda _view: bound)


@pytest.mark.parametrize("clone_first", [False, True])
def test_the_copy_is_asked_about_and_a_button_gives_it_the_roles(pair: Commune, tmp_path: Path, clone_first: bool) -> None:
    grant_anew(pair.first)
    pair.first.sync_once()
    clone = copied(pair.first, tmp_path / "clone", 9)
    one, other = (clone, pair.first) if clone_first else (pair.first, clone)
    going_on.take_new_id(one.demand_store())
    one.sync_once()
    with pytest.raises(core.AccessFault):
        other.sync_once()
    assert other.demand_store().renamed, "its old id is refused, so it takes a new one"
    with pytest.raises(SyncError, match="QMS-512"):
        other.sync_once()
    join(other, pair, "Bản sao")
    agree((one, other, pair.second))
    first_sign_in(pair.second, "IS")
    here, copy = one.demand_store().replica, other.demand_store().replica
    assert (roles_for(other, here), roles_for(other, copy)) == (["CL", "IS"], [])
    desk = OfficeDesk(pair.second)
    assert [row["id"] for row in desk.machines() if row["copy"]] == [copy]
    succession.grant_to_copy(pair.second.work(), copy)
    assert not any(row["copy"] for row in desk.machines())
    assert roles_for(pair.second, copy) == ["CL", "IS"]
    clone.close()
