"""Hôm nay: what is late, due, waiting and ready to hand over; the first thing a clerk sees."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from qms_desktop.domain.text import format_date
from qms_desktop.gui.actions import EVERYWHERE, LIST
from qms_desktop.gui.desk import Condition, Row, TodayGroup
from qms_desktop.gui.list_panel import ListPanel
from qms_desktop.gui.screens.base import Screen, Shell, tab_through
from qms_desktop.gui.screens.dossier_columns import TODAY_COLUMNS
from qms_desktop.gui.theme import LEVEL_COLOURS, LEVEL_GROUNDS, PALETTE, metrics, scaled
from qms_desktop.gui.values import filter_key

NOTHING_YET = (
    "Chưa có hồ sơ nào đang giải quyết.\n\n"
    "Bấm Ctrl+N để nhận hồ sơ đầu tiên. Hồ sơ sắp đến hạn, quá hạn và chờ trả sẽ hiện ở đây mỗi ngày."
)
IN_ONE_ROW = 6
"""Tiles that find room beside each other in the smallest window."""
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


class Held:
    """Rows already in memory as a source for a list."""

    def __init__(self) -> None:
        self._rows: Sequence[Row] = ()

    def put(self, rows: Sequence[Row]) -> None:
        """Replaces the rows."""
        self._rows = rows

    def keys(self, where: Sequence[Condition], text: str, order: str, descending: bool) -> array[int]:
        """Places of the rows that hold every word typed."""
        del where
        words = filter_key(text).split()
        places = [n for n, row in enumerate(self._rows) if all(word in _folded(row) for word in words)]
        if order:
            places.sort(key=_Sorting(self._rows, order), reverse=descending)
        return array("q", places)

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        """Those rows."""
        return [self._rows[number] for number in rowids if number < len(self._rows)]


class _Sorting:
    def __init__(self, rows: Sequence[Row], order: str) -> None:
        self._rows, self._order = rows, order

    def __call__(self, number: int) -> str:
        return str(self._rows[number].get(self._order) or "")


def _folded(row: Row) -> str:
    return filter_key(" ".join(str(value) for value in row.values() if isinstance(value, str)))


class GroupTile(QPushButton):
    """One group as a large number with its words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAutoDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(metrics().space, metrics().gap, metrics().gap, metrics().gap)
        column.setSpacing(0)
        self._number = QLabel("0", self)
        self._number.setFont(scaled(20))
        self._words = QLabel("", self)
        self._words.setWordWrap(True)
        for label in (self._number, self._words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        self.setMinimumWidth(metrics().chars(8))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_group(self, group: TodayGroup) -> None:
        """The number, the words, the colour."""
        level = group.level if group.rows else "done"
        colour = LEVEL_COLOURS[level]
        count = max(group.count, len(group.rows))
        self._number.setText(str(count))
        self._words.setText(group.title)
        self.setToolTip(group.title)
        self._number.setStyleSheet(f"color: {colour};")
        self.setAccessibleName(f"{group.title}: {count}")
        self.setStyleSheet(
            f"GroupTile {{ background: {PALETTE.surface}; border: 1px solid {PALETTE.line}; border-left: 4px solid {colour};"
            f" border-radius: 4px; border-top-left-radius: 0px; border-bottom-left-radius: 0px;"
            f" padding: 0px; min-height: {round(metrics().em * 4.3)}px; }}"
            f"GroupTile:checked {{ background: {LEVEL_GROUNDS[level]}; border-color: {colour}; }}"
            f"GroupTile:focus {{ border: 2px solid {PALETTE.accent}; border-left: 4px solid {colour}; }}"
        )


class Today(Screen):
    """The day's lists."""

    name = "today"
    title = "Hôm nay"
    hint = "Tab tới một nhóm, phím cách để xem nhóm đó; Enter trên một dòng để mở hồ sơ; Ctrl+N để nhận hồ sơ mới."
    contexts = frozenset({EVERYWHERE, LIST})
    kinds = frozenset({"dossier", "clock_event", "step_run", "hand_over", "delegation", "revision", "original_paper"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.head_button = self.add_button("Tiếp nhận hồ sơ", "new", self._new, primary=True)
        self._groups: list[TodayGroup] = []
        self._tiles: list[GroupTile] = []
        self._picked = ""
        self._tile_row = QGridLayout()
        self._tile_row.setSpacing(metrics().gap * 2)
        self.body.addLayout(self._tile_row)
        self._held = Held()
        self.list = ListPanel(self._held, TODAY_COLUMNS, "Hồ sơ của nhóm đang chọn", self)
        self.list.opened.connect(self._open)
        self.body.addWidget(self.list, 1)
        self.commands = {"find": self.list.focus_filter}

    def open_with(self, argument: str) -> None:
        """The list has the keyboard: arrows, Enter and letters work at once."""
        super().open_with(argument)
        (self.list.view if self.list.model.rowCount() else self.head_button).setFocus()

    def refresh(self) -> None:
        """Reads the groups again; the one a person picked stays, else the first that holds anything is shown."""
        now = self.desk.now()
        self.subtitle.setText(f"{WEEKDAYS[now.weekday()]}, {format_date(now.date())}")
        self._groups = self.desk.today()
        self._make_tiles(len(self._groups))
        for tile, group in self._shown():
            tile.show_group(group)
        keys = [group.key for group in self._groups]
        if self._picked in keys:
            chosen = keys.index(self._picked)
        else:
            chosen = next((n for n, group in enumerate(self._groups) if group.rows), 0)
        if self._tiles:
            self._tiles[chosen].setChecked(True)
        self._show_group()

    def _make_tiles(self, count: int) -> None:
        while len(self._tiles) < count:
            tile = GroupTile(self)
            tile.clicked.connect(self._pick)
            self._tiles.append(tile)
            number = len(self._tiles) - 1
            self._tile_row.addWidget(tile, number // IN_ONE_ROW, number % IN_ONE_ROW)
        for number, tile in enumerate(self._tiles):
            tile.setVisible(number < count)
        tab_through((self.head_button, *self._tiles, *self.list.in_order()))

    def _shown(self) -> list[tuple[GroupTile, TodayGroup]]:
        return list(zip(self._tiles, self._groups, strict=False))

    def _pick(self) -> None:
        self._picked = next((group.key for tile, group in self._shown() if tile.isChecked()), "")
        self._show_group()

    def _show_group(self) -> None:
        for tile, group in self._shown():
            if tile.isChecked():
                self._held.put(group.rows)
                nothing = not any(group.rows for group in self._groups)
                self.list.say_empty(NOTHING_YET if nothing else group.empty, _dossiers)
        self.list.reload()

    def _open(self, record: str) -> None:
        screen = next((group.screen for tile, group in self._shown() if tile.isChecked()), "dossier")
        self.shell.go(screen, record)

    def _new(self) -> None:
        self.shell.go("intake")


def _dossiers(total: int) -> str:
    return f"{total} hồ sơ"
