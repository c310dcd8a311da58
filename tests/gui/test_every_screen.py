"""Rules that hold on every screen, with long words in every place and with nothing in it (points 4, 5, 12, 15 and 16)."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms_desktop.gui.screens import SCREENS
from tests.gui.fake_desk import FakeDesk
from tests.gui.gallery import SCENES, SIZES, Scene, played
from tests.gui.looking import RULES, controls, name_of, tab_follows_reading

SMALLEST = SIZES["900x500"]
USUAL = SIZES["1366x768"]


@pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
def test_a_small_screen_shows_everything_in_vietnamese_and_named(scene: Scene, tmp_path: Path) -> None:
    window = played(scene, tmp_path, SMALLEST).window
    least = window.minimumSizeHint()
    assert least.width() <= SMALLEST[0]
    assert least.height() <= SMALLEST[1]
    assert (window.width(), window.height()) == SMALLEST
    faults = [fault for rule in RULES for fault in rule(window)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
def test_tab_follows_the_reading_order(scene: Scene, tmp_path: Path) -> None:
    window = played(scene, tmp_path, USUAL).window
    faults = list(tab_follows_reading(window.screen_now()))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("scene", SCENES[::2], ids=[scene.name for scene in SCENES[::2]])
def test_the_focus_can_be_seen(scene: Scene, tmp_path: Path) -> None:
    hand = played(scene, tmp_path, USUAL)
    screen = hand.window.screen_now()
    unseen = []
    for control in controls(screen):
        if control.isEnabled():
            hand.window.navigation.list.setFocus()
            without = control.grab().toImage()
            control.setFocus()
            if control.hasFocus() and control.grab().toImage() == without:
                unseen.append(name_of(control))
    assert not unseen


def test_the_pictures_show_every_screen(tmp_path: Path) -> None:
    met = set()
    first_of_each = {scene.name[:2]: scene for scene in reversed(SCENES)}
    for scene in first_of_each.values():
        hand = played(scene, tmp_path, SMALLEST)
        met.add(hand.window.screen_name)
        hand.crash()
    assert met == set(SCREENS)


def test_the_signed_out_window_hides_every_place(desk: FakeDesk, tmp_path: Path) -> None:
    window = played(Scene("signed out", _nothing, lambda _folder: desk, entered=False), tmp_path, USUAL).window
    assert not window.navigation.isVisible()
    assert not window.statusBar().isVisible()


def _nothing(_hand: object) -> None:
    return None
