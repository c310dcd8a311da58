"""What goes into a packet, and taking it out again.

A packet cannot wait for an answer, so it says everything at once: for each scope what its maker holds (its leaves, and those
of the receivers' last stated leaves that it holds too), then the entries that the receivers lack by what they last *stated* to
hold. That a packet was made or carried means nothing; only a statement that comes back does. So packets may be lost,
repeated and read in any order, and a receiver that was put back from an old copy states less and is sent more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sync.errors import ExchangeError
from sync.exchange.incoming import take_frame
from sync.exchange.outgoing import Known, Limits, frames, supply
from sync.journal.keys import Verifier
from sync.journal.log import Leaf, Log
from sync.wire.frames import decode_frame
from sync.wire.messages import Page, ScopePart, standing

LIMITS = Limits(page=48_000_000, window=10_000_000)
"""The frames of one packet; a packet has no window, because nothing would fetch the rest before the next one."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A page for a packet; `entries` are in it, `left` found no room and go into the packet after the next answer."""

    page: Page
    entries: int
    left: int


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a packet brought. `entries` were new here.

    refused: scope and SyncError number of what was not accepted, ExchangeError.PARENT_MISSING when the maker believed that
    more is held here than is; equal: both sides hold the same now; mismatched: scopes with the same entries and yet another
    merged state; own_journal_seen: entries under this replica's own name came from outside (see sync/exchange/session.py).
    """

    entries: int
    refused: tuple[tuple[str, int], ...]
    equal: bool
    mismatched: tuple[str, ...]
    own_journal_seen: bool


def pack(log: Log, peers: Sequence[str], scopes: Sequence[str], limits: Limits = LIMITS) -> Packed:
    """A page for these receivers: their statements are looked up under their names in the log."""
    parts: list[ScopePart] = []
    packed: list[bytes] = []
    entries = left = 0
    for scope in scopes:
        now = standing(log, scope)
        stated = [log.peer_have(peer, scope) or () for peer in peers]
        room = max(1, limits.page - sum(len(frame) for frame in packed))
        known = Known(leaves=_common(log, scope, now.leaves, stated))
        found = supply(log, scope, now.leaves, known, limits)
        made = list(frames(log, scope, found.segments, replace(limits, page=room)))
        packed += [frame.data for frame in made]
        here = sum(frame.entries for frame in made)
        entries, left = entries + here, left + found.entries - here
        held = _also_held(log, scope, now.leaves, stated)
        parts.append(ScopePart(scope, now.have, now.state, now.leaves, held))
    return Packed(Page(tuple(parts), 0, tuple(packed)), entries, left)


def unpack(log: Log, verifier: Verifier, page: Page, peer: str, own: str, scopes: Sequence[str]) -> Unpacked:
    """Take a packet's page: each frame is checked and committed by itself, then what the maker states to hold is kept.

    WireError or EntryError at a frame that is none; the frames before it stay, as they stand alone.
    """
    entries, own_seen = 0, False
    refused: dict[tuple[str, str], int] = {}
    for data in page.frames:
        frame = decode_frame(data)
        if frame.scope not in scopes:
            refused[frame.scope, ""] = ExchangeError.UNKNOWN_SCOPE
            continue
        taken = take_frame(log, verifier, frame)
        refused |= {(frame.scope, journal): code for journal, code in taken.refused.items()}
        entries += len(taken.fresh)
        own_seen = own_seen or any(entry.journal == own for entry in taken.fresh)
    differing, mismatched = [], []
    for part in page.parts:
        if part.scope in scopes:
            log.remember_peer(peer, part.scope, tuple(sorted({*(part.leaves or ()), *part.held})))
            now = standing(log, part.scope)
            differing += [part.scope] if now.have != part.have else []
            mismatched += [part.scope] if now.have == part.have and now.state != part.state else []
    faults = tuple(dict.fromkeys((scope, code) for (scope, _), code in refused.items()))
    return Unpacked(entries, faults, not differing and not mismatched, tuple(mismatched), own_seen)


def _common(log: Log, scope: str, own: Sequence[Leaf], stated: Sequence[tuple[Leaf, ...]]) -> tuple[Leaf, ...]:
    """From where on a packet must start: what every receiver stated to hold, as far as it is known here.

    A leaf not known here says nothing about ours (the receiver may be ahead, or on another arm): the journal then starts
    from a lower one that both hold. Where several receivers stand differently and the journal never forked, the lowest counts.
    """
    here = log.held(scope, [leaf.id for leaves in stated for leaf in leaves])
    known = [{leaf for leaf in leaves if leaf.id in here} for leaves in stated]
    if len(known) == 1:
        return tuple(sorted(known[0]))
    forked = {leaf.journal for leaf in own if sum(other.journal == leaf.journal for other in own) > 1}
    common: list[Leaf] = []
    for journal in {leaf.journal for leaf in own}:
        if journal in forked:
            common += set.intersection(*({leaf for leaf in leaves if leaf.journal == journal} for leaves in known))
            continue
        highest = [max((leaf for leaf in leaves if leaf.journal == journal), key=_number, default=None) for leaves in known]
        found = [leaf for leaf in highest if leaf is not None]
        common += [min(found, key=_number)] if len(found) == len(known) else []
    return tuple(sorted(common))


def _also_held(log: Log, scope: str, own: Sequence[Leaf], stated: Sequence[tuple[Leaf, ...]]) -> tuple[Leaf, ...]:
    """Those of the receivers' stated leaves that lie below ours: so that theirs need no tracing when they read this."""
    asked = {leaf for leaves in stated for leaf in leaves} - set(own)
    here = log.held(scope, [leaf.id for leaf in asked])
    return tuple(sorted(leaf for leaf in asked if leaf.id in here))


def _number(leaf: Leaf) -> int:
    return leaf.n
