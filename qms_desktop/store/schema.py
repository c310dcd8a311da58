"""The fixed tables, in numbered steps.

Version is major.minor in ``PRAGMA user_version`` (major × 1000 + minor). A newer major is refused, for this program could
damage it; a newer minor only added tables or columns and is opened. Columns of fields are not migrated here: they follow
the field definitions (``columns.py``).
"""

from collections.abc import Callable
from typing import Any

from qms_desktop.domain.errors import StoreError

MAJOR_STEP = 1000

_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE entry (
    num INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    journal TEXT NOT NULL,
    n INTEGER NOT NULL,
    prev BLOB NOT NULL,
    lam INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    action_id TEXT NOT NULL,
    mine INTEGER NOT NULL,
    body BLOB NOT NULL,
    sealed BLOB
);
CREATE INDEX entry_chain ON entry (scope, journal, n);
CREATE INDEX entry_prev ON entry (prev);
CREATE TABLE leaf (scope TEXT, journal TEXT, n INTEGER, id BLOB, PRIMARY KEY (scope, journal, id)) WITHOUT ROWID;
CREATE TABLE tip (scope TEXT, journal TEXT, n INTEGER, id BLOB, PRIMARY KEY (scope, journal)) WITHOUT ROWID;
CREATE TABLE signature (entry INTEGER PRIMARY KEY REFERENCES entry, bytes BLOB NOT NULL);
CREATE TABLE certificate (journal TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE state (
    num INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    heads BLOB NOT NULL,
    UNIQUE (kind, record, scope)
);
CREATE TABLE touched (state INTEGER, entry INTEGER, PRIMARY KEY (state, entry)) WITHOUT ROWID;
CREATE TABLE unopened (entry INTEGER PRIMARY KEY REFERENCES entry);
CREATE TABLE digest (scope TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE unit_key (unit TEXT, epoch INTEGER, key BLOB NOT NULL, PRIMARY KEY (unit, epoch)) WITHOUT ROWID;
CREATE TABLE derived (kind TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE peer (peer TEXT, scope TEXT, leaves BLOB NOT NULL, PRIMARY KEY (peer, scope)) WITHOUT ROWID;
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pin (
    person TEXT PRIMARY KEY,
    salt BLOB NOT NULL,
    verifier BLOB NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    locked_until TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE draft (form TEXT PRIMARY KEY, content TEXT NOT NULL, saved_at TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5 (
    kind, folded, exact,
    content = '', contentless_delete = 1, detail = column, prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 0"
);
"""


def _first(connection: Any) -> None:
    for statement in _FIRST.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def _bases(connection: Any) -> None:
    """What a snapshot shows until the history is there (bases.py). All of it may be lost."""
    connection.execute(
        "CREATE TABLE base_scope (scope TEXT PRIMARY KEY, name TEXT, position INTEGER, complete INTEGER, have BLOB) WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TABLE base_entry (scope TEXT, number INTEGER, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL, sealed BLOB, "
        "closed INTEGER NOT NULL, PRIMARY KEY (scope, number))"
    )
    connection.execute("CREATE TABLE base_state (state INTEGER PRIMARY KEY, scope TEXT, heads BLOB NOT NULL, past BLOB NOT NULL)")


def _blocks(connection: Any) -> None:
    """Old entries lie in blocks (blocks.py), so nothing may point at their rows any more."""
    connection.execute("DROP INDEX entry_prev")
    for table, columns in (
        ("signature", "entry INTEGER PRIMARY KEY, bytes BLOB NOT NULL"),
        ("unopened", "entry INTEGER PRIMARY KEY"),
    ):
        connection.execute(f"CREATE TABLE {table}_new ({columns})")
        connection.execute(f"INSERT INTO {table}_new SELECT * FROM {table}")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
    connection.execute(
        "CREATE TABLE block (num INTEGER PRIMARY KEY, scope TEXT NOT NULL, journal TEXT NOT NULL, n INTEGER NOT NULL, "
        "last INTEGER NOT NULL, mine INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, persons TEXT NOT NULL, "
        "prev BLOB NOT NULL, nums TEXT NOT NULL, ids BLOB NOT NULL, frame BLOB NOT NULL)"
    )
    connection.execute("CREATE INDEX block_chain ON block (scope, journal, n)")
    connection.execute("CREATE INDEX block_span ON block (low, high)")
    connection.execute("CREATE INDEX block_newest ON block (mine, high)")
    connection.execute("CREATE TABLE packed (key INTEGER, block INTEGER, PRIMARY KEY (key, block)) WITHOUT ROWID")
    connection.execute("CREATE TABLE blank (entry INTEGER PRIMARY KEY)")


def _across(connection: Any) -> None:
    """What the merged state of several records, or of what a verdict brought back, leaves to a person (clashes.py)."""
    connection.execute("CREATE TABLE referring (id BLOB PRIMARY KEY) WITHOUT ROWID")
    connection.execute(
        "CREATE TABLE clash (topic TEXT, key TEXT, rule TEXT, detail TEXT, id TEXT NOT NULL, "
        "PRIMARY KEY (topic, key, rule, detail)) WITHOUT ROWID"
    )
    connection.execute("CREATE INDEX clash_id ON clash (id)")
    connection.execute(
        "CREATE TABLE clash_party (kind TEXT, record TEXT, topic TEXT, key TEXT, rule TEXT, detail TEXT, place INTEGER NOT NULL, "
        "PRIMARY KEY (kind, record, topic, key, rule, detail)) WITHOUT ROWID"
    )
    connection.execute("CREATE INDEX clash_parties ON clash_party (topic, key, rule, detail, place)")


STEPS: tuple[tuple[int, int, Callable[[Any], None]], ...] = ((1, 0, _first), (1, 1, _bases), (2, 0, _blocks), (2, 1, _across))
"""(major, minor, step), ascending; a step runs inside the one transaction of ``migrate``."""

ACROSS = (2, 1)
"""From here on what verdicts bring back and what rules find is kept; what an older program left is looked through once."""

VERSION = STEPS[-1][:2]
EMPTY = (0, 0)


def version_of(connection: Any) -> tuple[int, int]:
    """The (major, minor) of an open database; (0, 0) when it is empty."""
    number: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return divmod(number, MAJOR_STEP)


def check_version(connection: Any) -> None:
    """StoreError QMS-406 when a newer program has changed the form of the data; nothing is touched."""
    found = version_of(connection)
    if found[0] > VERSION[0]:
        raise newer(*found)


def newer(major: int, minor: int) -> StoreError:
    """This program is too old for the data."""
    return StoreError(
        "QMS-406",
        f"Dữ liệu được ghi bởi bản chương trình mới hơn (dạng {major}.{minor}).",
        safe="Dữ liệu không bị thay đổi.",
        do="Hãy cập nhật chương trình trên máy này rồi mở lại.",
    )


def migrate(connection: Any) -> None:
    """Bring the fixed tables up to date; the caller holds the write transaction."""
    check_version(connection)
    found = version_of(connection)
    for major, minor, step in STEPS:
        if (major, minor) > found:
            step(connection)
    if found < VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION[0] * MAJOR_STEP + VERSION[1]}")
