"""What one exchange sees of the database, and how often it asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from sync.journal.log import Parcel
from sync.server import database as databases
from sync.server.api import make_app
from sync.server.database import Database
from sync.server.province import Province
from sync.server.recent import Recent
from sync.server.store import ServerLog
from sync.server.visit import Visit
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.server.postgres import Cluster
from tests.sync.world.builders import JOURNAL, SCOPE, change, entry
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

OTHER = "01JD0000000000000000000PC2"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, cluster: Cluster) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'server.db'}" if request.param == "sqlite" else cluster.fresh())
    made.create()
    yield made
    made.close()


def test_what_arrives_while_a_pc_is_here_is_not_mixed_with_what_was_stated(database: Database) -> None:
    """A second arm of a journal that came after its leaves were read would be taken for part of the first."""
    log = ServerLog(database)
    first = entry(change("R1", "note", "a"))
    mine, theirs = (entry(change("R1", "note", text), after=first) for text in ("b", "c"))
    log.append(SCOPE, [Parcel(first), Parcel(mine)], {})
    visit = Visit(log, "pc", (SCOPE,))
    assert [leaf.id for leaf in visit.leaves(SCOPE)] == [mine.id]
    log.append(SCOPE, [Parcel(theirs)], {})
    assert [row.id for row in visit.rows(SCOPE, JOURNAL, 0, 2)] == [first.id, mine.id]
    visit.renew()
    assert {leaf.id for leaf in visit.leaves(SCOPE)} == {mine.id, theirs.id}
    assert len(visit.rows(SCOPE, JOURNAL, 0, 2)) == 3
    with visit.step():
        pass


def test_journals_a_pc_lacks_are_looked_through_together(database: Database) -> None:
    log = ServerLog(database)
    made = [entry(change("R1", "note", "x"), journal=journal) for journal in (JOURNAL, OTHER)]
    log.append(SCOPE, [Parcel(item) for item in made], {})
    visit = Visit(log, "pc", (SCOPE,))
    visit.remember_peer("pc", SCOPE, ())
    asked: list[str] = []
    visit.leaves(SCOPE)
    event.listen(database._engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    found = [visit.rows(SCOPE, journal, 0, 1) for journal in (JOURNAL, OTHER)]
    assert [[row.id for row in rows] for rows in found] == [[item.id] for item in made]
    assert [parcel.entry for item in made for parcel in visit.load(SCOPE, [item.id])] == made
    with visit.step():
        pass
    rows = 1 if database._engine.dialect.name == "postgresql" else 2
    assert len([statement for statement in asked if "body" not in statement and "entries" in statement]) == rows
    assert len([statement for statement in asked if "body" in statement]) == 1


def test_a_visit_with_nothing_to_do_asks_three_things(tmp_path: Path, clock: Clock, cluster: Cluster) -> None:
    """Who is calling, whether communes were merged, what stands in the scopes; every PC pays for more of it every few minutes."""
    province = Province.init(tmp_path / "server", cluster.fresh(), clock=clock, entropy=Entropy())
    province.publish("unit.import", unit_puts())
    road = InProcess(make_app(province))
    pc = Pc("one", clock, Entropy("one"))
    pc.join(road, province.accounts.new_code("28756"))
    for _ in range(2):
        assert pc.sync(road).equal
    asked: list[str] = []
    event.listen(province.database._engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert pc.sync(road).equal
    assert len(asked) == 3, asked
    province.close()


def test_a_connection_that_ended_while_it_rested_is_not_used(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "FRESH_S", 0.0)
    database, other = Database(cluster.fresh()), Database(cluster.fresh())
    with database.reading() as connection:
        number = connection.scalar(text("SELECT pg_backend_pid()"))
    with other.writing() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
    with database.reading() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != number
    database.close()
    other.close()


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    kept: Recent[str, int] = Recent(2)
    for number, name in enumerate("ab"):
        kept.put(name, number)
    assert kept.get("a") == 0
    kept.put("c", 2)
    assert [kept.get(name) for name in "abc"] == [0, None, 2]
