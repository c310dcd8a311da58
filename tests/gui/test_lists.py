"""Lists: true counts, filters one can see, a selection that stays, copying; 200,000 rows without a pause (points 6, 17 to 20)."""

from __future__ import annotations

import re
import time
import tracemalloc
from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

import qms_desktop.gui
from qms_desktop.gui.desk import Condition, Row
from qms_desktop.gui.list_panel import Chip, ListPanel
from qms_desktop.gui.screens.register import Register
from qms_desktop.gui.screens.unit import UnitScreen
from qms_desktop.gui.table import PAGE, PAGES_KEPT, Column, RecordTable
from qms_desktop.gui.theme import PALETTE
from tests.gui.conftest import OpenHand
from tests.gui.desks import EmptyDesk, RichDesk
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand

MANY = 200_000
OPENED_WITHIN_S = 0.3
ADDED_AT_MOST = 30 * 2**20


class Large:
    """Two hundred thousand rows made when they are looked at; it counts what is asked."""

    def __init__(self, rows: int = MANY) -> None:
        self.count = rows
        self.read = 0

    def keys(self, where: Sequence[Condition], text: str, order: str, descending: bool) -> array[int]:
        step = 10 if where else 1
        numbers = array("q", range(0, self.count, step))
        if text:
            numbers = array("q", [n for n in numbers if text in str(n)])
        return numbers[::-1] if descending else numbers

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        self.read += len(rowids)
        return [{"id": f"R{n}", "code": f"{n:06}", "name": f"Nguyễn Văn Đông {n}"} for n in rowids]


COLUMNS = (
    Column("code", "Mã", 10, lambda row: str(row["code"]), "code"),
    Column("name", "Họ và tên", 20, lambda row: str(row["name"]), grows=True),
)


@pytest.fixture
def large() -> Large:
    return Large()


@pytest.fixture
def panel(large: Large) -> ListPanel:
    made = ListPanel(large, COLUMNS, "Danh sách lớn")
    made.add_chips((Chip("tenth", "Mỗi mười dòng", (("n", "=", 10),)), Chip("other", "Khác", (("n", "=", 11),))))
    made.resize(900, 600)
    made.show()
    made.reload()
    return made


def _register(hand: Hand) -> Register:
    hand.go("register")
    screen = hand.window.screen_now()
    assert isinstance(screen, Register)
    return screen


def test_the_count_is_the_true_count(panel: ListPanel) -> None:
    assert panel.model.rowCount() == MANY
    assert panel.count.text() == "200.000 dòng"


def test_only_what_is_looked_at_is_read(panel: ListPanel, large: Large) -> None:
    assert large.read <= PAGE
    panel.view.scrollToBottom()
    panel.view.grab()
    assert large.read <= 3 * PAGE


def test_pages_out_of_sight_are_forgotten(panel: ListPanel) -> None:
    for page in range(100):
        panel.model.row(page * PAGE)
    assert len(panel.model._pages) == PAGES_KEPT


def test_two_hundred_thousand_rows_open_at_once_and_take_little_room(large: Large) -> None:
    panel = ListPanel(large, COLUMNS, "Danh sách lớn")
    panel.resize(900, 600)
    tracemalloc.start()
    began = time.perf_counter()
    panel.reload()
    panel.show()
    panel.grab()
    took = time.perf_counter() - began
    added = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert took < OPENED_WITHIN_S * 2, "tracing doubles the time; the bar itself is held in the benchmarks"
    assert added < ADDED_AT_MOST


def test_no_list_measures_its_rows_to_size_its_columns() -> None:
    for source in Path(qms_desktop.gui.__path__[0]).rglob("*.py"):
        assert not re.search(r"resizeColumns?ToContents", source.read_text(encoding="utf-8")), source


def test_sorting_keeps_the_record_selected_and_in_view(panel: ListPanel) -> None:
    panel._select_place(5)
    before = panel.selected()
    panel._sort(0)
    panel._sort(0)
    assert panel.model.descending
    assert panel.view.currentIndex().row() == MANY - 6
    assert panel.selected() == before
    assert panel.view.viewport().rect().intersects(panel.view.visualRect(panel.view.currentIndex()))


def test_filtering_keeps_the_record_selected(panel: ListPanel) -> None:
    panel._select_place(100)
    before = panel.selected()
    panel.set_chips(("tenth",))
    panel.reload()
    assert panel.selected() == before
    panel.clear_filters()
    assert panel.selected() == before
    assert panel.view.currentIndex().row() == 100


def test_a_filter_can_be_seen_and_all_are_cleared_at_once(panel: ListPanel) -> None:
    clear = next(button for button in panel.findChildren(QPushButton) if button.text() == "Bỏ lọc tất cả")
    assert not clear.isVisible()
    chip = next(button for button in panel.findChildren(QPushButton) if "Mỗi mười dòng" in button.text())
    chip.click()
    assert chip.text() == "√ Mỗi mười dòng"
    assert panel.count.text() == "20.000 dòng"
    assert clear.isVisible()
    panel.filter.setText("77")
    clear.click()
    assert panel.filter.text() == ""
    assert chip.text() == "Mỗi mười dòng"
    assert panel.model.rowCount() == MANY


