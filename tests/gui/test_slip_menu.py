"""The forms of a dossier by keys: the list, the slip of a dossier that was not received, what a move offers to print."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from qms_desktop.gui.desk import DossierPage
from qms_desktop.gui.screens.dossier import DossierScreen
from qms_desktop.gui.screens.slip_menu import TOLD_AFTER
from qms_desktop.usecases.slips_offered import FORMS
from tests.gui.conftest import OpenHand
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand


class RefusedDesk(FakeDesk):
    """A visit that was refused has one form."""

    def dossier(self, record: str) -> DossierPage:
        return replace(super().dossier(record), slips=(("refusal", "Phiếu từ chối tiếp nhận giải quyết hồ sơ"),))


def page(hand: Hand) -> DossierScreen:
    hand.go("dossier", "D0001")
    screen = hand.window.screen_now()
    assert isinstance(screen, DossierScreen)
    return screen


def test_the_list_leaves_out_what_has_a_button_and_is_taken_by_keys(hand: Hand, desk: FakeDesk) -> None:
    screen = page(hand)
    hand.press("Shift+F9")
    titles = [action.text() for action in screen.slips.list.actions()]
    assert titles == ["Văn bản xin lỗi, hẹn lại ngày trả kết quả", "Phiếu thu phí, lệ phí"]
    QTest.keyClick(screen.slips.list, Qt.Key.Key_Down)
    QTest.keyClick(screen.slips.list, Qt.Key.Key_Return)
    hand.settle()
    assert desk.slips == [("D0001", "fee_receipt")]
    assert hand.window.screen_now().name == "preview"


def test_f9_prints_the_slip_of_a_dossier_that_was_not_received(open_hand: OpenHand, tmp_path: Path) -> None:
    desk = RefusedDesk(tmp_path)
    hand = open_hand(desk)
    page(hand)
    hand.press("F9")
    assert desk.slips == [("D0001", "refusal")]


@pytest.mark.parametrize("name", sorted(TOLD_AFTER))
def test_what_a_move_offers_is_a_form_of_the_dossier(name: str) -> None:
    assert TOLD_AFTER[name][2] in FORMS
