"""Every move of a dossier by keyboard, through the window, on a real office; what it leaves stands on the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qms_desktop.domain.records.dossier_moves import TRANSITIONS
from qms_desktop.gui.app import open_window
from qms_desktop.gui.clerk_hands import ClerkHands
from qms_desktop.gui.screens.dossier import DossierScreen
from qms_desktop.gui.screens.printing import KEEP_ONLY, PRINTER_SETTING
from qms_desktop.gui.screens.register import Register
from qms_desktop.office import Office
from qms_desktop.usecases import progress, receiving
from tests.usecases.moves.conftest import PROCEDURE, colleague
from tests.usecases.office_kit import Clock, command, found, sign_in

CLERK, LEADER, SPECIALIST = "Nguyễn Văn Đông", "Lê Thị Ánh", "Phạm Thị Thủy"
PIN = "123456"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    made = found(tmp_path, clock, publish=(PROCEDURE,).__contains__)
    made.demand_store().local.set_setting(PRINTER_SETTING, KEEP_ONLY)
    colleague(made, SPECIALIST, "SP")
    sign_in(made, "CL")
    yield made
    made.close()


@pytest.fixture
def hands(office: Office) -> Iterator[ClerkHands]:
    opened = ClerkHands(open_window(office))
    opened.sign_in(CLERK, PIN)
    yield opened
    opened.window.close()


def received(office: Office, name: str = "Nguyễn Thị Hoa") -> str:
    return receiving.receive(sign_in(office, "CL").work(), command(office, PROCEDURE, name))


def page(hands: ClerkHands, record: str) -> DossierScreen:
    hands.show("dossier", record)
    screen = hands.window.screen_now()
    assert isinstance(screen, DossierScreen)
    return screen


def lines(hands: ClerkHands, record: str) -> str:
    return "\n".join(f"{event.title} | {event.detail}" for event in hands.window.desk.dossier(record).events)


def test_a_dossier_passes_from_the_counter_to_the_specialist_and_both_signatures_show(office: Office, hands: ClerkHands) -> None:
    record = received(office)
    hands.sign_in(CLERK, PIN)
    hands.move(record, "forward", values={"assignee": "pham thi thuy"})
    assert "Bàn giao: Nguyễn Văn Đông → Phạm Thị Thủy | chưa ký nhận" in lines(hands, record)
    hands.sign_in(SPECIALIST, PIN)
    page(hands, record)
    hands.press("Ctrl+B")
    assert "Phạm Thị Thủy ký nhận 23/11/2026 08:00" in lines(hands, record)
    newest = hands.window.desk.dossier(record).history[0]
    assert (newest.who, newest.what, newest.after) == (SPECIALIST, "Ký nhận bàn giao", SPECIALIST)


def test_the_reason_of_a_move_stands_in_the_history_of_the_page(office: Office, hands: ClerkHands) -> None:
    record = received(office)
    hands.sign_in(CLERK, PIN)
    hands.move(record, "withdraw", "Công dân không còn nhu cầu")
    told = [item.what for item in hands.window.desk.dossier(record).history]
    assert "Công dân rút hồ sơ: Công dân không còn nhu cầu" in told


def test_money_another_agency_and_an_extension_by_keys_alone(office: Office, hands: ClerkHands, clock: Clock) -> None:
    record = received(office)
    hands.sign_in(CLERK, PIN)
    hands.move(record, "request_payment", "Nộp lệ phí", {"payment_amount": "15000"})
    hands.move(record, "payment_received", values={"payment_proof": "BL 0001234"})
    hands.move(record, "ask_agency", "Xác minh nơi cư trú", {"other_agency": "Công an xã Mẫu"})
    hands.move(record, "agency_answered", "Văn bản 34/CAX")
    hands.move(record, "ask_extension", "Chờ kết quả xác minh", {"new_due": "04/12/2026"})
    hands.sign_in(LEADER, PIN)
    asked = page(hands, record).desk.dossier(record)
    assert next(move for move in asked.moves if move.name == "extend").asks[0].default == "2026-12-04"
    hands.move(record, "extend", "Đồng ý")
    shown = hands.window.desk.dossier(record)
    assert "gia hạn đến 04/12" in shown.due.sentence
    assert "Đề nghị gia hạn | Chờ kết quả xác minh" in lines(hands, record)


def test_originals_are_counted_on_the_page(office: Office, hands: ClerkHands) -> None:
    record = received(office)
    with office.demand_store().view() as view:
        papers = (view.get("dossier", record) or {})["papers"]
    assert isinstance(papers, list)
    progress.edit(office.work(), record, {"papers": [{**row, "held": True} for row in papers if isinstance(row, dict)]})
    hands.sign_in(CLERK, PIN)
    hands.move(record, "lose_originals", "Rách khi phô tô", {"paper_0": " "})
    hands.move(record, "withdraw", "Xin rút", {"originals_returned": "1"})
    told = lines(hands, record)
    assert "Ghi mất, hỏng 1 bản gốc" in told
    assert "Trả 1 bản gốc" in told
    assert hands.window.desk.dossier(record).record["state"] == "withdrawn"


def test_a_leader_stops_one_and_reopens_another(office: Office, hands: ClerkHands) -> None:
    stopped, delivered = received(office), received(office, "Trần Văn Bình")
    work = sign_in(office, "CL").work()
    progress.perform(work, delivered, "result_ready")
    progress.perform(work, delivered, "deliver")
    hands.sign_in(LEADER, PIN)
    hands.move(stopped, "stop", "Người nộp đã mất", {"ending_basis": "Khoản 2 Điều 5 Nghị định 118/2025/NĐ-CP"})
    hands.move(delivered, "reopen", "Sai ngày sinh")
    states = [hands.window.desk.dossier(record).record["state"] for record in (stopped, delivered)]
    assert states == ["stopped", "processing"]


def test_a_pile_is_chosen_in_the_register_and_handed_over_with_f6(office: Office, hands: ClerkHands) -> None:
    records = [received(office, name) for name in ("Lan", "Huệ", "Cúc")]
    hands.sign_in(CLERK, PIN)
    hands.show("register")
    screen = hands.window.screen_now()
    assert isinstance(screen, Register)
    hands.press("Ctrl+A")
    screen.refresh()
    hands.press("F6")
    assert screen.bulk.head.text() == "Chuyển bước: 3 hồ sơ đang chọn"
    screen.refresh()  # as when something arrives from another PC
    hands.type("pham thi thuy")
    hands.press("Enter")
    hands.press("Enter")
    assert "đã làm với 3 hồ sơ" in hands.message()
    assert {hands.window.desk.dossier(record).holder.partition(" (")[0] for record in records} == {SPECIALIST}
    hands.sign_in(SPECIALIST, PIN)
    hands.show("register")
    hands.press("Ctrl+A")
    hands.press("Ctrl+B")
    assert "Ký nhận bàn giao: đã làm với 3 hồ sơ" in hands.message()
    hands.press("Ctrl+Z")
    assert "chưa ký nhận" in lines(hands, records[0])


def test_esc_folds_the_question_about_a_pile(office: Office, hands: ClerkHands) -> None:
    received(office)
    hands.sign_in(LEADER, PIN)
    hands.show("register")
    screen = hands.window.screen_now()
    assert isinstance(screen, Register)
    hands.press("Ctrl+G")
    assert screen.bulk.isVisible()
    hands.press("Esc")
    assert screen.bulk.isVisible(), "the first closes the list of colleagues"
    hands.press("Esc")
    assert not screen.bulk.isVisible()
    assert hands.window.screen_name == "register"


def test_every_move_has_a_button_of_its_own_in_some_state() -> None:
    labels = [move.label for move in TRANSITIONS]
    assert len(set(labels)) == len(labels)
    assert all(move.sources and move.roles for move in TRANSITIONS)
