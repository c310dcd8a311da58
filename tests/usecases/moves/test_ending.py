"""How a dossier ends and begins again: refusal, stop, delivery by whom and how, reopening (domain-model d.3)."""

from collections.abc import Callable

import pytest

from qms_desktop.domain.errors import InputError, RightsError, RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.office import Office
from qms_desktop.usecases import clock, progress, receiving
from tests.usecases.moves.conftest import PROCEDURE, Move, rows
from tests.usecases.office_kit import Clock, command, sign_in

Shown = Callable[[], dict[str, Value]]


def test_a_refusal_is_a_visit_with_its_reason_and_legal_basis(office: Office) -> None:
    refused = receiving.refuse(
        office.work(), command(office, PROCEDURE), "Không thuộc thẩm quyền", "Điều 21 Nghị định 123/2015/NĐ-CP"
    )
    (record,) = rows(office, "dossier", id=refused)
    assert (record["state"], record["ending_reason"]) == ("refused", "Không thuộc thẩm quyền")
    assert str(record["code"]).startswith("Q-A-"), "no number of the register is used"
    assert not rows(office, "clock_event", dossier=refused)
    with pytest.raises(InputError, match="căn cứ pháp lý"):
        receiving.refuse(office.work(), command(office, PROCEDURE), "Không thuộc thẩm quyền", " ")


def test_a_reasoned_refusal_of_the_result_has_number_and_signer_and_stops_the_clock(move: Move, shown: Shown) -> None:
    with pytest.raises(InputError, match="số và người ký"):
        move("reject_result", "Không đủ điều kiện")
    move("reject_result", "Không đủ điều kiện", result_number="15/UBND-TP", result_signer="Lê Thị Ánh", result_date="2026-11-23")
    record = shown()
    assert (record["state"], record["ending_reason"], record["result_number"]) == (
        "rejected_result",
        "Không đủ điều kiện",
        "15/UBND-TP",
    )
    assert record["finished_at"] == "2026-11-23T08:00"
    move("deliver")
    assert shown()["state"] == "closed"


def test_somebody_else_takes_the_result_only_with_a_paper_that_says_so(move: Move, shown: Shown) -> None:
    move("result_ready", result_number="12/XN")
    with pytest.raises(InputError, match="giấy ủy quyền"):
        move("deliver", delivered_to="Trần Văn Bình", delivered_way="proxy")
    move("deliver", delivered_to="Trần Văn Bình", delivered_way="proxy", delivered_proof="Giấy ủy quyền 20/11/2026")
    record = shown()
    assert (record["delivered_to"], record["delivered_way"]) == ("Trần Văn Bình", "proxy")


def test_only_a_head_stops_a_dossier_and_names_the_law(move: Move, shown: Shown) -> None:
    with pytest.raises(RightsError):
        move("stop", "Người nộp đã mất", ending_basis="Điều 5")
    with pytest.raises(InputError, match="căn cứ"):
        move("stop", "Người nộp đã mất", by="LD")
    move("stop", "Người nộp đã mất", by="LD", ending_basis="Khoản 2 Điều 5 Nghị định 118/2025/NĐ-CP")
    assert shown()["state"] == "stopped"
    with pytest.raises(RuleError, match="Dừng giải quyết"):
        move("forward")


def test_a_leader_reopens_what_was_delivered_and_a_nonconformity_is_opened(
    office: Office, dossier: str, move: Move, shown: Shown, moment: Clock
) -> None:
    move("result_ready")
    move("deliver")
    moment.pass_(days=2)
    with pytest.raises(RightsError):
        move("reopen", "Sai ngày sinh")
    move("reopen", "Sai ngày sinh trên giấy xác nhận", by="LD")
    record = shown()
    assert (record["state"], record["step"], record.get("delivered_at")) == ("processing", "B6", None)
    (sheet,) = rows(office, "nonconformity")
    assert (sheet["kind"], sheet["origin_record"], sheet["statement"]) == ("output", dossier, "Sai ngày sinh trên giấy xác nhận")
    assert str(sheet["code"]).startswith("KPH-A-261125-1-")
    with office.demand_store().view() as view:
        deadline = clock.deadline_of(view, dossier, moment())
    assert deadline.stopped_at is None
    assert not deadline.doubts
    move("result_ready", by="LD", overdue_reason="Chờ sửa")
    move("deliver")
    assert shown()["state"] == "closed"


def test_a_reopening_is_taken_back_as_a_whole(office: Office, move: Move, shown: Shown) -> None:
    move("result_ready")
    move("deliver")
    move("reopen", "Nhầm hồ sơ", by="LD")
    work = sign_in(office, "LD").work()
    work.store.undo_last(work.author)
    assert shown()["state"] == "closed"
    assert not rows(office, "nonconformity")


def test_the_reason_of_every_ending_stands_in_the_history(office: Office, dossier: str, move: Move) -> None:
    move("withdraw", "Công dân không còn nhu cầu")
    with office.demand_store().view() as view:
        (line,) = [line for line in view.history("dossier", dossier) if line.field == "state" and line.after == "withdrawn"]
    assert (line.action, line.reason) == ("dossier.withdraw", "Công dân không còn nhu cầu")


def test_progress_offers_only_what_the_state_allows(office: Office, dossier: str, move: Move) -> None:
    def offered(by: str) -> set[str]:
        with office.demand_store().view() as view:
            return {found.name for found in progress.actions_for(view, dossier, sign_in(office, by).work().session)}

    assert {"forward", "request_payment", "ask_agency", "reject_result"} <= offered("CL")
    assert not offered("CL") & {"stop", "reopen", "extend", "deliver", "sign_for", "return_originals"}
    assert {"stop", "reassign"} <= offered("LD")
    move("result_ready")
    assert "deliver" in offered("CL")
    move("deliver")
    assert offered("CL") == set()
    assert offered("LD") == {"reopen"}
