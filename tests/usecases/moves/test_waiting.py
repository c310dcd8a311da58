"""Waiting for the citizen, for money, for another agency, and asking for more time: the clock follows (d.3, I5, I6)."""

from collections.abc import Callable

import pytest

from qms_desktop.domain.errors import InputError, RightsError, RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.office import Office
from qms_desktop.usecases import clock, progress
from tests.usecases.moves.conftest import Move, rows
from tests.usecases.office_kit import Clock, sign_in

Shown = Callable[[], dict[str, Value]]


def sentence(office: Office, dossier: str, moment: Clock) -> str:
    with office.demand_store().view() as view:
        return clock.deadline_of(view, dossier, moment()).sentence


def test_papers_that_come_are_ticked_one_by_one(office: Office, dossier: str, move: Move, shown: Shown) -> None:
    papers = shown()["papers"]
    assert isinstance(papers, list)
    lacking: list[Value] = [{**row, "state": "missing"} for row in papers if isinstance(row, dict)]
    progress.edit(office.work(), dossier, {"papers": lacking})
    move("request_supplement", "Thiếu giấy tờ", supplement_due="2026-11-30")
    assert shown()["supplement_due"] == "2026-11-30"
    move("supplement_received", paper_0=True, paper_1=False)
    after = shown()["papers"]
    assert isinstance(after, list)
    assert [row["state"] for row in after if isinstance(row, dict)] == ["ok", "missing"]
    assert not shown().get("supplement_due")


def test_papers_that_never_came_send_the_dossier_back_after_the_deadline_only(move: Move, shown: Shown, moment: Clock) -> None:
    move("request_supplement", "Thiếu ảnh", supplement_due="2026-11-25")
    with pytest.raises(RightsError):
        move("return_expired", "Quá hạn bổ sung")
    with pytest.raises(RuleError, match="Chưa hết hạn nộp bổ sung"):
        move("return_expired", "Quá hạn bổ sung", by="LD")
    moment.pass_(days=3)
    move("return_expired", "Quá hạn bổ sung", by="LD")
    assert (shown()["state"], shown()["ending_reason"]) == ("returned", "Quá hạn bổ sung")


def test_a_leader_may_go_on_without_the_papers(move: Move, shown: Shown, moment: Clock) -> None:
    move("request_supplement", "Thiếu ảnh")
    moment.pass_(days=2)
    move("go_on", "Đã tra được trên cơ sở dữ liệu", by="LD")
    assert shown()["state"] == "processing"
    assert shown()["due"] == "2026-11-30"


def test_the_clock_stands_while_the_citizen_has_to_pay(
    office: Office, dossier: str, move: Move, shown: Shown, moment: Clock
) -> None:
    move("request_payment", "Nộp lệ phí", payment_amount=15_000)
    assert (shown()["state"], shown()["payment_amount"]) == ("awaiting_payment", 15_000)
    moment.pass_(days=2)
    move("payment_received", payment_proof="BL 0001234")
    assert (shown()["state"], shown()["payment_proof"]) == ("processing", "BL 0001234")
    assert shown()["due"] == "2026-11-30"
    assert "chờ nghĩa vụ tài chính" in sentence(office, dossier, moment)


@pytest.mark.parametrize(("counts", "due"), [("run", "2026-11-27"), ("pause", "2026-11-30")])
def test_whether_another_agency_s_time_counts_is_said_when_it_is_asked(
    move: Move, shown: Shown, moment: Clock, counts: str, due: str
) -> None:
    move("ask_agency", "Xác minh nơi cư trú", other_agency="Công an xã Mẫu", waiting_counts=counts, agency_letter="12/UBND")
    assert (shown()["state"], shown()["other_agency"]) == ("interagency", "Công an xã Mẫu")
    moment.pass_(days=2)
    move("agency_answered", "Văn bản 34/CAX")
    assert (shown()["state"], shown()["due"]) == ("processing", due)


def test_an_extension_is_asked_for_and_granted_by_a_head_once(
    office: Office, dossier: str, move: Move, shown: Shown, moment: Clock
) -> None:
    move("forward")
    with pytest.raises(InputError, match="sau ngày hẹn"):
        move("ask_extension", "Chờ xác minh", new_due="2026-11-26")
    move("ask_extension", "Chờ xác minh", new_due="2026-12-04")
    assert (shown()["extension_asked"], shown()["due"]) == ("2026-12-04", "2026-11-27")
    with pytest.raises(RightsError):
        move("extend", "Đồng ý", new_due="2026-12-04")
    move("extend", "Đồng ý", by="LD", new_due="2026-12-04")
    record = shown()
    assert (record["due"], record["original_due"], record.get("extension_asked")) == ("2026-12-04", "2026-11-27", None)
    (granted,) = rows(office, "clock_event", dossier=dossier, kind="extend")
    assert granted["authorised_by"] == sign_in(office, "LD").work().session.person
    with pytest.raises(RuleError, match="tối đa 1 lần"):
        move("extend", "Lại chờ", by="LD", new_due="2026-12-11")


def test_a_head_says_no_and_why(office: Office, dossier: str, move: Move, shown: Shown) -> None:
    move("forward")
    with pytest.raises(RuleError, match="không có đề nghị"):
        move("refuse_extension", "Không cần", by="LD")
    move("ask_extension", "Bận", new_due="2026-12-04")
    move("refuse_extension", "Phải trả đúng hẹn", by="LD")
    assert (shown()["due"], shown().get("extension_asked")) == ("2026-11-27", None)
    assert [row["kind"] for row in rows(office, "clock_event", dossier=dossier)] == ["start", "ask_extend", "refuse_extend"]
