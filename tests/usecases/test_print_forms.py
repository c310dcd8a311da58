"""The slips say what the dossier holds, in the names and the edition of their own day, and count their prints."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from qms_desktop.domain.procedure_content import Fee
from qms_desktop.office import Office
from qms_desktop.usecases import print_forms, progress, receiving
from qms_desktop.usecases.fee_words import fee_words
from tests.printing.pdf_reading import page_texts
from tests.usecases.office_kit import Clock, command, found, sign_in
from tests.usecases.slips import CODES, as_role, record_of, rename, set_office, text_of


def test_the_receipt_says_what_was_received(office: Office, dossier: str) -> None:
    text = text_of(print_forms.receipt(office.work(), dossier))
    record = record_of(office, dossier)
    for wanted in (
        f"Mã hồ sơ: {record['code']}",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Hoa",
        "Số CCCD/Mã số thuế: 086190001234",
        "Số điện thoại: 0912345678",
        "Địa chỉ: Ấp An Thành",
        "Cấp Giấy xác nhận tình trạng hôn nhân (mã 1.004873)",
        "2. Số lượng hồ sơ (bộ): 02",
        "3. Thời gian nhận hồ sơ: 08 giờ 00 phút, ngày 23 tháng 11 năm 2026",
        "4. Thời gian trả kết quả giải quyết hồ sơ: ngày 27 tháng 11 năm 2026",
        "6. Phí, lệ phí: 15.000 đồng",
        "XÃ MẪU",
        "Mẫu, ngày 23 tháng 11 năm 2026",
    ):
        assert text.count(wanted) == 2, wanted
    papers = record["papers"]
    assert isinstance(papers, list)
    assert all(str(paper["name"]) in text for paper in papers if isinstance(paper, dict))
    assert "Quyển số: Số thứ tự:" in text
    assert "None" not in text


def test_a_fee_nobody_typed_is_the_one_of_the_procedure(office: Office) -> None:
    dossier = receiving.receive(office.work(), command(office, "1.004873"))
    wanted = "6. Phí, lệ phí: Theo nghị quyết của Hội đồng nhân dân tỉnh."
    assert text_of(print_forms.receipt(office.work(), dossier)).count(wanted) == 2


@pytest.mark.parametrize(
    ("fees", "words"),
    [
        ((Fee("any", "0 đồng (mức ghi nhận đến tháng 11/2026).", 0),), "0 đồng"),
        ((Fee("any", "", 0),), "Không"),
        ((Fee("any", "", 1250000),), "1.250.000 đồng"),
        ((Fee("any", "Miễn."), Fee("online", "5.000 đồng", 5000)), "Miễn"),
        ((Fee("any", "Miễn."), Fee("in_person", "8.000 đồng/bản")), "8.000 đồng/bản"),
        ((Fee("online", "5.000 đồng", 5000),), ""),
        ((Fee("any", "Miễn nếu đăng ký đúng hạn (15 ngày). Quá hạn: chưa xác minh."),), "Miễn nếu đăng ký đúng hạn (15 ngày)"),
        ((Fee("any", f"Miễn cho {'người cao tuổi, ' * 20}hộ nghèo."),), f"Miễn cho {'người cao tuổi, ' * 5}người cao…"),
        ((), ""),
    ],
)
def test_a_fee_is_said_on_one_line(fees: tuple[Fee, ...], words: str) -> None:
    assert fee_words(fees, "in_person") == words


def test_a_paper_that_is_only_shown_is_not_handed_in(office: Office) -> None:
    dossier = receiving.receive(office.work(), command(office, "2.000884"))
    papers = record_of(office, dossier)["papers"]
    assert isinstance(papers, list)
    assert "Giấy tờ tùy thân của người yêu cầu" in [row["name"] for row in papers if isinstance(row, dict)]
    text = text_of(print_forms.receipt(office.work(), dossier))
    assert "Giấy tờ tùy thân" not in text
    assert "Bản chính" in text


def test_the_due_date_of_the_receipt_stays_as_promised(office: Office, dossier: str, moment: Clock) -> None:
    progress.perform(office.work(), dossier, "request_supplement", "Thiếu ảnh")
    moment.pass_(days=2)
    progress.perform(office.work(), dossier, "supplement_received")
    assert record_of(office, dossier)["due"] == "2026-11-30"
    text = text_of(print_forms.receipt(office.work(), dossier))
    assert "trả kết quả giải quyết hồ sơ: ngày 27 tháng 11 năm 2026" in text
    assert "tạm dừng" not in text


def test_a_company_signs_by_a_person(office: Office) -> None:
    name = "Công ty An Bình"
    person, company = (
        receiving.receive(office.work(), command(office, "2.000815", name, applicant_kind=kind))
        for kind in ("citizen", "company")
    )
    counts = [page_texts(print_forms.receipt(office.work(), dossier).pdf)[0].count(name) for dossier in (person, company)]
    assert counts == [2, 1]


def test_a_preview_leaves_no_trace_and_a_second_print_says_so(office: Office, dossier: str, moment: Clock) -> None:
    work = office.work()
    for _ in range(3):
        first = print_forms.receipt(work, dossier)
    assert first.serial == 1
    assert "In lại" not in text_of(first)
    print_forms.record_print(work, first, copies=first.parts)
    moment.pass_(minutes=65)
    again = print_forms.receipt(work, dossier)
    assert again.serial == 2
    assert text_of(again).count("In lại lần 1 (09:05 ngày 23/11/2026)") == 2
    assert "In lại" not in text_of(print_forms.control_sheet(work, dossier))
    with work.store.view() as view:
        (job,) = view.find("print_job", subject=dossier)
    kept = {name: job[name] for name in ("form", "edition", "copies", "serial", "printed_at", "printed_by", "pdf_hash")}
    assert kept == {
        "form": "receipt",
        "edition": "tt03-2025-mau01",
        "copies": 2,
        "serial": 1,
        "printed_at": "2026-11-23T08:00",
        "printed_by": work.session.person,
        "pdf_hash": sha256(first.pdf).hexdigest(),
    }


def test_one_preview_printed_twice_is_two_prints(office: Office, dossier: str) -> None:
    work = office.work()
    sheet = print_forms.receipt(work, dossier)
    print_forms.record_print(work, sheet)
    print_forms.record_print(work, sheet)
    with work.store.view() as view:
        assert sorted(str(job["serial"]) for job in view.find("print_job", subject=dossier)) == ["1", "2"]
    assert "In lại lần 2" in text_of(print_forms.receipt(work, dossier))


def test_slips_use_the_name_of_the_unit_on_their_day(office: Office, dossier: str, moment: Clock) -> None:
    set_office(office, place="Mẫu Mới")
    rename(office, ("2025-07-01", "xa", "Mẫu"), ("2026-11-25", "phuong", "Mẫu Mới"))
    moment.pass_(days=3)
    later = receiving.receive(office.work(), command(office, "2.000815"))
    for draw in (print_forms.receipt, print_forms.control_sheet):
        old, new = text_of(draw(office.work(), dossier)), text_of(draw(office.work(), later))
        assert "XÃ MẪU" in old
        assert "Mẫu, ngày 23 tháng 11 năm 2026" in old
        assert "PHƯỜNG" not in old
        assert "PHƯỜNG MẪU MỚI" in new
        assert "Mẫu Mới, ngày 26 tháng 11 năm 2026" in new
    assert "PHƯỜNG MẪU MỚI" in text_of(print_forms.data_sheet(office.work(), "dossier", dossier))
    assert "giải quyết hồ sơ: Ủy ban nhân dân xã Mẫu" in text_of(print_forms.control_sheet(office.work(), dossier))


def test_the_edition_is_the_one_of_the_day_of_receipt(tmp_path: Path) -> None:
    moment = Clock(datetime(2025, 9, 10, 9, 0))
    office = sign_in(found(tmp_path, moment, publish=CODES.__contains__), "CL")
    dossier = receiving.receive(office.work(), command(office, "1.004873"))
    moment.now = datetime(2026, 11, 23, 8, 0)
    assert print_forms.receipt(office.work(), dossier).edition == "tt01-2018-mau01"
    assert "Mẫu số 05 – Thông tư 01/2018/TT-VPCP" in text_of(print_forms.control_sheet(office.work(), dossier))


def test_a_reprint_keeps_the_edition_of_the_first_print(office: Office, dossier: str) -> None:
    work = office.work()
    print_forms.record_print(work, replace(print_forms.receipt(work, dossier), edition="tt01-2018-mau01"))
    again = print_forms.receipt(work, dossier)
    assert again.edition == "tt01-2018-mau01"
    assert "Thông tư 01/2018/TT-VPCP" in text_of(again)


@pytest.mark.parametrize("role", ["AU", "PI", "PA", "SY"])
def test_numbers_are_masked_for_those_who_only_look(office: Office, dossier: str, role: str) -> None:
    work = as_role(office, role)
    for sheet in (print_forms.receipt(work, dossier), print_forms.data_sheet(work, "dossier", dossier)):
        text = text_of(sheet)
        assert "0912345678" not in text
        assert "086190001234" not in text
    assert "•••" in text
    assert "0912345678" in text_of(print_forms.data_sheet(office.work(), "dossier", dossier))


def test_a_data_sheet_speaks_vietnamese_and_names_people(office: Office, dossier: str, moment: Clock) -> None:
    moment.pass_(hours=2, minutes=30)
    progress.edit(office.work(), dossier, {"note": "Gọi trước khi đến"})
    text = text_of(print_forms.data_sheet(office.work(), "dossier", dossier))
    for wanted in (
        "Nhận lúc 23/11/2026 08:00",
        "Người tiếp nhận Nguyễn Văn Đông",
        "Quy trình áp dụng 1.004873 · Cấp Giấy xác nhận tình trạng hôn nhân",
        "Thời hạn 3 ngày làm việc",
        "Giờ làm việc khi nhận Thứ Hai 07:00–11:00, 13:00–17:00",
        "Cách tính hạn A – hết ngày làm việc cuối",
        "2026 (bản 1), 2027 (bản 1)",
        "Tên giấy tờ Bản chính Tình trạng",
        "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân 1 Đủ",
        "Thành phần hồ sơ: 2 mục",
        "23/11/2026 10:30 Nguyễn Văn Đông Ghi chú: Gọi trước khi đến",
    ):
        assert wanted in text, wanted
    for raw in ("working_day", "True", "None", "in_person", "{", "missing"):
        assert raw not in text, raw


def test_the_data_sheet_of_a_procedure_has_no_raw_codes(office: Office) -> None:
    revision = command(office, "1.004873").revision
    sheet = print_forms.data_sheet(office.work(), "revision", revision)
    text = text_of(sheet)
    for wanted in (
        "Bước Nội dung Trách nhiệm",
        "Soát lại căn cứ",
        "Trình tự xử lý: 7 mục",
        "23/11/2026 08:00 Tỉnh Loại tài liệu",
    ):
        assert wanted in text, wanted
    assert text.index("Cơ sở pháp lý") < text.index("Thành phần hồ sơ") < text.index("Trình tự xử lý") < text.index("Điểm chưa")
    for raw in ("working_day", "always", "conditional", "LDP", "province", "{", "'"):
        assert raw not in text, raw
    assert sheet.edition == "house-data-sheet"


def test_file_names_hold_no_sign_that_windows_refuses() -> None:
    assert print_forms.file_name("Phieu", "QT-01/UBND: số 2?") == "Phieu-QT-01-UBND-số-2-"
