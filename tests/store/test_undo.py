"""Undo is a new action that brings back the values before, and refuses to take later work away."""

import pytest

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.store.unit import Author, UnitStore, create, put, void
from qms_desktop.store.verify import verify
from tests.store.conftest import NOW

VALUES: dict[str, Value] = {"code": "T-A-1", "applicant_name": "Đường", "state": "received", "step": "B1", "note": "cũ"}


@pytest.fixture
def filled(store: UnitStore, author: Author) -> UnitStore:
    store.act("dossier.receive", author, lambda _view: [create("dossier", "d1", VALUES)])
    return store


def shown(store: UnitStore) -> dict[str, Value]:
    with store.view() as view:
        return view.get("dossier", "d1") or {}


def test_values_and_groups_come_back(filled: UnitStore, author: Author) -> None:
    before = shown(filled)
    changes = [put("dossier", "d1", {"note": "mới", "state": "processing", "step": "B2", "applicant_phone": "0901"})]
    filled.act("dossier.forward", author, lambda _view: changes)
    undone = filled.undo_last(author)
    assert undone is not None
    assert undone.undone == "dossier.forward"
    assert shown(filled) == before
    assert filled.undo_last(author) is None
    assert verify(filled) == []


def test_a_new_record_is_voided_and_a_voided_one_comes_back(filled: UnitStore, author: Author) -> None:
    filled.act("dossier.void", author, lambda _view: [void("dossier", "d1")])
    filled.undo_last(author)
    assert shown(filled)["_voided"] is False
    other = Author("binh", NOW)
    filled.act("dossier.receive", other, lambda _view: [create("dossier", "d2", VALUES)])
    filled.undo_last(other)
    with filled.view() as view:
        assert view.count("dossier") == 1


def test_what_others_built_upon_is_not_taken_away(filled: UnitStore, author: Author) -> None:
    filled.act("dossier.edit", Author("binh", NOW), lambda _view: [put("dossier", "d1", {"note": "của Bình"})])
    with pytest.raises(RuleError, match="QMS-280"):
        filled.undo_last(author)
    assert shown(filled)["note"] == "của Bình"


def test_a_person_without_actions_has_nothing_to_undo(filled: UnitStore) -> None:
    assert filled.undo_last(Author("ai", NOW)) is None


def test_a_print_stays_on_record_and_the_work_before_it_is_taken_back(filled: UnitStore, author: Author) -> None:
    filled.act("dossier.edit", author, lambda _view: [put("dossier", "d1", {"note": "mới"})])
    job: dict[str, Value] = {"subject": "d1", "form": "receipt"}
    filled.act("print.record", author, lambda _view: [create("print_job", "p1", job)])
    assert filled.undo_last(author) is not None
    assert shown(filled)["note"] == "cũ"
    with filled.view() as view:
        assert view.count("print_job") == 1


@pytest.mark.parametrize("action", ["office.found", "pc.admit", "revision.approve"])
def test_what_has_its_own_command_is_not_undone_by_a_key(filled: UnitStore, author: Author, action: str) -> None:
    filled.act(action, author, lambda _view: [put("dossier", "d1", {"note": "mới"})])
    assert filled.undo_last(author) is None


def test_what_was_taken_back_can_be_done_again_once(filled: UnitStore, author: Author) -> None:
    filled.act("dossier.edit", author, lambda _view: [put("dossier", "d1", {"note": "mới"})])
    assert filled.redo_last(author) is None
    filled.undo_last(author)
    assert filled.redo_last(author) is not None
    assert shown(filled)["note"] == "mới"
    assert filled.redo_last(author) is None
    assert filled.undo_last(author) is not None
    assert shown(filled)["note"] == "cũ"
