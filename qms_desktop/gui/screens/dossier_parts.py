"""Parts of the dossier page: timeline, papers, history; tables of a few rows that are only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import PAPER_COLUMNS
from qms_desktop.gui.desk import Event, HistoryItem
from qms_desktop.gui.row_painter import ColouredRows
from qms_desktop.gui.theme import LEVEL_COLOURS, PALETTE, metrics

_PAPER_STATE = next(column for column in PAPER_COLUMNS if column.name == "state")
_LONGEST = 90
_PAPER_LEVELS = {"ok": "ok", "missing": "late", "invalid": "soon", "waived": "done"}


class ReadTable(QTableWidget):
    """A short table: fixed headings, one stretching column, rows as high as their words."""

    def __init__(self, name: str, headings: Sequence[str], widths: Sequence[int], parent: QWidget, empty: str = "") -> None:
        super().__init__(0, len(headings), parent)
        self._empty = empty
        self.setAccessibleName(name)
        self.setItemDelegate(ColouredRows(self))
        self.setHorizontalHeaderLabels(list(headings))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setAlternatingRowColors(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(metrics().row)
        self.verticalHeader().setMinimumSectionSize(metrics().row)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, width in enumerate(widths):
            if width:
                head.resizeSection(number, metrics().chars(width))
            else:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words wrap in the width there is now."""
        super().resizeEvent(event)
        self._fit_rows()

    def paintEvent(self, event: QPaintEvent) -> None:
        """An empty table says what would stand here."""
        super().paintEvent(event)
        if self._empty and not self.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(PALETTE.quiet))
            edge = metrics().space
            room = self.viewport().rect().adjusted(edge, edge, -edge, -edge)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._empty)
            painter.end()

    def say_empty(self, words: str) -> None:
        """What stands here while there are no rows."""
        self._empty = words
        self.viewport().update()

    def content_height(self) -> int:
        """The height at which every row is seen."""
        rows = sum(self.rowHeight(number) for number in range(self.rowCount()))
        return rows + self.horizontalHeader().height() + 2 * self.frameWidth() + metrics().gap

    def show_rows(self, rows: Sequence[Sequence[str]], levels: Sequence[str] = (), level_column: int = 0) -> None:
        """Replaces the rows; a level colours one column, whose words say the same."""
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
                if column == level_column and number < len(levels) and levels[number]:
                    item.setForeground(QColor(LEVEL_COLOURS[levels[number]]))
                self.setItem(number, column, item)
        self._fit_rows()

    def _fit_rows(self) -> None:
        """Qt's own row heights forget the padding of the style, so the last words of a cell would be cut."""
        lengths = metrics()
        widths = [self.columnWidth(column) - lengths.em for column in range(self.columnCount())]
        for number in range(self.rowCount()):
            cells = [self.item(number, column) for column in range(self.columnCount())]
            words = [cell.text() if cell is not None else "" for cell in cells]
            tallest = max(self._height(text, width) for text, width in zip(words, widths, strict=True))
            self.setRowHeight(number, max(lengths.row, tallest + lengths.gap * 2))

    def _height(self, text: str, width: int) -> int:
        if self.fontMetrics().horizontalAdvance(text) <= width:
            return self.fontMetrics().height()
        return self.fontMetrics().boundingRect(0, 0, max(width, 40), 10_000, int(Qt.TextFlag.TextWordWrap), text).height()


class Timeline(ReadTable):
    """What happened, oldest first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Diễn biến", ("Lúc", "Việc", "Người, hạn"), (15, 0, 0), parent)

    def show_events(self, events: Sequence[Event]) -> None:
        """Shows the events."""
        rows = [(event.at, event.title, event.detail) for event in events]
        self.show_rows(rows, [event.level for event in events], 2)


class PapersList(ReadTable):
    """The papers of the dossier."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Thành phần hồ sơ", ("Giấy tờ", "Tình trạng", "Chính/sao"), (0, 15, 9), parent)

    def show_papers(self, papers: Sequence[Mapping[str, Value]]) -> None:
        """Shows the papers."""
        rows = [(_name(paper), _state(paper), f"{paper.get('originals') or 0} / {paper.get('copies') or 0}") for paper in papers]
        self.show_rows(rows, [_PAPER_LEVELS.get(str(paper.get("state")), "") for paper in papers], 1)


class HistoryTable(ReadTable):
    """Every change: when, who, what, from, to."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Lịch sử sửa đổi", ("Lúc", "Người", "Thay đổi"), (15, 14, 0), parent)

    def show_items(self, items: Sequence[HistoryItem]) -> None:
        """Shows the changes, newest first."""
        self.show_rows([(item.at, item.who, _change(item)) for item in items])


def _change(item: HistoryItem) -> str:
    before, after = (_short(text) or "trống" for text in (item.before, item.after))
    values = f"{before} → {after}" if item.before else after
    return f"{item.field}: {values}  ({item.what})" if item.field else item.what


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _name(paper: Mapping[str, Value]) -> str:
    note = str(paper.get("note") or "")
    return f"{paper.get('name')} ({note})" if note else str(paper.get("name") or "")


def _state(paper: Mapping[str, Value]) -> str:
    words = _PAPER_STATE.option_label(paper.get("state"))
    return f"{words}, giữ gốc" if paper.get("held") else words
