"""Registers as offices keep them are read cell by cell, and what is no record says why."""

from __future__ import annotations

import contextlib
import io
from datetime import date, datetime
from pathlib import Path

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from qms_desktop.domain.errors import InputError, InterchangeError
from qms_desktop.interchange.cell_values import Named, id_number, moment, people, phone
from qms_desktop.interchange.csv_reader import read_csv
from qms_desktop.interchange.grids import Cell, Fault, Grid, column_name, read_grids
from qms_desktop.interchange.header_finder import Line, Skipped, Wanted, find_header, lines
from tests.interchange.workbooks import register, usual_rows

WANTED = (
    Wanted("code", "Mã hồ sơ", ("mã hồ sơ", "số hồ sơ"), required=True),
    Wanted("name", "Người nộp", ("họ và tên người nộp", "họ tên", "tổ chức cá nhân"), required=True),
    Wanted("procedure", "Thủ tục", ("thủ tục", "tên thủ tục hành chính"), required=True),
    Wanted("received", "Ngày nhận", ("ngày nhận", "ngày tiếp nhận"), required=True),
    Wanted("due", "Hẹn trả", ("hẹn trả", "ngày hẹn trả")),
    Wanted("delivered", "Ngày trả", ("ngày trả", "ngày trả kết quả")),
    Wanted("note", "Ghi chú", ("ghi chú",)),
)
TODAY = date(2026, 11, 22)


def at(value: object) -> Cell:
    return Cell(value, 7, 3)  # type: ignore[arg-type]


def records(grid: Grid) -> list[Line]:
    header = find_header(grid, WANTED)
    assert header is not None
    return [line for line in lines(grid, header) if line.skipped is None]


def test_the_header_is_found_under_titles_and_merged_cells(tmp_path: Path) -> None:
    grid = read_grids(register(tmp_path / "so.xlsx", usual_rows()))[0]
    header = find_header(grid, WANTED)
    assert header is not None
    assert header.last == 6
    assert header.columns == {"code": 2, "name": 3, "procedure": 4, "received": 5, "due": 6, "delivered": 7, "note": 8}


def test_every_row_below_the_header_is_a_record_or_says_why_not(tmp_path: Path) -> None:
    grid = read_grids(register(tmp_path / "so.xlsx", usual_rows()))[0]
    header = find_header(grid, WANTED)
    assert header is not None
    assert [line.skipped for line in lines(grid, header)] == [
        Skipped.NUMBERS,
        None,
        None,
        Skipped.SECTION,
        Skipped.BLANK,
        None,
        Skipped.SUM,
        Skipped.BLANK,
        Skipped.FOOT,
    ]


def test_formats_far_below_cost_nothing(tmp_path: Path) -> None:
    grid = read_grids(register(tmp_path / "so.xlsx", usual_rows()))[0]
    assert (len(grid.rows), len(grid.rows[0])) == (15, 8)


def test_a_header_that_is_printed_again_on_each_page_is_no_record(tmp_path: Path) -> None:
    rows = usual_rows()
    again = [*rows, ["STT", "Mã hồ sơ", "Họ và tên người nộp", "Thủ tục", "Ngày nhận", "Hẹn trả", "Ngày trả", "Ghi chú"], rows[0]]
    assert len(records(read_grids(register(tmp_path / "so.xlsx", again))[0])) == 4


@pytest.mark.parametrize("font", [".VnTime", "Times New Roman"])
def test_a_register_in_an_old_font_is_read(tmp_path: Path, font: str) -> None:
    """By the name of the font; or, where it was lost, by how the letters look."""
    rows = [[1, "H01", "NguyÔn V¨n §øc", "Chøng thùc b¶n sao ®óng víi b¶n chÝnh", "1/7/2025", None, None, "®· tr¶"]]
    line = records(read_grids(register(tmp_path / "so.xlsx", rows, font=font))[0])[0]
    assert line.cell(3).text == "Nguyễn Văn Đức"
    assert line.cell(4).text == "Chứng thực bản sao đúng với bản chính"


