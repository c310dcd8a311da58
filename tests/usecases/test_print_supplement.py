"""The slip that asks for more papers: what is missing, why, and who asked."""

import pytest

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.office import Office
from qms_desktop.usecases import print_forms, progress
from tests.usecases.office_kit import Clock
from tests.usecases.slips import record_of, set_office, text_of, visit


def test_a_visit_without_receipt_has_only_the_supplement_slip(office: Office) -> None:
    returned = visit(office, note="Khai lại mục 5")
    for draw in (print_forms.receipt, print_forms.control_sheet):
        with pytest.raises(RuleError, match="QMS-222"):
            draw(office.work(), returned)
    text = text_of(print_forms.supplement_slip(office.work(), returned))
    for wanted in (
        f"Mã hồ sơ: {record_of(office, returned)['code']}",
        "Hồ sơ của: Nguyễn Thị Hoa",
        "1. Tờ khai (bản chính: 01) – chưa hợp lệ (thiếu chữ ký)",
        "2. Giấy tờ cư trú (bản sao: 02) – chưa nộp",
        "Lý do: Hồ sơ chưa đủ thành phần theo quy định và có giấy tờ chưa hợp lệ. Khai lại mục 5",
        "Nguyễn Văn Đông",
        "Mẫu số 02 – Thông tư 03/2025/TT-VPCP",
    ):
        assert wanted in text, wanted
    assert "ly hôn" not in text
    assert "Căn cước" not in text


def test_a_request_prints_its_reason_its_day_and_who_asked(office: Office, dossier: str, moment: Clock) -> None:
    set_office(office, phone="0270 3 123 456")
    moment.pass_(days=2)
    progress.perform(office.work(), dossier, "request_supplement", "Nộp bản sao căn cước\nKý lại tờ khai")
    moment.pass_(days=1)
    slip = print_forms.supplement_slip(office.work(), dossier)
    text = text_of(slip)
    for wanted in ("1. Nộp bản sao căn cước 2. Ký lại tờ khai", "Mẫu, ngày 25 tháng 11 năm 2026", "0270 3 123 456"):
        assert wanted in text, wanted
    assert text.endswith(f"Nguyễn Văn Đông Mẫu số 02 – Thông tư 03/2025/TT-VPCP {record_of(office, dossier)['code']}")
    assert slip.name == f"Phieu-bo-sung-{record_of(office, dossier)['code']}"


def test_papers_marked_missing_stand_on_the_slip_with_the_reason(office: Office, dossier: str) -> None:
    papers: list[Value] = [{"name": "Tờ khai", "originals": 1, "copies": 0, "state": "invalid", "note": "sai ngày sinh"}]
    progress.edit(office.work(), dossier, {"papers": papers})
    progress.perform(office.work(), dossier, "request_supplement", "Tờ khai không khớp với căn cước")
    text = text_of(print_forms.supplement_slip(office.work(), dossier))
    assert "1. Tờ khai (bản chính: 01) – chưa hợp lệ (sai ngày sinh)" in text
    assert "Lý do: Tờ khai không khớp với căn cước" in text


def test_each_request_counts_its_own_prints(office: Office, dossier: str, moment: Clock) -> None:
    set_office(office, supplement_limit=2)
    work = office.work()
    for _request in range(2):
        moment.pass_(hours=1)
        progress.perform(work, dossier, "request_supplement", "Thiếu ảnh")
        first = print_forms.supplement_slip(work, dossier)
        assert first.serial == 1
        print_forms.record_print(work, first)
        assert "In lại lần 1" in text_of(print_forms.supplement_slip(work, dossier))
        moment.pass_(hours=1)
        progress.perform(work, dossier, "supplement_received")


def test_no_slip_without_a_request(office: Office, dossier: str) -> None:
    with pytest.raises(RuleError, match="QMS-223"):
        print_forms.supplement_slip(office.work(), dossier)
    with pytest.raises(RuleError, match="QMS-211"):
        print_forms.receipt(office.work(), "khong-co")
