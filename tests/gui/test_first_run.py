"""The set-up: what was typed is read from its first letter once its box is left."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from qms_desktop.gui.screens.first_run import PEOPLE
from tests.gui.desks import EmptyDesk
from tests.gui.gallery import page
from tests.gui.hand import Hand


def test_a_long_position_starts_at_its_first_letter_when_it_is_left(tmp_path: Path) -> None:
    desk = EmptyDesk(tmp_path)
    desk.is_founded = False
    hand = Hand(desk)
    page(PEOPLE)(hand)
    box = next(found for found in hand.window.findChildren(QLineEdit) if found.accessibleName() == "Vị trí công tác người thứ 2")
    box.setFocus()
    hand.type("Công chức tiếp nhận và trả kết quả")
    assert box.cursorPosition() == len(box.text())
    hand.press("Tab")
    assert box.cursorPosition() == 0
