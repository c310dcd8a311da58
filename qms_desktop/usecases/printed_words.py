"""What every printed sheet says in the same words: the unit's heading, names for references, values, masked numbers."""

import re
from collections.abc import Mapping
from datetime import date

from qms_desktop.domain.calendar_data import WEEKDAYS
from qms_desktop.domain.fields import Field, Kind, RecordKind, Value, Values
from qms_desktop.domain.records import kind_named
from qms_desktop.domain.values import show
from qms_desktop.printing.models import UnitHeading
from qms_desktop.store.view import View
from qms_desktop.usecases import clock, units
from qms_desktop.usecases.work import Session, Work

MASK = "•••"
_NUMBERS = frozenset({Kind.PHONE, Kind.ID_NUMBER})
_SEE_NUMBERS = frozenset({"CL", "SP", "SH", "IS", "LD", "AR"})
_CALENDAR = re.compile(r"vn-(\d{4})@(\d+)")
_CONVENTIONS = {"A": "A – hết ngày làm việc cuối", "B": "B – theo giờ tiếp nhận"}
_WEEKDAY_WORDS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def heading(view: View, work: Work, day: date) -> UnitHeading:
    """The agency block with the unit's kind and name of that day (domain-facts §1.5)."""
    row = units.unit_on(view, work.store.unit_code, day)
    name = f"{units.kind_label(row)} {row['name']}"
    return UnitHeading(("ỦY BAN NHÂN DÂN", name.upper()), _place(view, work, row))


def _place(view: View, work: Work, row: Values) -> str:
    """The place of the date line. The one the office typed is undated: it stands for the present name only."""
    present = units.unit_on(view, work.store.unit_code, work.clock().date())
    typed = str(office(view, work).get("place") or "")
    return typed if typed and present["name"] == row["name"] else str(row["name"])


def agency(view: View, work: Work, day: date) -> str:
    """ "Ủy ban nhân dân xã An Bình", as the unit was called that day."""
    row = units.unit_on(view, work.store.unit_code, day)
    return f"Ủy ban nhân dân {units.kind_label(row).lower()} {row['name']}"


def office(view: View, work: Work) -> Values:
    """What the office says about itself; empty before it is founded."""
    return view.get("office", f"office-{work.store.unit_code}") or {}


def person(view: View, identity: Value) -> str:
    """The full name of a person, empty for an unknown one."""
    record = view.get("person", str(identity)) if identity else None
    return str((record or {}).get("full_name") or "")


def as_seen(session: Session, kind: RecordKind, record: Values, mask: str = "") -> dict[str, Value]:
    """The record as this person may read it: phone and identity numbers masked for auditors and inspectors (d.5)."""
    if session.roles & _SEE_NUMBERS:
        return dict(record)
    hidden = {field.name for field in kind.fields if field.kind in _NUMBERS}
    return {name: mask if name in hidden and value else value for name, value in record.items()}


def field_words(view: View, field: Field, value: Value) -> str:
    """The value as people read it; a reference as the name of what it refers to, empty when that is not on this PC."""
    if field.refers:
        return reference_words(view, field.refers, value)
    if field.name == "norm" and isinstance(value, dict):
        return clock.norm_words({"norm": value})
    if field.name == "hours" and isinstance(value, dict):
        return _hours_words(value)
    if field.name == "calendar_version":
        return _CALENDAR.sub(r"\1 (bản \2)", str(value or "")).replace(") ", "), ")
    if field.name == "convention" and isinstance(value, str):
        return _CONVENTIONS.get(value, value)
    return show(field, value)


def reference_words(view: View, refers: str, value: Value) -> str:
    """The words by which a person recognises the record referred to."""
    kind = kind_named(refers)
    target = view.get(refers, str(value)) if value and kind else None
    return kind.heading(target) if kind and target else ""


def _hours_words(hours: Mapping[str, Value]) -> str:
    """ "Thứ Hai 07:00–11:00, 13:00–17:00; Thứ Ba …"."""
    days = zip(WEEKDAYS, _WEEKDAY_WORDS, strict=True)
    return "; ".join(f"{words} {_spans(hours[day])}" for day, words in days if hours.get(day))


def _spans(spans: Value) -> str:
    rows = spans if isinstance(spans, list) else []
    return ", ".join("–".join(str(end) for end in row) for row in rows if isinstance(row, list))
