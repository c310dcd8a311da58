"""Why entries do not stand, read from the province's verdict records: for the history of a record and for the sync screen."""

from collections.abc import Collection

from qms_desktop.domain.records.custody import CAUSES, LIFTED, VERDICT
from qms_desktop.store.columns import table_of
from qms_desktop.store.ledger import Ledger

_LABELS = {option.value: option.label for option in CAUSES}
_STANDING = f"FROM {table_of(VERDICT.name)} WHERE _voided = 0 AND cause IS NOT NULL AND cause <> ?"
BATCH = 500


def condemned(ledger: Ledger) -> list[str]:
    """The ids of all entries that the province does not let stand."""
    return [row[0] for row in ledger.connection.execute(f"SELECT id {_STANDING}", (LIFTED,)).fetchall()]


def reasons(ledger: Ledger, entries: Collection[str]) -> dict[str, str]:
    """In words why those of the entries do not stand that do not, by entry id."""
    names = sorted(set(entries))
    found: dict[str, str] = {}
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        marks = ", ".join("?" * len(batch))
        rows = ledger.connection.execute(f"SELECT id, cause {_STANDING} AND id IN ({marks})", (LIFTED, *batch)).fetchall()
        found |= {entry: _LABELS.get(cause, cause) for entry, cause in rows}
    return found
