"""What the other side lacks: from which entries on, in which order, cut into frames.

The other side holds everything below its leaves. Where all its leaves of a journal are known here, that says exactly what
it lacks. Where one is unknown, it may be ahead or on another arm: our leaves are stated and one answer is awaited; if it
lacks ours too, the journal has forked, and a row of questions ever further back (1, 2, 4, 8 … entries) finds the common
ancestor in one more answer. At worst an arm's length is repeated, which is harmless.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from sync.journal.log import Leaf, Log, Parcel, Row
from sync.wire.frames import Frame, encode_frame

_FULL = 95
"""Percent of a frame's limit that are aimed at: one that turns out too large is cut in halves, which costs more."""

_HEAVIEST = 6_000_000
"""Bytes of bodies and ciphertexts in a frame, however small they get: the other side expands 12 MB and not more."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes after compression of one frame and of all frames of one page; entries looked at in one journal for a page.

    `window` must exceed the longest signed segment, LONGEST_SEGMENT.
    """

    frame: int = 24_000
    page: int = 400_000
    window: int = 16_384


@dataclass
class Known:
    """What the other side said: its leaves (None while unknown), what else it holds and lacks, journals it refuses."""

    leaves: tuple[Leaf, ...] | None = None
    held: dict[str, Leaf] = field(default_factory=dict)
    lacked: dict[str, Leaf] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Supply:
    """What the other side lacks, segment by segment in the order to send it, and what to ask it first."""

    segments: tuple[tuple[str, ...], ...] = ()
    probes: tuple[Leaf, ...] = ()

    @property
    def entries(self) -> int:
        """How many entries the other side lacks, as far as was looked."""
        return sum(len(segment) for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Made:
    """A frame that was made, and how many entries are in it."""

    data: bytes
    entries: int


def supply(log: Log, scope: str, own: Sequence[Leaf], known: Known, limits: Limits) -> Supply:
    """What to send to the other side next."""
    if known.leaves is None:
        return Supply()
    arms, probes = _arms(log, scope, own, known, limits.window)
    return Supply(tuple(tuple(segment) for segment in _in_order(arms)), probes)


@dataclass(frozen=True, slots=True)
class _Arm:
    """Entries of one journal, oldest first, up to a leaf; `cut` when there are more than were read."""

    rows: tuple[Row, ...]
    cut: bool = False


def _arms(log: Log, scope: str, own: Sequence[Leaf], known: Known, window: int) -> tuple[list[_Arm], tuple[Leaf, ...]]:
    stated = known.leaves or ()
    here = log.held(scope, [leaf.id for leaf in stated])
    theirs = {leaf.id: leaf for leaf in stated if leaf.id in here} | known.held
    unclear = {leaf.journal for leaf in stated if leaf.id not in here}
    arms: list[_Arm] = []
    probes: list[Leaf] = []
    ends = Counter(leaf.journal for leaf in own)

    @cache
    def rows_of(journal: str) -> Mapping[str, Row]:
        return {row.id: row for row in log.rows(scope, journal, 0, max(leaf.n for leaf in own if leaf.journal == journal))}

    for leaf in own:
        awaited = leaf.journal in unclear and leaf.id not in known.lacked
        if leaf.id in theirs or awaited or leaf.journal in known.refused:
            continue
        forked = ends[leaf.journal] > 1
        arm = _forked_arm(rows_of(leaf.journal), leaf, theirs) if forked else _plain_arm(log, scope, leaf, theirs, window)
        if leaf.journal in unclear and not _probed(log, scope, leaf, arm, known):
            probes += _steps_back(log, scope, leaf, arm)
        else:
            arms.append(arm)
    return arms, tuple(probes)


def _plain_arm(log: Log, scope: str, leaf: Leaf, theirs: Mapping[str, Leaf], window: int) -> _Arm:
    """In a journal with one leaf every held entry is an ancestor, so numbers say it all."""
    floor = max((item.n for item in theirs.values() if item.journal == leaf.journal), default=0)
    upto = min(leaf.n, floor + window)
    rows = sorted(log.rows(scope, leaf.journal, floor, upto), key=lambda row: row.n)
    return _Arm(tuple(rows), cut=upto < leaf.n)


def _forked_arm(rows: Mapping[str, Row], leaf: Leaf, theirs: Mapping[str, Leaf]) -> _Arm:
    """In a forked journal, all of whose entries are `rows`, only the hashes tell the arms apart."""
    arm: list[Row] = []
    name = leaf.id
    while name and name not in theirs:
        arm.append(rows[name])
        name = rows[name].prev
    return _Arm(tuple(reversed(arm)))


def _probed(log: Log, scope: str, leaf: Leaf, arm: _Arm, known: Known) -> bool:
    """Whether an answer already told where the arm leaves the common part, as far as it is worth asking."""
    if len(arm.rows) <= 1 or arm.rows[0].prev in known.held:
        return True
    before = _names_at(log, scope, leaf, arm, [leaf.n - 1])
    return any(item.id in known.held or item.id in known.lacked for item in before)


def _steps_back(log: Log, scope: str, leaf: Leaf, arm: _Arm) -> list[Leaf]:
    floor = arm.rows[0].n
    steps = itertools.takewhile(lambda step: leaf.n - step >= floor, (2**power for power in itertools.count()))
    return _names_at(log, scope, leaf, arm, [leaf.n - step for step in steps])


def _names_at(log: Log, scope: str, leaf: Leaf, arm: _Arm, numbers: Sequence[int]) -> list[Leaf]:
    """The arm's entries at these numbers, those beyond a cut window read one by one."""
    by_number = {row.n: row for row in arm.rows}
    found: list[Leaf] = []
    for n in numbers:
        rows = [by_number[n]] if n in by_number else log.rows(scope, leaf.journal, n - 1, n)
        found += [Leaf(row.journal, row.n, row.id) for row in rows]
    return found


def _in_order(arms: Sequence[_Arm]) -> list[list[str]]:
    """Whole signed segments in the order they were completed here, no entry twice, none before its parent."""
    cut_up = [(arm, list(_segments(arm))) for arm in arms]
    segments = [segment for _, found in cut_up for segment in found]
    horizon = min((found[-1][-1].pos for arm, found in cut_up if arm.cut and found), default=None)
    seen: set[str] = set()
    ordered: list[list[str]] = []
    for segment in sorted(segments, key=lambda rows: rows[-1].pos):
        if horizon is not None and segment[-1].pos > horizon:
            break
        fresh = [row.id for row in segment if row.id not in seen]
        seen.update(fresh)
        if fresh:
            ordered.append(fresh)
    return ordered


def _segments(arm: _Arm) -> Iterator[list[Row]]:
    """The arm cut after each signed entry; an unsigned end stays here until its writer signs it."""
    segment: list[Row] = []
    for row in arm.rows:
        segment.append(row)
        if row.signature is not None:
            yield segment
            segment = []


def frames(log: Log, scope: str, segments: Sequence[Sequence[str]], limits: Limits) -> Iterator[Made]:
    """At most a page of frames, each made when it is asked for and nearly as large as the limit allows.

    How small entries get is learned from the frame before.
    """
    group: list[tuple[Parcel, ...]] = []
    size = weight = plain = 0
    learned = (1, 1)
    for segment in segments:
        parcels = log.load(scope, segment)
        more = sum(_weight(parcel) for parcel in parcels)
        longer = sum(len(parcel.entry.body) + len(parcel.ciphertext or b"") for parcel in parcels)
        full = _scaled(weight + more, learned) > limits.frame * _FULL // 100 or plain + longer > _HEAVIEST
        if group and full:
            made = _encoded(log, scope, group, limits.frame)
            yield from made
            bytes_made = sum(len(one.data) for one in made)
            learned, size = (bytes_made, weight), size + bytes_made
            group, weight, plain = [], 0, 0
        if size + _scaled(weight, learned) >= limits.page:
            break
        group.append(parcels)
        weight, plain = weight + more, plain + longer
    if group:
        yield from _encoded(log, scope, group, limits.frame)


def _scaled(weight: int, learned: tuple[int, int]) -> int:
    """The bytes to expect of that guessed weight, when (bytes, weight) was learned."""
    return weight * learned[0] // learned[1]


def _encoded(log: Log, scope: str, group: Sequence[tuple[Parcel, ...]], limit: int) -> list[Made]:
    """One frame, or several when the guess of its size was too low."""
    parcels = tuple(itertools.chain.from_iterable(group))
    starts = (parcel.entry.journal for parcel in parcels if parcel.entry.n == 1)
    certificates = {journal: blob for journal in starts if (blob := log.certificate(journal)) is not None}
    data = encode_frame(Frame(scope, parcels, certificates))
    if len(data) <= limit or len(group) == 1:
        return [Made(data, len(parcels))]
    middle = len(group) // 2
    return _encoded(log, scope, group[:middle], limit) + _encoded(log, scope, group[middle:], limit)


def _weight(parcel: Parcel) -> int:
    """A guess of an entry's share of a compressed frame: what is random counts whole, text a sixth."""
    named = sum(len(write.replaces) for op in parcel.entry.ops for write in op.writes)
    sealed = len(parcel.ciphertext or b"")
    return 30 + sealed + 16 * named + len(parcel.entry.body) // 12
