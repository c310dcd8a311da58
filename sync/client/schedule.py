"""When to exchange next. Pure: moments are handed in (milliseconds), chance is handed in (0 to below 1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The pauses, in milliseconds.

    `settle`: quiet after a change before it is sent, and at most `settle_most` while changes go on. `every`: between rounds when
    nothing happens. After faults the pause doubles from `first` to `most`; a PC that finds no line looks again at least
    every `offline_most`, because the line comes back without telling.
    """

    settle: int = 2_000
    settle_most: int = 10_000
    every: int = 300_000
    first: int = 4_000
    most: int = 900_000
    offline_most: int = 60_000


THRIFTY = Rhythm(settle=600_000, settle_most=600_000, every=3_600_000, first=60_000, most=3_600_000, offline_most=600_000)
"""For a line that is paid by the byte: what was written goes together after ten minutes, and nothing is asked but hourly."""


class Schedule:
    """The next round's moment, moved by what happens. The first round is due at once."""

    def __init__(self, rhythm: Rhythm, now: int) -> None:
        self._rhythm = rhythm
        self._next = now
        self._changed_since: int | None = None
        self._asked = False
        self._faults = 0

    @property
    def pending(self) -> bool:
        """Whether something was written here that no round has taken along yet."""
        return self._changed_since is not None or self._asked

    def use(self, rhythm: Rhythm, now: int) -> None:
        """Another rhythm from now on; a longer pause that has begun is shortened, a shorter one is not made longer."""
        self._rhythm = rhythm
        self._next = min(self._next, now + rhythm.every)
        if self._changed_since is not None:
            self._next = min(self._next, now + rhythm.settle)

    def wait(self, now: int) -> int:
        """Milliseconds until the next round (0: now). A clock that was set back does not put it off."""
        left = self._next - now
        return 0 if left <= 0 or left > self._rhythm.most + self._rhythm.every else left

    def wake(self, now: int) -> None:
        """Somebody asked: now, or right after the round under way."""
        self._next = now
        self._asked = True

    def changed(self, now: int) -> None:
        """Something was written here: soon, but let a burst of changes go together. After faults the pause stands."""
        if self._changed_since is None:
            self._changed_since = now
        soon = min(now + self._rhythm.settle, self._changed_since + self._rhythm.settle_most)
        if self._faults == 0:
            self._next = soon

    def began(self) -> None:
        """A round begins: what changed until now goes with it."""
        self._changed_since = None
        self._asked = False

    def succeeded(self, now: int, chance: float) -> None:
        """The round was good. The next one is spread by a fifth, so that the communes of a province do not march in step;
        what was written during the round follows soon."""
        self._faults = 0
        self._next = now + int(self._rhythm.every * (0.8 + 0.4 * chance))
        if self._changed_since is not None:
            self._next = now + self._rhythm.settle
        if self._asked:
            self._next = now

    def failed(self, now: int, chance: float, *, offline: bool = False, asked_s: int | None = None) -> None:
        """The round failed: wait longer each time, or as long as the server asked (seconds), and a little by chance."""
        pause = min(self._rhythm.first * 2**self._faults, self._rhythm.offline_most if offline else self._rhythm.most)
        if asked_s is not None:
            pause = asked_s * 1000
        self._faults = min(self._faults + 1, 20)
        self._next = now if self._asked else now + int(pause * (1.0 + 0.25 * chance))
