"""Rules across records on two PCs: what each did alone was lawful; what came of it together is asked, the same on both."""

from datetime import date
from random import Random

import pytest

from qms_desktop.domain.errors import RightsError, RuleError
from qms_desktop.domain.fields import Area, Value
from qms_desktop.domain.merged_rules import BOTH, Clash, Rule
from qms_desktop.domain.records.revisions import State
from qms_desktop.store.packer import Packer
from qms_desktop.store.unit import Author, Change, UnitStore, create, put
from qms_desktop.store.verify import verify
from qms_desktop.usecases import procedures, rule_questions
from qms_desktop.usecases.work import Session, Work
from tests.store.conftest import NOW, MakeStore, entropy, make_store
from tests.store.test_journal import settle

__all__ = ["entropy", "make_store"]
DAY = date(2026, 12, 1)


class Two:
    """Two PCs of one office, each with its own person."""

    def __init__(self, one: UnitStore, two: UnitStore) -> None:
        self.stores = (one, two)
        roles = frozenset({"LD", "IS", "CL", "SP"})
        sessions = [Session(name, name, roles) for name in ("an", "binh")]
        self.works = [
            Work(store, who, lambda: NOW, Random(3).randbytes) for store, who in zip(self.stores, sessions, strict=True)
        ]

    def write(self, at: int, *changes: Change) -> None:
        author = self.works[at].author
        self.stores[at].act("test.write", author, lambda _view: list(changes))

    def settle(self) -> None:
        settle(*self.stores)

    def asked(self) -> list[Clash]:
        """The same on both PCs, and counted."""
        found: list[list[Clash]] = []
        for store in self.stores:
            with store.view() as view:
                found.append(view.clashes())
                assert view.question_count() == len(found[-1]) + len(view.questions())
            assert verify(store) == []
        assert found[0] == found[1]
        return found[0]

    def answer(self, at: int, chosen: str) -> None:
        (clash,) = self.asked()
        rule_questions.answer(self.works[at], clash.id, chosen)
        self.settle()

    def undo(self, at: int) -> None:
        assert self.stores[at].undo_last(self.works[at].author) is not None
        self.settle()

    def value(self, at: int, kind: str, record: str, name: str) -> Value:
        with self.stores[at].view() as view:
            return (view.get(kind, record) or {}).get(name)

    def in_force(self) -> list[str]:
        found = []
        for store in self.stores:
            with store.view() as view:
                found += [[item.revision for item in procedures.catalogue(view, DAY)]]
        assert found[0] == found[1]
        return found[0]


@pytest.fixture
def two(make_store: MakeStore) -> Two:
    return Two(make_store("A"), make_store("B"))


def approved(name: str, amendment: int, day: str = "2026-12-01") -> Change:
    facts: dict[str, Value] = {"kind": "procedure", "code": "1.001", "title": "Khai sinh", "issue_no": 1, "stage": "approved"}
    return create("revision", name, {**facts, "amendment_no": amendment, "effective_on": day}, Area.QMS)


def rivals(two: Two) -> None:
    two.write(1, create("position", "p", {"name": "đẩy bộ đếm của máy B lên"}))
    two.write(0, approved("r1", 1))
    two.write(1, approved("r2", 2))
    two.settle()


def test_rival_revisions_leave_the_lower_one_in_force_until_a_leader_answers(two: Two) -> None:
    rivals(two)
    (clash,) = two.asked()
    assert (clash.rule, clash.parties) == (Rule.SAME_DAY, (("revision", "r1"), ("revision", "r2")))
    assert two.in_force() == ["r1"], "though the other has the higher amendment"
    two.answer(1, "1")
    assert (two.asked(), two.in_force()) == ([], ["r2"])
    assert two.value(0, "revision", "r1", "stage") == "rejected"
    two.undo(1)
    assert (len(two.asked()), two.in_force()) == (1, ["r1"])
    two.answer(0, "0")
    assert (two.asked(), two.in_force()) == ([], ["r1"])


def test_both_may_stand_and_the_higher_amendment_takes_the_day(two: Two) -> None:
    rivals(two)
    two.answer(0, BOTH)
    assert (two.asked(), two.in_force()) == ([], ["r2"])
    two.undo(0)
    assert (len(two.asked()), two.in_force()) == (1, ["r1"])
    two.answer(0, BOTH)
    assert two.asked() == []


def test_both_pcs_that_allow_it_offline_agree(two: Two) -> None:
    rivals(two)
    (clash,) = two.asked()
    for work in two.works:
        rule_questions.answer(work, clash.id, BOTH)
    two.settle()
    assert two.asked() == []


def test_who_waits_is_not_yet_effective(two: Two) -> None:
    rivals(two)
    with two.stores[0].view() as view:
        states = {item.revision: item.state for item in procedures.all_listed(view, DAY)}
    assert states == {"r1": State.EFFECTIVE, "r2": State.APPROVED}


def test_only_a_leader_decides_between_revisions(two: Two) -> None:
    rivals(two)
    (clash,) = two.asked()
    clerk = Work(two.stores[0], Session("chi", "Chi", frozenset({"CL"})), lambda: NOW, Random(4).randbytes)
    with pytest.raises(RightsError):
        rule_questions.answer(clerk, clash.id, "0")
    two.answer(0, "0")
    with pytest.raises(RuleError, match="QMS-230"):
        rule_questions.answer(two.works[1], clash.id, "1")


