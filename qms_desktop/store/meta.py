"""The few facts a database holds about itself: whose it is, and how high the Lamport counter has been seen."""

from dataclasses import dataclass, replace
from typing import Any

REPLICA = "replica"
LETTER = "letter"
UNIT = "unit"
LAMPORT = "lamport"
CLONED = "cloned"
RENAMED = "renamed"
PREDECESSORS = "predecessors"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who writes here: replica id (journal name), the PC's letter within its unit ("" until enrolled), unit code."""

    replica: str
    letter: str
    unit_code: str


def read(connection: Any, key: str) -> str:
    """The text kept under `key`, "" if there is none."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])


def write(connection: Any, key: str, value: str) -> None:
    """Keep text under `key`."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def read_identity(connection: Any) -> Identity:
    """Whose database this is."""
    return Identity(read(connection, REPLICA), read(connection, LETTER), read(connection, UNIT))


def write_identity(connection: Any, identity: Identity) -> None:
    """Set whose database this is."""
    write(connection, REPLICA, identity.replica)
    write(connection, LETTER, identity.letter)
    write(connection, UNIT, identity.unit_code)


def rename(connection: Any, replica: str) -> Identity:
    """Go on under a new replica id: the PC has to enrol again, and knows which ids it had (their roles, see ``succession``)."""
    before = read_identity(connection)
    identity = replace(before, replica=replica)
    write_identity(connection, identity)
    write(connection, CLONED, "")
    write(connection, RENAMED, "1")
    write(connection, PREDECESSORS, " ".join((*read(connection, PREDECESSORS).split(), before.replica)))
    return identity


def lamport(connection: Any) -> int:
    """The highest Lamport counter in everything held, over all scopes."""
    return int(read(connection, LAMPORT) or 0)
