"""What the window asks of the office about the clock of a dossier; a part of ``Desk``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PausedDays:
    """A stretch of days in which the clock stood, and why; ``open``: it still stands."""

    since: date
    until: date
    reason: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class ClockFace:
    """What the bar of a dossier's time shows. ``ended``: the day the clock stopped for good; ``level`` colours the due date."""

    received: date
    today: date
    due: date | None = None
    original_due: date | None = None
    ended: date | None = None
    pauses: tuple[PausedDays, ...] = ()
    level: str = "ok"


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to “Vì sao trễ?” in lines; ``late``: whether it is."""

    late: bool
    text: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """What falls due, in a few words for the status bar; empty while nothing presses. ``count``: late or due today."""

    text: str
    level: str
    count: int = 0


class Clock(Protocol):
    """The time of a dossier, explained."""

    def clock_face(self, record: str) -> ClockFace:
        """The days of one dossier."""

    def why_late(self, record: str) -> Why:
        """Which steps and people took longer than their norm."""

    def reminder(self) -> Reminder:
        """What of the signed-in person's dossiers falls due now."""
