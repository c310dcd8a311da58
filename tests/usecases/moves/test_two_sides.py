"""What moves leave travels: handed over on one PC and signed for on another, judged by the province, sealed from it."""

from pathlib import Path

from qms_desktop.store.recent import refused
from qms_desktop.usecases import progress, receiving
from qms_desktop.usecases.moves import originals
from tests.usecases.commune_kit import Commune, admit
from tests.usecases.moves.conftest import PROCEDURE, colleague, rows
from tests.usecases.office_kit import command, sign_in
from tests.usecases.test_two_pcs import commune

__all__ = ["commune"]


def exchanged(commune: Commune) -> None:
    """Both PCs know everything, and the province lets all of it stand."""
    for office in (commune.first, commune.second, commune.first):
        assert office.sync_once().equal
        assert refused(office.demand_store()) == []


def test_given_here_and_taken_there(commune: Commune) -> None:
    admit(commune)
    first, second = commune.first, commune.second
    dossier = receiving.receive(sign_in(first, "CL").work(), command(first, PROCEDURE))
    clerk = first.work().session.person
    progress.perform(first.work(), dossier, "forward")
    exchanged(commune)
    progress.perform(sign_in(second, "LD").work(), dossier, "sign_for")
    exchanged(commune)
    (given,) = rows(first, "hand_over", dossier=dossier)
    assert (given["giver"], given["taken_by"]) == (clerk, second.work().session.person)
    assert rows(first, "dossier", id=dossier)[0].get("unsigned") is None
    assert first.verify() == second.verify() == []


def test_the_whole_life_of_a_dossier_stands_at_the_province(commune: Commune, tmp_path: Path) -> None:
    admit(commune)
    first, second = commune.first, commune.second
    colleague(first, "Phạm Thị Thủy", "SP")
    complete = command(sign_in(first, "CL"), PROCEDURE)
    kept = tuple({**paper, "held": True} for paper in complete.papers)
    dossier = receiving.receive(first.work(), command(first, PROCEDURE, papers=kept))
    progress.perform(first.work(), dossier, "lose_originals", "Rách do bà Hai làm đổ nước", {"paper_0": True})
    progress.perform(first.work(), dossier, "request_payment", "Nộp lệ phí", {"payment_amount": 15_000})
    progress.perform(first.work(), dossier, "payment_received", extra={"payment_proof": "BL 01"})
    progress.perform(first.work(), dossier, "ask_extension", "Chờ xác minh", {"new_due": "2026-12-04"})
    exchanged(commune)
    leader = sign_in(second, "LD").work()
    progress.perform(leader, dossier, "extend", "Đồng ý", {"new_due": "2026-12-04"})
    progress.perform(leader, dossier, "stop", "Người nộp đã mất", {"ending_basis": "Điều 5", "originals_returned": 1})
    exchanged(commune)
    for office in (first, second):
        assert rows(office, "dossier", id=dossier)[0]["state"] == "stopped"
        assert "bà Hai" in str(rows(office, "nonconformity")[0]["statement"])
        with office.demand_store().view() as view:
            assert originals.balance(view, dossier) == 0
    at_the_province = b"".join(path.read_bytes() for path in (tmp_path / "province").rglob("*") if path.is_file())
    assert b"nonconformity" in at_the_province
    for words in ("bà Hai", "BL 01", "Người nộp đã mất"):
        assert words.encode() not in at_the_province
