"""What is printed stands within half a millimetre of where its edition declares it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import segno

from qms_desktop.printing import (
    Column,
    DataSheet,
    Edition,
    ListSheet,
    Section,
    control_sheet_pdf,
    cover_pdf,
    data_sheet_pdf,
    list_sheet_pdf,
    minutes_pdf,
    notice_pdf,
    receipt_pdf,
    register_pdf,
    supplement_pdf,
)
from qms_desktop.printing.editions import NOTICES, load_editions
from tests.printing.pdf_reading import dark, place_of, places_of
from tests.printing.samples import LONG_NAME, PRINTED, UNIT, book, control, crowded, ordinary, supplement
from tests.printing.slip_samples import cover, minutes, notice

TOLERANCE_MM = 0.5
EDITIONS = {edition.code: edition for edition in load_editions()}
OFFICIAL = sorted(code for code, edition in EDITIONS.items() if edition.regulation)
SLIPS = [code for code in sorted(EDITIONS) if EDITIONS[code].qr]
RECEIPTS = sorted(code for code, edition in EDITIONS.items() if edition.form_key == "receipt")
LINES = tuple((f"{number}", "Hồ sơ") for number in range(90))


def _printed(edition: Edition) -> bytes:
    """A print of the edition with two pages or more and a reprint mark where the form has one."""
    if edition.form_key == "receipt":
        return receipt_pdf(replace(crowded(), unit=UNIT, received_at=PRINTED, official_code=""), edition)
    if edition.form_key == "supplement":
        return supplement_pdf(replace(supplement(40), reprint=2), edition)
    if edition.form_key in NOTICES:
        return notice_pdf(replace(notice(), reason=" ".join([LONG_NAME] * 20), reprint=2), edition)
    if edition.form_key == "hand_over":
        return minutes_pdf(replace(minutes(60), reprint=2), edition)
    if edition.form_key == "cover":
        return cover_pdf(replace(cover(), reprint=2), edition)
    if edition.form_key == "control_sheet":
        return control_sheet_pdf(replace(control(), reprint=2), edition)
    if edition.form_key == "register":
        return register_pdf(replace(book(), reprint=2), edition)
    if edition.form_key == "data_sheet":
        return data_sheet_pdf(DataSheet("PHIẾU DỮ LIỆU", UNIT, PRINTED, (Section("", LINES),), code="QT-01"), edition)
    return list_sheet_pdf(ListSheet("DANH SÁCH", UNIT, PRINTED, (Column("a"), Column("b")), LINES), edition)


def _expected_texts(edition: Edition) -> dict[str, str]:
    texts = {"agency": "ỦY BAN NHÂN DÂN", "date": "An Bình, ngày 20 tháng 11 năm 2026"}
    texts |= {name: edition.anchors[name].text for name in ("nation", "motto") if name in edition.anchors}
    if edition.regulation:
        texts |= {"number": edition.number_format.format(number="………")} if edition.number_format else {}
        texts |= {"title": edition.title} if edition.title else {}
        texts |= {"footer": f"Mẫu số {edition.number} – {edition.regulation}"}
        texts |= {"reprint": "In lại lần 2 (08:20 ngày 20/11/2026)"}
    if "copy" in edition.anchors:
        texts["copy"] = f"({edition.copies[0]})"
    return {name: text for name, text in texts.items() if name in edition.anchors}


@pytest.mark.parametrize("code", sorted(EDITIONS))
def test_anchored_texts_stand_where_the_edition_says(code: str) -> None:
    edition = EDITIONS[code]
    pdf = _printed(edition)
    for name, text in _expected_texts(edition).items():
        anchor, place = edition.anchors[name], place_of(pdf, 0, text)
        x = {"left": place.left, "right": place.right, "center": (place.left + place.right) / 2}[anchor.align]
        assert x == pytest.approx(anchor.x, abs=TOLERANCE_MM), name
        assert place.baseline == pytest.approx(anchor.y, abs=TOLERANCE_MM), name


@pytest.mark.parametrize("code", sorted(EDITIONS.keys() - {"house-cover"}))
def test_the_second_page_has_its_number_in_the_middle_of_the_top_margin(code: str) -> None:
    edition = EDITIONS[code]
    anchor = edition.anchors["page_number"]
    middles = [((place.left + place.right) / 2, place.baseline) for place in places_of(_printed(edition), 1, "2")]
    assert (anchor.x, anchor.y) in [pytest.approx(middle, abs=TOLERANCE_MM) for middle in middles]
    assert anchor.y < edition.margins.top


@pytest.mark.parametrize("code", RECEIPTS)
def test_form_lines_start_at_the_left_margin(code: str) -> None:
    edition = EDITIONS[code]
    pdf = receipt_pdf(ordinary(), edition)
    for line in edition.lines:
        assert place_of(pdf, 0, line[0].label).left == pytest.approx(edition.margins.left, abs=TOLERANCE_MM)


@pytest.mark.parametrize("code", [code for code in OFFICIAL if EDITIONS[code].columns])
def test_table_columns_are_ruled_where_the_edition_says(code: str) -> None:
    edition = EDITIONS[code]
    pdf = _printed(edition)
    label = {"receipt": "STT", "register": "TT"}.get(edition.form_key, "GHI CHÚ")
    row = dark(pdf, 0)[round(place_of(pdf, 0, label).baseline * 10) + (40 if label == "TT" else -40)]
    edges = [edition.margins.left]
    for column in edition.columns:
        edges.append(edges[-1] + column.width)
    own = [*edges[:3], *edges[-2:]] if edition.form_key == "control_sheet" else edges
    for edge in own:
        assert any(row[round((edge - TOLERANCE_MM) * 10) : round((edge + TOLERANCE_MM) * 10) + 1]), edge
    assert edges[-1] == pytest.approx(edition.page_size[0] - edition.margins.right)


@pytest.mark.parametrize("code", SLIPS)
def test_the_printed_qr_is_the_code_at_its_place(code: str) -> None:
    edition = EDITIONS[code]
    pdf = _printed(edition)
    spot, picture = edition.qr, dark(pdf, 0)
    assert spot is not None
    codes = {"receipt": crowded().code, "supplement": supplement().code, "hand_over": minutes().code}
    text = codes.get(edition.form_key, control().code)
    modules = [list(map(bool, row)) for row in segno.make(text, error="m", micro=False, boost_error=False).matrix]
    step = spot.side / len(modules)
    seen = [
        [picture[round((spot.y + (r + 0.5) * step) * 10)][round((spot.x + (c + 0.5) * step) * 10)] for c in range(len(modules))]
        for r in range(len(modules))
    ]
    assert seen == modules
    assert place_of(pdf, 0, text).baseline > 0


@pytest.mark.parametrize("code", OFFICIAL)
def test_margins_keep_to_the_decree(code: str) -> None:
    margins = EDITIONS[code].margins
    assert 20 <= margins.top <= 25
    assert 20 <= margins.bottom <= 25
    assert 30 <= margins.left <= 35
    assert 15 <= margins.right <= 20
