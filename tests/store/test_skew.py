"""PCs with programs of different age work on the same records; nobody loses what he does not understand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from qms_desktop.domain.fields import RecordKind, Value
from qms_desktop.domain.records import KINDS
from qms_desktop.store import writer
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.unit import Author, UnitStore, create, put, void
from qms_desktop.store.verify import verify
from tests.store.conftest import NOW, MakeStore
from tests.store.test_exchange import Known, exchange
from tests.store.test_journal import SCOPES

UNKNOWN_KINDS = frozenset({"attachment", "print_job"})
UNKNOWN_FIELDS = frozenset({"official_code", "fee", "result_place", "holder", "step"})
NEWER_SCHEMA = 7
PAPER: dict[str, Value] = {"subject": "d1", "form": "MẪU-99", "edition": "2031-01-01", "copies": 2}
FILE: dict[str, Value] = {"subject": "d1", "name": "Bản quét.pdf"}


def older(kinds: tuple[RecordKind, ...]) -> tuple[RecordKind, ...]:
    """The definitions before some kinds and fields were thought of."""
    known = (kind for kind in kinds if kind.name not in UNKNOWN_KINDS)
    return tuple(replace(kind, fields=tuple(f for f in kind.fields if f.name not in UNKNOWN_FIELDS)) for kind in known)


OLDER = older(KINDS)


class Office:
    """Two PCs with today's program and one with the older; entries of the former say that they come of a newer schema."""

    def __init__(self, make: MakeStore, patch: pytest.MonkeyPatch) -> None:
        self.new, self.other = make("A"), make("B")
        made = make("old")
        made.close()
        self.old = UnitStore(made.path, made.keys, made.clock, made.entropy, kinds=OLDER)
        self.known = Known(self.new, self.other, self.old)
        self._patch = patch

    def act(self, store: UnitStore, name: str, *changes: object, reason: str = "") -> None:
        """One action; the older program writes the older schema."""
        with self._patch.context() as patch:
            patch.setattr(writer, "ENTRY_SCHEMA", 1 if store is self.old else NEWER_SCHEMA)
            store.act(name, Author("an", NOW), lambda _view: list(changes), reason)  # type: ignore[arg-type]

    def meet(self, one: UnitStore, two: UnitStore) -> None:
        """A real exchange, which must end with the same entries and the same state on both."""
        assert exchange(one, two, self.known).equal

    def upgraded(self) -> UnitStore:
        """The older PC after its update: the same database under all definitions."""
        self.old.close()
        self.old = UnitStore.open(self.old.path, self.old.keys, self.old.clock, self.old.entropy)
        return self.old


