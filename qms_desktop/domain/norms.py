"""Time norms: how long the law gives for a procedure, as written and as counted.

What is not understood exactly stays text and is never guessed: such a norm gives no due date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from qms_desktop.domain.text import fold, nfc


class NormUnit(StrEnum):
    """What a norm is counted in."""

    WORKING_HOUR = "working_hour"
    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    SAME_DAY = "same_day"
    NONE = "none"
    TEXT = "text"


LABELS = {
    NormUnit.WORKING_HOUR: "giờ",
    NormUnit.CALENDAR_DAY: "ngày",
    NormUnit.WORKING_DAY: "ngày làm việc",
    NormUnit.MONTH: "tháng",
    NormUnit.SAME_DAY: "trong ngày",
    NormUnit.NONE: "không quy định",
    NormUnit.TEXT: "văn bản",
}
COUNTED = frozenset({NormUnit.WORKING_HOUR, NormUnit.CALENDAR_DAY, NormUnit.WORKING_DAY, NormUnit.MONTH})

_MOST = 9999
_COUNT = re.compile(r"(\d{1,4}(?:[.,]\d{1,4}|/\d{1,4})?)\s*([a-z ]+)")
_UNITS = {
    "gio": NormUnit.WORKING_HOUR,
    "gio lam viec": NormUnit.WORKING_HOUR,
    "ngay": NormUnit.CALENDAR_DAY,
    "ngay lam viec": NormUnit.WORKING_DAY,
    "ngay lv": NormUnit.WORKING_DAY,
    "nlv": NormUnit.WORKING_DAY,
    "thang": NormUnit.MONTH,
}
_WORDS = {
    "": NormUnit.NONE,
    "khong quy dinh": NormUnit.NONE,
    "trong ngay": NormUnit.SAME_DAY,
    "trong ngay lam viec": NormUnit.SAME_DAY,
}


@dataclass(frozen=True)
class TimeNorm:
    """A norm: `value` in `unit` (None where the unit is not counted) and the `text` it was read from, verbatim."""

    value: Fraction | None
    unit: NormUnit
    text: str = ""

    @classmethod
    def of(cls, value: str | None, unit: str, text: str = "") -> TimeNorm:
        """The norm of a procedure's content, where the value is decimal text ("0.5").

        A counted unit without a sensible value (0 to 9999, whole months) keeps its text and is not counted.
        """
        number = _number(value) if value else None
        kind = NormUnit(unit)
        if kind not in COUNTED:
            return cls(None, kind, text)
        if number is None or not 0 <= number <= _MOST or (kind is NormUnit.MONTH and number.denominator != 1):
            return cls(None, NormUnit.TEXT, text or f"{value or ''} {LABELS[kind]}".strip())
        return cls(number, kind, text)

    @property
    def has_due_date(self) -> bool:
        """Whether a due date follows from it."""
        return self.unit not in (NormUnit.NONE, NormUnit.TEXT)

    @property
    def exact(self) -> bool:
        """Whether the norm is met by the minute and not by the day."""
        return self.unit is NormUnit.WORKING_HOUR

    def decimal_text(self) -> str | None:
        """The value as procedure content keeps it: "3", "0.5"; "1/3" where there is no short decimal."""
        if self.value is None:
            return None
        hundredths = self.value * 10_000
        if hundredths.denominator != 1:
            return str(self.value)
        whole, rest = divmod(hundredths.numerator, 10_000)
        return f"{whole}.{rest:04}".rstrip("0") if rest else str(whole)


def parse_norm(text: str) -> TimeNorm:
    """Reads "3 ngày làm việc", "02 Giờ", "0.5 giờ", "5 nlv", "45 Ngày", "2 tháng", "trong ngày", "Không quy định".

    A number with "ngày" alone means calendar days. Anything else comes back with unit `text`, verbatim.
    """
    kept = nfc(text)
    plain = " ".join(fold(kept).split()).rstrip(". ")
    if plain in _WORDS:
        return TimeNorm(None, _WORDS[plain], kept)
    found = _COUNT.fullmatch(plain)
    if found is None or found[2].strip() not in _UNITS:
        return TimeNorm(None, NormUnit.TEXT, kept)
    return TimeNorm.of(found[1], _UNITS[found[2].strip()], kept)


def format_norm(norm: TimeNorm) -> str:
    """The norm in words: "5 ngày làm việc", "0,5 giờ"; free text as it was written. parse_norm reads it back."""
    if norm.unit is NormUnit.TEXT:
        return norm.text
    number = norm.decimal_text()
    return LABELS[norm.unit] if number is None else f"{number.replace('.', ',')} {LABELS[norm.unit]}"


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text.replace(",", "."))
    except (ValueError, ZeroDivisionError):
        return None
