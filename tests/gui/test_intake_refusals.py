"""What may not be received is refused at the counter with its legal basis, by keyboard alone."""

from __future__ import annotations

from qms_desktop.gui.screens.intake import IntakeScreen
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand


def asked_to_refuse(hand: Hand) -> None:
    hand.press("Ctrl+N")
    hand.type("khai sinh")
    hand.press("Return")
    hand.type("Nguyen Van Moi")
    hand.press("Return")
    hand.press("Ctrl+T")


def refused(hand: Hand) -> None:
    hand.type("Không thuộc thẩm quyền")
    hand.press("Return")
    hand.type("Điều 13 Luật Hộ tịch")
    hand.press("Return")


def test_what_may_not_be_received_is_refused_with_its_legal_basis(hand: Hand, desk: FakeDesk) -> None:
    asked_to_refuse(hand)
    refused(hand)
    ((intake, reason, basis),) = desk.refused
    assert (reason, basis) == ("Không thuộc thẩm quyền", "Điều 13 Luật Hộ tịch")
    assert intake.applicant["full_name"] == "Nguyen Van Moi"
    assert desk.received == []
    screen = hand.window.screen_now()
    assert isinstance(screen, IntakeScreen)
    assert not screen.refusal.isVisible()
    assert screen.chosen == ""


def test_esc_folds_a_refusal_and_keeps_what_is_typed(hand: Hand, desk: FakeDesk) -> None:
    asked_to_refuse(hand)
    hand.press("Esc")
    screen = hand.window.screen_now()
    assert isinstance(screen, IntakeScreen)
    assert not screen.refusal.isVisible()
    assert screen.form.editors["full_name"].raw() == "Nguyen Van Moi"
    assert desk.refused == []


def test_a_refusal_prints_its_slip_and_f9_shows_it(hand: Hand, desk: FakeDesk) -> None:
    asked_to_refuse(hand)
    refused(hand)
    assert ("refusal.pdf", 1) in desk.answers
    hand.press("F9")
    assert desk.slips == [("D0000", "refusal")] * 2
    assert hand.window.screen_now().name == "preview"