def test_a_workbook_of_excel_2003_is_read(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sổ")
    sheet.write_merge(0, 0, 0, 4, "SỔ THEO DÕI")
    for column, title in enumerate(("STT", "Mã hồ sơ", "Họ tên", "Thủ tục", "Ngày nhận")):
        sheet.write(2, column, title)
    dated = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for column, value in enumerate((1, "0012", "Trần Bé", "Khai sinh")):
        sheet.write(3, column, value)
    sheet.write(3, 4, datetime(2025, 7, 1), dated)
    path = tmp_path / "so.xls"
    book.save(str(path))
    (line,) = records(read_grids(path)[0])
    assert [cell.text for cell in line.cells] == ["1", "0012", "Trần Bé", "Khai sinh", "01/07/2025"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_as_text_is_read_in_any_spelling(encoding: str, sign: str) -> None:
    text = sign.join(("Mã hồ sơ", "Họ tên", "Ngày nhận")) + "\r\n" + sign.join(("007", '"Lê Đức, Mơ; Bé"', "1/7/2025")) + "\r\n"
    grid = read_csv(text.encode(encoding), "so.csv")
    assert [cell.text for cell in grid.row(2)] == ["007", "Lê Đức, Mơ; Bé", "1/7/2025"]


def test_a_table_as_text_in_the_vietnamese_code_page() -> None:
    import unicodedata

    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for char in "Họ tên;Ngày nhận\nNguyễn Đức;1/7/2025\n":
        apart = unicodedata.normalize("NFD", char)
        tone = "".join(mark for mark in apart if mark in tones)
        parts.append(unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in tones)) + tone)
    grid = read_csv("".join(parts).encode("cp1258"), "so.csv")
    assert [[cell.text for cell in row] for row in grid.rows] == [["Họ tên", "Ngày nhận"], ["Nguyễn Đức", "1/7/2025"]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2025, 7, 1, 8, 30), datetime(2025, 7, 1, 8, 30)),
        (date(2025, 7, 1), datetime(2025, 7, 1)),
        (45839, datetime(2025, 7, 1)),
        (45839.5, datetime(2025, 7, 1, 12)),
        ("1/7/25", datetime(2025, 7, 1)),
        ("01.07.2025", datetime(2025, 7, 1)),
        ("01-07-2025 ", datetime(2025, 7, 1)),
        ("2025-07-01", datetime(2025, 7, 1)),
        ("2025/7/1", datetime(2025, 7, 1)),
        ("ngày 1 tháng 7 năm 2025", datetime(2025, 7, 1)),
        ("Thứ ba, 01/07/2025", datetime(2025, 7, 1)),
        ("8h30 ngày 1/7/2025", datetime(2025, 7, 1, 8, 30)),
        ("01/07/2025 14:05", datetime(2025, 7, 1, 14, 5)),
        ("01/07/2025 14:05:59", datetime(2025, 7, 1, 14, 5)),
        ("1/7/2025 2:05 CH", datetime(2025, 7, 1, 14, 5)),
        ("Lúc 8 giờ 15 phút, ngày 01 / 07 / 2025", datetime(2025, 7, 1, 8, 15)),
        ("2025-07-01T08:30", datetime(2025, 7, 1, 8, 30)),
        (None, None),
        ("  ", None),
    ],
)
def test_a_moment_in_any_shape(value: object, expected: datetime | None) -> None:
    assert moment(at(value), TODAY) == expected


