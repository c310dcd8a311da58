"""The procedures as list rows: code, title and state laid out, whatever else has a width behind them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from qms_desktop.domain.records.revisions import REVISION
from qms_desktop.domain.text import match_rank
from qms_desktop.gui.desk import Condition, Procedure, Row
from qms_desktop.gui.table import Column
from qms_desktop.gui.values import shown

_ON_THE_PAGE_ONLY = frozenset(
    {"kind", "code", "title", "field", "issue_no", "amendment_no", "effective_on", "effective_to", "decision"}
)
"""What the edition's ribbon and the page say already."""
_FURTHER = tuple(field for field in REVISION.fields if field.width and field.name not in _ON_THE_PAGE_ONLY)
_ALSO_SEARCHED = tuple(field.name for field in REVISION.fields if field.searched and field.name not in ("code", "title"))
_BEHIND_TITLES = 100


class ProcedureSource:
    """The procedures as list rows."""

    def __init__(self) -> None:
        self.procedures: list[Procedure] = []

    def keys(self, where: Sequence[Condition], text: str, order: str, descending: bool) -> array[int]:
        """Places of those that answer; best first while typing."""
        wanted = {str(value) for _, _, value in where}
        ranked = [(_rank(text, item), n) for n, item in enumerate(self.procedures)]
        found = [(rank, n) for rank, n in ranked if rank is not None and (not wanted or self._flag(n) in wanted)]
        if order:
            found = [(0, n) for _, n in sorted(found, key=_Sort(self, order), reverse=descending)]
        elif text:
            found.sort()
        return array("q", [n for _, n in found])

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        """Those rows."""
        return [_row(self.procedures[number]) for number in rowids]

    def _flag(self, number: int) -> str:
        return "yes" if self.procedures[number].in_force else "no"


class _Sort:
    def __init__(self, source: ProcedureSource, order: str) -> None:
        self._source, self._order = source, order

    def __call__(self, item: tuple[int, int]) -> str:
        return str(_row(self._source.procedures[item[1]]).get(self._order) or "")


def _rank(text: str, item: Procedure) -> int | None:
    """How well a procedure answers: by title and code first, then by its other searched fields."""
    rank = match_rank(text, item.title, item.code)
    if rank is not None:
        return rank
    others = [match_rank(text, str(item.values[name])) for name in _ALSO_SEARCHED if item.values.get(name)]
    return min((found + _BEHIND_TITLES for found in others if found is not None), default=None)


def _row(item: Procedure) -> Row:
    level = "ok" if item.in_force else "done"
    further = {field.name: item.values.get(field.name) for field in _FURTHER}
    return {"id": item.revision, "code": item.code, "title": item.title, "state": item.state, "level": level, **further}


class _Text:
    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, row: Row) -> str:
        if REVISION.knows(self._name):
            return shown(REVISION.field(self._name), row.get(self._name))
        return str(row.get(self._name) or "")


COLUMNS = (
    Column("code", "Mã", 9, _Text("code"), "code"),
    Column("title", "Thủ tục", 14, _Text("title"), "title", grows=True),
    Column("state", "Tình trạng", 13, _Text("state"), "state", _Text("level")),
    *(Column(field.name, field.label, field.width, _Text(field.name), field.name) for field in _FURTHER),
)
