"""Attachments go beside the entries: in small pieces, resumed wherever the line broke, and never before a dossier."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms_desktop.demo_proxy import BadLine, Line
from sync.client.agent import Agent, State, Status
from sync.client.carrier import Caller, Carrier
from sync.client.http import Road
from sync.client.schedule import Rhythm
from sync.client.transport import Answer
from sync.errors import BlobFault, SyncError, TransportFault
from sync.files.blobs import CHUNK, FIRST_PIECE
from sync.files.shelf import Shelf
from sync.server.api import make_app
from sync.server.province import Province
from sync.server.serve import Running
from tests.sync.client.conftest import ONCE, UNIT
from tests.sync.client.freight import (
    PATIENCE_S,
    Desk,
    Holder,
    MakeDesk,
    Recorded,
    made_desk,
    through,
)
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.world.in_process import Trouble
from tests.sync.world.offices import Pc


@pytest.fixture
def desk(province: Province, clock: Clock, tmp_path: Path) -> MakeDesk:
    app = make_app(province)

    def make(name: str) -> Desk:
        return made_desk(province, app, clock, tmp_path / name, name)

    return make


def test_what_one_pc_attached_the_next_one_gets_whole_small_files_first(desk: MakeDesk) -> None:
    one, two = desk("one"), desk("two")
    large, small = one.hold.scan(700_000, "l"), one.hold.scan(20_000, "s")
    through(one)
    assert small.name in one.recorded.files()[0][1]
    two.hold.wanted = [large, small]
    through(two)
    assert two.hold.came == [small.name, large.name]
    assert b"".join(two.hold.shelf.chunks(large.name)) == b"".join(one.hold.shelf.chunks(large.name))


def test_what_is_through_is_not_sent_again_and_an_idle_pc_asks_nothing(desk: MakeDesk) -> None:
    one = desk("one")
    one.hold.scan(300_000)
    through(one)
    asked = len(one.recorded.asked)
    assert through(one) == 0
    assert len(one.recorded.asked) == asked


def test_two_pcs_that_attach_the_same_file_send_it_once(desk: MakeDesk) -> None:
    one, two = desk("one"), desk("two")
    assert one.hold.scan(300_000) == two.hold.scan(300_000)
    through(one)
    through(two)
    assert two.recorded.files() == []


def test_a_file_that_nobody_has_brought_yet_is_asked_for_later(desk: MakeDesk, clock: Clock) -> None:
    one, two = desk("one"), desk("two")
    blob = one.hold.scan(30_000)
    two.hold.wanted = [blob]
    through(two)
    assert two.recorded.files() == []
    through(one)
    assert not two.carrier.step()
    clock.now += 6 * 60_000
    through(two)
    assert two.hold.came == [blob.name]


def test_a_server_put_back_from_an_old_copy_is_filled_again(desk: MakeDesk, province: Province, clock: Clock) -> None:
    one = desk("one")
    blob = one.hold.scan(30_000)
    through(one)
    province.blobs.erase(UNIT, "dossiers", [blob.name])
    clock.now += 25 * 3600_000
    through(one)
    assert province.blobs.shelf_for(UNIT, "dossiers").size(blob.name) == blob.size


def test_the_daily_budget_and_the_metered_switch_stop_files(desk: MakeDesk) -> None:
    one = desk("one")
    one.hold.scan(700_000)
    one.hold.metered = True
    assert not one.carrier.step()
    assert one.recorded.asked == []
    one.hold.metered, one.hold.daily = False, 200_000
    through(one)
    assert 100_000 < one.hold.spent <= 200_000
    one.hold.spent = 0
    through(one)
    assert one.hold.spent <= 200_000
    one.hold.daily = 0
    through(one)
    assert sum(length for _verb, _path, length in one.recorded.files()) == one.hold.wanted[0].size


def test_on_a_line_of_256_kbit_no_request_of_a_20_mb_scan_lasts_longer_than_two_seconds(desk: MakeDesk) -> None:
    one = desk("one")
    blob = one.hold.scan(20_000_000)
    through(one)
    lengths = [length for _verb, _path, length in one.recorded.files()]
    assert sum(lengths) == blob.size
    assert max(lengths) <= FIRST_PIECE
    assert len(one.recorded.asked) - len(lengths) == 1


def test_a_wrong_chunk_is_refused_and_fetched_again(desk: MakeDesk, province: Province, clock: Clock) -> None:
    one, two = desk("one"), desk("two")
    blob = one.hold.scan(600_000)
    through(one)
    [file] = list(province.blobs.shelf_for(UNIT, "dossiers").whole.root.rglob(blob.name))  # type: ignore[attr-defined]
    good = file.read_bytes()
    file.write_bytes(good[: CHUNK + 5] + b"!" + good[CHUNK + 6 :])
    two.hold.wanted = [blob]
    through(two)
    assert two.hold.came == []
    assert two.hold.shelf.held(blob.name) == CHUNK
    file.write_bytes(good)
    clock.now += 6 * 60_000
    through(two)
    assert two.hold.came == [blob.name]


def test_a_file_that_changed_on_this_disk_is_found_by_the_server(desk: MakeDesk) -> None:
    one = desk("one")
    blob = one.hold.scan(30_000)
    [file] = one.hold.shelf.whole.root.rglob(blob.name)  # type: ignore[attr-defined]
    file.write_bytes(b"!" + file.read_bytes()[1:])
    for _ in range(3):
        one.carrier.step()
    assert blob.name in one.hold.spoiled_names


def test_a_refused_file_does_not_stop_the_others(desk: MakeDesk, monkeypatch: pytest.MonkeyPatch, province: Province) -> None:
    one = desk("one")
    small, large = one.hold.scan(30_000, "s"), one.hold.scan(50_000, "l")
    take = province.blobs.take

    def picky(*given: object) -> int:
        if small.name in given:
            raise BlobFault(BlobFault.NO_ROOM, "full")
        return take(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(province.blobs, "take", picky)
    through(one)
    shelf = province.blobs.shelf_for(UNIT, "dossiers")
    assert (shelf.size(small.name), shelf.size(large.name)) == (None, large.size)


TROUBLES = st.builds(
    Trouble,
    lose_request=st.booleans(),
    lose_answer=st.booleans(),
    repeat=st.booleans(),
    cut_request=st.none() | st.integers(0, 70_000),
    cut_answer=st.none() | st.integers(0, 70_000),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Province, Path]]:
    """One province for many examples; each brings PCs and a file of its own."""
    folder = tmp_path_factory.mktemp("carried")
    province = Province.init(folder / "server", clock=Clock(), entropy=Entropy())
    province.publish("unit.import", unit_puts())
    yield province, folder
    province.close()


@settings(max_examples=25)
@given(troubles=st.lists(TROUBLES, max_size=12), restarts=st.sets(st.integers(0, 40), max_size=5))
def test_files_come_through_any_trouble_at_any_byte_and_any_restart(
    world: tuple[Province, Path], troubles: list[Trouble], restarts: set[int]
) -> None:
    province, root = world
    folder, clock, app = Path(mkdtemp(dir=root)), Clock(), make_app(province)
    desks = [made_desk(province, app, clock, folder / name, f"{name}{folder.name}") for name in ("one", "two")]
    blob = desks[0].hold.scan(300_000, folder.name)
    desks[1].hold.wanted = [blob]
    for number, each in enumerate(desks):
        each.road.troubles = troubles[number::2]
        for step in range(200):
            if step in restarts:
                each.carrier = Carrier(each.hold, each.carrier.caller)
                each.hold.shelf = Shelf(each.hold.shelf.whole.root)  # type: ignore[attr-defined]
            try:
                if not each.carrier.step():
                    break
            except SyncError:
                clock.now += 1
    assert b"".join(desks[1].hold.shelf.chunks(blob.name)) == b"".join(desks[0].hold.shelf.chunks(blob.name))


@pytest.fixture
def line(running: Running) -> Iterator[BadLine]:
    with BadLine(running.url, Line(rate=4_000_000)) as made:
        yield made


def test_a_waiting_entry_goes_before_the_rest_of_a_20_mb_scan(
    province: Province, clock: Clock, tmp_path: Path, line: BadLine
) -> None:
    """After an entry was written, at most the one piece under way still moves before it, counted in requests on a bad line."""
    road = Road(line.url, ONCE)
    pc = Pc("one", clock, Entropy("one"))
    pc.join(road, province.accounts.new_code(UNIT))
    recorded, hold = Recorded(road), Holder(Shelf(tmp_path / "one"))
    blob = hold.scan(20_000_000)
    carrier = Carrier(hold, Caller(recorded, pc.credentials, pc.applicant.sign_private, clock, pc.entropy))
    agent = Agent(pc.rounds(recorded), clock=clock, chance=lambda: 0.5, rhythm=Rhythm(settle=0, every=10**9), carry=carrier.step)
    watch = _Watch(agent, recorded)
    agent.start()
    try:
        for number in range(3):
            watch.until(lambda _status, n=number: len(recorded.files()) > 10 * (n + 1))  # type: ignore[misc]
            pc.write(f"dossier-{number}", state="received")
            began = len(recorded.asked)
            agent.changed()
            watch.until(lambda status: status.state is State.UP_TO_DATE and agent_sent(recorded, began))  # noqa: B023
            since = [verb for verb, _path, _length in recorded.asked[began:]]
            assert since.index("POST") <= 1
    finally:
        agent.stop()
        road.close()
    assert sum(length for verb, _path, length in recorded.asked if verb == "PUT") < blob.size
    assert len(province.log.leaves(pc.credentials.scopes[2])) == 1
    assert province.log.leaves(pc.credentials.scopes[2])[0].n == 3


def test_a_line_cut_every_60_kb_lets_the_scan_through(province: Province, clock: Clock, tmp_path: Path, line: BadLine) -> None:
    road = Road(line.url, ONCE)
    pc = Pc("one", clock, Entropy("one"))
    pc.join(road, province.accounts.new_code(UNIT))
    line.change(cut_up=60_000)
    hold = Holder(Shelf(tmp_path / "one"))
    blob = hold.scan(1_000_000)
    carrier = Carrier(hold, Caller(road, pc.credentials, pc.applicant.sign_private, clock, pc.entropy))
    for _ in range(200):
        try:
            if not carrier.step():
                break
        except TransportFault:
            continue
    road.close()
    assert province.blobs.shelf_for(UNIT, "dossiers").size(blob.name) == blob.size
    assert line.meter.up < 2 * blob.size


def agent_sent(recorded: Recorded, began: int) -> bool:
    return any(verb == "POST" for verb, _path, _length in recorded.asked[began:])


class _Watch:
    """Waits, with a bound, until something holds; looked at whenever the agent says or asks something."""

    def __init__(self, agent: Agent, recorded: Recorded) -> None:
        self._news = threading.Condition()
        self._agent = agent
        agent.subscribe(self._hear)
        asked = recorded.ask

        def ask(*given: object, **named: object) -> Answer:
            with self._news:
                self._news.notify_all()
            return asked(*given, **named)  # type: ignore[arg-type]

        recorded.ask = ask  # type: ignore[method-assign]

    def _hear(self, _status: Status) -> None:
        with self._news:
            self._news.notify_all()

    def until(self, wanted: Callable[[Status], bool]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: wanted(self._agent.status()), PATIENCE_S), self._agent.status()


_KILLED = """
import os, sys
from pathlib import Path
from sync.files import shelf
from tests.sync.client.conftest import ONCE
from tests.sync.client.freight import Holder
from sync.files.blobs import Blob
from sync.client.carrier import Caller, Carrier
from sync.client.http import Road
from tests.sync.world.offices import Pc
from tests.sync.server.conftest import Clock, Entropy

