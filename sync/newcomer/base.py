"""What lies under a record while a new PC's history is incomplete, so that the PC can be used at once.

A snapshot proves nothing and never enters a log. It lies *under* what a log holds: as long as history is missing, a record is
shown as the snapshot has it, changed by what is held and the snapshot did not know (`overlaid`). What the PC writes meanwhile
names heads that have not arrived, which the merge remembers like any replaced id; so when history is complete the snapshot
is simply dropped. A wrong snapshot can mislead for that long, and change nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sync.journal.merge import EMPTY, Head, RecordState
from sync.journal.model import VOID_FIELD

SHORT = 6
"""Bytes of a shortened id. It is compared only with ids of the same record, and for the time until the history is here."""

Place = tuple[str, str]
"""Kind and id of a record."""


@dataclass(frozen=True, slots=True)
class Base:
    """A record as a snapshot shows it; `past` are the shortened ids of entries that touched it and show nothing there now."""

    state: RecordState
    past: frozenset[bytes] = frozenset()

    def covers(self, entry_id: str) -> bool:
        """Whether the snapshot knew what this entry did to the record."""
        standing = (name for heads in self.state.heads.values() for name, _ in heads)
        return short(entry_id) in self.past or entry_id in standing


def short(entry_id: str) -> bytes:
    """The first bytes of an entry's id."""
    return bytes.fromhex(entry_id[: 2 * SHORT])


def overlaid(own: RecordState, base: Base, holds: Callable[[str], bool]) -> RecordState:
    """A record by everything known of it: what is held here, and what the snapshot covers. For showing and for writing.

    A head of the snapshot stays unless something held here replaced it; a head held here stays unless the snapshot covers
    it and no longer shows it. Pending ids are left out: only a log needs them.
    """
    heads: dict[str, tuple[Head, ...]] = {}
    for name in {*own.heads, *base.state.heads}:
        mine, theirs = own.heads.get(name, ()), base.state.heads.get(name, ())
        gone = own.pending.get(name, ())
        kept = {head for head in theirs if head in mine or (head[0] not in gone and not holds(head[0]))}
        kept |= {head for head in mine if head in theirs or not base.covers(head[0])}
        if kept:
            heads[name] = tuple(sorted(kept, key=lambda head: (head[1], head[0])))
    standing = {name for name, _ in heads.get(VOID_FIELD, ())}
    seen = {name: names for name, names in {**base.state.seen, **own.seen}.items() if name in standing}
    return RecordState(heads, EMPTY.pending, seen)
