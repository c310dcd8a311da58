"""The window on a real store: set up on the first morning, worked by keys, closed and opened again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from qms_desktop.gui.app import open_window
from qms_desktop.gui.clerk_hands import ClerkHands, PaperOnCounter
from qms_desktop.gui.screens.first_run import CODE, OFFICE, PEOPLE, FirstRun
from qms_desktop.gui.screens.printing import KEEP_ONLY, PRINTER_SETTING
from qms_desktop.gui.single import SingleWindow
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.usecases import procedures
from qms_desktop.usecases.session import people_to_sign_in
from qms_desktop.usecases.setup import Foundation, NewPerson

NOW = datetime(2026, 11, 20, 9, 5)
PIN = "123456"
STATUS = "1.004873"
CLERK, LEADER = "Lê Thị Ngọc Ánh", "Nguyễn Hữu Đức"


def made(folder: Path) -> Office:
    """An office that is not set up yet, at nine in the morning."""
    return Office(Paths(folder), MemoryKeys(), clock=lambda: NOW)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Founded, with a clerk, a secretary who took the model procedures in, and a leader."""
    office = made(tmp_path / "data")
    people = (NewPerson(CLERK, "Một cửa", ("CL", "IS")), NewPerson(LEADER, "Chủ tịch", ("LD",)))
    office.found("29557", Foundation(unit_kind="xa", unit_name="Tân Hòa", people=people))
    office.demand_store().local.set_setting(PRINTER_SETTING, KEEP_ONLY)
    yield office
    office.close()


def hands(office: Office, person: str, *, background: bool = False) -> ClerkHands:
    """The window on that office with that person at it."""
    found = ClerkHands(open_window(office, background=background))
    found.sign_in(person, PIN)
    return found


def take_models_in(office: Office) -> None:
    """The clerk takes the models in, the leader approves one of them, both through the window."""
    secretary = hands(office, CLERK)
    secretary.show("system")
    secretary.focus("system.models")
    secretary.press("Space")
    secretary.window.close()
    leader = hands(office, LEADER)
    with office.demand_store().view() as view:
        draft = next(item.revision for item in procedures.all_listed(view, NOW.date()) if item.code == STATUS)
    leader.show("procedures", draft)
    leader.focus("approval.decision")
    leader.type("12/QĐ-UBND")
    leader.press("Enter")
    assert "phê duyệt" in leader.message()
    leader.window.close()


def papers(office: Office) -> list[PaperOnCounter]:
    """Everything the procedure asks for, complete."""
    with office.demand_store().view() as view:
        content = next(item.content for item in procedures.catalogue(view, NOW.date()) if item.code == STATUS)
    return [PaperOnCounter(paper.name, paper.copies, "ok") for paper in content.papers]


def test_the_first_morning_takes_three_pages_and_no_network(tmp_path: Path) -> None:
    office = made(tmp_path / "data")
    found = ClerkHands(open_window(office, background=True))
    pages = found.window.screen_now()
    assert isinstance(pages, FirstRun)
    found.press("Space")
    assert pages.pages.currentIndex() == OFFICE
    for typed in ("", "Tân Hòa", "29557", "", "", "", ""):
        found.type(typed)
        found.press("Enter")
    assert pages.pages.currentIndex() == PEOPLE
    found.type(CLERK)
    pages.people.pin_box.setFocus()
    found.type(PIN)
    pages.next_button.setFocus()
    found.press("Space")
    assert pages.pages.currentIndex() == CODE
    assert len(pages.code.label.text()) > 30
    pages.code.done.setFocus()
    found.press("Space")
    pages.next_button.setFocus()
    found.press("Space")
    found.sign_in(CLERK, PIN)
    assert found.window.screen_name == "today"
    assert list(office.paths.backups.glob("2026-11-20*"))
    found.window.close()
    office.close()


def test_a_clerk_works_from_an_approved_model_to_an_undone_move(office: Office) -> None:
    take_models_in(office)
    found = hands(office, CLERK)
    person = {"full_name": "Nguyễn Thị Ước", "id_number": "086185001234", "born": "12/3/85", "phone": "0912 345 678"}
    record = found.receive(STATUS, person, papers(office))
    assert "hẹn trả 26/11/2026" in found.message()
    assert list(office.paths.exports.glob("*.pdf"))
    found.move(record, "forward")
    assert found.window.desk.dossier(record).record["step"] == "B2"
    found.press("Ctrl+Z")
    assert found.window.desk.dossier(record).record["step"] == "B1"
    assert "Hoàn tác: Chuyển bước · Hồ sơ T-A-261120-1" in found.message()
    found.press("Ctrl+Y")
    assert found.window.desk.dossier(record).record["step"] == "B2"
    assert office.verify() == []
    found.window.close()


def test_the_leader_extends_and_the_clerk_delivers(office: Office) -> None:
    take_models_in(office)
    found = hands(office, CLERK)
    record = found.receive(STATUS, {"full_name": "Nguyễn Thị Ước", "id_number": "086185001234"}, papers(office))
    found.move(record, "forward")
    found.sign_in(LEADER, PIN)
    found.move(record, "extend", "Chờ xác minh", {"new_due": "30/11/2026"})
    assert "hẹn 30/11/2026" in found.window.desk.dossier(record).due.sentence
    found.sign_in(CLERK, PIN)
    found.move(record, "result_ready", values={"result_number": "12/XN-UBND"})
    found.move(record, "deliver")
    row = found.window.desk.dossier(record).record
    assert (row["state"], row["result_number"], row["delivered_to"]) == ("closed", "12/XN-UBND", "Nguyễn Thị Ước")
    found.show("register")
    assert found.read("register.totals") == "Tổng 1: 1 đã trả kết quả"
    assert office.verify() == []
    found.window.close()


def test_an_organisation_is_taken_in_as_one(office: Office) -> None:
    take_models_in(office)
    found = hands(office, CLERK)
    record = found.receive(STATUS, {"full_name": "HTX 19/5", "kind": "company", "phone": "0911222333"}, papers(office))
    with office.demand_store().view() as view:
        applicant = (view.get("dossier", record) or {})["applicant"]
        assert (view.get("applicant", str(applicant)) or {})["kind"] == "company"
    found.window.close()


def test_what_was_being_typed_is_offered_after_the_program_died(office: Office) -> None:
    take_models_in(office)
    found = hands(office, CLERK)
    found.press("Ctrl+N")
    found.type("1.004873")
    found.press("Enter")
    found.type("Đặng Thị Bé")
    found.press("Enter")
    found.window.screen_now().leave_for_good()
    found.settle()
    found.window.tasks.close()
    found.window.deleteLater()
    again = hands(office, CLERK)
    again.press("Ctrl+N")
    assert "đang nhập dở hồ sơ của Đặng Thị Bé" in again.message()
    assert again.read("field.full_name") == "Đặng Thị Bé"
    again.window.close()


def test_a_second_start_asks_the_first_window_forward(office: Office) -> None:
    found = hands(office, CLERK)
    first, second = SingleWindow(office.paths.data), SingleWindow(office.paths.data)
    asked: list[bool] = []
    assert not second.knock()
    first.listen(lambda: asked.append(True))
    assert second.knock()
    found.wait(lambda: bool(asked))
    first.close()
    assert not second.knock()
    found.window.close()


def test_people_stand_in_the_order_of_their_given_names(office: Office) -> None:
    names = [person.name for person in people_to_sign_in(office.demand_store(), NOW.date())]
    assert names == [CLERK, LEADER]
