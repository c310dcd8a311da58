"""The lines that could not be taken over, as a workbook: each cell that needs a hand is red and says why."""

from __future__ import annotations

from pathlib import Path

from qms_desktop.interchange.grids import Cell, Fault
from qms_desktop.interchange.workbook_writer import CellValue, Remark, Table, write_workbook
from qms_desktop.usecases.registers.importing import Plan, Row, Standing
from qms_desktop.usecases.registers.reading import Note


def hand_back(plan: Plan, path: Path) -> int:
    """Write the faulty lines with their header; returns how many. Mended there, the workbook can be taken in again."""
    faulty = [row for row in plan.rows if row.standing is Standing.FAULT]
    width = max(plan.header.titles, default=1)
    table = Table(
        plan.grid.name,
        [plan.header.titles.get(column, "") for column in range(1, width + 1)],
        [[_value(cell) for cell in plan.grid.row(row.number)[:width]] for row in faulty],
        titles=(
            "Các dòng chưa nhập được",
            "Sửa những ô màu đỏ (trỏ chuột vào ô để xem lý do), lưu lại rồi nhập chính tệp này.",
        ),
        remarks={at: [_remark(row, note) for note in row.notes] for at, row in enumerate(faulty, 1)},
    )
    write_workbook(path, [table])
    return len(faulty)


def _value(cell: Cell) -> CellValue:
    return "" if isinstance(cell.value, Fault) else cell.value


def _remark(row: Row, note: Note) -> Remark:
    return Remark(_column(note.address), f"Dòng {row.number}: {note.words}", note.fault)


def _column(address: str) -> int:
    number = 0
    for char in address:
        if char.isalpha():
            number = number * 26 + ord(char) - ord("A") + 1
    return max(number, 1)
