"""A day without power, through the window by keys: printed ahead, entered afterwards with the true time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.gui.screens.fallback import Fallback
from qms_desktop.gui.screens.intake_late import LateIntake, number_after
from qms_desktop.gui.screens.printing import KEEP_ONLY, PRINTER_SETTING
from qms_desktop.gui.screens.system import SystemScreen
from qms_desktop.office import Office
from tests.gui.conftest import OpenHand
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand
from tests.usecases.office_kit import Clock, found, sign_in


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = sign_in(found(tmp_path, Clock(), publish={"1.004873"}.__contains__), "CL")
    made.demand_store().local.set_setting(PRINTER_SETTING, KEEP_ONLY)
    yield made
    made.close()


def late(hand: Hand) -> LateIntake:
    screen = hand.window.screen_now()
    assert isinstance(screen, LateIntake)
    return screen


def write(hand: Hand, *lines: str) -> None:
    for line in lines:
        hand.type(line)
        hand.press("Return")


def test_blank_slips_are_asked_for_from_the_system_screen_by_keys(open_hand: OpenHand, desk: FakeDesk) -> None:
    hand = open_hand()
    hand.go("system")
    screen = hand.window.screen_now()
    assert isinstance(screen, SystemScreen)
    screen.fallback_button.setFocus()
    hand.press("Return")
    page = hand.window.screen_now()
    assert isinstance(page, Fallback)
    page.count.widget.setFocus()
    hand.press("Ctrl+A")
    write(hand, "25")
    assert desk.blanks == [(25, desk.now().date())]


def test_a_pile_of_slips_is_entered_one_after_the_other(office: Office) -> None:
    hand = Hand(OfficeDesk(office))
    hand.go("intake_late")
    screen = late(hand)
    write(hand, "G-A-261120-09", "20/11/2026 9:15", "1.004873", "Nguyễn Thị Hoa", "", "", "", "")
    assert "26/11/2026" in screen.due.text()
    screen.papers.setFocus()
    hand.press("A")
    hand.press("Ctrl+Return")
    assert screen.paper.number.raw() == "G-A-261120-10"
    assert screen.paper.received.raw() == ""
    with office.demand_store().view() as view:
        (row,) = view.find("dossier")
    assert (row["received_at"], row["origin"], row["paper_number"]) == ("2026-11-20T09:15", "paper", "G-A-261120-09")
    hand.go("register")
    assert row["code"] == hand.window.screen_now().desk.dossier(str(row["id"])).record["code"]
    hand.window.close()


def test_without_number_and_time_nothing_is_received(office: Office) -> None:
    hand = Hand(OfficeDesk(office))
    hand.go("intake_late")
    hand.press("Ctrl+Return")
    with office.demand_store().view() as view:
        assert not view.find("dossier")
    assert "số phiếu" in hand.window.messages.text
    hand.window.close()


def test_the_number_after() -> None:
    assert number_after("G-A-261124-09") == "G-A-261124-10"
    assert number_after("99") == "100"
    assert number_after("sổ tay") == ""
