"""The forms say what their regulation asks for, in its order, whatever the length of what is filled in."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from qms_desktop.domain.errors import PrintError
from qms_desktop.printing import (
    Column,
    DataSheet,
    HistoryLine,
    ListSheet,
    Paper,
    Section,
    control_sheet_pdf,
    data_sheet_pdf,
    edition_by_code,
    edition_for,
    list_sheet_pdf,
    page_count,
    receipt_pdf,
    render_page,
)
from tests.printing.pdf_reading import page_texts, place_of, places_of
from tests.printing.samples import LONG_NAME, PRINTED, UNIT, control, crowded, empty, ordinary

RECEIPT = edition_for("receipt", date(2026, 11, 20))
CONTROL = edition_for("control_sheet", date(2026, 11, 20))
OLD_RECEIPT = edition_for("receipt", date(2024, 5, 2))


def _in_order(text: str, wanted: list[str]) -> None:
    at = 0
    for item in wanted:
        found = text.find(item, at)
        assert found >= 0, f"{item!r} missing, or not after what stands before it"
        at = found + len(item)


def test_mau_01_has_the_fields_of_its_regulation_in_order() -> None:
    copies = page_texts(receipt_pdf(ordinary(), RECEIPT))
    assert len(copies) == 2
    for text in copies:
        _in_order(
            text,
            [
                "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
                "Bộ phận tiếp nhận: Trung tâm Phục vụ hành chính công xã An Bình",
                "Mã hồ sơ: T-A-261120-3-7K",
                "Tiếp nhận hồ sơ của: Nguyễn Thị Hồng Phượng",
                "Số CCCD/Mã số thuế: 086190001234",
                "Số điện thoại: 0912 345 678",
                "Địa chỉ: Ấp An Thành, xã An Bình, tỉnh Vĩnh Long",
                "Thủ tục hành chính cần giải quyết: Cấp Giấy xác nhận tình trạng hôn nhân (mã 1.004873)",
                "1. Giấy tờ nộp gồm:",
                "STT",
                "Tên giấy tờ",
                "Số lượng",
                "2. Số lượng hồ sơ (bộ): 01",
                "3. Thời gian nhận hồ sơ: 08 giờ 15 phút, ngày 20 tháng 11 năm 2026",
                "4. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 25 tháng 11 năm 2026",
                "5. Đăng ký nhận kết quả tại: Trung tâm",
                "6. Phí, lệ phí: 15.000 đồng",
                "Vào sổ theo dõi hồ sơ, Quyển số: 01/2026",
                "Số thứ tự: 0345",
                "NGƯỜI NỘP HỒ SƠ",
                "NGƯỜI TIẾP NHẬN HỒ SƠ",
                "Trần Văn Đức",
                "Ghi chú:",
            ],
        )
    assert "Liên 1: Lưu tại bộ phận tiếp nhận" in copies[0]
    assert "Liên 2: Giao người nộp hồ sơ" in copies[1]


def test_the_old_mau_01_also_has_limit_and_email() -> None:
    text = page_texts(receipt_pdf(ordinary(), OLD_RECEIPT))[0]
    assert "Thời gian giải quyết hồ sơ theo quy định: 03 ngày làm việc" in text
    assert "Email: phuong.nth@example.vn" in text
    assert "Mẫu số 01 – Thông tư 01/2018/TT-VPCP" in text


def test_mau_06_has_its_columns_and_rows() -> None:
    text = " ".join(page_texts(control_sheet_pdf(control(3), CONTROL)))
    head = ["Mã hồ sơ:", "Cơ quan (bộ phận) giải quyết hồ sơ:", "Cơ quan phối hợp:", "TÊN CƠ QUAN/"]
    _in_order(text, head)
    for words in ("THỜI GIAN GIAO, NHẬN HỒ SƠ", "KẾT QUẢ GIẢI", "Trước hạn", "Đúng hạn", "Quá hạn", "GHI CHÚ"):
        assert words in text
    assert "1. Giao: 08 giờ 15 phút, ngày 21/11/2026" in text
    assert "2. Nhận: 08 giờ 40 phút, ngày 21/11/2026" in text
    assert text.count("Người giao (ký)") == text.count("Người nhận (ký)") == 4
    assert "Chờ xác minh" in text


def test_a_long_control_sheet_repeats_its_head_and_parts_no_hand_over() -> None:
    pages = page_texts(control_sheet_pdf(control(14), CONTROL))
    assert len(pages) > 2
    for page in pages:
        assert "THỜI GIAN GIAO, NHẬN HỒ SƠ" in page
        assert page.count("1. Giao:") == page.count("2. Nhận:") == page.count("Người giao (ký)") > 0
    assert sum(page.count("1. Giao:") for page in pages) == 15


@pytest.mark.parametrize("papers", range(0, 13, 3))
def test_up_to_twelve_papers_keep_each_copy_on_one_page(papers: int) -> None:
    names = tuple(Paper(f"Giấy tờ thứ {n} theo mẫu của cơ quan có thẩm quyền", 1) for n in range(papers))
    assert page_count(receipt_pdf(replace(ordinary(), papers=names), RECEIPT)) == 2


@pytest.mark.parametrize("papers", range(5, 30, 2))
def test_signatures_stay_together_with_the_line_above_and_the_note_below(papers: int) -> None:
    data = replace(crowded(papers), register_number="0345", receiver="Trần Văn Đức", note="Đã đối chiếu bản chính")
    pages = [text for text in page_texts(receipt_pdf(data, RECEIPT)) if "NGƯỜI NỘP HỒ SƠ" in text]
    assert len(pages) == 2
    for page in pages:
        _in_order(page, ["Số thứ tự: 0345", "NGƯỜI TIẾP NHẬN HỒ SƠ", "(Ký và ghi rõ họ tên)", "Trần Văn Đức", "Ghi chú: Đã"])


def test_a_long_name_under_a_signature_takes_more_lines_and_stays_readable() -> None:
    name = "Nguyễn Công Tằng Tôn Nữ Huyền Trân Công Chúa Phương Thảo Nguyên Khánh Ngọc Diễm"
    pdf = receipt_pdf(
        replace(ordinary(), applicant="Ý", submitter=name, receiver="Kpă H’Nhung Y Blô Êban Hwing Niê Kđăm"), RECEIPT
    )
    assert name in page_texts(pdf)[0]
    last = place_of(pdf, 0, "Ngọc Diễm")
    assert last.right < place_of(pdf, 0, "Kpă H’Nhung").left
    assert last.baseline - place_of(pdf, 0, "Nguyễn Công").baseline > 8


def test_a_page_for_the_signatures_alone_is_saved_by_smaller_type() -> None:
    assert page_count(receipt_pdf(crowded(25), RECEIPT)) == 4


def test_no_word_stands_alone_on_a_last_line() -> None:
    sentence = "Thủ tục này không quy định số ngày giải quyết: theo lịch hẹn của Hội đồng xác định mức độ khuyết tật"
    pdf = receipt_pdf(replace(ordinary(), due=None, due_sentence=sentence), RECEIPT)
    assert place_of(pdf, 0, "khuyết").baseline == place_of(pdf, 0, "tật)").baseline


def test_nothing_of_long_values_is_lost() -> None:
    data = crowded(15)
    text = " ".join(page_texts(receipt_pdf(data, RECEIPT)))
    assert len(LONG_NAME) > 300
    for value in (LONG_NAME, data.address, data.applicant, data.desk, "000.00.01.H61-261120-0128"):
        assert text.count(value) == 2
    for number in range(1, 16):
        assert text.count(f"Giấy tờ thứ {number}:") == 2


def test_a_paper_longer_than_a_page_goes_on_over_rows() -> None:
    name = " ".join(f"mục{number}" for number in range(1500))
    text = " ".join(page_texts(receipt_pdf(replace(ordinary(), papers=(Paper(name, 1),)), RECEIPT)))
    assert all(text.count(f"mục{number} ") >= 1 for number in range(0, 1499, 100))
    assert text.count("mục1499") == 2


def test_a_note_longer_than_a_page_goes_on_over_pages() -> None:
    note = " ".join(f"câu{number}" for number in range(2000))
    text = " ".join(page_texts(receipt_pdf(replace(ordinary(), note=note), RECEIPT)))
    assert text.count("câu1999") == 2
    assert text.count("NGƯỜI NỘP HỒ SƠ") == 2


def test_empty_values_print_their_labels_and_no_none() -> None:
    text = page_texts(receipt_pdf(empty(), RECEIPT))[0]
    assert "None" not in text
    _in_order(text, ["Tiếp nhận hồ sơ của:", "Số điện thoại:", "… phút", "5. Đăng ký", "NGƯỜI NỘP HỒ SƠ"])


def test_a_reprint_says_so_and_a_first_print_does_not() -> None:
    again = page_texts(receipt_pdf(replace(ordinary(), reprint=3), RECEIPT))
    assert all("In lại lần 3 (08:20 ngày 20/11/2026)" in page for page in again)
    assert "In lại" not in " ".join(page_texts(receipt_pdf(ordinary(), RECEIPT)))


def test_text_is_never_taken_for_markup() -> None:
    odd = 'Cty <b>A & B</b> "Đại Phát" <font size=99>'
    assert odd in page_texts(receipt_pdf(replace(ordinary(), applicant=odd), RECEIPT))[0]


def test_a_hyphen_without_glyph_prints_as_a_hyphen() -> None:
    assert "Ka-lu Nơ" in page_texts(receipt_pdf(replace(ordinary(), applicant="Ka\u2011lu\u00ad Nơ"), RECEIPT))[0]


def test_the_edition_follows_the_day_of_the_form() -> None:
    change = edition_by_code("tt03-2025-mau01").valid_from
    assert edition_for("receipt", change).code == "tt03-2025-mau01"
    assert edition_for("receipt", change - timedelta(days=1)).code == "tt01-2018-mau01"
    assert edition_for("control_sheet", date(2024, 1, 2)).number == "05"
    assert edition_for("control_sheet", date(2026, 1, 2)).number == "06"


def test_a_form_without_edition_is_a_numbered_error() -> None:
    with pytest.raises(PrintError, match="QMS-603"):
        edition_for("receipt", date(2010, 1, 1))
    with pytest.raises(PrintError, match="QMS-603"):
        edition_by_code("mau-99")


def test_a_damaged_edition_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PrintError, match="QMS-604") as caught:
        edition_for("receipt", date(2026, 1, 1), tmp_path)
    assert "bad.json" in caught.value.what


def test_the_same_form_is_the_same_bytes() -> None:
    first = receipt_pdf(ordinary(), RECEIPT)
    control_sheet_pdf(control(), CONTROL)
    assert receipt_pdf(ordinary(), RECEIPT) == first
    later = replace(ordinary(), printed_at=datetime(2026, 11, 20, 9, 0))
    assert receipt_pdf(later, RECEIPT) != first


def test_another_run_of_the_program_prints_the_same_bytes() -> None:
    script = (
        "import sys; from datetime import date; from tests.printing.samples import crowded; "
        "from qms_desktop.printing import edition_for, receipt_pdf; "
        "sys.stdout.buffer.write(receipt_pdf(crowded(), edition_for('receipt', date(2026, 11, 20))))"
    )
    root = Path(__file__).parents[2]
    other = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, check=True, timeout=60)
    assert other.stdout == receipt_pdf(crowded(), RECEIPT)


def test_two_documents_written_at_once_do_not_disturb_each_other() -> None:
    with ThreadPoolExecutor(4) as pool:
        prints = list(pool.map(lambda data: receipt_pdf(data, RECEIPT), [ordinary(), crowded()] * 4))
    assert len(set(prints)) == 2


def test_long_desks_stay_inside_their_row() -> None:
    desk = "Bộ phận Tiếp nhận và Trả kết quả – B1 Tiếp nhận, kiểm tra, quét, số hóa hồ sơ, lập giấy tiếp nhận, nhập phần mềm"
    row = replace(control(1).rows[0], from_unit=desk, to_unit=desk, note=LONG_NAME[:200])
    pdf = control_sheet_pdf(replace(control(), rows=(row, row, row)), CONTROL)
    giving = places_of(pdf, 1, "1. Giao:")
    names = places_of(pdf, 1, "Giao: Bộ phận")
    ends = places_of(pdf, 1, "mềm")
    assert len(giving) == len(names) + 1 == 3
    assert names[1].baseline > ends[1].baseline


def test_a_data_sheet_prints_every_pair_and_the_history() -> None:
    rows = tuple((f"Nhãn {number}", f"Giá trị {number}") for number in range(60))
    long_text = " ".join(f"từ{number}" for number in range(3000))
    history = tuple(HistoryLine("20/11/2026 08:15", "Trần Văn Đức", f"Sửa lần {number}") for number in range(30))
    sections = (Section("Chung", rows), Section("Nội dung", (("Văn bản", long_text),)))
    pages = page_texts(data_sheet_pdf(DataSheet("PHIẾU DỮ LIỆU", UNIT, PRINTED, sections, history=history)))
    text = " ".join(pages)
    assert all(label in text and value in text for label, value in rows)
    assert all(word in text for word in ("từ0", "từ1500", "từ2999", "Văn bản (tiếp)", "Sửa lần 29"))
    assert [page for page in pages if page.endswith("Nội dung")] == []


def test_a_list_numbers_its_rows_repeats_its_head_and_ends_with_the_totals() -> None:
    rows = tuple((f"HS-{number:04d}", LONG_NAME[: 60 + number % 90], "1" * 200) for number in range(1, 301))
    columns = (Column("Mã hồ sơ"), Column("Thủ tục", 3), Column("Ghi chú", 1, "right"))
    pages = page_texts(list_sheet_pdf(ListSheet("SỔ", UNIT, PRINTED, columns, rows, totals="Tổng cộng: 300 hồ sơ")))
    assert all("Mã hồ sơ" in page for page in pages)
    text = " ".join(pages)
    assert all(row[0] in text for row in rows)
    assert "Tổng cộng: 300 hồ sơ" in pages[-1]


def test_many_columns_cut_no_word() -> None:
    row = (
        "T-A-261123-2-R5",
        "",
        "1.004873",
        LONG_NAME[:60],
        "0912345678",
        "23/11/2026 08:00",
        "27/11/2026",
        "Đã tiếp nhận",
        "B1",
    )
    titles = ("Mã hồ sơ", "Mã trên Cổng", "Mã thủ tục", "Thủ tục", "Số điện thoại", "Nhận lúc", "Hẹn trả", "Trạng thái", "Bước")
    columns = tuple(Column(title, weight) for title, weight in zip(titles, (18, 20, 11, 36, 13, 15, 12, 16, 6), strict=True))
    pdf = list_sheet_pdf(ListSheet("SỔ", UNIT, PRINTED, columns, (row,) * 3))
    for whole in ("1.004873", "0912345678", "23/11/2026", "27/11/2026", "Bước"):
        assert places_of(pdf, 0, whole), whole


@pytest.mark.parametrize("rows", range(15, 26))
def test_the_totals_never_stand_alone_on_a_page(rows: int) -> None:
    listing = ListSheet("SỔ", UNIT, PRINTED, (Column("Tên"),), (("Nguyễn Thị Hoa",),) * rows, totals="Tổng cộng")
    pages = page_texts(list_sheet_pdf(listing))
    assert f"{rows} Nguyễn Thị Hoa Tổng cộng" in pages[-1]


def test_a_long_text_gets_the_width_that_short_values_leave() -> None:
    columns = (Column("Mã hồ sơ", 9), Column("Thủ tục", 1), Column("Hẹn trả", 9))
    pdf = list_sheet_pdf(ListSheet("SỔ", UNIT, PRINTED, columns, (("T-A-261120-3-7K", LONG_NAME, "23/11/2026"),)))
    left, right = place_of(pdf, 0, "Thủ tục đăng ký lại"), place_of(pdf, 0, "23/11/2026")
    assert right.left - left.left > 180


def test_columns_of_a_group_stand_under_one_title_on_every_page() -> None:
    columns = (
        Column("Tên"),
        Column("Nhận", group="Ngày, tháng, năm"),
        Column("Trả", group="Ngày, tháng, năm"),
        Column("Ghi chú"),
    )
    pdf = list_sheet_pdf(ListSheet("SỔ", UNIT, PRINTED, columns, (("Hoa", "20/11", "23/11", ""),) * 60))
    for page in range(page_count(pdf)):
        group, inside, beside = (place_of(pdf, page, words) for words in ("Ngày, tháng", "Nhận", "Ghi chú"))
        assert group.baseline < beside.baseline < inside.baseline


def test_an_empty_list_still_prints() -> None:
    assert page_count(list_sheet_pdf(ListSheet("SỔ", UNIT, PRINTED, (Column("Tên"),), ()))) == 1


def test_pages_become_pictures_of_the_right_size() -> None:
    pdf = receipt_pdf(ordinary(), RECEIPT)
    width, height, rgb = render_page(pdf, 1, 100)
    assert (width, height) == (827, 1170) or (abs(width - 827) <= 1 and abs(height - 1169) <= 1)
    assert len(rgb) == width * height * 3
    assert rgb[:3] == b"\xff\xff\xff"


@pytest.mark.parametrize("pdf, index", [(b"", 0), (b"no pdf", 0)])
def test_what_is_no_pdf_is_a_numbered_error(pdf: bytes, index: int) -> None:
    with pytest.raises(PrintError, match="QMS-602"):
        render_page(pdf, index, 100)


def test_a_missing_page_is_a_numbered_error() -> None:
    with pytest.raises(PrintError, match="QMS-602"):
        render_page(receipt_pdf(ordinary(), RECEIPT), 2, 100)
