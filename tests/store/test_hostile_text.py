"""Whatever is typed or pasted is stored composed and writable, found again, and never breaks a query."""

import random

import pytest

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Field, Kind
from qms_desktop.domain.text import clean
from qms_desktop.domain.values import read
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.unit import Author, UnitStore, create, put
from qms_desktop.store.verify import verify
from tests.store.conftest import NOW

PASTED = {
    "family": "👨‍👩‍👧‍👦 Nguyễn 🇻🇳",
    "right to left": "\u202eNguyễn\u202c אבג",
    "controls": "Nguyễn\x00\x01\x1b[31m\tThị\r\nHoa\x85",
    "half a character": "Nguyễn \ud83d Hoa",
    "undecodable byte": "Nguyễn \udc80",
    "decomposed": "Nguye\u0302\u0303n Thi\u0323 Đươ\u0300ng",
    "long": "Nguyễn " * 1500,
    "quotes": "Nguyễn '\"; DROP TABLE k_dossier --",
    "query words": 'Nguyễn" OR folded:* NEAR(a b) ^ - AND NOT (',
    "wildcards": "Nguyễn % _ * ?",
    "many marks": "Nguyễn a" + "\u0301" * 500,
    "invisible": "\u200b\ufeffNguyễn",
}


@pytest.mark.parametrize("typed", PASTED.values(), ids=PASTED.keys())
def test_pasted_text_is_stored_found_and_verified(store: UnitStore, author: Author, typed: str) -> None:
    values = {"code": "T-A-1", "applicant_name": typed, "note": typed}
    store.act("dossier.receive", author, lambda _view: [create("dossier", "d1", values)], reason=typed)
    store.local.save_draft("intake", {"name": typed})
    store.local.set_setting("last", typed)
    with store.view() as view:
        record = view.get("dossier", "d1") or {}
        assert record["note"] == clean(typed)
        assert [row["id"] for row in view.find("dossier", applicant_name=typed)] == ["d1"]
        assert [hit.id for hit in view.search("nguyen", kinds=("dossier",))] == ["d1"]
        view.search(typed)
        view.keys(ListQuery("dossier", text=typed))
        assert view.history("dossier", "d1")
    assert verify(store) == []


def test_halves_of_a_character_are_joined_or_marked_and_controls_dropped() -> None:
    assert clean("\ud83d\ude00") == "😀"
    assert clean("Hoa \ud83d") == "Hoa �"
    assert clean("a\x00b\x07\r\nc\td\x7f") == "ab\nc\td"
    assert clean("Thị") == "Thị"


@pytest.mark.parametrize(
    "text", ["\x00", "*", '"', "''", "%", "_", "(", "AND", "NOT", "-", "^a", "a:b", "đ" * 3000, "\ud83d", "́"]
)
def test_no_search_is_a_fault(store: UnitStore, text: str) -> None:
    with store.view() as view:
        assert view.search(text) == []
        assert len(view.keys(ListQuery("dossier", text=text))) == 0


def receive(store: UnitStore, author: Author, record: str, note: str) -> None:
    store.act("dossier.receive", author, lambda _view: [create("dossier", record, {"note": note})])


def test_random_text_never_breaks_the_store(store: UnitStore, author: Author) -> None:
    chance = random.Random(11)
    for at in range(60):
        typed = "".join(chr(chance.choice((chance.randrange(0x110000), chance.randrange(0x300)))) for _ in range(30))
        receive(store, author, f"d{at}", typed)
        with store.view() as view:
            view.search(typed)
    assert verify(store) == []


@pytest.mark.parametrize(
    ("values", "number"),
    [({"note": "ễ" * 1_500_000}, "QMS-145"), ({"sets": 2**53 + 1}, "QMS-147"), ({"sets": 10**30}, "QMS-147")],
)
def test_what_has_no_room_in_the_journal_is_said_and_changes_nothing(
    store: UnitStore, author: Author, values: dict[str, object], number: str
) -> None:
    store.act("dossier.receive", author, lambda _view: [create("dossier", "d1", {"note": "trước", "sets": 1})])
    with pytest.raises(InputError, match=number):
        store.act("dossier.edit", author, lambda _view: [put("dossier", "d1", values)])  # type: ignore[arg-type]
    with store.view() as view:
        assert (view.get("dossier", "d1") or {})["note"] == "trước"
    assert verify(store) == []


def test_a_clock_before_1970_is_said_and_writes_nothing(store: UnitStore) -> None:
    with pytest.raises(InputError, match="QMS-146"):
        store.act("x", Author("an", NOW.replace(year=1900)), lambda _view: [create("position", "p", {"name": "Văn thư"})])
    assert verify(store) == []


@pytest.mark.parametrize("typed", ["²", "--5", "٣", "1e3", "9" * 5000, "5.0", "-"])
def test_what_only_looks_like_a_number_is_refused_in_words(typed: str) -> None:
    with pytest.raises(InputError, match="QMS-120"):
        read(Field("sets", "Số bộ", Kind.INTEGER), typed, today=NOW.date())
