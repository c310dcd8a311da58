"""Search finds what a clerk means: `dang ky khai sinh`, `duong`, `ctbs`, the end of a phone number."""

import unicodedata

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.store.unit import Author, UnitStore, create, put, void

PROCEDURES = {
    "birth": ("1.001193", "Đăng ký khai sinh"),
    "birth-again": ("1.004884", "Đăng ký lại khai sinh"),
    "copies": ("2.000815", "Thủ tục chứng thực bản sao từ bản chính giấy tờ"),
    "army": ("1.001805", "Đăng ký nghĩa vụ quân sự lần đầu"),
    "joint": ("2.002621", "Liên thông thủ tục hành chính về đăng ký khai sinh, đăng ký thường trú"),
}
PEOPLE = {
    "d1": ("Nguyễn Thị Đường", "0901 234 567"),
    "d2": ("Trần Văn Dương", "+84 (28) 3822-9999"),
    "d3": ("Lê Thị Dung", None),
    "d4": ("Duong Van Minh", "0912345678"),
}


@pytest.fixture
def filled(store: UnitStore, author: Author) -> UnitStore:
    changes = [
        create("revision", record, {"kind": "procedure", "code": code, "title": title})
        for record, (code, title) in PROCEDURES.items()
    ]
    for at, (record, (name, phone)) in enumerate(PEOPLE.items()):
        values: dict[str, Value] = {"code": f"T-A-261120-{at + 1}-7K", "applicant_name": name, "applicant_phone": phone}
        changes.append(create("dossier", record, values))
    store.act("fill", author, lambda _view: changes)
    return store


def found(store: UnitStore, text: str, *kinds: str) -> list[str]:
    with store.view() as view:
        return [hit.id for hit in view.search(text, kinds)]


@pytest.mark.parametrize(
    ("typed", "first", "all_of_them"),
    [
        ("dang ky khai sinh", "birth", {"birth", "birth-again", "joint"}),
        ("khai sinh dang ky", None, {"birth", "birth-again", "joint"}),
        ("sinh khai", None, {"birth", "birth-again", "joint"}),
        ("Đăng ký khai sinh", "birth", {"birth", "birth-again", "joint"}),
        ("dk", None, {"birth", "birth-again", "army", "joint"}),
        ("ctbs", "copies", {"copies"}),
        ("ttctbs", "copies", {"copies"}),
        ("dkks", "birth", {"birth", "joint"}),
        ("1.004884", "birth-again", {"birth-again"}),
        ("1004884", "birth-again", {"birth-again"}),
        ("nghia vu q", "army", {"army"}),
        ("NGHĨA VỤ", "army", {"army"}),
    ],
)
def test_procedures(filled: UnitStore, typed: str, first: str | None, all_of_them: set[str]) -> None:
    hits = found(filled, typed, "revision")
    assert set(hits) == all_of_them
    assert first is None or hits[0] == first


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("duong", {"d1", "d2", "d4"}),
        ("đường nguyễn", {"d1"}),
        ("ntd", {"d1"}),
        ("567", {"d1"}),
        ("234567", {"d1"}),
        ("0901234567", {"d1"}),
        ("0901 234", {"d1"}),
        ("9999", {"d2"}),
        ("261120 7k", {"d1", "d2", "d3", "d4"}),
        ("xyz", set()),
        ("", set()),
        ("*\"'() AND OR NOT NEAR", set()),
    ],
)
def test_dossiers(filled: UnitStore, typed: str, hits: set[str]) -> None:
    assert set(found(filled, typed, "dossier")) == hits


def test_a_code_comes_before_records_that_hold_its_parts(filled: UnitStore) -> None:
    assert found(filled, "T-A-261120-3", "dossier")[0] == "d3"


def test_exact_accents_come_first_and_then_the_newest(filled: UnitStore) -> None:
    assert found(filled, "đường", "dossier") == ["d1", "d4", "d2"]
    assert found(filled, "dương", "dossier")[0] == "d2"
    with filled.view() as view:
        assert [hit.exact for hit in view.search("đường", ["dossier"])] == [True, False, False]


def test_decomposed_input_finds_the_same(filled: UnitStore) -> None:
    assert found(filled, unicodedata.normalize("NFD", "Đường"), "dossier") == found(filled, "Đường", "dossier")


def test_a_hit_says_what_it_is(filled: UnitStore) -> None:
    with filled.view() as view:
        hit = view.search("ctbs")[0]
    assert (hit.kind, hit.id) == ("revision", "copies")
    assert hit.title == "2.000815 · Thủ tục chứng thực bản sao từ bản chính giấy tờ"


def test_search_follows_changes_and_forgets_what_is_voided(filled: UnitStore, author: Author) -> None:
    filled.act("dossier.edit", author, lambda _view: [put("dossier", "d3", {"applicant_name": "Lê Thị Ngọc"})])
    assert found(filled, "dung", "dossier") == []
    assert found(filled, "ngoc", "dossier") == ["d3"]
    filled.act("dossier.void", author, lambda _view: [void("dossier", "d3")])
    assert found(filled, "ngoc", "dossier") == []


def test_a_limit_is_kept(filled: UnitStore) -> None:
    with filled.view() as view:
        assert len(view.search("a", limit=2)) == 2


def test_telex_keys_left_as_typed_find_what_was_meant(filled: UnitStore) -> None:
    assert set(found(filled, "dduowngf", "dossier")) == set(found(filled, "duong", "dossier")) != set()
