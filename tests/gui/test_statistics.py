"""The counts of a period on the screen: chosen, read, opened and taken out by keys."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox

from qms_desktop.domain.statistics import Figure
from qms_desktop.gui.charts import BarChart
from qms_desktop.gui.screens.register import Register
from qms_desktop.gui.screens.statistics import StatisticsScreen
from tests.gui.fake_desk import NOW, FakeDesk
from tests.gui.hand import Hand


@pytest.fixture
def screen(hand: Hand) -> StatisticsScreen:
    hand.press("Ctrl+9")
    hand.settle()
    found = hand.window.screen_now()
    assert isinstance(found, StatisticsScreen)
    return found


def cell(screen: StatisticsScreen, row: int, column: int) -> str:
    item = screen.table.item(row, column)
    assert item is not None
    return item.text()


def pick(hand: Hand, box: QComboBox, key: str) -> None:
    box.setCurrentIndex(box.findData(key))
    box.activated.emit(box.currentIndex())
    hand.settle()


def test_the_sum_stands_below_and_the_balance_and_both_rates_are_said(screen: StatisticsScreen) -> None:
    table = screen.table
    last = table.rowCount() - 1
    assert cell(screen, last, 0) == "Tổng cộng"
    for column in range(1, table.columnCount()):
        above = sum(int(cell(screen, row, column)) for row in range(last))
        assert int(cell(screen, last, column)) == above
    words = screen.words.text()
    assert "khớp" in words
    assert words.count("%") == 2
    assert "/ nhận giải quyết" in words
    assert "/ đã giải quyết có hạn" in words


def test_enter_on_a_figure_opens_its_dossiers_in_the_register(hand: Hand, desk: FakeDesk, screen: StatisticsScreen) -> None:
    screen.table.setCurrentCell(0, 8)
    screen.table.setFocus()
    hand.press("Return")
    hand.settle()
    register = hand.window.screen_now()
    assert isinstance(register, Register)
    assert desk.opened == ("area", "Bảo trợ xã hội, giảm nghèo và hỗ trợ đồng bào dân tộc thiểu số", Figure.LATE)
    assert register.list.model.rowCount() == 2
    hand.press("Ctrl+2")
    hand.settle()
    assert register.list.model.rowCount() > 2


def test_a_zero_opens_nothing_and_says_so(hand: Hand, screen: StatisticsScreen) -> None:
    screen.table.setCurrentCell(0, screen.table.columnCount() - 1)
    screen.table.setFocus()
    hand.press("Return")
    hand.settle()
    assert hand.window.screen_now() is screen


def test_a_period_and_two_days_are_chosen(hand: Hand, desk: FakeDesk, screen: StatisticsScreen) -> None:
    pick(hand, screen.period, "reporting_year")
    year = NOW.year + ((NOW.month, NOW.day) >= (12, 15))
    assert screen._asked is not None
    assert screen._asked[:2] == (date(year - 1, 12, 15), date(year, 12, 14))
    screen.first.widget.setFocus()
    screen.first.show_value("")
    hand.type("010125")
    hand.press("Return")
    hand.settle()
    assert screen._asked[0] == date(2025, 1, 1)
    assert screen.period.currentData() == "any"
    pick(hand, screen.grouping, "channel")
    assert cell(screen, 0, 0) in ("Trực tiếp", "Trực tuyến")


def test_days_the_wrong_way_round_are_said_at_once(hand: Hand, screen: StatisticsScreen) -> None:
    screen.first.show_value("2026-12-31")
    screen.last.show_value("2026-01-01")
    hand.press("F5")
    hand.settle()
    assert "trước ngày đầu" in screen.fault.text()


def test_the_table_goes_to_excel_and_on_paper(hand: Hand, desk: FakeDesk, screen: StatisticsScreen, tmp_path: Path) -> None:
    screen.save_to(tmp_path / "a.xlsx")
    hand.settle()
    assert desk.saved_statistics == [tmp_path / "a.xlsx"]
    hand.press("Ctrl+P")
    hand.settle()
    assert hand.window.screen_name == "preview"


def test_the_chart_says_in_words_what_its_colours_say(screen: StatisticsScreen) -> None:
    chart = screen.findChild(BarChart)
    assert chart is not None
    assert "quá hạn" in chart.accessibleDescription()
