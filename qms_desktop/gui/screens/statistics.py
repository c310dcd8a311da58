"""Thống kê: what was received, solved and is still open in a period, balanced; every figure opens its dossiers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QTableWidgetItem,
    QTabWidget,
    QWidget,
)

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Field, Kind
from qms_desktop.domain.periods import PERIODS, days_of
from qms_desktop.domain.statistics import COLUMNS, GROUPING_LABELS, Figure, Line, Table, identity_words, rate_words
from qms_desktop.gui.actions import EVERYWHERE, LIST
from qms_desktop.gui.charts import Bar, BarChart, Piece
from qms_desktop.gui.editors import LineEditor
from qms_desktop.gui.screens.base import Screen, Shell, button, quiet_label, scrolled, tab_through
from qms_desktop.gui.screens.dossier_parts import ReadTable
from qms_desktop.gui.screens.register import FIGURE
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.values import problem

_ANY = "any"
_DAY_CHARS = 11
_LABEL_CHARS, _FIGURE_CHARS = 30, 10
_SHORT = ("Nhận", "Đã giải quyết", "Đang giải quyết", "Không tiếp", "Đến quầy")


def _broken(label: str) -> str:
    """A heading in lines of at most two words."""
    words = label.split()
    return "\n".join(" ".join(words[at : at + 2]) for at in range(0, len(words), 2))


_FIGURES = tuple(
    (figure, f"{_broken(short)}:\n{_broken(label)}")
    for short, (_, columns) in zip(_SHORT, COLUMNS, strict=True)
    for figure, label in columns
)
_BARS = ((Figure.EARLY, "trước hạn", "ok"), (Figure.ON_TIME, "đúng hạn", "soon"), (Figure.LATE, "quá hạn", "late"))


class FigureTable(ReadTable):
    """The counts; a person walks from figure to figure and opens one with Enter."""

    def __init__(self, parent: QWidget) -> None:
        headings = ("", *(heading for _, heading in _FIGURES))
        super().__init__("Bảng thống kê", headings, (_LABEL_CHARS, *[_FIGURE_CHARS] * len(_FIGURES)), parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        head.setMinimumHeight(metrics().em * 5)

    def show_table(self, table: Table) -> None:
        """The lines and the sum; where a person stands is kept."""
        row, column = self.currentRow(), self.currentColumn()
        lines = (*table.lines, table.total)
        self.show_rows([(line.label, *(str(line.count(figure)) for figure, _ in _FIGURES)) for line in lines])
        for at in range(self.rowCount()):
            for place in range(self.columnCount()):
                self._dress(self.item(at, place), figure=place > 0, total=at == self.rowCount() - 1)
        self.setCurrentCell(row if 0 <= row < self.rowCount() else self.rowCount() - 1, max(1, column))

    def _dress(self, item: QTableWidgetItem | None, *, figure: bool, total: bool) -> None:
        if item is None:
            return
        if figure:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        font = item.font()
        font.setBold(total)
        item.setFont(font)


class StatisticsScreen(Screen):
    """The screen."""

    name = "statistics"
    title = "Thống kê"
    hint = (
        "Chọn kỳ và cách gộp, số liệu hiện ngay. Mũi tên để đi giữa các con số, Enter để mở đúng những hồ sơ đã đếm. "
        "Ctrl+P xem bản in; nút Xuất Excel để lưu bảng."
    )
    contexts = frozenset({EVERYWHERE, LIST})
    kinds = frozenset({"dossier", "clock_event"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.add_button("Xuất Excel", "", self.ask_file)
        self.add_button("Xem bản in", "print", self._print, primary=True)
        self._table: Table | None = None
        self._asked: tuple[date, date, str] | None = None
        self.body.addLayout(self._choices())
        self.fault = QLabel("", self)
        self.fault.setProperty("fault", True)
        self.fault.setWordWrap(True)
        self.fault.hide()
        self.body.addWidget(self.fault)
        self.tabs = QTabWidget(self)
        self.table = FigureTable(self.tabs)
        self.table.activated.connect(self.open_figure)
        self.tabs.addTab(self.table, "Bảng số liệu")
        self.chart = BarChart("Biểu đồ hồ sơ đã giải quyết", self.tabs)
        self.tabs.addTab(scrolled(self.chart, "Biểu đồ", self.tabs), "Biểu đồ đã giải quyết")
        self.body.addWidget(self.tabs, 1)
        self.words = quiet_label("", self)
        self.words.setObjectName("statistics.words")
        self.body.addWidget(self.words)
        self.commands = {"print": self._print, "find": self._focus_period}
        tab_through((self.period, self.first.widget, self.last.widget, self.count, self.grouping))
        self._take_period()

    def open_with(self, argument: str) -> None:
        """Counts anew."""
        del argument
        self.refresh()
        self.table.setFocus()

    def refresh(self) -> None:
        """Counts what is chosen."""
        try:
            first, last = (date.fromisoformat(str(editor.value(self.desk.now().date()))) for editor in (self.first, self.last))
        except InputError as error:
            self._say(problem(error))
            return
        if last < first:
            self._say("Ngày cuối của kỳ ở trước ngày đầu. Hãy chọn lại khoảng ngày.")
            return
        self._say("")
        asked = (first, last, str(self.grouping.currentData()))
        self._asked = asked
        self.shell.reading.run(partial(self.desk.statistics, *asked), partial(self._show, asked))

    def _choices(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(metrics().gap)
        self.period = self._box("Kỳ", {**PERIODS, _ANY: "Khoảng ngày khác"})
        self.period.activated.connect(self._take_period_and_count)
        line.addWidget(self.period, 2)
        self.first, self.last = self._day("first", "Từ ngày", line), self._day("last", "Đến ngày", line)
        self.count = button("Đếm", self.refresh, self)
        line.addWidget(self.count)
        self.grouping = self._box("Gộp theo", GROUPING_LABELS)
        self.grouping.activated.connect(self._grouped)
        line.addWidget(self.grouping, 2)
        return line

    def _box(self, name: str, options: Mapping[str, str]) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setMinimumContentsLength(10)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for key, label in options.items():
            box.addItem(label, key)
        return box

    def _day(self, name: str, label: str, line: QHBoxLayout) -> LineEditor:
        words = QLabel(label, self)
        editor = LineEditor(Field(name, label, Kind.DATE, required=True), self)
        words.setBuddy(editor.widget)
        editor.widget.setObjectName(f"statistics.{name}")
        editor.widget.setMaximumWidth(metrics().chars(_DAY_CHARS))
        editor.entered.connect(self._typed_days)
        line.addWidget(words)
        line.addWidget(editor.widget)
        return editor

    def _take_period(self) -> None:
        chosen = str(self.period.currentData())
        if chosen != _ANY:
            first, last = days_of(chosen, self.desk.now().date())
            self.first.show_value(first.isoformat())
            self.last.show_value(last.isoformat())

    def _take_period_and_count(self, _index: int) -> None:
        self._take_period()
        if self.period.currentData() == _ANY:
            self.first.widget.setFocus()
        else:
            self.refresh()

    def _typed_days(self) -> None:
        self.period.setCurrentIndex(self.period.findData(_ANY))
        self.refresh()

    def _grouped(self, _index: int) -> None:
        self.refresh()

    def _focus_period(self) -> None:
        self.period.setFocus()

    def _show(self, asked: tuple[date, date, str], table: Table) -> None:
        if asked != self._asked:
            return
        self._table = table
        self.subtitle.setText(f"Số liệu đến {table.period.closing:%H:%M %d/%m/%Y}")
        self.table.show_table(table)
        self.chart.show_bars([_bar(line) for line in (*table.lines, table.total)])
        self.words.setText("\n".join((identity_words(table.total), *rate_words(table.total))))

    def open_figure(self) -> None:
        """The dossiers behind the figure a person stands on."""
        row, column = self.table.currentRow(), self.table.currentColumn() - 1
        if self._table is None or self._asked is None or row < 0:
            return
        lines = self._table.lines
        key = lines[row].key if row < len(lines) else None
        figure = _FIGURES[max(0, column)][0]
        wanted = partial(self.desk.open_figure, self._table, self._asked[2], key, figure)
        self.shell.reading.run(wanted, self._opened)

    def _opened(self, count: int) -> None:
        if count:
            self.shell.go("register", FIGURE)
        else:
            self.shell.say("Con số này là 0: không có hồ sơ nào để mở.")

    def _print(self) -> None:
        if self._table is not None and self._asked is not None:
            self.shell.tasks.run(partial(self.desk.statistics_sheet, self._table, self._asked[2]), self.shell.preview)

    def ask_file(self) -> None:
        """Asks where the workbook goes."""
        if self._table is None:
            return
        period = self._table.period
        proposed = str(self.desk.exports() / f"Thong-ke-{period.first:%Y%m%d}-{period.last:%Y%m%d}.xlsx")
        chosen, _kind = QFileDialog.getSaveFileName(self, "Lưu bảng thống kê", proposed, "Bảng tính (*.xlsx)")
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, target: Path) -> None:
        """Writes the table as a workbook."""
        if self._table is not None and self._asked is not None:
            save = partial(self.desk.save_statistics, self._table, self._asked[2], target)
            self.shell.tasks.run(save, self.shell.saved)

    def _say(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.setVisible(bool(text))


def _bar(line: Line) -> Bar:
    return Bar(line.label, tuple(Piece(label, line.count(figure), level) for figure, label, level in _BARS))
