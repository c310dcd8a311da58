"""What an office received, solved and still has, counted so that it balances (domain-model I12; domain-facts §3.7–3.9).

Sources: Biểu số 06/VPCP/KSTT (Thông tư 01/2020/TT-VPCP) for the columns; both rates of punctuality, because offices and the
national portal divide by different sums. A count is made from facts as they stood at the closing moment of a period, whatever
happened afterwards, and `chosen` names the records behind a figure, so that a person can open them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from fractions import Fraction

from qms_desktop.domain.punctuality import Punctuality
from qms_desktop.domain.text import sort_key


class Ending(StrEnum):
    """How a dossier had ended at the closing moment; `open`: it had not."""

    OPEN = "open"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    RETURNED = "returned"


class Figure(StrEnum):
    """One column of the table; the labels are those of Biểu số 06/VPCP/KSTT, what it does not know is named as in the law."""

    TAKEN = "taken"
    TAKEN_ONLINE = "taken_online"
    TAKEN_DIRECT = "taken_direct"
    CARRIED = "carried"
    SOLVED = "solved"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    NO_DUE = "no_due"
    PENDING = "pending"
    PENDING_IN_TIME = "pending_in_time"
    PENDING_LATE = "pending_late"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    RETURNED = "returned"
    TURNED_AWAY = "turned_away"
    REFUSED = "refused"


LABELS: Mapping[Figure, str] = {
    Figure.TAKEN: "Tổng số nhận giải quyết",
    Figure.TAKEN_ONLINE: "Trong kỳ – trực tuyến",
    Figure.TAKEN_DIRECT: "Trong kỳ – trực tiếp, bưu chính",
    Figure.CARRIED: "Từ kỳ trước",
    Figure.SOLVED: "Tổng số đã giải quyết",
    Figure.EARLY: "Trước hạn",
    Figure.ON_TIME: "Đúng hạn",
    Figure.LATE: "Quá hạn",
    Figure.NO_DUE: "Không có hạn",
    Figure.PENDING: "Tổng số đang giải quyết",
    Figure.PENDING_IN_TIME: "Đang giải quyết – trong hạn",
    Figure.PENDING_LATE: "Đang giải quyết – quá hạn",
    Figure.PAUSED: "Trong đó tạm dừng",
    Figure.WITHDRAWN: "Rút hồ sơ",
    Figure.STOPPED: "Dừng giải quyết",
    Figure.RETURNED: "Trả lại",
    Figure.TURNED_AWAY: "Hướng dẫn bổ sung tại quầy",
    Figure.REFUSED: "Không tiếp nhận",
}

_ENDED = {Ending.WITHDRAWN: Figure.WITHDRAWN, Ending.STOPPED: Figure.STOPPED, Ending.RETURNED: Figure.RETURNED}
_SOLVED_AS = {
    Punctuality.EARLY: Figure.EARLY,
    Punctuality.ON_TIME: Figure.ON_TIME,
    Punctuality.LATE: Figure.LATE,
    Punctuality.NO_DUE: Figure.NO_DUE,
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; counted as things stood at `closing` (local time of Viet Nam)."""

    first: date
    last: date
    closing: datetime

    @classmethod
    def of(cls, first: date, last: date, now: datetime) -> Period:
        """The period, closed at the end of its last day, or now if that day is not over."""
        return cls(first, last, min(datetime.combine(last, time.max), now))


@dataclass(frozen=True, slots=True)
class Fact:
    """A dossier as it stood at the closing moment. `punctuality` of an ended one is that of its end.

    `record` is its row number. A fact may stand for `count` dossiers that are alike in everything but their moments, which lie
    on the same side of the period's limits; its record is then 0.
    """

    record: int
    procedure: str
    title: str
    area: str
    channel: str
    person: str
    received_at: datetime
    ending: Ending = Ending.OPEN
    ended_at: datetime | None = None
    punctuality: Punctuality = Punctuality.RUNNING
    paused: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who came and went without a dossier being taken in; `refused`: with a written refusal."""

    record: int
    procedure: str
    title: str
    area: str
    channel: str
    person: str
    at: datetime
    refused: bool
    count: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: how many for each figure."""

    key: str
    label: str
    counts: Mapping[Figure, int] = field(default_factory=dict)

    def count(self, figure: Figure) -> int:
        """How many."""
        return self.counts.get(figure, 0)

    @property
    def received_here(self) -> int:
        """Received inside the period, by any road."""
        return self.count(Figure.TAKEN_ONLINE) + self.count(Figure.TAKEN_DIRECT)

    @property
    def balances(self) -> bool:
        """Taken (in the period and carried over) = solved + pending + withdrawn, stopped and returned (invariant I12)."""
        given = sum(map(self.count, (Figure.SOLVED, Figure.PENDING, Figure.WITHDRAWN, Figure.STOPPED, Figure.RETURNED)))
        return self.count(Figure.TAKEN) == self.received_here + self.count(Figure.CARRIED) == given

    @property
    def solved_in_time(self) -> Fraction:
        """(early + on time) / solved in percent, solved ones without a due date left out; 100 when nothing was solved."""
        met = self.count(Figure.EARLY) + self.count(Figure.ON_TIME)
        return _percent(met, met + self.count(Figure.LATE))

    @property
    def received_in_time(self) -> Fraction:
        """(early + on time) / all that was taken, in percent: the divisor of the national portal's index (QĐ 766/QĐ-TTg)."""
        return _percent(self.count(Figure.EARLY) + self.count(Figure.ON_TIME), self.count(Figure.TAKEN))


