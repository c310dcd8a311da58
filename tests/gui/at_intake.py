"""What the tests of the intake page share: the page ready for a person, and a person typed into it."""

from __future__ import annotations

from qms_desktop.gui.screens.intake import IntakeScreen
from tests.gui.hand import Hand

KNOWN = "000000031337"
"""The number of a person who has been here before."""


def screen_of(hand: Hand) -> IntakeScreen:
    screen = hand.window.screen_now()
    assert isinstance(screen, IntakeScreen)
    return screen


def start(hand: Hand) -> IntakeScreen:
    hand.press("Ctrl+N")
    return screen_of(hand)


def new_person(hand: Hand) -> None:
    """Procedure and a person who was never here, up to the papers."""
    hand.type("ctbs")
    hand.press("Return")
    for text in ("Nguyễn Văn Đông", "079085012345", "120385", "0912345678"):
        hand.type(text)
        hand.press("Return")
    hand.press("Return")
