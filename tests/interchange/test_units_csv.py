"""Lists of administrative units: what is read, what is refused, and what a later list changed."""

from __future__ import annotations

import dataclasses
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from qms_desktop.domain.errors import InterchangeError
from qms_desktop.domain.records.units import UNIT
from qms_desktop.domain.unit_lists import unit_values
from qms_desktop.interchange.units_csv import UnitRow, diff, parse_units, read_units

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data" / "units-vinh-long.csv"
HEADER = "code,kind,name,full_name,province\n"
LONG_HO = "29602,Xã,Long Hồ,Xã Long Hồ,Tỉnh Vĩnh Long\n"
AN_HOI = "28777,Phường,An Hội,Phường An Hội,Tỉnh Vĩnh Long\n"


def rows(text: str) -> tuple[UnitRow, ...]:
    found = parse_units(text.encode())
    assert found.problems == ()
    return found.rows


def problem(line: str) -> str:
    found = parse_units((HEADER + AN_HOI + line).encode())
    assert [row.code for row in found.rows][:1] == ["28777"]
    assert [p.line for p in found.problems] == [3]
    return found.problems[0].message


@pytest.mark.skipif(not REAL.exists(), reason="the list of units does not lie beside this checkout")
def test_the_real_list_is_the_124_units_of_1_july_2025() -> None:
    found = read_units(REAL)
    assert found.problems == ()
    kinds = [row.kind for row in found.rows]
    assert len(kinds) == 124
    assert kinds.count("xa") == 105
    assert kinds.count("phuong") == 19


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_byte_order_marks_decomposed_words_and_spaces_are_tidied(form: str, mark: str) -> None:
    text = mark + unicodedata.normalize(form, HEADER + "29602, xã ,Long  Hồ,Xã Long Hồ ,Tỉnh Vĩnh Long\r\n\r\n")  # type: ignore[arg-type]
    assert rows(text) == (UnitRow("29602", "xa", "Long Hồ", "Xã Long Hồ", "Tỉnh Vĩnh Long"),)


def test_semicolons_and_another_order_of_columns() -> None:
    text = "province;full_name;name;kind;code\nTỉnh Vĩnh Long;Xã Long Hồ;Long Hồ;Xã;29602\n"
    assert rows(text) == rows(HEADER + LONG_HO)


@pytest.mark.parametrize(("word", "kind"), [("Xã", "xa"), ("PHƯỜNG", "phuong"), ("Đặc khu", "dac_khu"), ("Thị trấn", "thi_tran")])
def test_the_kinds_of_units_and_the_historic_one(word: str, kind: str) -> None:
    assert rows(f"{HEADER}29602,{word},Long Hồ,{word} Long Hồ,Tỉnh Vĩnh Long\n")[0].kind == kind


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("29602,Huyện,Long Hồ,Huyện Long Hồ,Tỉnh Vĩnh Long", "Huyện"),
        ("2960,Xã,Long Hồ,Xã Long Hồ,Tỉnh Vĩnh Long", "5 chữ số"),
        ("29602,Xã,,Xã Long Hồ,Tỉnh Vĩnh Long", "name"),
        ("29602,Xã,Long Hồ,Xã Long Hồ", "4 ô"),
        ("28777,Phường,An Hội,Phường An Hội,Tỉnh Vĩnh Long", "đã có ở trên, như cũ"),
        ("28777,Xã,An Hội,Xã An Hội,Tỉnh Vĩnh Long", "giữ dòng trước"),
        ("29602,Phường,Long Hồ,Xã Long Hồ,Tỉnh Vĩnh Long", "không khớp"),
    ],
)
def test_a_bad_line_is_named_and_the_good_ones_stay(line: str, said: str) -> None:
    assert said in problem(line)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "QMS-733"),
        (b"code,kind\n", "QMS-733"),
        (HEADER.replace("kind", "code").encode(), "QMS-733"),
        ("mã".encode("utf-16"), "QMS-732"),
        ((HEADER + '"' + "x" * 200_000).encode(), "QMS-734"),
    ],
)
def test_a_file_of_another_kind_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InterchangeError) as error:
        parse_units(data)
    assert error.value.code == code


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InterchangeError) as error:
        read_units(tmp_path / "khong-co.csv")
    assert error.value.code == "QMS-731"


def test_a_later_list_that_changes_kinds_and_names() -> None:
    long_ho, an_hoi = rows(HEADER + LONG_HO + AN_HOI)
    town = dataclasses.replace(long_ho, kind="phuong", full_name="Phường Long Hồ")
    new = UnitRow("29700", "xa", "Mới", "Xã Mới", "Tỉnh Vĩnh Long")
    found = diff([long_ho, an_hoi], [new, town])
    assert (found.added, found.removed) == ((new,), (an_hoi,))
    change = found.changed[0]
    assert (change.before, change.after) == (long_ho, town)
    assert change.kind_changed
    assert not change.renamed
    assert found.summary() == "1 đơn vị mới, 1 đơn vị không còn, 1 đơn vị thay đổi (1 đổi loại, 0 đổi tên)."


def test_the_same_list_changes_nothing() -> None:
    both = rows(HEADER + LONG_HO + AN_HOI)
    assert diff(both, reversed(both)).is_empty


def test_the_values_of_a_unit_record_are_those_its_definition_knows() -> None:
    values = unit_values(rows(HEADER + LONG_HO)[0], date(2025, 7, 1), "Nghị quyết 1687/NQ-UBTVQH15")
    assert set(values) == {field.name for field in UNIT.fields}
    assert (values["kind"], values["valid_from"]) == ("xa", "2025-07-01")
