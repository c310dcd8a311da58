"""Every Vietnamese letter prints, in fonts that travel inside the file."""

from __future__ import annotations

import shutil
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import reportlab

from qms_desktop.domain.errors import PrintError
from qms_desktop.printing import (
    Column,
    DataSheet,
    ListSheet,
    Section,
    control_sheet_pdf,
    data_sheet_pdf,
    edition_for,
    list_sheet_pdf,
    receipt_pdf,
    supplement_pdf,
)
from qms_desktop.printing.fonts import families, font_folders, office_fonts, vietnamese_letters
from tests.printing.pdf_reading import fonts_without_file, page_texts
from tests.printing.samples import PRINTED, UNIT, control, crowded, empty, ordinary, supplement

DAY = date(2026, 11, 20)
_LIBERATION = tuple(f"LiberationSerif-{style}.ttf" for style in ("Regular", "Bold", "Italic", "BoldItalic"))


def _all_forms() -> dict[str, bytes]:
    receipt, sheet = edition_for("receipt", DAY), edition_for("control_sheet", DAY)
    listing = ListSheet("SỔ", UNIT, PRINTED, (Column("Tên"),), (("Đặng Thị Ngọc Ánh",),), totals="Cộng: 1")
    return {
        "receipt": receipt_pdf(ordinary(), receipt),
        "crowded receipt": receipt_pdf(crowded(), receipt),
        "empty receipt": receipt_pdf(empty(), receipt),
        "control sheet": control_sheet_pdf(control(), sheet),
        "data sheet": data_sheet_pdf(DataSheet("PHIẾU", UNIT, PRINTED, (Section("A", (("b", "c"),)),))),
        "list": list_sheet_pdf(listing),
    }


@pytest.mark.parametrize("name", sorted(_all_forms()))
def test_every_font_is_embedded(name: str) -> None:
    pdf = _all_forms()[name]
    assert fonts_without_file(pdf) == []
    assert b"/FontFile2" in pdf
    for unembedded in (b"Helvetica", b"Times-Roman", b"Symbol"):
        assert unembedded not in pdf


def test_the_alphabet_is_whole() -> None:
    letters = vietnamese_letters()
    assert len(letters) == len(set(letters))
    assert unicodedata.is_normalized("NFC", letters)
    assert set("ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ") <= set(letters)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_vietnamese_letter_comes_back_from_each_form_composed(form: str) -> None:
    letters = vietnamese_letters()
    groups = [letters[start : start + 20] for start in range(0, len(letters), 20)]
    typed = [unicodedata.normalize(form, group) for group in groups]  # type: ignore[arg-type]
    sheet = data_sheet_pdf(
        DataSheet(typed[0], UNIT, PRINTED, tuple(Section(text, ((text, text),)) for text in typed), subtitle=typed[0])
    )
    listing = list_sheet_pdf(ListSheet(typed[0], UNIT, PRINTED, (Column(typed[1]),), tuple((text,) for text in typed)))
    whole = " ".join(typed)
    receipt = receipt_pdf(replace(ordinary(), applicant=whole, address=whole, note=whole), edition_for("receipt", DAY))
    asked = supplement_pdf(replace(supplement(), applicant=whole, reason=whole), edition_for("supplement", DAY))
    passed = control_sheet_pdf(replace(control(), agency=whole), edition_for("control_sheet", DAY))
    for pdf in (sheet, listing, receipt, asked, passed):
        text = " ".join(page_texts(pdf))
        assert [group for group in groups if group not in text] == []


def test_a_pc_without_the_fonts_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PrintError, match="QMS-601") as caught:
        office_fonts([tmp_path])
    assert "Times New Roman" in caught.value.do


def test_a_font_of_the_same_name_without_vietnamese_is_passed_over(tmp_path: Path) -> None:
    latin = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    for name in _LIBERATION:
        shutil.copy(latin, tmp_path / name)
    assert len(list(families([tmp_path]))) == 1
    with pytest.raises(PrintError, match="QMS-601"):
        office_fonts([tmp_path])


def test_a_damaged_font_file_is_passed_over(tmp_path: Path) -> None:
    for name in _LIBERATION:
        (tmp_path / name).write_bytes(b"not a font")
    with pytest.raises(PrintError, match="QMS-601"):
        office_fonts([tmp_path])


def test_times_new_roman_comes_before_the_fallback(tmp_path: Path) -> None:
    for name in (*_LIBERATION, "times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf"):
        (tmp_path / name).touch()
    assert [files.regular.name for files in families([tmp_path])] == ["times.ttf", "LiberationSerif-Regular.ttf"]


def test_fonts_are_looked_for_where_each_system_keeps_them() -> None:
    home = Path("/home/lan")
    assert Path("D:/Win/Fonts") in font_folders("win32", {"WINDIR": "D:/Win"}, home)
    assert Path("/System/Library/Fonts/Supplemental") in font_folders("darwin", {}, home)
    assert Path("/usr/share/fonts/truetype/liberation2") in font_folders("linux", {}, home)
    assert home / ".local/share/fonts" in font_folders("linux", {}, home)


@pytest.mark.parametrize("name", sorted(_all_forms()))
def test_the_file_says_what_it_is_in_vietnamese(name: str) -> None:
    pdf = _all_forms()[name]
    document = pypdfium2.PdfDocument(pdf)
    properties = document.get_metadata_dict()
    document.close()
    assert properties["Author"] in ("ỦY BAN NHÂN DÂN XÃ AN BÌNH", "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG")
    assert properties["Title"].split()[0] in ("Giấy", "Phiếu", "PHIẾU", "SỔ")
    assert "Nguyễn" not in str(properties)
    assert b"/Lang (vi-VN)" in pdf
