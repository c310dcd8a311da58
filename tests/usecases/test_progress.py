"""Moving a dossier: each move has its guard, its author and its trace on the clock."""

from pathlib import Path

import pytest

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.office import Office
from qms_desktop.store.unit import put
from qms_desktop.usecases import clock, progress, receiving, today
from tests.usecases.office_kit import Clock, command, found, sign_in


@pytest.fixture
def office(tmp_path: Path, moment: Clock) -> Office:
    return sign_in(found(tmp_path, moment, publish={"1.004873", "2.000815"}.__contains__), "CL")


@pytest.fixture
def dossier(office: Office) -> str:
    return receiving.receive(office.work(), command(office, "1.004873"))


def state(office: Office, dossier: str) -> tuple[object, object]:
    with office.demand_store().view() as view:
        record = view.get("dossier", dossier) or {}
        return record["state"], record["step"]


def held_by(office: Office, dossier: str) -> object:
    with office.demand_store().view() as view:
        return (view.get("dossier", dossier) or {}).get("holder")


def set_holder(office: Office, dossier: str) -> None:
    work = office.work()
    holder = put("dossier", dossier, {"holder": work.session.person})
    work.store.act("test.hold", work.author, lambda _view: [holder])


def test_forward_ends_one_step_and_starts_the_next_with_its_due_moment(office: Office, dossier: str, moment: Clock) -> None:
    moment.pass_(hours=1)
    progress.perform(office.work(), dossier, "forward")
    assert state(office, dossier) == ("processing", "B2")
    with office.demand_store().view() as view:
        first, second = view.find("step_run", dossier=dossier)
    assert first["ended_at"] == second["started_at"] == "2026-11-23T09:00"
    assert second["due"] == "2026-11-23T11:00"


def test_a_pause_moves_the_due_date_by_the_working_days_waited(office: Office, dossier: str, moment: Clock) -> None:
    progress.perform(office.work(), dossier, "request_supplement", "Thiếu giấy tờ tùy thân")
    assert state(office, dossier)[0] == "awaiting_citizen"
    moment.pass_(days=2)
    progress.perform(office.work(), dossier, "supplement_received")
    with office.demand_store().view() as view:
        record = view.get("dossier", dossier) or {}
        deadline = clock.deadline_of(view, dossier, moment())
    assert record["original_due"] == "2026-11-27"
    assert record["due"] == "2026-11-30"
    assert "tạm dừng" in deadline.sentence
    assert "hẹn gốc 27/11" in deadline.sentence


def test_a_second_request_is_refused_where_the_office_allows_one(office: Office, dossier: str) -> None:
    progress.perform(office.work(), dossier, "request_supplement", "Thiếu ảnh")
    progress.perform(office.work(), dossier, "supplement_received")
    with pytest.raises(RuleError, match="tối đa 1 lần"):
        progress.perform(office.work(), dossier, "request_supplement", "Thiếu nữa")


def test_moves_that_need_a_reason_ask_for_it(office: Office, dossier: str) -> None:
    with pytest.raises(InputError, match="lý do"):
        progress.perform(office.work(), dossier, "request_supplement", "  ")


def test_the_result_stops_the_clock_and_delivery_closes_the_dossier(office: Office, dossier: str) -> None:
    progress.perform(office.work(), dossier, "result_ready", extra={"result_number": "12/XN-UBND"})
    assert state(office, dossier) == ("result_ready", "B7")
    with office.demand_store().view() as view:
        papers = (view.get("dossier", dossier) or {})["papers"]
    assert isinstance(papers, list)
    progress.edit(office.work(), dossier, {"papers": [{**row, "held": True} for row in papers if isinstance(row, dict)]})
    with pytest.raises(InputError, match="Đang giữ 2 bản gốc"):
        progress.perform(office.work(), dossier, "deliver", extra={"delivered_to": "Nguyễn Thị Hoa"})
    back: dict[str, Value] = {"delivered_to": "Nguyễn Thị Hoa", "originals_returned": 2}
    progress.perform(office.work(), dossier, "deliver", extra=back)
    assert state(office, dossier)[0] == "closed"
    with office.demand_store().view() as view:
        kept = (view.get("dossier", dossier) or {})["papers"]
    assert isinstance(kept, list)
    assert not any(row["held"] for row in kept if isinstance(row, dict)), "originals go back with the result (I13)"
    with office.demand_store().view() as view:
        assert all(run["ended_at"] for run in view.find("step_run", dossier=dossier))
        assert progress.actions_for(view, dossier, office.work().session) == []
    with pytest.raises(RuleError, match="Đã trả kết quả"):
        progress.perform(office.work(), dossier, "forward")


