"""A list of any length: an array of row ids, and pages of rows fetched when they come into view, the oldest forgotten.

A 200,000-row list costs its id array (1.6 MB) and a few pages; sorting and filtering are the store's work, on stored,
indexed keys.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from qms_desktop.domain.fields import Field, Kind, RecordKind
from qms_desktop.gui.desk import Condition, Row
from qms_desktop.gui.values import shown

PAGE = 64
"""Rows read at once: a little more than a screen shows, so that a jump anywhere reads one page or two."""
PAGES_KEPT = 40
NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """One column: which value, its heading, its width in characters, how a row's value is written and coloured.

    ``order`` is the stored sort key behind the heading; an empty one cannot be sorted. A column that ``grows``
    takes the room the others leave.
    """

    name: str
    heading: str
    width: int
    text: Callable[[Row], str]
    order: str = ""
    level: Callable[[Row], str] | None = None
    right: bool = False
    grows: bool = False


class Source(Protocol):
    """Where rows come from."""

    def keys(self, where: Sequence[Condition], text: str, order: str, descending: bool) -> array[int]:
        """Row ids in order."""

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        """Those rows, in the order asked; each has an "id"."""


class _Cell:
    def __init__(self, field: Field) -> None:
        self._field = field

    def __call__(self, row: Row) -> str:
        return shown(self._field, row.get(self._field.name))


def columns_of(kind: RecordKind, names: Sequence[str] = ()) -> list[Column]:
    """The columns a kind of record shows in lists: its fields with a width, or the named ones."""
    fields = [kind.field(name) for name in names] or [field for field in kind.fields if field.width]
    numbers = (Kind.INTEGER, Kind.MONEY)
    return [Column(f.name, f.label, f.width or 12, _Cell(f), f.name, right=f.kind in numbers) for f in fields]


class RecordTable(QAbstractTableModel):
    """The model; ``load`` asks the source again, everything else only reads."""

    def __init__(self, source: Source, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.order = ""
        self.descending = False
        self._source = source
        self._keys: array[int] = array("q")
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._here: tuple[int, list[Row]] = (-1, [])
        self.sides = tuple(_side(column) for column in self.columns)

    def load(self, where: Sequence[Condition] = (), text: str = "") -> None:
        """Reads the keys again; pages are fetched when they are looked at."""
        self.beginResetModel()
        self._keys = self._source.keys(where, text, self.order, self.descending)
        self._pages.clear()
        self._here = (-1, [])
        self.endResetModel()

    def row(self, number: int) -> Row:
        """The values of a row."""
        page, inside = divmod(number, PAGE)
        if page != self._here[0]:
            self._here = (page, self._page(page))
        rows = self._here[1]
        return rows[inside] if inside < len(rows) else {}

    def rowid(self, number: int) -> int:
        """The row id at a place."""
        return self._keys[number]

    def place_of(self, rowid: int) -> int:
        """Where a row id stands now, or -1."""
        try:
            return self._keys.index(rowid)
        except ValueError:
            return -1

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """The true count."""
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text and alignment of a cell; its colour is the painter's."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.words(index.row(), index.column())
        return self.sides[index.column()] if role == Qt.ItemDataRole.TextAlignmentRole else None

    def words(self, number: int, column: int) -> str:
        """The text of a cell in one line."""
        return self.columns[column].text(self.row(number)).replace("\n", " ")

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The headings."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return self.sides[section]
        return None

    def copied(self, numbers: Sequence[int]) -> str:
        """Rows as tab-separated text with their headings."""
        lines = ["\t".join(column.heading for column in self.columns)]
        for number in numbers:
            row = self.row(number)
            lines.append("\t".join(_flat(column.text(row)) for column in self.columns))
        return "\n".join(lines)

    def _page(self, page: int) -> list[Row]:
        if page in self._pages:
            self._pages.move_to_end(page)
            return self._pages[page]
        rows = self._source.rows(self._keys[page * PAGE : (page + 1) * PAGE])
        self._pages[page] = rows
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return rows


def _side(column: Column) -> int:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


def _flat(text: str) -> str:
    return " ".join(text.split())
