"""Connections to the server's database: SQLite by default, PostgreSQL by one URL, the same statements on both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text

from sync.server.errors import ServerError
from sync.server.schema import META, TABLES, VERSION

CONNECTIONS = 32
"""Kept open; twice as many may be used at a time. Work threads are fewer, so none waits for a connection."""

BUSY_MS = 30_000
"""How long a writer waits for the one before it; a frame is committed in milliseconds."""


class Database:
    """One database of the server. Reads see one snapshot; writes are whole transactions."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            url,
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS,
            pool_pre_ping=not url.startswith("sqlite"),
            hide_parameters=True,
        )
        self._sqlite = self._engine.dialect.name == "sqlite"
        if self._sqlite:
            _prepare_sqlite(self._engine)

    def create(self) -> None:
        """Make the tables of a new database."""
        with self.writing() as connection:
            TABLES.create_all(connection)
            connection.execute(insert(META).values(name="schema", value=VERSION))

    def check(self) -> None:
        """ServerError unless the database has the tables of this program."""
        with self.reading() as connection:
            made = inspect(connection).has_table(META.name)
            version = connection.scalar(select(META.c.value).where(META.c.name == "schema")) if made else None
        if version != VERSION:
            raise ServerError(ServerError.DATABASE, f"cơ sở dữ liệu không đúng phiên bản (cần {VERSION}, có {version})")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose statements all see the same moment."""
        level = "SERIALIZABLE" if self._sqlite else "REPEATABLE READ"
        with self._engine.connect() as connection:
            if not self._sqlite:
                connection = connection.execution_options(isolation_level=level)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed as a whole at the end, or not at all."""
        with self._engine.connect() as connection:
            connection = connection.execution_options(qms_writes=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def intact(self) -> list[str]:
        """What the database itself finds wrong with its file (SQLite only); empty when in order."""
        if not self._sqlite:
            return []
        with self.reading() as connection:
            lines = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
        return [line for line in lines if line != "ok"]


def _prepare_sqlite(engine: Engine) -> None:
    """The driver's own transaction handling is switched off: it would begin late, and lose the write lock's order."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("qms_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
