"""Several people work on one PC, and one person on several: a role counts for the person and the PC it was granted on."""

from functools import partial

import pytest

from qms_desktop.domain.errors import RightsError
from qms_desktop.office import Office
from qms_desktop.store.recent import refused
from qms_desktop.store.unit import Author, Change, put
from qms_desktop.store.view import View
from qms_desktop.usecases import people, progress, receiving
from qms_desktop.usecases.session import people_to_sign_in, session_for
from tests.usecases.commune_kit import Commune
from tests.usecases.office_kit import command, sign_in
from tests.usecases.test_rights import CODE, pair, row
from tests.usecases.test_two_pcs import commune

__all__ = ["commune", "pair"]


def hired(office: Office, name: str, *granted: tuple[str, str]) -> str:
    """A new person with roles, each on one PC (or on all)."""
    work = sign_in(office, "IS").work()
    person = people.save(work, "person", None, {"full_name": name})
    for role, replica in granted:
        people.save(work, "role_grant", None, {"person": person, "role": role, "replica": replica, "valid_from": "2025-07-01"})
    return person


def roles(office: Office, person: str) -> frozenset[str]:
    return session_for(office.demand_store(), person, office.clock()).roles


def acting(office: Office, person: str) -> Office:
    office.session = session_for(office.demand_store(), person, office.clock())
    return office


def _given(changes: list[Change], _view: View) -> list[Change]:
    return changes


def synced(pair: Commune) -> None:
    for office in (pair.first, pair.second, pair.first):
        assert office.sync_once().equal


def test_one_person_has_on_each_pc_the_roles_granted_there(pair: Commune) -> None:
    first, second = (office.demand_store().replica for office in (pair.first, pair.second))
    both = hired(pair.first, "Võ Thị Hai Máy", ("CL", first), ("SH", second))
    only = hired(pair.first, "Ngô Văn Một Máy", ("CL", second))
    synced(pair)
    assert [sorted(roles(office, both)) for office in (pair.first, pair.second)] == [["CL"], ["SH"]]
    assert sorted(roles(pair.second, only)) == ["CL"]
    with pytest.raises(RightsError, match="QMS-304"):
        roles(pair.first, only)
    listed = [{choice.id for choice in people_to_sign_in(o.demand_store(), o.clock().date())} for o in (pair.first, pair.second)]
    assert [both in ids for ids in listed] == [True, True]
    assert [only in ids for ids in listed] == [False, True]


def test_what_several_people_do_on_one_pc_stands_each_by_his_own_roles(pair: Commune) -> None:
    first = pair.first.demand_store().replica
    clerk, other = hired(pair.first, "Võ Thị Nhận", ("CL", first)), hired(pair.first, "Ngô Văn Xử", ("SP", first))
    dossier = receiving.receive(acting(pair.first, clerk).work(), command(pair.first, CODE, "Nguyễn Thị Hoa"))
    progress.edit(acting(pair.first, other).work(), dossier, {"note": "Đã xem"})
    with pytest.raises(RightsError):
        people.save(acting(pair.first, clerk).work(), "person", None, {"full_name": "Không được"})
    synced(pair)
    assert refused(pair.second.demand_store()) == []
    with pair.second.demand_store().view() as view:
        assert {line.who for line in view.history("dossier", dossier)} == {clerk, other}


def test_a_role_on_one_pc_gives_nothing_on_another_whatever_its_program_lets_through(pair: Commune) -> None:
    first, second = (office.demand_store().replica for office in (pair.first, pair.second))
    person = hired(pair.first, "Võ Thị Hai Máy", ("CL", first), ("AU", second))
    dossier = receiving.receive(acting(pair.first, person).work(), command(pair.first, CODE, "Nguyễn Thị Hoa"))
    synced(pair)
    for office, note in ((pair.first, "Ở máy được giao"), (pair.second, "Ở máy không được giao")):
        changes = [put("dossier", dossier, {"note": note})]
        office.demand_store().act("dossier.edit", Author(person, office.clock()), partial(_given, changes))
        synced(pair)
    assert row(pair.first, "dossier", dossier)["note"] == "Ở máy được giao"
    assert [item.line.replica for item in refused(pair.first.demand_store())] == [second]
