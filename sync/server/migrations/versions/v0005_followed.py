"""Which PC goes on for one that was restored or copied: the old id is let in no more."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    """Nobody is followed yet."""
    op.add_column("devices", Column("followed_by", Text))