folder, url, code, name, size, left = sys.argv[1:]
pc = Pc("two", Clock(), Entropy("two"))
road = Road(url, ONCE)
pc.join(road, code)
appending = shelf.Shelf.append
def append(self, *given, **named):
    global left
    left = int(left) - 1
    result = appending(self, *given, **named)
    if left == 0:
        os.kill(os.getpid(), 9)
    return result
shelf.Shelf.append = append
hold = Holder(shelf.Shelf(Path(folder)), [Blob(name, int(size))])
carrier = Carrier(hold, Caller(road, pc.credentials, pc.applicant.sign_private, pc.clock, pc.entropy))
while carrier.step():
    pass
"""


def test_a_pc_killed_while_it_fetches_goes_on_where_it_was(
    province: Province, running: Running, clock: Clock, tmp_path: Path, desk: MakeDesk
) -> None:
    one = desk("one")
    blob = one.hold.scan(1_000_000)
    through(one)
    code = province.accounts.new_code(UNIT)
    given = [str(tmp_path / "two"), running.url, code, blob.name, str(blob.size)]
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, *given, "5"], check=False, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    assert ended.returncode == -9
    before = Shelf(tmp_path / "two").held(blob.name)
    assert 0 < before < blob.size
    again = made_desk(province, make_app(province), clock, tmp_path / "two", "other")
    again.hold.wanted = [blob]
    through(again)
    assert again.hold.came == [blob.name]
    assert again.road.traffic.bytes_down < blob.size - before + 20_000
