"""A PC that starts from a snapshot sees everything that is known, whatever part of the history is here; and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import pytest

from sync.errors import SyncError
from sync.journal.entry import Op, Verb, Write
from sync.journal.log import Leaf, Parcel
from sync.journal.memory_log import MemoryLog
from sync.journal.merge import EMPTY, RecordState
from sync.newcomer.base import Base, Place, overlaid
from sync.newcomer.snapshot import Decoder, Part, Start
from sync.newcomer.snapshot_making import compose
from tests.sync.world.builders import SCOPE, token
from tests.sync.world.office import Replica, ids, meet
from tests.sync.world.simulation import RECORDS, Violation, World, expected_heads

SEEDS = range(24)


@dataclass
class Shelf:
    """A log as the maker of a snapshot reads it."""

    log: MemoryLog

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        return self.log.leaves(scope)

    def lamport(self, scope: str) -> int:
        return max((parcel.entry.lam for parcel in self.log.parcels(scope).values()), default=0)

    def touches(self, scope: str) -> Iterable[tuple[str, Sequence[Place]]]:
        for name, parcel in self.log.parcels(scope).items():
            yield name, [(op.kind, op.record) for op in parcel.entry.ops]

    def states(self, scope: str, places: Sequence[Place]) -> Mapping[Place, RecordState]:
        return {place: self.log.states(scope)[place] for place in places}

    def load(self, scope: str, names: Sequence[str]) -> tuple[Parcel, ...]:
        return self.log.load(scope, names)


@dataclass
class Under:
    """What a PC keeps of a snapshot: enough to go on after a cut, and to show records."""

    names: list[str] = field(default_factory=list)
    bases: dict[Place, Base] = field(default_factory=dict)
    parcels: dict[str, Parcel] = field(default_factory=dict)
    start: Start | None = None
    position: int = 0
    complete: bool = False

    def take(self, data: bytes) -> None:
        """What arrived, from `position` on."""
        decoder = Decoder(SCOPE, lambda number: self.names[number], len(self.names), self.position)
        for piece in decoder.feed(data):
            if isinstance(piece, Start):
                self.start = piece
            else:
                self._keep(piece)
            self.position = decoder.position
        self.complete = decoder.complete

    def _keep(self, part: Part) -> None:
        self.names += [parcel.entry.id for parcel in part.parcels]
        self.parcels |= {parcel.entry.id: parcel for parcel in part.parcels}
        self.bases |= part.records

    def base_of(self, log: MemoryLog, place: Place) -> Base | None:
        return self.bases.get(place)

    def shown(self, log: MemoryLog, place: Place) -> RecordState:
        own = log.states(SCOPE).get(place, EMPTY)
        base = self.base_of(log, place)
        return own if base is None else overlaid(own, base, lambda name: name in log.parcels(SCOPE))


def snapshot(server: Replica, **bounds: int) -> bytes:
    return b"".join(compose(Shelf(server.log), SCOPE, **{"worth": 1, **bounds}))


def taken(data: bytes, make: type[Under] = Under) -> Under:
    under = make()
    under.take(data)
    return under


# -- a troubled office --------------------------------------------------------------------------------------------------


def newcomer_starts_from_a_snapshot(seed: int, make: type[Under] = Under) -> int:
    """It is compared at every step with what follows from all entries known to it; how often history was incomplete."""
    world = World(seed)
    server = world.replicas["server"]
    for _ in range(14):
        world.somebody_writes()
        world.somebody_syncs()
    known = dict(server.log.parcels(SCOPE))
    under = taken(snapshot(server), make)
    pc = world.replicas["newcomer"] = Replica("newcomer", world.rules.make_disk())
    pc.log.highest_lamport = under.start.lamport if under.start else 0
    partial = 0
    for _ in range(10):
        pc = world.replicas["newcomer"]
        _write_over_what_is_shown(world, pc, under)
        world.exchange(pc, world.replicas["server"], faulty=True)
        check_what_is_shown(pc, under, known)
        partial += not known.keys() <= pc.log.parcels(SCOPE).keys()
        world.somebody_writes()
        world.somebody_syncs()
    world.settle()
    world.check()
    check_what_is_shown(pc, under, known)
    assert all(under.shown(pc.log, place).heads == pc.log.states(SCOPE)[place].heads for place in under.bases)
    return partial


def check_what_is_shown(pc: Replica, under: Under, known: Mapping[str, Parcel]) -> None:
    """Everything covered by the snapshot or held: its heads, computed in the plainest way, are what is shown."""
    together = {**known, **pc.log.parcels(SCOPE)}
    expected = expected_heads([parcel.entry for parcel in together.values()])
    for place in under.bases:
        shown = {(*place, name): {head for head, _ in heads} for name, heads in under.shown(pc.log, place).heads.items()}
        if shown != {where: heads for where, heads in expected.items() if where[:2] == place}:
            raise Violation(f"{place} is shown as nobody left it")


def _write_over_what_is_shown(world: World, pc: Replica, under: Under) -> None:
    """A person works on what the snapshot shows, before the history is here."""
    record = world.random.choice(RECORDS)
    heads = under.shown(pc.log, ("dossier", record)).heads.get("note", ())
    replaced = tuple(name for name, _ in heads)
    pc.write(Op("dossier", record, Verb.SET, (Write("note", f"new {pc.written}", replaced),)), salt=("new", world.steps))


@pytest.mark.parametrize("group", range(3))
def test_a_new_pc_sees_what_is_known_at_every_moment(group: int) -> None:
    partial = sum(newcomer_starts_from_a_snapshot(seed) for seed in SEEDS[group::3])
    assert partial > len(SEEDS) // 6, "history was missing often enough to make the test worth something"


@pytest.mark.long
@pytest.mark.parametrize("group", range(10))
def test_so_do_thousands_of_new_pcs(group: int) -> None:
    for seed in range(24 + group, 1_500, 10):
        newcomer_starts_from_a_snapshot(seed)


@dataclass(frozen=True)
class NumberedBase(Base):
    """Knows how far its maker's journals reached, and not which entries it covers."""

    reach: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def covers(self, entry_id: str) -> bool:
        journal, n = self.numbers[entry_id]
        return n <= self.reach.get(journal, 0)


