"""Exchanging in the background: one thread, a state that can be shown at any moment, and nobody who has to wait for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from sync.client.rounds import Moved, Progress, SyncResult
from sync.client.schedule import Rhythm, Schedule
from sync.errors import SyncError, TransportFault

log = logging.getLogger("qms.sync")

LONGEST_WAIT_MS = 30_000
"""A PC that wakes from sleep notices within this time that a round is due."""

LOOK_MS = 3_000
"""Without a line, how often it is looked whether the PC is on another network; no byte is sent for it."""

CUT_EVERY_S = 0.1
"""While stopping, how often a round is broken off again: it may just be opening its next connection."""

ENOUGH_MS = 2_000
"""How long a round must have been under way before it says when it may be through."""

_NO_LINE = TransportFault.NO_LINE | {TransportFault.NOT_OUR_SERVER, TransportFault.OTHER_NAME}


class State(StrEnum):
    """What the status bar says."""

    NEVER = "never"
    UP_TO_DATE = "up_to_date"
    WAITING = "waiting"
    SENDING = "sending"
    OFFLINE = "offline"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Status:
    """One moment of the agent.

    at: last good round, milliseconds since 1970 UTC; waiting: entries the server has not confirmed; sent of total, received of
    expected and size (bytes both ways): within the round under way, left_s: about how many seconds it goes on (None: unknown);
    fault: why the last round failed; last: the last good round. The counters run since the start.
    """

    state: State = State.NEVER
    at: int | None = None
    waiting: int = 0
    sent: int = 0
    total: int = 0
    received: int = 0
    expected: int = 0
    size: int = 0
    left_s: int | None = None
    fault: Exception | None = None
    last: SyncResult | None = None
    begun: int = 0
    rounds: int = 0
    requests: int = 0
    bytes_up: int = 0
    bytes_down: int = 0


class Waiter(Protocol):
    """Waits, and is woken. Tests hand in one that does not really wait."""

    def wait(self, seconds: float) -> None:
        """Return after that time, or as soon as woken; a wake before the wait counts."""

    def wake(self) -> None:
        """End the present or the next wait."""


class ThreadWaiter:
    """The real one."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self, seconds: float) -> None:
        """See Waiter."""
        self._event.wait(seconds)
        self._event.clear()

    def wake(self) -> None:
        """See Waiter."""
        self._event.set()


class Exchanging(Protocol):
    """One round over one road (`sync.client.rounds.Rounds`)."""

    def run(self, progress: Progress) -> SyncResult:
        """Exchange until both sides hold the same; SyncError when it failed."""

    def waiting(self) -> int:
        """How many entries the other side has not confirmed yet."""

    def cut(self) -> None:
        """Break off a round under way, from another thread."""


Subscriber = Callable[[Status], None]
Carry = Callable[[], bool]
"""Carries one small piece of an attachment (`sync.client.carrier.Carrier.step`); False when there is nothing to carry."""


def _nothing_to_carry() -> bool:
    return False


Network = Callable[[], str]
"""Names the network this PC is on, "" when it is on none (`sync.lan.cards.own_addresses`)."""


def _no_network() -> str:
    return ""


