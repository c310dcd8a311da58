"""The forms of a dossier on a real office, through the window: offered after the move, drawn, kept and on record."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from qms_desktop.gui.clerk_hands import ClerkHands
from qms_desktop.gui.screens.preview import Preview
from qms_desktop.office import Office
from qms_desktop.usecases.slips_offered import FORMS
from tests.gui.test_moves_on_an_office import LEADER, PIN, clock, hands, lines, office, page, received

__all__ = ["clock", "hands", "office"]


def test_what_is_stopped_offers_its_notice_and_the_print_stands_in_the_timeline(office: Office, hands: ClerkHands) -> None:
    record = received(office)
    hands.sign_in(LEADER, PIN)
    hands.move(record, "stop", "Người nộp đã mất", {"ending_basis": "Điều 5 Luật Hộ tịch"})
    offers = [button for button in hands.window.findChildren(QPushButton) if button.text() == "Xem thông báo dừng"]
    assert [button for button in offers if button.isVisible()]
    offers[0].click()
    hands.settle()
    shown = hands.window.screen_now()
    assert isinstance(shown, Preview)
    assert shown.subtitle.text().startswith("Thông báo dừng giải quyết hồ sơ · Thong-bao-dung-")
    hands.press("Ctrl+P")
    assert "In Thông báo dừng giải quyết | Lê Thị Ánh" in lines(hands, record)


def test_every_form_the_page_lists_is_shown(office: Office, hands: ClerkHands) -> None:
    record = received(office)
    hands.sign_in(LEADER, PIN)
    hands.move(record, "forward")
    screen = page(hands, record)
    listed = [action.data() for action in screen.slips.list.actions()]
    assert listed == ["hand_over", "cover"]
    for form in listed:
        page(hands, record).slips.chosen.emit(form)
        hands.settle()
        shown = hands.window.screen_now()
        assert isinstance(shown, Preview)
        assert shown.subtitle.text().startswith(FORMS[form].title)
