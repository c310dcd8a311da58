"""A new PC is served the newest records first; what it shows then is what the province's merged state shows."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import insert, update

from sync.client.bootstrap import NAME
from sync.client.transport import judged
from sync.errors import AccessFault, ExchangeError, SyncError
from sync.joining import access
from sync.newcomer.base import Base, Place
from sync.newcomer.snapshot import Part, SnapshotRequest, Start
from sync.newcomer.underlay import Arrived
from sync.server.api import Bounds, make_app
from sync.server.province import Province
from sync.server.schema import ENTRIES, ERASED
from sync.server.snapshots import KEPT_MS, Snapshots
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.world.in_process import InProcess, Trouble
from tests.sync.world.offices import Pc

RECORDS = 300


class Kept:
    """An underlay in memory, which also remembers when it was settled."""

    def __init__(self) -> None:
        self.state: dict[str, Arrived] = {}
        self.starts: dict[str, Start] = {}
        self.names: dict[str, list[str]] = {}
        self.bases: dict[Place, Base] = {}
        self.pc: Pc | None = None

    def takes(self, scope: str) -> bool:
        return True

    def arrived(self, scope: str) -> Arrived | None:
        return self.state.get(scope)

    def begin(self, name: str, start: Start, position: int) -> None:
        self.state[start.scope] = Arrived(name, position, 0, False)
        self.starts[start.scope], self.names[start.scope] = start, []

    def entry_at(self, scope: str, number: int) -> str:
        return self.names[scope][number]

    def keep(self, scope: str, part: Part, position: int) -> None:
        self.names[scope] += [parcel.entry.id for parcel in part.parcels]
        self.bases |= part.records
        self.state[scope] = Arrived(self.state[scope].name, position, len(self.names[scope]), False)

    def end(self, scope: str, position: int) -> None:
        before = self.state[scope]
        self.state[scope] = Arrived(before.name, position, before.entries, True)

    def settle(self, scope: str) -> bool:
        start = self.starts.get(scope)
        if start is None or self.pc is None:
            return True
        if len(self.pc.log.held(scope, [leaf.id for leaf in start.have])) < len(start.have):
            return False
        del self.starts[scope], self.state[scope]
        return True


@pytest.fixture
def road(province: Province) -> InProcess:
    return InProcess(make_app(province, Bounds(snapshot_entries=100)))


@pytest.fixture
def filled(province: Province, clock: Clock, road: InProcess) -> Pc:
    writer = Pc("writer", clock, Entropy("writer"))
    writer.join(road, province.accounts.new_code("28756"))
    for number in range(RECORDS):
        writer.write(f"d{number}", state="received", p_name=f"Nguyễn Thị Ánh {number}", signed=number % 40 == 39)
    for number in range(0, RECORDS, 3):
        (head,) = writer.log.states(writer.credentials.scopes[2])["dossier", f"d{number}"].heads["state"]
        writer.write(f"d{number}", replaces=(head[0],), state="closed", signed=number % 30 == 0 or number > RECORDS - 4)
    assert writer.sync(road).equal
    return writer


def newcomer(province: Province, road: InProcess, clock: Clock, name: str = "new") -> tuple[Pc, Kept]:
    pc, kept = Pc(name, clock, Entropy(name)), Kept()
    pc.join(road, province.accounts.new_code("28756"))
    kept.pc = pc
    return pc, kept


def test_a_new_pc_gets_the_records_as_they_stand_and_then_the_history(
    province: Province, road: InProcess, filled: Pc, clock: Clock
) -> None:
    pc, kept = newcomer(province, road, clock)
    rounds = pc.rounds(road)
    rounds.underlay = kept
    assert rounds.run().equal
    scope = pc.credentials.scopes[2]
    assert {place: dict(base.state.heads) for place, base in kept.bases.items()} == {
        place: dict(state.heads) for place, state in filled.log.states(scope).items()
    }
    assert kept.starts[scope].have == filled.log.leaves(scope)
    assert kept.state.keys() == {scope}, "short histories need no snapshot"
    assert rounds.run().equal
    assert kept.state == {}, "what the history has made superfluous is dropped"
    before = road.traffic.requests
    assert rounds.run().equal
    assert road.traffic.requests == before + 1, "a PC with history does not ask again"


def test_a_cut_snapshot_goes_on_where_it_was(province: Province, road: InProcess, filled: Pc, clock: Clock) -> None:
    pc, kept = newcomer(province, road, clock)
    rounds = pc.rounds(road)
    rounds.underlay = kept
    whole = Snapshots(province.database, clock, 100).of(pc.credentials.scopes[2]).content
    road.troubles = [Trouble(), Trouble(), Trouble(cut_answer=len(whole) - 2_000)]
    before = road.traffic.bytes_down
    assert rounds.run().equal
    assert len(kept.bases) == RECORDS
    history = road.traffic.bytes_down - before
    assert history < 4 * len(whole)


def test_another_units_snapshot_is_refused(province: Province, road: InProcess, filled: Pc, clock: Clock) -> None:
    stranger = Pc("stranger", clock, Entropy("stranger"))
    stranger.join(road, province.accounts.new_code("28777"))
    with pytest.raises(SyncError) as caught:
        asked(stranger, road, SnapshotRequest(filled.credentials.scopes[2]))
    assert caught.value.code == ExchangeError.SCOPE_REFUSED
    with pytest.raises(SyncError) as caught:
        asked(stranger, road, SnapshotRequest(stranger.credentials.scopes[2]), tampered=b" ")
    assert caught.value.code == AccessFault.BODY_CHANGED
    _, name, content = asked(stranger, road, SnapshotRequest(stranger.credentials.scopes[2]))
    assert (name, content) == ("", b"")


def test_no_personal_value_is_in_a_snapshot_in_clear(province: Province, road: InProcess, filled: Pc, clock: Clock) -> None:
    _, _, content = asked(filled, road, SnapshotRequest(filled.credentials.scopes[2]))
    assert "Nguyễn".encode() not in content
    assert len(content) > 10_000


def test_a_snapshot_is_made_once_for_some_hours(province: Province, filled: Pc, clock: Clock) -> None:
    snapshots, scope = Snapshots(province.database, clock, 100), filled.credentials.scopes[2]
    first = snapshots.of(scope)
    filled.write("late", state="received")
    assert snapshots.of(scope) is first
    clock.now += KEPT_MS + 1
    assert snapshots.of(scope, first.name) is first, "whoever is in the middle of it can finish it"
    assert snapshots.of(scope) is not first


def test_a_snapshot_made_before_an_erasure_is_made_again(province: Province, filled: Pc, clock: Clock) -> None:
    snapshots, scope = Snapshots(province.database, clock, 100), filled.credentials.scopes[2]
    before = snapshots.of(scope)
    named = next(iter(filled.log.parcels(scope)))
    with province.database.writing() as connection:
        entry = bytes.fromhex(named)
        connection.execute(insert(ERASED).values(scope=scope, id=entry, record="order"))
        connection.execute(update(ENTRIES).where(ENTRIES.c.scope == scope).values(sealed=None))
    assert snapshots.of(scope, before.name).name != before.name


def test_without_the_road_for_snapshots_the_history_comes_all_the_same(
    province: Province, road: InProcess, filled: Pc, clock: Clock
) -> None:
    pc, kept = newcomer(province, road, clock)

    class Old(InProcess):
        """A server of an older program."""

        def ask(self, verb: str, path: str, *rest: object) -> object:  # type: ignore[override]
            return super().ask(verb, "/nothing" if path == "/snapshot" else path, *rest)  # type: ignore[arg-type]

    old = Old(road._app)
    rounds = pc.rounds(old)  # type: ignore[arg-type]
    rounds.underlay = kept
    assert rounds.run().equal
    assert pc.log.leaves(pc.credentials.scopes[2]) == filled.log.leaves(pc.credentials.scopes[2])


def asked(pc: Pc, road: InProcess, request: SnapshotRequest, tampered: bytes = b"") -> tuple[int, str, bytes]:
    body = msgspec.json.encode(request)
    claim = access.sign(pc.applicant.sign_private, pc.credentials.server, pc.credentials.replica, pc.clock(), pc.entropy(9), body)
    answer = judged(road.ask("POST", "/snapshot", body + tampered, {"Authorization": claim.header()}))
    return answer.status, answer.headers.get(NAME, ""), b"".join(answer.chunks)
