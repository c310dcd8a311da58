"""Pages on the wire: whole, in pieces, cut, and made of rubbish."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import WireError
from sync.journal.log import Leaf
from sync.wire.compact import compress
from sync.wire.messages import DIGEST_BYTES, Page, ScopePart
from sync.wire.pages import MAGIC, MAX_HEADER, PageReader, decode_page, encode_page
from tests.sync.world.builders import JOURNAL, SCOPE, token

LEAVES = st.builds(
    Leaf,
    st.sampled_from([JOURNAL, "ab" * 16, "another1"]),
    st.integers(1, 2**40),
    st.integers(0, 99).map(lambda seed: token(seed, 64)),
)
SOME = st.lists(LEAVES, max_size=3).map(tuple)
DIGESTS = st.binary(min_size=DIGEST_BYTES, max_size=DIGEST_BYTES)
BLOCKED = st.dictionaries(st.sampled_from([JOURNAL, "another1"]), st.integers(1, 999)).map(lambda d: tuple(d.items()))
PARTS = st.builds(
    ScopePart,
    st.sampled_from([SCOPE, "province"]),
    DIGESTS,
    DIGESTS,
    st.none() | SOME,
    SOME,
    SOME,
    SOME,
    st.sampled_from([0, 401]),
    BLOCKED,
)
FRAMES = st.lists(st.binary(max_size=60), max_size=3).map(tuple)
PAGES = st.builds(Page, st.lists(PARTS, max_size=3).map(tuple), st.integers(0, 5), FRAMES)


@given(PAGES)
def test_a_page_comes_back_as_it_was_said(page: Page) -> None:
    assert decode_page(encode_page(page)) == page


@given(PAGES, st.integers(1, 40))
def test_a_page_may_arrive_in_any_pieces(page: Page, step: int) -> None:
    data, reader = encode_page(page), PageReader()
    pieces = [piece for at in range(0, len(data), step) for piece in reader.feed(data[at : at + step])]
    assert reader.complete
    assert pieces == [Page(page.parts, page.unchanged), *page.frames]


@given(PAGES, st.data())
def test_a_cut_page_gives_the_frames_before_the_cut_and_is_not_complete(page: Page, data: st.DataObject) -> None:
    whole, reader = encode_page(page), PageReader()
    pieces = reader.feed(whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert not reader.complete
    assert pieces == [Page(page.parts, page.unchanged), *page.frames][: len(pieces)]
    with pytest.raises(WireError):
        decode_page(whole[:-1])


@given(st.binary(max_size=200))
def test_rubbish_is_refused_or_waits_for_more(data: bytes) -> None:
    for start in (b"", MAGIC, MAGIC + b"H", MAGIC + b"H\0\0\0\x09"):
        with suppress(WireError):
            PageReader().feed(start + data)


@pytest.mark.parametrize(
    "data, code",
    [
        (b"<html>", WireError.VERSION),
        (b"QMS2", WireError.VERSION),
        (MAGIC + b"F\0\0\0\0", WireError.MALFORMED),
        (MAGIC + b"E\0\0\0\0", WireError.MALFORMED),
        (MAGIC + b"H\xff\xff\xff\xff", WireError.TOO_LARGE),
        (encode_page(Page(())) + b"F", WireError.MALFORMED),
        (encode_page(Page(()))[:-5] * 2, WireError.MALFORMED),
    ],
)
def test_pages_of_another_kind_are_refused_at_the_first_wrong_byte(data: bytes, code: int) -> None:
    with pytest.raises(WireError) as caught:
        PageReader().feed(data)
    assert caught.value.code == code


def test_a_bomb_in_what_is_said_is_refused() -> None:
    bomb = compress("x" * (MAX_HEADER + 1))
    with pytest.raises(WireError) as caught:
        PageReader().feed(MAGIC + b"H" + len(bomb).to_bytes(4) + bomb)
    assert caught.value.code == WireError.TOO_LARGE


@pytest.mark.parametrize(
    "content",
    [
        7,
        [],
        [[], [["s"]], 0],
        [[], [["s", b"x" * 16, b"y" * 15]], 0],
        [[], [[1, b"x" * 16, b"y" * 16]], 0],
        [[], [["s", b"x" * 16, b"y" * 16, [[0, 1, b"z" * 32]]]], 0],
        [[b"j" * 16], [["s", b"x" * 16, b"y" * 16, [[0, 0, b"z" * 32]]]], 0],
        [[b"j" * 16], [["s", b"x" * 16, b"y" * 16, [[0, 1, b"z"]]]], 0],
        [[b"j" * 16], [["s", b"x" * 16, b"y" * 16, None, [], [], [], "0"]], 0],
        [[], [["s", b"x" * 16, b"y" * 16, None, [], [], [], 0, [], 1]], 0],
        [[], [], "0"],
    ],
)
def test_what_is_said_must_have_the_agreed_shape(content: object) -> None:
    packed = compress(content)
    with pytest.raises(WireError) as caught:
        PageReader().feed(MAGIC + b"H" + len(packed).to_bytes(4) + packed)
    assert caught.value.code == WireError.MALFORMED
