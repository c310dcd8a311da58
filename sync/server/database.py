"""Connections to the server's database: SQLite by default, PostgreSQL by one URL, the same statements on both."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from sync.server import migration
from sync.server.errors import ServerError

CONNECTIONS = 32
"""Kept open; twice as many may be used at a time. Work threads are fewer, so none waits for a connection."""

DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

WRITERS = 2
"""Common transactions of PostgreSQL under way at a time: while one is flushed, the next is made."""

FRESH_S = 10.0
"""A connection used so short a while ago is taken without asking PostgreSQL whether it still stands."""

BUSY_MS = 30_000
"""How long a writer waits for the one before it; a frame is committed in milliseconds."""


class Database:
    """One database of the server. Reads see one snapshot; writes are whole transactions."""

    def __init__(self, url: str) -> None:
        address = address_of(url)
        self._sqlite = address.get_backend_name() == "sqlite"
        self.writers = 1 if self._sqlite else WRITERS
        self._engine = create_engine(
            address,
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS,
            hide_parameters=True,
        )
        # SQLite has one writer at a time, and those that wait would sleep and look again; here they stand in a queue.
        self._turn: AbstractContextManager[object] = threading.Lock() if self._sqlite else nullcontext()
        if self._sqlite:
            _prepare_sqlite(self._engine)
        else:
            _ask_rested_ones(self._engine)

    def create(self) -> None:
        """Make the tables of a new database; ServerError if it holds a server already."""
        self.demand_empty()
        with self.writing() as connection:
            migration.upgrade(connection)

    def demand_empty(self) -> None:
        """ServerError if the database holds a server, or cannot be reached."""
        with self._reached() as connection:
            if migration.standing(connection) is not None:
                raise ServerError(ServerError.ALREADY_THERE, "cơ sở dữ liệu này đã có dữ liệu của một máy chủ; không ghi đè")

    def open(self) -> None:
        """Bring the tables of an older program to those of this one; ServerError if there are none, or newer ones."""
        with self._reached() as connection:
            before = migration.standing(connection)
        if before is None:
            raise ServerError(ServerError.DATABASE, "cơ sở dữ liệu trống")
        if before != migration.NEWEST:
            with self.writing() as connection:
                migration.upgrade(connection)

    def check(self) -> None:
        """That the database answers, and has the tables of this program; ServerError or SQLAlchemyError otherwise."""
        with self.reading() as connection:
            version = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if version != migration.NEWEST:
            what = f"cơ sở dữ liệu không đúng phiên bản (cần {migration.NEWEST}, có {version})"
            raise ServerError(ServerError.DATABASE, what)

    @contextmanager
    def _reached(self) -> Iterator[Connection]:
        try:
            with self.reading() as connection:
                yield connection
        except (OperationalError, UnicodeError) as fault:  # the latter: a name of a machine that no network knows
            raise ServerError(ServerError.DATABASE, "không kết nối được cơ sở dữ liệu") from fault

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose statements all see the same moment."""
        with self._engine.connect() as connection:
            if not self._sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """A connection each of whose statements is a moment of its own: one journey to the database instead of three."""
        if self._sqlite:
            with self.reading() as connection:
                yield connection
        else:
            with self._engine.connect() as connection:
                yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed as a whole at the end, or not at all."""
        with self._turn, self._engine.connect() as connection:
            options = {"qms_writes": True} if self._sqlite else {"isolation_level": "READ COMMITTED"}
            connection = connection.execution_options(**options)
            with connection.begin():
                yield connection

    def forget_erased(self) -> None:
        """After values were erased: nothing of them stays in a log (SQLite) or in dead rows (PostgreSQL) of the database."""
        statement = "PRAGMA wal_checkpoint(TRUNCATE)" if self._sqlite else "VACUUM entries"
        with self._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            if raw is not None and not self._sqlite:
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.execute(text(statement))
            elif raw is not None:
                raw.cursor().execute(statement)

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


def address_of(url: str) -> URL:
    """The address with its driver; ServerError for any database but SQLite and PostgreSQL."""
    try:
        address = make_url(url)
    except ArgumentError as fault:
        raise ServerError(ServerError.DATABASE, "địa chỉ cơ sở dữ liệu không đúng dạng (postgresql://…)") from fault
    driver = DRIVERS.get(address.get_backend_name())
    if driver is None:
        raise ServerError(ServerError.DATABASE, "chỉ dùng được SQLite hoặc PostgreSQL (postgresql://…)")
    return address.set(drivername=driver)


def _ask_rested_ones(engine: Engine) -> None:
    """Whether a connection still stands is asked only if it was not used for a while; a journey before each would be wasted."""

    @event.listens_for(engine, "checkin")
    def rests(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def stands(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("since", math.inf) < FRESH_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as fault:
            raise InvalidatePoolError from fault


def _prepare_sqlite(engine: Engine) -> None:
    """The driver's own transaction handling is switched off: it would begin late, and lose the write lock's order."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        own = (f"busy_timeout={BUSY_MS}", "foreign_keys=ON", "secure_delete=ON")
        for pragma in ("journal_mode=WAL", "synchronous=FULL", *own):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("qms_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
