"""A database of an older program becomes one of this program, and nothing in it is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, inspect, text

from sync.errors import AccessFault
from sync.server import migration
from sync.server.api import make_app
from sync.server.database import Database, address_of
from sync.server.errors import ServerError
from sync.server.province import Province
from sync.server.schema import TABLES
from sync.server.verify import verify
from tests.sync.server.conftest import UNITS, Clock, Entropy
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

FROZEN = Path(__file__).parent / "frozen"


def thaw(version: str, folder: Path, address: str) -> dict[str, Any]:
    """Put a frozen server back as its program left it: files, tables, rows."""
    frozen: dict[str, Any] = json.loads((FROZEN / f"schema-{version}.json").read_text("utf-8"))
    folder.mkdir()
    (folder / "server.json").write_text(json.dumps(frozen["settings"] | {"database": address}), "utf-8")
    (folder / "server-keys.json").write_text(json.dumps(frozen["keys"]), "utf-8")
    engine = create_engine(address_of(address or f"sqlite:///{folder / 'server.db'}"))
    with engine.begin() as connection:
        for statement in frozen["tables"][engine.dialect.name]:
            connection.execute(text(statement))
        tables = MetaData()
        tables.reflect(connection)
        for name, rows in frozen["rows"].items():
            if rows:
                connection.execute(tables.tables[name].insert(), [_thawed(row) for row in rows])
    engine.dispose()
    return frozen


def _thawed(row: dict[str, Any]) -> dict[str, Any]:
    return {name: bytes.fromhex(value["hex"]) if isinstance(value, dict) else value for name, value in row.items()}


def test_a_frozen_database_is_brought_up_to_date_when_it_is_opened(tmp_path: Path, database: str) -> None:
    frozen = thaw("1", tmp_path / "server", database)
    clock = Clock()
    province = Province.open(tmp_path / "server", clock=clock, entropy=Entropy("later"))
    assert {scope: format(province.log.state_digest(scope), "064x") for scope in province.log.scopes()} == frozen["digests"]
    assert verify(province) == []
    assert [row["code"] for row in province.units()] == list(UNITS)
    pc = Pc("three", clock, Entropy("three"))
    road = InProcess(make_app(province, chance=lambda: 0.5))
    pc.join(road, province.accounts.new_code("28756"))
    assert pc.credentials.letter == "C"
    assert pc.sync(road).equal
    assert pc.log.state_digest(pc.credentials.scopes[2]) == int(frozen["digests"][pc.credentials.scopes[2]], 16)
    province.close()
    Province.open(tmp_path / "server").close()


def test_the_steps_lead_to_the_tables_the_program_uses(tmp_path: Path, database: str) -> None:
    address = database or f"sqlite:///{tmp_path / 'new.db'}"
    made = Database(address)
    made.create()
    with made.reading() as connection:
        found = inspect(connection)
        shape = {
            name: {column["name"]: (str(column["type"]), column["nullable"]) for column in found.get_columns(name)}
            for name in found.get_table_names()
            if name != "alembic_version"
        }
        wanted = {
            table.name: {column.name: (column.type.compile(connection.dialect), column.nullable) for column in table.columns}
            for table in TABLES.sorted_tables
        }
        indexes = {(index["name"], bool(index["unique"])) for name in shape for index in found.get_indexes(name)}
        others = [constraint for name in shape for constraint in found.get_unique_constraints(name)]
    made.close()
    assert shape == wanted
    assert indexes == {(index.name, index.unique) for table in TABLES.sorted_tables for index in table.indexes}
    assert others == []


def test_a_database_that_is_ahead_of_the_program_is_left_alone(tmp_path: Path, database: str) -> None:
    province = Province.init(tmp_path / "server", database)
    with province.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    province.close()
    with pytest.raises(ServerError, match="phiên bản mới hơn"):
        Province.open(tmp_path / "server")


def test_the_newest_step_is_the_one_the_program_asks_for() -> None:
    steps = sorted(path.stem[1:5] for path in Path(migration.__file__).parent.glob("migrations/versions/v*.py"))
    assert steps[0] == migration.FIRST
    assert steps[-1] == migration.NEWEST


def test_a_server_is_never_made_on_top_of_another(tmp_path: Path, database: str) -> None:
    if database:
        Province.init(tmp_path / "one", database).close()
        with pytest.raises(ServerError):
            Province.init(tmp_path / "two", database)
        assert not (tmp_path / "two").exists()
    with pytest.raises(ServerError):
        Province.init(tmp_path / "three", "mysql://nobody@localhost/qms")
    assert not (tmp_path / "three").exists()


def test_a_restarted_server_knows_its_pcs(tmp_path: Path, database: str) -> None:
    clock = Clock()
    province = Province.init(tmp_path / "server", database, clock=clock)
    province.close()
    again = Province.open(tmp_path / "server", clock=clock)
    with pytest.raises(AccessFault):
        Pc("one", clock, Entropy("one")).join(InProcess(make_app(again)), "RHHM-U92N-3RD4-KRQ3")
    again.close()
