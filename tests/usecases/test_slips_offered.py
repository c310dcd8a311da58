"""The forms of a dossier's later life: refused, put off, stopped, paid, handed over, labelled; each only where it is so."""

from datetime import datetime

import pytest

from qms_desktop.domain.errors import AppError, InputError, RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.office import Office
from qms_desktop.store.unit import put
from qms_desktop.usecases import bulk, print_forms, print_minutes, progress, receiving
from qms_desktop.usecases.slips_offered import FORMS, draw, offered
from tests.usecases.office_kit import Clock, command, sign_in
from tests.usecases.slips import as_role, record_of, set_office, text_of, visit


def forms_of(office: Office, dossier: str) -> tuple[str, ...]:
    with office.demand_store().view() as view:
        return offered(view, view.get("dossier", dossier) or {})


def printed(office: Office, dossier: str, form: str) -> str:
    return text_of(draw(office.work(), dossier, form))


def refused(office: Office) -> str:
    intake = command(office, "1.004873", applicant_address="Ấp An Thành")
    return receiving.refuse(office.work(), intake, "Không thuộc thẩm quyền của xã", "Điều 21 Nghị định 123/2015/NĐ-CP")


def put_off(office: Office, dossier: str, day: str = "2026-12-04", reason: str = "Chờ xác minh nơi cư trú") -> None:
    sign_in(office, "CL")
    if record_of(office, dossier)["state"] == "received":
        progress.perform(office.work(), dossier, "forward")
    progress.perform(sign_in(office, "LD").work(), dossier, "extend", reason, {"new_due": day})


def test_every_form_offered_can_be_drawn_and_every_other_says_why_not(office: Office, dossier: str) -> None:
    put_off(office, dossier)
    for subject in (dossier, refused(sign_in(office, "CL")), visit(office)):
        given = forms_of(office, subject)
        for form in FORMS:
            if form in given:
                assert draw(office.work(), subject, form).pdf.startswith(b"%PDF")
            else:
                with pytest.raises(AppError, match="QMS-2"):
                    draw(office.work(), subject, form)
    with pytest.raises(InputError, match="QMS-239"):
        draw(office.work(), dossier, "mau-99")


def test_a_refusal_prints_its_reason_and_its_basis(office: Office) -> None:
    subject = refused(office)
    assert forms_of(office, subject) == ("refusal",)
    text = printed(office, subject, "refusal")
    for wanted in (
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "Nguyễn Thị Hoa",
        "Lý do: Không thuộc thẩm quyền của xã",
        "Căn cứ pháp lý: Điều 21 Nghị định 123/2015/NĐ-CP",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Nguyễn Văn Đông",
        "Mẫu số 03 – Thông tư 03/2025/TT-VPCP",
    ):
        assert wanted in text, wanted


def test_a_refusal_of_2024_is_printed_in_the_edition_of_2018(office: Office) -> None:
    subject = refused(office)
    old: dict[str, Value] = {"received_at": "2024-05-02T08:00"}
    office.demand_store().act("dossier.edit", office.work().author, lambda _view: [put("dossier", subject, old)])
    assert draw(office.work(), subject, "refusal").edition == "tt01-2018-mau03"


def test_the_apology_tells_both_appointments_and_each_extension_counts_its_prints(
    office: Office, dossier: str, moment: Clock
) -> None:
    set_office(office, extension_limit=2)
    put_off(office, dossier)
    assert forms_of(office, dossier)[0] == "apology"
    first = draw(office.work(), dossier, "apology")
    text = text_of(first)
    for wanted in (
        "Kính gửi: Nguyễn Thị Hoa",
        "Thời gian hẹn trả kết quả: ngày 27 tháng 11 năm 2026",
        "Lý do: Chờ xác minh nơi cư trú",
        "Thời gian hẹn trả kết quả mới: ngày 04 tháng 12 năm 2026",
        "Lê Thị Ánh",
        "Mẫu số 04 – Thông tư 03/2025/TT-VPCP",
    ):
        assert wanted in text, wanted
    print_forms.record_print(office.work(), first, first.parts)
    assert "In lại lần 1" in printed(office, dossier, "apology")
    moment.pass_(days=1)
    put_off(office, dossier, "2026-12-11", "Chưa có kết quả xác minh")
    text = printed(office, dossier, "apology")
    assert "In lại" not in text
    assert "Thời gian hẹn trả kết quả: ngày 04 tháng 12 năm 2026" in text
    assert "mới: ngày 11 tháng 12 năm 2026" in text


