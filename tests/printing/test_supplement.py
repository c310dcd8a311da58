"""Mẫu 02 asks for what is missing, says why and whom to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from qms_desktop.printing import Edition, edition_by_code, edition_for, page_count, supplement_pdf
from qms_desktop.printing.editions import load_editions
from tests.printing.pdf_reading import fonts_without_file, page_texts, place_of
from tests.printing.samples import LONG_NAME, supplement

EDITION = edition_for("supplement", date(2026, 11, 20))
EDITIONS = [edition for edition in load_editions() if edition.form_key == "supplement"]


def test_mau_02_has_its_fields_in_order() -> None:
    (text,) = page_texts(supplement_pdf(supplement(), EDITION))
    at = 0
    for wanted in (
        "Số: ………/HDHS",
        "An Bình, ngày 20 tháng 11 năm 2026",
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "Mã hồ sơ: Q-A-261120-3-7K",
        "Hồ sơ của: Nguyễn Thị Hồng Phượng",
        "giải quyết: Cấp Giấy xác nhận tình trạng hôn nhân (mã 1.004873)",
        "Địa chỉ: Ấp An Thành, xã An Bình, tỉnh Vĩnh Long",
        "Số điện thoại: 0912 345 678",
        "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:",
        "1. Giấy tờ chứng minh nơi cư trú (Bản sao: 01) – chưa nộp",
        "2. Tờ khai cấp Giấy xác nhận tình trạng hôn nhân theo mẫu (Bản chính: 01) – chưa hợp lệ: thiếu chữ ký",
        "3. Giấy tờ thứ 3",
        "Lý do: Hồ sơ chưa đủ thành phần theo quy định",
        "liên hệ với: Trung tâm Phục vụ hành chính công xã An Bình",
        "Số điện thoại liên hệ: 0270 3 123 456",
        "NGƯỜI HƯỚNG DẪN",
        "Trần Văn Đức",
    ):
        assert wanted in text[at:], wanted
        at = text.index(wanted, at)


def test_the_edition_follows_the_day_of_the_request() -> None:
    change = edition_by_code("tt03-2025-mau02").valid_from
    assert edition_for("supplement", change - timedelta(days=1)).regulation == "Thông tư 01/2018/TT-VPCP"
    assert edition_for("supplement", change).regulation == "Thông tư 03/2025/TT-VPCP"
    assert all({"lines", "number_format", "valid_from"} <= set(edition.unconfirmed) for edition in EDITIONS)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.code)
def test_every_line_starts_at_the_left_margin_and_the_guide_signs_on_the_right(edition: Edition) -> None:
    pdf = supplement_pdf(supplement(), edition)
    for line in edition.lines:
        assert place_of(pdf, 0, line[0].label).left == pytest.approx(edition.margins.left, abs=0.5)
    assert place_of(pdf, 0, "NGƯỜI HƯỚNG DẪN").left > 105
    assert fonts_without_file(pdf) == []


@pytest.mark.parametrize("demands", range(1, 13, 4))
def test_up_to_twelve_demands_stay_on_one_page(demands: int) -> None:
    assert page_count(supplement_pdf(supplement(demands), EDITION)) == 1


@pytest.mark.parametrize("demands", range(14, 34, 2))
def test_a_long_slip_goes_on_and_the_signature_keeps_the_line_above(demands: int) -> None:
    pages = page_texts(supplement_pdf(replace(supplement(demands), reason=LONG_NAME), EDITION))
    assert all(f"{number}. Giấy tờ thứ {number}:" in " ".join(pages) for number in range(3, demands + 1))
    assert "Số điện thoại liên hệ" in next(page for page in pages if "NGƯỜI HƯỚNG DẪN" in page)


def test_an_empty_slip_has_dots_to_write_on_and_no_none() -> None:
    empty = replace(supplement(0), applicant="", reason="", contact="", contact_phone="", guide="", phone="", address="")
    (text,) = page_texts(supplement_pdf(empty, EDITION))
    assert "None" not in text
    assert all(f"{number}." in text for number in (1, 2, 3))


def test_a_reprint_says_so() -> None:
    assert "In lại lần 1 (08:20 ngày 20/11/2026)" in page_texts(supplement_pdf(replace(supplement(), reprint=1), EDITION))[0]
