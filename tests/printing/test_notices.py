"""Refusal, apology, stop, fee receipt, hand-over minutes and cover label: their fields in order, in every edition."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from qms_desktop.domain.errors import PrintError
from qms_desktop.printing import (
    Edition,
    NoticeData,
    cover_pdf,
    edition_by_code,
    edition_for,
    minutes_pdf,
    notice_pdf,
    page_count,
)
from qms_desktop.printing.editions import NOTICES, load_editions
from qms_desktop.printing.fonts import vietnamese_letters
from tests.printing.pdf_reading import fonts_without_file, page_texts, place_of
from tests.printing.samples import LONG_NAME
from tests.printing.slip_samples import cover, minutes, notice

DAY = date(2026, 11, 20)
EDITIONS = {edition.code: edition for edition in load_editions() if edition.form_key in NOTICES}
RECEIVED = "08 giờ 15 phút, ngày 16 tháng 11 năm 2026"
PROCEDURE = "Cấp Giấy xác nhận tình trạng hôn nhân (mã 1.004873)"
REFUSAL = [
    "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
    "Bộ phận tiếp nhận",
    "Tiếp nhận hồ sơ của: Nguyễn Thị Hồng Phượng",
    "Địa chỉ: Ấp An Thành, xã An Bình, tỉnh Vĩnh Long",
    "Số điện thoại: 0912 345 678",
    "Email: phuong.nth@example.vn",
    f"Nội dung yêu cầu giải quyết: {PROCEDURE}",
    "thông báo không tiếp nhận, giải quyết hồ sơ này với lý do",
    "Lý do: Chưa có văn bản trả lời xác minh",
    "Căn cứ pháp lý: Khoản 3 Điều 18",
    "NGƯỜI NỘP HỒ SƠ",
    "NGƯỜI TIẾP NHẬN HỒ SƠ",
    "Trần Văn Đức",
]
FIELDS = {
    "tt03-2025-mau03": REFUSAL,
    "tt01-2018-mau03": REFUSAL,
    "tt03-2025-mau04": [
        "Số: ………/UBND",
        "V/v xin lỗi và đề nghị gia hạn",
        "Kính gửi: Nguyễn Thị Hồng Phượng",
        "Mã hồ sơ: T-A-261120-3-7K",
        f"Thủ tục hành chính: {PROCEDURE}",
        f"Thời gian nhận hồ sơ: {RECEIVED}",
        "Thời gian hẹn trả kết quả: ngày 20 tháng 11 năm 2026",
        "Lý do: Chưa có văn bản trả lời xác minh",
        "Ủy ban nhân dân xã An Bình xin lỗi Ông (Bà)/tổ chức",
        "Thời gian hẹn trả kết quả mới: ngày 27 tháng 11 năm 2026",
        "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ",
    ],
    "tt01-2018-mau04": [
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
        "Kính gửi: Nguyễn Thị Hồng Phượng",
        "Mã số hồ sơ: T-A-261120-3-7K",
        f"Nội dung yêu cầu giải quyết: {PROCEDURE}",
        f"Ngày tiếp nhận: {RECEIVED}",
        "Thời gian hẹn trả kết quả: ngày 20 tháng 11 năm 2026",
        "Lý do: Chưa có văn bản trả lời xác minh",
        "xin lỗi Ông (Bà)/tổ chức",
        "Thời gian hẹn lại: ngày 27 tháng 11 năm 2026",
        "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ",
    ],
    "tt03-2025-mau05": [
        "Số: ………/TB-UBND",
        "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
        "Kính gửi: Nguyễn Thị Hồng Phượng",
        "Mã hồ sơ: T-A-261120-3-7K",
        f"Thủ tục hành chính: {PROCEDURE}",
        f"Ngày tiếp nhận: {RECEIVED}",
        "Lý do dừng giải quyết: Chưa có văn bản trả lời xác minh",
        "Căn cứ: Khoản 3 Điều 18",
        "nhận lại giấy tờ đã nộp",
        "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ",
    ],
    "house-fee-receipt": [
        "PHIẾU THU PHÍ, LỆ PHÍ",
        "Họ và tên người nộp tiền: Nguyễn Thị Hồng Phượng",
        "Số tiền: 15.000 đồng",
        "Bằng chữ: Mười lăm nghìn đồng",
        "Thời gian nộp: 08 giờ 30 phút, ngày 20 tháng 11 năm 2026",
        "Chứng từ, biên lai kèm theo: Biên lai số 0001234",
        "NGƯỜI NỘP TIỀN",
        "NGƯỜI THU TIỀN",
        "không thay biên lai",
    ],
}


@pytest.mark.parametrize("code", sorted(EDITIONS))
def test_a_notice_has_its_fields_in_order(code: str) -> None:
    text = page_texts(notice_pdf(notice(), EDITIONS[code]))[0]
    at = 0
    for wanted in FIELDS[code]:
        assert wanted in text[at:], wanted
        at = text.index(wanted, at)


@pytest.mark.parametrize("code", sorted(EDITIONS))
def test_labels_start_at_the_left_margin_and_every_font_is_embedded(code: str) -> None:
    edition = EDITIONS[code]
    pdf = notice_pdf(notice(), edition)
    for line in edition.lines:
        if line[0].key not in ("prose", "addressee"):
            assert place_of(pdf, 0, line[0].label).left == pytest.approx(edition.margins.left, abs=0.5)
    assert fonts_without_file(pdf) == []


def test_the_edition_follows_the_day_and_what_was_not_compared_is_named() -> None:
    change = edition_by_code("tt03-2025-mau03").valid_from
    for form in ("refusal", "apology"):
        assert edition_for(form, change - timedelta(days=1)).regulation == "Thông tư 01/2018/TT-VPCP"
        assert edition_for(form, change).regulation == "Thông tư 03/2025/TT-VPCP"
    with pytest.raises(PrintError, match="QMS-603"):
        edition_for("stop", change - timedelta(days=1))
    official = [edition for edition in EDITIONS.values() if edition.regulation]
    assert all({"lines", "number_format", "valid_from"} <= set(edition.unconfirmed) for edition in official)


def test_a_letter_is_signed_on_the_right_and_says_on_the_left_who_receives_it() -> None:
    pdf = notice_pdf(replace(notice(), signers=("Lê Thị Ánh",)), edition_for("apology", DAY))
    assert place_of(pdf, 0, "Nơi nhận:").left == pytest.approx(30, abs=0.5)
    assert place_of(pdf, 0, "Lê Thị Ánh").left > 105
    assert place_of(pdf, 0, "- Như trên;").baseline > place_of(pdf, 0, "Nơi nhận:").baseline
    assert place_of(pdf, 0, "V/v xin lỗi").right < 105


@pytest.mark.parametrize("code", sorted(EDITIONS))
def test_empty_values_print_dots_and_no_none(code: str) -> None:
    kept = {"unit", "code", "issued_on", "printed_at"}
    empty = {
        field.name: type(getattr(notice(), field.name))()
        for field in fields(NoticeData)
        if isinstance(getattr(notice(), field.name), str | tuple)
    }
    data = replace(notice(), **{name: value for name, value in empty.items() if name not in kept}, received_at=None, due=None)
    text = page_texts(notice_pdf(replace(data, new_due=None, paid_at=None), EDITIONS[code]))[0]
    assert "None" not in text
    assert "{" not in text


@pytest.mark.parametrize("code", sorted(EDITIONS))
def test_a_long_reason_goes_on_and_the_signature_never_stands_alone(code: str) -> None:
    reason = " ".join(f"câu{number}" for number in range(900))
    pages = page_texts(notice_pdf(replace(notice(), reason=reason), EDITIONS[code]))
    words = " ".join(pages).split()
    assert all(words.count(f"câu{number}") == (len(EDITIONS[code].copies) or 1) for number in range(900))
    for page in pages:
        if EDITIONS[code].signatures[0] in page:
            assert not page.startswith(("2 " + EDITIONS[code].signatures[0], EDITIONS[code].signatures[0]))


def _all(text: str) -> dict[str, Callable[[], bytes]]:
    """Every new form with that text in each of its places."""
    words = replace(
        notice(), applicant=text, address=text, procedure_name=text, desk=text, agency=text, reason=text, basis=text, proof=text
    )
    line = replace(minutes(1).lines[0], procedure=text, applicant=text)

    def drawn(edition: Edition) -> Callable[[], bytes]:
        return lambda: notice_pdf(words, edition)

    given = {code: drawn(edition) for code, edition in EDITIONS.items()}
    given["hand_over"] = lambda: minutes_pdf(replace(minutes(1), giver=text, lines=(line,)), edition_for("hand_over", DAY))
    given["cover"] = lambda: cover_pdf(replace(cover(), applicant=text, procedure_name=text), edition_for("cover", DAY))
    return given


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("code", [*sorted(EDITIONS), "hand_over", "cover"])
def test_every_vietnamese_letter_comes_back_composed(code: str, form: str) -> None:
    letters = vietnamese_letters()
    groups = [letters[start : start + 12] for start in range(0, len(letters), 12)]
    text = unicodedata.normalize(form, " ".join(groups))  # type: ignore[arg-type]
    printed = " ".join(page_texts(_all(text)[code]()))
    assert [group for group in groups if group not in printed] == []


@pytest.mark.parametrize("lines", [1, 12, 30, 120])
def test_minutes_repeat_their_head_and_keep_total_and_both_signatures_with_the_last_line(lines: int) -> None:
    pages = page_texts(minutes_pdf(minutes(lines), edition_for("hand_over", DAY)))
    text = " ".join(pages)
    assert all("Thủ tục hành chính" in page for page in pages)
    assert text.count("T-A-261120-3-7K") == lines
    for wanted in (f"Tổng cộng: {lines:02d} hồ sơ", "BÊN GIAO", "BÊN NHẬN", "Trần Văn Đức", "Lê Thị Ngọc Ánh", "08:40 ngày"):
        assert wanted in pages[-1], wanted
    assert "Bên giao: Trần Văn Đức – Công chức tiếp nhận" in pages[0]
    assert "Số: BG-A-261120-1-7K" in pages[0]


def test_the_cover_label_is_one_framed_piece_with_a_large_code() -> None:
    pdf = cover_pdf(replace(cover(), procedure_name=LONG_NAME), edition_for("cover", DAY))
    assert page_count(pdf) == 1
    (text,) = page_texts(pdf)
    for wanted in ("XÃ AN BÌNH", "HỒ SƠ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH", "000.00.01.H61-261120-0128", "Thời hạn lưu: 70 năm"):
        assert wanted in text, wanted


def test_a_reprint_says_so() -> None:
    wanted = "In lại lần 1 (08:20 ngày 20/11/2026)"
    assert all(wanted in page_texts(notice_pdf(replace(notice(), reprint=1), edition))[0] for edition in EDITIONS.values())
    assert wanted in page_texts(minutes_pdf(replace(minutes(), reprint=1), edition_for("hand_over", DAY)))[0]
    assert wanted in page_texts(cover_pdf(replace(cover(), reprint=1), edition_for("cover", DAY)))[0]