@pytest.mark.parametrize("value", ["31/02/2025", "tháng 7", "7/2025", "mai", Fault.ERROR, 12, "1/7", "45/45/2025 99:99"])
def test_what_is_no_moment_is_said_so(value: object) -> None:
    with pytest.raises(InputError):
        moment(at(value), TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nguyễn Văn An", (Named("Nguyễn Văn An"),)),
        ("Nguyễn Văn An (0912 345 678)", (Named("Nguyễn Văn An", "0912345678"),)),
        ("Nguyễn Văn An - SĐT: 0912.345.678", (Named("Nguyễn Văn An", "0912345678"),)),
        ("Ông Nguyễn Văn An, +84 912 345 678", (Named("Nguyễn Văn An", "0912345678"),)),
        ("Lê Đức\nPhạm Mơ", (Named("Lê Đức"), Named("Phạm Mơ"))),
        ("Lê Đức và Phạm Mơ", (Named("Lê Đức"), Named("Phạm Mơ"))),
        ("1. Lê Đức (0912345678); 2. Phạm Mơ (0987654321)", (Named("Lê Đức", "0912345678"), Named("Phạm Mơ", "0987654321"))),
        ("Trần Bé, CCCD 086190001234, ĐT 0912345678", (Named("Trần Bé", "0912345678", "086190001234"),)),
        ("Trần Bé\n0912345678", (Named("Trần Bé", "0912345678"),)),
        ("Công ty TNHH Một thành viên Vàm Nao", (Named("Công ty TNHH Một thành viên Vàm Nao"),)),
        ("", ()),
    ],
)
def test_the_persons_of_a_cell(text: str, expected: tuple[Named, ...]) -> None:
    assert people(text) == expected


def test_zeros_that_a_number_format_dropped_come_back_and_are_told() -> None:
    assert (phone(at(912345678)).value, id_number(at(86190001234)).value) == ("0912345678", "086190001234")
    assert phone(at(912345678)).doubt
    assert id_number(at(86190001234)).doubt
    assert phone(at("0912 345 678")) == phone(at("0912345678"))


def test_a_cell_is_named_as_on_the_screen() -> None:
    assert (at("x").address, column_name(27), column_name(702), column_name(703)) == ("C7", "AA", "ZZ", "AAA")


def rubbish() -> list[tuple[str, bytes]]:
    book = Workbook()
    held = io.BytesIO()
    book.save(held)
    whole = held.getvalue()
    return [
        ("leer.xlsx", b""),
        ("word.xlsx", b"PK\x03\x04" + b"\0" * 200),
        ("cut.xlsx", whole[: len(whole) // 2]),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000),
        ("page.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>"),
        ("zero.csv", b"\0\0\0\0,\0\0"),
        ("blank.csv", b"\n\n,,,\n"),
        ("empty.xlsx", whole),
    ]


@pytest.mark.parametrize(("name", "data"), rubbish())
def test_a_file_that_is_no_table_is_refused_with_what_to_do(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InterchangeError) as caught:
        read_grids(path)
    assert caught.value.do


@given(
    st.binary(max_size=400), st.sampled_from(["csv", "xls", "xlsx"]), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
)
def test_no_bytes_make_the_readers_fail_in_another_way(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, end: str, start: bytes
) -> None:
    path = tmp_path_factory.mktemp("rubbish") / f"x.{end}"
    path.write_bytes(start + data)
    with contextlib.suppress(InterchangeError):
        read_grids(path)


def test_a_damaged_byte_anywhere_never_crashes(tmp_path: Path) -> None:
    whole = register(tmp_path / "so.xlsx", usual_rows()).read_bytes()
    for at_byte in range(0, len(whole), 97):
        path = tmp_path / "damaged.xlsx"
        path.write_bytes(whole[:at_byte] + bytes([whole[at_byte] ^ 0x55]) + whole[at_byte + 1 :])
        with contextlib.suppress(InterchangeError):
            read_grids(path)


def test_the_file_is_left_as_it_was(tmp_path: Path) -> None:
    path = register(tmp_path / "so.xlsx", usual_rows())
    before = path.read_bytes()
    read_grids(path)
    assert path.read_bytes() == before
    assert load_workbook(path)["Thang 7"]["B8"].value == "H01"
