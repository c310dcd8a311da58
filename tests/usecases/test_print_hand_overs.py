"""The control sheet: who had the dossier, from when to when, and whether in time."""

from dataclasses import replace

from qms_desktop.office import Office
from qms_desktop.printing.models import Outcome
from qms_desktop.store.unit import create
from qms_desktop.usecases import print_forms, progress
from qms_desktop.usecases.hand_overs import hand_overs_to_come
from tests.usecases.office_kit import Clock
from tests.usecases.slips import outcomes_of, rows_of, text_of


def test_hand_overs_tell_who_had_the_dossier_and_how_each_kept_the_time(office: Office, dossier: str, moment: Clock) -> None:
    moment.pass_(hours=1)
    progress.perform(office.work(), dossier, "forward")
    moment.pass_(hours=2)
    progress.perform(office.work(), dossier, "forward")
    moment.pass_(days=4)
    progress.perform(office.work(), dossier, "back", "Thiếu căn cứ")
    rows = rows_of(office, dossier)
    assert [row.outcome for row in rows] == [Outcome.EARLY, Outcome.ON_TIME, Outcome.LATE, Outcome.BLANK]
    assert [row.from_unit for row in rows] == ["Người nộp hồ sơ", "Bộ phận Một cửa", "Lãnh đạo phòng", "Công chức chuyên môn"]
    assert rows[0].giver == "Nguyễn Thị Hoa"
    assert rows[1].giver == "Nguyễn Văn Đông"
    assert rows[2].note == "Thiếu căn cứ"
    text = text_of(print_forms.control_sheet(office.work(), dossier))
    assert "1. Giao: 08 giờ 00 phút, ngày 23/11/2026" in text
    assert "2. Nhận: 11 giờ 00 phút, ngày 23/11/2026" in text


def test_who_sends_a_dossier_on_is_who_had_it(office: Office, dossier: str) -> None:
    people = [create("person", name, {"full_name": name}) for name in ("Lê Văn Phòng", "Trần Thị Chuyên")]
    office.demand_store().act("people", office.work().author, lambda _view: people)
    progress.perform(office.work(), dossier, "forward")
    for name in ("Lê Văn Phòng", "Trần Thị Chuyên"):
        work = office.work()
        progress.perform(replace(work, session=replace(work.session, person=name)), dossier, "forward")
    assert [(row.giver, row.receiver) for row in rows_of(office, dossier)] == [
        ("Nguyễn Thị Hoa", "Nguyễn Văn Đông"),
        ("Nguyễn Văn Đông", "Lê Văn Phòng"),
        ("Lê Văn Phòng", "Trần Thị Chuyên"),
        ("Trần Thị Chuyên", ""),
    ]


def test_a_citizen_who_comes_late_does_not_make_the_last_desk_late(office: Office, dossier: str, moment: Clock) -> None:
    for _ in range(6):
        progress.perform(office.work(), dossier, "forward")
    progress.perform(office.work(), dossier, "result_ready")
    moment.pass_(days=9)
    progress.perform(office.work(), dossier, "deliver")
    *_, last_desk, delivery = rows_of(office, dossier)
    assert (last_desk.receiver, delivery.giver) == ("Nguyễn Văn Đông",) * 2
    assert last_desk.outcome is Outcome.EARLY


def test_the_desks_still_to_come_wait_for_their_signatures(office: Office, dossier: str) -> None:
    with office.demand_store().view() as view:
        coming = hand_overs_to_come(view, view.get("dossier", dossier) or {})
    assert [row.to_unit for row in coming][:2] == ["Lãnh đạo phòng (B2)", "Công chức chuyên môn (B3)"]
    assert (coming[0].from_unit, coming[-1].from_unit, coming[-1].to_unit) == ("Bộ phận Một cửa",) * 2 + ("Người nộp hồ sơ",)
    assert {(row.handed_at, row.giver, row.outcome) for row in coming} == {(None, "", Outcome.BLANK)}
    text = text_of(print_forms.control_sheet(office.work(), dossier))
    assert text.count("Người giao (ký)") == 1 + len(coming) == 8
    assert "Giao: Lãnh đạo UBND Nhận: Văn thư (B6)" in text


def test_nothing_is_to_come_once_the_dossier_has_left(office: Office, dossier: str) -> None:
    progress.perform(office.work(), dossier, "result_ready")
    for left in (1, 0):
        with office.demand_store().view() as view:
            assert len(hand_overs_to_come(view, view.get("dossier", dossier) or {})) == left
        if left:
            progress.perform(office.work(), dossier, "deliver", extra={"delivered_to": "Nguyễn Thị Hoa"})


def test_waiting_for_the_citizen_is_not_the_desk_being_late(office: Office, dossier: str, moment: Clock) -> None:
    moment.pass_(hours=1)
    progress.perform(office.work(), dossier, "request_supplement", "Thiếu ảnh")
    moment.pass_(days=4)
    progress.perform(office.work(), dossier, "supplement_received")
    moment.pass_(hours=1)
    progress.perform(office.work(), dossier, "forward")
    assert outcomes_of(office, dossier)[0] is Outcome.ON_TIME
    moment.pass_(hours=5)
    progress.perform(office.work(), dossier, "forward", extra={"overdue_reason": "Họp đột xuất"})
    assert outcomes_of(office, dossier)[1] is Outcome.LATE


def test_the_last_hand_over_gives_the_result_to_the_citizen(office: Office, dossier: str, moment: Clock) -> None:
    progress.perform(office.work(), dossier, "result_ready")
    moment.pass_(days=9)
    progress.perform(office.work(), dossier, "deliver", extra={"delivered_to": "Trần Văn Bình"})
    last = rows_of(office, dossier)[-1]
    assert (last.from_unit, last.to_unit, last.receiver) == ("Bộ phận Một cửa", "Người nộp hồ sơ", "Trần Văn Bình")
    assert last.handed_at == moment.now
    assert last.outcome is Outcome.EARLY


def test_the_solving_section_is_named_once_somebody_there_has_the_dossier(office: Office, dossier: str) -> None:
    people = (
        create("position", "post", {"name": "Công chức hộ tịch", "section": "Phòng Văn hóa – Xã hội"}),
        create("person", "solver", {"full_name": "Phạm Thị Thu", "position": "post"}),
    )
    office.demand_store().act("people", office.work().author, lambda _view: people)
    progress.perform(office.work(), dossier, "forward", extra={"assignee": "solver"})
    text = text_of(print_forms.control_sheet(office.work(), dossier))
    assert "Cơ quan (bộ phận) giải quyết hồ sơ: Phòng Văn hóa – Xã hội" in text
    assert "Phạm Thị Thu" in text
