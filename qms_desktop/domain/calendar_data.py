"""The written form of a calendar (JSON shape): in resources, in records and on the wire.

Times are "HH:MM", dates "YYYY-MM-DD", hours a mapping from "mon" … "sun" to lists of [start, end].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from itertools import pairwise
from typing import Any

from qms_desktop.domain.calendar import CalendarDay, CalendarStatus, DayKind, Session, WorkingCalendar, WorkingHours
from qms_desktop.domain.errors import InputError
from qms_desktop.domain.text import nfc

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendar_from_data(data: Mapping[str, Any]) -> WorkingCalendar:
    """The calendar of its JSON shape; InputError QMS-110 naming the calendar and the fault if it is not one."""
    try:
        return WorkingCalendar(
            name=str(data["name"]),
            version=int(data["version"]),
            valid_from=date.fromisoformat(data["valid_from"]),
            valid_to=date.fromisoformat(data["valid_to"]) if data.get("valid_to") else None,
            status=CalendarStatus(data["status"]),
            hours=hours_from_data(data["hours"]) if data.get("hours") else None,
            days=tuple(_day(day) for day in data.get("days", ())),
            complete=bool(data.get("complete", True)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise InputError(
            "QMS-110",
            f"Lịch “{data.get('name', '?')}” viết sai ở chỗ: {fault}.",
            do="Hãy sửa lịch này hoặc lấy lại bản của tỉnh.",
        ) from fault


def calendar_as_data(calendar: WorkingCalendar) -> dict[str, Any]:
    """The JSON shape of a calendar; calendar_from_data reads it back."""
    return {
        "name": calendar.name,
        "version": calendar.version,
        "valid_from": calendar.valid_from.isoformat(),
        "valid_to": calendar.valid_to.isoformat() if calendar.valid_to else None,
        "status": calendar.status.value,
        "complete": calendar.complete,
        "hours": hours_as_data(calendar.hours) if calendar.hours else None,
        "days": [
            {
                "date": day.date.isoformat(),
                "kind": day.kind.value,
                "note": day.note,
                "legal_ref": day.legal_ref,
                "confirmed": day.confirmed,
            }
            for day in calendar.days
        ],
    }


def hours_from_data(data: Mapping[str, Sequence[Sequence[str]]]) -> WorkingHours:
    """Weekly hours from {"mon": [["07:00", "11:00"], …]}; weekdays left out are days off. ValueError if they overlap."""
    unknown = set(data) - set(WEEKDAYS)
    if unknown:
        raise ValueError(f"không có thứ {', '.join(sorted(unknown))}")
    return WorkingHours(tuple(_sessions(data.get(weekday, ())) for weekday in WEEKDAYS))


def hours_as_data(hours: WorkingHours) -> dict[str, list[list[str]]]:
    """The JSON shape of weekly hours, days off left out."""
    return {
        weekday: [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in sessions]
        for weekday, sessions in zip(WEEKDAYS, hours.by_weekday, strict=True)
        if sessions
    }


def parse_sessions(text: str) -> tuple[Session, ...]:
    """Sessions of a day from "07:00-11:00,13:00-17:00"; InputError QMS-111 if they cannot be read or overlap."""
    try:
        return _sessions([span.split("-") for span in text.replace("–", "-").split(",")])
    except ValueError:
        raise InputError(
            "QMS-111",
            f"“{text}” không phải là giờ làm việc.",
            do="Hãy gõ các buổi theo thứ tự, ví dụ 07:00-11:00,13:00-17:00.",
        ) from None


def _sessions(spans: Sequence[Sequence[str]]) -> tuple[Session, ...]:
    sessions = tuple((_time(start), _time(end)) for start, end in spans)
    edges = [edge for session in sessions for edge in session]
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise ValueError("các buổi làm việc chồng lên nhau hoặc không theo thứ tự")
    return sessions


def _time(text: str) -> time:
    hour, _, minute = text.strip().partition(":")
    return time(int(hour), int(minute))


def _day(data: Mapping[str, Any]) -> CalendarDay:
    return CalendarDay(
        date=date.fromisoformat(data["date"]),
        kind=DayKind(data["kind"]),
        note=nfc(data.get("note", "")),
        legal_ref=nfc(data.get("legal_ref", "")),
        confirmed=bool(data.get("confirmed", True)),
    )
