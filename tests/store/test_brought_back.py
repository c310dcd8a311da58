"""A verdict that brings back several values under one head asks as several heads would (docs/sync-details.md, "Rights")."""

import pytest

from qms_desktop.store.journal import UnitLog
from qms_desktop.store.packer import Packer
from qms_desktop.store.unit import Author, UnitStore
from qms_desktop.store.verify import verify
from sync.journal.entry import Entry, Op, Reference, Verb, Write
from sync.journal.log import Parcel
from tests.store.conftest import NOW, MakeStore
from tests.store.test_asked_again import asked
from tests.store.test_journal import settle
from tests.sync.world.builders import entry

SCOPE = "unit/29677/dossiers"


def brought_back(values: tuple[str, ...]) -> list[Entry]:
    """People wrote beside each other, somebody without a right wrote over all of them, and the province set it right."""
    made: list[Entry] = []

    def write(value: object, replaces: tuple[str, ...] = ()) -> Entry:
        op = Op("dossier", "d1", Verb.SET, (Write("note", value, tuple(sorted(replaces))),))  # type: ignore[arg-type]
        made.append(entry(op, scope=SCOPE, after=made[-1] if made else None))
        return made[-1]

    said = tuple(write(value).id for value in values)
    wrong = write("không có quyền", said)
    write(Reference(tuple(sorted(said))), (wrong.id,))
    return made


def take(store: UnitStore, entries: list[Entry]) -> None:
    UnitLog(store).append(SCOPE, [Parcel(each) for each in entries], {})


@pytest.fixture
def pair(make_store: MakeStore) -> tuple[UnitStore, UnitStore]:
    stores = (make_store("A"), make_store("B"))
    for store in stores:
        take(store, brought_back(("một", "hai")))
    return stores


def test_several_values_under_one_head_are_a_question(pair: tuple[UnitStore, UnitStore]) -> None:
    (question,) = asked(pair[0])
    assert (question[0], sorted(str(value) for value, _ in question[1])) == ("note", ["hai", "một"])
    with pair[0].view() as view:
        assert view.question_count() == 1
        assert (view.get("dossier", "d1") or {})["note"] == question[1][0][0], "the one on show comes first"
    assert verify(pair[0]) == []


@pytest.mark.parametrize("values", [("một",), ("một", "một")])
def test_one_value_brought_back_is_none(make_store: MakeStore, values: tuple[str, ...]) -> None:
    store = make_store("A")
    take(store, brought_back(values))
    assert asked(store) == []


def test_an_answer_settles_it_and_taken_back_asks_again(pair: tuple[UnitStore, UnitStore]) -> None:
    before = asked(pair[0])
    pair[0].answer(("dossier", "d1", "note"), "một", Author("an", NOW))
    settle(*pair)
    assert [asked(store) for store in pair] == [[], []]
    pair[0].undo_last(Author("an", NOW))
    settle(*pair)
    assert [[question[:2] for question in asked(store)] for store in pair] == [[before[0][:2]]] * 2


def test_a_database_of_the_program_before_asks_once_it_is_opened_by_this_one(pair: tuple[UnitStore, UnitStore]) -> None:
    store = pair[0]
    take(store, [entry(Op("verdict", "v1", Verb.CREATE, (Write("cause", "role"),)), scope=SCOPE, journal="s" * 32)])
    Packer(store, kept_open=0, in_block=2).run(100)
    for table in ("clash", "clash_party", "referring"):
        store.connection.execute(f"DROP TABLE {table}")
    store.connection.execute("UPDATE k_dossier SET _questions = 0")
    store.connection.execute("PRAGMA user_version = 2000")
    again = UnitStore.open(store.path, store.keys, store.clock, store.entropy)
    assert len(asked(again)) == 1
    again.close()
