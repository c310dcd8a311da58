"""Up to where entries were judged and by which rights, the records in custody, and what was erased by order."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, Text

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Everything held before is judged at the next visit of its unit."""
    op.create_table(
        "judged",
        Column("scope", Text, primary_key=True),
        Column("pos", BigInteger, nullable=False),
        Column("rights", Text, nullable=False),
    )
    target = (Column("scope", Text, nullable=False), Column("kind", Text, nullable=False), Column("record", Text, nullable=False))
    op.create_table("custody", *target, PrimaryKeyConstraint("scope", "kind", "record"))
    op.create_table(
        "erased",
        Column("scope", Text, nullable=False),
        Column("id", LargeBinary, nullable=False),
        Column("record", Text, nullable=False),
        PrimaryKeyConstraint("scope", "id"),
    )
