"""The program broken on purpose. Each variant drops one rule of docs/sync.md and must be caught by the simulation."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from unittest import mock

from sync.exchange.session import Limits
from sync.journal.log import Leaf, Log, Parcel
from sync.journal.memory_log import _Scope
from sync.journal.merge import shown
from sync.stick import packing
from sync.stick.packing import LIMITS, Packed
from tests.sync.newcomer.test_snapshot import WithoutIds, a_clones_entry_arrives
from tests.sync.stick.test_packet_seeds import troubled_life
from tests.sync.world.court import CourtDisk
from tests.sync.world.office import Replica
from tests.sync.world.rights_world import RightsWorld
from tests.sync.world.simulation import Disk, Rules, World


@dataclass(frozen=True)
class Variant:
    """A way to break the program: other rules, what is patched while it runs, and a seed near one that notices.

    `life` is lived in place of the world's, where another harness must notice.
    """

    rules: Rules = field(default_factory=Rules)
    patched: Callable[[], AbstractContextManager[object]] = nullcontext
    first_seed: int = 0
    world: type[World] = World
    life: Callable[[int], object] | None = None

    def live(self, seed: int) -> None:
        """One life of the broken program; a Violation, a LookupError or a failed assertion where it is noticed."""
        if self.life is not None:
            self.life(seed)
        else:
            self.world(seed, self.rules).run()


class NumberedDisk(Disk):
    """Takes (journal, number) for the identity of an entry."""

    def _take(self, area: _Scope, parcel: Parcel) -> None:
        entry = parcel.entry
        taken = {area.parcels[name].entry.n: name for name in area.journals.get(entry.journal, ())}
        if taken.get(entry.n, entry.id) == entry.id:
            super()._take(area, parcel)


class LastWriterDisk(Disk):
    """Keeps the value with the highest counter and forgets the others."""

    def _merge(self, area: _Scope, parcel: Parcel) -> None:
        super()._merge(area, parcel)
        for place, state in area.states.items():
            area.states[place] = replace(state, heads={name: (shown(heads),) for name, heads in state.heads.items()})


class ForgetfulMergeDisk(Disk):
    """Does not remember replaced ids whose write has not arrived."""

    def _merge(self, area: _Scope, parcel: Parcel) -> None:
        super()._merge(area, parcel)
        for place, state in area.states.items():
            area.states[place] = replace(state, pending={})


class MainLineDisk(Disk):
    """Takes the first child it sees of an entry for the main line, and never speaks of the others."""

    def _take(self, area: _Scope, parcel: Parcel) -> None:
        entry = parcel.entry
        side = bool(area.journals.get(entry.journal)) and entry.id not in area.parcels and entry.prev not in area.leaves
        super()._take(area, parcel)
        if side:
            area.leaves.pop(entry.id, None)


@contextmanager
def packets_from_the_last_one_sent() -> Iterator[None]:
    """Starts a packet where the one before ended, as if every stick arrived."""
    sent: dict[tuple[int, str, str], Sequence[Leaf]] = {}

    def pack(log: Log, receivers: Sequence[str], scopes: Sequence[str], limits: Limits = LIMITS) -> Packed:
        places = [(receiver, scope) for receiver in receivers for scope in scopes]
        for receiver, scope in places:
            log.remember_peer(receiver, scope, sent.get((id(log), receiver, scope), ()))
        packed = packing.pack(log, receivers, scopes, limits)
        sent.update({(id(log), receiver, scope): log.leaves(scope) for receiver, scope in places})
        return packed

    with mock.patch("tests.sync.stick.test_packet.pack", pack):
        yield


def forget_what_was_agreed(replica: Replica) -> None:
    """Frees the disk of everything the other side has confirmed."""
    for area in replica.log._scopes.values():
        gone = area.parcels.keys() - area.leaves.keys()
        for name in gone:
            del area.parcels[name], area.positions[name]
        for journal, names in area.journals.items():
            area.journals[journal] = [name for name in names if name not in gone]


def by_number(leaves: Sequence[Leaf]) -> bytes:
    """A digest of leaves that does not see their ids."""
    return hashlib.sha256(repr(sorted({(leaf.journal, leaf.n) for leaf in leaves})).encode()).digest()[:16]


@contextmanager
def have_without_hashes() -> Iterator[None]:
    """Compares journals by their numbers only."""
    with mock.patch("sync.exchange.session.have_digest", by_number), mock.patch("sync.wire.messages.have_digest", by_number):
        yield


@contextmanager
def rights_by_arrival() -> Iterator[None]:
    """Judges an entry once, when it arrives, by whether its PC and its author are welcome just then."""
    arrival = mock.patch("tests.sync.world.court.MemoryCourt.covers", return_value=False)
    once = mock.patch.multiple(
        "sync.rights.custody", _fewer=mock.Mock(return_value=False), _cut_reached=mock.Mock(return_value=False)
    )
    for_good = mock.patch("sync.rights.custody._Bench.condemned", return_value=[])
    with arrival, once, for_good:
        yield


def verdicts_once() -> AbstractContextManager[object]:
    """Does not look again at a record it passed a verdict on."""
    return mock.patch("tests.sync.world.court.MemoryCourt.marked", return_value=())


def snapshot_without_ids(_seed: int) -> None:
    """Takes an entry for covered by a snapshot when its number is."""
    a_clones_entry_arrives(WithoutIds)


VARIANTS = {
    "forgets after acknowledgement": Variant(Rules(after_agreement=forget_what_was_agreed)),
    "identity by number": Variant(Rules(make_disk=NumberedDisk)),
    "last writer wins silently": Variant(Rules(make_disk=LastWriterDisk)),
    "no hash in have": Variant(Rules(), have_without_hashes, first_seed=80),
    "replaced ids not remembered": Variant(Rules(make_disk=ForgetfulMergeDisk)),
    "one signature over the head only": Variant(Rules(sign_every=10**9)),
    "rights judged by arrival time": Variant(Rules(make_disk=CourtDisk), rights_by_arrival, world=RightsWorld),
    "first-seen child as main line": Variant(Rules(make_disk=MainLineDisk)),
    "USB from the last packet sent": Variant(patched=packets_from_the_last_one_sent, life=troubled_life),
    "snapshot without ids": Variant(life=snapshot_without_ids),
    "verdicts not derived again": Variant(Rules(make_disk=CourtDisk), verdicts_once, world=RightsWorld),
}
