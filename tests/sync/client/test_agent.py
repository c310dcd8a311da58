"""The agent: one thread that says what it does, never makes anyone wait, and ends when told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sync.client.agent import Agent, State, Status
from sync.client.rounds import Progress, SyncResult
from sync.client.schedule import Rhythm
from sync.errors import TransportFault
from tests.sync.server.conftest import Clock

DONE = SyncResult(requests=1, bytes_up=300, bytes_down=200, received=2, sent=1, digests={}, equal=True)
PATIENCE_S = 5.0


class Exchange:
    """A round that does what the test says."""

    def __init__(self) -> None:
        self.left = 0
        self.fault: Exception | None = None
        self.rounds = 0
        self.gate = threading.Event()
        self.gate.set()

    def run(self, progress: Progress) -> SyncResult:
        self.rounds += 1
        progress(1, 0)
        assert self.gate.wait(PATIENCE_S)
        if self.fault is not None:
            raise self.fault
        self.left = 0
        return DONE

    def waiting(self) -> int:
        return self.left

    def cut(self) -> None:
        self.fault = self.fault or TransportFault(TransportFault.CUT, "cut")
        self.gate.set()


class Watch:
    """Keeps every state the agent said and waits, with a bound, for one to come."""

    def __init__(self, agent: Agent) -> None:
        self.seen: list[Status] = []
        self._news = threading.Condition()
        agent.subscribe(self._hear)

    def _hear(self, status: Status) -> None:
        with self._news:
            self.seen.append(status)
            self._news.notify_all()

    def until(self, wanted: Callable[[Status], bool]) -> Status:
        with self._news:
            assert self._news.wait_for(lambda: any(map(wanted, self.seen)), PATIENCE_S), self.seen
            found = next(status for status in self.seen if wanted(status))
            self.seen.clear()
            return found


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@contextmanager
def running(exchange: Exchange, clock: Clock | None = None, rhythm: Rhythm | None = None) -> Iterator[tuple[Agent, Watch]]:
    agent = Agent(exchange, clock=clock or Clock(), chance=lambda: 0.5, rhythm=rhythm)
    watch = Watch(agent)
    agent.start()
    try:
        yield agent, watch
    finally:
        agent.stop()


def test_it_exchanges_at_start_and_is_up_to_date(exchange: Exchange) -> None:
    with running(exchange) as (agent, watch):
        status = watch.until(lambda status: status.state is State.UP_TO_DATE)
        assert status.at == Clock().now
        assert (status.requests, status.bytes_up, status.bytes_down) == (1, 300, 200)
        assert agent.status().last == DONE
    assert agent.status().state is State.STOPPED


def test_the_states_of_a_round_are_told_in_order(exchange: Exchange) -> None:
    exchange.left = 3
    with running(exchange) as (_, watch):
        sending = watch.until(lambda status: status.state is State.SENDING and status.sent == 1)
        assert sending.total == 3


def test_a_change_is_counted_at_once_and_sent_soon(exchange: Exchange) -> None:
    with running(exchange, rhythm=Rhythm(settle=30)) as (agent, watch):
        watch.until(lambda status: status.state is State.UP_TO_DATE)
        exchange.left = 2
        agent.changed()
        assert watch.until(lambda status: status.state is State.WAITING).waiting == 2


def test_pressing_the_button_exchanges_now(exchange: Exchange) -> None:
    with running(exchange) as (agent, watch):
        watch.until(lambda status: status.rounds == 1)
        agent.wake()
        assert watch.until(lambda status: status.rounds == 2).requests == 2


def test_without_a_line_it_says_offline_and_why_and_comes_back(exchange: Exchange) -> None:
    exchange.fault = TransportFault(TransportFault.OFFLINE, "no line")
    with running(exchange) as (agent, watch):
        status = watch.until(lambda status: status.state is State.OFFLINE)
        assert isinstance(status.fault, TransportFault)
        exchange.fault = None
        agent.wake()
        assert watch.until(lambda status: status.state is State.UP_TO_DATE).fault is None


def test_any_other_fault_is_shown_and_does_not_end_the_thread(exchange: Exchange) -> None:
    exchange.fault = ValueError("a fault of the store")
    with running(exchange) as (agent, watch):
        assert watch.until(lambda status: status.state is State.FAILED).fault is exchange.fault
        exchange.fault = None
        agent.wake()
        watch.until(lambda status: status.state is State.UP_TO_DATE)


def test_nobody_waits_for_a_round_and_stop_breaks_it_off(exchange: Exchange) -> None:
    exchange.gate.clear()
    with running(exchange) as (agent, watch):
        watch.until(lambda status: status.state is State.SENDING)
        agent.changed()
        agent.wake()
        assert agent.status().state is State.SENDING
    assert agent.status().state is State.STOPPED


def test_at_rest_it_does_nothing_until_it_is_woken_again(exchange: Exchange) -> None:
    with running(exchange) as (agent, watch):
        watch.until(lambda status: status.rounds == 1)
        agent.rest(True)
        agent.wake()
        agent.rest(False)
        watch.until(lambda status: status.rounds == 2)
    assert exchange.rounds == 2
