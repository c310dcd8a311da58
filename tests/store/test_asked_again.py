"""An answer that is taken back asks again, on every PC, with the values and names of before."""

from __future__ import annotations

import pytest

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.store.unit import Author, UnitStore, void
from qms_desktop.store.verify import verify
from tests.store.conftest import NOW, MakeStore
from tests.store.test_journal import edit, pair, settle, shown

__all__ = ["pair"]


def asked(store: UnitStore) -> list[tuple[str, list[tuple[Value, str]], Value]]:
    """The open questions: field, values with who said them, what was before."""
    with store.view() as view:
        return [(q.field, [(value.value, value.who) for value in q.values], q.before) for q in view.questions()]


ARMS: list[tuple[str, list[dict[str, Value]], Value]] = [
    ("applicant_phone", [{"applicant_phone": "0901"}, {"applicant_phone": "0902"}], "0901"),
    ("#progress", [{"state": "processing", "step": "B2"}, {"step": "B3"}], {"state": "processing", "step": "B2"}),
]


@pytest.mark.parametrize(("field", "edits", "answer"), ARMS)
def test_an_answer_taken_back_asks_again_on_every_pc(
    pair: tuple[UnitStore, UnitStore], field: str, edits: list[dict[str, Value]], answer: Value
) -> None:
    for store, who, values in zip(pair, ("an", "binh"), edits, strict=True):
        edit(store, who, **values)
    settle(*pair)
    before, rows = asked(pair[0]), [shown(store) for store in pair]
    pair[0].answer(("dossier", "d1", field), answer, Author("an", NOW))
    settle(*pair)
    assert asked(pair[1]) == []
    pair[0].undo_last(Author("an", NOW))
    settle(*pair)
    assert [asked(store) for store in pair] == [before, before], "both values, by those who said them"
    assert [shown(store) for store in pair] == rows
    pair[0].redo_last(Author("an", NOW))
    settle(*pair)
    assert [asked(store) for store in pair] == [[], []]
    pair[0].undo_last(Author("an", NOW))
    settle(*pair)
    assert asked(pair[1]) == before
    pair[1].answer(("dossier", "d1", field), answer, Author("binh", NOW))
    settle(*pair)
    assert [asked(store) for store in pair] == [[], []]
    assert verify(pair[0]) == verify(pair[1]) == []


def test_an_edit_that_settled_a_question_unseen_asks_again_when_it_is_taken_back(pair: tuple[UnitStore, UnitStore]) -> None:
    for store, who in zip(pair, ("an", "binh"), strict=True):
        edit(store, who, note=who)
    settle(*pair)
    before = asked(pair[0])
    edit(pair[0], "an", note="khác")
    assert asked(pair[0]) == []
    pair[0].undo_last(Author("an", NOW))
    assert asked(pair[0]) == before


@pytest.mark.parametrize("out_of_use", [True, False])
def test_an_answer_about_a_void_taken_back_asks_again(pair: tuple[UnitStore, UnitStore], out_of_use: bool) -> None:
    pair[0].act("dossier.void", Author("an", NOW), lambda _view: [void("dossier", "d1")])
    edit(pair[1], "binh", note="vẫn cần")
    settle(*pair)
    pair[1].answer(("dossier", "d1", ""), out_of_use, Author("binh", NOW))
    settle(*pair)
    assert [asked(store) for store in pair] == [[], []]
    pair[1].undo_last(Author("binh", NOW))
    settle(*pair)
    for store in pair:
        (question,) = asked(store)
        assert (question[0], [value for value, _ in question[1]]) == ("", [True, False])
    pair[1].redo_last(Author("binh", NOW))
    settle(*pair)
    assert [(asked(store), shown(store)["_voided"]) for store in pair] == [([], out_of_use)] * 2
    assert verify(pair[0]) == verify(pair[1]) == []


def test_three_values_come_back_as_three(make_store: MakeStore, pair: tuple[UnitStore, UnitStore]) -> None:
    stores = (*pair, make_store("C"))
    settle(pair[0], stores[2])
    for store, who in zip(stores, ("an", "binh", "chi"), strict=True):
        edit(store, who, note=f"của {who}")
    for other in stores[1:] * 2:
        settle(pair[0], other)
    before = asked(stores[2])
    assert len(before[0][1]) == 3
    stores[2].answer(("dossier", "d1", "note"), "của an", Author("chi", NOW))
    stores[2].undo_last(Author("chi", NOW))
    assert asked(stores[2]) == before
    for other in stores[1:] * 2:
        settle(pair[0], other)
    assert [asked(store) for store in stores] == [before] * 3


def test_the_answer_of_somebody_else_is_not_taken_back_by_an_older_undo(pair: tuple[UnitStore, UnitStore]) -> None:
    for store, who in zip(pair, ("an", "binh"), strict=True):
        edit(store, who, note=who)
    settle(*pair)
    pair[0].answer(("dossier", "d1", "note"), "an", Author("an", NOW))
    settle(*pair)
    edit(pair[1], "binh", note="mới hơn")
    settle(*pair)
    with pytest.raises(RuleError, match="QMS-280"):
        pair[0].undo_last(Author("an", NOW))
    assert shown(pair[0])["note"] == "mới hơn"