def test_the_stop_notice_names_reason_basis_and_who_signs(office: Office, dossier: str) -> None:
    leader = sign_in(office, "LD").work()
    progress.perform(leader, dossier, "stop", "Người nộp đã mất", {"ending_basis": "Điều 5 Luật Hộ tịch"})
    assert forms_of(office, dossier)[0] == "stop"
    text = printed(office, dossier, "stop")
    for wanted in (
        "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
        "Lý do dừng giải quyết: Người nộp đã mất",
        "Căn cứ: Điều 5 Luật Hộ tịch",
        "Lê Thị Ánh",
        "Mẫu số 05 – Thông tư 03/2025/TT-VPCP",
    ):
        assert wanted in text, wanted


def test_a_stop_of_2024_has_no_form(office: Office, dossier: str, moment: Clock) -> None:
    moment.now = datetime(2024, 5, 2, 8, 0)
    progress.perform(as_role(office, "LD"), dossier, "stop", "Người nộp đã mất", {"ending_basis": "Điều 5"})
    assert "stop" not in forms_of(office, dossier)


def test_the_fee_of_the_counter_and_the_duty_that_stopped_the_clock_have_a_receipt(
    office: Office, dossier: str, moment: Clock
) -> None:
    text = printed(office, dossier, "fee_receipt")
    assert "Số tiền: 15.000 đồng" in text
    assert "Bằng chữ: Mười lăm nghìn đồng" in text
    assert "Thời gian nộp: 08 giờ 00 phút, ngày 23 tháng 11 năm 2026" in text
    assert (text.count("Liên 1"), text.count("Liên 2")) == (1, 1)
    progress.perform(office.work(), dossier, "request_payment", "Lệ phí trước bạ", {"payment_amount": 1_250_000})
    moment.pass_(hours=3)
    progress.perform(office.work(), dossier, "payment_received", extra={"payment_proof": "Biên lai 0001234"})
    text = printed(office, dossier, "fee_receipt")
    for wanted in (
        "Nội dung thu: Lệ phí trước bạ",
        "Số tiền: 1.250.000 đồng",
        "Bằng chữ: Một triệu hai trăm năm mươi nghìn đồng",
        "Thời gian nộp: 11 giờ 00 phút",
        "kèm theo: Biên lai 0001234",
        "Nguyễn Văn Đông",
    ):
        assert wanted in text, wanted


def test_nothing_paid_has_no_receipt(office: Office) -> None:
    subject = receiving.receive(office.work(), command(office, "1.004873", fee="Không thu"))
    assert "fee_receipt" not in forms_of(office, subject)
    with pytest.raises(RuleError, match="QMS-237"):
        draw(office.work(), subject, "fee_receipt")


def test_minutes_hold_the_whole_pile_and_who_signed_for_it(office: Office, dossier: str, moment: Clock) -> None:
    other = receiving.receive(office.work(), command(office, "1.004873", "Trần Văn Bé"))
    with office.demand_store().view() as view:
        leader = next(str(row["id"]) for row in view.find("person", full_name="Lê Thị Ánh"))
    bulk.move_many(office.work(), [dossier, other], "forward", extra={"assignee": leader})
    moment.pass_(minutes=20)
    bulk.move_many(sign_in(office, "LD").work(), [dossier], "sign_for")
    sheet = draw(office.work(), dossier, "hand_over")
    text = text_of(sheet)
    for wanted in (
        "BIÊN BẢN BÀN GIAO HỒ SƠ",
        "Bên giao: Nguyễn Văn Đông",
        "Bên nhận: Lê Thị Ánh – Chủ tịch UBND",
        "Trần Văn Bé",
        "08:20 ngày 23/11/2026",
        "Tổng cộng: 02 hồ sơ",
        "BÊN GIAO",
        "BÊN NHẬN",
    ):
        assert wanted in text, wanted
    assert sheet.subject.startswith("BG-")
    print_forms.record_print(office.work(), sheet)
    assert "In lại lần 1" in text_of(print_minutes.last_minutes(office.work(), other))


def test_the_cover_has_the_code_the_appointment_and_the_originals(office: Office) -> None:
    complete = command(office, "1.004873")
    kept = tuple({**paper, "held": True, "originals": 1} for paper in complete.papers[:1])
    subject = receiving.receive(office.work(), command(office, "1.004873", papers=kept))
    text = printed(office, subject, "cover")
    for wanted in (str(record_of(office, subject)["code"]), "Hẹn trả: 27/11/2026", "Bản gốc đang giữ: 01", "Nguyễn Thị Hoa"):
        assert wanted in text, wanted


def test_who_only_looks_sees_no_numbers_on_the_slips(office: Office, dossier: str) -> None:
    put_off(office, dossier)
    for form in ("apology", "fee_receipt", "cover", "hand_over"):
        assert "0912345678" not in text_of(draw(as_role(office, "AU"), dossier, form))
