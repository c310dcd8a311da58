"""Records as a snapshot shows them, kept under the merge states while a new PC's history is incomplete (sync/newcomer/base.py).

The journal and the states say only what follows from entries held here. What people see and write over is the state with its
base: `Ledger.record` puts both together. When the history is there, the bases are dropped.
"""

import json
from collections.abc import Callable
from typing import Any

from sync.journal import merge
from sync.journal.entry import reread
from sync.journal.log import Parcel
from sync.journal.merge import RecordState
from sync.newcomer.base import SHORT, Base, overlaid


class Bases:
    """Reads bases on one connection; costs one small question where there are none."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._some: bool | None = None
        self._ids: dict[tuple[str, int], str] = {}

    def __bool__(self) -> bool:
        if self._some is None:
            self._some = self._connection.execute("SELECT 1 FROM base_scope LIMIT 1").fetchone() is not None
        return self._some

    def over(self, num: int, scope: str, own: RecordState, holds: Callable[[str], bool]) -> RecordState:
        """The record's state by all that is known: what is held, and what the snapshot covers."""
        base = self.of(num, scope) if self else None
        return own if base is None else overlaid(own, base, holds)

    def of(self, num: int, scope: str) -> Base | None:
        """What the snapshot shows of the record, None when it is in none."""
        row = self._connection.execute("SELECT heads, past FROM base_state WHERE state = ?", (num,)).fetchone()
        if row is None:
            return None
        past = frozenset(row[1][at : at + SHORT] for at in range(0, len(row[1]), SHORT))
        return Base(merge.unpack(row[0], lambda name: name if isinstance(name, str) else self.entry_at(scope, name)), past)

    def entry_at(self, scope: str, number: int) -> str:
        """The id of an entry by its number in the scope's snapshot; LookupError when there is none."""
        if (scope, number) not in self._ids:
            row = self._connection.execute("SELECT id FROM base_entry WHERE scope = ? AND number = ?", (scope, number)).fetchone()
            if row is None:
                raise LookupError(f"no entry {number} in the snapshot")
            self._ids[scope, number] = row[0].hex()
        return self._ids[scope, number]

    def entry(self, entry_id: str) -> Parcel | None:
        """An entry the snapshot brought, with its ciphertext; None when it did not."""
        if not self:
            return None
        found = self._connection.execute(
            "SELECT body, sealed FROM base_entry WHERE id = ?", (bytes.fromhex(entry_id),)
        ).fetchone()
        return None if found is None else Parcel(reread(found[0], entry_id), found[1])


def packed_leaves(leaves: Any) -> bytes:
    """Leaves as the table holds them."""
    return json.dumps([[leaf.journal, leaf.n, leaf.id] for leaf in leaves]).encode()
