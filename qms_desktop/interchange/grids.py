"""Tables of other programs as a plain grid of cells: `.xlsx`, `.xls` and `.csv`, with everything offices do to them.

Merged cells carry their value into every cell they cover, texts of old fonts are read (`old_fonts`), numbers keep what a
person saw (a code typed as a number has no ".0"), dates are dates. What lies below or right of the last value is no part of the
grid, however far its formats reach. The file is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from pathlib import Path

from qms_desktop.domain.errors import AppError, InterchangeError
from qms_desktop.domain.text import clean
from qms_desktop.interchange import old_fonts

MAX_FILE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 500_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 300
_PLAUSIBLE = 0.9


class Fault(Enum):
    """What a workbook's own program could not compute, as it shows it."""

    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its value, and where it stands. `merged`: the value belongs to a cell above or to the left."""

    value: str | int | float | bool | date | datetime | Fault | None
    row: int
    column: int
    merged: bool = False

    @property
    def address(self) -> str:
        """As the office program names it: "C7"."""
        return f"{column_name(self.column)}{self.row}"

    @property
    def text(self) -> str:
        """What a person sees in it, tidied; "" for an empty one. Whole numbers have no fraction, dates are dd/MM/yyyy."""
        value = self.value
        if value is None or isinstance(value, (bool, Fault)):
            return ""
        if isinstance(value, datetime):
            return f"{value:%d/%m/%Y %H:%M}" if (value.hour, value.minute) != (0, 0) else f"{value:%d/%m/%Y}"
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        if isinstance(value, float):
            return f"{value:.0f}" if value == int(value) else repr(value)
        return " ".join(str(value).split(" ")).strip() if isinstance(value, str) else str(value)

    @property
    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return self.text == "" and not isinstance(self.value, Fault)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. Rows are as wide as the widest; the first row is row 1 of the sheet, so `rows[6][2]` is C7."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden_columns: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden: bool = False

    def row(self, number: int) -> tuple[Cell, ...]:
        """The row with this number, from 1."""
        return self.rows[number - 1]


def column_name(column: int) -> str:
    """1 → "A", 27 → "AA"."""
    name = ""
    while column:
        column, place = divmod(column - 1, 26)
        name = chr(ord("A") + place) + name
    return name


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Every sheet that holds something, in the order of the file.

    Raises InterchangeError: QMS-751 cannot be opened, QMS-752 no workbook, QMS-753 too large, QMS-754 protected by a
    password, QMS-755 nothing in it.
    """
    data = _bytes(path)
    try:
        grids = _reader(data, path)
    except AppError:
        raise
    except Exception as error:  # a damaged file makes its reader fail in any way
        raise damaged(path.name) from error
    kept = tuple(grid for grid in grids if grid.rows)
    if not kept:
        raise InterchangeError("QMS-755", f"Tệp {path.name} không có dữ liệu.", do="Hãy chọn tệp khác.")
    return kept


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise too_large(path.name)
        return path.read_bytes()
    except OSError as error:
        do = "Hãy đóng tệp nếu đang mở trong Excel, kiểm tra tên tệp và quyền đọc rồi thử lại."
        raise InterchangeError("QMS-751", f"Không mở được tệp {path.name}.", do=do) from error


def _reader(data: bytes, path: Path) -> list[Grid]:
    """By what the file is, not by what it is called: exports named `.xls` are often something else."""
    if data.startswith(b"PK\x03\x04"):
        from qms_desktop.interchange.xlsx_reader import read_xlsx

        return read_xlsx(data, path.name)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        from qms_desktop.interchange.xls_reader import read_xls

        return read_xls(data, path.name)
    if path.suffix.lower() in {".csv", ".txt", ".tsv"}:
        from qms_desktop.interchange.csv_reader import read_csv

        return [read_csv(data, path.name)]
    raise damaged(path.name)


def damaged(name: str) -> InterchangeError:
    """The file cannot be read as any table."""
    return InterchangeError(
        "QMS-752",
        f"Tệp {name} không phải bảng tính đọc được (.xlsx, .xls hoặc .csv), hoặc đã hỏng.",
        do="Hãy mở tệp bằng Excel hoặc LibreOffice, lưu lại thành .xlsx rồi chọn lại.",
    )


def too_large(name: str) -> InterchangeError:
    """The file, or what it unpacks to, is beyond what an office keeps in a table."""
    return InterchangeError(
        "QMS-753", f"Tệp {name} quá lớn để nhập.", do="Hãy tách tệp thành nhiều tệp nhỏ hơn, mỗi tệp một năm."
    )


