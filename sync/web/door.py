"""Who is let in, and how often: the sign-on of devices, and brakes on guessing and on crowds."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sync.errors import AccessFault
from sync.joining.access import WINDOW_MS, Claim, check, read, timely

Clock = Callable[[], int]
"""Milliseconds since 1970 UTC."""


class Caller(Protocol):
    """What must be known of a PC to let it in."""

    @property
    def sign_key(self) -> bytes:
        """Its public signing key."""

    @property
    def revoked_at(self) -> int | None:
        """Milliseconds since 1970 UTC; None: still welcome."""


Known = TypeVar("Known", bound=Caller)


class Door(Generic[Known]):
    """Checks the sign-on of a request before a byte of its body is used."""

    def __init__(self, server: str, device_of: Callable[[str], Known | None], clock: Clock) -> None:
        self._server = server
        self._device_of = device_of
        self._clock = clock
        self._seen: OrderedDict[tuple[str, bytes], int] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, header: str | None, *, revoked: bool = False) -> tuple[Known, Claim]:
        """The device that calls; AccessFault if it is not one of ours, or was revoked, or (`revoked`) was not."""
        device, claim = self._known(header)
        if device.revoked_at is not None and not revoked:
            raise AccessFault(AccessFault.REVOKED, "this PC was revoked")
        if device.revoked_at is None and revoked:
            raise AccessFault(AccessFault.NOT_REVOKED, "this PC was not revoked")
        self._fresh(claim)
        return device, claim

    def admit_also_leaving(self, header: str | None) -> tuple[Known, Claim]:
        """The same, whether the device was revoked or not: for what it may hand in."""
        device, claim = self._known(header)
        self._fresh(claim)
        return device, claim

    def _known(self, header: str | None) -> tuple[Known, Claim]:
        claim = read(header)
        device = self._device_of(claim.replica)
        if device is None:
            raise AccessFault(AccessFault.UNKNOWN_DEVICE, "this PC is not enrolled here")
        check(claim, device.sign_key, self._server)
        return device, claim

    def _fresh(self, claim: Claim) -> None:
        if not timely(claim, self._clock()):
            raise AccessFault(AccessFault.CLOCK, "the PC's clock is far off; ask again with the server's moment")
        self._once(claim)

    def _once(self, claim: Claim) -> None:
        now = self._clock()
        with self._lock:
            while self._seen and next(iter(self._seen.values())) < now - 2 * WINDOW_MS:
                self._seen.popitem(last=False)
            if (claim.replica, claim.nonce) in self._seen:
                raise AccessFault(AccessFault.REPLAYED, "this request was made before")
            self._seen[(claim.replica, claim.nonce)] = now


@dataclass(frozen=True, slots=True)
class Brake:
    """At most `count` attempts of one caller within `window_ms`."""

    count: int = 10
    window_ms: int = 60_000


class Attempts:
    """Counts attempts per caller; memory is bounded by forgetting the oldest callers."""

    def __init__(self, clock: Clock, brake: Brake, callers: int = 10_000) -> None:
        self._clock = clock
        self._brake = brake
        self._callers = callers
        self._made: OrderedDict[str, deque[int]] = OrderedDict()
        self._lock = threading.Lock()

    def make(self, caller: str) -> None:
        """Count one attempt; AccessFault when the caller must wait."""
        now = self._clock()
        with self._lock:
            made = self._made.setdefault(caller, deque())
            self._made.move_to_end(caller)
            while made and made[0] <= now - self._brake.window_ms:
                made.popleft()
            if len(made) >= self._brake.count:
                raise AccessFault(AccessFault.TOO_MANY, "too many attempts; wait a minute")
            made.append(now)
            while len(self._made) > self._callers:
                self._made.popitem(last=False)
