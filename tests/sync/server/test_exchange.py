"""PCs and the province in one process: everyone ends with the same, whatever the road does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import MetaData, create_engine

from sync.client.rounds import SyncResult
from sync.errors import AccessFault, ExchangeError, TransportFault
from sync.joining import access
from sync.server.api import make_app
from sync.server.database import address_of
from sync.server.province import Province
from sync.server.verify import verify
from sync.wire.pages import MAGIC
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.world.in_process import InProcess, Trouble
from tests.sync.world.offices import Pc

UNIT = "28756"
DOSSIERS = f"unit/{UNIT}/dossiers"


@pytest.fixture
def road(province: Province) -> InProcess:
    return InProcess(make_app(province, chance=lambda: 0.5))


@pytest.fixture
def pcs(province: Province, road: InProcess, clock: Clock) -> list[Pc]:
    made = [Pc(name, clock, Entropy(name)) for name in ("one", "two")]
    for pc in made:
        pc.join(road, province.accounts.new_code(UNIT))
    return made


def until_equal(pc: Pc, road: InProcess) -> SyncResult:
    """Sync again after each fault of the road, as the agent does."""
    for _ in range(10):
        try:
            return pc.sync(road)
        except TransportFault:
            continue
    raise AssertionError("never came through")


def test_two_pcs_and_the_province_converge(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    one, two = pcs
    for number in range(30):
        one.write(f"d{number}", state="received", p_name=f"Nguyễn Văn {number}")
        two.write(f"e{number}", state="received", p_name=f"Trần Thị {number}")
    results = [pc.sync(road) for pc in (one, two, one)]
    assert all(result.equal for result in results)
    assert results[1].digests == results[2].digests
    assert format(province.log.state_digest(DOSSIERS), "064x") == results[2].digests[DOSSIERS]
    assert results[2].received == 30
    assert verify(province) == []


def test_nothing_to_do_is_one_request(road: InProcess, pcs: list[Pc]) -> None:
    pcs[0].write("d1", state="received")
    pcs[0].sync(road)
    result = pcs[0].sync(road)
    assert (result.requests, result.sent, result.received, result.equal) == (1, 0, 0, True)


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(lose_request=True),
        Trouble(lose_answer=True),
        Trouble(cut_request=10),
        Trouble(cut_request=30_000),
        Trouble(cut_answer=5),
        Trouble(cut_answer=2_000),
    ],
)
def test_whatever_the_road_does_the_next_round_goes_on(
    province: Province, road: InProcess, pcs: list[Pc], trouble: Trouble
) -> None:
    one, two = pcs
    for number in range(300):
        one.write(f"d{number}", state="received", p_name=f"Nguyễn Văn {number}")
    road.troubles = [trouble, Trouble(), trouble]
    until_equal(one, road)
    road.troubles = [trouble, Trouble(), trouble]
    until_equal(two, road)
    assert until_equal(one, road).digests == until_equal(two, road).digests
    assert len(province.log.held(DOSSIERS, list(one.log.parcels(DOSSIERS)))) == 300
    assert verify(province) == []


def test_a_cut_push_keeps_the_frames_that_arrived(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    one = pcs[0]
    one.sync(road)
    for number in range(600):
        one.write(f"d{number}", state="received", p_name=f"Nguyễn Văn {number}")
    road.troubles = [Trouble(), Trouble(cut_request=60_000)]
    with pytest.raises(TransportFault):
        one.sync(road)
    arrived = len(province.log.held(DOSSIERS, list(one.log.parcels(DOSSIERS))))
    assert 100 < arrived < 600
    result = one.sync(road)
    assert result.equal
    assert verify(province) == []


def test_behind_a_proxy_that_collects_whole_requests_less_is_sent_at_once(
    province: Province, road: InProcess, pcs: list[Pc]
) -> None:
    """A page longer than what the line bears would never arrive, however often it were repeated."""
    for number in range(600):
        pcs[0].write(f"d{number}", state="received", p_name=f"Nguyễn Văn {number}")
    road.longest = 20_000
    result = pcs[0].sync(road)
    assert result.equal
    assert result.requests < 20
    assert verify(province) == []


def test_a_line_that_bears_nothing_is_given_up(road: InProcess, pcs: list[Pc]) -> None:
    for number in range(600):
        pcs[0].write(f"d{number}", state="received", p_name=f"Nguyễn Văn {number}")
    road.longest = 5_000
    with pytest.raises(TransportFault):
        pcs[0].sync(road)
    assert road.traffic.requests < 20


def test_a_repeated_request_is_refused_and_changes_nothing(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    pcs[0].write("d1", state="received")
    road.troubles = [Trouble(repeat=True)]
    with pytest.raises(AccessFault) as caught:
        pcs[0].sync(road)
    assert caught.value.code == AccessFault.REPLAYED
    assert pcs[0].sync(road).equal
    assert verify(province) == []


def test_a_pc_whose_clock_is_wrong_by_years_syncs_all_the_same(province: Province, road: InProcess, clock: Clock) -> None:
    late = Clock(clock.now - 10 * 365 * 86_400_000)
    pc = Pc("late", late, Entropy("late"))
    pc.join(road, province.accounts.new_code(UNIT))
    pc.write("d1", state="received")
    assert pc.sync(road).equal


def lose(folder: Path, address: str) -> None:
    """The database is gone; settings and keys are still there."""
    for lost in folder.glob("server.db*"):
        lost.unlink()
    if address:
        engine = create_engine(address_of(address))
        with engine.begin() as connection:
            tables = MetaData()
            tables.reflect(connection)
            tables.drop_all(connection)
        engine.dispose()


def test_a_lost_server_is_filled_again_by_a_pc_that_relays_its_neighbour(
    tmp_path: Path, database: str, province: Province, road: InProcess, pcs: list[Pc], clock: Clock
) -> None:
    one, two = pcs
    one.write("d1", state="received", p_name="Nguyễn Thị Ánh")
    one.sync(road)
    two.sync(road)
    before = two.sync(road).digests
    province.close()
    lose(tmp_path / "server", database)
    rebuilt = Province.rebuild(tmp_path / "server", clock=clock, entropy=Entropy("rebuilt"))
    again = InProcess(make_app(rebuilt, chance=lambda: 0.5))
    assert two.sync(again).equal
    assert {scope: format(rebuilt.log.state_digest(scope), "064x") for scope in before} == before
    assert verify(rebuilt) == []
    assert [row["code"] for row in rebuilt.units()] == ["28756", "28777"]
    three = Pc("three", clock, Entropy("three"))
    one.sync(again)
    three.join(again, rebuilt.accounts.new_code(UNIT))
    assert three.credentials.letter == "C"
    assert three.sync(again).equal
    assert one.sync(again).digests == three.sync(again).digests
    rebuilt.close()


class TestRefusals:
    def test_a_pc_that_never_joined(self, road: InProcess, pcs: list[Pc], clock: Clock) -> None:
        stranger = Pc("stranger", clock, Entropy("stranger"))
        stranger.credentials = replace(pcs[0].credentials, replica="0" * 32)
        with pytest.raises(AccessFault) as caught:
            stranger.sync(road)
        assert caught.value.code == AccessFault.UNKNOWN_DEVICE

    def test_a_pc_that_signs_on_with_another_key(self, road: InProcess, pcs: list[Pc]) -> None:
        thief = pcs[0].rounds(road)
        thief.sign_private = b"x" * 32
        with pytest.raises(AccessFault) as caught:
            thief.run()
        assert caught.value.code == AccessFault.BAD_SIGN_ON

    def test_entries_signed_with_another_key(self, province: Province, road: InProcess, pcs: list[Pc]) -> None:
        pc = pcs[0]
        honest = pc.applicant
        pc.applicant = replace(honest, sign_private=b"x" * 32)
        pc.write("d1", state="forged")
        pc.applicant = honest
        result = pc.sync(road)
        assert not result.equal
        assert result.refused
        assert province.log.leaves(DOSSIERS) == ()

    def test_entries_in_the_province_s_own_scope(self, province: Province, road: InProcess, pcs: list[Pc]) -> None:
        pcs[0].sync(road)
        before = province.log.leaves("province")
        pcs[0].write("u1", scope="province", name="false unit")
        assert not pcs[0].sync(road).equal
        assert province.log.leaves("province") == before

    def test_another_unit_s_scope(self, province: Province, road: InProcess, pcs: list[Pc]) -> None:
        neighbour = Pc("neighbour", pcs[0].clock, Entropy("neighbour"))
        neighbour.join(road, province.accounts.new_code("28777"))
        pcs[0].write("d1", state="received")
        pcs[0].sync(road)
        neighbour.credentials = replace(neighbour.credentials, unit=UNIT)
        result = neighbour.sync(road)
        assert dict(result.refused)[DOSSIERS] == ExchangeError.SCOPE_REFUSED
        assert neighbour.log.leaves(DOSSIERS) == ()

    def test_rubbish_bombs_and_changed_bodies(self, province: Province, road: InProcess, pcs: list[Pc]) -> None:
        bomb = zstandard.ZstdCompressor().compress(bytes(200_000_000))
        pages = [b"hello", MAGIC + b"H" + len(bomb).to_bytes(4, "big") + bomb, MAGIC + b"F" + b"\xff" * 4, b""]
        pc = pcs[0]
        for page in pages:
            claim = access.sign(
                pc.applicant.sign_private,
                pc.credentials.server,
                pc.credentials.replica,
                pc.clock(),
                pc.entropy(access.NONCE_BYTES),
                page,
            )
            answer = road.ask("POST", "/sync", page, {"Authorization": claim.header()})
            assert 400 <= answer.status < 500
            answer = road.ask("POST", "/sync", page + b"!", {"Authorization": claim.header()})
            assert 400 <= answer.status < 500
        assert verify(province) == []
