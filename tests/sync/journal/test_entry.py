"""The permanent entry format: one spelling, exact checks, sealed personal values that can be erased."""

import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.canonical import INT_LIMIT, Value, canonical, read_canonical
from sync.errors import EntryError, KeyFault
from sync.journal.entry import (
    Draft,
    Hidden,
    Op,
    Reference,
    Verb,
    Write,
    build,
    check_ciphertext,
    check_follows,
    next_lamport,
    parse,
    reread,
    reveal,
)
from sync.journal.keys import UnitKeys
from tests.sync.world.builders import JOURNAL, SCOPE, UNIT_KEYS, change, draft, entry

HASH = "ab" * 32
TEXT = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INT_LIMIT, INT_LIMIT) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def sample() -> Draft:
    writes = (
        Write("name", "Nguyễn Thị Ánh", (), personal=True),
        Write("copies", 2, (HASH,)),
        Write("signing", {"number": "12/QĐ-UBND", "date": "2026-11-20"}),
    )
    op = Op("dossier", "01JD00000000000000000000R1", Verb.CREATE, writes)
    return replace(
        draft(op, reason="Nhập nhầm họ tên", reason_personal=True), on_behalf="tran.thi.binh", aid="0123456789abcdef" * 2
    )


@given(VALUES)
def test_canonical_json_is_what_the_standard_library_writes_and_reads_back(value: object) -> None:
    spelled = canonical(value)  # type: ignore[arg-type]
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert spelled == plain.encode()
    assert read_canonical(spelled) == value


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), INT_LIMIT + 1, "e\u0302", "\ud800", {1: "x"}, {"e\u0301": 1}, (1,), b"x", [[1, {"a": 2.0}]]],
)
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises(EntryError):
        canonical(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b"[1.0]",
        b"[-0]",
        b"[NaN]",
        b'["\\u00e9"]',
        b'["\\ud800"]',
        b"\xef\xbb\xbf[]",
        b"[1",
        b"\xff",
        b"[" * 5000 + b"]" * 5000,
        b"9" * 5000,
    ],
)
def test_a_second_spelling_is_refused_when_read(data: bytes) -> None:
    with pytest.raises(EntryError):
        read_canonical(data)


def test_the_frozen_body_never_changes() -> None:
    """Any change of these bytes would break every chain ever written."""
    made, ciphertext = build(sample(), UNIT_KEYS)
    assert ciphertext is not None
    assert json.loads(made.body) == {
        "v": 1,
        "schema": 1,
        "scope": SCOPE,
        "journal": JOURNAL,
        "n": 1,
        "prev": "",
        "act": "dossier.edit",
        "aid": made.aid,
        "by": "nguyen.van.an",
        "for": "tran.thi.binh",
        "at": 1763800000001,
        "lam": 1,
        "ops": [
            [
                "dossier",
                "01JD00000000000000000000R1",
                "create",
                {
                    "copies": [[HASH], 2],
                    "name": [[]],
                    "signing": [[], {"date": "2026-11-20", "number": "12/QĐ-UBND"}],
                },
            ]
        ],
        "reason": True,
        "seal": {"h": made.seal and made.seal.hash, "k": 1, "len": len(ciphertext)},
    }
    assert made.id == "8e1e605857bcd178df0d3cb185ef67584040e9e77ee1083850b1ffa93bb6bd17"


def test_a_body_read_back_is_the_entry_that_was_built() -> None:
    made, ciphertext = build(sample(), UNIT_KEYS)
    again = parse(made.body)
    assert again.id == made.id
    assert again.reason is Hidden.SEALED
    assert [write.value for write in again.ops[0].writes if write.personal] == [Hidden.SEALED]
    assert reveal(again, ciphertext, UNIT_KEYS) == made


@given(VALUES, st.booleans())
def test_a_body_read_again_under_its_name_is_what_a_stranger_would_read(value: Value, personal: bool) -> None:
    writes = (Write("name", value, (HASH,), personal), Write("by", Reference((HASH,))), Write("", False, (HASH,)))
    ops = (Op("dossier", "R1", Verb.SET, writes), Op("dossier", "R2", Verb.VOID, (Write("", None, (HASH,)),)))
    made, _ = build(draft(*ops, reason="Nhập nhầm", reason_personal=personal), UNIT_KEYS)
    assert reread(made.body, made.id) == parse(made.body)


def test_a_body_that_is_not_the_one_of_its_name_is_read_as_strictly_as_a_strangers() -> None:
    made = entry(change("R1", "note", "x"))
    other = entry(change("R1", "note", "y"))
    assert reread(other.body, made.id) == other
    with pytest.raises(EntryError):
        reread(made.body + b" ", made.id)


def test_no_personal_value_stands_in_the_body() -> None:
    made, ciphertext = build(sample(), UNIT_KEYS)
    for secret in ("Ánh", "Nhập nhầm"):
        assert secret.encode() not in made.body
        assert secret.encode() not in (ciphertext or b"")


def test_after_erasing_the_chain_still_verifies_and_values_show_as_erased() -> None:
    first, _ = build(sample(), UNIT_KEYS)
    second = entry(change("R1", "note", "x"), after=first)
    erased = reveal(parse(first.body), None, UNIT_KEYS)
    check_ciphertext(first, None)
    check_follows(parse(second.body), parse(first.body))
    assert erased.reason is Hidden.ERASED
    assert erased.ops[0].writes[1].value is Hidden.ERASED
    assert erased.ops[0].writes[0].value == 2


