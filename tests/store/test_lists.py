"""Long lists: order of the dictionary, filters, rows by number."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.store import lists
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.unit import Author, UnitStore, create, void

NAMES = ["Võ Thị Yến", "Đặng Văn An", "Nguyễn Thị Ánh", "Trần An", "Lê Ân", "Phạm Thị Ảnh", "Đỗ Đông", "Hồ Dũng"]
BY_GIVEN_NAME = ["Đặng Văn An", "Trần An", "Phạm Thị Ảnh", "Nguyễn Thị Ánh", "Lê Ân", "Hồ Dũng", "Đỗ Đông", "Võ Thị Yến"]


@pytest.fixture
def filled(store: UnitStore, author: Author) -> UnitStore:
    people = [create("person", f"p{at}", {"full_name": name}) for at, name in enumerate(NAMES)]
    dossiers = [create("dossier", f"d{at}", dossier(at, name)) for at, name in enumerate(NAMES)]
    store.act("fill", author, lambda _view: [*people, *dossiers])
    return store


def dossier(at: int, name: str) -> dict[str, Value]:
    return {
        "code": f"T-A-{at}",
        "applicant_name": name,
        "received_at": f"{date(2026, 11, 1) + timedelta(at)}T08:00",
        "state": ["received", "processing", "closed"][at % 3],
        "received_by": f"p{at}",
        "sets": at,
        "note": "gấp" if at == 2 else None,
    }


def codes(store: UnitStore, query: ListQuery) -> list[Value]:
    with store.view() as view:
        return [row["code"] for row in view.rows("dossier", view.keys(query), ["code"])]


def test_people_are_ordered_by_given_name(filled: UnitStore) -> None:
    with filled.view() as view:
        assert [row["full_name"] for row in view.find("person")] == BY_GIVEN_NAME
        keys = view.keys(ListQuery("dossier", order="applicant_name"))
        assert [row["applicant_name"] for row in view.rows("dossier", keys, ["applicant_name"])] == BY_GIVEN_NAME


def test_a_reference_is_ordered_by_what_it_refers_to(filled: UnitStore) -> None:
    with filled.view() as view:
        keys = view.keys(ListQuery("dossier", order="received_by"))
        assert [row["applicant_name"] for row in view.rows("dossier", keys, ["applicant_name"])] == BY_GIVEN_NAME


def test_the_kinds_own_order_and_the_reverse(filled: UnitStore) -> None:
    forward = [f"T-A-{at}" for at in range(len(NAMES))]
    assert codes(filled, ListQuery("dossier")) == forward
    assert codes(filled, ListQuery("dossier", descending=True)) == forward[::-1]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("state", "=", "closed"), [2, 5]),
        (("state", "!=", "closed"), [0, 1, 3, 4, 6, 7]),
        (("state", "in", ["closed", "received"]), [0, 2, 3, 5, 6]),
        (("state", "in", []), []),
        (("sets", ">=", 6), [6, 7]),
        (("sets", "<", 1), [0]),
        (("received_at", ">", "2026-11-07"), [6, 7]),
        (("received_at", "<=", "2026-11-01T08:00"), [0]),
        (("note", "filled", None), [2]),
        (("note", "empty", None), [0, 1, 3, 4, 5, 6, 7]),
        (("note", "=", None), [0, 1, 3, 4, 5, 6, 7]),
        (("id", "=", "d4"), [4]),
    ],
)
def test_conditions(filled: UnitStore, condition: tuple[str, str, Value], expected: list[int]) -> None:
    assert codes(filled, ListQuery("dossier", where=(condition,))) == [f"T-A-{at}" for at in expected]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "query",
    [
        ListQuery("dossier", where=(("state", "in", ["closed", "received"]),)),
        ListQuery("dossier", where=(("state", "!=", "closed"), ("received_at", ">", "2026-11-02")), order="applicant_name"),
        ListQuery("dossier", where=(("state", "filled", None),), text="a", order="code"),
    ],
)
def test_large_selections_read_from_indexes_give_the_same(
    filled: UnitStore, monkeypatch: pytest.MonkeyPatch, query: ListQuery, descending: bool
) -> None:
    query = replace(query, descending=descending)
    with filled.view() as view:
        rows, totals = view.keys(query), view.totals("dossier", "state", query)
        monkeypatch.setattr(lists, "MANY", 1)
        assert len(rows) > 1
        assert (view.keys(query), view.totals("dossier", "state", query)) == (rows, totals)


def test_typed_text_narrows_a_list(filled: UnitStore) -> None:
    assert codes(filled, ListQuery("dossier", text="anh")) == ["T-A-2", "T-A-5"]
    assert codes(filled, ListQuery("dossier", text="dong do")) == ["T-A-6"]
    assert codes(filled, ListQuery("dossier", text="?!")) == []


def test_totals_follow_the_list(filled: UnitStore) -> None:
    with filled.view() as view:
        assert view.totals("dossier", "state", ListQuery("dossier")) == {"received": 3, "processing": 3, "closed": 2}
        assert view.totals("dossier", "note", ListQuery("dossier", where=(("sets", "<", 3),))) == {"gấp": 1, "": 2}


def test_voided_rows_stand_in_a_list_of_their_own(filled: UnitStore, author: Author) -> None:
    filled.act("dossier.void", author, lambda _view: [void("dossier", "d3")])
    assert "T-A-3" not in codes(filled, ListQuery("dossier"))
    assert codes(filled, ListQuery("dossier", voided=True)) == ["T-A-3"]


def test_rows_come_in_the_order_asked_and_vanished_ones_are_left_out(filled: UnitStore) -> None:
    with filled.view() as view:
        keys = view.keys(ListQuery("dossier"))
        asked = [keys[3], 999_999, keys[0]]
        assert [row["code"] for row in view.rows("dossier", asked, ["code"])] == ["T-A-3", "T-A-0"]
        assert view.rows("dossier", [], ["code"]) == []


def test_an_unknown_field_is_a_programming_error(filled: UnitStore) -> None:
    with filled.view() as view, pytest.raises(KeyError):
        view.keys(ListQuery("dossier", where=(("no_such", "=", 1),)))


def test_a_view_does_not_see_what_is_written_after_it_began(filled: UnitStore, author: Author) -> None:
    with filled.view() as view:
        before = view.count("dossier")
        filled.act("fill", author, lambda _view: [create("dossier", "late", dossier(99, "Ai đó"))])
        assert view.count("dossier") == before
    with filled.view() as view:
        assert view.count("dossier") == before + 1
