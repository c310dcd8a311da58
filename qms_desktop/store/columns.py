"""Columns, sort keys and indexes of each kind of record, derived from its field definitions.

One table per kind; its key is the number of the record's merge state, so lists, search and state speak of the same number.
Columns have no type of their own: what a newer or faulty program sent comes out as it went in.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from qms_desktop.domain.fields import Field, Kind, RecordKind, Value
from qms_desktop.domain.text import name_sort_key, sort_key

SORTED = frozenset({Kind.TEXT, Kind.NAME})
FORM = "1"
"""Raised when the way values are stored here changes, so that every kind is projected anew at the next start."""

_COUNTED = "#counted"
_OWN = ("id", "_scope", "_voided", "_questions", "_entry")


def table_of(kind: str) -> str:
    """The name of the kind's table."""
    return f"k_{kind}"


def index_of(table: str, column: str) -> str:
    """The name of the index that orders a table by a column."""
    return f"{table}_{column}"


def counted_index(kind: str) -> str:
    """The name of the index that holds a kind's counted fields together."""
    return index_of(table_of(kind), "_counted")


def quoted(name: str) -> str:
    """An SQL identifier; field names are checked, yet words such as "order" need the quotes."""
    return f'"{name}"'


def sort_column(field: Field) -> str:
    """The column that orders by this field: its stored key for words, the value itself for everything else."""
    return f"{field.name}_sort" if has_sort_key(field) else field.name


def has_sort_key(field: Field) -> bool:
    """Words shown in lists get a key in dictionary order (people: given name first)."""
    return field.kind in SORTED and (field.width > 0 or field.searched)


def sort_value(field: Field, value: Value) -> str | None:
    """The stored key of a value."""
    if not isinstance(value, str):
        return None
    return name_sort_key(value) if field.kind is Kind.NAME else sort_key(value)


def encode(field: Field, value: Value) -> Any:
    """A value as it is stored: words and numbers as they are, yes/no as 1/0, everything else as JSON bytes."""
    if value is None:
        return None
    if isinstance(value, bool):
        return int(value) if field.kind is Kind.FLAG else _json(value)
    if isinstance(value, int):
        return _json(value) if field.kind is Kind.FLAG else value
    if isinstance(value, str):
        return value
    return _json(value)


def decode(field: Field, stored: Any) -> Value:
    """The value that ``encode`` stored."""
    if isinstance(stored, bytes):
        value: Value = json.loads(stored)
        return value
    if field.kind is Kind.FLAG and isinstance(stored, int):
        return bool(stored)
    return stored  # type: ignore[no-any-return]


def _json(value: Value) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def cells(kind: RecordKind, values: Mapping[str, Value]) -> dict[str, Any]:
    """The columns, sort keys included, for values of fields this program knows; others are left out."""
    found: dict[str, Any] = {}
    for field in kind.fields:
        if field.name in values:
            found[field.name] = encode(field, values[field.name])
            if has_sort_key(field):
                found[sort_column(field)] = sort_value(field, values[field.name])
    return found


@dataclass(frozen=True, slots=True)
class Shape:
    """What the table of a kind must look like; `facts` are all that the stored form of each field depends on."""

    columns: tuple[str, ...]
    indexed: tuple[tuple[str, ...], ...]
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reshaped:
    """A kind whose definition changed: `added` fields must be filled in, or with `whole` every row built anew."""

    kind: RecordKind
    whole: bool
    added: tuple[Field, ...] = ()


def shape_of(kind: RecordKind) -> Shape:
    """Columns and indexes that follow from the definition."""
    columns: list[str] = []
    for field in kind.fields:
        columns.append(field.name)
        if has_sort_key(field):
            columns.append(sort_column(field))
    indexed = tuple(("_voided", sort_column(field)) for field in kind.fields if is_indexed(kind, field))
    together = {_COUNTED: " ".join(kind.counted)} if kind.counted else {}
    return Shape(tuple(columns), indexed, {"": FORM} | together | {field.name: _facts(kind, field) for field in kind.fields})


def _facts(kind: RecordKind, field: Field) -> str:
    marks = (field.searched, has_sort_key(field), is_indexed(kind, field), field.derived)
    return " ".join((field.kind, field.group, *("x" if mark else "-" for mark in marks)))


def is_indexed(kind: RecordKind, field: Field) -> bool:
    """Whether lists can order and filter by the field without reading rows."""
    if field.kind in (Kind.NOTE, Kind.TABLE):
        return False
    if field.kind is Kind.REFERENCE or (field.kind is Kind.CODE and field.required):
        return True
    return field.width > 0 or field.name == kind.order


def derive(database: Database, kinds: tuple[RecordKind, ...]) -> list[Reshaped]:
    """Create or widen the tables of `kinds`; returns those whose rows must be filled in or built anew.

    The caller holds the write transaction. Columns and tables that a newer program added stay and are left alone; what it knew
    beyond this one is forgotten, because from now on nothing is shown there.
    """
    known = {name: json.loads(text) for name, text in database.execute("SELECT kind, definition FROM derived").fetchall()}
    for gone in known.keys() - {kind.name for kind in kinds}:
        database.execute("DELETE FROM derived WHERE kind = ?", (gone,))
    changed: list[Reshaped] = []
    for kind in kinds:
        before, now = known.get(kind.name), shape_of(kind).facts
        if before != now:
            _shape(database, kind)
            database.execute("INSERT OR REPLACE INTO derived VALUES (?, ?)", (kind.name, json.dumps(now)))
            changed.append(_reshaped(kind, before or {}, now))
    return changed


def _reshaped(kind: RecordKind, before: Mapping[str, str], now: Mapping[str, str]) -> Reshaped:
    """Only fields that are new: fill them in. Anything else, also a field this program lacks, asks for every row."""
    whole = any(now.get(name) != facts for name, facts in before.items()) or not before
    return Reshaped(kind, whole, tuple(field for field in kind.fields if field.name not in before))


def _shape(database: Database, kind: RecordKind) -> None:
    table, shape = table_of(kind.name), shape_of(kind)
    if not database.table(table).exists():
        own = ", ".join(f"{quoted(name)} NOT NULL DEFAULT 0" for name in _OWN)
        database.execute(f"CREATE TABLE {table} (_num INTEGER PRIMARY KEY, {own}, UNIQUE (id, _scope))")
        database.execute(f"CREATE INDEX {table}__questions ON {table} (_questions) WHERE _questions > 0")
    present = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
    for column in shape.columns:
        if column not in present:
            database.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(column)}")
    _together(database, kind)
    for columns in shape.indexed:
        names = ", ".join(map(quoted, columns))
        database.execute(f"CREATE INDEX IF NOT EXISTS {quoted(index_of(table, columns[-1]))} ON {table} ({names})")


def _together(database: Database, kind: RecordKind) -> None:
    """The counted fields may have changed since: their index is made anew."""
    if kind.counted:
        name, fields = quoted(counted_index(kind.name)), ", ".join(map(quoted, ("_voided", *kind.counted)))
        database.execute(f"DROP INDEX IF EXISTS {name}")
        database.execute(f"CREATE INDEX {name} ON {table_of(kind.name)} ({fields})")
