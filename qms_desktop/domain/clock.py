"""The clock of a dossier: facts that came in any order, read as one history of pauses and extensions.

Facts that contradict each other (two PCs, a late packet) never raise: the reading is the same on every machine and
says in `doubts` what was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from itertools import groupby

from qms_desktop.domain.text import format_date

VIETNAM = timezone(timedelta(hours=7))
_GENERATION = timedelta(days=30 * 365)


class ClockEventKind(StrEnum):
    """What happened to the clock."""

    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    STOP = "stop"
    REOPEN = "reopen"


@dataclass(frozen=True)
class ClockEvent:
    """One fact: what happened at a moment and why; `new_due` only for an extension."""

    kind: ClockEventKind
    at: datetime
    reason: str = ""
    new_due: date | None = None


@dataclass(frozen=True)
class Interval:
    """A time without counting; `open`: nobody has ended it yet, and `until` is the moment asked about."""

    since: datetime
    until: datetime
    reason: str = ""
    open: bool = False


@dataclass(frozen=True)
class ExtensionFact:
    """A new due day granted at a moment."""

    at: datetime
    new_due: date
    reason: str = ""


@dataclass(frozen=True)
class ClockReading:
    """The history the facts tell. `paused_since` and `stopped_at` are set while the clock stands."""

    intervals: tuple[Interval, ...]
    extensions: tuple[ExtensionFact, ...]
    paused_since: datetime | None
    stopped_at: datetime | None
    doubts: tuple[str, ...]


def local(moment: datetime) -> datetime:
    """A moment as local time of Viet Nam without offset, exact to the minute; a naive one is taken as local already."""
    here = moment if moment.tzinfo is None else moment.astimezone(VIETNAM).replace(tzinfo=None)
    return here.replace(second=0, microsecond=0)


def read_clock(received: datetime, events: Iterable[ClockEvent], *, as_of: datetime | None = None) -> ClockReading:
    """Reads the facts in the order they happened; nothing before `received` counts.

    A pause nobody ended lasts until `as_of`, or counts nothing without it. A stop ends a pause; a reopened dossier goes
    on as if it had not been stopped. Facts a generation away come from a wrong clock and are left out.
    """
    reader = _Reader()
    facts = {ClockEvent(event.kind, max(local(event.at), received), event.reason, event.new_due) for event in events}
    ordered = sorted(facts, key=lambda event: (event.at, event.kind.value, event.reason, event.new_due or date.min))
    believed = [event for event in ordered if _latest(event) - received.date() < _GENERATION]
    if len(believed) < len(ordered):
        reader.doubts.append("Bỏ qua việc ghi với ngày cách ngày nhận quá xa: xem lại đồng hồ của máy đã ghi.")
    for _, together in groupby(believed, key=lambda event: event.at):
        reader.take_all(list(together))
    return reader.reading(as_of)


def _latest(event: ClockEvent) -> date:
    return max(event.at.date(), event.new_due or date.min)


@dataclass
class _Reader:
    """The clock's state while facts are read in order."""

    paused_by: ClockEvent | None = None
    stopped_at: datetime | None = None
    intervals: list[Interval] = field(default_factory=list)
    extensions: list[ExtensionFact] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def take_all(self, together: list[ClockEvent]) -> None:
        """Takes facts of one moment, those first that fit the state the clock is in."""
        while together:
            event = next((event for event in together if self._fits(event.kind)), together[0])
            together.remove(event)
            self._take(event)

    def reading(self, as_of: datetime | None) -> ClockReading:
        paused = self.paused_by
        if paused is not None:
            until = paused.at if as_of is None else min(max(paused.at, local(as_of)), paused.at + _GENERATION)
            self.intervals.append(Interval(paused.at, until, paused.reason, open=True))
            self.doubts.append(f"Đang tạm dừng từ {format_date(paused.at.date())}, chưa ghi ngày tiếp tục.")
        since = paused.at if paused else None
        return ClockReading(
            tuple(self.intervals), tuple(self.extensions), since, self.stopped_at, tuple(dict.fromkeys(self.doubts))
        )

    def _fits(self, kind: ClockEventKind) -> bool:
        if self.stopped_at is not None:
            return kind is ClockEventKind.REOPEN
        if kind is ClockEventKind.RESUME:
            return self.paused_by is not None
        if kind is ClockEventKind.PAUSE:
            return self.paused_by is None
        return kind is not ClockEventKind.REOPEN

    def _take(self, event: ClockEvent) -> None:
        if not self._fits(event.kind):
            self.doubts.append(f"Bỏ qua “{_LABELS[event.kind]}” ngày {format_date(event.at.date())}: {self._why_not()}.")
            return
        handlers: dict[ClockEventKind, Callable[[ClockEvent], None]] = {
            ClockEventKind.PAUSE: self._pause,
            ClockEventKind.RESUME: self._end_pause,
            ClockEventKind.EXTEND: self._extend,
            ClockEventKind.STOP: self._stop,
            ClockEventKind.REOPEN: self._reopen,
        }
        handlers[event.kind](event)

    def _why_not(self) -> str:
        if self.stopped_at is not None:
            return "đồng hồ đã dừng"
        return "hồ sơ đang tạm dừng" if self.paused_by else "hồ sơ đang được tính thời hạn"

    def _pause(self, event: ClockEvent) -> None:
        self.paused_by = event

    def _end_pause(self, event: ClockEvent) -> None:
        if self.paused_by is not None:
            self.intervals.append(Interval(self.paused_by.at, event.at, self.paused_by.reason))
            self.paused_by = None

    def _extend(self, event: ClockEvent) -> None:
        if event.new_due is None:
            self.doubts.append(f"Bỏ qua gia hạn ngày {format_date(event.at.date())}: không ghi hạn mới.")
        else:
            self.extensions.append(ExtensionFact(event.at, event.new_due, event.reason))

    def _stop(self, event: ClockEvent) -> None:
        self._end_pause(event)
        self.stopped_at = event.at

    def _reopen(self, event: ClockEvent) -> None:
        self.stopped_at = None


_LABELS = {
    ClockEventKind.PAUSE: "tạm dừng",
    ClockEventKind.RESUME: "tiếp tục",
    ClockEventKind.EXTEND: "gia hạn",
    ClockEventKind.STOP: "dừng",
    ClockEventKind.REOPEN: "mở lại",
}
