"""After a start, and after a round that broke off: what the other side holds is asked before anything is sent again.

The first page of a round pushes what the other side is known to lack. When the last push broke off, frames may have arrived
that were never reported; pushing from the old report again would send the same bytes at every attempt, and on a line that
is cut every few seconds nothing would ever get further.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync.journal.log import Leaf, Log


class Doubting:
    """A log that has forgotten what the other side reported, until it reports again."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._asked: set[tuple[str, str]] = set()
        self.leaves = log.leaves
        self.held = log.held
        self.rows = log.rows
        self.load = log.load
        self.append = log.append
        self.state_digest = log.state_digest
        self.certificate = log.certificate

    def peer_have(self, peer: str, scope: str) -> tuple[Leaf, ...] | None:
        """See Log; None before the first report of this round."""
        return self._log.peer_have(peer, scope) if (peer, scope) in self._asked else None

    def remember_peer(self, peer: str, scope: str, leaves: Sequence[Leaf]) -> None:
        """See Log."""
        self._asked.add((peer, scope))
        self._log.remember_peer(peer, scope, leaves)
