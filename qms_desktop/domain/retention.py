"""Until when a dossier is kept, and whether its personal values may be erased (invariant I10 of the domain model).

The rule stands in the procedure the dossier was received under, or in a later revision of it: so many years. They are counted
from the end of the year in which the last thing was done in the dossier, so the day of the closing is never a dispute. One
judgement for the PC that orders an erasure and for the province that carries it out: all it rests on travels in clear.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qms_desktop.domain.fields import Value, Values

ENDED = frozenset({"closed", "withdrawn", "refused", "returned", "stopped"})
_MOMENTS = ("received_at", "finished_at", "delivered_at", "at", "started_at", "ended_at")


class Obstacle(StrEnum):
    """Why a dossier's values may not be erased yet."""

    OPEN = "open"
    HELD = "held"
    UNKNOWN = "unknown"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Kept:
    """A dossier's retention; `until` None: it has not ended, or nobody has said for how long it is kept."""

    obstacle: Obstacle | None
    until: date | None = None


def kept(dossier: Values, parts: Iterable[Values], revisions: Iterable[Values], today: date) -> Kept:
    """The retention of a dossier. parts: its steps and clock events; revisions: those of its procedure.

    Years on the dossier itself go before the procedure's; of several revisions the longest time counts.
    """
    if dossier.get("state") not in ENDED:
        return Kept(Obstacle.OPEN)
    if dossier.get("hold"):
        return Kept(Obstacle.HELD)
    years = _years(dossier.get("retention_years"), revisions)
    last = max((day for row in (dossier, *parts) for name in _MOMENTS if (day := _day(row.get(name)))), default=None)
    if years is None or last is None:
        return Kept(Obstacle.UNKNOWN)
    until = date(min(last.year + years, date.max.year), 12, 31)
    return Kept(Obstacle.RUNNING if today <= until else None, until)


def _years(own: Value, revisions: Iterable[Values]) -> int | None:
    if isinstance(own, int) and not isinstance(own, bool):
        return max(own, 0)
    said = [row.get("retention") for row in revisions]
    found = [rule.get("years") for rule in said if isinstance(rule, dict)]
    return max((years for years in found if isinstance(years, int) and years >= 0), default=None)


def _day(value: Value) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
