"""Making a snapshot: the records touched last come first, until the snapshot is as long as is worth waiting for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from sync.journal.log import Leaf, Parcel
from sync.journal.merge import RecordState
from sync.newcomer.base import Base, Place, short
from sync.newcomer.snapshot import Encoder, Part

WORTH = 40_000
"""Entries: a shorter history (some 3 MB) is there almost as soon as a snapshot of it would be."""

LONGEST = 1_000_000
"""Bytes: half a minute on a slow line, and what an office did in the last two months. Older records come with the history."""

PART_ENTRIES = 400


class Source(Protocol):
    """A log at one moment, by record. `touches` goes in order of arrival."""

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        """See Log."""

    def lamport(self, scope: str) -> int:
        """The highest Lamport counter of the scope."""

    def touches(self, scope: str) -> Iterable[tuple[str, Sequence[Place]]]:
        """Every entry's id with the records it changes."""

    def states(self, scope: str, places: Sequence[Place]) -> Mapping[Place, RecordState]:
        """The merged states of these records."""

    def load(self, scope: str, ids: Sequence[str]) -> tuple[Parcel, ...]:
        """See Log."""


def compose(source: Source, scope: str, worth: int = WORTH, longest: int = LONGEST) -> Iterator[bytes]:
    """The snapshot's bytes, part by part; nothing at all when the history is too short to need one."""
    touched: dict[Place, list[bytes]] = {}
    entries = 0
    for entry, places in source.touches(scope):
        entries += 1
        for place in places:
            ids = touched.pop(place, [])
            ids.append(short(entry))
            touched[place] = ids
    if entries < worth:
        return
    encoder = Encoder(scope)
    made = encoder.head(source.leaves(scope), source.lamport(scope))
    size = len(made)
    yield made
    for batch in _batches(list(reversed(touched)), PART_ENTRIES // 4):
        for part in _parts(source, encoder, scope, batch, touched):
            size += len(part)
            yield part
        if size >= longest:
            break
    yield encoder.end()


def _batches(places: Sequence[Place], size: int) -> Iterator[Sequence[Place]]:
    for start in range(0, len(places), size):
        yield places[start : start + size]


def _parts(
    source: Source, encoder: Encoder, scope: str, places: Sequence[Place], touched: Mapping[Place, Sequence[bytes]]
) -> Iterator[bytes]:
    """These records in parts of at most so many entries, as far as one record does not need more."""
    states = source.states(scope, places)
    records: dict[Place, Base] = {}
    missing: set[str] = set()
    for place in places:
        if place not in states:
            continue
        base = _base(states[place], touched[place])
        more = encoder.missing(base) - missing
        if records and len(missing) + len(more) > PART_ENTRIES:
            yield encoder.part(Part(source.load(scope, sorted(missing)), records))
            records, missing = {}, set()
            more = encoder.missing(base)
        records[place] = base
        missing |= more
    if records:
        yield encoder.part(Part(source.load(scope, sorted(missing)), records))


def _base(state: RecordState, touched: Sequence[bytes]) -> Base:
    standing = {short(name) for heads in state.heads.values() for name, _ in heads}
    return Base(RecordState(state.heads, {}, state.seen), frozenset(touched) - standing)
