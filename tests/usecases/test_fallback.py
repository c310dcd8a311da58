"""A day without power: blank slips and the open register beforehand, the true time and a mark afterwards."""

from datetime import date, datetime

import pytest

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.office import Office
from qms_desktop.usecases import print_forms, receiving
from qms_desktop.usecases.fallback import blank_slips, open_register
from qms_desktop.usecases.print_register import register
from tests.printing.pdf_reading import page_texts
from tests.usecases.office_kit import Clock, command

FRIDAY = datetime(2026, 11, 20, 9, 15)
SLIP = "G-A-261120-03"


def late(office: Office, name: str = "Nguyễn Thị Hoa", number: str = SLIP, at: datetime = FRIDAY) -> str:
    return receiving.receive(office.work(), command(office, "1.004873", name, received_at=at, paper=number))


def test_each_blank_slip_has_two_copies_and_a_number_no_other_print_has(office: Office) -> None:
    day = date(2026, 11, 24)
    first = blank_slips(office.work(), 2, day)
    pages = page_texts(first.pdf)
    assert len(pages) == 4
    assert "G-A-261124-01" in pages[0]
    assert "G-A-261124-02" in pages[3]
    assert "Liên 2" in pages[1]
    assert "……… giờ" in pages[0].replace("\u00a0", " ")
    print_forms.record_print(office.work(), first)
    assert "G-A-261124-03" in page_texts(blank_slips(office.work(), 1, day).pdf)[0]


def test_no_slips_and_too_many_are_refused(office: Office) -> None:
    for count in (0, 51):
        with pytest.raises(InputError, match="từ 1 đến 50"):
            blank_slips(office.work(), count, date(2026, 11, 24))


def test_the_open_register_names_who_holds_what(office: Office, dossier: str) -> None:
    text = " ".join(page_texts(open_register(office.work()).pdf))
    assert "Hồ sơ đang giải quyết lúc 08:00 ngày 23/11/2026" in text
    assert "Nguyễn Thị Hoa" in text
    assert "Nguyễn Văn Đông" in text


def test_what_came_on_paper_runs_from_its_true_time_and_says_so_for_ever(office: Office) -> None:
    record = late(office)
    with office.demand_store().view() as view:
        row = view.get("dossier", record) or {}
        start = view.find("clock_event", dossier=record)[0]
    assert row["received_at"] == start["at"] == "2026-11-20T09:15"
    assert str(row["code"]).startswith("T-A-261120-1-")
    assert row["origin"] == "paper"
    assert row["paper_number"] == SLIP
    assert "nhập vào máy lúc 08:00 23/11/2026" in str(row["origin_note"])
    assert row["original_due"] == "2026-11-26"
    receipt = " ".join(page_texts(print_forms.receipt(office.work(), record).pdf))
    assert f"Nhập sau từ phiếu giấy số {SLIP}" in receipt
    book = " ".join(page_texts(register(office.work(), date(2026, 11, 1), date(2026, 11, 30)).pdf))
    assert "Nhập sau từ" in book


def test_a_slip_is_entered_once_and_never_from_the_future(office: Office, moment: Clock) -> None:
    late(office)
    with pytest.raises(RuleError, match="đã nhập rồi"):
        late(office, "Lê Văn Tám")
    with pytest.raises(InputError, match="sau bây giờ"):
        late(office, "Lê Văn Tám", "G-A-261123-01", datetime(2026, 11, 23, 8, 1))


def test_a_dossier_for_another_commune_says_where_it_goes(office: Office) -> None:
    other = "UBND xã Tân Phú"
    record = receiving.receive(office.work(), command(office, "1.004873", extra={"receiving_for": other}))
    receipt = " ".join(page_texts(print_forms.receipt(office.work(), record).pdf))
    assert f"Nhận hộ, chuyển {other}" in receipt
    assert other in " ".join(page_texts(print_forms.control_sheet(office.work(), record).pdf))
    book = " ".join(page_texts(register(office.work(), date(2026, 11, 1), date(2026, 11, 30)).pdf))
    assert "Nhận hộ" in book
    assert "Tân Phú" in book
