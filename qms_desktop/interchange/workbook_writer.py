"""Tables out to Excel as people expect them: leading zeros, dates and letters stay, and no text ever becomes a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qms_desktop.domain.errors import InterchangeError

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CellValue = str | int | float | bool | date | datetime | None

_DAY, _MOMENT, _TEXT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "@"
_MARK = "FFF4B6B6"
_HEAD = "FFE4ECF4"
_MOST_CHARACTERS = 32_767
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of a cell: at `column` of a row, from 1."""

    column: int
    words: str
    fault: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table to write: title lines above, one header row, rows of values. `remarks` by row, from 1."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[CellValue]]
    titles: Sequence[str] = ()
    remarks: Mapping[int, Sequence[Remark]] | None = None


def write_workbook(path: Path, tables: Iterable[Table]) -> None:
    """Write a workbook whole or not at all; InterchangeError QMS-756 when it cannot be written (open in Excel, no room)."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _write(book.create_sheet(_sheet_name(table.name, book.sheetnames)), table)
    half = path.with_name(path.name + ".part")
    try:
        book.save(half)
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise InterchangeError(
            "QMS-756",
            f"Không ghi được tệp {path.name}.",
            do="Hãy đóng tệp nếu đang mở trong Excel, hoặc chọn nơi khác còn chỗ trống rồi thử lại.",
        ) from error


def _sheet_name(name: str, taken: Sequence[str]) -> str:
    """A name that Excel accepts: without its signs, at most 31 characters, each once."""
    bare = "".join(" " if char in "[]:*?/\\'" else char for char in name).strip()[:28] or "Bảng"
    return bare if bare not in taken else f"{bare} {len(taken) + 1}"


def _write(sheet: Worksheet, table: Table) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for row, title in enumerate(table.titles, 1):
        _put(sheet.cell(row, 1), title)
        sheet.cell(row, 1).font = Font(bold=row == 1)
    top = len(table.titles) + (2 if table.titles else 1)
    for column, label in enumerate(table.header, 1):
        head = sheet.cell(top, column)
        _put(head, label)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD)
        head.alignment = Alignment(wrap_text=True, vertical="center")
    for at, values in enumerate(table.rows, 1):
        for column, value in enumerate(values, 1):
            _put(sheet.cell(top + at, column), value)
        for remark in (table.remarks or {}).get(at, ()):
            _mark(sheet.cell(top + at, remark.column), remark)
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    if table.header:
        last = get_column_letter(len(table.header))
        sheet.auto_filter.ref = f"A{top}:{last}{top + len(table.rows)}"
    for column in range(1, len(table.header) + 1):
        texts = [table.header[column - 1], *(_shown(row[column - 1]) for row in table.rows[:500] if column <= len(row))]
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, 2 + max(map(len, texts)))


def _put(cell: Any, value: CellValue) -> None:
    if isinstance(value, str):
        cell.value = _writable(value)
        cell.data_type = "s"  # a text that begins with "=" stays a text
        cell.number_format = _TEXT
        return
    cell.value = value
    if isinstance(value, datetime):
        cell.number_format = _MOMENT
    elif isinstance(value, date):
        cell.number_format = _DAY


def _writable(text: str) -> str:
    """Without the control characters that a workbook cannot hold, and no longer than a cell can be."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub("", text))[:_MOST_CHARACTERS]


def _mark(cell: Any, remark: Remark) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    said = f"{cell.comment.text}\n{remark.words}" if cell.comment else remark.words
    cell.comment = Comment(said, "ISO điện tử", width=320, height=90)
    if remark.fault:
        cell.fill = PatternFill("solid", fgColor=_MARK)


def _shown(value: CellValue) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value).split("\n")[0]
