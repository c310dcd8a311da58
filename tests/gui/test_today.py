"""Hôm nay opens on what is most urgent now, and stays on the group a person picked."""

from __future__ import annotations

from pathlib import Path

from qms_desktop.gui.desk import TodayGroup
from qms_desktop.gui.screens.today import Today
from tests.gui.conftest import OpenHand
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand


class TwoGroups(FakeDesk):
    """Something is ready to be handed over; what is late comes and goes."""

    late = False

    def today(self) -> list[TodayGroup]:
        rows = tuple(self.tables["dossier"].values())
        return [
            TodayGroup("late", "Quá hạn", rows[:1] if self.late else (), "Không có hồ sơ nào.", "late"),
            TodayGroup("ready", "Chờ trả kết quả", rows[1:2], "Không có hồ sơ nào.", "ok"),
        ]


def _shown(hand: Hand) -> Today:
    hand.go("today")
    screen = hand.window.screen_now()
    assert isinstance(screen, Today)
    return screen


def _open_group(screen: Today) -> int:
    return [tile.isChecked() for tile in screen._tiles].index(True)


def test_a_dossier_that_falls_due_is_shown_although_another_group_has_rows(open_hand: OpenHand, tmp_path: Path) -> None:
    desk = TwoGroups(tmp_path)
    screen = _shown(open_hand(desk))
    assert _open_group(screen) == 1
    desk.late = True
    screen.refresh()
    assert _open_group(screen) == 0


def test_the_group_a_person_picked_stays(open_hand: OpenHand, tmp_path: Path) -> None:
    desk = TwoGroups(tmp_path)
    screen = _shown(open_hand(desk))
    screen._tiles[1].click()
    desk.late = True
    screen.refresh()
    assert _open_group(screen) == 1


def test_what_falls_due_is_said_at_the_start_and_stands_on_every_screen(open_hand: OpenHand, tmp_path: Path) -> None:
    desk = FakeDesk(tmp_path)
    desk.settings["window.screen"] = "register"
    hand = open_hand(desk)
    assert hand.window.messages.text == "Hẹn trả: 2 quá hạn · 3 hôm nay · 1 ngày mai."
    assert hand.window.reminder.text() == "■ 2 quá hạn · 3 hôm nay"
    hand.window.reminder.click()
    assert hand.window.screen_name == "today"


def test_in_a_small_window_the_number_stands_beside_the_place(open_hand: OpenHand, tmp_path: Path) -> None:
    window = open_hand(FakeDesk(tmp_path), 900, 500).window
    assert not window.reminder.isVisible()
    assert window.navigation.list.item(0).text() == "Hôm nay · 5"
