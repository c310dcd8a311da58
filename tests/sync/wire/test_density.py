"""Whatever a column holds comes out again as it went in; whatever does not fit together is refused by number."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import SyncError, WireError
from sync.wire import frames
from sync.wire.compact import compress, expand
from sync.wire.density import INDEXED, NUMBERS, PATTERNED, PLAIN, Packer, Unpacker, fresh_as_zero, from_fresh

TEXTS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"T-[A-C]-2511[0-9]{2}-[0-9]{1,3}-[0-9A-Z]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{1,40}", fullmatch=True),
    st.sampled_from(["", "–", "Nguyễn Thị Ánh", "Lê Văn Đức", "٣٤ ổ", "007", "7", "2025-11-05T07:30", "a_b", "0a", "\x01\x02"]),
)
COLUMNS = st.one_of(
    st.lists(TEXTS, max_size=40),
    st.lists(st.integers(-(2**53), 2**53), max_size=40),
    st.lists(st.one_of(TEXTS, st.none(), st.booleans(), st.integers(0, 9), st.lists(st.integers(0, 3))), max_size=20),
)


def through_bytes(value: Any) -> Any:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(value))


def small(value: Any) -> int:
    return len(zstandard.ZstdCompressor(3).compress(msgspec.msgpack.encode(value)))


@given(COLUMNS)
def test_a_column_comes_back_exactly(column: list[Any]) -> None:
    back = Unpacker().unpack(through_bytes(Packer().pack(column)))
    assert back == column
    assert [type(item) for item in back] == [type(item) for item in column]


@given(st.lists(st.sampled_from([("new", 0), ("old", 1), ("near", 2)]), max_size=30), st.randoms(use_true_random=False))
def test_places_by_first_use_come_back(kinds: list[tuple[str, int]], random: Any) -> None:
    places: list[int] = []
    seen = 0
    for kind, _ in kinds:
        if kind == "near":
            places.append(-random.randint(1, 5))
        elif kind == "old" and seen:
            places.append(random.randrange(seen))
        else:
            places.append(seen)
            seen += 1
    assert from_fresh(fresh_as_zero(places)) == places


@pytest.mark.parametrize(
    "column",
    [
        [f"T-A-2511{n % 28:02}-{n * 7 % 200}-{n * 31 % 97:02}" for n in range(300)],
        [f"0{310_000_000 + n * 7_919_311 % 600_000_000}" for n in range(300)],
        [
            f"{('Nguyễn', 'Trần', 'Lê')[n % 3]} {('Thị', 'Văn')[n * n % 2]} {('An', 'Hà', 'Yến', 'Tuấn')[n // 7 % 4]}"
            for n in range(300)
        ],
        [1_760_000_000_000 + n * n * 7_919 % 400_000 for n in range(300)],
    ],
    ids=["codes", "phones", "names", "moments"],
)
def test_what_offices_write_gets_smaller_than_by_compression_alone(column: list[Any]) -> None:
    assert small(Packer().pack(column)) < small([PLAIN, column]) * 19 // 20


@pytest.mark.parametrize(
    "form",
    [
        [],
        [7, []],
        [PLAIN],
        [NUMBERS, 0, []],
        [NUMBERS, 0, [b"ab", b"c"]],
        [NUMBERS, "0", [b"ab"]],
        [INDEXED, [PLAIN, ["x"]], [PLAIN, [1]]],
        [INDEXED, [PLAIN, ["x"]], [PLAIN, [-1]]],
        [PATTERNED, [PLAIN, [0, 0]], [[["a", ""], 1, [[-1, [PLAIN, ["x"]]]]]]],
        [PATTERNED, [PLAIN, [0]], [[["a", ""], 2, [[-1, [PLAIN, ["x", "y"]]]]]]],
        [PATTERNED, [PLAIN, [0]], [[["a"], 1, [[-1, [PLAIN, ["x"]]]]]]],
        [PATTERNED, [PLAIN, [0]], [[["", ""], 1, [[3, [PLAIN, ["x"]]]]]]],
        [PATTERNED, [PLAIN, [0]], [[["", ""], 1, [[10**12, [PLAIN, [7]]]]]]],
        [
            INDEXED,
            [INDEXED, [INDEXED, [INDEXED, [INDEXED, [PLAIN, [1]], [PLAIN, [0]]], [PLAIN, [0]]], [PLAIN, [0]]], [PLAIN, [0]]],
            [],
        ],
    ],
)
def test_what_does_not_fit_together_is_refused(form: Any) -> None:
    with pytest.raises((SyncError, *frames._MISFITS)):
        Unpacker().unpack(form)


@pytest.mark.parametrize(
    "form",
    [
        [NUMBERS, 0, [bytes(11)]],
        [INDEXED, [PLAIN, ["x"]], [NUMBERS, 0, [bytes(11)]]],
        [PATTERNED, [PLAIN, [0] * 5], [[["x" * 30, ""], 5, [[-1, [PLAIN, ["y"] * 5]]]]]],
        [PATTERNED, [PLAIN, [0] * 5], [[["x" * 30], 10**12, []]]],
    ],
)
def test_a_bomb_is_stopped_while_it_unfolds(form: Any) -> None:
    with pytest.raises((WireError, ValueError)):
        Unpacker(items=10, characters=100).unpack(form)


@pytest.mark.parametrize(
    "change", [lambda content: [1, *content[1:]], lambda content: content[1:]], ids=["older", "without form"]
)
def test_a_frame_of_another_form_is_refused(change: Callable[[list[Any]], list[Any]]) -> None:
    data = frames.encode_frame(frames.Frame("province", (), {}))
    content = expand(data[4:], 10_000)
    packed = compress(change(content))
    with pytest.raises(WireError):
        frames.decode_frame(len(packed).to_bytes(4) + packed)