@dataclass(frozen=True, slots=True)
class Table:
    """The lines by label in the Vietnamese order, and the line that closes the table."""

    period: Period
    lines: tuple[Line, ...]
    total: Line

    @property
    def balances(self) -> bool:
        """Whether every line and the sum do, and the lines add up to the sum."""
        added = all(sum(line.count(figure) for line in self.lines) == self.total.count(figure) for figure in Figure)
        return added and self.total.balances and all(line.balances for line in self.lines)


Grouping = Callable[[Fact | Visit], tuple[str, str]]
"""The key and label of the line a dossier or visit belongs to."""

CHANNELS: Mapping[str, str] = {"in_person": "Trực tiếp", "online": "Trực tuyến", "post": "Dịch vụ bưu chính"}

GROUPINGS: Mapping[str, Grouping] = {
    "area": lambda item: (item.area, item.area or "Chưa rõ lĩnh vực"),
    "procedure": lambda item: (item.procedure, item.title or item.procedure),
    "receiver": lambda item: (item.person, item.person or "Chưa rõ người nhận"),
    "holder": lambda item: (item.person, item.person or "Chưa giao ai"),
    "channel": lambda item: (item.channel, CHANNELS.get(item.channel, item.channel or "Chưa rõ cách nộp")),
}


def counted(period: Period, facts: Iterable[Fact], visits: Iterable[Visit], grouping: Grouping) -> Table:
    """Everything that concerns the period: received by its closing moment and not ended before its first day."""
    lines: dict[str, _Counting] = {}
    total = _Counting("", "Tổng cộng")
    items: list[Fact | Visit] = [*facts, *visits]
    for item in items:
        figures = _figures(period, item)
        if figures:
            key, label = grouping(item)
            for line in (lines.setdefault(key, _Counting(key, label)), total):
                line.add(item.count, figures)
    ordered = sorted(lines.values(), key=lambda line: sort_key(line.label))
    return Table(period, tuple(line.done() for line in ordered), total.done())


def chosen(
    period: Period, facts: Iterable[Fact], visits: Iterable[Visit], grouping: Grouping, key: str | None, figure: Figure
) -> list[int]:
    """The records behind a figure of the line with that key, or of the sum when it is None."""
    items: list[Fact | Visit] = [*facts, *visits]
    return [item.record for item in items if figure in _figures(period, item) and key in (None, grouping(item)[0])]


def _figures(period: Period, item: Fact | Visit) -> Sequence[Figure]:
    return figures_of(period, item) if isinstance(item, Fact) else _came(period, item)


def _came(period: Period, visit: Visit) -> Sequence[Figure]:
    if not (period.first <= visit.at.date() and visit.at <= period.closing):
        return ()
    return (Figure.REFUSED if visit.refused else Figure.TURNED_AWAY,)


def figures_of(period: Period, fact: Fact) -> Sequence[Figure]:
    """The columns a dossier is counted in; none when it does not concern the period."""
    if fact.received_at > period.closing:
        return ()
    ended = fact.ended_at is not None and fact.ended_at <= period.closing and fact.ending is not Ending.OPEN
    if ended and fact.ended_at is not None and fact.ended_at.date() < period.first:
        return ()
    return [Figure.TAKEN, _arrived(period, fact), *(_ended(fact) if ended else _pending(fact))]


def _arrived(period: Period, fact: Fact) -> Figure:
    if fact.received_at.date() < period.first:
        return Figure.CARRIED
    return Figure.TAKEN_ONLINE if fact.channel == "online" else Figure.TAKEN_DIRECT


def _ended(fact: Fact) -> list[Figure]:
    if fact.ending is not Ending.SOLVED:
        return [_ENDED[fact.ending]]
    return [Figure.SOLVED, _SOLVED_AS.get(fact.punctuality, Figure.NO_DUE)]


