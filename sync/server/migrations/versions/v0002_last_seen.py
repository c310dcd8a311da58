"""When a PC was last here; and the version is Alembic's to remember."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Add the moment, unknown for everybody, and drop the table that held the version."""
    op.add_column("devices", Column("seen_at", BigInteger))
    op.drop_table("meta")
