"""A new PC's start: the newest records at once from a snapshot, while the history comes quietly (sync/newcomer/snapshot.py).

What arrives is kept part by part; after a cut the next round goes on where the last whole part ended. A snapshot is a
convenience: whatever is wrong with it, the exchange goes on without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from sync.client.transport import Answer
from sync.errors import SyncError, TransportFault
from sync.journal.log import Log
from sync.newcomer.snapshot import Decoder, SnapshotRequest, Start
from sync.newcomer.underlay import Arrived, Underlay

PATH = "/snapshot"
NAME = "qms-snapshot"
"""The header line in which the server names the snapshot by its hash."""

_NO_ROAD = TransportFault.NO_LINE | {TransportFault.STALLED, TransportFault.CUT}
"""After these nothing else would get through either; other faults (an older server, say) leave the exchange to be tried."""


@dataclass(frozen=True)
class Bootstrap:
    """Fetches what a new PC lacks before its history. `ask` sends a signed request to a path; `kept` is told of each part."""

    log: Log
    underlay: Underlay
    ask: Callable[[str, bytes], Answer]
    kept: Callable[[], None] = lambda: None

    def run(self, scopes: Sequence[str], own: str) -> None:
        """Bring every scope that has no history yet as far as the line lasts; TransportFault when the road failed."""
        for scope in scopes:
            try:
                if self._wanted(scope, own):
                    self._fetch_on(scope)
            except TransportFault as fault:
                if fault.code in _NO_ROAD:
                    raise
            except SyncError:
                continue

    def settle(self, scopes: Sequence[str]) -> None:
        """Let go of the snapshots whose history is complete."""
        for scope in scopes:
            self.underlay.settle(scope)

    def _wanted(self, scope: str, own: str) -> bool:
        if not self.underlay.takes(scope):
            return False
        arrived = self.underlay.arrived(scope)
        if arrived is not None:
            return not arrived.complete
        return all(leaf.journal == own for leaf in self.log.leaves(scope))

    def _fetch_on(self, scope: str) -> None:
        """Fetch it, also over a line that is cut again and again, as long as each piece of line brings a part."""
        while True:
            before = self.underlay.arrived(scope)
            try:
                return self._fetch(scope)
            except TransportFault as fault:
                if fault.code != TransportFault.CUT or self.underlay.arrived(scope) == before:
                    raise

    def _fetch(self, scope: str) -> None:
        before = self.underlay.arrived(scope)
        asked = SnapshotRequest(scope, before.name if before else "", before.position if before else 0)
        answer = self.ask(PATH, msgspec.json.encode(asked))
        name = answer.headers.get(NAME, "")
        if before is None or name != before.name:
            before = Arrived(name, 0, 0, False)
        decoder = Decoder(scope, lambda number: self.underlay.entry_at(scope, number), before.entries, before.position)
        try:
            for chunk in answer.chunks:
                self._take(scope, name, decoder, chunk)
        finally:
            answer.close()
        if name and not decoder.complete:
            raise TransportFault(TransportFault.CUT, "the snapshot broke off")

    def _take(self, scope: str, name: str, decoder: Decoder, chunk: bytes) -> None:
        for piece in decoder.feed(chunk):
            if isinstance(piece, Start):
                self.underlay.begin(name, piece, decoder.position)
            else:
                self.underlay.keep(scope, piece, decoder.position)
            self.kept()
        if decoder.complete:
            self.underlay.end(scope, decoder.position)
