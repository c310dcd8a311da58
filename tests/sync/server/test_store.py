"""The server's log keeps the rules every log keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.log import Log
from sync.server.database import Database
from sync.server.store import ServerLog
from tests.sync.log_conformance import LogConformance


class TestServerLog(LogConformance):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> Iterator[None]:
        self._folder = tmp_path
        self._databases: list[Database] = []
        yield
        for database in self._databases:
            database.close()

    def make_log(self) -> Log:
        database = Database(f"sqlite:///{self._folder / f'{len(self._databases)}.db'}")
        self._databases.append(database)
        database.create()
        return ServerLog(database)

    def reopen(self, log: Log) -> Log:
        database = self._databases[-1]
        database.close()
        again = Database(f"sqlite:///{self._folder / f'{len(self._databases) - 1}.db'}")
        self._databases.append(again)
        again.check()
        return ServerLog(again)
