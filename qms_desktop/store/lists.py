"""Long lists: the ordered numbers of all rows at once, then only the rows in sight by number.

LIMIT/OFFSET would sort 200,000 rows again for every page; an array of numbers costs 8 bytes a row and jumps anywhere.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qms_desktop.domain.fields import Field, Kind, RecordKind, Value
from qms_desktop.store.columns import decode, encode, quoted, sort_column, table_of
from qms_desktop.store.search import folded_query

_COMPARED = {"=": "=", "!=": "IS NOT", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_OWN = {"id": Field("id", "", Kind.CODE)}

Condition = tuple[str, str, Value]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list shows: conditions (field, "=" "in" "<" "<=" ">" ">=" "!=" "empty" "filled", value), typed text, order.

    `order` "" is the kind's own order. A reference is ordered by the words of what it refers to.
    """

    kind: str
    where: tuple[Condition, ...] = ()
    text: str = ""
    order: str = ""
    descending: bool = False
    voided: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """The SQL of a query: FROM and WHERE, ORDER BY, and what stands for the question marks."""

    source: str
    order: str
    parameters: tuple[Any, ...]


def select(kind: RecordKind, query: ListQuery, kinds: dict[str, RecordKind]) -> Selection:
    """The SQL for a query; KeyError for a field the kind does not have."""
    clauses, parameters = [f"k._voided = {int(query.voided)}"], []
    for name, operator, value in query.where:
        clause, given = _condition(_field(kind, name), operator, value)
        clauses.append(clause)
        parameters += given
    if query.text.strip():
        expression = folded_query(query.text)
        clauses.append("k._num IN (SELECT rowid FROM search WHERE search MATCH ?)" if expression else "0")
        parameters += [expression] if expression else []
    join, order = _ordering(kind, query, kinds)
    source = f"{table_of(kind.name)} AS k{join} WHERE {' AND '.join(clauses)}"
    return Selection(source, order, tuple(parameters))


def keys(connection: Any, selection: Selection) -> "array[int]":
    """The numbers of all rows of the selection, in order."""
    rows = connection.execute(f"SELECT k._num FROM {selection.source} ORDER BY {selection.order}", selection.parameters)
    return array("q", [row[0] for row in rows])


def rows(connection: Any, kind: RecordKind, numbers: Sequence[int], names: Sequence[str]) -> list[dict[str, Value]]:
    """The named fields, "id" and "_questions" of the rows with these numbers, in the order given; vanished rows are left out."""
    fields = [_field(kind, name) for name in names]
    columns = ", ".join(["_num", "id", "_questions", *(quoted(field.name) for field in fields)])
    marks = ",".join("?" * len(numbers))
    found: dict[int, dict[str, Value]] = {}
    for row in connection.execute(f"SELECT {columns} FROM {table_of(kind.name)} WHERE _num IN ({marks})", tuple(numbers)):
        values = {field.name: decode(field, stored) for field, stored in zip(fields, row[3:], strict=True)}
        found[row[0]] = {**values, "id": row[1], "_open_questions": row[2]}
    return [found[num] for num in numbers if num in found]


def totals(connection: Any, kind: RecordKind, name: str, selection: Selection) -> dict[str, int]:
    """How many rows of the selection have each value of the field; "" for none."""
    column = quoted(_field(kind, name).name)
    counted = connection.execute(f"SELECT k.{column}, count(*) FROM {selection.source} GROUP BY 1", selection.parameters)
    return {"" if value is None else str(value): count for value, count in counted}


def _field(kind: RecordKind, name: str) -> Field:
    return _OWN[name] if name in _OWN else kind.field(name)


def _condition(field: Field, operator: str, value: Value) -> tuple[str, list[Any]]:
    column = f"k.{quoted(field.name)}"
    if operator == "empty":
        return f"({column} IS NULL OR {column} = '')", []
    if operator == "filled":
        return f"({column} IS NOT NULL AND {column} <> '')", []
    if operator == "in":
        items = value if isinstance(value, list | tuple) else [value]
        return f"{column} IN ({','.join('?' * len(items))})", [encode(field, item) for item in items]
    if value is None:
        return f"{column} IS {'NOT ' if operator == '!=' else ''}NULL", []
    return f"{column} {_COMPARED[operator]} ?", [encode(field, value)]


def _ordering(kind: RecordKind, query: ListQuery, kinds: dict[str, RecordKind]) -> tuple[str, str]:
    way = " DESC" if query.descending else ""
    name = query.order or kind.order
    if not name:
        return "", f"k._num{way}"
    field = kind.field(name)
    target = kinds.get(field.refers)
    if target is not None and target.order:
        join = f" LEFT JOIN {table_of(target.name)} AS r ON r.id = k.{quoted(name)}"
        return join, f"r.{quoted(sort_column(target.field(target.order)))}{way}, k._num{way}"
    return "", f"k.{quoted(sort_column(field))}{way}, k._num{way}"
