"""A copy made while the server works, and what happens after it had to be used: the PCs bring back what it lacks."""

from __future__ import annotations

import json
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from qms_desktop.domain.records.units import UNIT
from sync.client.rounds import Rounds
from sync.server.api import make_app
from sync.server.backup import backup, restore
from sync.server.database import Database
from sync.server.errors import ServerError
from sync.server.identity import load
from sync.server.province import Province
from sync.server.schema import TABLES
from sync.server.verify import verify
from sync.server.writer import Put
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.server.test_exchange import lose
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

UNIT_CODE = "28756"
DOSSIERS = f"unit/{UNIT_CODE}/dossiers"
NAME = "Nguyễn Thị Ánh Tuyết"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "server"


@pytest.fixture
def pcs(province: Province, clock: Clock) -> list[Pc]:
    road = InProcess(make_app(province))
    made = [Pc(name, clock, Entropy(name)) for name in ("one", "two")]
    for pc in made:
        pc.join(road, province.accounts.new_code(UNIT_CODE))
    return made


def rows_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as connection:
        tables = TABLES.sorted_tables
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in tables}


def work(pc: Pc, start: int, count: int) -> None:
    for number in range(start, start + count):
        pc.write(f"d{number}", state="received", p_name=NAME)


def province_unit(code: str) -> Put:
    return Put(UNIT, f"unit-{code}", {"code": code, "kind": "xa", "name": "Mới", "valid_from": "2026-01-01"})


def test_a_server_restored_from_an_older_backup_is_made_whole_by_its_pcs(
    folder: Path, tmp_path: Path, province: Province, database: str, pcs: list[Pc], clock: Clock
) -> None:
    one, two = pcs
    road = InProcess(make_app(province))
    steady: dict[str, Rounds] = {}
    for pc in pcs:
        work(pc, 0, 20)
        pc.sync(road)
        steady[pc.name] = pc.rounds(road)
        steady[pc.name].run()
    old_code = province.accounts.new_code(UNIT_CODE)
    backup(province, tmp_path / "copy")
    work(one, 20, 20)
    province.publish("unit.import", [province_unit("29999")])
    late = Pc("late", clock, Entropy("late"))
    late.join(road, province.accounts.new_code(UNIT_CODE))
    work(late, 90, 5)
    for pc in (*pcs, late, *pcs):
        pc.sync(road)
    digests = {scope: province.log.state_digest(scope) for scope in province.log.scopes()}
    province.close()
    lose(folder, database)

    restore(folder, tmp_path / "copy", Entropy("restored"))
    restored = Province.open(folder, clock=clock, entropy=Entropy("again"))
    assert restored.log.state_digest(DOSSIERS) != digests[DOSSIERS]
    road = InProcess(make_app(restored))
    for pc in (two, late, one, two, late, one):
        assert pc.sync(road).equal
    assert {scope: restored.log.state_digest(scope) for scope in restored.log.scopes()} == digests
    assert verify(restored) == []
    assert [device.letter for device in restored.accounts.devices()] == ["A", "B", "C"]
    with pytest.raises(Exception, match="no such code"):
        Pc("four", clock, Entropy("four")).join(road, old_code)
    restored.publish("unit.import", [province_unit("30000")])
    four = Pc("four", clock, Entropy("four"))
    four.join(road, restored.accounts.new_code(UNIT_CODE))
    assert four.credentials.letter == "D"
    assert four.sync(road).equal
    assert one.sync(road).digests == four.sync(road).digests
    assert verify(restored) == []
    restored.close()


def test_pcs_that_went_on_all_the_time_notice_nothing(
    folder: Path, tmp_path: Path, province: Province, database: str, pcs: list[Pc], clock: Clock
) -> None:
    """Their program was not restarted, so they believe the server holds what it has lost."""
    one = pcs[0]
    backup(province, tmp_path / "copy")
    road = InProcess(make_app(province))
    rounds = one.rounds(road)
    work(one, 0, 5)
    rounds.run()
    work(one, 5, 1)
    rounds.run()
    province.close()
    lose(folder, database)
    restore(folder, tmp_path / "copy", Entropy("restored"))
    restored = Province.open(folder, clock=clock)
    rounds.transport = InProcess(make_app(restored))
    work(one, 6, 1)
    assert rounds.run().equal
    assert len(restored.log.held(DOSSIERS, list(one.log.parcels(DOSSIERS)))) == 7
    restored.close()


def test_a_backup_moves_a_server_to_another_database(
    folder: Path, tmp_path: Path, province: Province, database: str, pcs: list[Pc]
) -> None:
    work(pcs[0], 0, 3)
    pcs[0].sync(InProcess(make_app(province)))
    backup(province, tmp_path / "copy")
    before = rows_of(province.database)
    province.close()
    address = f"sqlite:///{tmp_path / 'other.db'}"
    restore(folder, tmp_path / "copy", Entropy("moved"), address)
    assert load(folder).database == address
    moved = Province.open(folder)
    after = rows_of(moved.database)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"certificates", "codes", "tips"}
    assert verify(moved) == []
    moved.close()


def test_no_key_and_no_personal_value_is_in_a_backup(folder: Path, tmp_path: Path, province: Province, pcs: list[Pc]) -> None:
    work(pcs[0], 0, 3)
    pcs[0].sync(InProcess(make_app(province)))
    backup(province, tmp_path / "copy")
    keys = json.loads((folder / "server-keys.json").read_text("utf-8"))
    with zipfile.ZipFile(tmp_path / "copy") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert NAME.encode() not in content
    for key in keys.values():
        assert bytes.fromhex(key) not in content
        assert key.encode() not in content
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600


def test_what_is_no_backup_of_this_server_is_refused_and_changes_nothing(
    folder: Path, tmp_path: Path, province: Province, database: str
) -> None:
    backup(province, tmp_path / "copy")
    with pytest.raises(ServerError, match="đã có"):
        backup(province, tmp_path / "copy")
    with pytest.raises(ServerError, match="không ghi đè"):
        restore(folder, tmp_path / "copy", os.urandom)
    province.close()
    lose(folder, database)
    settings = (folder / "server.json").read_bytes()
    whole = (tmp_path / "copy").read_bytes()
    middle = len(whole) // 3
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "rot").write_bytes(whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :])
    for bad in ("cut", "rot"):
        with pytest.raises(ServerError, match="đã hỏng"):
            restore(folder, tmp_path / bad, os.urandom)
    other = Province.init(tmp_path / "other")
    backup(other, tmp_path / "foreign")
    other.close()
    with pytest.raises(ServerError, match="máy chủ khác"):
        restore(folder, tmp_path / "foreign", os.urandom)
    assert (folder / "server.json").read_bytes() == settings
    restore(folder, tmp_path / "copy", os.urandom)
    Province.open(folder).close()