def test_a_ciphertext_is_bound_to_its_entry() -> None:
    made, ciphertext = build(sample(), UNIT_KEYS)
    other, theirs = build(replace(sample(), at=5), UNIT_KEYS)
    assert ciphertext is not None
    assert theirs is not None
    with pytest.raises(EntryError):
        check_ciphertext(made, theirs)
    with pytest.raises(EntryError):
        reveal(made, ciphertext[:-1] + bytes([ciphertext[-1] ^ 1]), UNIT_KEYS)
    with pytest.raises(KeyFault):
        UNIT_KEYS.open(SCOPE, 1, b"another context", ciphertext)
    assert ciphertext != theirs
    assert other.id != made.id


def test_a_reader_without_the_key_is_told_so() -> None:
    made, ciphertext = build(sample(), UNIT_KEYS)
    with pytest.raises(KeyFault) as caught:
        reveal(made, ciphertext, UnitKeys({}))
    assert caught.value.code == KeyFault.KEY_MISSING
    with pytest.raises(EntryError):
        build(sample(), None)


def test_an_entry_without_personal_values_has_no_seal() -> None:
    made, ciphertext = build(draft(change("R1", "state", "received")), None)
    assert made.seal is None
    assert ciphertext is None
    assert b"seal" not in made.body


def broken(**parts: object) -> bytes:
    content = json.loads(entry(change("R1", "state", "received")).body) | parts
    return canonical({key: part for key, part in content.items() if part is not ...})


@pytest.mark.parametrize(
    "parts",
    [
        {"v": 2},
        {"v": True},
        {"extra": 1},
        {"aid": ...},
        {"aid": "AB" * 16},
        {"n": 0},
        {"n": True},
        {"n": 2},
        {"prev": HASH},
        {"scope": "Unit 1"},
        {"journal": "a b"},
        {"lam": 0},
        {"at": -1},
        {"reason": ""},
        {"reason": 1},
        {"for": ""},
        {"seal": {"h": HASH, "k": 1, "len": 20}},
        {"reason": True},
        {"reason": True, "seal": {"h": HASH, "k": 1, "len": 2}},
        {"ops": {}},
        {"ops": [["dossier", "R1", "delete", {}]]},
        {"ops": [["dossier", "R1", "set"]]},
        {"ops": [["dossier", "", "set", {}]]},
        {"ops": [["dossier", "R1", "set", {}], ["dossier", "R1", "set", {}]]},
        {"ops": [["dossier", "R1", "set", {"a": "x"}]]},
        {"ops": [["dossier", "R1", "set", {"a": [[], 1, [HASH]]}]]},
        {"ops": [["dossier", "R1", "set", {"a": [[], None, []]}]]},
        {"ops": [["dossier", "R1", "void", {"a": [[], None, [HASH]]}]]},
        {"ops": [["dossier", "R1", "set", {"a": [["xyz"], 1]}]]},
        {"ops": [["dossier", "R1", "set", {"a": [[HASH, HASH], 1]}]]},
        {"ops": [["dossier", "R1", "set", {"a": [["b" * 64, "a" * 64], 1]}]]},
        {"ops": [["dossier", "R1", "void", {"a": [[HASH], 1]}]]},
        {"ops": [["dossier", "R1", "set", {"": [[HASH], True]}]]},
        {"ops": [["dossier", "R1", "create", {"": [[HASH], False]}]]},
        {"ops": [["dossier", "R\n1", "set", {}]]},
    ],
)
def test_anything_the_format_has_no_room_for_is_refused(parts: dict[str, object]) -> None:
    with pytest.raises(EntryError):
        parse(broken(**parts))


def test_void_and_restore_are_in_the_format() -> None:
    parse(broken(ops=[["dossier", "R1", "void", {"": [[HASH], None], "state": [[HASH], None]}]]))
    parse(broken(ops=[["dossier", "R1", "set", {"": [[HASH], False]}]]))


def test_a_value_that_cannot_be_read_is_restored_by_reference() -> None:
    sources = ("a" * 64, "b" * 64)
    made, _ = build(draft(Op("dossier", "R1", Verb.SET, (Write("name", Reference(sources), (HASH,)),))), None)
    assert json.loads(made.body)["ops"][0][3] == {"name": [[HASH], None, list(sources)]}
    assert parse(made.body) == made


def test_the_order_of_writes_and_replaced_ids_in_a_draft_does_not_matter() -> None:
    heads = ("b" * 64, "a" * 64)
    one = Op("dossier", "R1", Verb.SET, (Write("x", 1, heads), Write("a", 2)))
    two = Op("dossier", "R1", Verb.SET, (Write("a", 2), Write("x", 1, heads[::-1])))
    base = draft(one)
    assert build(base, None)[0].id == build(replace(base, ops=(two,)), None)[0].id


def test_a_chain_breaks_at_a_wrong_parent_number_scope_or_counter() -> None:
    first = entry(change("R1", "a", "1"))
    second = entry(change("R1", "a", "2"), after=first)
    check_follows(first, None)
    check_follows(second, first)
    for child, parent in (
        (second, None),
        (first, first),
        (second, second),
        (replace(second, scope="province"), first),
        (replace(second, lam=first.lam), first),
    ):
        with pytest.raises(EntryError):
            check_follows(child, parent)


def test_a_hostile_counter_cannot_stop_the_writing() -> None:
    assert next_lamport(4) == 5
    assert next_lamport(INT_LIMIT) == INT_LIMIT
    first = entry(change("R1", "a", "1"), lam=INT_LIMIT)
    check_follows(entry(change("R1", "a", "2"), after=first, lam=INT_LIMIT), first)
