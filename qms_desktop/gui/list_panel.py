"""A list with its filter box, chips, true count and empty state; the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from qms_desktop.domain.text import nfc
from qms_desktop.gui.desk import Condition, Row
from qms_desktop.gui.row_painter import RowPainter
from qms_desktop.gui.table import Column, RecordTable, Source
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.undo_keys import passes_undo_on

TYPING_PAUSE_MS = 120
MOST_KEPT = 500
"""Rows chosen together that stay chosen when the list is read again."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter a person can switch on: its words and what it asks of the store."""

    key: str
    text: str
    where: tuple[Condition, ...]


class ListPanel(QWidget):
    """The panel. ``opened`` brings the record id of the row a person opens, ``picked`` that of the row now selected."""

    opened = Signal(str)
    picked = Signal(str)
    loaded = Signal()

    def __init__(self, source: Source, columns: Sequence[Column], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RecordTable(source, columns)
        self._chips: dict[str, tuple[Chip, QPushButton]] = {}
        self._words: Callable[[int], str] = _plain_count
        self._filter_bar(name)
        self.view = self._table(name)
        self._empty = QLabel(self)
        self._empty.setObjectName("card")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("quiet", True)
        self._empty_text = "Chưa có gì ở đây."
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(metrics().gap)
        outer.addLayout(self._bar)
        outer.addWidget(self._stack, 1)
        for watched in (self.filter, self.view, self.view.viewport()):
            watched.installEventFilter(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.reload)

    def _filter_bar(self, name: str) -> None:
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Gõ để lọc")
        self.filter.setAccessibleName(f"Lọc {name}")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(metrics().chars(34))
        self.filter.textEdited.connect(self._typed)
        self._clear = QPushButton("Bỏ lọc tất cả", self)
        self._clear.setProperty("flat", True)
        self._clear.setAutoDefault(True)
        self._clear.setAccessibleName("Bỏ lọc tất cả")
        self._clear.clicked.connect(self.clear_filters)
        self.count = QLabel(self)
        self.count.setProperty("quiet", True)
        self._bar = QHBoxLayout()
        self._bar.setSpacing(metrics().gap)
        for widget, stretch in ((self.filter, 1), (self._clear, 0)):
            self._bar.addWidget(widget, stretch)
        self._bar.addStretch(1)
        self._bar.addWidget(self.count)

    def add_chips(self, chips: Sequence[Chip]) -> None:
        """Adds filters that can be switched on and off."""
        for chip in chips:
            button = QPushButton(chip.text, self)
            button.setCheckable(True)
            button.setAutoDefault(True)
            button.setProperty("chip", True)
            button.setAccessibleName(f"Lọc: {chip.text}")
            button.toggled.connect(self._toggled)
            self._bar.insertWidget(self._bar.indexOf(self._clear), button)
            self._chips[chip.key] = (chip, button)
        for before, after in pairwise(self.in_order()):
            QWidget.setTabOrder(before, after)

    def in_order(self) -> list[QWidget]:
        """What takes the keyboard, as it stands."""
        return [self.filter, *(button for _, button in self._chips.values()), self._clear, self.view]

    def say_empty(self, text: str, count: Callable[[int], str] | None = None) -> None:
        """What an empty list teaches, and how a count is worded."""
        self._empty_text = text
        self._words = count or self._words

    def chips_on(self) -> list[str]:
        """Which filters are on."""
        return [key for key, (_, button) in self._chips.items() if button.isChecked()]

    def set_chips(self, keys: Sequence[str]) -> None:
        """Switches exactly these filters on."""
        for key, (_, button) in self._chips.items():
            button.blockSignals(True)
            button.setChecked(key in keys)
            button.blockSignals(False)
        self._mark_chips()

    def clear_filters(self) -> None:
        """Shows everything."""
        self.filter.clear()
        self.set_chips(())
        self.reload()

    def widths(self) -> str:
        """The widths of the columns as text to be remembered, in thousandths of the font's height."""
        head = self.view.horizontalHeader()
        return ",".join(str(head.sectionSize(number) * 1000 // metrics().em) for number in range(head.count()))

    def set_widths(self, kept: str) -> None:
        """Widths remembered; those of another set of columns are ignored."""
        sizes = [int(size) for size in kept.split(",") if size.isdigit()]
        head = self.view.horizontalHeader()
        if len(sizes) == head.count():
            for number, size in enumerate(sizes):
                head.resizeSection(number, size * metrics().em // 1000)

    def asked(self) -> tuple[list[Condition], str, str, bool]:
        """What the list shows now: conditions, typed text, order, whether descending."""
        where = [condition for key in self.chips_on() for condition in self._chips[key][0].where]
        return where, nfc(self.filter.text()).strip(), self.model.order, self.model.descending

    def reload(self) -> None:
        """Reads again; the selected record stays selected and in view if it is still in the list."""
        self._pause.stop()
        kept, pile = self._selected_rowid(), self._pile()
        where, text, _order, _descending = self.asked()
        self.model.load(where, text)
        total = self.model.rowCount()
        self.count.setText(self._words(total))
        filtered = bool(text or where)
        self._clear.setVisible(filtered)
        self._empty.setText("Không có dòng nào khớp bộ lọc. Bấm “Bỏ lọc tất cả” để xem lại." if filtered else self._empty_text)
        self._stack.setCurrentIndex(0 if total else 1)
        self._select_place(self.model.place_of(kept) if kept is not None else -1)
        self._select_again(pile)
        self.loaded.emit()

    def selected(self) -> Row | None:
        """The values of the selected row."""
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def chosen(self) -> list[str]:
        """The ids of all selected rows, as they stand."""
        numbers = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        return [str(self.model.row(number).get("id") or "") for number in numbers]

    def select_record(self, record: str) -> None:
        """Selects a record among the first pages."""
        for number in range(min(self.model.rowCount(), 1000)):
            if self.model.row(number).get("id") == record:
                self._select_place(number)
                return

    def focus_filter(self) -> None:
        """Ctrl+F."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the list and of the filter box; the growing column follows the width."""
        if not hasattr(self, "filter"):  # the garbage collector took the panel apart before its table was gone
            return False
        if event.type() == QEvent.Type.Resize and watched is self.view.viewport():
            self._fit()
        if watched is self.filter and passes_undo_on(self.filter, event):
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._clears(watched, event):
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            handled = self._filter_key(event) if watched is self.filter else self._list_key(event)
            if handled:
                return True
        return super().eventFilter(watched, event)

    def _clears(self, watched: QObject, event: QKeyEvent) -> bool:
        """Esc empties the filter before the window may take it for going back."""
        return watched is self.filter and event.key() == Qt.Key.Key_Escape and bool(self.filter.text())

    def _filter_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            if self._pause.isActive():
                self.reload()
            self.view.setFocus()
            self._select_place(max(self.view.currentIndex().row(), 0))
            return True
        if event.key() == Qt.Key.Key_Escape and self.filter.text():
            self.filter.clear()
            self.reload()
            return True
        return False

    def _list_key(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy):
            numbers = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
            QGuiApplication.clipboard().setText(self.model.copied(numbers))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open(self.view.currentIndex())
            return True
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if plain and event.text().isprintable() and event.text().strip():
            self.filter.setFocus()
            self.filter.setText(self.filter.text() + event.text())
            self._typed("")
            return True
        return False

    def _table(self, name: str) -> QTableView:
        view = QTableView(self)
        view.setModel(self.model)
        view.setItemDelegate(RowPainter(self.model, view))
        view.setAccessibleName(name)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setAlternatingRowColors(True)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(metrics().row)
        self._head(view.horizontalHeader())
        view.selectionModel().currentRowChanged.connect(self._moved)
        view.doubleClicked.connect(self._open)
        return view

    def _head(self, head: QHeaderView) -> None:
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setMinimumSectionSize(metrics().chars(2))
        for number, column in enumerate(self.model.columns):
            head.resizeSection(number, _least(column))
        head.setStretchLastSection(not any(column.grows for column in self.model.columns))
        head.sectionClicked.connect(self._sort)

    def _fit(self) -> None:
        head = self.view.horizontalHeader()
        growing = [number for number, column in enumerate(self.model.columns) if column.grows]
        fixed = sum(head.sectionSize(number) for number in range(head.count()) if number not in growing)
        least = [_least(self.model.columns[number]) for number in growing]
        spare = max(0, self.view.viewport().width() - fixed - sum(least))
        for place, (number, size) in enumerate(zip(growing, least, strict=True)):
            share = spare // (len(growing) - place)
            spare -= share
            head.resizeSection(number, size + share)

    def _sort(self, number: int) -> None:
        order = self.model.columns[number].order
        if not order:
            return
        self.model.descending = not self.model.descending if order == self.model.order else False
        self.model.order = order
        side = Qt.SortOrder.DescendingOrder if self.model.descending else Qt.SortOrder.AscendingOrder
        self.view.horizontalHeader().setSortIndicator(number, side)
        self.reload()

    def _typed(self, _text: str) -> None:
        self._pause.start()

    def _toggled(self, _on: bool) -> None:
        self._mark_chips()
        self.reload()

    def _mark_chips(self) -> None:
        for chip, button in self._chips.values():
            button.setText(f"√ {chip.text}" if button.isChecked() else chip.text)

    def _selected_rowid(self) -> int | None:
        index = self.view.currentIndex()
        return self.model.rowid(index.row()) if index.isValid() else None

    def _pile(self) -> list[int]:
        """The row ids of several rows chosen together, as many as a person chooses by hand; empty for one row."""
        chosen_now = self.view.selectionModel().selection()
        ranges = [chosen_now.at(place) for place in range(chosen_now.size())]
        count = sum(chosen.height() for chosen in ranges)
        if not 1 < count <= MOST_KEPT:
            return []
        return [self.model.rowid(row) for chosen in ranges for row in range(chosen.top(), chosen.bottom() + 1)]

    def _select_again(self, pile: Sequence[int]) -> None:
        """What was chosen together stays chosen when the list is read again, as far as it is still in it."""
        flags = QItemSelectionModel.SelectionFlag
        for place in filter(lambda found: found >= 0, map(self.model.place_of, pile)):
            self.view.selectionModel().select(self.model.index(place, 0), flags.Select | flags.Rows)

    def _select_place(self, number: int) -> None:
        if number < 0 and self.model.rowCount():
            number = 0
        if 0 <= number < self.model.rowCount():
            index = self.model.index(number, 0)
            flags = QItemSelectionModel.SelectionFlag
            self.view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.view.scrollTo(index)

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.picked.emit(str(self.model.row(current.row()).get("id") or "") if current.isValid() else "")

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(str(self.model.row(index.row()).get("id") or ""))


def _least(column: Column) -> int:
    return metrics().chars(max(column.width, len(column.heading) + 1))


def _plain_count(total: int) -> str:
    return f"{total:,} dòng".replace(",", ".")
