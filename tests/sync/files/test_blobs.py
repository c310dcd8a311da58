"""A sealed file opens only whole, unchanged and in its own scope, and comes through whatever is cut on the way."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BlobFault, KeyFault
from sync.files import blobs
from sync.files.blobs import CHUNK, HEAD, MAX_BLOB, TAG, Allowance, Blob, Freight, Opening, Stride, in_order, next_piece
from sync.files.shelf import Shelf

KEY = bytes(range(32))
SCOPE = "unit/28756/dossiers"
ROOM = CHUNK - HEAD - TAG
EDGES = (0, 1, ROOM - 1, ROOM, ROOM + 1, ROOM + CHUNK - TAG, ROOM + CHUNK - TAG + 1, 3 * CHUNK)


def text_of(size: int) -> bytes:
    return (b"Nguyen Van A 0123456789 " * (size // 24 + 1))[:size]


def sealed(plain: bytes, scope: str = SCOPE, epoch: int = 1, key: bytes = KEY) -> list[bytes]:
    pieces = [plain[start : start + 70_001] for start in range(0, len(plain), 70_001)]
    digest, _size = blobs.digest_of(pieces, MAX_BLOB)
    return list(blobs.seal(pieces, digest, scope, epoch, key))


def opened(chunks: list[bytes], size: int, scope: str = SCOPE) -> bytes:
    return b"".join(blobs.unseal(chunks, size, scope, {1: KEY}))


@pytest.mark.parametrize("size", EDGES)
def test_what_was_sealed_opens_again_and_its_sizes_are_known_beforehand(size: int) -> None:
    plain = text_of(size)
    chunks = sealed(plain)
    whole = b"".join(chunks)
    assert len(whole) == blobs.sealed_size(size)
    assert blobs.plain_size(len(whole)) == size
    assert [len(chunk) for chunk in chunks] == [blobs.chunk_length(len(whole), n) for n in range(blobs.chunks_of(len(whole)))]
    assert opened(chunks, len(whole)) == plain
    assert b"Nguyen Van A" not in whole


def test_the_same_file_has_one_name_in_a_scope_and_another_elsewhere() -> None:
    plain = text_of(5_000)
    assert sealed(plain) == sealed(plain)
    others = [sealed(plain, scope="unit/28756/qms"), sealed(plain, epoch=2), sealed(plain, key=bytes(32)), sealed(plain + b".")]
    assert len({b"".join(chunks) for chunks in [sealed(plain), *others]}) == 5


def test_a_file_opens_only_in_its_scope_and_with_its_key() -> None:
    chunks = sealed(text_of(100))
    size = len(b"".join(chunks))
    with pytest.raises(KeyFault):
        opened(chunks, size, scope="unit/28777/dossiers")
    with pytest.raises(KeyFault, match="201"):
        list(blobs.unseal(chunks, size, SCOPE, {2: KEY}))


def test_a_wrong_chunk_is_told_by_itself() -> None:
    first, second = sealed(text_of(3 * CHUNK)), sealed(text_of(3 * CHUNK) + b".")
    size = sum(map(len, first))
    opening = Opening(first[0][:HEAD], size, SCOPE, {1: KEY})
    for number, chunk in enumerate(first):
        opening.open(number, chunk)
        wrong = bytes([chunk[-1] ^ 1])
        for bad in (chunk[:-1] + wrong, chunk[:-1], second[number]):
            with pytest.raises(KeyFault):
                opening.open(number, bad)
    with pytest.raises(KeyFault):
        opening.open(1, first[2][: len(first[1])])


@pytest.mark.parametrize("lost", range(4))
def test_a_file_cut_short_or_put_together_anew_does_not_open(lost: int) -> None:
    chunks = sealed(text_of(3 * CHUNK))
    left = chunks[:lost] + chunks[lost + 1 :]
    with pytest.raises((KeyFault, BlobFault)):
        opened(left, sum(map(len, left)))


def test_small_files_go_before_large_ones_and_what_a_person_waits_for_before_all() -> None:
    def freight(letter: str, size: int, asked: bool = False) -> Freight:
        return Freight(SCOPE, Blob(letter * 64, size), up=True, asked=asked)

    large, small, wanted = freight("a", 20_000_000), freight("b", 30_000), freight("c", 9_000_000, asked=True)
    assert in_order([large, small, wanted]) == (wanted, small, large)


def test_the_daily_allowance_counts_and_a_metered_line_shuts() -> None:
    assert Allowance(daily=100, spent=60).permits(40)
    assert not Allowance(daily=100, spent=60).permits(41)
    assert Allowance(daily=0, spent=10**9).permits(CHUNK)
    assert not Allowance(shut=True).permits(1)


def test_a_slow_or_breaking_line_carries_less_at_once() -> None:
    assert Stride().took(100).length == 2 * blobs.FIRST_PIECE
    assert Stride(CHUNK).took(100).length == CHUNK
    assert Stride().took(2_000) == Stride()
    assert Stride().took(5_000).length < blobs.FIRST_PIECE
    assert Stride(blobs.SMALLEST_PIECE).broke().length == blobs.SMALLEST_PIECE


@given(st.integers(1, 3 * CHUNK), st.integers(0, 3 * CHUNK), st.integers(1, CHUNK))
def test_a_piece_never_crosses_a_chunk_nor_the_end(size: int, held: int, most: int) -> None:
    piece = next_piece(size, held, most)
    assert (piece is None) == (held >= size)
    if piece is not None:
        assert piece.start == held
        assert 0 < piece.length <= most
        assert piece.at + piece.length <= blobs.chunk_length(size, piece.number)


CUTS = st.lists(st.integers(0, 40_000), max_size=40)


@given(size=st.integers(1, 2 * CHUNK + 9), cuts=CUTS, repeats=st.lists(st.integers(0, 5), max_size=10))
def test_a_transfer_goes_on_at_any_byte(
    tmp_path_factory: pytest.TempPathFactory, size: int, cuts: list[int], repeats: list[int]
) -> None:
    """Whatever part of a piece arrives, and whatever piece arrives again, the file comes out whole and is hashed once."""
    root = tmp_path_factory.mktemp("shelf")
    whole = bytes(sha256(bytes([size % 251])).digest() * (size // 32 + 1))[:size]
    name = sha256(whole).hexdigest()
    for cut in [*cuts, *([10**9] * (size // 60_000 + 4))]:
        shelf = Shelf(root)
        held = shelf.held(name)
        piece = next_piece(size, held, 60_000)
        if piece is None:
            break
        arrived = whole[piece.start : piece.start + piece.length][:cut]
        for _again in range(1 + (repeats.pop() if repeats else 0)):
            assert shelf.append(name, piece.start, arrived) == held + len(arrived)
        assert shelf.append(name, held + len(arrived) + 1, b"beyond a gap") == held + len(arrived)
    Shelf(root).finish(name, size)
    assert b"".join(Shelf(root).chunks(name)) == whole
    assert list(Shelf(root).names()) == [name]


def test_wrong_bytes_get_no_name_and_leave_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    name = sha256(b"right").hexdigest()
    shelf.append(name, 0, b"wrong")
    with pytest.raises(BlobFault, match="803"):
        shelf.finish(name, 5)
    assert shelf.held(name) == 0
    assert shelf.size(name) is None
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_what_one_caller_spoils_another_brings_whole(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    name = sha256(b"right").hexdigest()
    shelf.append(name, 0, b"wro", by="a1")
    assert shelf.held(name, by="b2") == 0
    shelf.append(name, 0, b"right", by="b2")
    shelf.finish(name, 5, by="b2")
    assert shelf.read(name, 0, 99) == b"right"
    assert shelf.append(name, 3, b"ng", by="a1") == 5
    assert not list((tmp_path / "parts").iterdir())


@pytest.mark.parametrize("name", ["", "x" * 64, "../" + "a" * 61, "A" * 64, "a" * 63])
def test_no_name_leads_out_of_the_shelf(tmp_path: Path, name: str) -> None:
    shelf = Shelf(tmp_path)
    for attempt in (shelf.size, shelf.held, shelf.drop):
        with pytest.raises(BlobFault):
            attempt(name)
    with pytest.raises(BlobFault):
        shelf.held("a" * 64, by="../x")


def test_a_file_made_here_is_kept_once_and_its_changed_bytes_are_noticed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    chunks = sealed(text_of(300_000))
    blob = shelf.add(chunks, "1")
    assert shelf.add(chunks, "2") == blob
    assert list(shelf.names()) == [blob.name]
    assert list(shelf.faults()) == []
    file = tmp_path / blob.name[:2] / blob.name
    file.write_bytes(b"x" + file.read_bytes()[1:])
    assert list(shelf.faults()) == [blob.name]


def test_making_a_file_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def failing() -> list[bytes]:
        raise OSError("no space")

    shelf = Shelf(tmp_path)
    with pytest.raises(OSError, match="no space"):
        shelf.add((failing() for _ in range(1)), "1")  # type: ignore[misc]
    assert not list((tmp_path / "parts").iterdir())
