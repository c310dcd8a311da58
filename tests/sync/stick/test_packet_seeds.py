"""Sticks that are lost, copied, read twice, late and in any order, disks put back and cloned: at the end all hold the same."""

from __future__ import annotations

from random import Random

import pytest

from tests.sync.stick.test_packet import QMS, SCOPES, packet, take
from tests.sync.world.builders import SCOPE
from tests.sync.world.office import Replica, ids, meet

STEPS = 60


class World:
    """Three PCs and a server that meet by stick, and sometimes over a line."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.replicas = [Replica(name) for name in ("server", "pc1", "pc2", "pc3")]
        self.sticks: list[tuple[int, bytes]] = []
        self.backups: list[tuple[int, Replica]] = []
        self.count = 0

    def step(self) -> None:
        action = self.chance.choices(
            (self.write, self.pack, self.read, self.line, self.back_up, self.restore), (8, 6, 6, 1, 1, 1)
        )[0]
        action()

    def write(self) -> None:
        replica = self.chance.choice(self.replicas)
        self.count += 1
        scope = self.chance.choice(SCOPES)
        record = self.chance.choice(("R1", "R2"))
        replica.edit(record, "note", f"{self.count}", scope=scope, salt=self.count)

    def pack(self) -> None:
        source, *others = self.chance.sample(range(len(self.replicas)), self.chance.choice((2, 2, 3)))
        self.count += 1
        self.sticks.append((others[0], packet(self.replicas[source], *(self.replicas[to] for to in others), seed=self.count)))

    def read(self) -> None:
        """Any stick, perhaps for the second time."""
        if self.sticks:
            to, data = self.chance.choice(self.sticks)
            take(self.replicas[to], data)

    def line(self) -> None:
        meet(self.replicas[self.chance.randrange(1, 4)], self.replicas[0], SCOPES)

    def back_up(self) -> None:
        place = self.chance.randrange(len(self.replicas))
        self.backups.append((place, self.replicas[place].copy()))

    def restore(self) -> None:
        """The disk is put back; what it had written is known only to those it had met. It goes on under its old name."""
        if self.backups:
            place, old = self.chance.choice(self.backups)
            self.replicas[place] = old.copy()

    def settle(self) -> None:
        """Sticks go round once more than the longest way, each answered."""
        server = self.replicas[0]
        for turn in range(6):
            for pc in self.replicas[1:]:
                take(server, packet(pc, server, seed=("settle", turn, 1)))
                take(pc, packet(server, pc, seed=("settle", turn, 2)))


def troubled_life(seed: int) -> None:
    """At the end all hold the same, and nobody lost what another holds."""
    world = World(seed)
    for _ in range(STEPS):
        world.step()
    known = {scope: set.union(*(ids(replica.log, scope) for replica in world.replicas)) for scope in SCOPES}
    world.settle()
    for scope in (SCOPE, QMS):
        assert known[scope] == ids(world.replicas[0].log, scope)
        for replica in world.replicas:
            assert ids(replica.log, scope) == known[scope]
            assert replica.log.states(scope) == world.replicas[0].log.states(scope)


@pytest.mark.parametrize("seed", range(40))
def test_all_hold_the_same_and_nobody_lost_what_another_holds(seed: int) -> None:
    troubled_life(seed)
