"""Các máy by keys alone: a copy of a PC is given the roles of the old one; an old unit's dossiers are opened by its code."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QTabWidget

from qms_desktop.gui.desk import Row
from qms_desktop.gui.screens.machines_page import MachinesPage
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand

OLD_CODE = "AAAAA-BBBBB"


class MergedDesk(FakeDesk):
    """A copied PC waits for its roles, and the key of a merged unit is missing."""

    granted = ""
    opened_by = ""

    def machines(self) -> list[Row]:
        rows = super().machines()
        return [*rows, {**rows[1], "id": "D", "name": "Máy D · Bản sao", "copy": not self.granted}]

    def grant_to_copy(self, machine: str) -> None:
        self.granted = machine

    def locked_units(self) -> list[str]:
        return [] if self.opened_by else ["28756"]

    def unlock(self, recovery_code: str) -> None:
        self.opened_by = recovery_code


def opened(hand: Hand) -> MachinesPage:
    hand.go("sync")
    screen = hand.window.screen_now()
    page, tabs = screen.findChild(MachinesPage), screen.findChild(QTabWidget)
    assert isinstance(page, MachinesPage)
    assert isinstance(tabs, QTabWidget)
    tabs.setCurrentWidget(page)
    hand.settle()
    return page


def press(hand: Hand, button: QPushButton) -> None:
    button.setFocus(Qt.FocusReason.TabFocusReason)
    hand.press("Space")
    hand.settle()


def test_a_copy_is_given_the_roles_with_one_button(open_hand: Callable[..., Hand], desk: FakeDesk) -> None:
    merged = MergedDesk(desk.folder)
    hand = open_hand(merged)
    page = opened(hand)
    press(hand, page.copy_button)
    assert merged.granted == "D"
    assert page.copy_button.isHidden()


def test_an_old_units_code_is_typed_where_its_key_is_missing(open_hand: Callable[..., Hand], desk: FakeDesk) -> None:
    merged = MergedDesk(desk.folder)
    hand = open_hand(merged)
    page = opened(hand)
    assert "28756" in page.old_units.text()
    page.old_code.setFocus(Qt.FocusReason.TabFocusReason)
    hand.type(OLD_CODE)
    press(hand, page.old_button)
    assert merged.opened_by == OLD_CODE
    assert page.old_code.isHidden()


def test_where_nothing_is_asked_neither_is_shown(open_hand: Callable[..., Hand], desk: FakeDesk) -> None:
    page = opened(open_hand(desk))
    assert page.copy_button.isHidden()
    assert page.old_code.isHidden()
