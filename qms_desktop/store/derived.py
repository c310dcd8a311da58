"""Derived columns: computed on each PC from other records, shown and filtered like any field, never journalled.

So two PCs can never be in conflict about them; they follow whenever the record itself or one that it watches changes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from qms_desktop.domain.errors import AppError
from qms_desktop.domain.fields import RecordKind, Value
from qms_desktop.store.columns import cells, quoted, table_of
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.view import View

_BROKEN_DATA = (AppError, ValueError, LookupError, TypeError)


@dataclass(frozen=True, slots=True)
class Deriver:
    """How a kind's derived columns come about.

    `watches`: kinds whose change matters too; their reference field `owner_field` names the record concerned. `derive`
    takes a view of the running transaction and the record's id, and gives the derived fields' values. `shared`: kinds on which
    many records rest at once; when one of them changes, those that `resting` names are derived anew.
    """

    watches: frozenset[str]
    owner_field: str
    derive: Callable[[View, str], Mapping[str, Value]]
    shared: frozenset[str] = frozenset()
    resting: Callable[[View], Iterable[str]] | None = None


class Derivation:
    """Brings derived columns up to date at the end of a transaction, once for each record concerned."""

    def __init__(self, ledger: Ledger, kinds: dict[str, RecordKind], derivers: Mapping[str, Deriver], replica: str) -> None:
        self._connection = ledger.connection
        self._kinds = kinds
        self._derivers = derivers
        self._view = View(ledger, kinds, replica)

    def settle(self, changed: Iterable[tuple[str, str]]) -> None:
        """Derive anew what depends on the changed (kind, record)s."""
        owners: dict[tuple[str, str], None] = {}
        changed = tuple(changed)
        for kind, record in changed:
            if kind in self._derivers:
                owners[kind, record] = None
            for owner_kind, deriver in self._derivers.items():
                if kind in deriver.watches:
                    owner = (self._view.get(kind, record) or {}).get(deriver.owner_field)
                    if isinstance(owner, str):
                        owners[owner_kind, owner] = None
        owners.update(self._resting({kind for kind, _ in changed}))
        for kind, record in owners:
            self._derive(self._kinds[kind], record)

    def _resting(self, changed: set[str]) -> dict[tuple[str, str], None]:
        """Records that rest on something shared which changed."""
        return {
            (kind, record): None
            for kind, deriver in self._derivers.items()
            if deriver.resting is not None and deriver.shared & changed
            for record in deriver.resting(self._view)
        }

    def settle_kind(self, kind: str) -> None:
        """Derive every record of a kind anew."""
        if kind in self._derivers:
            ids = self._connection.execute(f"SELECT DISTINCT id FROM {table_of(kind)}").fetchall()
            self.settle((kind, record) for (record,) in ids)

    def _derive(self, kind: RecordKind, record: str) -> None:
        if self._view.get(kind.name, record) is None:
            return
        names = [field.name for field in kind.fields if field.derived]
        try:
            found = self._derivers[kind.name].derive(self._view, record)
        except _BROKEN_DATA:
            # A record half arrived, or written by a faulty program, must not stop an exchange: its derived columns stay empty.
            found = {}
        columns = cells(kind, {name: found.get(name) for name in names})
        assignments = ", ".join(f"{quoted(name)} = ?" for name in columns)
        if columns:
            self._connection.execute(f"UPDATE {table_of(kind.name)} SET {assignments} WHERE id = ?", (*columns.values(), record))
