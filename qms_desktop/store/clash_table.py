"""Reading what the rules across records found: few rows, kept up to date by ``clashes.py`` in every transaction."""

from typing import Any

from qms_desktop.domain.merged_rules import Clash, Rule


def all_clashes(connection: Any) -> list[Clash]:
    """Every broken rule that nobody has answered yet, in an order that is the same on every PC."""
    rows = connection.execute("SELECT topic, key, rule, detail FROM clash ORDER BY topic, key, rule, detail").fetchall()
    return [_clash(connection, row) for row in rows]


def clash(connection: Any, clash_id: str) -> Clash | None:
    """The one with this id, None when it has been answered."""
    row = connection.execute("SELECT topic, key, rule, detail FROM clash WHERE id = ?", (clash_id,)).fetchone()
    return None if row is None else _clash(connection, row)


def count_clashes(connection: Any) -> int:
    """How many there are."""
    number: int = connection.execute("SELECT count(*) FROM clash").fetchone()[0]
    return number


def waiting(connection: Any, kind: str) -> frozenset[str]:
    """The records of a kind that are not in force until a person has answered: all but the first of each question."""
    rows = connection.execute("SELECT record FROM clash_party WHERE kind = ? AND place > 0", (kind,)).fetchall()
    return frozenset(record for (record,) in rows)


def _clash(connection: Any, row: tuple[str, str, str, str]) -> Clash:
    statement = "SELECT kind, record FROM clash_party WHERE topic = ? AND key = ? AND rule = ? AND detail = ? ORDER BY place"
    parties = connection.execute(statement, row).fetchall()
    return Clash(row[0], row[1], Rule(row[2]), row[3], tuple((kind, record) for kind, record in parties))
