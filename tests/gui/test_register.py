"""Sổ hồ sơ: the totals under the list balance with its count, and a long name has room."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from qms_desktop.gui.desk import Sheet
from qms_desktop.gui.list_panel import ListPanel
from qms_desktop.gui.screens.register import Register, totals_words
from qms_desktop.gui.screens.today import Today
from tests.gui.conftest import OpenHand
from tests.gui.desks import RichDesk
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand

LONG_NAME = "Nguyễn Hoàng Phương Thị Mạnh"


def register(hand: Hand) -> Register:
    hand.go("register")
    screen = hand.window.screen_now()
    assert isinstance(screen, Register)
    return screen


def balance(screen: Register) -> tuple[int, int, int]:
    """The total as it is said, the sum of its parts, and the rows of the list."""
    total, *parts = (
        int(number.replace(".", "")) for number in re.findall(r"(?:(?<=^Tổng )|(?<=[:·] ))[\d.]+", screen.totals.text())
    )
    return total, sum(parts), screen.list.model.rowCount()


@pytest.mark.parametrize("chips", [(), ("open",), ("waiting",), ("ready",)])
@pytest.mark.parametrize("typed", ["", "an"])
def test_the_parts_sum_up_to_the_count_under_any_filter(
    open_hand: OpenHand, rich_desk: RichDesk, chips: tuple[str, ...], typed: str
) -> None:
    hand = open_hand(rich_desk)
    screen = register(hand)
    screen.list.set_chips(chips)
    screen.list.filter.setText(typed)
    screen.list.reload()
    hand.settle()
    total, parts, rows = balance(screen)
    assert total == parts == rows > 0


def test_the_totals_follow_the_order_of_a_dossiers_life() -> None:
    said = totals_words({"closed": 1200, "": 1, "received": 12, "processing": 80, "later": 2})
    assert said == "Tổng 1.295: 12 đã tiếp nhận · 80 đang xử lý · 1.200 đã trả kết quả · 1 chưa rõ trạng thái · 2 later"


def test_an_empty_list_has_no_totals(hand: Hand) -> None:
    screen = register(hand)
    screen.list.filter.setText("zzzz")
    screen.list.reload()
    hand.settle()
    assert not screen.totals.isVisible()


@pytest.mark.parametrize("place", ["register", "today"])
def test_a_name_of_twenty_eight_letters_has_room(hand: Hand, desk: FakeDesk, place: str) -> None:
    for row in desk.tables["dossier"].values():
        row["applicant_name"] = LONG_NAME
    assert len(LONG_NAME) == 28
    hand.go(place)
    screen = hand.window.screen_now()
    assert isinstance(screen, Register | Today)
    assert _room(screen.list) >= 0
    assert screen.list.view.horizontalScrollBar().maximum() == 0


def _room(panel: ListPanel) -> int:
    """What the column of the names leaves beside the first of them."""
    number = next(n for n, column in enumerate(panel.model.columns) if column.name == "applicant_name")
    index = panel.model.index(0, number)
    assert index.data() == LONG_NAME
    return panel.view.columnWidth(number) - panel.view.sizeHintForIndex(index).width()


class BookDesk(FakeDesk):
    """Remembers the periods it was asked to print."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.periods: list[tuple[date, date]] = []

    def register_book(self, first: date, last: date) -> Sheet:
        self.periods.append((first, last))
        return super().register_book(first, last)


def test_the_official_register_is_printed_for_a_period(open_hand: OpenHand, tmp_path: Path) -> None:
    desk = BookDesk(tmp_path)
    hand = open_hand(desk)
    screen = register(hand)
    screen.ask_period()
    assert screen.period.isVisible()
    hand.press("Enter")
    today = desk.now().date()
    assert desk.periods == [(today.replace(day=1), today)]
    assert hand.window.screen_now().name == "preview"


def test_a_period_is_typed_and_a_wrong_day_is_said_beside_it(open_hand: OpenHand, tmp_path: Path) -> None:
    desk = BookDesk(tmp_path)
    hand = open_hand(desk)
    screen = register(hand)
    screen.ask_period()
    first, last = screen.period.findChildren(QLineEdit)
    first.setText("40/10/2026")
    hand.press("Enter")
    assert screen.period.fault.isVisible()
    first.setText("1/10/2026")
    last.setText("31/10/2026")
    hand.press("Enter")
    assert desk.periods == [(date(2026, 10, 1), date(2026, 10, 31))]


def test_esc_closes_the_period_before_the_screen(hand: Hand) -> None:
    screen = register(hand)
    screen.ask_period()
    assert screen.leave()
    assert not screen.period.isVisible()
    assert not screen.leave()
