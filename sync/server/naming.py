"""How a statement names many rows: the same text however many they are where PostgreSQL is asked, so that it plans once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, LargeBinary, Row, Text, any_, bindparam, func, select

Item = TypeVar("Item")

BATCH = 400
"""How many ids one statement names; every SQLite allows this many."""


class Pairs:
    """A question after rows by scope and name, for one scope and for many."""

    def __init__(self, columns: Sequence[Column[Any]], scope: Column[str], name: Column[Any]) -> None:
        pair = func.unnest(bindparam("scopes", type_=ARRAY(Text)), bindparam("names", type_=ARRAY(name.type)))
        both = pair.table_valued("scope", "name").render_derived(name="pair")
        self.at_once = select(*columns).where(scope == both.c.scope, name == both.c.name)
        self.of_scope = select(*columns).where(
            scope == bindparam("scope", type_=Text), name.in_(bindparam("names", expanding=True, type_=name.type))
        )


def paired(connection: Connection, pairs: Pairs, wanted: Sequence[tuple[str, Any]]) -> Iterator[Row[*tuple[Any, ...]]]:
    """The rows of those scopes and names; PostgreSQL is asked once, SQLite, where asking is cheap, once for each scope."""
    if connection.dialect.name == "postgresql":
        if wanted:
            scopes, names = zip(*wanted, strict=True)
            yield from connection.execute(pairs.at_once, {"scopes": list(scopes), "names": list(names)})
        return
    by_scope: dict[str, list[Any]] = {}
    for scope, name in wanted:
        by_scope.setdefault(scope, []).append(name)
    for scope, found in by_scope.items():
        for batch in batches(found):
            yield from connection.execute(pairs.of_scope, {"scope": scope, "names": batch})


def among(dialect: str, column: Column[bytes]) -> ColumnElement[bool]:
    """That the column is one of `ids`; for PostgreSQL the same text however many they are, so that it need not plan again."""
    if dialect == "postgresql":
        return column == any_(bindparam("ids", type_=ARRAY(LargeBinary)))
    return column.in_(bindparam("ids", expanding=True, type_=LargeBinary))


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in pieces that one statement can name."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def raw(ids: Iterable[str]) -> list[bytes]:
    """Entry ids as the tables hold them."""
    return [bytes.fromhex(entry) for entry in ids]
