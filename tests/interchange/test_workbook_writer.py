"""What goes out to Excel comes back as it was: leading zeros, dates, letters, and texts that look like formulas."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qms_desktop.domain.errors import InterchangeError
from qms_desktop.interchange.grids import read_grids
from qms_desktop.interchange.workbook_writer import Remark, Table, write_workbook

ROW = ("0912345678", "000.00.28.H61", "Nguyễn Thị Ngữ", date(2026, 7, 1), datetime(2026, 7, 1, 8, 30), 12, "=1+1", "a\x07b", None)


def written(path: Path, **more: object) -> Path:
    write_workbook(path, [Table("Sổ/2026", [f"Cột {n}" for n in range(1, 10)], [ROW], **more)])  # type: ignore[arg-type]
    return path


def test_every_value_comes_back_as_it_was(tmp_path: Path) -> None:
    grid = read_grids(written(tmp_path / "out.xlsx"))[0]
    texts = [cell.text for cell in grid.row(2)]
    assert texts == ["0912345678", "000.00.28.H61", "Nguyễn Thị Ngữ", "01/07/2026", "01/07/2026 08:30", "12", "=1+1", "ab", ""]
    assert isinstance(grid.row(2)[3].value, date)


def test_a_text_is_never_a_formula(tmp_path: Path) -> None:
    sheet = load_workbook(written(tmp_path / "out.xlsx"))["Sổ 2026"]
    assert (sheet["G2"].value, sheet["G2"].data_type) == ("=1+1", "s")


def test_a_mark_says_why(tmp_path: Path) -> None:
    path = written(tmp_path / "out.xlsx", remarks={1: [Remark(3, "Thiếu họ.")]})
    cell = load_workbook(path)["Sổ 2026"]["C2"]
    assert cell.comment is not None
    assert "Thiếu họ." in cell.comment.text
    assert cell.fill.fgColor.rgb == "FFF4B6B6"


def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InterchangeError, match="QMS-756"):
        write_workbook(tmp_path / "none" / "out.xlsx", [Table("x", ["a"], [])])
    assert list(tmp_path.iterdir()) == []