def test_nothing_found_says_how_to_see_everything_again(panel: ListPanel) -> None:
    panel.filter.setText("không có")
    panel.reload()
    assert not panel.view.isVisible()
    assert "Bỏ lọc tất cả" in panel._empty.text()


def test_copying_gives_tab_separated_rows_with_headings(hand: Hand) -> None:
    screen = _register(hand)
    screen.list.view.selectRow(0)
    hand.press("Shift+Down")
    hand.press("Ctrl+C")
    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) == 3
    assert lines[0].split("\t")[:2] == ["Mã hồ sơ", "Người nộp"]
    assert all(len(line.split("\t")) == len(screen.list.model.columns) for line in lines)


def test_copied_cells_hold_no_tabs_or_line_breaks_of_their_own() -> None:
    table = RecordTable(Large(3), (Column("x", "Ghi chú", 10, lambda _row: "dòng một\ndòng\thai"),))
    table.load()
    assert table.copied([0]) == "Ghi chú\ndòng một dòng hai"


def test_enter_opens_and_typing_filters(hand: Hand) -> None:
    screen = _register(hand)
    hand.type("khanh")
    hand.press("Return")
    assert screen.list.view.hasFocus()
    row = screen.list.selected()
    assert row is not None
    hand.press("Return")
    assert hand.window.screen_name == "dossier"
    hand.press("Esc")
    assert screen.list.filter.text() == "khanh"
    assert screen.list.selected() == row


def test_ctrl_f_and_f3_go_to_the_filter(hand: Hand) -> None:
    for key in ("Ctrl+F", "F3"):
        screen = _register(hand)
        hand.press(key)
        assert screen.list.filter.hasFocus()


def test_esc_clears_the_filter_first_and_then_goes_back(hand: Hand) -> None:
    screen = _register(hand)
    hand.press("Ctrl+F")
    hand.type("lan")
    hand.press("Esc")
    assert screen.list.filter.text() == ""
    assert hand.window.screen_name == "register"
    hand.press("Esc")
    assert hand.window.screen_name == "today"


def test_the_last_screen_and_filter_come_back(open_hand: OpenHand, desk: FakeDesk) -> None:
    hand = open_hand()
    screen = _register(hand)
    screen.list.set_chips(("open",))
    screen.refresh()
    shown = screen.list.count.text()
    hand.window.close()
    again = open_hand()
    assert again.window.screen_name == "register"
    back = again.window.screen_now()
    assert isinstance(back, Register)
    assert back.list.chips_on() == ["open"]
    assert back.list.count.text() == shown != "60 hồ sơ"


def test_a_window_left_beyond_the_screen_is_pulled_in(open_hand: OpenHand, desk: FakeDesk) -> None:
    hand = open_hand()
    hand.window.move(50_000, 50_000)
    hand.window.close()
    again = open_hand()
    assert QGuiApplication.primaryScreen().availableGeometry().intersects(again.window.geometry())


@pytest.mark.parametrize("screen", ["today", "register", "procedures", "sync", "due"])
def test_an_empty_screen_teaches(open_hand: OpenHand, tmp_path: Path, screen: str) -> None:
    hand = open_hand(EmptyDesk(tmp_path))
    hand.go(screen)
    words = hand.window.screen_now()
    said = [label for label in _long_texts(words) if any(word in label for word in TEACHING)]
    assert said, f"nothing on {screen} says what to do or what comes here"


TEACHING = ("Chưa có", "Không có", "Khi ", "Bấm", "Hãy")


def _long_texts(screen: object) -> list[str]:
    from PySide6.QtWidgets import QLabel, QWidget

    assert isinstance(screen, QWidget)
    return [label.text() for label in screen.findChildren(QLabel) if label.isVisible() and len(label.text()) > 15]


def test_a_chosen_row_keeps_the_colour_of_its_state(application: QApplication) -> None:
    late = Column("left", "Còn lại", 20, lambda _row: "trễ 1 ngày làm việc", level=lambda _row: "late")
    panel = ListPanel(Large(5), (late,), "Danh sách")
    panel.resize(600, 300)
    panel.show()
    panel.reload()
    chosen = panel.view.visualRect(panel.model.index(0, 0))
    picture = panel.view.viewport().grab(chosen).toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert PALETTE.chosen in colours
    assert PALETTE.late in colours


def test_saving_by_key_leaves_one_row_chosen(hand: Hand) -> None:
    hand.go("unit")
    hand.press("Ctrl+N")
    hand.type("Nguyễn Thị Sáu")
    hand.press("Ctrl+S")
    panel = next(panel for panel in hand.window.screen_now().findChildren(ListPanel) if panel.isVisible())
    assert len(panel.view.selectionModel().selectedRows()) == 1


def test_the_list_of_people_fits_beside_the_form(open_hand: OpenHand, rich_desk: RichDesk) -> None:
    hand = open_hand(rich_desk)
    hand.go("unit")
    screen = hand.window.screen_now()
    assert isinstance(screen, UnitScreen)
    assert screen._panels[0][0].list.view.horizontalScrollBar().maximum() == 0
