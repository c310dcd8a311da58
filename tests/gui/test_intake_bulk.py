"""Many dossiers of one procedure at once, for one citizen or several."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from qms_desktop.domain.errors import InputError
from qms_desktop.gui import desk as d
from qms_desktop.gui.screens.intake_bulk import several
from tests.gui.at_intake import KNOWN, new_person, start
from tests.gui.conftest import OpenHand
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand


def test_twenty_certifications_of_one_citizen_at_once(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand)
    new_person(hand)
    hand.press("A")
    hand.press("Ctrl+M")
    hand.type("20")
    screen.bulk.confirm_button.click()
    hand.settle()
    assert len(desk.received) == 20
    assert {intake.applicant["full_name"] for intake in desk.received} == {"Nguyễn Văn Đông"}
    assert "Đã nhận 20 hồ sơ" in hand.window.messages.text
    assert screen.chosen == ""
    assert not screen.bulk.isVisible()


def test_one_certification_for_each_of_several_citizens(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand)
    new_person(hand)
    hand.press("A")
    hand.press("Ctrl+M")
    hand.press("Return")
    people = screen.bulk.findChild(QPlainTextEdit)
    assert people is not None
    people.setPlainText(f"Lê Thị Một\n  Trần Văn Hai, 079085000022\nPhạm Thị Ba {KNOWN}")
    screen.bulk.confirm_button.click()
    hand.settle()
    assert [intake.applicant["id_number"] for intake in desk.received] == [None, "079085000022", KNOWN]
    assert [intake.applicant_id for intake in desk.received] == ["", "", "A1"]
    assert desk.received[0].applicant["full_name"] == "Lê Thị Một"
    assert desk.received[0].applicant["phone"] is None


@pytest.mark.parametrize(
    ("count", "people"), [(1, ""), (101, ""), (None, ""), (None, "Lê Một"), (None, "Lê Một\n12"), (None, "A B\nC D 12")]
)
def test_what_cannot_be_received_many_times_says_so(desk: FakeDesk, count: int | None, people: str) -> None:
    intake = d.Intake("R0", "in_person", "", {"full_name": "Lê Anh"}, "", (), {})
    with pytest.raises(InputError):
        several(desk, intake, count, people)


def test_the_question_about_many_fits_a_small_window_and_esc_brings_the_page_back(open_hand: OpenHand) -> None:
    hand = open_hand(None, 900, 500)
    screen = start(hand)
    new_person(hand)
    hand.press("A")
    hand.press("Ctrl+M")
    assert screen.bulk.isVisible()
    assert hand.window.height() <= 500
    hand.press("Esc")
    assert not screen.bulk.isVisible()
    assert screen.form.isVisible()
    assert screen.form.raw()["full_name"] == "Nguyễn Văn Đông"


def test_many_dossiers_wait_for_complete_papers(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand)
    new_person(hand)
    hand.press("Ctrl+M")
    assert not screen.bulk.isVisible()
    assert "Còn thiếu giấy tờ" in hand.window.messages.text
