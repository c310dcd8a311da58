"""Between what a person types and what is stored: reading, checking and showing the value of a field.

Forms, importers, lists, history and printed sheets all go through here, so a value looks and behaves the same everywhere.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import TEXTUAL, Field, Kind, RecordKind, Value, Values
from qms_desktop.domain.text import clean, format_date, format_money, parse_date, parse_date_or_year, parse_money

_FLAG_WORDS = {True: "Có", False: "Không"}
_PLAIN = Field("", "")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
"""What every JSON reader holds exactly."""
_ID_LENGTHS = (9, 10, 12, 13, 14)
"""CMND, tax code of a company, CCCD, tax code of a household, tax code of a branch with its dash."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, and how to put it right (Vietnamese)."""

    field: str
    message: str


def read(field: Field, typed: str, *, today: date) -> Value:
    """The stored value of what was typed; None for an empty field.

    Raises InputError, with a Vietnamese message, when the text cannot be understood. Text is composed (NFC) and trimmed.
    """
    text = clean(typed).strip()
    if not text:
        return None
    if field.kind is Kind.INTEGER:
        return _whole(field, text)
    if field.kind is Kind.MONEY:
        return parse_money(text)
    if field.kind is Kind.DATE:
        return read_birth(text, today) if field.name == "born" else parse_date(text, today=today).isoformat()
    if field.kind is Kind.MOMENT:
        return _moment(text, today)
    if field.kind is Kind.CHOICE:
        return _option(field, text)
    if field.kind is Kind.PHONE:
        return read_phone(text)
    if field.kind is Kind.ID_NUMBER:
        return read_id_number(text)
    return text


def read_birth(text: str, today: date) -> str:
    """A birth as ISO text; the year alone where papers give no more. InputError as parse_date."""
    born = parse_date_or_year(text, today=today, birth=True)
    return str(born) if isinstance(born, int) else born.isoformat()


def read_phone(text: str) -> str:
    """A telephone number without its gaps; InputError when it cannot be one."""
    digits = re.sub(r"[\s.\-()]", "", text)
    if not re.fullmatch(r"\+?\d{8,13}", digits):
        raise InputError("QMS-185", f"“{text}” không phải số điện thoại.", do="Hãy gõ như 0912 345 678.", safe="")
    return digits


def read_id_number(text: str) -> str:
    """A citizen's or a tax number without its gaps; InputError when its length is none of theirs."""
    digits = re.sub(r"[\s.]", "", text)
    if not re.fullmatch(r"[\d-]+", digits) or len(digits) not in _ID_LENGTHS:
        what = f"“{text}” không đúng độ dài số giấy tờ."
        raise InputError("QMS-186", what, do="Hãy xem lại: CCCD có 12 chữ số, mã số thuế có 10 hoặc 13.", safe="")
    return digits


def _whole(field: Field, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise InputError("QMS-120", f"“{field.label}” phải là số nguyên, không phải “{text}”.", do="Hãy chỉ gõ chữ số.")
    return int(text)


def _moment(text: str, today: date) -> str:
    day, _, clock = text.rpartition(" ") if ":" in text else (text, "", "00:00")
    try:
        at = datetime.strptime(clock, "%H:%M").time()
    except ValueError as error:
        raise InputError("QMS-121", f"Giờ “{clock}” không có thật.", do="Hãy gõ như 14:30.") from error
    return datetime.combine(parse_date(day, today=today) if day else today, at).isoformat(timespec="minutes")


def _option(field: Field, text: str) -> str:
    for option in field.options:
        if text in (option.value, option.label):
            return option.value
    raise InputError("QMS-122", f"“{text}” không có trong danh sách của “{field.label}”.", do="Hãy chọn một mục trong danh sách.")


def show(field: Field, value: Value) -> str:
    """The value as people write it; empty text for an empty value. References are resolved by the caller."""
    if value is None or value == "":
        return ""
    if field.kind is Kind.CHOICE:
        return field.option_label(value)
    if field.kind is Kind.FLAG:
        return _FLAG_WORDS[bool(value)]
    if field.kind is Kind.MONEY and isinstance(value, int):
        return format_money(value)
    if isinstance(value, str) and (field.kind in (Kind.DATE, Kind.MOMENT) or field.name in ("due", "original_due", "new_due")):
        return show_when(value)
    if isinstance(value, list):
        return "; ".join(_row_words(field, row) for row in value)
    return _row_words(field, value) if isinstance(value, Mapping) else str(value)


def show_when(value: str) -> str:
    """A stored day or moment as dd/MM/yyyy or dd/MM/yyyy HH:mm; text of another shape is shown as it is."""
    day, _, clock = value.partition("T")
    try:
        words = format_date(date.fromisoformat(day))
    except ValueError:
        return value
    return f"{words} {clock[:5]}".strip()


def _row_words(field: Field, row: Value) -> str:
    """One row of a table: its filled cells in the order of the columns, each as its column shows it, nothing twice."""
    if not isinstance(row, Mapping):
        return str(row)
    columns = {column.name: column for column in field.columns}
    names = [*(name for name in columns if name in row), *(name for name in row if name not in columns)]
    cells = [_cell_words(columns.get(name), row[name]) for name in names if row[name] not in (None, "", 0)]
    return ", ".join(dict.fromkeys(cells))


def _cell_words(column: Field | None, cell: Value) -> str:
    if column is None:
        return _row_words(_PLAIN, cell) if isinstance(cell, Mapping) else str(cell)
    if column.kind is Kind.FLAG:
        return column.label.lower()
    words = show(column, cell)
    return f"{column.label.lower()} {words}" if column.kind is Kind.INTEGER else words


def problems(kind: RecordKind, values: Values) -> list[Problem]:
    """Everything wrong with a record's values, in the order of its form; empty when it may be saved."""
    return [problem for field in kind.fields for problem in _field_problems(field, values.get(field.name))]


def _field_problems(field: Field, value: Value) -> Iterator[Problem]:
    if value is None or value == "":
        if field.required:
            yield Problem(field.name, f"Hãy nhập “{field.label}”.")
        return
    if not _right_shape(field, value):
        yield Problem(field.name, f"“{field.label}” không đúng kiểu dữ liệu.")
    elif field.kind is Kind.CHOICE and field.options and all(option.value != value for option in field.options):
        yield Problem(field.name, f"“{field.label}” không có trong danh sách.")
    elif field.check is not None and (message := field.check(value)):
        yield Problem(field.name, message)


def _right_shape(field: Field, value: Value) -> bool:
    if field.kind in (Kind.INTEGER, Kind.MONEY):
        return isinstance(value, int) and not isinstance(value, bool)
    if field.kind is Kind.FLAG:
        return isinstance(value, bool)
    if field.kind is Kind.TABLE:
        return isinstance(value, list | dict)
    if field.kind in (Kind.DATE, Kind.MOMENT):
        return isinstance(value, str) and _is_moment(value)
    return isinstance(value, str) if field.kind in TEXTUAL or field.kind in (Kind.CHOICE, Kind.REFERENCE) else True


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
