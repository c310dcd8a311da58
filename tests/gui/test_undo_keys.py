"""Ctrl+Z takes typing back while there is some, and the last saved change otherwise."""

from __future__ import annotations

from tests.gui.hand import Hand


def test_in_an_empty_box_the_key_belongs_to_the_saved_changes(hand: Hand) -> None:
    hand.go("register")
    hand.press("Ctrl+F")
    hand.press("Ctrl+Z")
    assert "Hoàn tác: Sửa cán bộ" in hand.window.messages.text


def test_typing_is_taken_back_first(hand: Hand) -> None:
    hand.go("intake")
    hand.type("khai")
    hand.press("Ctrl+Z")
    assert "Hoàn tác" not in hand.window.messages.text


def test_the_title_bears_its_mark_until_the_save(hand: Hand) -> None:
    hand.go("dossier", "D0001")
    hand.press("F2")
    assert not hand.window.isWindowModified()
    hand.type("9")
    assert hand.window.isWindowModified()
    hand.press("Ctrl+S")
    assert not hand.window.isWindowModified()


def test_the_register_comes_back_as_it_was_left(hand: Hand) -> None:
    hand.go("register")
    hand.press("Ctrl+F")
    hand.type("nguyen")
    desk = hand.window.desk
    hand.window.close()
    again = Hand(desk)
    again.enter()
    again.go("register")
    assert again.window.screen_name == "register"
    assert again.window.screen_now().list.filter.text() == "nguyen"  # type: ignore[attr-defined]