def locked(name: str) -> InterchangeError:
    """The file asks for a password."""
    return InterchangeError(
        "QMS-754", f"Tệp {name} có mật khẩu nên không đọc được.", do="Hãy mở bằng Excel, bỏ mật khẩu, lưu lại rồi chọn lại."
    )


def grid(
    name: str,
    rows: Iterable[Sequence[object]],
    *,
    merges: Iterable[tuple[int, int, int, int]] = (),
    fonts: dict[tuple[int, int], str] | None = None,
    hidden_columns: frozenset[int] = frozenset(),
    hidden_rows: frozenset[int] = frozenset(),
    hidden: bool = False,
) -> Grid:
    """A grid of raw values. `merges`: first row, first column, last row, last column, from 1, inclusive; `fonts` by place."""
    fonts = fonts or {}
    cells = [
        [Cell(_plain(value, fonts.get((r, c), "")), r, c) for c, value in enumerate(row[:MAX_COLUMNS], 1)]
        for r, row in enumerate(rows, 1)
    ]
    _spread(cells, merges)
    used = _trimmed(cells)
    if len(used) > MAX_ROWS:
        raise too_large(name)
    return Grid(name, _judged(used), hidden_columns, hidden_rows, hidden)


def _plain(value: object, font: str) -> str | int | float | bool | date | datetime | Fault | None:
    if isinstance(value, str):
        written = old_fonts.by_font(font)
        text = old_fonts.composed(value, written, capitals=old_fonts.is_capital(font)) if written else value
        return clean(text.replace("\u00a0", " ")) or None
    if value is None or isinstance(value, (bool, int, date, Fault)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) < 1e18 else None
    return str(value)


def _spread(cells: list[list[Cell]], merges: Iterable[tuple[int, int, int, int]]) -> None:
    for top, left, bottom, right in merges:
        if top > len(cells) or left > len(cells[top - 1]):
            continue
        source = cells[top - 1][left - 1]
        for row in cells[top - 1 : bottom]:
            for at in range(left - 1, min(right, len(row))):
                if row[at] is not source:
                    row[at] = replace(row[at], value=source.value, merged=True)


def _trimmed(cells: list[list[Cell]]) -> list[list[Cell]]:
    """Without what is empty to the end, below and at the right; all rows of one width."""
    height = max((number for number, row in enumerate(cells, 1) if any(not cell.empty for cell in row)), default=0)
    kept = cells[:height]
    width = max((cell.column for row in kept for cell in row if not cell.empty), default=0)
    return [row[:width] + [Cell(None, number, c) for c in range(len(row) + 1, width + 1)] for number, row in enumerate(kept, 1)]


def _judged(cells: list[list[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """With texts of an old font read where no font name said so: by what is no Vietnamese as it stands."""
    marked = [cell.value for row in cells for cell in row if isinstance(cell.value, str) and not cell.value.isascii()]
    written = old_fonts.by_look([text for text in marked if (old_fonts.plausibility(text) or 0.0) < _PLAUSIBLE])
    if written is None:
        return tuple(tuple(row) for row in cells)
    return tuple(_reread(row, written) for row in cells)


def _reread(row: list[Cell], written: old_fonts.OldFont) -> tuple[Cell, ...]:
    """The cells that make better words so. A word that is one either way ("Tù", "phóc") goes with the others of its row."""
    better = {cell.column: clean(old_fonts.composed(str(cell.value), written)) for cell in row if _gain(cell, written) > 0}
    if better and not any(_of_today(cell) for cell in row):
        alike = [cell for cell in row if _gain(cell, written) == 0 and isinstance(cell.value, str)]
        better |= {cell.column: clean(old_fonts.composed(str(cell.value), written)) for cell in alike}
    return tuple(replace(cell, value=better[cell.column]) if cell.column in better else cell for cell in row)


def _gain(cell: Cell, written: old_fonts.OldFont) -> float:
    """How much more a cell looks like Vietnamese when it is read in the old font; negative for one of today."""
    if not isinstance(cell.value, str) or cell.value.isascii() or _of_today(cell):
        return -1.0
    read = old_fonts.plausibility(old_fonts.composed(cell.value, written)) or 0.0
    return read - (old_fonts.plausibility(cell.value) or 0.0)


def _of_today(cell: Cell) -> bool:
    """Whether it holds a letter that no 8-bit font has."""
    return isinstance(cell.value, str) and any("\u0100" <= char <= "\u1eff" for char in cell.value)
