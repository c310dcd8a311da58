"""The PC's journal as the exchange sees it, and what two PCs show after handing their entries over."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.keys import MemoryKeys
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.meta import Identity
from qms_desktop.store.unit import Author, UnitStore, create, put, void
from sync.journal.log import Log
from tests.store.conftest import NOW, UNIT, UNIT_KEY, MakeStore
from tests.sync.world.log_conformance import LogConformance

SCOPES = (f"unit/{UNIT}/qms", f"unit/{UNIT}/dossiers")


class TestUnitLog(LogConformance):
    @pytest.fixture(autouse=True)
    def stores(self, make_store: MakeStore) -> Iterator[None]:
        self._make_store = make_store
        self._made = 0
        self._stores: dict[int, UnitStore] = {}
        self._reopened: list[UnitStore] = []
        yield
        for store in self._reopened:
            store.close()

    def make_log(self) -> Log:
        self._made += 1
        return self._log(self._make_store(f"log{self._made}"))

    def reopen(self, log: Log) -> Log:
        """A second opening of the same file: it sees what was committed, and nothing else."""
        before = self._stores[id(log)]
        self._reopened.append(UnitStore.open(before.path, before.keys, before.clock, before.entropy))
        return self._log(self._reopened[-1])

    def _log(self, store: UnitStore) -> UnitLog:
        log = UnitLog(store)
        self._stores[id(log)] = store
        return log


def hand_over(source: UnitStore, target: UnitStore) -> None:
    """Everything the source holds and the target lacks, in the source's order of arrival."""
    giver, taker = UnitLog(source), UnitLog(target)
    for scope in SCOPES:
        rows = [row for leaf in giver.leaves(scope) for row in giver.rows(scope, leaf.journal, 0, leaf.n)]
        ids = [row.id for row in sorted(set(rows), key=lambda row: row.pos)]
        taker.append(scope, giver.load(scope, ids), {})


def shown(store: UnitStore, record: str = "d1") -> dict[str, Value]:
    with store.view() as view:
        found = view.get("dossier", record)
    assert found is not None
    return found


@pytest.fixture
def pair(make_store: MakeStore, author: Author) -> tuple[UnitStore, UnitStore]:
    """Two PCs that both know dossier d1."""
    one, two = make_store("A"), make_store("B")
    values: dict[str, Value] = {"code": "T-A-1", "applicant_name": "Nguyễn Thị Đường", "state": "received", "step": "B1"}
    one.act("dossier.receive", author, lambda _view: [create("dossier", "d1", values)])
    hand_over(one, two)
    return one, two


def edit(store: UnitStore, person: str, **values: Value) -> None:
    store.act("dossier.edit", Author(person, NOW), lambda _view: [put("dossier", "d1", values)])


def settle(one: UnitStore, two: UnitStore) -> None:
    hand_over(one, two)
    hand_over(two, one)
    for scope in SCOPES:
        assert UnitLog(one).state_digest(scope) == UnitLog(two).state_digest(scope)


def test_the_other_pc_shows_and_finds_what_came(pair: tuple[UnitStore, UnitStore]) -> None:
    assert shown(pair[1])["applicant_name"] == "Nguyễn Thị Đường"
    with pair[1].view() as view:
        assert [hit.id for hit in view.search("duong")] == ["d1"]


def test_different_fields_merge_without_a_question(pair: tuple[UnitStore, UnitStore]) -> None:
    edit(pair[0], "an", applicant_phone="0901 234 567")
    edit(pair[1], "binh", note="Gọi buổi chiều")
    settle(*pair)
    for store in pair:
        found = shown(store)
        assert (found["applicant_phone"], found["note"]) == ("0901 234 567", "Gọi buổi chiều")
        assert found["_open_questions"] == 0


def test_the_same_field_opens_a_question_on_both_and_one_answer_closes_it(pair: tuple[UnitStore, UnitStore]) -> None:
    edit(pair[0], "an", note="cũ")
    settle(*pair)
    edit(pair[0], "an", note="của An")
    edit(pair[1], "binh", note="của Bình")
    settle(*pair)
    assert shown(pair[0])["note"] == shown(pair[1])["note"]
    with pair[0].view() as view:
        (question,) = view.questions()
    assert {(value.value, value.who, value.mine) for value in question.values} == {
        ("của An", "an", True),
        ("của Bình", "binh", False),
    }
    assert question.before == "cũ"
    pair[1].answer(("dossier", "d1", "note"), "của An", Author("binh", NOW))
    settle(*pair)
    for store in pair:
        assert shown(store)["note"] == "của An"
        with store.view() as view:
            assert view.questions() == []
            assert view.history("dossier", "d1")[-1].action == "question.answer"


