"""What a computed deadline is made of: due dates, pauses, skipped days and doubts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from qms_desktop.domain.norms import TimeNorm, format_norm
from qms_desktop.domain.text import format_date


class Convention(StrEnum):
    """How days are counted: A by law (whole days after the day of receipt), B in working hours from the moment."""

    A = "A"
    B = "B"


@dataclass(frozen=True)
class ClockRules:
    """The rules a dossier is received under; stored with it, because the office may change them later.

    `cutoff`: a same-day dossier received after it is due on the next working day (the minute itself is still the same
    day). `minutes_per_day`: what convention B counts for one working day.
    """

    convention: Convention = Convention.A
    cutoff: time = time(15)
    minutes_per_day: int = 480


@dataclass(frozen=True)
class Due:
    """When a dossier is due: by the end of `day`, or, if `exact`, by the minute of `moment`.

    `fell_on` is the day before days off moved it on.
    """

    day: date
    moment: datetime
    exact: bool
    fell_on: date

    def date_text(self) -> str:
        """dd/MM/yyyy."""
        return format_date(self.day)

    def time_text(self) -> str | None:
        """HH:MM of an exact due moment, else None."""
        return f"{self.moment:%H:%M}" if self.exact else None

    def text(self) -> str:
        """ "26/11/2026", or "09:00 26/11/2026" where the minute counts."""
        return " ".join(part for part in (self.time_text(), self.date_text()) if part)

    def iso(self) -> str:
        """ "2026-11-26" or "2026-11-26T09:00", the way records store it."""
        return f"{self.moment:%Y-%m-%dT%H:%M}" if self.exact else self.day.isoformat()


class PauseUnit(StrEnum):
    """What a pause is counted in: the same as its norm."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MINUTE = "minute"


@dataclass(frozen=True)
class Pause:
    """A pause and how much it counts; `open`: nobody has ended it, `until` is the moment asked about."""

    since: datetime
    until: datetime
    reason: str
    count: int
    unit: PauseUnit
    open: bool = False


@dataclass(frozen=True)
class Extension:
    """A new due date granted at a moment."""

    at: datetime
    new_due: date
    reason: str


@dataclass(frozen=True)
class SkippedDays:
    """Days off in a row with one reason; `named`: the sentence speaks of them (it passes over plain weekends)."""

    first: date
    last: date
    reason: str
    named: bool


@dataclass(frozen=True)
class Deadline:
    """A due date that explains itself.

    `original_due` and `current_due` are None where the norm gives none. While a pause is open, `paused_since` is set and
    `current_due` is what it would be if counting went on at the moment asked about. `proposed_years` are years whose
    calendar is only a proposal, `unknown_years` those without any calendar.
    """

    received: datetime
    counted_from: datetime
    norm: TimeNorm
    rules: ClockRules
    original_due: Due | None
    current_due: Due | None
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    skipped: tuple[SkippedDays, ...] = ()
    made_up: tuple[date, ...] = ()
    paused_since: datetime | None = None
    stopped_at: datetime | None = None
    proposed_years: tuple[int, ...] = ()
    unknown_years: tuple[int, ...] = ()
    doubts: tuple[str, ...] = ()
    calendar_version: str = ""
    sentence: str = ""

    @property
    def unconfirmed(self) -> bool:
        """Whether a year counted over has no official calendar yet."""
        return bool(self.proposed_years or self.unknown_years)

    @property
    def paused(self) -> bool:
        """Whether the clock stands because of a pause."""
        return self.paused_since is not None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: dates for people as dd/MM/yyyy, moments as YYYY-MM-DDTHH:MM."""
        return {
            "received": _minute(self.received),
            "norm": format_norm(self.norm),
            "convention": self.rules.convention.value,
            **_due_dict("due", self.current_due),
            **_due_dict("original_due", self.original_due),
            "sentence": self.sentence,
            "pauses": [
                {
                    "from": _minute(pause.since),
                    "to": None if pause.open else _minute(pause.until),
                    "reason": pause.reason,
                    "count": pause.count,
                    "unit": pause.unit.value,
                }
                for pause in self.pauses
            ],
            "extensions": [
                {"at": _minute(item.at), "new_due": format_date(item.new_due), "reason": item.reason} for item in self.extensions
            ],
            "skipped": [
                {"from": format_date(item.first), "to": format_date(item.last), "reason": item.reason} for item in self.skipped
            ],
            "paused": self.paused,
            "unconfirmed": self.unconfirmed,
            "doubts": list(self.doubts),
            "calendar": self.calendar_version,
        }


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


def _due_dict(name: str, due: Due | None) -> dict[str, str | None]:
    day, minute = (due.date_text(), due.time_text()) if due else (None, None)
    return {name: day, f"{name}_time": minute}
