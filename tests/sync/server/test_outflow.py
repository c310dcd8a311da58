"""An answer leaves while it is made; one that cannot be finished breaks off instead of pretending to be whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from sync.exchange.session import Session
from sync.server.api import make_app
from sync.server.meeting import Meeting
from sync.server.province import Province
from sync.web.outflow import Outflow, begun
from sync.wire.pages import PageReader, encode_page
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

RECORDS = 400


def sent(answer: Outflow, stuck_after: int = 1_000) -> list[dict[str, Any]]:
    """What goes to the caller, who takes nothing more after so many messages."""
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if len(messages) >= stuck_after:
            await asyncio.Event().wait()
        messages.append(message)

    asyncio.run(answer({"type": "http"}, receive, send))
    return messages


class Ends:
    """Remembers how an answer ended."""

    def __init__(self) -> None:
        self.size = -1
        self.fault: Exception | None = None

    def __call__(self, size: int, fault: Exception | None) -> None:
        self.size, self.fault = size, fault


def test_what_was_made_first_leaves_before_the_rest_is_made() -> None:
    made: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(5):
            made.append(number)
            yield bytes([number]) * 20_000

    stream = pieces()
    content, whole = begun(stream)
    assert (made, whole, len(content)) == ([0], False, 20_000)
    ends = Ends()
    messages = sent(Outflow(content, stream, 1.0, "text/plain", ends))
    assert made == list(range(5))
    assert (ends.size, ends.fault) == (100_000, None)
    assert not messages[-1]["more_body"]
    assert b"content-length" not in dict(messages[0]["headers"])


def test_a_small_answer_is_whole_at_once() -> None:
    assert begun(iter([b"a", b"b"])) == (b"ab", True)


def test_an_answer_that_cannot_be_finished_breaks_off() -> None:
    def broken() -> Iterator[bytes]:
        yield b"first"
        raise KeyError("Nguyễn Thị Ánh")

    ends = Ends()
    messages = sent(Outflow(b"", broken(), 1.0, "text/plain", ends))
    assert isinstance(ends.fault, KeyError)
    assert messages[-1]["more_body"]


def test_a_caller_who_takes_nothing_is_let_go() -> None:
    ends = Ends()
    sent(Outflow(b"first", iter([b"second", b"third"]), 0.001, "text/plain", ends), stuck_after=2)
    assert isinstance(ends.fault, TimeoutError)
    assert ends.size == len(b"first")


@pytest.fixture
def filled(province: Province, clock: Clock) -> InProcess:
    """A server that holds more than one frame."""
    road = InProcess(make_app(province))
    writer = Pc("writer", clock, Entropy("writer"))
    writer.join(road, province.accounts.new_code("28756"))
    for number in range(RECORDS):
        writer.write(f"d{number}", p_name=f"Nguyễn Thị Ánh {number}", signed=number % 40 == 39)
    assert writer.sync(road).equal
    return road


def test_a_new_pc_gets_all_of_it_and_the_count_is_right(
    province: Province, filled: InProcess, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    pc = Pc("new", clock, Entropy("new"))
    pc.join(filled, province.accounts.new_code("28756"))
    with caplog.at_level("INFO", logger="qms.server"):
        result = pc.sync(filled)
    assert result.equal
    assert result.received > RECORDS
    assert f'"received": 0, "sent": {result.received}' in caplog.text


def test_progress_is_told_frame_by_frame(province: Province, filled: InProcess, clock: Clock) -> None:
    pc = Pc("new", clock, Entropy("new"))
    pc.join(filled, province.accounts.new_code("28756"))
    told: list[int] = []
    result = pc.rounds(filled).run(lambda moved: told.append(moved.received))
    assert result.requests == 1
    assert told == sorted(told)
    assert len(set(told)) > 2
    assert told[-1] == result.received


def test_the_first_frame_is_there_before_the_others_are_read(province: Province, filled: InProcess, clock: Clock) -> None:
    pc = Pc("new", clock, Entropy("new"))
    pc.join(filled, province.accounts.new_code("28756"))
    device = province.accounts.device(pc.applicant.replica)
    assert device is not None
    meeting = Meeting(province, device)
    meeting.hear(_greeting(pc))
    pieces, reader = meeting.answer(), PageReader()
    frames = 0
    while frames == 0:
        frames += sum(isinstance(piece, bytes) for piece in reader.feed(next(pieces)))
    assert 0 < meeting.counts()["sent"] < RECORDS
    for piece in pieces:
        reader.feed(piece)
    assert reader.complete
    assert meeting.counts()["sent"] >= RECORDS


def _greeting(pc: Pc) -> bytes:
    session = Session(pc.log, "server", pc.applicant.replica, pc.credentials.scopes, pc.credentials.verifier(pc.log))
    return encode_page(session.say())
