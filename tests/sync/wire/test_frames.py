"""Frames give back exactly what was put in, and refuse everything else with a number."""

from random import Random
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.errors import SyncError, WireError
from sync.journal.entry import Op, Reference, Value, Verb, Write, build
from sync.journal.log import Parcel
from sync.wire.compact import compress, id_bytes, id_text
from sync.wire.frames import MAX_EXPANDED, Frame, decode_frame, encode_frame
from tests.sync.world.builders import JOURNAL, SCOPE, UNIT_KEYS, draft, token

RECORDS = ("01JD00000000000000000000R1", "01JD1ZZZZZ00000000000000R2", "ab" * 16, "hồ sơ 7", "8ZZZZZZZZZ0000000000000000")
VALUES: st.SearchStrategy[Value] = st.sampled_from(
    [None, True, 3, "", "Nguyễn Văn Đức", ["a", {"b": [1, None]}], {"sha256": "00"}]
)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    """Journals with arms, any mixture of plain, sealed and restored values, near and far replaced ids, erased ones."""
    parcels: list[Parcel] = []
    for number in range(draw(st.integers(0, 7))):
        journal = draw(st.sampled_from([JOURNAL, "ef" * 16, "plain-id-7".replace("-", "")]))
        mine = [parcel.entry for parcel in parcels if parcel.entry.journal == journal]
        after = draw(st.sampled_from(mine)) if mine else None
        near = [parcel.entry.id for parcel in parcels]
        names = st.lists(st.sampled_from([*near, token(1, 64), token(2, 64)]), unique=True, max_size=3).map(tuple)
        ops = []
        for record in draw(st.lists(st.sampled_from(RECORDS), unique=True, max_size=2)):
            if draw(st.booleans()):
                ops.append(Op("dossier", record, Verb.VOID, (Write("a", None, draw(names)), Write("", None))))
                continue
            writes = (
                Write("a", draw(VALUES), draw(names)),
                Write("b", draw(VALUES), draw(names), personal=draw(st.booleans())),
                Write("c", Reference((token(3, 64),)), draw(names)),
            )
            ops.append(Op(draw(st.sampled_from(["dossier", "step"])), record, Verb.SET, writes))
        action = draft(*ops, after=after, journal=journal, reason="Sửa tên", reason_personal=draw(st.booleans()), arm=number)
        made, ciphertext = build(action, UNIT_KEYS)
        signature = bytes(64) if draw(st.booleans()) else None
        parcels.append(Parcel(made, None if draw(st.booleans()) else ciphertext, signature))
    return Frame(SCOPE, tuple(parcels), {JOURNAL: b"certificate"} if parcels else {})


def plain(frame: Frame) -> list[tuple[bytes, bytes | None, bytes | None]]:
    return [(parcel.entry.body, parcel.ciphertext, parcel.signature) for parcel in frame.parcels]


@given(frames())
def test_a_frame_comes_back_exactly(frame: Frame) -> None:
    back = decode_frame(encode_frame(frame))
    assert plain(back) == plain(frame)
    assert back.certificates == frame.certificates
    assert [parcel.entry.id for parcel in back.parcels] == [parcel.entry.id for parcel in frame.parcels]


@settings(max_examples=50)
@given(frames(), st.integers(0, 2**32))
def test_a_damaged_frame_is_refused_or_names_other_entries(frame: Frame, seed: int) -> None:
    data, random = bytearray(encode_frame(frame)), Random(seed)
    for _ in range(20):
        wrong = bytearray(data)
        wrong[random.randrange(len(wrong))] ^= 1 << random.randrange(8)
        try:
            back = decode_frame(bytes(wrong[: random.choice([len(wrong), random.randrange(len(wrong))])]))
        except SyncError:
            continue
        assert back.scope != frame.scope or len(back.parcels) <= len(frame.parcels)


@pytest.mark.parametrize("data", [b"", b"\0\0\0\0", b"\xff" * 40, bytes(2000)])
def test_rubbish_is_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        decode_frame(data)


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    packed = compress("x" * (MAX_EXPANDED + 1))
    assert len(packed) < 10_000
    with pytest.raises(WireError) as caught:
        decode_frame(len(packed).to_bytes(4) + packed)
    assert caught.value.code == WireError.TOO_LARGE


def test_a_bomb_of_empty_lists_is_refused_though_its_bytes_are_few() -> None:
    packed = compress([[] for _ in range(3_000_000)])
    assert len(packed) < 2_000
    with mock.patch("msgspec.msgpack.decode", side_effect=AssertionError("unfolded")), pytest.raises(WireError) as caught:
        decode_frame(len(packed).to_bytes(4) + packed)
    assert caught.value.code == WireError.TOO_LARGE


@given(st.one_of(st.sampled_from(RECORDS), st.text(max_size=30), st.integers(0, 2**128 - 1).map(lambda n: f"{n:032x}")))
def test_ids_become_short_and_come_back(text: str) -> None:
    assert id_text(id_bytes(text)) == text
