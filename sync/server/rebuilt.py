"""A scope as its entries alone say it is: what verification compares with, and what repairs a state that left its entries."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.journal import merge
from sync.journal.merge import DIGEST_MODULUS, EMPTY, RecordState
from sync.journal.model import Entry


@dataclass
class Rebuilt:
    """The entries applied so far, in order of arrival, and what they merge to."""

    entries: dict[str, Entry] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)
    followed: set[str] = field(default_factory=set)
    states: dict[tuple[str, str], RecordState] = field(default_factory=dict)
    digest: int = 0

    def wrote(self, entry_id: str, kind: str, record: str, name: str) -> bool:
        """Asked by the merge: whether an entry applied before writes the field."""
        entry = self.entries.get(entry_id)
        return entry is not None and merge.writes(entry, kind, record, name)

    def apply(self, entry: Entry) -> None:
        """The next entry in order of arrival."""
        for op in entry.ops:
            target = (op.kind, op.record)
            applied = merge.apply(self.states.get(target, EMPTY), op, entry.id, entry.lam, self.wrote)
            self.states[target] = applied.state
            self.digest = (self.digest + applied.delta) % DIGEST_MODULUS
        self.entries[entry.id] = entry
        self.followed.add(entry.prev)