class Agent:
    """Runs rounds on start, after changes, by the clock and on demand, until stopped. No method but `stop` ever waits."""

    def __init__(
        self,
        exchange: Exchanging,
        *,
        clock: Callable[[], int],
        chance: Callable[[], float],
        rhythm: Rhythm | None = None,
        waiter: Waiter | None = None,
        carry: Carry = _nothing_to_carry,
        network: Network = _no_network,
    ) -> None:
        self._exchange = exchange
        self._carry = carry
        self._network = network
        self._place = ""
        self._may_carry = False
        self._clock = clock
        self._chance = chance
        self._waiter = waiter or ThreadWaiter()
        self._lock = threading.Lock()
        self._schedule = Schedule(rhythm or Rhythm(), clock())
        self._status = Status()
        self._subscribers: tuple[Subscriber, ...] = ()
        self._stopping = threading.Event()
        self._began: tuple[int, int] | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; the first round is due at once."""
        self._thread = threading.Thread(target=self._run, name="qms-sync", daemon=True)
        self._thread.start()

    def stop(self, patience_s: float = 10.0) -> None:
        """End: a round under way is broken off (what was confirmed stays), and the thread is joined."""
        self._stopping.set()
        self._waiter.wake()
        for _ in range(round(patience_s / CUT_EVERY_S)):
            if self._thread is None or not self._thread.is_alive():
                break
            self._exchange.cut()
            self._thread.join(CUT_EVERY_S)
        self._show(state=State.STOPPED)

    def wake(self) -> None:
        """Exchange now (the person asked)."""
        with self._lock:
            self._schedule.wake(self._clock())
        self._waiter.wake()

    def changed(self) -> None:
        """Something was written here; call it after each commit."""
        with self._lock:
            self._schedule.changed(self._clock())
        self._waiter.wake()

    def use(self, rhythm: Rhythm) -> None:
        """Keep other pauses from now on (a line that is paid by the byte, or no longer)."""
        with self._lock:
            self._schedule.use(rhythm, self._clock())
        self._waiter.wake()

    def status(self) -> Status:
        """The present state; any thread may ask."""
        return self._status

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Be told of every new state, in the agent's thread. Returns what ends it."""
        with self._lock:
            self._subscribers = (*self._subscribers, subscriber)

        def end() -> None:
            with self._lock:
                self._subscribers = tuple(known for known in self._subscribers if known is not subscriber)

        return end

    def _run(self) -> None:
        self._count()
        while not self._stopping.is_set():
            with self._lock:
                wait = self._schedule.wait(self._clock())
            if wait and self._carried():
                continue
            if wait:
                self._pause(wait)
            else:
                self._round()

    def _pause(self, wait: int) -> None:
        """Until a round is due, something happens, or the PC is on a network again that had none: that needs no setting."""
        without = self._status.state is State.OFFLINE
        self._waiter.wait(min(wait, LOOK_MS if without else LONGEST_WAIT_MS) / 1000)
        before, self._place = self._place, self._network() if without else self._place
        if without and self._place and self._place != before:
            with self._lock:
                self._schedule.wake(self._clock())
        if not self._stopping.is_set():
            self._count()

    def _carried(self) -> bool:
        """Carry one piece while no entry waits and the line held in the last round; all else goes first between two pieces.

        A line that breaks under a piece is tried again by a round, and pieces follow when that was good.
        """
        with self._lock:
            first = self._schedule.pending or self._status.waiting
        if first or not self._may_carry:
            return False
        try:
            self._may_carry = self._carry()
        except Exception as fault:  # noqa: BLE001 - one of the two places where every fault ends; entries are not concerned
            log.info("carrying files stopped: %s %s", type(fault).__name__, getattr(fault, "code", ""))
            self._may_carry = False
            if isinstance(fault, TransportFault) and fault.code in (TransportFault.CUT, TransportFault.STALLED):
                with self._lock:
                    self._schedule.changed(self._clock())
        return self._may_carry

    def _waiting(self) -> int:
        """How many changes wait; a store that cannot be read now will say so in the next round."""
        try:
            return self._exchange.waiting()
        except Exception:
            log.warning("cannot count what waits", exc_info=True)
            return self._status.waiting

    def _count(self) -> None:
        """Say how many changes wait, when that is what there is to say."""
        waiting = self._waiting()
        state = self._status.state
        if state in (State.UP_TO_DATE, State.WAITING, State.NEVER):
            state = State.WAITING if waiting else State.UP_TO_DATE if self._status.at is not None else State.NEVER
        if (state, waiting) != (self._status.state, self._status.waiting):
            self._show(state=state, waiting=waiting)

    def _round(self) -> None:
        with self._lock:
            self._schedule.began()
        self._began, zero = None, {"sent": 0, "received": 0, "expected": 0, "size": 0, "left_s": None}
        self._show(state=State.SENDING, begun=self._status.begun + 1, total=self._waiting(), **zero)
        try:
            result = self._exchange.run(self._progress)
        except Exception as fault:  # noqa: BLE001 - one of the two places where every fault ends
            self._failed(fault)
        else:
            self._succeeded(result)

    def _succeeded(self, result: SyncResult) -> None:
        self._may_carry = True
        now, waiting = self._clock(), self._waiting()
        with self._lock:
            self._schedule.succeeded(now, self._chance())
        self._show(
            state=State.WAITING if waiting else State.UP_TO_DATE,
            at=now,
            waiting=waiting,
            fault=None,
            last=result,
            rounds=self._status.rounds + 1,
            requests=self._status.requests + result.requests,
            bytes_up=self._status.bytes_up + result.bytes_up,
            bytes_down=self._status.bytes_down + result.bytes_down,
        )

    def _failed(self, fault: Exception) -> None:
        self._may_carry = False
        code = fault.code if isinstance(fault, SyncError) else None
        asked = fault.retry_after if isinstance(fault, TransportFault) else None
        with self._lock:
            self._schedule.failed(self._clock(), self._chance(), offline=code in _NO_LINE, asked_s=asked)
        log.warning("exchange failed: %s %s", type(fault).__name__, code, exc_info=code is None)
        state = State.OFFLINE if code in _NO_LINE else State.FAILED
        self._place = self._network()
        self._show(state=state, fault=fault, waiting=self._waiting())

    def _progress(self, moved: Moved) -> None:
        now = self._clock()
        if self._began is None:
            self._began = (now, moved.sent + moved.received)
        left = time_left(now - self._began[0], moved.sent + moved.received - self._began[1], self._to_move(moved))
        self._show(sent=moved.sent, received=moved.received, expected=moved.to_come, size=moved.size, left_s=left)

    def _to_move(self, moved: Moved) -> int:
        return max(0, self._status.total - moved.sent) + max(0, moved.to_come - moved.received)

    def _show(self, **changes: object) -> None:
        with self._lock:
            self._status = status = replace(self._status, **changes)  # type: ignore[arg-type]
            subscribers = self._subscribers
        for subscriber in subscribers:
            subscriber(status)


def time_left(passed_ms: int, moved: int, to_move: int) -> int | None:
    """About how many seconds a round goes on, from what moved in the time that passed; None while that says nothing yet."""
    if passed_ms < ENOUGH_MS or moved <= 0:
        return None
    return round(passed_ms * to_move / moved / 1000)
