"""The server's tables: journals as they arrived, their merged state, and who may call.

The same tables serve SQLite and PostgreSQL; they are made, and changed, by the steps in `migrations` alone. Nothing here is
ordered by a global sequence: `pos` counts the arrivals of one scope, under the lock of that scope's row. Entry ids are the 32
raw bytes of the hash.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, Table, Text

TABLES = MetaData()

SCOPES = Table(
    "scopes",
    TABLES,
    Column("scope", Text, primary_key=True),
    Column("last_pos", BigInteger, nullable=False),
    Column("lam", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)

ENTRIES = Table(
    "entries",
    TABLES,
    Column("scope", Text, primary_key=True),
    Column("pos", BigInteger, primary_key=True, autoincrement=False),
    Column("id", LargeBinary, nullable=False, unique=True),
    Column("journal", Text, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),
    Column("signature", LargeBinary),
    Index("entries_by_number", "scope", "journal", "n"),
)

LEAVES = Table(
    "leaves",
    TABLES,
    Column("scope", Text, primary_key=True),
    Column("id", LargeBinary, primary_key=True),
    Column("journal", Text, nullable=False),
    Column("n", BigInteger, nullable=False),
)

RECORDS = Table(
    "records",
    TABLES,
    Column("scope", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),
)

CERTIFICATES = Table(
    "certificates",
    TABLES,
    Column("journal", Text, primary_key=True),
    Column("certificate", LargeBinary, nullable=False),
)

TIPS = Table(
    "tips",
    TABLES,
    Column("scope", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("id", Text, nullable=False),
)

PEERS = Table(
    "peers",
    TABLES,
    Column("peer", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("leaves", Text, nullable=False),
)

DEVICES = Table(
    "devices",
    TABLES,
    Column("replica", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("letter", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sign_key", LargeBinary, nullable=False),
    Column("wrap_key", LargeBinary, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("seen_at", BigInteger),
    Index("devices_by_unit", "unit"),
)

CODES = Table(
    "codes",
    TABLES,
    Column("digest", LargeBinary, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_by", Text),
)
