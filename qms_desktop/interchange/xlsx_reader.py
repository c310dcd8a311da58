"""Workbooks of today (`.xlsx`, `.xlsm`): values as last computed, merged cells, fonts, hidden rows and columns."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qms_desktop.interchange.grids import MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED_BYTES, Fault, Grid, grid, too_large

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_EMPTY_ROWS_TO_STOP = 2_000


def read_xlsx(data: bytes, name: str) -> list[Grid]:
    """The sheets of a workbook; raises InterchangeError when it unpacks to more than an office's table can be."""
    import warnings

    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise too_large(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of drawings and styles it does not keep; nothing is written back
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return [_sheet(sheet) for sheet in book.worksheets]


def _sheet(sheet: Worksheet) -> Grid:
    cells = dict(_used(sheet))
    height = max((row for row, _ in cells), default=0)
    width = max((column for _, column in cells), default=0)
    rows = [[_value(cells.get((r, c))) for c in range(1, width + 1)] for r in range(1, height + 1)]
    return grid(
        sheet.title,
        rows,
        merges=[(span.min_row, span.min_col, span.max_row, span.max_col) for span in sheet.merged_cells.ranges],
        fonts={place: cell.font.name or "" for place, cell in cells.items() if isinstance(cell.value, str)},
        hidden_columns=_hidden_columns(sheet),
        hidden_rows=frozenset(number for number, row in sheet.row_dimensions.items() if row.hidden),
        hidden=sheet.sheet_state != "visible",
    )


def _used(sheet: Worksheet) -> Iterator[tuple[tuple[int, int], Any]]:
    """Cells that hold something. The workbook is held in memory as a mapping, so formats to the last row cost nothing here."""
    for (row, column), cell in sheet._cells.items():
        if cell.value is not None and row <= MAX_ROWS + _EMPTY_ROWS_TO_STOP and column <= MAX_COLUMNS:
            yield (row, column), cell


def _value(cell: Any) -> object:
    if cell is None:
        return None
    return Fault.ERROR if cell.data_type == "e" else cell.value


def _hidden_columns(sheet: Worksheet) -> frozenset[int]:
    return frozenset(
        number
        for column in sheet.column_dimensions.values()
        if column.hidden and column.min and column.max
        for number in range(column.min, min(column.max, MAX_COLUMNS) + 1)
    )
