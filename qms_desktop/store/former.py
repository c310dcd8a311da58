"""Units that were merged into this one, as the store sees them: whose scopes are read here, and which record goes on here.

A record of a former unit that is written on goes on in this unit's own scope, under its own id. The row of the old one then
stands back: it is found by neither lists nor search, and its history is part of the record's.
"""

from functools import cached_property
from typing import Any

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import RecordKind
from qms_desktop.domain.records.merging import MERGER, former_units, unit_of
from qms_desktop.store import meta
from qms_desktop.store.columns import table_of

STANDS_BACK = 2
"""In a row's `_voided`: not out of use, but not of this office, or going on in its own scope."""

HANDING_ON = frozenset({"pc.admit", "unit_key.renew"})
"""What people of a unit that was merged into another one still do: its keys are handed on."""

__all__ = ["STANDS_BACK", "Formers", "demand_open", "former_units_here", "successor", "unit_of"]


class Formers:
    """Asked record by record within one transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.unit = meta.read(connection, meta.UNIT)

    def foreign_unit(self, scope: str) -> str:
        """The code of the other unit whose scope it is; "" for this unit's own and the province's."""
        unit = unit_of(scope)
        return unit if self.unit and unit != self.unit else ""

    def stands_back(self, kind: RecordKind, scope: str, record: str) -> bool:
        """Whether the row of this record is not to be listed."""
        foreign = bool(self.foreign_unit(scope))
        return foreign and (not kind.inherited or self._at(self._own(scope), kind.name, record) is not None)

    @cached_property
    def _has_formers(self) -> bool:
        return bool(former_units_here(self._connection, self.unit))

    def successors(self) -> frozenset[str]:
        """The units that this one went into."""
        pairs = _mergers(self._connection)
        return frozenset(into for _, into in pairs if self.unit in former_units(into, pairs))

    def behind(self, scope: str, kind: str, record: str) -> list[int]:
        """The numbers of the records of former units that a record of this unit continues."""
        if not self.unit or unit_of(scope) != self.unit or not self._has_formers:
            return []
        rows = self._connection.execute(
            "SELECT num, scope FROM state WHERE kind = ? AND record = ? AND scope <> ?", (kind, record, scope)
        ).fetchall()
        return [num for num, other in rows if self.foreign_unit(other) and self._own(other) == scope]

    def _own(self, scope: str) -> str:
        """The scope of this unit that has the same area."""
        return f"unit/{self.unit}/{scope.rpartition('/')[2]}"

    def _at(self, scope: str, kind: str, record: str) -> int | None:
        row = self._connection.execute(
            "SELECT num FROM state WHERE scope = ? AND kind = ? AND record = ?", (scope, kind, record)
        ).fetchone()
        return None if row is None else int(row[0])


def former_units_here(connection: Any, unit: str) -> tuple[str, ...]:
    """The units that went into this one, as far as this PC has heard."""
    return former_units(unit, _mergers(connection))


def successor(connection: Any, unit: str) -> str:
    """The unit that this one was merged into; "" while it goes on. Nobody but the province can say so."""
    return next((into for old, into in _mergers(connection) if old == unit), "")


def demand_open(connection: Any, unit: str, name: str) -> None:
    """A unit that was merged into another one writes nothing more; its keys may still be handed on."""
    into = successor(connection, unit) if unit and name not in HANDING_ON else ""
    if into:
        raise RuleError(
            "QMS-254",
            f"Đơn vị {unit} đã sáp nhập vào đơn vị {into}; sổ của đơn vị cũ đã đóng, chỉ để xem.",
            do=f"Hãy làm việc trên máy của đơn vị {into}; hồ sơ đang dở vẫn xử lý tiếp được ở đó, giữ nguyên mã.",
        )


def _mergers(connection: Any) -> list[tuple[str, str]]:
    """Records of the province's scope, which only its servers can fill."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table_of(MERGER.name),)).fetchone() is None:
        return []
    rows = connection.execute(
        f'SELECT old, "into" FROM {table_of(MERGER.name)} WHERE _voided = 0 AND _scope = ?', (MERGER.areas[0].value,)
    )
    return [(str(old), str(into)) for old, into in rows.fetchall()]
