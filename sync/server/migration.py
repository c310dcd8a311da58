"""Bringing a database to the tables of this program, step by step (Alembic), in the transaction of the caller."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from sync.server.errors import ServerError

FIRST = "0001"
"""What a database has that was made before Alembic kept its version."""

NEWEST = "0005"

_LOCK = 0x716D73
"""Servers that start side by side on one PostgreSQL take turns here."""


def standing(connection: Connection) -> str | None:
    """The last step the database has taken; None for an empty one."""
    there = set(inspect(connection).get_table_names())
    if "alembic_version" in there:
        return MigrationContext.configure(connection).get_current_revision()
    return FIRST if "entries" in there else None


def upgrade(connection: Connection, to: str = NEWEST) -> None:
    """Take the steps that are missing; ServerError if the database is ahead of this program."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    before = standing(connection)
    if before == to:
        return
    config = _config(connection)
    if before is not None:
        _known(config, before)
        MigrationContext.configure(connection).stamp(ScriptDirectory.from_config(config), before)
    command.upgrade(config, to)


def _known(config: Config, revision: str) -> None:
    if revision not in {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}:
        what = f"cơ sở dữ liệu của phiên bản mới hơn ({revision}); hãy dùng chương trình mới hơn"
        raise ServerError(ServerError.DATABASE, what)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "sync.server:migrations")
    return config
