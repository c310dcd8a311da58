"""The papers grid: Space = đủ, digits = copies, M = thiếu, G = giữ bản gốc, A = đủ tất cả."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import PAPER_COLUMNS
from qms_desktop.gui.row_painter import ColouredRows
from qms_desktop.gui.theme import PALETTE, metrics

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
SETTLED = frozenset({"ok", "waived"})
_STATES = next(column for column in PAPER_COLUMNS if column.name == "state")
_MARKS = {"ok": "√", "missing": "×", "invalid": "!", "waived": "–"}
_COLOURS = {"ok": PALETTE.good, "missing": PALETTE.late, "invalid": PALETTE.soon, "waived": PALETTE.quiet}
_HEADINGS = ("Giấy tờ", "Tình trạng", "Chính/sao")
_WIDTHS = (0, 13, 10)
_SHORT = {"waived": "Không cần"}
_AFTER = {"missing": "ok", "ok": "waived", "waived": "invalid", "invalid": "missing"}
_DIGIT_LIMIT = 999


class PapersModel(QAbstractTableModel):
    """The papers of one dossier."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[dict[str, Value]] = []
        self._touched: set[int] = set()

    @property
    def papers(self) -> list[dict[str, Value]]:
        """The papers as a dossier stores them."""
        return [dict(row) for row in self._rows]

    def put(self, rows: Sequence[Mapping[str, Value]]) -> None:
        """Shows other papers."""
        self.beginResetModel()
        self._rows = [dict(row) for row in rows]
        self._touched.clear()
        self.endResetModel()
        self.changed.emit()

    def missing(self) -> list[str]:
        """Names of papers neither there nor waived."""
        return [str(row.get("name")) for row in self._rows if row.get("state") not in SETTLED]

    def set_state(self, number: int, state: str) -> None:
        """Marks one paper."""
        self._touched.add(number)
        self._change(number, {"state": state})

    def next_state(self, number: int) -> None:
        """Marks a paper as there; pressed again: need not be handed in, not valid, missing, there …"""
        row = self._rows[number]
        state = "ok" if number not in self._touched else _AFTER.get(str(row.get("state")), "ok")
        self._touched.add(number)
        self._change(number, {"state": state})

    def all_ok(self) -> None:
        """Marks everything that is not waived as there."""
        for number, row in enumerate(self._rows):
            if row.get("state") != "waived":
                self._change(number, {"state": "ok"})

    def toggle_held(self, number: int) -> None:
        """Whether the original stays at the office."""
        self._change(number, {"held": not self._rows[number].get("held")})

    def type_copies(self, number: int, digit: int, again: bool) -> None:
        """Digits typed in a row make one number."""
        before = self._rows[number].get("copies")
        copies = before * 10 + digit if again and isinstance(before, int) else digit
        self._change(number, {"copies": min(copies, _DIGIT_LIMIT)})

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """The number of papers."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text and colour of a cell."""
        row = self._rows[index.row()]
        state = str(row.get("state") or "missing")
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column(), state)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.get('name')}. {row.get('note') or ''}".strip()
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 1:
            return QColor(_COLOURS.get(state, PALETTE.ink))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignHCenter if index.column() > 1 else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The headings."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        return None

    def _text(self, row: Mapping[str, Value], column: int, state: str) -> str:
        if column == 0:
            note = str(row.get("note") or "")
            return f"{row.get('name')} ({note})" if note else str(row.get("name"))
        if column == 1:
            words = f"{_MARKS.get(state, '?')} {_SHORT.get(state) or _STATES.option_label(state)}"
            return f"{words}, giữ gốc" if row.get("held") else words
        return f"{row.get('originals') or 0} / {row.get('copies') or 0}"

    def _change(self, number: int, values: Mapping[str, Value]) -> None:
        self._rows[number].update(values)
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(_HEADINGS) - 1))
        self.changed.emit()


class PapersGrid(QTableView):
    """The grid; ``done`` when Enter is pressed on the last paper."""

    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.papers = PapersModel()
        self._typing = -1
        self.setModel(self.papers)
        self.setAccessibleName("Thành phần hồ sơ")
        self.setObjectName("intake.papers")
        self.setItemDelegate(ColouredRows(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setMinimumSectionSize(metrics().chars(3))
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, width in enumerate(_WIDTHS):
            if width:
                head.resizeSection(number, metrics().chars(width))
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.papers.modelReset.connect(self._fit_rows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def focus_first_open(self) -> None:
        """Puts the cursor on the first paper that is not settled."""
        self.setFocus(Qt.FocusReason.TabFocusReason)
        rows = self.papers.papers
        first = next((n for n, row in enumerate(rows) if row.get("state") not in SETTLED), 0)
        if rows:
            self.setCurrentIndex(self.papers.index(first, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the grid; everything else moves as in any table."""
        number = self.currentIndex().row()
        text = event.text().lower()
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if not plain or number < 0:
            super().keyPressEvent(event)
        elif text.isdigit() and len(text) == 1:
            self.papers.type_copies(number, int(text), self._typing == number)
            self._typing = number
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._next(number)
        elif not self._letter(text, number):
            self._typing = -1
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Long names wrap in the width there is."""
        super().resizeEvent(event)
        self._fit_rows()

    def paintEvent(self, event: QPaintEvent) -> None:
        """An empty grid says what fills it."""
        super().paintEvent(event)
        if not self.papers.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(PALETTE.quiet))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.viewport().rect(), flags, "Chọn thủ tục để thấy giấy tờ cần nộp.")
            painter.end()

    def _letter(self, text: str, number: int) -> bool:
        if text == " ":
            self.papers.next_state(number)
        elif text == "m":
            self.papers.set_state(number, "missing")
        elif text == "g":
            self.papers.toggle_held(number)
        elif text == "a":
            self.papers.all_ok()
        else:
            return bool(text) and text.isprintable()
        self._typing = -1
        return True

    def _next(self, number: int) -> None:
        if number + 1 < self.papers.rowCount():
            self.setCurrentIndex(self.papers.index(number + 1, 0))
        else:
            self.done.emit()

    def _fit_rows(self) -> None:
        lines = metrics()
        name_width = max(self.columnWidth(0) - lines.em, 80)
        for number, row in enumerate(self.papers.papers):
            words = self.papers.data(self.papers.index(number, 0))
            bounds = self.fontMetrics().boundingRect(0, 0, name_width, 10_000, int(Qt.TextFlag.TextWordWrap), str(words or row))
            self.setRowHeight(number, max(lines.row, bounds.height() + lines.gap * 2))
