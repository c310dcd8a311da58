"""The one write path: rows and entries together, or nothing."""

import unicodedata

import pytest

from qms_desktop.domain.fields import Area, Value
from qms_desktop.store.unit import Author, UnitStore, create, put, restore, void
from qms_desktop.store.view import View

DOSSIER: dict[str, Value] = {
    "code": "T-A-261120-1-7K",
    "applicant_name": "Nguyễn Thị Đường",
    "procedure_title": "Chứng thực bản sao",
    "received_at": "2026-11-20T09:00",
    "state": "received",
    "step": "B1",
    "sets": 1,
    "papers": [{"name": "Căn cước", "originals": 1, "held": False}],
}


def receive(store: UnitStore, author: Author, record: str = "d1", **values: Value) -> None:
    store.act("dossier.receive", author, lambda _view: [create("dossier", record, {**DOSSIER, **values})])


def test_what_is_received_can_be_read_back(store: UnitStore, author: Author) -> None:
    receive(store, author)
    with store.view() as view:
        found = view.get("dossier", "d1")
    assert found is not None
    assert {name: found[name] for name in DOSSIER} == DOSSIER
    assert (found["id"], found["_area"], found["_voided"], found["_open_questions"]) == ("d1", "dossiers", False, 0)
    assert found["note"] is None


def test_an_unknown_record_is_none(store: UnitStore) -> None:
    with store.view() as view:
        assert view.get("dossier", "nowhere") is None


def test_an_exception_in_the_decision_leaves_nothing(store: UnitStore, author: Author) -> None:
    def decide(_view: View) -> list[object]:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.act("dossier.receive", author, decide)  # type: ignore[arg-type]
    receive(store, author)
    assert store.connection.execute("SELECT count(*) FROM entry").fetchone() == (1,)


def test_a_fault_after_the_first_scope_rolls_back_both(store: UnitStore, author: Author) -> None:
    changes = [create("position", "p1", {"name": "Văn thư"}), create("dossier", "d1", {"no_such_field": 1})]
    with pytest.raises(KeyError):
        store.act("both", author, lambda _view: changes)
    with store.view() as view:
        assert view.get("position", "p1") is None


def test_one_entry_per_scope_with_the_same_action_id(store: UnitStore, author: Author) -> None:
    changes = [create("position", "p1", {"name": "Văn thư"}), create("dossier", "d1", DOSSIER)]
    done = store.act("both", author, lambda _view: changes)
    rows = store.connection.execute("SELECT scope, action_id FROM entry ORDER BY scope").fetchall()
    assert rows == [("unit/29677/dossiers", done.action_id), ("unit/29677/qms", done.action_id)]
    assert len(done.entries) == 2
    assert done.records == (("position", "p1"), ("dossier", "d1"))


def test_the_same_value_again_is_no_change(store: UnitStore, author: Author) -> None:
    receive(store, author)
    done = store.act("dossier.edit", author, lambda _view: [put("dossier", "d1", {"applicant_name": "Nguyễn Thị Đường"})])
    assert done.entries == ()
    assert store.connection.execute("SELECT count(*) FROM entry").fetchone() == (1,)


def test_decomposed_text_is_stored_composed(store: UnitStore, author: Author) -> None:
    receive(store, author, applicant_name=unicodedata.normalize("NFD", "Nguyễn Thị Đường"))
    with store.view() as view:
        assert [row["id"] for row in view.find("dossier", applicant_name="Nguyễn Thị Đường")] == ["d1"]


def test_personal_values_stand_in_no_body(store: UnitStore, author: Author) -> None:
    store.act("dossier.receive", author, lambda _view: [create("dossier", "d1", DOSSIER)], reason="Đường nhờ người nộp")
    ((body, sealed),) = store.connection.execute("SELECT body, sealed FROM entry").fetchall()
    assert "Đường".encode() not in body
    assert "Chứng thực bản sao".encode() in body
    assert "Đường".encode() not in sealed


def test_names_of_officials_are_plain_in_the_units_own_area(store: UnitStore, author: Author) -> None:
    store.act("person.add", author, lambda _view: [create("person", "p1", {"full_name": "Trần Văn Bình"}, Area.QMS)])
    ((body, sealed),) = store.connection.execute("SELECT body, sealed FROM entry").fetchall()
    assert "Trần Văn Bình".encode() in body
    assert sealed is None


def test_writing_one_field_of_a_group_keeps_the_others(store: UnitStore, author: Author) -> None:
    receive(store, author)
    store.act("dossier.forward", author, lambda _view: [put("dossier", "d1", {"state": "processing"})])
    with store.view() as view:
        found = view.get("dossier", "d1")
    assert found is not None
    assert (found["state"], found["step"]) == ("processing", "B1")


def test_a_voided_record_leaves_lists_and_stays_readable(store: UnitStore, author: Author) -> None:
    receive(store, author)
    store.act("dossier.void", author, lambda _view: [void("dossier", "d1")], reason="Nhập hai lần")
    with store.view() as view:
        assert view.find("dossier") == []
        assert (view.get("dossier", "d1") or {})["_voided"] is True
    store.act("dossier.restore", author, lambda _view: [restore("dossier", "d1")])
    with store.view() as view:
        assert view.count("dossier") == 1


def test_what_changed_is_told_after_the_commit(store: UnitStore, author: Author) -> None:
    told: list[frozenset[str]] = []
    end = store.subscribe(told.append)
    receive(store, author)
    end()
    receive(store, author, "d2")
    assert told == [frozenset({"dossier"})]


def test_a_store_reopened_shows_the_same(store: UnitStore, author: Author) -> None:
    receive(store, author)
    again = UnitStore.open(store.path, store.keys, store.clock, store.entropy)
    with again.view() as view, store.view() as before:
        assert view.get("dossier", "d1") == before.get("dossier", "d1")
    again.close()


def test_history_names_who_what_and_the_values(store: UnitStore, author: Author) -> None:
    receive(store, author)
    store.act("dossier.edit", Author("person-binh", author.at), lambda _view: [put("dossier", "d1", {"note": "Đã gọi điện"})])
    with store.view() as view:
        lines = view.history("dossier", "d1")
    last = lines[-1]
    assert (last.who, last.action, last.field, last.before, last.after) == (
        "person-binh",
        "dossier.edit",
        "note",
        None,
        "Đã gọi điện",
    )
    assert last.at == "2026-11-20T09:00"
    assert [line.field for line in lines[:3]] == ["code", "procedure_title", "applicant_name"]
