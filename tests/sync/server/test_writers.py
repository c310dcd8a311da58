"""Eight writers of the same records side by side, and a reader who watches: nothing is lost, whatever order they come in."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import update

from sync.journal.entry import Entry
from sync.journal.log import Parcel
from sync.journal.memory_log import MemoryLog
from sync.server.database import Database
from sync.server.ingest import Ingest, Overtaken
from sync.server.schema import SCOPES
from sync.server.store import ServerLog
from tests.sync.server.postgres import Cluster
from tests.sync.world.builders import SCOPE, change, entry

WRITERS = 8
ENTRIES = 30
OTHER_SCOPE = "province"


@pytest.fixture
def address(database: str, tmp_path: Path) -> str:
    return database or f"sqlite:///{tmp_path / 'server.db'}"


def journal_of(number: int) -> list[Entry]:
    """Edits of records that all writers edit."""
    made: list[Entry] = []
    for step in range(ENTRIES):
        op = change(f"R{step % 5}", "note", f"{number}/{step}")
        made.append(entry(op, after=made[-1] if made else None, journal=f"01JD000000000000000000W{number:03}"))
    return made


def test_eight_writers_and_a_reader(address: str) -> None:
    database = Database(address)
    database.create()
    log = ServerLog(database)
    journals = [journal_of(number) for number in range(WRITERS)]
    done = threading.Event()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        watching = pool.submit(watch, log, done)
        writing = [pool.submit(write, log, journal) for journal in journals]
        for writer in writing:
            writer.result()
        done.set()
        seen = watching.result()
    reference = MemoryLog()
    for journal in journals:
        reference.append(SCOPE, [Parcel(item) for item in journal], {})
    everything = [item.id for journal in journals for item in journal]
    assert log.held(SCOPE, everything) == set(everything)
    assert {leaf.id for leaf in log.leaves(SCOPE)} == {journal[-1].id for journal in journals}
    assert log.state_digest(SCOPE) == reference.state_digest(SCOPE)
    positions = [row.pos for journal in journals for row in log.rows(SCOPE, journal[0].journal, 0, ENTRIES)]
    assert sorted(positions) == list(range(1, WRITERS * ENTRIES + 1))
    assert seen == sorted(seen)
    database.close()


def write(log: ServerLog, journal: list[Entry]) -> None:
    """Each entry in a transaction of its own, some twice, as PCs do that lost the answer."""
    for number, item in enumerate(journal):
        log.append(SCOPE, [Parcel(item)], {item.journal: b"certificate"})
        if number % 7 == 0:
            log.append(SCOPE, [Parcel(item)], {})


def watch(log: ServerLog, done: threading.Event) -> list[int]:
    """How much stands below the leaves, again and again: every entry named by a leaf is there with all before it."""
    seen = [0]
    while not done.is_set():
        with log.reading() as journals:
            leaves = journals.leaves(SCOPE)
            below = [journals.rows(SCOPE, leaf.journal, 0, leaf.n) for leaf in leaves]
        assert [len(rows) for rows in below] == [leaf.n for leaf in leaves]
        seen.append(sum(leaf.n for leaf in leaves))
    return seen


def overtaken(database: Database, made: Entry) -> None:
    with database.writing() as connection:
        ingest = Ingest(connection, SCOPE)
        connection.execute(update(SCOPES).values(last_pos=SCOPES.c.last_pos + 1))
        ingest.add([Parcel(made)])


def test_a_writer_that_was_overtaken_writes_nothing(address: str) -> None:
    database = Database(address)
    database.create()
    made = entry(change("R1", "note", "x"))
    with pytest.raises(Overtaken):
        overtaken(database, made)
    log = ServerLog(database)
    assert log.leaves(SCOPE) == ()
    assert log.held(SCOPE, [made.id]) == frozenset()
    database.close()


def test_writers_of_different_scopes_do_not_wait_for_each_other(cluster: Cluster) -> None:
    database = Database(cluster.fresh())
    database.create()
    log = ServerLog(database)
    mine, theirs = entry(change("R1", "note", "x")), entry(change("R1", "note", "y"), scope=OTHER_SCOPE)
    with database.writing() as connection, ThreadPoolExecutor(1) as pool:
        Ingest(connection, SCOPE).add([Parcel(mine)])
        pool.submit(log.append, OTHER_SCOPE, [Parcel(theirs)], {}).result(timeout=20)
        assert log.leaves(OTHER_SCOPE) != ()
        assert log.leaves(SCOPE) == ()
    assert log.leaves(SCOPE) != ()
    database.close()
