"""A record on paper: its filled fields from their definitions, its tables as tables, and what was changed by whom."""

from collections.abc import Iterator
from itertools import groupby

from qms_desktop.domain.fields import Field, Kind, RecordKind, Value, Values
from qms_desktop.domain.values import show_when
from qms_desktop.printing.models import Column, HistoryLine, Section
from qms_desktop.store.history import HistoryLine as Change
from qms_desktop.store.view import View
from qms_desktop.usecases.printed_words import MASK, as_seen, field_words, person
from qms_desktop.usecases.work import Session

_PROVINCE = "Tỉnh"
_LONG = 300
_AMOUNTS = frozenset({Kind.INTEGER, Kind.MONEY})


def sections(view: View, kind: RecordKind, record: Values) -> Iterator[Section]:
    """The filled fields of a record as labels and shown values, in the order of its form; references become names.

    A field made of rows with columns is a table of its own, between the fields before and after it.
    """
    for title in dict.fromkeys(field.section for field in kind.fields):
        heading, rows = title or kind.label, list[tuple[str, str]]()
        for field in (field for field in kind.fields if field.section == title):
            table = _table(view, field, record.get(field.name))
            words = "" if table else _lines(view, field, record.get(field.name))
            if words:
                rows.append((field.label, words))
            if table and rows:
                yield Section(heading, tuple(rows))
                heading, rows = f"{title or kind.label} (tiếp theo)", []
            if table:
                yield table
        if rows:
            yield Section(heading, tuple(rows))


def _lines(view: View, field: Field, value: Value) -> str:
    """The value; the rows of a list each on a line of its own."""
    if not isinstance(value, list) or len(value) == 1:
        return field_words(view, field, value)
    return "\n".join(f"{number}. {field_words(view, field, [row])}" for number, row in enumerate(value, start=1))


def _table(view: View, field: Field, value: Value) -> Section | None:
    """The rows under the columns that hold anything; none where the value is no such table."""
    rows = value if isinstance(value, list) else []
    records = [row for row in rows if isinstance(row, dict)]
    known = {column.name for column in field.columns}
    if not field.columns or not records or len(records) < len(rows) or any(row.keys() - known for row in records):
        return None
    filled = [column for column in field.columns if any(row.get(column.name) not in (None, "", False) for row in records)]
    cells = tuple(tuple(field_words(view, column, row.get(column.name)) for column in filled) for row in records)
    return Section(field.label, cells, tuple(Column(column.label, align=_align(column)) for column in filled))


def _align(column: Field) -> str:
    return "center" if column.kind in _AMOUNTS else "left"


def history_lines(view: View, kind: RecordKind, record: str, session: Session | None = None) -> Iterator[HistoryLine]:
    """Every change of a record, those of one person at one moment together; for a session, as that person may read them."""
    for (at, who), changes in groupby(view.history(kind.name, record), key=lambda change: (change.at, change.who)):
        words = "\n".join(_change_words(view, kind, change, session) for change in changes)
        yield HistoryLine(show_when(at), person(view, who) or (_PROVINCE if who == "province" else "Máy khác"), words)


def _change_words(view: View, kind: RecordKind, change: Change, session: Session | None) -> str:
    name, value = change.field, change.after
    if not name:
        return "Bỏ bản ghi" if value else "Dùng lại bản ghi"
    if not kind.knows(name):
        return f"{name}: {value or ''}"
    field = kind.field(name)
    seen = as_seen(session, kind, {name: value}, MASK)[name] if session else value
    return f"{field.label}: {_short(view, field, seen)}"


def _short(view: View, field: Field, value: Value) -> str:
    """The value; of what has many parts only how many, for the sheet shows the parts themselves."""
    words = field_words(view, field, value) or "(để trống)"
    if isinstance(value, list | dict) and len(value) > 1 and (isinstance(value, list) or len(words) > _LONG):
        return f"{len(value)} mục"
    return words
