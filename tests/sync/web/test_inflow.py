"""What had arrived of a request's body is handed out whole before anybody hears that the caller is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from sync.errors import TransportFault
from sync.web.inflow import ROOM, Inflow


class CallerGone(Exception):
    """What the web server says instead of further pieces."""


class Line:
    """Pieces that have arrived; a caller who is gone takes with him what was not fetched."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces
        self.gone = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self.gone:
            raise CallerGone
        if not self.pieces:
            raise StopAsyncIteration
        return self.pieces.pop(0)


class Silent:
    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        await asyncio.Event().wait()
        return b""


async def read(line: AsyncIterator[bytes], found: list[bytes], stall_s: float = 30.0) -> None:
    async with Inflow(line, stall_s) as inflow:
        async for piece in inflow.chunks():
            found.append(piece)


def test_a_body_comes_through_in_order() -> None:
    found: list[bytes] = []
    asyncio.run(read(Line([b"a", b"", b"b"]), found))
    assert b"".join(found) == b"ab"


def test_what_waits_is_given_out_in_one_piece_and_the_end_is_known_with_it() -> None:
    async def ended() -> list[tuple[bytes, bool]]:
        async with Inflow(Line([b"a", b"b"]), 30.0) as inflow:
            return [(piece, inflow.ended) async for piece in inflow.chunks()]

    assert asyncio.run(ended()) == [(b"ab", True)]


def test_a_body_that_was_cut_never_looks_whole() -> None:
    seen: list[bool] = []

    async def ended() -> None:
        async with Inflow(Cut(Line([b"a", b"b"])), 30.0) as inflow:
            async for _ in inflow.chunks():
                seen.append(inflow.ended)

    with pytest.raises(CallerGone):
        asyncio.run(ended())
    assert seen == [False]


def test_what_came_before_a_cut_is_not_lost() -> None:
    line = Line([bytes([number]) for number in range(10)])
    found: list[bytes] = []

    async def slowly() -> None:
        async with Inflow(line, 30.0) as inflow:
            async for piece in inflow.chunks():
                found.append(piece)
                line.gone = True

    asyncio.run(slowly())
    assert b"".join(found) == bytes(range(10))


def test_a_cut_is_told_after_what_had_come() -> None:
    line = Line([b"a"])

    found: list[bytes] = []
    with pytest.raises(CallerGone):
        asyncio.run(read(Cut(line), found))
    assert found == [b"a"]


class Cut:
    """A line that breaks after its pieces."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if not self._line.pieces:
            raise CallerGone
        return await anext(self._line)


def test_a_caller_who_sends_faster_than_can_be_stored_is_held_up() -> None:
    line = Line([bytes(100_000)] * 20)

    async def first() -> int:
        async with Inflow(line, 30.0) as inflow:
            await anext(aiter(inflow.chunks()))
            return len(line.pieces)

    assert asyncio.run(first()) >= 20 - ROOM // 100_000 - 2


def test_silence_is_told() -> None:
    with pytest.raises(TransportFault) as caught:
        asyncio.run(read(Silent(), [], stall_s=0.01))
    assert caught.value.code == TransportFault.STALLED
