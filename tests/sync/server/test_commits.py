"""What several bring at once goes to the disk together, and still each is answered for his own alone."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from sync.journal.entry import Entry
from sync.journal.log import Parcel
from sync.journal.memory_log import MemoryLog
from sync.server import commits
from sync.server.commits import Brought, Commits
from sync.server.database import Database
from sync.server.ingest import Ingest
from sync.server.store import ServerLog
from tests.sync.server.postgres import Cluster
from tests.sync.world.builders import change, entry

WRITERS = 8
SURE = 60
"""Answers that are awaited before the process is killed."""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path, cluster: Cluster) -> str:
    return f"sqlite:///{tmp_path / 'server.db'}" if request.param == "sqlite" else cluster.fresh()


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    made = Database(address)
    made.create()
    yield made
    made.close()


def scope(number: int) -> str:
    return f"unit/{28_000 + number}/qms"


def first(number: int) -> Entry:
    return entry(change("R1", "note", "x"), scope=scope(number))


@contextmanager
def crowd(
    database: Database, monkeypatch: pytest.MonkeyPatch, brought: Sequence[Brought]
) -> Iterator[tuple[list[Future[None]], threading.Event]]:
    """All of them wait behind one who is at work until the event is set."""
    queue, gate, at_work = Commits(database), threading.Event(), threading.Event()
    monkeypatch.setattr(queue, "_leaders", 1)
    store = commits._store

    def slowly(*call: object) -> object:
        at_work.set()
        gate.wait()
        return store(*call)  # type: ignore[arg-type]

    monkeypatch.setattr(commits, "_store", slowly)
    with ThreadPoolExecutor(len(brought) + 1) as pool:
        ahead = pool.submit(queue.bring, Brought(scope(99), [Parcel(first(99))], {}))
        at_work.wait()
        futures = [pool.submit(queue.bring, one) for one in brought]
        while len(queue._waiting) < len(brought):
            gate.wait(0.001)
        yield futures, gate
        gate.set()
        ahead.result()


def known(database: Database, numbers: range) -> ServerLog:
    """Scopes in which something stands already; new ones are made one by one."""
    log = ServerLog(database)
    for number in numbers:
        log.append(scope(number), [Parcel(first(number))], {})
    return log


def second(number: int) -> Brought:
    return Brought(scope(number), [Parcel(entry(change("R1", "note", "y"), after=first(number)))], {})


def test_what_waits_is_committed_together(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    log = known(database, range(5))
    ended: list[str] = []
    event.listen(database._engine, "commit", lambda _connection: ended.append("commit"))
    with crowd(database, monkeypatch, [second(number) for number in range(5)]) as (futures, gate):
        assert not any(future.done() for future in futures)
        gate.set()
        for future in futures:
            future.result()
    assert [log.leaves(scope(number))[0].n for number in range(5)] == [2] * 5
    assert len(ended) == 3 + 5, "the one ahead (twice, its scope was new), the five, and five readings"


def test_two_of_one_office_go_together(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    log = known(database, range(1))
    third = entry(change("R2", "note", "z"), after=second(0).parcels[0].entry)
    with crowd(database, monkeypatch, [second(0), Brought(scope(0), [Parcel(third)], {}), second(0)]) as (futures, gate):
        gate.set()
        for future in futures:
            future.result()
    assert [leaf.id for leaf in log.leaves(scope(0))] == [third.id]
    assert [row.pos for row in log.rows(scope(0), third.journal, 0, 3)] == [1, 2, 3]


def test_one_that_cannot_be_stored_leaves_the_others_alone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    log = known(database, range(4))
    bad = Brought(scope(1), second(1).parcels, {"a journal": None})  # type: ignore[dict-item]
    with crowd(database, monkeypatch, [second(0), bad, second(2), second(3)]) as (futures, gate):
        gate.set()
        with pytest.raises(IntegrityError):
            futures[1].result()
        for future in (futures[0], futures[2], futures[3]):
            future.result()
    assert [log.leaves(scope(number))[0].n for number in range(4)] == [2, 1, 2, 2]


def test_when_the_commit_fails_each_does_his_own(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    log = known(database, range(3))
    times = iter(range(100))

    def lost(_connection: object) -> None:
        if next(times) == 0:
            raise ConnectionError

    with crowd(database, monkeypatch, [second(number) for number in range(3)]) as (futures, gate):
        event.listen(database._engine, "commit", lost)
        gate.set()
        for future in futures:
            future.result()
    assert [log.leaves(scope(number))[0].n for number in range(3)] == [2] * 3


def test_nobody_waits_for_a_scope_that_is_not_his(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process, or a judge, may write in one of the scopes for long."""
    database = Database(cluster.fresh())
    database.create()
    log = known(database, range(2))
    with crowd(database, monkeypatch, [second(0), second(1)]) as (futures, gate):
        with database.writing() as connection:
            Ingest(connection, scope(0))
            gate.set()
            futures[1].result(timeout=20)
            assert not futures[0].done()
        futures[0].result(timeout=20)
    assert [log.leaves(scope(number))[0].n for number in range(2)] == [2, 2]
    database.close()


def write_without_end(address: str) -> None:
    """Eight writers in three scopes; each says what it was answered for."""
    log, said = ServerLog(Database(address)), threading.Lock()

    def write(number: int) -> None:
        last: Entry | None = None
        while True:
            journal = f"01JD000000000000000000PC{number:02}"
            note = change(f"R{number}", "note", f"{last.n if last else 0}")
            last = entry(note, after=last, scope=scope(number % 3), journal=journal)
            log.append(last.scope, [Parcel(last)], {journal: b"certificate"})
            with said:
                sys.stdout.write(f"{last.scope} {last.id}\n")
                sys.stdout.flush()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))


def test_what_was_answered_survives_a_kill(address: str) -> None:
    database = Database(address)
    database.create()
    code = f"from tests.sync.server.test_commits import write_without_end; write_without_end({address!r})"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        answered = [process.stdout.readline().split() for _ in range(SURE)]
        process.send_signal(signal.SIGKILL)
        answered += [words for line in process.stdout if len(words := line.split()) == 2 and len(words[1]) == 64]
    log, again = ServerLog(database), MemoryLog()
    for number in range(3):
        here = scope(number)
        assert {name for where, name in answered if where == here} == log.held(
            here, [n for where, n in answered if where == here]
        )
        rows = sorted(
            (row for leaf in log.leaves(here) for row in log.rows(here, leaf.journal, 0, leaf.n)), key=lambda row: row.pos
        )
        assert [row.pos for row in rows] == list(range(1, len(rows) + 1))
        again.append(here, log.load(here, [row.id for row in rows]), {})
        assert again.state_digest(here) == log.state_digest(here)
    database.close()
