"""An entry's id is unique within its scope, of which it is the hash anyway: the tables may now be spread by scope."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """The same promise under another index. SQLite writes the table anew for it."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("entries_id_key", "entries", type_="unique")
    else:
        with op.batch_alter_table("entries", naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"}) as entries:
            entries.drop_constraint("uq_entries_id", type_="unique")
    op.create_index("entries_by_id", "entries", ["scope", "id"], unique=True)