def dossier(name: str, **values: Value) -> Change:
    facts: dict[str, Value] = {"code": f"T-{name}", "state": "processing", "step": "B1", "received_at": "2026-11-20T08:00"}
    return create("dossier", name, facts | values)


def test_an_official_code_typed_on_two_dossiers(two: Two) -> None:
    two.write(0, dossier("d1"))
    two.settle()
    two.write(0, put("dossier", "d1", {"official_code": "H01.1"}))
    two.write(1, dossier("d2", official_code="H01.1"))
    two.settle()
    (clash,) = two.asked()
    kept, other = clash.parties
    two.answer(1, "0")
    assert two.asked() == []
    assert [two.value(0, *party, "official_code") for party in (kept, other)] == ["H01.1", None]
    two.undo(1)
    assert two.asked() == [clash]


def test_one_old_register_entered_on_two_pcs(two: Two) -> None:
    two.write(0, dossier("d1", code="001/2025"))
    two.write(1, dossier("d2", code="001/2025"))
    two.settle()
    two.answer(0, "1")
    assert two.asked() == []
    assert sorted(bool(two.value(1, "dossier", name, "_voided")) for name in ("d1", "d2")) == [False, True]
    two.undo(0)
    two.answer(0, BOTH)
    assert two.asked() == []


def started(name: str, code: str) -> Change:
    return create("step_run", name, {"dossier": "d1", "code": code, "started_at": "2026-11-20T09:00", "assignee": f"who-{code}"})


def test_a_dossier_that_two_pcs_moved_on(two: Two) -> None:
    two.write(0, dossier("d1"))
    two.settle()
    two.write(0, started("r2", "B2"), put("dossier", "d1", {"step": "B2"}))
    two.write(1, started("r3", "B3"), put("dossier", "d1", {"step": "B3"}))
    two.settle()
    assert two.asked() == [], "first the step itself is asked"
    two.stores[0].answer(("dossier", "d1", "#progress"), {"state": "processing", "step": "B3"}, two.works[0].author)
    two.settle()
    (clash,) = two.asked()
    place = clash.parties.index(("step_run", "r2"))
    two.answer(1, str(place))
    assert two.asked() == []
    assert [two.value(0, "dossier", "d1", name) for name in ("step", "holder", "state")] == ["B2", "who-B2", "processing"]
    assert [bool(two.value(0, "step_run", name, "ended_at")) for name in ("r2", "r3")] == [False, True]
    two.undo(1)
    assert two.asked() == [clash]


@pytest.mark.parametrize(("kept", "state"), [("dossier", "closed"), ("step_run", "processing")])
def test_an_ended_dossier_with_a_running_step(two: Two, kept: str, state: str) -> None:
    two.write(0, dossier("d1"))
    two.settle()
    two.write(0, put("dossier", "d1", {"state": "closed", "delivered_at": "2026-11-20T10:00"}))
    two.write(1, started("r3", "B3"))
    two.settle()
    (clash,) = two.asked()
    assert clash.rule is Rule.ENDED_AT_WORK
    two.answer(0, str([kind for kind, _ in clash.parties].index(kept)))
    assert (two.asked(), two.value(1, "dossier", "d1", "state")) == ([], state)
    two.undo(0)
    assert two.asked() == [clash]


@pytest.mark.parametrize(("answer", "state"), [(BOTH, "closed"), ("0", "result_ready")])
def test_a_result_given_back_before_the_dossier_came(two: Two, answer: str, state: str) -> None:
    two.write(0, dossier("d1", state="closed", delivered_at="2026-11-19T10:00"))
    two.settle()
    two.answer(1, answer)
    assert (two.asked(), two.value(0, "dossier", "d1", "state")) == ([], state)
    two.undo(1)
    assert len(two.asked()) == 1


def test_only_what_was_touched_is_looked_at_again(two: Two) -> None:
    def statements(number: int) -> int:
        told: list[str] = []
        two.stores[0].connection.set_trace_callback(told.append)
        two.write(0, dossier(f"n{number}"))
        two.stores[0].connection.set_trace_callback(None)
        return len(told)

    few = statements(0)
    two.write(0, *(dossier(f"m{number}") for number in range(300)))
    assert statements(1) <= few + 2
    with two.stores[0].view() as view:
        connection = two.stores[0].connection
        for field in ("code", "official_code"):
            plan = connection.execute(f'EXPLAIN QUERY PLAN SELECT id FROM k_dossier WHERE _voided = 0 AND "{field}" = ?', ("x",))
            assert all("USING INDEX" in str(row[-1]) for row in plan.fetchall())
        assert view.clashes() == []


def test_packed_entries_a_reopened_store_and_a_taken_over_one_ask_the_same(two: Two) -> None:
    rivals(two)
    asked = two.asked()
    first = two.stores[0]
    Packer(first, kept_open=0, in_block=1).run(100)
    first.connection.execute("DELETE FROM clash_party")
    first.connection.execute("DELETE FROM clash")
    first.connection.execute("DROP TABLE referring")
    for table in ("clash", "clash_party"):
        first.connection.execute(f"DROP TABLE {table}")
    first.connection.execute("PRAGMA user_version = 2000")
    again = UnitStore.open(first.path, first.keys, first.clock, first.entropy)
    with again.view() as view:
        assert view.clashes() == asked
    again.close()


def test_an_author_is_told_apart_by_the_journal(two: Two) -> None:
    two.write(0, approved("r1", 1))
    two.write(0, approved("r2", 2))
    two.settle()
    assert (two.asked(), two.in_force()) == ([], ["r2"])
    assert Author("an", NOW) == two.works[0].author
