"""What a move needs besides a key is asked on the page itself, without a dialog (points 4 and 6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from qms_desktop.gui.screens.dossier import DossierScreen
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand

RECORD = "D0001"


def page(hand: Hand) -> DossierScreen:
    hand.go("dossier", RECORD)
    screen = hand.window.screen_now()
    assert isinstance(screen, DossierScreen)
    return screen


def start(hand: Hand, name: str) -> DossierScreen:
    screen = page(hand)
    assert screen.moves.press_named(name)
    hand.settle()
    return screen


def focus_name() -> str:
    focused = QApplication.focusWidget()
    return focused.objectName() if focused else ""


def test_a_move_that_asks_nothing_is_made_at_once(hand: Hand, desk: FakeDesk) -> None:
    page(hand)
    hand.press("F6")
    assert desk.moves == [(RECORD, "forward", "", {})]


def test_an_extension_asks_the_new_day_and_the_reason(hand: Hand, desk: FakeDesk) -> None:
    start(hand, "extend")
    assert focus_name() == "move.new_due"
    hand.type("31/12/2026")
    hand.press("Return")
    assert focus_name() == "move.reason"
    hand.type("Chờ xác minh thực địa")
    hand.press("Return")
    assert desk.moves == [(RECORD, "extend", "Chờ xác minh thực địa", {"new_due": "2026-12-31"})]


def test_a_new_day_that_is_not_later_is_said_beside_its_field(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand, "extend")
    hand.type("01/01/2026")
    hand.press("Return")
    assert screen.moves.form.problems() == {"new_due": "Ngày hẹn mới phải sau ngày hẹn hiện tại."}
    hand.type("Bận")
    hand.press("Return")
    assert desk.moves == []
    assert focus_name() == "move.new_due"
    assert screen.moves.asking


def test_a_missing_reason_is_said_beside_its_field(hand: Hand, desk: FakeDesk) -> None:
    screen = page(hand)
    hand.press("F7")
    assert focus_name() == "move.reason"
    hand.press("Return")
    assert focus_name() == "move.supplement_due"
    hand.press("Return")
    assert "Lý do" in screen.moves.form.problems()["reason"]
    assert desk.moves == []


def test_one_enter_delivers_to_the_applicant(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand, "deliver")
    assert screen.moves.confirm_button.hasFocus()
    hand.press("Return")
    name = desk.tables["dossier"][RECORD]["applicant_name"]
    given = {"delivered_to": name, "delivered_way": "self", "delivered_proof": None}
    assert desk.moves == [(RECORD, "deliver", "", given)]


def test_a_result_may_bear_its_number_and_signer(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand, "result_ready")
    number, signer, _day = screen.moves.form.in_order()
    number.setFocus()
    hand.type("12/XN-UBND")
    hand.press("Return")
    assert signer.hasFocus()
    hand.type("Nguyễn Hữu Đức")
    hand.press("Return")
    hand.press("Return")
    given = {"result_number": "12/XN-UBND", "result_signer": "Nguyễn Hữu Đức", "result_date": None}
    assert desk.moves == [(RECORD, "result_ready", "", given)]


def test_esc_folds_the_question_and_forgets_what_was_typed(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand, "extend")
    hand.type("31/12/2026")
    hand.press("Esc")
    assert not screen.moves.asking
    assert hand.window.screen_name == "dossier"
    start(hand, "extend")
    assert screen.moves.form.values() is None
    assert desk.moves == []


def test_the_key_pressed_again_keeps_what_is_typed(hand: Hand) -> None:
    screen = page(hand)
    hand.press("F7")
    hand.type("Thiếu ảnh")
    hand.press("F7")
    assert screen.moves.form.values() == {"reason": "Thiếu ảnh", "supplement_due": None}


def test_after_a_move_the_keyboard_is_on_the_next_one(hand: Hand, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = start(hand, "deliver")
    shown = desk.dossier(RECORD)
    monkeypatch.setattr(desk, "dossier", lambda _record: replace(shown, moves=shown.moves[1:]))
    hand.press("Return")
    focused = QApplication.focusWidget()
    assert isinstance(focused, QPushButton)
    assert screen.moves.isAncestorOf(focused)
    assert shown.moves[1].label in focused.text()
