"""Two PCs of one commune and their province, over the real server in this process: admitted, merged, questioned, agreed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qms_desktop.domain.errors import StoreError
from qms_desktop.office import Stage
from qms_desktop.usecases import progress, questions, receiving, unit_keys
from sync.server.serve import Running
from tests.usecases.commune_kit import FIRST, SECOND, Commune, admit, made, stage
from tests.usecases.office_kit import UNIT, command, sign_in


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Commune]:
    """Both PCs have joined over a line that holds, and the first has founded the office."""
    with made(tmp_path) as commune, Running(commune.province) as running:
        commune.url = running.url
        commune.first.enrol(running.url, commune.province.accounts.new_code(UNIT), FIRST)
        commune.first.sync_once()
        commune.found()
        commune.first.sync_once()
        commune.second.enrol(running.url, commune.province.accounts.new_code(UNIT), SECOND)
        commune.second.sync_once()
        yield commune


def test_a_new_pc_reads_dossiers_only_after_a_person_has_let_it_in(commune: Commune) -> None:
    first, second = sign_in(commune.first, "CL"), commune.second
    dossier = receiving.receive(first.work(), command(first, "2.000815", "Nguyễn Thị Hoa"))
    first.sync_once()
    second.sync_once()
    assert stage(second) is Stage.WAITING_FOR_KEY
    with pytest.raises(StoreError, match="khóa"):
        receiving.receive(sign_in(second, "CL").work(), command(second, "2.000815"))
    admit(commune)
    assert stage(second) is Stage.READY
    with second.demand_store().view() as view:
        assert (view.get("dossier", dossier) or {})["applicant_name"] == "Nguyễn Thị Hoa"
        assert [hit.id for hit in view.search("nguyen thi hoa", kinds=("dossier",))] == [dossier]


def test_the_recovery_code_opens_the_office_when_no_other_pc_is_left(commune: Commune) -> None:
    first, second = sign_in(commune.first, "CL"), commune.second
    dossier = receiving.receive(first.work(), command(first, "2.000815", "Nguyễn Thị Hoa"))
    first.sync_once()
    second.sync_once()
    assert unit_keys.take_keys_by_code(second.demand_store(), commune.code.lower()) == 1
    with second.demand_store().view() as view:
        assert (view.get("dossier", dossier) or {})["applicant_name"] == "Nguyễn Thị Hoa"


def test_different_fields_merge_and_the_same_field_is_asked_on_both(commune: Commune) -> None:
    admit(commune)
    first, second = sign_in(commune.first, "CL"), sign_in(commune.second, "CL")
    dossier = receiving.receive(first.work(), command(first, "1.004873", "Nguyễn Thị Hoa"))
    first.sync_once()
    second.sync_once()
    progress.edit(first.work(), dossier, {"note": "Gọi trước", "applicant_phone": "0900000001"})
    progress.edit(second.work(), dossier, {"applicant_phone": "0900000002"})
    for office in (first, second, first):
        office.sync_once()
    for office in (first, second):
        with office.demand_store().view() as view:
            record = view.get("dossier", dossier) or {}
            asked = questions.open_questions(view)
        assert record["note"] == "Gọi trước"
        assert [(q.field, {s.value for s in q.values}) for q in asked] == [("applicant_phone", {"0900000001", "0900000002"})]
    questions.answer(second.work(), asked[0], "0900000001")
    results = [office.sync_once() for office in (second, first)]
    assert all(result.equal for result in results)
    assert results[0].digests == results[1].digests
    for office in (first, second):
        assert office.verify() == []
        with office.demand_store().view() as view:
            assert (view.get("dossier", dossier) or {})["applicant_phone"] == "0900000001"
            assert questions.open_questions(view) == []


def test_both_pcs_number_their_dossiers_alone_and_agree_on_the_due_date(commune: Commune) -> None:
    admit(commune)
    offices = (sign_in(commune.first, "CL"), sign_in(commune.second, "CL"))
    received = [
        receiving.receive(office.work(), command(office, "1.004873", f"Người {place}")) for place, office in enumerate(offices)
    ]
    for office in (*offices, *offices):
        office.sync_once()
    for office in offices:
        with office.demand_store().view() as view:
            rows = [view.get("dossier", dossier) or {} for dossier in received]
        assert [str(row["code"])[:3] for row in rows] == ["T-A", "T-B"]
        assert [row["due"] for row in rows] == ["2026-11-27", "2026-11-27"]


def test_the_server_never_holds_a_name_in_clear(commune: Commune, tmp_path: Path) -> None:
    admit(commune)
    first = sign_in(commune.first, "CL")
    receiving.receive(first.work(), command(first, "1.004873", "Nguyễn Thị Hoa Mai", applicant_address="Ấp Vô Danh"))
    first.sync_once()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "province").rglob("*") if path.is_file())
    assert b"dossier.receive" in stored
    for words in ("Hoa Mai", "Vô Danh"):
        assert words.encode() not in stored
