"""Mạng nội bộ by keys alone: switch, type or paste an address, hear what is wrong with it, take it away again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QTabWidget

from qms_desktop.gui.screens.neighbours_page import NeighboursPage
from qms_desktop.settings import Settings
from qms_desktop.usecases import neighbours
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand


class TypedDesk(FakeDesk):
    """Takes addresses as a real desk does."""

    def add_neighbour(self, address: str) -> str:
        kept: dict[str, str] = {}
        typed = neighbours.add_address(Settings(kept.get, kept.__setitem__), address, ["192.168.1.20"])
        self.typed.append(typed)
        return typed


def opened(hand: Hand) -> NeighboursPage:
    """The page, its address line under the hand."""
    hand.go("sync")
    screen = hand.window.screen_now()
    page = screen.findChild(NeighboursPage)
    tabs = screen.findChild(QTabWidget)
    assert isinstance(page, NeighboursPage)
    assert isinstance(tabs, QTabWidget)
    tabs.setCurrentWidget(page)
    hand.settle()
    page.address.setFocus()
    return page


def cell(page: NeighboursPage, column: int) -> str:
    """What stands in the first row."""
    item = page.table.item(0, column)
    assert item is not None
    return item.text()


@pytest.fixture
def typed_hand(open_hand: Callable[..., Hand], desk: FakeDesk) -> Hand:
    return open_hand(TypedDesk(desk.folder))


def test_an_address_is_typed_kept_in_one_spelling_and_taken_away(typed_hand: Hand) -> None:
    page, desk = opened(typed_hand), typed_hand.window.desk
    typed_hand.type("http://192.168.1.40/")
    typed_hand.press("Return")
    assert page.address.text() == ""
    assert [item.key for item in desk.neighbours()][-1] == "192.168.1.40:8767"
    page.table.setFocus()
    for _ in range(page.table.rowCount()):
        typed_hand.press("Down")
    assert page.remove_button.isEnabled()
    page.remove_button.setFocus()
    typed_hand.press("Space")
    assert "192.168.1.40:8767" not in [item.key for item in desk.neighbours()]


def test_what_was_found_by_itself_cannot_be_taken_away(typed_hand: Hand) -> None:
    page = opened(typed_hand)
    page.table.setFocus()
    typed_hand.press("Home")
    page.table.selectRow(0)
    assert cell(page, 0) == "Máy B · Quầy số 2\n192.168.1.21:8767"
    assert not page.remove_button.isEnabled()


@pytest.mark.parametrize(
    ("typed", "words"),
    [("192.168.1.300", "bốn số từ 0 đến 255"), ("máy hai", "không phải tên máy"), ("192.168.1.20", "chính máy này")],
)
def test_a_wrong_address_stays_in_the_line_and_the_reason_is_said(typed_hand: Hand, typed: str, words: str) -> None:
    page = opened(typed_hand)
    typed_hand.type(typed)
    typed_hand.press("Return")
    assert page.address.text() == typed
    assert words in typed_hand.window.messages.text


def test_the_page_says_what_a_colleague_types(typed_hand: Hand) -> None:
    page = opened(typed_hand)
    assert page.place.text() == "Máy khác gõ địa chỉ máy này là 192.168.1.20 hoặc 10.8.0.2"
    assert cell(page, 1) == "20/11/2026 09:02"
