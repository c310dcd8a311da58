"""Sổ theo dõi hồ sơ: every dossier received in the period, its days, one head on every page."""

from datetime import date, datetime
from pathlib import Path

import pytest

from qms_desktop.domain.errors import InputError
from qms_desktop.office import Office
from qms_desktop.usecases import print_forms, progress, receiving
from qms_desktop.usecases.print_register import register
from tests.printing.pdf_reading import page_texts
from tests.usecases.office_kit import Clock, command, found, sign_in
from tests.usecases.slips import as_role, set_office

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def office(tmp_path: Path, moment: Clock) -> Office:
    return sign_in(found(tmp_path, moment, publish={"1.004873", "2.000815"}.__contains__), "CL")


def receive(office: Office, name: str, **more: object) -> str:
    given = {"applicant_phone": "0912345678", "applicant_address": "Ấp An Thành", **more}
    return receiving.receive(office.work(), command(office, "1.004873", name, **given))


def text_of(sheet: print_forms.Sheet) -> str:
    return " ".join(page_texts(sheet.pdf))


def test_a_line_follows_a_dossier_from_the_counter_to_the_citizen(office: Office, moment: Clock) -> None:
    dossier = receive(office, "Nguyễn Thị Hoa", sets=2)
    moment.pass_(days=2)
    progress.perform(office.work(), dossier, "forward", extra={"overdue_reason": "Mất điện"})
    moment.pass_(days=1)
    progress.perform(office.work(), dossier, "result_ready", extra={"overdue_reason": "Mất điện"})
    moment.pass_(days=3)
    progress.perform(office.work(), dossier, "deliver", extra={"delivered_to": "Nguyễn Thị Hoa"})
    sheet = register(office.work(), FIRST, LAST)
    text = text_of(sheet)
    assert sheet.edition == "tt03-2025-mau07"
    assert "Mẫu số 07 – Thông tư 03/2025/TT-VPCP" in text
    assert "Từ ngày 01/11/2026 đến ngày 30/11/2026" in text
    assert "Tổng cộng: 1 hồ sơ" in text
    for wanted in ("Ấp An Thành 0912345678", "23/11/2026 27/11/2026 25/11/2026 26/11/2026 29/11/2026 Trực tiếp"):
        assert wanted in text, wanted


def test_only_what_was_received_in_the_period_stands_in_it(office: Office, moment: Clock) -> None:
    moment.now = datetime(2026, 10, 31, 16, 59)
    receive(office, "Lê Văn Tám")
    moment.now = datetime(2026, 11, 30, 16, 59)
    receive(office, "Phạm Thị Chín")
    papers = ({"name": "Tờ khai", "originals": 1, "copies": 0, "state": "missing", "note": ""},)
    receiving.return_at_counter(office.work(), command(office, "1.004873", "Võ Văn Mười", papers=papers))
    text = text_of(register(office.work(), FIRST, LAST))
    assert "Phạm Thị" in text
    assert "Lê Văn Tám" not in text
    assert "Võ Văn Mười" not in text


def test_the_grouped_head_stands_on_every_page_and_a_dossier_withdrawn_says_so(office: Office, moment: Clock) -> None:
    gone = receive(office, "Nguyễn Thị Hoa")
    progress.perform(office.work(), gone, "withdraw", "Công dân xin rút")
    for number in range(30):
        moment.pass_(minutes=1)
        receive(office, f"Nguyễn Thị Hoa {number}", result_place="Qua bưu chính công ích")
    pages = page_texts(register(office.work(), FIRST, LAST).pdf)
    assert len(pages) > 2
    for page in pages:
        for title in ("Ngày, tháng, năm", "Trả kết quả", "Ký nhận", "Phương"):
            assert title in page, title
    assert "Rút hồ sơ" in " ".join(pages)
    assert "Tổng cộng: 31 hồ sơ" in pages[-1]


def test_the_register_of_the_old_days_keeps_its_form_and_counts_its_prints(office: Office) -> None:
    set_office(office, reception="Bộ phận Một cửa")
    work = office.work()
    old = register(work, date(2024, 1, 1), date(2024, 12, 31))
    assert old.edition == "tt01-2018-mau06"
    print_forms.record_print(work, old)
    assert "In lại lần 1" in text_of(register(work, date(2024, 1, 1), date(2024, 12, 31)))
    assert "In lại" not in text_of(register(work, FIRST, LAST))


def test_who_only_looks_sees_no_numbers(office: Office) -> None:
    receive(office, "Nguyễn Thị Hoa")
    assert "0912345678" not in text_of(register(as_role(office, "AU"), FIRST, LAST))


def test_a_period_that_ends_before_it_begins_is_refused(office: Office) -> None:
    with pytest.raises(InputError, match="QMS-149"):
        register(office.work(), LAST, FIRST)


def test_an_extension_shows_the_new_appointment_and_notes_the_first_one(office: Office, moment: Clock) -> None:
    dossier = receive(office, "Nguyễn Thị Hoa")
    progress.perform(office.work(), dossier, "forward")
    before = text_of(register(office.work(), FIRST, LAST))
    assert "23/11/2026 27/11/2026 23/11/2026" in before
    assert "Gia hạn" not in before
    progress.perform(as_role(office, "LD"), dossier, "extend", "Chờ xác minh", {"new_due": "2026-12-04"})
    text = text_of(register(office.work(), FIRST, LAST))
    assert "23/11/2026 04/12/2026 23/11/2026" in text
    assert "Gia hạn; hẹn lần đầu 27/11/2026" in text
