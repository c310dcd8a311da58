"""A PC that starts from nothing: it gets everything over bad lines, keeps what it wrote before, and is cut at any byte."""

from collections import Counter

import pytest

from sync.exchange.session import Limits
from sync.wire.messages import Page
from sync.wire.pages import PageReader, encode_page
from tests.sync.world.builders import SCOPE
from tests.sync.world.office import Replica, ids, meet
from tests.sync.world.simulation import QMS, World

SEEDS = range(24)
MANY_SEEDS = range(24, 2_000)
GROUPS = 4
RECORDS = 900


def newcomer_joins(seed: int) -> World:
    """A troubled office, a new PC in the middle of it that writes at once, its disk put back to the half of its start."""
    world = World(seed)
    server = world.replicas["server"]
    for _ in range(12):
        world.somebody_writes()
        world.somebody_syncs()
    pc = world.replicas["newcomer"] = Replica("newcomer", world.rules.make_disk())
    if world.random.random() < 0.5:
        world.act(pc, world.random.choice([SCOPE, QMS]))
    for _ in range(8):
        world.exchange(world.replicas["newcomer"], server, faulty=True)
        if world.random.random() < 0.3:
            world.backups.append(world.replicas["newcomer"].copy())
        world.somebody_writes()
        if world.random.random() < 0.2:
            world.a_disk_is_restored()
    world.settle()
    world.check()
    return world


def newcomers(seeds: range) -> Counter[str]:
    """The troubles they met; each ended with everything."""
    faults: Counter[str] = Counter()
    for seed in seeds:
        world = newcomer_joins(seed)
        faults += world.faults
        assert ids(world.replicas["newcomer"].log) == ids(world.replicas["server"].log), f"seed {seed}"
    return faults


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_new_pc_in_a_troubled_office_ends_with_everything_and_loses_nothing(group: int) -> None:
    assert {"lost", "cut", "answer cut"} <= newcomers(SEEDS[group::GROUPS]).keys()


@pytest.mark.long
@pytest.mark.parametrize("group", range(20))
def test_so_do_new_pcs_in_thousands_of_offices(group: int) -> None:
    newcomers(MANY_SEEDS[group::20])


@pytest.fixture(scope="module")
def office() -> Replica:
    """A server's log after a PC has written many records."""
    server, pc = Replica("server"), Replica("pc1")
    for number in range(RECORDS):
        pc.edit(f"R{number}", "name", f"Nguyễn Thị Ánh {number * 7919 % 1000}", personal=number % 3 == 0)
        if number % 60 == 59:
            pc.sign()
    meet(pc, server)
    return server


def test_what_came_before_a_cut_stays_and_is_not_sent_again(office: Replica) -> None:
    limits = Limits(frame=3_000)
    whole = _answer(office, Replica("whole"), limits)
    pc = Replica("pc2")
    _take(pc, whole[: len(whole) // 2], limits)
    held = len(ids(pc.log))
    assert 0 < held < RECORDS
    rest = _answer(office, pc, limits)
    assert len(whole) // 2 + len(rest) < len(whole) + 2 * limits.frame
    _take(pc, rest, limits)
    assert ids(pc.log) == ids(office.log)
    assert pc.log.state_digest(SCOPE) == office.log.state_digest(SCOPE)


def test_a_cut_at_any_byte_is_only_a_delay(office: Replica) -> None:
    limits = Limits(frame=2_000, page=9_000)
    pc, step = Replica("pc2"), 0
    while ids(pc.log) != ids(office.log):
        step += 1
        assert step < 200
        answer = _answer(office, pc, limits)
        _take(pc, answer[: 2_500 + step * 977 % 7_000], limits)
    outcome, line = meet(pc, office, limits=limits)
    assert outcome.equal
    assert line.requests == 1


def test_an_office_comes_in_two_requests_and_frames_nearly_full(office: Replica) -> None:
    limits = Limits(frame=3_000, page=60_000)
    pc = Replica("pc2")
    session = pc.session("server", limits=limits)
    served = office.session("pc2", limits=limits)
    served.hear(session.say())
    frames = served.say().frames
    outcome, line = meet(pc, office, limits=limits)
    assert outcome.equal
    assert line.requests <= 2
    assert all(len(frame) <= limits.frame for frame in frames)
    assert sum(len(frame) > limits.frame // 2 for frame in frames) > len(frames) * 2 // 3


def test_what_a_new_pc_wrote_before_it_first_met_the_office_goes_over_too(office: Replica) -> None:
    pc, server = Replica("pc2"), office.copy()
    mine = pc.edit("R7", "name", "written alone")
    outcome, _ = meet(pc, server)
    assert outcome.equal
    assert mine.id in ids(server.log)
    assert len(server.log.states(SCOPE)["dossier", "R7"].heads["name"]) == 2


def _answer(server: Replica, pc: Replica, limits: Limits) -> bytes:
    """The server's answer to the greeting of a PC."""
    served = server.session(pc.name, limits=limits)
    served.hear(pc.session("server", limits=limits).say())
    return encode_page(served.say())


def _take(pc: Replica, data: bytes, limits: Limits) -> None:
    """What arrived of an answer, in a session that had greeted."""
    session = pc.session("server", limits=limits)
    session.say()
    for piece in PageReader().feed(data):
        session.hear(piece) if isinstance(piece, Page) else session.take(piece)
