"""What the province gives its communes: the dated register of units, model procedures, and the working calendars.

Each is written as records of the province's scope. Doing it twice changes nothing; what changed becomes a new dated row, a
new amendment or a new version, because nothing published is ever edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from json import dumps
from typing import cast

from qms_desktop.domain.calendar import WorkingCalendar
from qms_desktop.domain.calendar_data import calendar_as_data
from qms_desktop.domain.fields import Area, RecordKind
from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.domain.records.calendars import CALENDAR
from qms_desktop.domain.records.revisions import REVISION
from qms_desktop.domain.records.units import UNIT
from qms_desktop.domain.unit_lists import UnitRow, UnitsFile, unit_values
from sync.canonical import Value
from sync.server.errors import ServerError
from sync.server.province import Province
from sync.server.records import current, flat
from sync.server.writer import Put

Values = Mapping[str, Value]
_COMPARED = ("kind", "name", "full_name", "province")


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did."""

    written: int
    unchanged: int
    problems: tuple[str, ...] = ()


def import_units(province: Province, units: UnitsFile, valid_from: date, source: str) -> Report:
    """Take a list of units as it holds from a day; units that are the same as before get no new row."""
    if not units.rows:
        raise ServerError(ServerError.BAD_FILE, "tệp không có đơn vị nào đọc được")
    known = _rows_by_code(province.units())
    puts = [
        Put(UNIT, f"unit-{row.code}-{valid_from.isoformat()}", unit_values(row, valid_from, source))
        for row in units.rows
        if not _holds(known.get(row.code, ()), row, valid_from)
    ]
    written = province.publish("unit.import", puts)
    return Report(written, len(units.rows) - written, tuple(problem.message for problem in units.problems))


def publish_procedures(province: Province, contents: Iterable[ProcedureContent], effective_on: date) -> Report:
    """Publish model procedures, in force from the law's own date or else from `effective_on`."""
    held = _held(province, REVISION)
    puts, unchanged = [], 0
    for content in contents:
        values = _content_values(content, effective_on)
        before = [row for row in held if row.get("code") == content.code]
        newest = max(before, key=_amendment, default=None)
        if newest is not None and all(newest.get(name) == value for name, value in values.items()):
            unchanged += 1
            continue
        puts.append(_revision(content.code, values, 0 if newest is None else _amendment(newest) + 1))
    return Report(province.publish("revision.publish", puts), unchanged)


def publish_calendars(province: Province, calendars: Iterable[WorkingCalendar]) -> Report:
    """Publish calendars; a changed one must carry a new version."""
    held = {(row.get("name"), row.get("version")): row for row in _held(province, CALENDAR)}
    puts, unchanged = [], 0
    for calendar in calendars:
        values = _known(CALENDAR, calendar_as_data(calendar))
        before = held.get((calendar.name, calendar.version))
        if before is None:
            puts.append(Put(CALENDAR, f"calendar-{calendar.name}-{calendar.version}", values))
        elif any(before.get(name) != value for name, value in values.items()):
            what = f"lịch “{calendar.name}” đã công bố với phiên bản {calendar.version}; nội dung mới phải có số phiên bản mới"
            raise ServerError(ServerError.ALREADY_THERE, what)
        else:
            unchanged += 1
    return Report(province.publish("calendar.publish", puts), unchanged)


def _rows_by_code(rows: Iterable[Values]) -> dict[str, list[Values]]:
    by_code: dict[str, list[Values]] = {}
    for row in rows:
        by_code.setdefault(str(row.get("code")), []).append(row)
    return by_code


def _holds(rows: Iterable[Values], new: UnitRow, day: date) -> bool:
    """Whether the row in force on the day says the same already."""
    valid = [row for row in rows if str(row.get("valid_from")) <= day.isoformat()]
    if not valid:
        return False
    latest = max(valid, key=lambda row: str(row.get("valid_from")))
    return all(latest.get(name) == getattr(new, name) for name in _COMPARED)


def _held(province: Province, kind: RecordKind) -> list[Values]:
    groups = {kind.merged_name(field.name) for field in kind.fields if field.group}
    with province.database.reading() as connection:
        rows = current(connection, Area.PROVINCE.value, kind.name)
    return [flat(row, groups) for row in rows.values()]


def _content_values(content: ProcedureContent, effective_on: date) -> dict[str, Value]:
    raw = cast("dict[str, Value]", content.to_json())
    start = str(raw.pop("effective_from", "") or "") or effective_on.isoformat()
    return _known(REVISION, raw | {"kind": "procedure", "effective_on": start, "issue_no": 1})


def _revision(code: str, values: dict[str, Value], amendment: int) -> Put:
    content = {name: value for name, value in values.items() if name != "kind"}
    fingerprint = sha256(dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    identity = "R" + sha256(f"province|{code}|1|{amendment}".encode()).hexdigest()[:25].upper()
    facts: dict[str, Value] = {"amendment_no": amendment, "stage": "approved", "content_hash": fingerprint}
    return Put(REVISION, identity, values | facts)


def _amendment(row: Values) -> int:
    number = row.get("amendment_no")
    return number if isinstance(number, int) else 0


def _known(kind: RecordKind, values: Mapping[str, Value]) -> dict[str, Value]:
    """The filled values the kind has fields for."""
    return {name: value for name, value in values.items() if kind.knows(name) and value not in (None, "", [], {})}