class WithoutIds(Under):
    """The program broken on purpose: a snapshot without the ids of the entries it covers."""

    def base_of(self, log: MemoryLog, place: Place) -> Base | None:
        base = super().base_of(log, place)
        if base is None:
            return None
        reach = {leaf.journal: leaf.n for leaf in (self.start.have if self.start else ())}
        numbers = {name: (parcel.entry.journal, parcel.entry.n) for name, parcel in log.parcels(SCOPE).items()}
        return NumberedBase(base.state, base.past, reach, numbers)


def a_clones_entry_arrives(make: type[Under]) -> None:
    """Too rare to wait for: a clone's entry, under a number the snapshot covers, comes to a PC that started from the snapshot."""
    server, pc1 = Replica("server"), Replica("pc1")
    pc1.edit("R1", "note", "before")
    clone = pc1.copy()
    clone.name = "clone"
    pc1.edit("R1", "note", "on the PC")
    pc1.edit("R1", "name", "later")
    meet(pc1, server)
    known = dict(server.log.parcels(SCOPE))
    under = taken(snapshot(server), make)
    clone.edit("R1", "note", "on the clone", salt="clone")
    meet(clone, server)
    pc = Replica("newcomer")
    meet(pc, server)
    check_what_is_shown(pc, under, known)
    assert len(under.shown(pc.log, ("dossier", "R1")).heads["note"]) == 2


def test_a_clones_entry_is_not_taken_for_covered() -> None:
    a_clones_entry_arrives(Under)


def test_a_snapshot_without_ids_is_caught() -> None:
    with pytest.raises(Violation):
        a_clones_entry_arrives(WithoutIds)


# -- bytes --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> Replica:
    """A server after a PC has written records and changed many of them often."""
    server, pc = Replica("server"), Replica("pc1")
    for number in range(900):
        pc.edit(
            f"R{number * 7 % 150}", ("name", "note", "state")[number % 3], f"Nguyễn Thị Ánh {number}", personal=not number % 3
        )
        if number % 60 == 59:
            pc.sign()
    meet(pc, server)
    return server


def test_it_shows_exactly_what_the_merged_state_shows(office: Replica) -> None:
    under = taken(snapshot(office))
    assert under.complete
    assert under.start == Start(SCOPE, office.log.leaves(SCOPE), office.log.highest_lamport)
    states = office.log.states(SCOPE)
    assert {place: dict(base.state.heads) for place, base in under.bases.items()} == {
        place: dict(state.heads) for place, state in states.items()
    }
    standing = {name for state in states.values() for heads in state.heads.values() for name, _ in heads}
    assert set(under.parcels) == standing
    assert all(under.parcels[name].ciphertext == office.log.parcels(SCOPE)[name].ciphertext for name in standing)


def test_a_cut_at_any_byte_goes_on_where_it_was(office: Replica) -> None:
    data = snapshot(office)
    under, steps = Under(), 0
    while not under.complete:
        under.take(data[under.position : under.position + steps * 977 % 20_000])
        steps += 1
        assert steps < 200
    assert steps > 2
    assert under.bases == taken(data).bases


def test_the_newest_records_come_first_and_no_more_than_is_worth_waiting_for(office: Replica) -> None:
    whole, some = taken(snapshot(office)), taken(snapshot(office, longest=5_000))
    assert some.complete
    assert 0 < len(some.bases) < len(whole.bases)
    newest = [parcel.entry.ops[0].record for parcel in list(office.log.parcels(SCOPE).values())[-50:]]
    assert {("dossier", record) for record in newest} <= some.bases.keys()


def test_a_short_history_needs_no_snapshot(office: Replica) -> None:
    assert snapshot(office, worth=901) == b""


def test_it_is_smaller_than_a_history_of_many_edits() -> None:
    server = Replica("server")
    for number in range(3_000):
        server.edit(f"R{number % 100}", "note", f"lần {number}: {token(number)}")
    server.sign()
    pc = Replica("pc")
    _, line = meet(pc, server)
    assert len(snapshot(server)) < line.down // 2


def test_rubbish_is_refused_by_number(office: Replica) -> None:
    data, random = snapshot(office), Random(5)
    for _ in range(100):
        wrong = bytearray(data)
        wrong[random.randrange(len(wrong))] ^= 1 << random.randrange(8)
        try:
            taken(bytes(wrong))
        except SyncError:
            continue
    for data in (b"x", b"QMSSP\0\0\0\0", b"QMSSH\xff\xff\xff\xff"):
        with pytest.raises(SyncError):
            taken(data)


def test_a_wrong_snapshot_changes_nothing_that_is_kept(office: Replica) -> None:
    """It may mislead while history is missing; what is held and sent follows from entries alone."""
    under = taken(snapshot(office))
    pc = Replica("pc2")
    place = next(iter(under.bases))
    forged = {"note": (("ab" * 32, 10**9),)}
    under.bases[place] = Base(RecordState(forged, {}, {}))
    replaced = tuple(name for name, _ in under.shown(pc.log, place).heads["note"])
    pc.write(Op(*place, Verb.SET, (Write("note", "written over it", replaced),)))
    server = office.copy()
    outcome, _ = meet(pc, server)
    assert outcome.equal
    assert ids(office.log) < ids(pc.log)
