"""What lets the server grow past one machine: everything a scope holds can be spread over machines by the scope alone."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import MetaData, Table, event, text

from sync.server.api import make_app
from sync.server.database import Database
from sync.server.province import Province
from sync.server.schema import TABLES
from sync.server.verify import verify
from tests.sync.server.conftest import UNITS, Clock, Entropy, unit_puts
from tests.sync.server.postgres import Cluster
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

BY_SCOPE = [table for table in TABLES.sorted_tables if "scope" in table.columns]
SHARDS = 4


def test_every_key_of_what_a_scope_holds_contains_the_scope() -> None:
    names = {table.name for table in BY_SCOPE}
    assert {"scopes", "entries", "leaves", "records", "tips", "peers"} <= names
    for table in BY_SCOPE:
        assert "scope" in table.primary_key.columns, table.name
        assert all("scope" in index.columns for index in table.indexes if index.unique), table.name
        assert not table.foreign_keys, table.name


def test_no_number_is_drawn_from_a_common_sequence(cluster: Cluster) -> None:
    database = Database(cluster.fresh())
    database.create()
    with database.reading() as connection:
        sequences = connection.scalars(text("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")).all()
    database.close()
    assert sequences == []


def spread(database: Database) -> None:
    """Put each table of scopes in place again as parts by hash of the scope, which PostgreSQL does as a cluster would."""
    apart = MetaData()
    with database.writing() as connection:
        for table in BY_SCOPE:
            made: Table = table.to_metadata(apart)
            made.dialect_options["postgresql"]["partition_by"] = "HASH (scope)"
            connection.execute(text(f"DROP TABLE {table.name}"))
            made.create(connection)
            for part in range(SHARDS):
                bounds = f"FOR VALUES WITH (MODULUS {SHARDS}, REMAINDER {part})"
                connection.execute(text(f"CREATE TABLE {table.name}_{part} PARTITION OF {table.name} {bounds}"))


def test_a_server_whose_tables_are_spread_by_scope_works_as_any_other(tmp_path: Path, cluster: Cluster, clock: Clock) -> None:
    empty = cluster.fresh()
    blank = Province.init(tmp_path / "server", empty, clock=clock, entropy=Entropy())
    spread(blank.database)
    blank.close()
    province = Province.open(tmp_path / "server", clock=clock, entropy=Entropy("again"))
    province.publish("unit.import", unit_puts())
    road = InProcess(make_app(province))
    pcs = [Pc(f"{unit}-{number}", clock, Entropy(f"{unit}-{number}")) for unit in UNITS for number in range(2)]
    for pc in pcs:
        pc.join(road, province.accounts.new_code(pc.name.partition("-")[0]))
        for number in range(10):
            pc.write(f"{pc.name} {number}", state="received", p_name="Nguyễn Thị Ánh")
    for pc in (*pcs, *pcs):
        assert pc.sync(road).equal
    assert verify(province) == []
    with province.database.reading() as connection:
        used = [connection.scalar(text(f"SELECT count(*) FROM entries_{part}")) for part in range(SHARDS)]
    assert sum(map(bool, used)) > 1, "more than one part holds entries"
    province.close()


def test_no_statement_of_an_exchange_looks_through_all_scopes(tmp_path: Path, cluster: Cluster, clock: Clock) -> None:
    """Whatever an exchange asks of the tables of scopes names its scope, so one machine answers it."""
    province = Province.init(tmp_path / "server", cluster.fresh(), clock=clock, entropy=Entropy())
    province.publish("unit.import", unit_puts())
    road = InProcess(make_app(province))
    pc = Pc("one", clock, Entropy("one"))
    pc.join(road, province.accounts.new_code("28756"))
    asked: list[str] = []
    event.listen(province.database._engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    for number in range(30):
        pc.write(f"d{number}", state="received", p_name="Nguyễn Thị Ánh")
    assert pc.sync(road).equal
    large = [statement for statement in asked if any(f" {name}" in statement for name in ("entries", "records", "leaves"))]
    assert large
    assert [
        statement for statement in large if "scope" not in statement.partition("WHERE")[2] and "INSERT" not in statement
    ] == []
    province.close()


def test_what_only_reads_may_be_asked_of_a_standby(cluster: Cluster) -> None:
    """A standby of PostgreSQL takes read-only transactions of one moment, and no others."""
    database = Database(cluster.fresh())
    with database.reading() as connection:
        kind = [connection.scalar(text(f"SHOW transaction_{what}")) for what in ("read_only", "isolation")]
    database.close()
    assert kind == ["on", "repeatable read"]


def test_several_servers_may_stand_before_one_database(tmp_path: Path, cluster: Cluster, clock: Clock) -> None:
    """Nothing of an exchange is kept in a server between two requests: each request may come to another."""
    first = Province.init(tmp_path / "server", cluster.fresh(), clock=clock, entropy=Entropy())
    first.publish("unit.import", unit_puts())
    second = Province.open(tmp_path / "server", clock=clock, entropy=Entropy("second"))
    roads = [InProcess(make_app(server)) for server in (first, second)]
    pcs = [Pc(f"pc {number}", clock, Entropy(str(number))) for number in range(4)]
    for number, pc in enumerate(pcs):
        pc.join(roads[number % 2], first.accounts.new_code("28756"))
        rounds = pc.rounds(roads[0])
        for step in range(6):
            pc.write(f"{pc.name} {step}", state="received", p_name="Nguyễn Thị Ánh")
            rounds.transport = roads[step % 2]
            assert rounds.run().equal
    assert [device.letter for device in second.accounts.devices()] == ["A", "B", "C", "D"]
    for number, pc in enumerate(pcs):
        assert pc.sync(roads[(number + 1) % 2]).equal
    assert verify(first) == []
    first.close()
    second.close()
