"""Reading single values out of a scenario's JSON, each refusal naming its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.domain.text import nfc

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_MOMENT_FORMS = (
    *(f"%Y-%m-%d{gap}%H:%M{rest}" for gap in "T " for rest in ("", ":%S", "%z", ":%S%z")),
    "%d/%m/%Y %H:%M",
    "%H:%M %d/%m/%Y",
)


class ScenarioError(InputError):
    """A scenario file that cannot be run (QMS-191); `where` is the place in the file."""

    def __init__(self, where: str, what: str) -> None:
        self.where = where
        super().__init__(
            "QMS-191",
            f"Kịch bản có chỗ không hợp lệ: {where + ': ' if where else ''}{what}.",
            safe="Chưa có gì được chạy.",
            do="Hãy sửa tệp kịch bản rồi chạy lại.",
        )


def obj(raw: object, where: str) -> Mapping[str, Any]:
    """A group of named values."""
    if isinstance(raw, Mapping):
        return raw
    raise ScenarioError(where, "phải là một nhóm trường có tên")


def rows(raw: Mapping[str, Any], key: str, inside: str = "") -> list[tuple[Mapping[str, Any], str]]:
    """The rows of a list with the place of each; a list that is not there has none."""
    value = raw.get(key)
    place = f"{inside}.{key}" if inside else key
    if value is None:
        return []
    if not isinstance(value, list):
        raise ScenarioError(place, "phải là một danh sách")
    return [(obj(item, f"{place}[{i}]"), f"{place}[{i}]") for i, item in enumerate(value)]


def words(raw: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
    """A text, composed and trimmed; without a default it must be there."""
    value = raw.get(key)
    place = f"{where}.{key}" if where else key
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        if default is None:
            raise ScenarioError(place, "thiếu giá trị")
        return default
    if not isinstance(value, str):
        raise ScenarioError(place, "phải là văn bản")
    return nfc(value).strip()


def one_of(raw: Mapping[str, Any], key: str, where: str, allowed: Iterable[str], default: str | None) -> str:
    """A word out of a list; the refusal says which words there are."""
    known = list(allowed)
    value = words(raw, key, where, default)
    if value in known:
        return value
    raise ScenarioError(f"{where}.{key}" if where else key, f"“{value}” không có trong: {', '.join(known)}")


def whole(raw: Mapping[str, Any], key: str, where: str, default: int, least: int = 1) -> int:
    """A whole number not below `least`."""
    value = raw.get(key, default)
    if isinstance(value, int) and not isinstance(value, bool) and value >= least:
        return value
    raise ScenarioError(f"{where}.{key}", f"phải là số nguyên từ {least} trở lên")


def flag(raw: Mapping[str, Any], key: str, where: str) -> bool:
    """true or false; false where it is not given."""
    value = raw.get(key, False)
    if isinstance(value, bool):
        return value
    raise ScenarioError(f"{where}.{key}", "phải là true hoặc false")


def moment(raw: object, where: str, day: datetime | None) -> datetime:
    """A local moment of Viet Nam; a bare clock time stands on the given day."""
    if not isinstance(raw, str) or not raw.strip():
        raise ScenarioError(where, "thiếu thời điểm, ví dụ 2026-11-23T15:20")
    text = raw.strip()
    clock = _CLOCK.fullmatch(text)
    if clock and day is not None:
        text = f"{day:%Y-%m-%d}T{int(clock[1]):02d}:{clock[2]}"
    for form in _MOMENT_FORMS:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        return found.astimezone(VIET_NAM).replace(tzinfo=None) if found.tzinfo else found
    raise ScenarioError(where, f"“{raw}” không phải là một thời điểm có thật, ví dụ 2026-11-23T15:20")


def distinct(ids: list[str], where: str) -> None:
    """Refuse an id that stands twice."""
    twice = next((found for found in ids if ids.count(found) > 1), None)
    if twice is not None:
        raise ScenarioError(where, f"“{twice}” được đặt tên hai lần")
