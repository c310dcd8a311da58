"""What a procedure says: legal basis, papers, time norms per channel, fees, steps, forms, retention.

The same content lies in `resources/procedures`, in the journal (fields of a `revision` whose document is a
procedure), on the wire and in the tables; `from_json` and `to_json` are the one door between them and these
classes. Leaves are JSON scalars; a field the source does not give stays empty and is named among `doubts`.

Shape of real data: the national database of administrative procedures gives one row per channel, limit and fee.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from qms_desktop.domain.procedure_json import ContentError, read_fields
from qms_desktop.domain.procedure_parts import (
    CHANNELS,
    MINUTES_PER_HOUR,
    MINUTES_PER_WORKING_DAY,
    NO_RETENTION,
    NORM_UNITS,
    PAPER_RULES,
    STEP_ROLES,
    UNCONFIRMED_MARK,
    Detail,
    Fee,
    FormRef,
    LegalBasis,
    Norm,
    Paper,
    Retention,
    Step,
)

__all__ = [
    "CHANNELS",
    "MINUTES_PER_WORKING_DAY",
    "NORM_UNITS",
    "PAPER_RULES",
    "STEP_ROLES",
    "BalanceState",
    "ContentError",
    "Detail",
    "Fee",
    "FormRef",
    "LegalBasis",
    "Norm",
    "NormBalance",
    "Paper",
    "Problem",
    "ProcedureContent",
    "Retention",
    "Step",
]

_CODE = re.compile(r"\d\.\d{6}")


class BalanceState(Enum):
    """How the steps' time compares with the norm."""

    EQUAL = "Khớp"
    UNDER = "Thiếu so với thời hạn"
    OVER = "Vượt thời hạn"
    NO_STEPS = "Chưa có bước"
    NOT_COMPARABLE = "Không so được (thời hạn không tính bằng giờ, ngày làm việc)"


@dataclass(frozen=True)
class NormBalance:
    """The steps of one norm, added up; minutes are working minutes."""

    norm: Norm
    steps_minutes: int
    norm_minutes: int | None
    state: BalanceState

    @property
    def difference(self) -> int | None:
        """Steps minus norm, or None where they cannot be compared."""
        return None if self.norm_minutes is None else self.steps_minutes - self.norm_minutes


@dataclass(frozen=True)
class Problem:
    """One thing a person should look at; `path` is the field, `message` the Vietnamese sentence."""

    path: str
    message: str


