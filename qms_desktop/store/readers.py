"""Reading connections, kept for the next reader: opening an encrypted database for every glance would be felt."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlite_utils import Database

MOST_IDLE = 4


class Readers:
    """A pool of read-only connections. A connection serves one snapshot at a time, in whichever thread."""

    def __init__(self, connect: Callable[[], Database]) -> None:
        self._connect = connect
        self._idle: list[Database] = []
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def snapshot(self, *, afresh: bool = False) -> Iterator[Any]:
        """A connection inside a read transaction, which ends with the block; `afresh`: one that has read nothing before."""
        database = self._connect() if afresh else self._take()
        try:
            database.conn.execute("BEGIN")
            yield database.conn
            database.conn.execute("COMMIT")
        except BaseException:
            database.close()
            raise
        self._give_back(database)

    def _take(self) -> Database:
        with self._lock:
            if self._closed:
                raise RuntimeError("the store is closed")
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _give_back(self, database: Database) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < MOST_IDLE:
                self._idle.append(database)
                return
        database.close()

    def close(self) -> None:
        """Close the idle connections now and the others when their readers are done."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for database in idle:
            database.close()
