"""Hundreds of troubled lives, and the same harness must catch every way to break the program."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.conftest import LIVES
from tests.sync.world.builders import SCOPE
from tests.sync.world.rights_world import RightsWorld
from tests.sync.world.simulation import Rules, Violation, World
from tests.sync.world.variants import VARIANTS
from tests.sync.world.whole_world import WholeWorld

GROUPS = 10
SEEDS = range(300)
MANY_SEEDS = range(300, 30_000)
# 143: a server put back meets its own verdict again, and then what had replaced the value that it brought back
RIGHTS_SEEDS = (*range(60), 143)
MANY_RIGHTS_SEEDS = range(60, 3_000)
WHOLE_SEEDS = range(45)
MANY_WHOLE_SEEDS = range(45, 2_000)
PATIENCE = 150
Say = Callable[[str, object], None]


def live(seed: int, kind: type[World] = World) -> World:
    world = kind(seed)
    try:
        world.run()
    except Violation as broken:
        raise AssertionError(f"seed {seed}: {broken}") from broken
    return world


@pytest.mark.parametrize("group", range(GROUPS))
def test_no_trouble_loses_doubles_or_hides_anything(group: int, record_property: Say) -> None:
    faults: Counter[str] = Counter()
    for seed in SEEDS[group::GROUPS]:
        faults += live(seed).faults
    record_property(LIVES, len(SEEDS[group::GROUPS]))
    expected = {"lost", "cut", "answer lost", "answer cut", "repeated", "reordered", "restored", "cloned"}
    assert expected <= faults.keys(), "the troubles that make the test worth something did happen"


@pytest.mark.parametrize("group", range(3))
def test_what_stands_is_in_force_whatever_becomes_of_rights_and_pcs(group: int) -> None:
    faults: Counter[str] = Counter()
    for seed in RIGHTS_SEEDS[group::3]:
        faults += live(seed, RightsWorld).faults
    assert {"revoked", "wiped", "ended", "cut"} <= faults.keys()


@pytest.mark.parametrize("group", range(3))
def test_it_is_so_with_sticks_rebuilt_servers_two_programs_and_jumping_clocks(group: int) -> None:
    faults: Counter[str] = Counter()
    for seed in WHOLE_SEEDS[group::3]:
        faults += live(seed, WholeWorld).faults
    assert {"stick", "rebuilt", "clock", "renewed", "revoked", "cloned", "cut"} <= faults.keys()


@pytest.mark.long
@pytest.mark.parametrize("group", range(20))
def test_it_is_so_in_thousands_of_whole_lives(group: int) -> None:
    for seed in MANY_WHOLE_SEEDS[group::20]:
        live(seed, WholeWorld)


@pytest.mark.long
@pytest.mark.parametrize("group", range(20))
def test_it_is_so_in_thousands_of_lives_with_rights(group: int) -> None:
    for seed in MANY_RIGHTS_SEEDS[group::20]:
        live(seed, RightsWorld)


@pytest.mark.long
@pytest.mark.parametrize("group", range(100))
def test_no_trouble_does_so_in_thousands_of_lives(group: int, record_property: Say) -> None:
    for seed in MANY_SEEDS[group::100]:
        live(seed)
    record_property(LIVES, len(MANY_SEEDS[group::100]))


@pytest.mark.parametrize("name", VARIANTS)
def test_a_program_without_this_rule_is_caught(name: str) -> None:
    variant = VARIANTS[name]
    with variant.patched():
        for seed in range(variant.first_seed, variant.first_seed + PATIENCE):
            try:
                variant.live(seed)
            except (AssertionError, LookupError):
                return
    pytest.fail(f"{PATIENCE} seeds did not notice: {name}")


def written_while_the_clone_is_noticed(rules: Rules) -> World:
    """Too rare to wait for: an action falls between the hand-over and the moment a PC learns that it was cloned."""
    world = World(1, rules)
    server, pc = world.replicas["server"], world.replicas["pc1"]
    pc.edit("R1", "note", "before")
    world.exchange(pc, server, faulty=False)
    clone = pc.copy()
    clone.name = "clone"
    world.replicas["clone"] = clone
    clone.edit("R1", "note", "on the clone", salt="clone")
    world.exchange(clone, server, faulty=False)
    pc.sign()
    session = world._session(pc, server.name)
    body = session.say()
    late = pc.edit("R2", "note", "meanwhile")
    served = world._session(server, pc.name)
    served.hear(body)
    session.hear(served.say())
    world._conclude(session, pc)
    assert pc.journal != late.journal
    world.settle()
    return world


def test_what_is_written_while_a_clone_is_noticed_is_not_lost() -> None:
    world = written_while_the_clone_is_noticed(Rules())
    world.check()
    assert all(len(replica.log.parcels(SCOPE)) == 3 for replica in world.replicas.values())
    with pytest.raises(Violation):
        written_while_the_clone_is_noticed(Rules(sign_before_new_id=False)).check()


def test_one_seed_is_one_run() -> None:
    one, two = live(7), live(7)
    assert one.faults == two.faults
    assert [body for _, _, body in one.posted] == [body for _, _, body in two.posted]
