"""Registers as offices keep them, made on the spot: titles above, merged headers, months between, sums and signatures below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

HEADER = ("STT", "Mã hồ sơ", "Họ và tên người nộp", "Thủ tục", "Nhận", None, "Kết quả", None)
SECOND = (None, None, None, None, "Ngày nhận", "Hẹn trả", "Ngày trả", "Ghi chú")


def register(path: Path, rows: Sequence[Sequence[Any]], *, font: str = "") -> Path:
    """A register of one sheet with a two-row merged header in rows 5 and 6, a row of column numbers, a sum and a foot."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Thang 7"
    sheet["A1"] = "ỦY BAN NHÂN DÂN XÃ MẪU"
    sheet.merge_cells("A1:D1")
    sheet["A3"] = "SỔ THEO DÕI HỒ SƠ NĂM 2025"
    sheet.merge_cells("A3:H3")
    body = [HEADER, SECOND, [f"({n})" for n in range(1, 9)], *rows, ["", "Tổng cộng", len(rows)], [], [None, "Người lập biểu"]]
    for at, row in enumerate(body, 5):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(at, column, value)
            if font and at > 7:
                cell.font = Font(name=font)
    for span in ("A5:A6", "B5:B6", "C5:C6", "D5:D6", "E5:F5", "G5:H5"):
        sheet.merge_cells(span)
    sheet.cell(200_000, 40).number_format = "0.00"
    book.save(path)
    return path


def usual_rows() -> list[list[Any]]:
    """Rows with dates in every shape people write, a month between them and an empty one."""
    return [
        [1, "H01", "Nguyễn Văn An (0912 345 678)", "Chứng thực bản sao", datetime(2025, 7, 1, 8, 30), "2/7/25", None, None],
        [2, "H02", "Trần Thị Bé", "Khai sinh", "01.07.2025", date(2025, 7, 3), "03-07-2025", "đã trả"],
        [None, "Tháng 8/2025"],
        [],
        [3, "H03", "Lê Đức\nPhạm Mơ", "Khai tử", 45870, "8h15 ngày 4/8/2025", None, None],
    ]