def _pending(fact: Fact) -> list[Figure]:
    """A paused dossier is late when its due date had passed before the pause: paused time itself is never late (I6)."""
    late = fact.punctuality in (Punctuality.OVERDUE, Punctuality.LATE)
    where = [Figure.PENDING, Figure.PENDING_LATE if late else Figure.PENDING_IN_TIME]
    return [*where, Figure.PAUSED] if fact.paused else where


class _Counting:
    def __init__(self, key: str, label: str) -> None:
        self.key, self.label = key, label
        self._counts: Counter[Figure] = Counter()

    def add(self, count: int, figures: Iterable[Figure]) -> None:
        for figure in figures:
            self._counts[figure] += count

    def done(self) -> Line:
        return Line(self.key, self.label, dict(self._counts))


def _percent(part: int, whole: int) -> Fraction:
    return Fraction(part * 100, whole) if whole else Fraction(100)


def percent_text(rate: Fraction) -> str:
    """With two decimals after a comma, rounded half up: "98,46 %"."""
    hundredths = (rate * 100 + Fraction(1, 2)).__floor__()
    return f"{hundredths // 100},{hundredths % 100:02} %"


GROUPING_LABELS: Mapping[str, str] = {
    "area": "Lĩnh vực",
    "procedure": "Thủ tục",
    "receiver": "Người tiếp nhận",
    "holder": "Người giữ hồ sơ (hiện nay)",
    "channel": "Cách nộp",
}

COLUMNS: tuple[tuple[str, tuple[tuple[Figure, str], ...]], ...] = (
    (
        "Số hồ sơ nhận giải quyết",
        (
            (Figure.TAKEN, "Tổng số"),
            (Figure.TAKEN_ONLINE, "Trong kỳ: trực tuyến"),
            (Figure.TAKEN_DIRECT, "Trong kỳ: trực tiếp, bưu chính"),
            (Figure.CARRIED, "Từ kỳ trước"),
        ),
    ),
    (
        "Số hồ sơ đã giải quyết",
        (
            (Figure.SOLVED, "Tổng số"),
            (Figure.EARLY, "Trước hạn"),
            (Figure.ON_TIME, "Đúng hạn"),
            (Figure.LATE, "Quá hạn"),
            (Figure.NO_DUE, "Không có hạn"),
        ),
    ),
    (
        "Số hồ sơ đang giải quyết",
        (
            (Figure.PENDING, "Tổng số"),
            (Figure.PENDING_IN_TIME, "Trong hạn"),
            (Figure.PENDING_LATE, "Quá hạn"),
            (Figure.PAUSED, "Đang tạm dừng"),
        ),
    ),
    (
        "Không giải quyết tiếp",
        ((Figure.WITHDRAWN, "Rút hồ sơ"), (Figure.STOPPED, "Dừng"), (Figure.RETURNED, "Trả lại")),
    ),
    ("Chỉ đến quầy", ((Figure.TURNED_AWAY, "Hướng dẫn bổ sung"), (Figure.REFUSED, "Không tiếp nhận"))),
)
"""The groups of columns: the first three are Biểu số 06/VPCP/KSTT, what it has no column for stands beside them."""


def identity_words(line: Line) -> str:
    """The balance of a line, with its figures, and whether it holds (I12)."""
    left = sum(map(line.count, (Figure.WITHDRAWN, Figure.STOPPED, Figure.RETURNED)))
    told = (
        f"Nhận {line.count(Figure.TAKEN)} (trong kỳ {line.received_here} + kỳ trước {line.count(Figure.CARRIED)}) = "
        f"đã giải quyết {line.count(Figure.SOLVED)} + đang giải quyết {line.count(Figure.PENDING)} + rút, dừng, trả lại {left}"
    )
    return f"{told}: {'khớp' if line.balances else 'KHÔNG KHỚP'}."


def rate_words(line: Line) -> tuple[str, str]:
    """Both rates of punctuality, each with its formula and figures."""
    early, on_time = line.count(Figure.EARLY), line.count(Figure.ON_TIME)
    due = early + on_time + line.count(Figure.LATE)
    return (
        f"Tỷ lệ đúng hạn trên số đã giải quyết: {percent_text(line.solved_in_time)} = (trước hạn {early} + đúng hạn {on_time}) "
        f"/ đã giải quyết có hạn {due}.",
        f"Tỷ lệ đúng hạn trên số nhận (Cổng dịch vụ công quốc gia): {percent_text(line.received_in_time)} = "
        f"(trước hạn {early} + đúng hạn {on_time}) / nhận giải quyết {line.count(Figure.TAKEN)}.",
    )
