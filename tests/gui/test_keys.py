"""One table of keys (domain-model d.6c): no clash, none of UniKey's, everything bound works, the sheet tells the truth."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPushButton

from qms_desktop.gui import actions
from qms_desktop.gui.actions import ACTIONS, CONTEXT_TITLES, EVERYWHERE, FORM, LIST, Action
from qms_desktop.gui.navigation import PLACES
from qms_desktop.gui.screens import SCREENS
from tests.gui.hand import Hand

KEY_TABLE = {
    "new": "Ctrl+N",
    "search": "Ctrl+K",
    "find": "Ctrl+F|F3",
    "accept": "Ctrl+Return",
    "save": "Ctrl+S",
    "back": "Esc",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Y",
    "help": "F1",
    "keys": "Ctrl+/",
    "edit": "F2",
    "refresh": "F5",
    "forward": "F6",
    "supplement": "F7",
    "slip": "F9",
    "slips": "Shift+F9",
    "next_citizen": "F12",
    "same_applicant": "Ctrl+R",
    "print": "Ctrl+P",
}


def test_no_two_actions_share_a_key_in_one_context() -> None:
    assert actions.clashes() == []


def test_a_shared_key_would_be_noticed() -> None:
    again = Action("other", "Khác", ("Ctrl+S",), frozenset({FORM}))
    everywhere = Action("third", "Khác", ("F3",), frozenset({EVERYWHERE}))
    assert actions.clashes((*ACTIONS, again)) == ["other and save share Ctrl+S in form"]
    assert "third and find share F3 in list" in actions.clashes((*ACTIONS, everywhere))


@pytest.mark.parametrize("taken", ["Alt+Z", "Ctrl+Shift"])
def test_unikeys_own_keys_would_be_noticed(taken: str) -> None:
    assert actions.clashes((Action("x", "X", (taken,), frozenset({LIST})),))


@pytest.mark.parametrize(("name", "keys"), KEY_TABLE.items())
def test_the_keys_are_those_of_the_table(name: str, keys: str) -> None:
    assert actions.action(name).keys == tuple(keys.split("|"))


def test_no_single_letter_is_a_command_outside_the_papers_grid() -> None:
    for item in ACTIONS:
        if item.bound:
            assert all(len(key) > 1 for key in item.keys)


def test_the_window_binds_exactly_the_declared_keys(hand: Hand) -> None:
    bound = {(shortcut.objectName(), shortcut.key().toString()) for shortcut in hand.window.findChildren(QShortcut)}
    declared = {(item.id, QKeySequence(key).toString()) for item in ACTIONS if item.bound for key in item.keys}
    assert declared <= bound
    assert not {key for _, key in bound} & {"Alt+Z", "Ctrl+Shift"}


@pytest.mark.parametrize("name", [name for name in SCREENS if name not in ("first_run", "sign_in", "preview", "dossier")])
def test_the_sheet_shows_only_keys_valid_on_the_screen(hand: Hand, name: str) -> None:
    hand.go(name)
    hand.press("Ctrl+/")
    assert hand.window.key_sheet.isVisible()
    words = {label.text() for label in hand.window.key_sheet.findChildren(QLabel)}
    contexts = hand.window.screen_now().contexts
    assert {CONTEXT_TITLES[context] for context in contexts} <= words
    foreign = {item.text for item in ACTIONS if not item.contexts & contexts} - {item.text for item in actions.valid_in(contexts)}
    assert not foreign & words
    hand.press("Esc")
    assert not hand.window.key_sheet.isVisible()


def test_f1_helps_on_every_screen(hand: Hand) -> None:
    for name in SCREENS:
        if name not in ("first_run", "sign_in"):
            hand.go(name, "D0001" if name == "dossier" else "")
            hand.press("F1")
            assert hand.window.messages.text == hand.window.screen_now().hint


def test_ctrl_1_to_8_open_the_eight_places(hand: Hand) -> None:
    seen = []
    for number in range(1, 9):
        hand.press(f"Ctrl+{number}")
        seen.append(hand.window.screen_name)
    assert seen == ["today", "register", "intake", "procedures", "due", "sync", "unit", "system"]


def test_esc_goes_back_the_way_one_came(hand: Hand) -> None:
    hand.go("register")
    hand.go("dossier", "D0001")
    hand.press("Esc")
    assert hand.window.screen_name == "register"
    hand.press("Esc")
    assert hand.window.screen_name == "today"


def test_undo_names_what_was_undone(hand: Hand) -> None:
    hand.press("Ctrl+Z")
    assert hand.window.messages.text == "Hoàn tác: Sửa cán bộ Lê Thị Ngọc Ánh"


def test_every_shortcut_is_posted_to_one_window(hand: Hand) -> None:
    QCoreApplication.processEvents()
    keys = [shortcut.key().toString() for shortcut in hand.window.findChildren(QShortcut)]
    assert len(keys) == len(set(keys)), "Qt calls a key bound twice ambiguous and does nothing"


@pytest.mark.parametrize("key", ["Ctrl+K", "Ctrl+N", "Ctrl+/", "F1", "F5", "Ctrl+1"])
def test_keys_valid_everywhere_work_while_a_box_is_being_typed_in(hand: Hand, key: str) -> None:
    hand.go("due")
    before = hand.window.screen_name, hand.window.messages.text
    hand.type("cap giay")
    hand.press(key)
    panels = hand.window.search_panel.isVisible() or hand.window.key_sheet.isVisible()
    assert panels or key == "F5" or (hand.window.screen_name, hand.window.messages.text) != before


def test_ctrl_z_in_a_box_takes_back_typing_not_the_last_saved_change(hand: Hand) -> None:
    hand.go("intake")
    hand.type("abc")
    hand.press("Ctrl+Z")
    assert not hand.window.messages.text.startswith("Hoàn tác")


@pytest.mark.parametrize("key", ["Return", "Space"])
def test_enter_and_space_press_the_button_that_has_the_focus(hand: Hand, key: str) -> None:
    hand.go("today")
    button = next(made for made in hand.window.screen_now().findChildren(QPushButton) if "Ctrl+N" in made.text())
    button.setFocus()
    hand.press(key)
    assert hand.window.screen_name == "intake"


def test_every_button_can_be_pressed_by_enter(hand: Hand) -> None:
    for place in PLACES:
        hand.go(place.screen)
        for button in hand.window.findChildren(QPushButton):
            assert button.autoDefault(), button.text()
