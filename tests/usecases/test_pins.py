"""A forgotten PIN: who may help, and that nothing but the PIN is lost by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qms_desktop.domain.errors import RightsError, SetupError
from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.usecases import session
from qms_desktop.usecases.setup import Foundation
from tests.usecases.office_kit import PEOPLE, UNIT, Clock, Dice, found, sign_in


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = found(tmp_path / "data", Clock(), publish=lambda _code: False)
    yield made
    made.close()


def clerk(office: Office) -> str:
    return sign_in(office, "CL").work().session.person


def test_the_secretary_lets_a_clerk_choose_a_new_pin(office: Office) -> None:
    store, person = office.demand_store(), clerk(office)
    session.set_pin(store, person, "1234", None, office.clock())
    for _ in range(6):
        with pytest.raises(RightsError, match="QMS-30"):
            office.sign_in(person, "9999")
    with pytest.raises(RightsError, match="đợi"):
        office.sign_in(person, "1234")
    session.reset_pin(sign_in(office, "IS").work(), person)
    session.set_pin(store, person, "5678", None, office.clock())
    assert office.sign_in(person, "5678").person == person


def test_a_clerk_resets_nobodys_pin(office: Office) -> None:
    person = clerk(office)
    session.set_pin(office.demand_store(), person, "1234", None, office.clock())
    with pytest.raises(RightsError, match="đặt lại mã PIN"):
        session.reset_pin(office.work(), person)
    assert office.demand_store().local.has_pin(person)


def test_who_holds_the_recovery_code_lets_everybody_in_again(tmp_path: Path) -> None:
    clock = Clock()
    office = Office(Paths(tmp_path / "data"), MemoryKeys(), clock, Dice(1))
    code = office.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    person = clerk(office)
    session.set_pin(office.demand_store(), person, "1234", None, clock())
    office.backup(tmp_path / "b.qmsbackup")
    office.close()
    again = Office(Paths(tmp_path / "again"), MemoryKeys(), clock, Dice(2))
    again.restore(tmp_path / "b.qmsbackup", code)
    assert not again.demand_store().local.has_pin(person)
    again.close()


def test_the_recovery_code_is_never_written_beside_the_data(office: Office, tmp_path: Path) -> None:
    desk = OfficeDesk(office)
    with pytest.raises(SetupError, match="QMS-807"):
        desk.recovery_sheet("AAAA", tmp_path / "data" / "exports" / "ma.txt")
    written = desk.recovery_sheet("AAAA-BBBB", tmp_path / "stick.txt")
    assert "AAAA-BBBB" in written.read_text("utf-8-sig")
    assert not any(b"AAAA-BBBB" in path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())


def test_the_journal_says_who_reset_whose_pin_and_on_which_pc_and_nothing_of_the_pin(office: Office) -> None:
    store, person = office.demand_store(), clerk(office)
    session.set_pin(store, person, "73915", None, office.clock())
    secretary = sign_in(office, "IS").work()
    for _ in range(2):
        session.reset_pin(secretary, person)
    with store.view() as view:
        lines = [line for line in view.history("person", person) if line.action == "person.pin_reset"]
    moment = f"{office.clock():%Y-%m-%dT%H:%M}"
    assert [(line.who, line.replica, line.at, line.after) for line in lines] == [
        (secretary.session.person, store.replica, moment, moment)
    ] * 2
    assert "73915" not in str(lines)
