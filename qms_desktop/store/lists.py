"""Long lists: the ordered numbers of all rows at once, then only the rows in sight by number.

LIMIT/OFFSET would sort 200,000 rows again for every page; an array of numbers costs 8 bytes a row and jumps anywhere.
"""

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qms_desktop.domain.fields import Field, Kind, RecordKind, Value
from qms_desktop.store.columns import decode, encode, has_sort_key, index_of, is_indexed, quoted, sort_column, table_of
from qms_desktop.store.search import folded_query
from qms_desktop.store.values import composed

_COMPARED = {"=": "=", "!=": "IS NOT", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_OWN = {"id": Field("id", "", Kind.CODE)}

Condition = tuple[str, str, Value]

MANY = 1000
"""Above so many rows it is quicker to walk an index than to read the rows."""


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
class Clause:
    """One condition of a selection; `index_only` picks the same row numbers from an index alone, "" where there is none."""

    direct: str
    index_only: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The SQL of a query: the table and joins, its conditions, ORDER BY."""

    table: str
    voided: int
    join: str
    clauses: tuple[Clause, ...]
    order: str
    ordered_by: str

    @property
    def source(self) -> str:
        """FROM and WHERE, reading rows where conditions need it: right for small selections."""
        conditions = " AND ".join([f"k._voided = {self.voided}", *(clause.direct for clause in self.clauses)])
        return f"{self.table} AS k{self.join} WHERE {conditions}"

    @property
    def parameters(self) -> tuple[Any, ...]:
        """What stands for the question marks, in either form."""
        return tuple(value for clause in self.clauses for value in clause.parameters)

    def scan(self, column: str) -> str:
        """FROM and WHERE that walk the index of `column` and never touch a row: right for large selections.

        The plus sign keeps SQLite from looking the numbers up one by one in the table, each of them a page to decrypt.
        """
        conditions = " AND ".join([f"k._voided = {self.voided}", *(f"+k._num IN ({c.index_only})" for c in self.clauses)])
        return f"{self.table} AS k INDEXED BY {quoted(index_of(self.table, column))} WHERE {conditions}"

    def is_large(self, connection: Any) -> bool:
        """Whether every condition picks many rows, and all of them can be judged from indexes."""
        if self.join or not self.clauses or not all(clause.index_only for clause in self.clauses):
            return False
        probes = (f"SELECT count(*) FROM ({clause.index_only} LIMIT {MANY})" for clause in self.clauses)
        counts = (
            connection.execute(probe, clause.parameters).fetchone()[0] for probe, clause in zip(probes, self.clauses, strict=True)
        )
        return all(count == MANY for count in counts)


def select(kind: RecordKind, query: ListQuery, kinds: dict[str, RecordKind]) -> Selection:
    """The SQL for a query; KeyError for a field the kind does not have."""
    voided = int(query.voided)
    clauses = [_clause(kind, voided, condition) for condition in query.where]
    if query.text.strip():
        clauses.append(_text_clause(query.text))
    join, order, ordered_by = _ordering(kind, query, kinds)
    return Selection(table_of(kind.name), voided, join, tuple(clauses), order, ordered_by)


def _clause(kind: RecordKind, voided: int, condition: Condition) -> Clause:
    name, operator, value = condition
    field = _field(kind, name)
    direct, parameters = _condition(field, operator, value)
    numbers = f"SELECT k._num FROM {table_of(kind.name)} AS k WHERE k._voided = {voided} AND {direct}"
    return Clause(direct, numbers if is_indexed(kind, field) and not has_sort_key(field) else "", tuple(parameters))


def _text_clause(text: str) -> Clause:
    expression = folded_query(text)
    if not expression:
        return Clause("0", "", ())
    numbers = "SELECT rowid FROM search WHERE search MATCH ?"
    return Clause(f"k._num IN ({numbers})", numbers, (expression,))


def keys(connection: Any, selection: Selection) -> "array[int]":
    """The numbers of all rows of the selection, in order."""
    large = selection.ordered_by and selection.is_large(connection)
    source = selection.scan(selection.ordered_by) if large else selection.source
    rows = connection.execute(f"SELECT k._num FROM {source} ORDER BY {selection.order}", selection.parameters)
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
    field = _field(kind, name)
    by_index = is_indexed(kind, field) and not has_sort_key(field) and selection.is_large(connection)
    source = selection.scan(field.name) if by_index else selection.source
    counted = connection.execute(f"SELECT k.{quoted(field.name)}, count(*) FROM {source} GROUP BY 1", selection.parameters)
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
        if len(items) > MANY:
            # More values than a statement takes question marks; only records by their ids are ever so many.
            return f"{column} IN (SELECT value FROM json_each(?))", [json.dumps(items)]
        return f"{column} IN ({','.join('?' * len(items))})", [encode(field, composed(item)) for item in items]
    if value is None:
        return f"{column} IS {'NOT ' if operator == '!=' else ''}NULL", []
    return f"{column} {_COMPARED[operator]} ?", [encode(field, composed(value))]


def _ordering(kind: RecordKind, query: ListQuery, kinds: dict[str, RecordKind]) -> tuple[str, str, str]:
    """Join, ORDER BY, and the indexed column of the table itself that orders ("" if none does)."""
    way = " DESC" if query.descending else ""
    name = query.order or kind.order
    if not name:
        return "", f"k._num{way}", ""
    field = kind.field(name)
    target = kinds.get(field.refers)
    if target is not None and target.order:
        join = f" LEFT JOIN {table_of(target.name)} AS r ON r.id = k.{quoted(name)}"
        return join, f"r.{quoted(sort_column(target.field(target.order)))}{way}, k._num{way}", ""
    column = sort_column(field)
    return "", f"k.{quoted(column)}{way}, k._num{way}", column if is_indexed(kind, field) else ""
