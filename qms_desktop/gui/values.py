"""Field values as people read and type them; the one place between a stored value and a text box or a list cell."""

from __future__ import annotations

import re
from datetime import date, datetime

from qms_desktop.domain.errors import AppError, InputError
from qms_desktop.domain.fields import Field, Kind, Value
from qms_desktop.domain.text import fold, format_date, format_money, nfc, parse_date, parse_money
from qms_desktop.domain.values import read_birth, read_id_number, read_phone

_MOMENT = re.compile(r"(.+?)[\sT,]+(\d{1,2})[:gh](\d{2})?")
_BIRTH = "born"


def date_text(value: Value) -> str:
    """31/12/2026 from "2026-12-31"; a moment gets its hour, a year alone stays; anything else is shown as it is."""
    text = "" if value is None else str(value)
    try:
        if len(text) == len("2026-12-31"):
            return format_date(date.fromisoformat(text))
        if len(text) >= len("2026-12-31T00:00"):
            return f"{datetime.fromisoformat(text):%d/%m/%Y %H:%M}"
    except ValueError:
        return text
    return text


def shown(field: Field, value: Value) -> str:
    """A value as it stands in a cell or a text box."""
    if value is None or value == "":
        return ""
    if field.kind in (Kind.DATE, Kind.MOMENT) or field.name in ("due", "original_due", "new_due"):
        return date_text(value)
    if field.kind is Kind.CHOICE:
        return field.option_label(value)
    if field.kind is Kind.FLAG:
        return "Có" if value else "Không"
    if field.kind is Kind.MONEY and isinstance(value, int):
        return format_money(value)
    if field.kind is Kind.TABLE:
        return f"{len(value)} mục" if isinstance(value, list | dict) else str(value)
    return str(value)


def parsed(field: Field, typed: str, today: date) -> Value:
    """The value of what was typed; None for nothing. Raises InputError that says how to put it right."""
    text = nfc(typed).strip()
    if not text:
        if field.required:
            raise InputError("QMS-181", f"Chưa nhập “{field.label}”.", do="Hãy điền ô này.", safe="")
        return None
    value = _read(field, text, today)
    fault = field.check(value) if field.check else None
    if fault:
        raise InputError("QMS-182", fault, do="", safe="")
    return value


def problem(error: AppError) -> str:
    """The short sentence beside a field."""
    return " ".join(part for part in (error.what, error.do) if part)


def _read(field: Field, text: str, today: date) -> Value:
    if field.kind is Kind.DATE:
        return read_birth(text, today) if field.name == _BIRTH else parse_date(text, today=today).isoformat()
    if field.kind is Kind.MOMENT:
        return _moment(text, today)
    if field.kind is Kind.MONEY:
        return parse_money(text)
    if field.kind is Kind.INTEGER:
        return _integer(field, text)
    if field.kind is Kind.PHONE:
        return read_phone(text)
    if field.kind is Kind.ID_NUMBER:
        return read_id_number(text)
    if field.kind is Kind.NOTE:
        return text
    return " ".join(text.split())


def _moment(text: str, today: date) -> str:
    found = _MOMENT.fullmatch(text)
    day, hour, minute = (found[1], found[2], found[3] or "00") if found else ("", "", "")
    if not found or int(hour) > 23 or int(minute) > 59:
        raise InputError("QMS-183", f"“{text}” chưa đủ ngày và giờ.", do="Hãy gõ như 20/11/2026 09:00.", safe="")
    return f"{parse_date(day, today=today).isoformat()}T{int(hour):02}:{minute}"


def _integer(field: Field, text: str) -> int:
    digits = text.replace(".", "").replace(" ", "")
    if not digits.isdigit():
        raise InputError("QMS-184", f"“{field.label}” phải là một số.", do="Hãy chỉ gõ chữ số.", safe="")
    return int(digits)


def filter_key(text: str) -> str:
    """What a filter compares: folded, one space between words."""
    return " ".join(fold(text).split())