@pytest.fixture
def office(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    made = Office(make_store, monkeypatch)
    values: dict[str, Value] = {"code": "T-A-1", "applicant_name": "Nguyễn Thị Đường", "official_code": "000.H61-0128", "sets": 1}
    changes = [create("dossier", "d1", values), create("print_job", "p1", PAPER), create("attachment", "f1", FILE)]
    made.act(made.new, "dossier.receive_by_drone", *changes, reason="lý do mới")
    made.meet(made.old, made.new)
    yield made
    made.old.close()


def row(store: UnitStore, record: str = "d1", kind: str = "dossier") -> dict[str, Value]:
    with store.view() as view:
        return view.get(kind, record) or {}


def test_an_older_program_shows_what_it_can_and_names_the_rest_in_the_history(office: Office) -> None:
    assert row(office.old)["applicant_name"] == "Nguyễn Thị Đường"
    assert "official_code" not in row(office.old)
    with office.old.view() as view:
        lines = view.history("dossier", "d1")
        assert {line.action for line in lines} == {"dossier.receive_by_drone"}
        assert ("official_code", "000.H61-0128") in {(line.field, line.after) for line in lines}
        assert [hit.id for hit in view.search("nguyen thi duong")] == ["d1"]
        assert view.search("0128") == []
        assert len(view.keys(ListQuery("dossier"))) == 1
    assert verify(office.old, office.known) == []


def test_it_goes_on_working_beside_what_it_does_not_know_and_may_always_push(office: Office) -> None:
    office.act(office.old, "dossier.edit", put("dossier", "d1", {"note": "từ bản cũ", "sets": 2}))
    office.meet(office.old, office.new)
    office.meet(office.other, office.old)
    for store in (office.new, office.other):
        found = row(store)
        assert (found["note"], found["sets"], found["official_code"]) == ("từ bản cũ", 2, "000.H61-0128")
        assert verify(store, office.known) == []


def test_what_conflicts_in_a_field_it_does_not_know_is_asked_where_it_is_known(office: Office) -> None:
    """The older PC stands between the two newer ones and carries the question."""
    office.meet(office.other, office.old)
    office.act(office.new, "dossier.edit", put("dossier", "d1", {"official_code": "của An"}))
    office.act(office.other, "dossier.edit", put("dossier", "d1", {"official_code": "của Bình"}))
    for one, two in ((office.old, office.new), (office.old, office.other), (office.old, office.new)):
        office.meet(one, two)
    assert verify(office.old, office.known) == []
    for store in (office.new, office.other, office.upgraded()):
        with store.view() as view:
            assert [({value.value for value in asked.values}, asked.before) for asked in view.questions()] == [
                ({"của An", "của Bình"}, "000.H61-0128")
            ]
    office.old.answer(("dossier", "d1", "official_code"), "của An", Author("an", NOW))
    office.meet(office.old, office.new)
    assert (row(office.new)["official_code"], row(office.new)["_open_questions"]) == ("của An", 0)


def test_nobody_is_asked_about_a_field_he_cannot_see(office: Office) -> None:
    office.meet(office.other, office.old)
    office.act(office.new, "dossier.edit", put("dossier", "d1", {"official_code": "của An", "note": "của An"}))
    office.act(office.other, "dossier.edit", put("dossier", "d1", {"official_code": "của Bình", "note": "của Bình"}))
    for one, two in ((office.old, office.new), (office.old, office.other)):
        office.meet(one, two)
    with office.old.view() as view:
        assert [asked.field for asked in view.questions()] == ["note"]
    office.old.answer(("dossier", "d1", "note"), "của Bình", Author("an", NOW))
    assert row(office.old)["_open_questions"] == 0
    office.meet(office.old, office.new)
    with office.new.view() as view:
        assert [asked.field for asked in view.questions()] == ["official_code"]
    assert verify(office.old, office.known) == []


def test_a_group_keeps_the_part_that_the_older_program_does_not_know(office: Office) -> None:
    office.act(office.new, "dossier.forward", put("dossier", "d1", {"state": "received", "step": "B1"}))
    office.meet(office.old, office.new)
    office.act(office.old, "dossier.forward", put("dossier", "d1", {"state": "processing"}))
    office.meet(office.old, office.new)
    assert (row(office.new)["state"], row(office.new)["step"]) == ("processing", "B1")


def test_a_withdrawal_by_the_older_program_sees_also_what_it_does_not_know(office: Office) -> None:
    """It names every head it holds, so what the newer program had written before is no edit beside the withdrawal."""
    office.act(office.old, "dossier.void", void("dossier", "d1"), reason="nhập nhầm")
    office.meet(office.old, office.new)
    with office.new.view() as view:
        assert view.questions() == []
        assert (view.get("dossier", "d1") or {})["_voided"] is True


def test_after_the_update_all_is_understood_searchable_and_listed(office: Office) -> None:
    office.act(office.old, "dossier.edit", put("dossier", "d1", {"note": "từ bản cũ"}))
    office.act(office.new, "dossier.edit", put("dossier", "d1", {"fee": "10 000"}))
    office.meet(office.old, office.new)
    upgraded = office.upgraded()
    assert (row(upgraded)["official_code"], row(upgraded)["fee"], row(upgraded)["note"]) == (
        "000.H61-0128",
        "10 000",
        "từ bản cũ",
    )
    assert row(upgraded, "p1", "print_job")["edition"] == "2031-01-01"
    assert row(upgraded, "f1", "attachment")["name"] == "Bản quét.pdf"
    with upgraded.view() as view:
        assert [hit.id for hit in view.search("0128")] == ["d1"]
        where = (("official_code", "=", "000.H61-0128"),)
        assert len(view.keys(ListQuery("dossier", where=where, order="official_code"))) == 1
    assert verify(upgraded, office.known) == []
    for scope in SCOPES:
        assert UnitLog(upgraded).state_digest(scope) == UnitLog(office.new).state_digest(scope)


def test_a_newer_program_without_a_field_carries_what_an_older_one_writes_there(office: Office) -> None:
    """The other way round: the field exists no longer. What stands there is neither lost nor in the way."""
    office.act(office.new, "dossier.edit", put("dossier", "d1", {"fee": "10 000"}))
    office.meet(office.old, office.new)
    with office.old.view() as view:
        assert ("fee", "10 000") in {(line.field, line.after) for line in view.history("dossier", "d1")}
    office.act(office.old, "dossier.edit", put("dossier", "d1", {"sets": 9}))
    office.meet(office.old, office.other)
    assert (row(office.other)["fee"], row(office.other)["sets"]) == ("10 000", 9)


def test_undo_on_the_older_pc_takes_back_its_own_action_only(office: Office) -> None:
    office.act(office.old, "dossier.edit", put("dossier", "d1", {"sets": 3}))
    office.old.undo_last(Author("an", NOW))
    office.meet(office.old, office.new)
    assert (row(office.new)["sets"], row(office.new)["official_code"]) == (1, "000.H61-0128")
