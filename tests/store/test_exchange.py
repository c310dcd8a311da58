"""Two real stores and the real exchange: offline work on both, one question, one answer, the same in the end."""

from collections.abc import Mapping

import pytest

from qms_desktop import keys as secret
from qms_desktop.domain.fields import Value
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.unit import Author, UnitStore, create, put
from qms_desktop.store.verify import verify
from sync.exchange.session import Outcome, Session
from sync.journal.keys import signing_public
from tests.store.conftest import NOW, MakeStore
from tests.store.test_journal import SCOPES, edit, shown


class Known:
    """Knows the public keys of the stores of a test."""

    def __init__(self, *stores: UnitStore) -> None:
        self.keys: Mapping[str, bytes] = {
            store.replica: signing_public(store.keys.get(secret.SIGNING) or b"") for store in stores
        }

    def key_for(self, journal: str, offered: bytes | None) -> bytes | None:
        return self.keys.get(journal)


def exchange(one: UnitStore, two: UnitStore, verifier: Known) -> Outcome:
    """The first store calls the second, as a PC calls a neighbour."""
    for store in (one, two):
        store.sign_tips()
    caller = Session(UnitLog(one), two.replica, one.replica, SCOPES, verifier)
    while not caller.finished:
        answerer = Session(UnitLog(two), one.replica, two.replica, SCOPES, verifier)
        answerer.hear(caller.say())
        caller.hear(answerer.say())
    return caller.outcome


@pytest.fixture
def pair(make_store: MakeStore, author: Author) -> tuple[UnitStore, UnitStore]:
    one, two = make_store("A"), make_store("B")
    values: dict[str, Value] = {"code": "T-A-1", "applicant_name": "Nguyễn Thị Đường"}
    one.act("dossier.receive", author, lambda _view: [create("dossier", "d1", values)])
    return one, two


def test_offline_work_on_two_pcs_comes_together(pair: tuple[UnitStore, UnitStore]) -> None:
    one, two = pair
    known = Known(*pair)
    assert exchange(one, two, known).equal
    edit(one, "an", note="của An", applicant_phone="0901 234 567")
    edit(two, "binh", note="của Bình", applicant_address="Ấp 3")
    outcome = exchange(one, two, known)
    assert (outcome.equal, outcome.mismatched, outcome.own_journal_seen) == (True, (), False)
    for store in pair:
        found = shown(store)
        assert (found["applicant_phone"], found["applicant_address"]) == ("0901 234 567", "Ấp 3")
        with store.view() as view:
            assert [question.field for question in view.questions()] == ["note"]
    two.answer(("dossier", "d1", "note"), "của An", Author("binh", NOW))
    assert exchange(one, two, known).equal
    for store in pair:
        assert (shown(store)["note"], shown(store)["_open_questions"]) == ("của An", 0)
        assert verify(store, known) == []
    assert UnitLog(one).waiting(two.replica) == 0
    assert exchange(one, two, known).sent == 0


def test_many_entries_go_over_and_verify(pair: tuple[UnitStore, UnitStore], author: Author) -> None:
    one, two = pair
    for at in range(150):
        values: dict[str, Value] = {"code": f"T-A-{at}", "applicant_name": "Trần Văn Bình"}
        one.act("dossier.receive", author, lambda _view, at=at, values=values: [create("dossier", f"n{at}", values)])  # type: ignore[misc]
        two.act("note", author, lambda _view, at=at: [create("position", f"p{at}", {"name": f"Vị trí {at}"})])  # type: ignore[misc]
    two.act("edit", author, lambda _view: [put("position", "p1", {"section": "Văn phòng"})])
    known = Known(*pair)
    assert exchange(two, one, known).equal
    for store in pair:
        with store.view() as view:
            assert (view.count("dossier"), view.count("position")) == (151, 150)
        assert verify(store, known) == []
