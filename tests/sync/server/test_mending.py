"""Two sides with the same entries and another state: whoever left the journal builds its state again, and it is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from sync.client.rounds import Rounds
from sync.journal.memory_log import MemoryLog
from sync.server import mending
from sync.server.api import make_app
from sync.server.backup import backup, restore
from sync.server.province import Province
from sync.server.schema import RECORDS, SCOPES
from sync.server.verify import verify
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.server.test_exchange import lose
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

UNIT = "28756"
DOSSIERS = f"unit/{UNIT}/dossiers"


@pytest.fixture
def road(province: Province) -> InProcess:
    return InProcess(make_app(province, chance=lambda: 0.5))


@pytest.fixture
def pc(province: Province, road: InProcess, clock: Clock) -> Pc:
    made = Pc("one", clock, Entropy("one"))
    made.join(road, province.accounts.new_code(UNIT))
    for number in range(5):
        made.write(f"d{number}", state="received", p_name=f"Nguyễn Thị Ánh {number}")
    made.sync(road)
    return made


def test_a_server_whose_state_left_its_entries_is_set_right_by_the_next_visit(
    province: Province, road: InProcess, pc: Pc, clock: Clock
) -> None:
    here = RECORDS.c.scope == DOSSIERS
    with province.database.writing() as connection:
        connection.execute(update(RECORDS).where(here, RECORDS.c.record == "d1").values(state=b"[]"))
        connection.execute(delete(RECORDS).where(here, RECORDS.c.record == "d2"))
        connection.execute(update(SCOPES).where(SCOPES.c.scope == DOSSIERS).values(digest=bytes(32)))
    assert pc.sync(road).equal
    assert verify(province) == []


def test_a_server_goes_through_a_scope_once_an_hour_however_often_a_pc_says_otherwise(
    province: Province, road: InProcess, pc: Pc, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_through: list[str] = []

    def reapply(_database: object, scope: str) -> int:
        gone_through.append(scope)
        return 0

    monkeypatch.setattr(mending, "reapply", reapply)
    pc.log._scopes[DOSSIERS].digest += 1
    for _ in range(3):
        assert pc.sync(road).mismatched == (DOSSIERS,)
    assert gone_through == [DOSSIERS]
    clock.now += mending.REST_MS
    pc.sync(road)
    assert gone_through == [DOSSIERS] * 2


def rebuilt(log: MemoryLog, scope: str) -> int:
    area, again = log._scopes[scope], MemoryLog()
    again.append(scope, list(area.parcels.values()), {})
    wrong = area.digest != again.state_digest(scope)
    area.states, area.digest = again._scopes[scope].states, again.state_digest(scope)
    return int(wrong)


def mending_rounds(pc: Pc, road: InProcess) -> Rounds:
    return replace(pc.rounds(road), reapply=lambda scope: rebuilt(pc.log, scope))


def test_a_pc_whose_state_left_its_entries_builds_it_again_and_says_so(road: InProcess, pc: Pc) -> None:
    pc.log._scopes[DOSSIERS].digest += 1
    result = mending_rounds(pc, road).run()
    assert (result.equal, result.repaired, result.mismatched) == (True, (DOSSIERS,), ())
    assert mending_rounds(pc, road).run().repaired == ()


def test_a_server_put_back_to_an_old_copy_is_healed_and_it_is_said(
    tmp_path: Path, province: Province, database: str, road: InProcess, pc: Pc, clock: Clock
) -> None:
    backup(province, tmp_path / "copy")
    pc.write("d9", state="received")
    steady = pc.rounds(road)
    assert steady.run().fell_back == ()
    province.close()
    lose(tmp_path / "server", database)
    restore(tmp_path / "server", tmp_path / "copy", Entropy("restored"))
    restored = Province.open(tmp_path / "server", clock=clock, entropy=Entropy("again"))
    steady.transport = InProcess(make_app(restored, chance=lambda: 0.5))
    told = steady.run()
    assert (told.equal, told.fell_back) == (True, (DOSSIERS,))
    assert steady.run().fell_back == ()
    restored.close()


def test_how_far_the_clock_is_off_is_told_with_every_round(road: InProcess, pc: Pc) -> None:
    assert pc.sync(road).clock_off == 0
    late = Clock(pc.clock() - 7 * 60_000)
    pc.clock = late
    assert pc.sync(road).clock_off == -7 * 60_000
