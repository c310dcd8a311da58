"""Receiving a dossier: pinned to the procedure in force, numbered without a server, with its clock started."""

from datetime import datetime
from pathlib import Path

import pytest

from qms_desktop.domain.errors import InputError, RightsError, RuleError
from qms_desktop.office import Office
from qms_desktop.usecases import clock, procedures, receiving
from tests.usecases.office_kit import Clock, command, found, sign_in


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return sign_in(found(tmp_path, Clock()), "CL")


def test_a_dossier_is_pinned_to_the_revision_in_force_and_its_clock_starts(office: Office) -> None:
    intake = command(office, "1.004873")
    dossier = receiving.receive(office.work(), intake)
    with office.demand_store().view() as view:
        record = view.get("dossier", dossier)
        assert record is not None
        assert record["revision"] == intake.revision
        assert record["state"] == "received"
        assert record["original_due"] == "2026-11-27"
        assert record["due"] == "2026-11-27"
        assert [event["kind"] for event in view.find("clock_event", dossier=dossier)] == ["start"]
        assert [run["code"] for run in view.find("step_run", dossier=dossier)] == ["B1"]


def test_the_code_is_unique_without_a_server_and_counts_the_day_on_this_pc(office: Office) -> None:
    work = office.work()
    first, second = (receiving.receive(work, command(office, "2.000815", name)) for name in ("Trần A", "Trần B"))
    with work.store.view() as view:
        codes = [view.get("dossier", dossier)["code"] for dossier in (first, second)]  # type: ignore[index]
    assert codes == [f"T-A-261123-1-{first[-2:]}", f"T-A-261123-2-{second[-2:]}"]


def test_nothing_is_received_with_papers_missing_but_the_visit_is_kept(office: Office) -> None:
    work = office.work()
    lacking = command(office, "1.004873", papers=({"name": "Tờ khai", "originals": 1, "copies": 0, "state": "missing"},))
    with pytest.raises(RuleError, match="Tờ khai"):
        receiving.receive(work, lacking)
    visit = receiving.return_at_counter(work, lacking)
    with work.store.view() as view:
        record = view.get("dossier", visit)
        assert record is not None
        assert record["state"] == "returned_at_counter"
        assert view.count("clock_event") == 0
    received = receiving.receive(work, command(office, "1.004873"))
    with work.store.view() as view:
        assert str(view.get("dossier", received)["code"]).startswith("T-A-261123-1-")  # type: ignore[index]


def test_a_procedure_out_of_force_is_refused(office: Office) -> None:
    intake = command(office, "1.001193")
    late = receiving.Receive(
        revision=intake.revision, applicant_name="A", received_at=datetime(2027, 3, 2, 8), papers=intake.papers
    )
    with pytest.raises(RuleError, match="không có hiệu lực"):
        receiving.receive(office.work(), late)


def test_a_name_is_needed(office: Office) -> None:
    with pytest.raises(InputError, match="tên người nộp"):
        receiving.receive(office.work(), command(office, "2.000815", "  "))


def test_only_the_counter_receives(office: Office) -> None:
    intake = command(office, "2.000815")
    sign_in(office, "LD")
    with pytest.raises(RightsError):
        receiving.receive(office.work(), intake)


def test_the_due_date_is_known_before_saving_and_explained(office: Office) -> None:
    with office.demand_store().view() as view:
        deadline = receiving.preview_due(view, command(office, "1.004873"))
    assert clock.stored_due(deadline.original_due) == "2026-11-27"
    assert "24/11" in deadline.sentence


def test_a_returning_citizen_is_found_and_not_doubled(office: Office) -> None:
    work = office.work()
    receiving.receive(work, command(office, "2.000815", "Nguyễn Văn Đông", applicant_phone="0900000001"))
    with work.store.view() as view:
        known = receiving.find_applicants(view, "nguyen van dong")
        assert [row["full_name"] for row in known] == ["Nguyễn Văn Đông"]
        identity = str(known[0]["id"])
    receiving.receive(work, command(office, "1.004873", "Nguyễn Văn Đông", applicant=identity, applicant_phone="0900000001"))
    with work.store.view() as view:
        assert view.count("applicant") == 1


def test_abolished_and_future_procedures_are_listed_with_their_state(office: Office) -> None:
    with office.demand_store().view() as view:
        states = {item.code: item.state_label for item in procedures.all_listed(view, office.clock().date())}
        in_force = {item.code for item in procedures.catalogue(view, office.clock().date())}
    assert states["2.001009"] == "Hết hiệu lực"
    assert "2.001009" not in in_force
    assert {"1.001193", "2.000815", "1.004873", "1.013133"} <= in_force