def test_the_whole_process_runs_to_its_last_step(office: Office, dossier: str) -> None:
    for _ in range(6):
        progress.perform(office.work(), dossier, "forward")
    assert state(office, dossier) == ("processing", "B7")
    with office.demand_store().view() as view:
        assert "forward" not in [move.name for move in progress.actions_for(view, dossier, office.work().session)]


def test_nobody_holds_a_dossier_that_was_sent_on_to_nobody_by_name(office: Office, dossier: str) -> None:
    for move, reason in (("forward", ""), ("back", "Thiếu căn cứ")):
        assert held_by(office, dossier) == office.work().session.person
        progress.perform(office.work(), dossier, move, reason)
        assert not held_by(office, dossier)
        set_holder(office, dossier)


def test_the_result_comes_back_to_whoever_received_the_dossier(office: Office, dossier: str) -> None:
    progress.perform(office.work(), dossier, "forward")
    progress.perform(office.work(), dossier, "result_ready")
    assert held_by(office, dossier) == office.work().session.person


def test_the_last_step_runs_until_the_result_is_delivered(office: Office, dossier: str, moment: Clock) -> None:
    for _ in range(6):
        progress.perform(office.work(), dossier, "forward")
    progress.perform(office.work(), dossier, "result_ready")
    ready = moment().isoformat(timespec="minutes")
    moment.pass_(hours=1)
    with office.demand_store().view() as view:
        last = view.find("step_run", dossier=dossier)[-1]
        (stop,) = view.find("clock_event", dossier=dossier, kind="stop")
    assert (last["code"], last.get("ended_at"), stop["at"]) == ("B7", None, ready)
    progress.perform(office.work(), dossier, "deliver")
    with office.demand_store().view() as view:
        last = view.find("step_run", dossier=dossier)[-1]
    assert last["ended_at"] == moment().isoformat(timespec="minutes")
    assert last["assignee"] == office.work().session.person, "whoever delivers had the last step"


def test_only_typed_fields_are_edited_by_hand(office: Office, dossier: str) -> None:
    progress.edit(office.work(), dossier, {"note": "Gọi trước khi đến", "applicant_phone": "0900000002"})
    with pytest.raises(InputError):
        progress.edit(office.work(), dossier, {"state": "closed"})
    with office.demand_store().view() as view:
        lines = [line for line in view.history("dossier", dossier) if line.action == "dossier.edit"]
    assert {line.field for line in lines} == {"note", "applicant_phone"}


def test_today_puts_every_open_dossier_in_exactly_one_group(office: Office, dossier: str, moment: Clock) -> None:
    receiving.receive(office.work(), command(office, "2.000815", "Trần Văn Bình"))
    with office.demand_store().view() as view:
        counts = {group.key: group.count for group in today.groups(view, office.work().session, moment())}
        assert counts.pop("hand_over") == 2
        assert counts == {"overdue": 0, "today": 1, "tomorrow": 0, "waiting": 0, "deliver": 0, "later": 1}
        moment.pass_(days=10)
        counts = {group.key: group.count for group in today.groups(view, office.work().session, moment())}
        assert counts["overdue"] == 2
