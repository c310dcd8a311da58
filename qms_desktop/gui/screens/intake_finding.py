"""What the two search boxes of the intake page find: procedures in force, and citizens met before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qms_desktop.domain.fields import Value
from qms_desktop.domain.text import match_rank
from qms_desktop.gui.desk import Procedure
from qms_desktop.gui.suggestions import Match


def procedure_matches(text: str, procedures: Mapping[str, Procedure], used: Sequence[str]) -> Sequence[Match]:
    """The most used with their digits before anything is typed; then what answers, the nearest first."""
    if not text:
        return [_match(procedures[key], str(number)) for number, key in enumerate(used, 1)]
    first: list[Match] = []
    if len(text) == 1 and text.isdigit() and 0 < int(text) <= len(used):
        first = [_match(procedures[used[int(text) - 1]], text)]
    ranked = [(match_rank(text, item.title, item.code), item) for item in procedures.values()]
    found = sorted(((rank, item.title, item) for rank, item in ranked if rank is not None), key=_by_rank)
    return [*first, *(_match(item) for _, _, item in found)]


def person_match(row: Mapping[str, Value]) -> Match:
    """One citizen with the numbers by which he is told apart."""
    details = " · ".join(str(row[name]) for name in ("id_number", "phone") if row.get(name))
    return Match(str(row["id"]), str(row.get("full_name")), details)


def _match(item: Procedure, digit: str = "") -> Match:
    return Match(item.revision, item.title, f"{item.code}   {digit}" if digit else item.code)


def _by_rank(item: tuple[int | None, str, Procedure]) -> tuple[int, str]:
    return item[0] or 0, item[1]
