"""What a transaction has merged and not written yet: states, leaves, digests and the Lamport counter, written once at its end.

A frame of some hundred entries changes the same leaf, the same digest and often the same record again and again. A record with
many standing values has a large state; written with each entry, taking them in would cost the square of their number.
"""

from typing import Any

from qms_desktop.store import meta
from sync.journal import merge
from sync.journal.entry import Entry

DIGEST_BYTES = 32


class Unwritten:
    """Belongs to one ledger. What is in it counts at once for whoever asks that ledger."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._digests: dict[str, int] = {}
        self._moved: set[str] = set()
        self._gone: list[tuple[str, str, bytes]] = []
        self._leaves: dict[str, tuple[str, str, int, bytes]] = {}
        self._touched: list[tuple[int, int]] = []
        self._lamport = 0

    def digest(self, scope: str) -> int:
        """The order-free digest of the scope's merged state."""
        if scope not in self._digests:
            row = self._connection.execute("SELECT value FROM digest WHERE scope = ?", (scope,)).fetchone()
            self._digests[scope] = 0 if row is None else int.from_bytes(row[0], "big")
        return self._digests[scope]

    def set_digest(self, scope: str, value: int) -> None:
        """From now on this is the scope's digest."""
        self._digests[scope] = value % merge.DIGEST_MODULUS
        self._moved.add(scope)

    def follow(self, entry: Entry) -> None:
        """A new entry takes its parent's place as a leaf, or opens a new arm; children never arrive before parents."""
        if entry.prev and self._leaves.pop(entry.prev, None) is None:
            self._gone.append((entry.scope, entry.journal, bytes.fromhex(entry.prev)))
        self._leaves[entry.id] = (entry.scope, entry.journal, entry.n, bytes.fromhex(entry.id))
        self._lamport = max(self._lamport, entry.lam)

    def touch(self, state: int, entry: int) -> None:
        """The entry changes the record of that number."""
        self._touched.append((state, entry))

    def lamport(self) -> int:
        """The highest Lamport counter in everything held, over all scopes."""
        return max(self._lamport, meta.lamport(self._connection))

    def write(self) -> None:
        """Write all of it."""
        if not (self._leaves or self._moved or self._touched):
            return
        run = self._connection.executemany
        run("DELETE FROM leaf WHERE scope = ? AND journal = ? AND id = ?", self._gone)
        run("INSERT INTO leaf VALUES (?, ?, ?, ?)", self._leaves.values())
        run("INSERT OR IGNORE INTO touched VALUES (?, ?)", self._touched)
        digests = [(scope, self._digests[scope].to_bytes(DIGEST_BYTES, "big")) for scope in sorted(self._moved)]
        run("INSERT OR REPLACE INTO digest VALUES (?, ?)", digests)
        if self._lamport > meta.lamport(self._connection):
            meta.write(self._connection, meta.LAMPORT, str(self._lamport))
        for written in (self._digests, self._moved, self._gone, self._leaves, self._touched):
            written.clear()