@dataclass(frozen=True)
class ProcedureContent:
    """The whole content of one procedure.

    `effective_from` and `effective_to` ("YYYY-MM-DD" or empty; both days included) are the law's dates, not those of
    the unit's own revision. `sources` maps a field path ("papers[0].name", or a prefix such as "papers") to the place
    its value comes from; a source that carries "(?)" is not yet confirmed against the official text.
    """

    code: str
    title: str
    field: str = ""
    level: str = ""
    decision: str = ""
    authority: str = ""
    effective_from: str = ""
    effective_to: str = ""
    legal_basis: tuple[LegalBasis, ...] = ()
    papers: tuple[Paper, ...] = ()
    norms: tuple[Norm, ...] = ()
    fees: tuple[Fee, ...] = ()
    steps: tuple[Step, ...] = ()
    forms: tuple[FormRef, ...] = ()
    results: tuple[str, ...] = ()
    retention: Retention = NO_RETENTION
    details: tuple[Detail, ...] = ()
    doubts: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_json(cls, raw: object) -> ProcedureContent:
        """Read the agreed JSON; raises ContentError that names the field. Unknown top-level keys are the record's."""
        return cls(**read_fields(raw))

    def to_json(self) -> dict[str, Any]:
        """The agreed JSON, every key present, in the order of the fields."""
        out: dict[str, Any] = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}
        return out | {"sources": dict(self.sources)}

    def norm_for(self, channel: str, variant: str = "") -> Norm | None:
        """The limit of this channel and variant; a limit of every channel ("any") serves where it has none of its own.

        Without a variant the first limit of the channel answers: the source lists the ordinary case first.
        """
        own = [n for n in self.norms if n.channel == channel] + [n for n in self.norms if n.channel == "any"]
        exact = [n for n in own if n.variant == variant]
        return next(iter(exact if variant else exact or own), None)

    def steps_for(self, channel: str, variant: str = "") -> tuple[Step, ...]:
        """The steps of this channel and variant, in order; steps of their own replace the common ones."""
        fitting = [s for s in self.steps if s.channel in ("any", channel) and s.variant in ("", variant)]
        closest = max((_closeness(s) for s in fitting), default=(False, False))
        return tuple(s for s in fitting if _closeness(s) == closest)

    def variants_for(self, channel: str) -> tuple[str, ...]:
        """Labels of the limits a clerk has to choose between for this channel, in the source's order."""
        return tuple(dict.fromkeys(n.variant for n in self.norms if n.channel in (channel, "any")))

    def norms_balance(self) -> tuple[NormBalance, ...]:
        """Steps against norm, one row per norm (Σ steps must not exceed the norm)."""
        return tuple(self._balance(norm) for norm in self.norms)

    def _balance(self, norm: Norm) -> NormBalance:
        steps = self.steps_for(norm.channel, norm.variant)
        total = sum(step.minutes for step in steps)
        return NormBalance(norm, total, norm.minutes, _balance_state(bool(steps), total, norm.minutes))

    def in_force_on(self, day: date) -> bool:
        """Whether the law keeps this procedure on that day (an empty date is no limit)."""
        text = day.isoformat()
        return (not self.effective_from or self.effective_from <= text) and (not self.effective_to or text <= self.effective_to)

    def is_complete(self) -> bool:
        """Papers, norms, fees and steps are there, and every comparable norm equals its steps."""
        balanced = [b.state for b in self.norms_balance() if b.state is not BalanceState.NOT_COMPARABLE]
        filled = all((self.papers, self.norms, self.fees, self.steps))
        return filled and bool(balanced) and all(s is BalanceState.EQUAL for s in balanced)

    def source_of(self, path: str) -> str:
        """Where the value at a path comes from: its own source, else the nearest enclosing one, else empty."""
        known = dict(self.sources)
        return next((known[p] for p in _enclosing(path) if p in known), "")

    def is_unconfirmed(self, path: str) -> bool:
        """Whether the value at a path is marked "(?)": show it as "chưa xác minh", never print it as a basis."""
        return UNCONFIRMED_MARK in self.source_of(path)

    def leaves(self) -> Iterator[tuple[str, str | int]]:
        """Every filled leaf with its path; doubts and sources, which speak about the others, are left out."""
        for key, value in self.to_json().items():
            if key not in ("doubts", "sources"):
                yield from _leaves(key, value)

    def problems(self) -> tuple[Problem, ...]:
        """What a reviewer should look at before the procedure is approved; never raises."""
        return tuple(_problems(self))


def _closeness(step: Step) -> tuple[bool, bool]:
    return step.variant != "", step.channel != "any"


def _balance_state(has_steps: bool, total: int, limit: int | None) -> BalanceState:
    if not has_steps:
        return BalanceState.NO_STEPS
    if limit is None:
        return BalanceState.NOT_COMPARABLE
    if total == limit:
        return BalanceState.EQUAL
    return BalanceState.OVER if total > limit else BalanceState.UNDER


def _problems(content: ProcedureContent) -> Iterator[Problem]:
    if not _CODE.match(content.code):
        yield Problem("code", f"Mã thủ tục “{content.code}” không có dạng N.NNNNNN.")
    if not content.title.strip():
        yield Problem("title", "Thủ tục chưa có tên.")
    if not content.norms:
        yield Problem("norms", "Chưa có thời hạn giải quyết.")
    for row in content.norms_balance():
        if row.state in (BalanceState.UNDER, BalanceState.OVER):
            yield Problem("steps", _imbalance(row))


def _imbalance(row: NormBalance) -> str:
    channel = CHANNELS[row.norm.channel] + (f", {row.norm.variant}" if row.norm.variant else "")
    return (
        f"{channel}: tổng thời gian các bước là {_hours(row.steps_minutes)}, "
        f"thời hạn là {_hours(row.norm_minutes or 0)} ({row.state.value.lower()})."
    )


def _hours(minutes: int) -> str:
    return f"{Decimal(minutes) / MINUTES_PER_HOUR:.2f}".rstrip("0").rstrip(".").replace(".", ",") + " giờ"


def _enclosing(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path[: max(path.rfind("."), path.rfind("["), 0)]


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str | int]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(f"{path}[{index}]", inner)
    elif value not in ("", None):
        yield path, value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value
