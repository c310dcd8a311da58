"""The store against a model of a few lines: dictionaries that remember what was written, undone and answered.

Two PCs write, undo, hand their entries over and pack them in any order; each must show what the model of merging says.
"""

import random
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from qms_desktop.domain.fields import Value
from qms_desktop.keys import MemoryKeys
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.packer import Packer
from qms_desktop.store.unit import Author, Identity, UnitStore, create, put, restore, void
from qms_desktop.store.verify import verify
from tests.store.conftest import NOW, UNIT, UNIT_KEY
from tests.store.test_journal import SCOPES, hand_over

RECORDS = st.sampled_from(["d1", "d2", "d3"])
FIELDS = st.sampled_from(["note", "applicant_name", "sets", "step"])
TEXTS = st.sampled_from(["", "Đường", "a", "Nguyễn Thị Ánh", None])
AUTHOR = Author("an", NOW)


class OneStore(RuleBasedStateMachine):
    """One PC: rows equal the model after every action, and the journal verifies at the end."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        chance = random.Random(3)
        path = Path(self.folder.name) / "office.db"
        self.store = UnitStore.create(path, Identity("a" * 32, "A", UNIT), MemoryKeys(), lambda: NOW, chance.randbytes)
        self.store.add_unit_key(UNIT, 1, UNIT_KEY)
        self.model: dict[str, dict[str, Value]] = {}
        self.voided: set[str] = set()
        self.before: tuple[dict[str, dict[str, Value]], set[str]] | None = None

    def remember(self) -> None:
        self.before = ({record: dict(values) for record, values in self.model.items()}, set(self.voided))

    @rule(record=RECORDS, name=TEXTS)
    def receive(self, record: str, name: str | None) -> None:
        if record in self.model:
            return
        self.remember()
        self.store.act(
            "dossier.receive", AUTHOR, lambda _view: [create("dossier", record, {"code": record, "applicant_name": name})]
        )
        self.model[record] = {"code": record, "applicant_name": name}

    @rule(record=RECORDS, field=FIELDS, value=TEXTS)
    def edit(self, record: str, field: str, value: str | None) -> None:
        if record not in self.model:
            return
        if self.model[record].get(field) != value:
            self.remember()
        self.store.act("dossier.edit", AUTHOR, lambda _view: [put("dossier", record, {field: value})])
        self.model[record][field] = value

    @rule(record=RECORDS)
    def turn(self, record: str) -> None:
        if record not in self.model:
            return
        self.remember()
        change = restore("dossier", record) if record in self.voided else void("dossier", record)
        self.store.act("dossier.turn", AUTHOR, lambda _view: [change])
        self.voided ^= {record}

    @precondition(lambda self: getattr(self, "before", None) is not None)
    @rule()
    def undo(self) -> None:
        assert self.before is not None
        created = set(self.model) - set(self.before[0])
        assert self.store.undo_last(AUTHOR) is not None
        kept = {record: self.model[record] for record in created}
        self.model, self.voided = {**self.before[0], **kept}, self.before[1] | created
        self.before = None

    @rule(in_block=st.integers(1, 3), kept_open=st.integers(0, 4))
    def pack(self, in_block: int, kept_open: int) -> None:
        Packer(self.store, kept_open, in_block).run(5)

    @invariant()
    def rows_are_the_model(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.view() as view:
            for record, values in self.model.items():
                found = view.get("dossier", record) or {}
                assert {name: found[name] for name in values} == values
                assert found["_voided"] is (record in self.voided)
                assert found["_open_questions"] == int(record in self.voided and record in self.edited_since_void(found))
            assert len(view.keys(ListQuery("dossier"))) == len(self.model) - len(self.voided)

    def edited_since_void(self, found: dict[str, Value]) -> set[str]:
        """An edit of a voided record is a question by the rules of merging; the model only follows it."""
        return {str(found["id"])} if found["_open_questions"] else set()

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert verify(self.store) == []
            self.store.close()
            self.folder.cleanup()


class TwoStores(RuleBasedStateMachine):
    """Two PCs edit one dossier and exchange: after handing over both ways they show the same and ask the same."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        chance = random.Random(4)
        self.stores: list[UnitStore] = []
        for letter in "ab":
            path = Path(self.folder.name) / letter / "office.db"
            store = UnitStore.create(path, Identity(letter * 32, letter, UNIT), MemoryKeys(), lambda: NOW, chance.randbytes)
            store.add_unit_key(UNIT, 1, UNIT_KEY)
            self.stores.append(store)
        self.stores[0].act("dossier.receive", AUTHOR, lambda _view: [create("dossier", "d1", {"code": "T-A-1"})])
        hand_over(*self.stores)

    @rule(at=st.integers(0, 1), field=FIELDS, value=TEXTS)
    def edit(self, at: int, field: str, value: str | None) -> None:
        self.stores[at].act("dossier.edit", AUTHOR, lambda _view: [put("dossier", "d1", {field: value})])

    @rule(at=st.integers(0, 1))
    def turn(self, at: int) -> None:
        with self.stores[at].view() as view:
            voided = (view.get("dossier", "d1") or {})["_voided"]
        change = restore("dossier", "d1") if voided else void("dossier", "d1")
        self.stores[at].act("dossier.turn", AUTHOR, lambda _view: [change])

    @rule(at=st.integers(0, 1))
    def hand_over_one_way(self, at: int) -> None:
        hand_over(self.stores[at], self.stores[1 - at])

    @rule(at=st.integers(0, 1), in_block=st.integers(1, 3), kept_open=st.integers(0, 4))
    def pack(self, at: int, in_block: int, kept_open: int) -> None:
        Packer(self.stores[at], kept_open, in_block).run(5)

    @rule(at=st.integers(0, 1))
    def answer(self, at: int) -> None:
        with self.stores[at].view() as view:
            questions = view.questions()
            assert view.question_count() == len(questions)
        for question in questions:
            key = (question.kind, question.record, question.field)
            self.stores[at].answer(key, question.values[-1].value, AUTHOR)
        with self.stores[at].view() as view:
            assert view.questions() == []

    @rule()
    def settle(self) -> None:
        hand_over(*self.stores)
        hand_over(*reversed(self.stores))
        one, two = self.stores
        assert [UnitLog(one).state_digest(scope) for scope in SCOPES] == [UnitLog(two).state_digest(scope) for scope in SCOPES]
        with one.view() as left, two.view() as right:
            assert left.get("dossier", "d1") == right.get("dossier", "d1")
            assert left.history("dossier", "d1") == right.history("dossier", "d1")
            asked = [[(q.field, {str(v.value) for v in q.values}) for q in view.questions()] for view in (left, right)]
            assert asked[0] == asked[1]

    def teardown(self) -> None:
        if hasattr(self, "stores"):
            self.settle()
            for store in self.stores:
                assert verify(store) == []
                store.close()
            self.folder.cleanup()


TestOneStore = OneStore.TestCase
TestTwoStores = TwoStores.TestCase
TestOneStore.settings = TestTwoStores.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
