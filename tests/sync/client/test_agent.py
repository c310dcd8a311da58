"""The agent: one thread that says what it does, never makes anyone wait, and ends when told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sync.client.agent import Agent, State, Status, time_left
from sync.client.rounds import Moved, Progress, SyncResult
from sync.client.schedule import THRIFTY, Rhythm, Schedule
from sync.errors import TransportFault
from sync.lan.cards import own_addresses
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
        progress(Moved(1, 0, 4, 300))
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


def test_progress_is_told_in_entries_bytes_and_time(exchange: Exchange) -> None:
    clock = Clock()

    def run(progress: Progress) -> SyncResult:
        progress(Moved(0, 0, 1_000, 2_000))
        clock.now += 10_000
        progress(Moved(0, 250, 1_000, 20_000))
        return DONE

    exchange.run = run  # type: ignore[method-assign]
    with running(exchange, clock) as (_, watch):
        status = watch.until(lambda status: status.received == 250)
        assert (status.expected, status.size, status.left_s) == (1_000, 20_000, 30)


@pytest.mark.parametrize(("passed", "moved", "to_move", "left"), [(500, 10, 90, None), (5_000, 0, 90, None), (9_000, 10, 90, 81)])
def test_the_time_left_is_said_only_when_something_is_known(passed: int, moved: int, to_move: int, left: int | None) -> None:
    assert time_left(passed, moved, to_move) == left


class Hasty:
    """Does not wait: the clock goes on instead. After so many waits it holds the agent until it is woken."""

    def __init__(self, clock: Clock, most: int) -> None:
        self.left = most
        self.over, self._woken = threading.Event(), threading.Event()
        self._clock = clock

    def wait(self, seconds: float) -> None:
        self._clock.now += round(seconds * 1000)
        self.left -= 1
        if self.left <= 0:
            self.over.set()
            self._woken.wait(PATIENCE_S)

    def wake(self) -> None:
        self._woken.set()


def rounds_while(networks: list[str]) -> int:
    """How many rounds fail while the PC finds itself on these networks, one after the other."""
    exchange, clock = Exchange(), Clock()
    exchange.fault = TransportFault(TransportFault.NO_NAME, "no line")
    waiter, seen = Hasty(clock, len(networks) - 3), iter(networks)
    agent = Agent(exchange, clock=clock, chance=lambda: 0.5, waiter=waiter, network=lambda: next(seen, networks[-1]))
    agent.start()
    assert waiter.over.wait(PATIENCE_S)
    agent.stop()
    return exchange.rounds


def test_a_pc_that_is_on_a_network_again_exchanges_at_once() -> None:
    dark = [""] * 12
    assert rounds_while([*dark[:9], *["192.168.1.7"] * 3]) == rounds_while(dark) + 1


def test_a_metered_line_is_asked_hourly_and_takes_changes_together() -> None:
    schedule = Schedule(Rhythm(), 0)
    schedule.began()
    schedule.succeeded(0, 0.5)
    schedule.use(THRIFTY, 0)
    assert schedule.wait(0) == Rhythm().every, "a pause that has begun is not made longer"
    schedule.succeeded(0, 0.5)
    assert schedule.wait(0) == 3_600_000
    schedule.changed(0)
    schedule.changed(300_000)
    assert schedule.wait(0) == 600_000
    schedule.use(Rhythm(), 300_000)
    assert schedule.wait(300_000) == 2_000
    schedule.wake(300_000)
    assert schedule.wait(300_000) == 0


def test_the_networks_of_this_pc_are_named_without_a_word_to_anybody() -> None:
    """The kit of the tests fails whoever reaches beyond this machine."""
    assert own_addresses() == own_addresses()
    assert "127.0.0.1" not in own_addresses()
