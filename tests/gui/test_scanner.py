"""A card held under the scanner, wherever the keyboard is on the intake page, with and without a typing tool (point 7)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from qms_desktop.gui.screens.intake import IntakeScreen
from qms_desktop.gui.screens.register import Register
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand
from tests.gui.test_unikey import strokes

NUMBER = "086085001234"
CARD = f"{NUMBER}|381234567|Nguyễn Văn Đông|12031985|Nam|Ấp Phú Hoà, xã Tân Hoà, tỉnh Vĩnh Long|22122021"
KNOWN = "000000031337"
TELEX = "N Ng Ngu Nguy Nguye Nguyê Nguyên Nguyễn"
PERSON = {
    "full_name": "Nguyễn Văn Đông",
    "id_number": NUMBER,
    "born": "12/03/1985",
    "address": "Ấp Phú Hoà, xã Tân Hoà, tỉnh Vĩnh Long",
}


def start(hand: Hand, procedure: str = "ctbs") -> IntakeScreen:
    hand.press("Ctrl+N")
    if procedure:
        hand.type(procedure)
        hand.press("Return")
    screen = hand.window.screen_now()
    assert isinstance(screen, IntakeScreen)
    return screen


def person(screen: IntakeScreen) -> dict[str, object]:
    raw = screen.form.raw()
    return {name: raw[name] for name in PERSON}


def scan(hand: Hand, text: str = CARD, end: str = "Return") -> None:
    hand.type(text)
    if end:
        hand.press(end)


PLACES = [
    "procedure",
    "lookup",
    "papers",
    "accept_button",
    "channel",
    "full_name",
    "id_number",
    "born",
    "phone",
    "address",
    "note",
]


@pytest.mark.parametrize("place", PLACES)
def test_a_card_fills_the_person_wherever_the_keyboard_is(hand: Hand, desk: FakeDesk, place: str) -> None:
    screen = start(hand)
    before = screen.papers.papers.papers
    widget = screen.form.editors[place].widget if place in screen.form.editors else getattr(screen, place)
    if place == "note":
        screen.form._focus(next(line for line in screen.form._lines if line.editor.field.name == "note"))
    widget.setFocus()
    scan(hand)
    assert person(screen) == PERSON
    assert screen.chosen == "R0"
    assert screen.papers.papers.papers == before
    assert screen.form.raw()["note"] in ("", None)
    assert screen.form.raw()["phone"] == ""
    assert screen.form.editors["phone"].widget.hasFocus()
    assert "người mới" in hand.window.messages.text
    hand.press("Return")
    hand.press("Return")
    hand.press("A")
    hand.press("Ctrl+Return")
    assert desk.received[0].applicant["born"] == "1985-03-12"


def test_without_a_procedure_the_keyboard_goes_there(hand: Hand) -> None:
    screen = start(hand, "")
    scan(hand)
    assert person(screen) == PERSON
    assert screen.procedure.hasFocus()
    assert screen.procedure.text() == ""


def test_a_returning_citizen_is_found_by_the_number_and_fills_all(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand)
    name = next(str(row["full_name"]) for row in desk.applicants(KNOWN))
    scan(hand, f"{KNOWN}||{name}|12031985|Nữ|Số 1, xã Khác, tỉnh Vĩnh Long|01012022")
    assert screen.form.raw()["phone"]
    assert screen.form.raw()["address"] == "Ấp Phú Hoà, xã Tân Hoà"
    assert screen.papers.hasFocus()
    assert "đã có trong sổ" in hand.window.messages.text
    hand.press("A")
    hand.press("Ctrl+Return")
    assert desk.received[0].applicant_id == "A1"


def test_a_known_number_with_another_name_is_pointed_out(hand: Hand) -> None:
    start(hand)
    scan(hand, f"{KNOWN}||Đỗ Văn Khác|12031985|Nam|Số 1, xã Khác, tỉnh Vĩnh Long|01012022")
    assert "hãy so lại" in hand.window.messages.text


@pytest.mark.parametrize("end", ["Return", "Enter", "Tab"])
def test_any_key_that_scanners_send_last_ends_the_card(hand: Hand, end: str) -> None:
    screen = start(hand)
    scan(hand, end=end)
    assert person(screen) == PERSON


def test_a_scanner_that_sends_no_last_key_is_ended_by_silence(hand: Hand) -> None:
    screen = start(hand)
    scan(hand, end="")
    assert screen.card.scanner.busy
    screen.card.scanner.silence()
    assert person(screen) == PERSON


def test_half_a_card_is_given_up_after_a_while_and_changes_nothing(hand: Hand) -> None:
    screen = start(hand)
    scan(hand, CARD[:30], end="")
    for _ in range(4):
        screen.card.scanner.silence()
    assert not any(person(screen).values())
    assert "QMS-151" in hand.window.messages.text
    hand.type("Lê Anh")
    assert screen.lookup.text() == "Lê Anh"


def test_an_unknown_layout_puts_nothing_anywhere(hand: Hand) -> None:
    screen = start(hand)
    hand.type("Lê")
    scan(hand, f"{NUMBER}|một|hai|ba")
    assert not any(person(screen).values())
    assert screen.lookup.text() == "Lê"
    assert "QMS-151" in hand.window.messages.text
    assert "gõ số, họ tên" in hand.window.messages.text


@pytest.mark.parametrize("method", ["telex", "one stroke a time"])
def test_a_name_composed_by_the_tool_while_scanning(hand: Hand, method: str) -> None:
    """The scanner sends Telex keys, UniKey answers with Backspaces."""
    screen = start(hand)
    sent = [*f"{NUMBER}|381234567|", *strokes(TELEX), *" ", *strokes("V Va Vă Văn"), *" ", *strokes("D Đ Đo Đô Đôn Đông")]
    sent += [*"|12031985|Nam|", *strokes("X Xa Xã"), *" ", *strokes("T Ta Tâ Tân"), "|22122021"]
    for part in sent if method != "telex" else ["".join(sent)]:
        hand.type(part)
    hand.press("Return")
    assert person(screen) == {**PERSON, "address": "Xã Tân"}


@pytest.mark.parametrize(
    "name",
    ["Nguyeenx Vawn DDoong", "Nguyễnx Văn Đông", "Kso⌫ỏ H'Bơ", "Nguyen64 Van8 Dong9", "Nguyễn Văn Ddông", "Nguyen Van Doong"],
)
def test_a_name_the_tool_spoiled_stays_empty_and_is_asked_for(hand: Hand, name: str) -> None:
    screen = start(hand)
    scan(hand, CARD.replace("Nguyễn Văn Đông", name))
    assert person(screen) == {**PERSON, "full_name": ""}
    assert "họ và tên" in hand.window.messages.text
    assert screen.form.editors["full_name"].widget.hasFocus()


def test_words_that_an_input_method_committed_are_not_believed(hand: Hand) -> None:
    screen = start(hand)
    hand.type(f"{NUMBER}|381234567|")
    event = QInputMethodEvent("", [])
    event.setCommitString("Nguyễn Văn Mông")
    QApplication.sendEvent(hand.focused(), event)
    hand.type("|12031985|Nam|Xã Tân Hoà|22122021")
    hand.press("Return")
    assert person(screen) == {**PERSON, "full_name": "", "address": "Xã Tân Hoà"}


def test_typing_twelve_digits_by_hand_is_no_scan(hand: Hand) -> None:
    screen = start(hand)
    hand.type(NUMBER)
    assert not screen.card.scanner.busy
    assert screen.lookup.text() == NUMBER
    hand.press("Return")
    assert screen.form.raw()["id_number"] == NUMBER


def test_eleven_digits_and_a_stroke_are_no_scan(hand: Hand) -> None:
    screen = start(hand)
    hand.type(NUMBER[1:] + "|")
    assert not screen.card.scanner.busy


def test_digits_typed_just_before_the_scan_are_no_part_of_the_number(hand: Hand) -> None:
    screen = start(hand)
    screen.form.editors["phone"].widget.setFocus()
    hand.type("09")
    scan(hand)
    assert person(screen) == PERSON


def test_a_pasted_card_is_read_too(hand: Hand) -> None:
    screen = start(hand)
    QGuiApplication.clipboard().setText(CARD)
    hand.press("Ctrl+V")
    hand.press("Return")
    assert person(screen) == PERSON
    assert screen.lookup.text() == PERSON["full_name"]


def test_the_person_being_typed_is_not_thrown_away(hand: Hand) -> None:
    screen = start(hand)
    for text in ("Lê Thị Khác", "079085012345"):
        hand.type(text)
        hand.press("Return")
    scan(hand)
    assert screen.form.raw()["full_name"] == "Lê Thị Khác"
    assert screen.form.raw()["id_number"] == "079085012345"


def test_another_screen_is_left_alone(hand: Hand) -> None:
    start(hand)
    hand.go("register")
    hand.type(CARD[:20])
    screen = hand.window.screen_now()
    assert isinstance(screen, Register)
    assert screen.list.filter.text() == CARD[:20]


def test_keys_that_only_lie_under_others_do_not_break_the_shape(hand: Hand) -> None:
    """Shift is pressed for the stroke and for capitals."""
    screen = start(hand)
    hand.type(NUMBER)
    QTest.keyClick(hand.focused(), Qt.Key.Key_Shift)
    hand.type(CARD[len(NUMBER) :])
    hand.press("Return")
    assert person(screen) == PERSON