def test_the_same_value_from_both_is_no_question(pair: tuple[UnitStore, UnitStore]) -> None:
    edit(pair[0], "an", note="đủ giấy tờ")
    edit(pair[1], "binh", note="đủ giấy tờ")
    settle(*pair)
    assert shown(pair[0])["_open_questions"] == 0
    with pair[0].view() as view:
        assert view.questions() == []


def test_fields_of_a_group_are_asked_together(pair: tuple[UnitStore, UnitStore]) -> None:
    edit(pair[0], "an", state="processing", step="B2")
    edit(pair[1], "binh", step="B3")
    settle(*pair)
    with pair[0].view() as view:
        (question,) = view.questions()
    assert question.field == "#progress"
    assert set(question.fields) == {"state", "step"}
    pair[0].answer(("dossier", "d1", "#progress"), {"state": "processing", "step": "B2"}, Author("an", NOW))
    settle(*pair)
    assert [(shown(store)["state"], shown(store)["step"]) for store in pair] == [("processing", "B2")] * 2


@pytest.mark.parametrize("out_of_use", [True, False])
def test_an_edit_beside_a_void_is_asked(pair: tuple[UnitStore, UnitStore], out_of_use: bool) -> None:
    pair[0].act("dossier.void", Author("an", NOW), lambda _view: [void("dossier", "d1")])
    edit(pair[1], "binh", note="vẫn cần")
    settle(*pair)
    with pair[1].view() as view:
        (question,) = view.questions()
    assert (question.field, question.fields) == ("", ("note",))
    pair[1].answer(("dossier", "d1", ""), out_of_use, Author("binh", NOW))
    settle(*pair)
    for store in pair:
        assert (shown(store)["_voided"], shown(store)["_open_questions"]) == (out_of_use, 0)


def test_without_the_units_key_names_wait_and_appear_when_it_comes(pair: tuple[UnitStore, UnitStore], tmp_path: Path) -> None:
    identity = Identity("f" * 32, "C", UNIT)
    late = UnitStore.create(tmp_path / "C" / "office.db", identity, MemoryKeys(), lambda: NOW, pair[0].entropy)
    hand_over(pair[0], late)
    assert (shown(late)["applicant_name"], shown(late)["code"]) == (None, "T-A-1")
    late.add_unit_key(UNIT, 1, UNIT_KEY)
    assert shown(late)["applicant_name"] == "Nguyễn Thị Đường"
    with late.view() as view:
        assert [hit.id for hit in view.search("nguyen duong")] == ["d1"]
    late.close()


def test_a_clone_writes_on_under_a_new_replica_id_and_both_arms_stay(pair: tuple[UnitStore, UnitStore], tmp_path: Path) -> None:
    one = pair[0]
    copy = tmp_path / "clone" / "office.db"
    copy.parent.mkdir()
    with one.writing():
        pass
    one.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy.write_bytes(one.path.read_bytes())
    clone = UnitStore.open(copy, one.keys, one.clock, one.entropy)
    edit(one, "an", note="bản chính")
    edit(clone, "binh", note="bản sao")
    hand_over(clone, one)
    before = one.replica
    edit(one, "an", applicant_phone="0901 234 567")
    assert one.replica != before
    settle(one, clone)
    assert shown(one)["_open_questions"] == 1
    assert len(UnitLog(one).leaves(SCOPES[1])) == 3
    clone.close()


def test_a_large_entry_is_signed_at_once_so_that_what_travels_as_one_piece_stays_small(store: UnitStore, author: Author) -> None:
    store.act("dossier.receive", author, lambda _view: [create("dossier", "d1", {"note": "ngắn"})])
    store.act("dossier.receive", author, lambda _view: [create("dossier", "d2", {"note": "dài " * 1_000})])
    log = UnitLog(store)
    signed = [row.signature is not None for leaf in log.leaves(SCOPES[1]) for row in log.rows(SCOPES[1], leaf.journal, 0, leaf.n)]
    assert signed == [False, True]


def test_waiting_counts_what_the_peer_has_not_reported(pair: tuple[UnitStore, UnitStore]) -> None:
    log = UnitLog(pair[0])
    assert log.waiting("server") == 1
    log.remember_peer("server", SCOPES[1], log.leaves(SCOPES[1]))
    assert log.waiting("server") == 0
    edit(pair[0], "an", note="mới")
    assert log.waiting("server") == 1
