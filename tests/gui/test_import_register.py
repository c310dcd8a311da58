"""Nhập sổ cũ: the page, on made-up lines and on a real office."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.gui.screens.import_register import ImportRegister
from qms_desktop.gui.screens.system import SystemScreen
from tests.gui.conftest import OpenHand
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand
from tests.interchange.workbooks import register
from tests.usecases.office_kit import Clock, found, sign_in


def page(hand: Hand) -> ImportRegister:
    screen = hand.window.screen_now()
    assert isinstance(screen, ImportRegister)
    return screen


@pytest.fixture
def opened(open_hand: OpenHand) -> Hand:
    hand = open_hand()
    hand.go("import_register")
    page(hand).open_file(Path("so.xlsx"))
    hand.settle()
    return hand


def test_the_system_screen_offers_it(open_hand: OpenHand) -> None:
    hand = open_hand()
    hand.go("system")
    screen = hand.window.screen_now()
    assert isinstance(screen, SystemScreen)
    screen.register_button.click()
    hand.settle()
    assert page(hand).title == "Nhập sổ cũ"


def test_lines_that_need_a_hand_stand_first_with_their_reason(opened: Hand) -> None:
    lines = page(opened).lines
    said = [item.text() for column in (1, 5) if (item := lines.item(0, column)) is not None]
    assert said[0] == "chưa nhập được"
    assert "không có ngày 31" in said[1]


def test_a_column_and_a_name_are_put_right_by_choosing(opened: Hand, desk: FakeDesk) -> None:
    screen = page(opened)
    box = screen.columns.choices["Ngày trả"]
    box.setCurrentIndex(3)
    box.activated.emit(3)
    opened.settle()
    assert desk.placed == {"delivered": 3}
    (box,) = screen.unknown.choices.values()
    box.setCurrentIndex(1)
    box.activated.emit(1)
    opened.settle()
    assert list(desk.named.values()) == ["2.000815"]


def test_good_lines_go_in_by_one_button(opened: Hand, desk: FakeDesk) -> None:
    screen = page(opened)
    assert screen.take_button.text() == "Nhập 1 hồ sơ"
    screen.take_button.click()
    opened.settle()
    assert desk.taken == 1
    assert not screen.take_button.isEnabled()
    assert screen.stop_button.isHidden()


def test_a_real_register_on_a_real_office(tmp_path: Path) -> None:
    office = sign_in(found(tmp_path / "pc", Clock(), publish={"2.000815"}.__contains__), "CL")
    rows = [
        [1, "H01", "Nguyễn Văn An (0912 345 678)", "Chứng thực bản sao", "2/11/2026", "4/11/2026", "3/11/2026", None],
        [2, "H02", "Lê Đức", "2.000815", "31/02/2026", None, None, None],
    ]
    hand = Hand(OfficeDesk(office))
    hand.window.entered()
    hand.go("import_register")
    screen = page(hand)
    screen.open_file(register(tmp_path / "so.xlsx", rows))
    hand.settle()
    (box,) = screen.unknown.choices.values()
    box.setCurrentIndex(1)
    box.activated.emit(1)
    hand.settle()
    assert screen.take_button.text() == "Nhập 1 hồ sơ"
    screen.take_button.click()
    hand.settle()
    screen.hand_back_to(tmp_path / "sua.xlsx")
    hand.settle()
    assert (tmp_path / "sua.xlsx").exists()
    with office.demand_store().view() as view:
        assert [record["official_code"] for record in view.find("dossier")] == ["H01"]
    hand.crash()
    office.close()
