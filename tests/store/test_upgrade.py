"""Fields and kinds of a newer program are carried as they are and understood after the upgrade; derived columns follow."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind, Value
from qms_desktop.domain.records import KINDS
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.keys import MemoryKeys
from qms_desktop.store.derived import Deriver
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.meta import Identity
from qms_desktop.store.unit import Author, UnitStore, create, put, void
from qms_desktop.store.verify import verify
from qms_desktop.store.view import View
from tests.store.conftest import NOW, UNIT, UNIT_KEY, MakeStore
from tests.store.test_journal import hand_over

SHELF = Field("shelf", "Kệ", Kind.TEXT, width=8, searched=True)
BOX = RecordKind(
    "box", "Hộp hồ sơ", (Area.DOSSIERS,), (Field("label", "Nhãn", Kind.TEXT, width=9, searched=True),), ("label",), "label"
)
NEWER = (*(replace(kind, fields=(*kind.fields, SHELF)) if kind is DOSSIER else kind for kind in KINDS), BOX)


@pytest.fixture
def newer(tmp_path: Path, make_store: MakeStore) -> Iterator[UnitStore]:
    """A PC with a newer program that has written a shelf and a box."""
    made = make_store("newer")
    made.close()
    store = UnitStore(made.path, made.keys, made.clock, made.entropy, kinds=NEWER)
    author = Author("an", NOW)
    values = {"code": "T-N-1", "applicant_name": "Đường", "shelf": "Kệ Đông"}
    changes = [create("dossier", "d1", values), create("box", "b1", {"label": "Hộp số 9"})]
    store.act("dossier.receive", author, lambda _view: changes)
    yield store
    store.close()


def test_what_is_unknown_lives_on_and_is_understood_after_the_upgrade(newer: UnitStore, store: UnitStore, author: Author) -> None:
    hand_over(newer, store)
    with store.view() as view:
        found = view.get("dossier", "d1") or {}
        assert "shelf" not in found
        assert view.search("ke dong") == []
        assert [line.after for line in view.history("dossier", "d1") if line.field == "shelf"] == ["Kệ Đông"]
    store.act("dossier.edit", author, lambda _view: [put("dossier", "d1", {"note": "từ bản cũ"})])
    assert verify(store) == []
    hand_over(store, newer)
    with newer.view() as view:
        assert (view.get("dossier", "d1") or {})["shelf"] == "Kệ Đông"
    upgraded = UnitStore(store.path, store.keys, store.clock, store.entropy, kinds=NEWER)
    with upgraded.view() as view:
        assert (view.get("dossier", "d1") or {})["shelf"] == "Kệ Đông"
        assert (view.get("box", "b1") or {})["label"] == "Hộp số 9"
        assert {hit.kind for hit in view.search("ke dong")} | {hit.kind for hit in view.search("hop so 9")} == {"dossier", "box"}
        assert len(view.keys(ListQuery("dossier", where=(("shelf", "=", "Kệ Đông"),), order="shelf"))) == 1
    assert verify(upgraded) == []
    upgraded.close()


def test_an_older_program_opens_the_widened_tables_again(newer: UnitStore) -> None:
    older = UnitStore.open(newer.path, newer.keys, newer.clock, newer.entropy)
    older.act("dossier.edit", Author("an", NOW), lambda _view: [put("dossier", "d1", {"note": "x"})])
    assert verify(older) == []
    older.close()
    again = UnitStore(newer.path, newer.keys, newer.clock, newer.entropy, kinds=NEWER)
    with again.view() as view:
        found = view.get("dossier", "d1") or {}
    assert (found["shelf"], found["note"]) == ("Kệ Đông", "x")
    again.close()


def events(view: View, dossier: str) -> Mapping[str, Value]:
    """A stand-in for the due date: the day of the last clock event."""
    days = [str(event["at"])[:10] for event in view.find("clock_event", dossier=dossier)]
    if "boom" in days:
        raise ValueError("broken data")
    return {"due": max(days, default=None)}


DERIVERS = {"dossier": Deriver(frozenset({"clock_event"}), "dossier", events)}


@pytest.fixture
def deriving(tmp_path: Path, store: UnitStore) -> Iterator[UnitStore]:
    identity = Identity("d" * 32, "D", UNIT)
    made = UnitStore.create(tmp_path / "D" / "office.db", identity, MemoryKeys(), lambda: NOW, store.entropy, DERIVERS)
    made.add_unit_key(UNIT, 1, UNIT_KEY)
    yield made
    made.close()


def due(store: UnitStore) -> Value:
    with store.view() as view:
        return (view.get("dossier", "d1") or {})["due"]


def test_derived_columns_follow_the_records_watched_and_are_never_journalled(deriving: UnitStore, author: Author) -> None:
    first = [create("dossier", "d1", {"code": "T-A-1"}), create("clock_event", "e1", {"dossier": "d1", "at": "2026-11-20T09:00"})]
    deriving.act("dossier.receive", author, lambda _view: first)
    assert due(deriving) == "2026-11-20"
    later = [create("clock_event", "e2", {"dossier": "d1", "at": "2026-11-25T09:00"})]
    deriving.act("dossier.extend", author, lambda _view: later)
    assert due(deriving) == "2026-11-25"
    deriving.act("dossier.edit", author, lambda _view: [void("clock_event", "e2")])
    assert due(deriving) == "2026-11-20"
    with deriving.view() as view:
        assert len(view.keys(ListQuery("dossier", where=(("due", "<", "2026-11-21"),), order="due"))) == 1
        assert [line.field for line in view.history("dossier", "d1")] == ["code"]
    with pytest.raises(ValueError, match="derived"):
        deriving.act("dossier.edit", author, lambda _view: [put("dossier", "d1", {"due": "2030-01-01"})])
    assert verify(deriving) == []


def test_derived_columns_follow_what_comes_from_elsewhere_and_a_rebuild(
    deriving: UnitStore, store: UnitStore, author: Author
) -> None:
    changes = [
        create("dossier", "d1", {"code": "T-A-1"}),
        create("clock_event", "e1", {"dossier": "d1", "at": "2026-11-20T09:00"}),
    ]
    store.act("dossier.receive", author, lambda _view: changes)
    hand_over(store, deriving)
    assert due(deriving) == "2026-11-20"
    assert due(store) is None
    deriving.forget_definitions()
    again = UnitStore.open(deriving.path, deriving.keys, deriving.clock, deriving.entropy, DERIVERS)
    assert due(again) == "2026-11-20"
    again.rederive("dossier")
    assert due(again) == "2026-11-20"
    again.close()


def test_broken_data_from_elsewhere_leaves_the_column_empty_and_stops_nothing(
    deriving: UnitStore, store: UnitStore, author: Author
) -> None:
    changes = [create("dossier", "d1", {"code": "T-A-1"}), create("clock_event", "e1", {"dossier": "d1", "at": "boom"})]
    store.act("dossier.receive", author, lambda _view: changes)
    hand_over(store, deriving)
    assert due(deriving) is None
