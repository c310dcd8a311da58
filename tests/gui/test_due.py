"""Tính ngày hẹn: the list of procedures comes when it is asked for, and never hides the form by itself."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from qms_desktop.gui.suggestions import SuggestEdit
from tests.gui.hand import Hand


def procedure_box(hand: Hand) -> SuggestEdit:
    hand.go("due")
    box = QApplication.focusWidget()
    assert isinstance(box, SuggestEdit)
    assert box.objectName() == "field.procedure"
    return box


def test_no_list_opens_on_mere_focus(hand: Hand) -> None:
    assert not procedure_box(hand).open()


def test_arrow_down_and_typing_open_the_list(hand: Hand) -> None:
    box = procedure_box(hand)
    hand.press("Down")
    assert box.open()
    hand.press("Esc")
    assert not box.open()
    hand.type("ctbs")
    assert box.open()
    hand.press("Backspace")
    for _ in "ctb":
        hand.press("Backspace")
    assert not box.open()
