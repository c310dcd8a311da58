"""The server's log keeps the rules every log keeps, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.journal.log import Log
from sync.server.database import Database
from sync.server.store import ServerLog
from sync.server.visit import Visit
from tests.sync.server.postgres import Cluster
from tests.sync.world.log_conformance import LogConformance


class ServerLogConformance(LogConformance):
    """`fresh` gives the address of a new, empty database."""

    fresh: Callable[[], str]

    @pytest.fixture(autouse=True)
    def closing(self) -> Iterator[None]:
        self._made: list[tuple[Log, Database, str]] = []
        yield
        for _, database, _ in self._made:
            database.close()

    def make_log(self) -> Log:
        address = self.fresh()
        database = Database(address)
        database.create()
        return self._kept(database, address)

    def reopen(self, log: Log) -> Log:
        address = next(address for made, _, address in self._made if made is log)
        database = Database(address)
        database.open()
        return self._kept(database, address)

    def _kept(self, database: Database, address: str) -> Log:
        log = self.log_over(database)
        self._made.append((log, database, address))
        return log

    def log_over(self, database: Database) -> Log:
        return ServerLog(database)


class OnSqlite(ServerLogConformance):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        numbers = iter(range(100))
        self.fresh = lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"


class OnPostgres(ServerLogConformance):
    @pytest.fixture(autouse=True)
    def addresses(self, cluster: Cluster) -> None:
        self.fresh = cluster.fresh


class TestOnSqlite(OnSqlite):
    pass


class TestOnPostgres(OnPostgres):
    pass


class InOneExchange(ServerLogConformance):
    """What one exchange sees of the log, though it reads ahead and stores what a peer reported only at the end."""

    def log_over(self, database: Database) -> Log:
        visit = Visit(ServerLog(database))
        self._visits.append(visit)
        return visit

    def reopen(self, log: Log) -> Log:
        assert isinstance(log, Visit)
        log.keep()
        return super().reopen(log)

    @pytest.fixture(autouse=True)
    def steps(self, closing: None) -> Iterator[None]:
        self._visits: list[Visit] = []
        yield
        for visit in self._visits:
            with visit.step():
                pass


class TestVisitOnSqlite(InOneExchange, OnSqlite):
    pass


class TestVisitOnPostgres(InOneExchange, OnPostgres):
    pass
