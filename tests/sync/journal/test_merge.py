"""Merging: order never matters, nothing is dropped silently, the digest follows the state step by step."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from sync.journal import merge
from sync.journal.entry import Op, Verb, Write
from sync.journal.merge import DIGEST_MODULUS, EMPTY, RecordState, apply, conflicts, digest_of, is_void, shown, unseen_edits
from tests.sync.world.builders import token

Happening = tuple[str, int, Op]
FIELDS = ("name", "note", "state")


def named(number: int) -> str:
    return token(number, 64)


def write(number: int, field: str = "note", replaces: Sequence[int] = (), lamport: int | None = None) -> Happening:
    op = Op("dossier", "R1", Verb.SET, (Write(field, number, tuple(named(item) for item in replaces)),))
    return named(number), lamport or number, op


def void(number: int, seen: dict[str, list[int]]) -> Happening:
    writes = tuple(Write(field, None, tuple(named(item) for item in items)) for field, items in seen.items())
    return named(number), number, Op("dossier", "R1", Verb.VOID, writes)


def run(happenings: Sequence[Happening]) -> tuple[RecordState, int]:
    state, digest = EMPTY, 0
    done: dict[str, Op] = {}

    def wrote(entry_id: str, kind: str, record: str, field: str) -> bool:
        op = done.get(entry_id)
        if op is None or (op.kind, op.record) != (kind, record):
            return False
        return field == "" if op.verb is Verb.VOID else any(item.field == field for item in op.writes)

    for entry_id, lamport, op in happenings:
        applied = apply(state, op, entry_id, lamport, wrote)
        state, digest = applied.state, (digest + applied.delta) % DIGEST_MODULUS
        done[entry_id] = op
    return state, digest


def heads(state: RecordState, field: str = "note") -> list[str]:
    return [entry_id for entry_id, _ in state.heads[field]]


def test_one_write_after_another_leaves_one_value() -> None:
    state, _ = run([write(1), write(2, replaces=[1])])
    assert heads(state) == [named(2)]
    assert conflicts(state) == ()


def test_two_writers_who_did_not_know_of_each_other_open_a_question_with_both_values() -> None:
    state, _ = run([write(1), write(2, replaces=[1]), write(3, replaces=[1])])
    assert set(heads(state)) == {named(2), named(3)}
    assert conflicts(state) == ("note",)
    assert shown(state.heads["note"]) == (named(3), 3)


def test_an_answer_replaces_all_of_them() -> None:
    state, _ = run([write(1), write(2, replaces=[1]), write(3, replaces=[1]), write(4, replaces=[2, 3])])
    assert heads(state) == [named(4)]
    assert conflicts(state) == ()


def test_different_fields_merge_silently() -> None:
    state, _ = run([write(1), write(2, "name"), write(3, "state")])
    assert conflicts(state) == ()
    assert set(state.heads) == {"note", "name", "state"}


def test_a_replaced_write_that_arrives_later_does_not_come_back() -> None:
    early, _ = run([write(2, replaces=[1])])
    assert early.pending == {"note": (named(1),)}
    state, digest = run([write(2, replaces=[1]), write(1)])
    assert heads(state) == [named(2)]
    assert state.pending == {}
    assert digest == run([write(1), write(2, replaces=[1])])[1]


def test_the_digest_tells_pending_ids_apart_from_none() -> None:
    assert run([write(2, replaces=[1])])[1] != run([write(2)])[1]


def test_equal_counters_are_decided_by_the_entry_id() -> None:
    state, _ = run([write(2, lamport=7), write(3, lamport=7)])
    assert shown(state.heads["note"])[0] == max(named(2), named(3))
    assert merge.in_force(state.heads["note"])[0] == min(named(2), named(3))


def test_void_keeps_the_values_and_is_no_question_by_itself() -> None:
    state, _ = run([write(1), void(2, {"note": [1]})])
    assert is_void(state)
    assert heads(state) == [named(1)]
    assert unseen_edits(state) == ()


def test_an_edit_that_meets_a_void_is_a_question_in_both_orders() -> None:
    happenings = [write(1), void(2, {"note": [1]}), write(3, replaces=[1])]
    for order in (happenings, [happenings[0], happenings[2], happenings[1]]):
        state, _ = run(order)
        assert is_void(state)
        assert unseen_edits(state) == ("note",)


def test_restoring_answers_a_void_and_a_new_void_answers_the_edit() -> None:
    base = [write(1), void(2, {"note": [1]}), write(3, replaces=[1])]
    restored, _ = run([*base, (named(4), 4, Op("dossier", "R1", Verb.SET, (Write("", False, (named(2),)),)))])
    assert not is_void(restored)
    assert restored.seen == {}
    again, _ = run([*base, void(5, {"": [2], "note": [3]})])
    assert is_void(again)
    assert unseen_edits(again) == ()


@st.composite
def histories(draw: st.DrawFn) -> list[Happening]:
    """Any mixture of writes and voids naming any other ids, even of later, foreign or absent writes."""
    size = draw(st.integers(1, 9))
    names = st.lists(st.integers(1, size + 1), unique=True, max_size=3)
    made = []
    for number in range(1, size + 1):
        if draw(st.integers(0, 4)) == 0:
            fields = draw(st.lists(st.sampled_from(["", *FIELDS]), unique=True))
            made.append(void(number, {field: [n for n in draw(names) if n != number] for field in fields}))
        else:
            replaced = [other for other in draw(names) if other != number]
            made.append(write(number, draw(st.sampled_from(FIELDS)), replaced, draw(st.integers(1, 5))))
    return made


@given(histories(), st.randoms())
def test_the_same_entries_in_any_order_give_the_same_state_and_digest(made: list[Happening], random: object) -> None:
    shuffled = list(made)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert run(made) == run(shuffled)


@given(histories())
def test_the_running_digest_is_the_digest_of_the_state(made: list[Happening]) -> None:
    state, digest = run(made)
    assert digest_of("dossier", "R1", state) == digest


@given(histories())
def test_heads_and_pending_are_the_plain_set_differences(made: list[Happening]) -> None:
    state, _ = run(made)
    for field in FIELDS:
        mine = [(entry_id, w) for entry_id, _, op in made if op.verb is Verb.SET for w in op.writes if w.field == field]
        written, replaced = {item for item, _ in mine}, {name for _, w in mine for name in w.replaces}
        assert {name for name, _ in state.heads.get(field, ())} == written - replaced
        assert set(state.pending.get(field, ())) == replaced - written


@given(histories())
def test_a_packed_state_comes_back_whole_with_local_numbers_too(made: list[Happening]) -> None:
    state, _ = run(made)
    numbers = {entry_id: number for number, (entry_id, _, _) in enumerate(made, 1)}
    back = {number: entry_id for entry_id, number in numbers.items()}
    packed = merge.pack(state, lambda name: numbers.get(name, name))
    assert merge.unpack(packed, lambda name: back[name] if isinstance(name, int) else name) == state
    assert merge.unpack(merge.pack(state)) == state


def test_an_ordinary_record_of_fifteen_fields_is_stored_in_few_bytes() -> None:
    op = Op("dossier", "R1", Verb.CREATE, tuple(Write(f"field_{number:02}", "x") for number in range(15)))
    state = apply(EMPTY, op, named(1), 250_000, lambda *_: False).state
    assert len(merge.pack(state, lambda name: 200_000)) < 220
