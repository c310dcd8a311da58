"""Verification finds every way in which journal and tables can part, and nothing else."""

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.store.unit import Author, UnitStore, create, put, void
from qms_desktop.store.verify import verify


@pytest.fixture
def filled(store: UnitStore, author: Author) -> UnitStore:
    values: dict[str, Value] = {"code": "T-A-1", "applicant_name": "Nguyễn Thị Đường", "state": "received", "step": "B1"}
    store.act("dossier.receive", author, lambda _view: [create("dossier", "d1", values), create("position", "p", {"name": "A"})])
    store.act("dossier.edit", author, lambda _view: [put("dossier", "d1", {"note": "đủ", "state": "processing"})])
    store.act("position.void", author, lambda _view: [void("position", "p")])
    store.sign_tips()
    return store


def test_an_untouched_store_has_no_fault(filled: UnitStore) -> None:
    assert verify(filled) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entry SET body = CAST(replace(body, 'T-A-1', 'T-A-2') AS BLOB)",
        "UPDATE entry SET sealed = zeroblob(length(sealed)) WHERE sealed IS NOT NULL",
        "UPDATE entry SET lam = lam + 1 WHERE num = 2",
        "UPDATE entry SET actor = 'ai khác' WHERE num = 1",
        "UPDATE k_dossier SET applicant_name = 'Người khác'",
        "UPDATE k_dossier SET state = 'closed'",
        "UPDATE k_position SET _voided = 0",
        "UPDATE k_dossier SET _questions = 1",
        "DELETE FROM k_dossier",
        "UPDATE k_dossier SET id = 'other'",
        "DELETE FROM search",
        "DELETE FROM touched WHERE entry = 3",
        "UPDATE digest SET value = zeroblob(32)",
        "UPDATE state SET heads = (SELECT heads FROM state WHERE kind = 'position') WHERE kind = 'dossier'",
        "DELETE FROM leaf",
        "UPDATE signature SET bytes = zeroblob(64)",
        "INSERT INTO k_dossier (_num, id, _scope) VALUES (999, 'ghost', 'unit/29677/dossiers')",
    ],
)
def test_damage_is_found(filled: UnitStore, damage: str) -> None:
    filled.connection.execute(damage)
    assert verify(filled) != []


def test_faults_name_no_person(filled: UnitStore) -> None:
    filled.connection.execute("UPDATE k_dossier SET applicant_name = 'Người khác'")
    assert all("Đường" not in fault and "Người khác" not in fault for fault in verify(filled))
