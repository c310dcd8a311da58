"""Workbooks of Excel 97–2003 (`.xls`), as many offices still keep them."""

from __future__ import annotations

import io
from typing import Any

from qms_desktop.interchange.grids import MAX_COLUMNS, Fault, Grid, grid, locked


def read_xls(data: bytes, name: str) -> list[Grid]:
    """The sheets of a workbook; raises InterchangeError when it is locked by a password."""
    import xlrd
    from xlrd.biffh import XLRDError

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except XLRDError as error:
        if "encrypted" in str(error).lower():
            raise locked(name) from error
        raise
    return [_sheet(book, sheet) for sheet in book.sheets()]


def _sheet(book: Any, sheet: Any) -> Grid:
    width = min(sheet.ncols, MAX_COLUMNS)
    rows = [[_value(book, cell) for cell in sheet.row(r)[:width]] for r in range(sheet.nrows)]
    fonts = {
        (r + 1, c + 1): _font(book, sheet.cell_xf_index(r, c))
        for r in range(sheet.nrows)
        for c in range(min(sheet.row_len(r), width))
        if sheet.cell_type(r, c) == 1
    }
    return grid(
        sheet.name,
        rows,
        merges=[(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells],
        fonts=fonts,
        hidden_columns=frozenset(c + 1 for c, info in sheet.colinfo_map.items() if info.hidden),
        hidden_rows=frozenset(r + 1 for r, info in sheet.rowinfo_map.items() if info.hidden),
        hidden=sheet.visibility != 0,
    )


def _font(book: Any, format_index: int) -> str:
    return str(book.font_list[book.xf_list[format_index].font_index].name)


def _value(book: Any, cell: Any) -> object:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError, xlrd.XLDateError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return Fault.ERROR
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    return cell.value
