"""A merged state that left its journal is built again from it, and nothing else of the store changes."""

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.rebuild import reapply
from qms_desktop.store.unit import Author, UnitStore, create, put, void
from qms_desktop.store.verify import verify
from tests.store.test_crashes import contents
from tests.store.test_journal import SCOPES

WORD = "duong"


@pytest.fixture
def filled(store: UnitStore, author: Author) -> UnitStore:
    for at in range(3):
        values: dict[str, Value] = {"code": f"T-A-{at}", "applicant_name": f"Nguyễn Thị Đường {at}", "state": "received"}
        store.act("dossier.receive", author, lambda _view, at=at, values=values: [create("dossier", f"d{at}", values)])  # type: ignore[misc]
    store.act("dossier.edit", author, lambda _view: [put("dossier", "d1", {"note": "đủ", "state": "processing"})])
    store.act("dossier.void", author, lambda _view: [void("dossier", "d2")])
    return store


def test_a_sound_store_is_left_as_it_is(filled: UnitStore) -> None:
    before = contents(filled)
    assert [reapply(filled, scope) for scope in SCOPES] == [0, 0]
    assert contents(filled) == before


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE digest SET value = zeroblob(32)",
        "UPDATE state SET heads = zeroblob(9) WHERE record = 'd1'",
        "UPDATE state SET heads = (SELECT heads FROM state WHERE record = 'd0')",
        "DELETE FROM touched; DELETE FROM state; DELETE FROM k_dossier",
        "DELETE FROM touched WHERE entry = 4; UPDATE state SET heads = '[]' WHERE record = 'd1'",
    ],
)
def test_a_state_that_left_its_journal_is_built_again(filled: UnitStore, damage: str) -> None:
    digest = UnitLog(filled).state_digest(SCOPES[1])
    told: list[frozenset[str]] = []
    filled.subscribe(told.append)
    for statement in damage.split("; "):
        filled.connection.execute(statement)
    assert reapply(filled, SCOPES[1]) > 0
    assert reapply(filled, SCOPES[1]) == 0
    assert UnitLog(filled).state_digest(SCOPES[1]) == digest
    assert verify(filled) == []
    with filled.view() as view:
        assert sorted(hit.id for hit in view.search(WORD)) == ["d0", "d1"]
        assert (view.get("dossier", "d1") or {})["note"] == "đủ"
    assert set(told) <= {frozenset({"dossier"})}
