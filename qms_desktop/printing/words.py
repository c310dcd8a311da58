"""Dates, moments and numbers as Vietnamese forms write them (Nghị định 30/2020, phụ lục I)."""

from __future__ import annotations

from datetime import date, datetime

# No-break spaces: the form to be filled in by hand stays on one line.
BLANK_MOMENT = "……… giờ ……… phút, ngày ……… tháng ……… năm …………".replace(" ", "\u00a0")
_LAST_MONTH_WITH_ZERO = 2
_TWO_DIGITS = 10


def day_in_words(day: date) -> str:
    """ "ngày 05 tháng 02 năm 2026"; days below 10 and the months 1 and 2 get a leading zero, months 3 to 12 none."""
    month = f"{day.month:02d}" if day.month <= _LAST_MONTH_WITH_ZERO else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def moment_in_words(moment: date | datetime | None) -> str:
    """ "08 giờ 15 phút, ngày …"; a day alone has no hour; None gives the dotted form to be filled in by hand."""
    if moment is None:
        return BLANK_MOMENT
    if isinstance(moment, datetime):
        return f"{moment.hour:02d} giờ {moment.minute:02d} phút, {day_in_words(moment)}"
    return day_in_words(moment)


def place_date_line(place: str, day: date) -> str:
    """ "An Bình, ngày 22 tháng 11 năm 2026"; dots where the place is unknown."""
    return f"{place or '………………'}, {day_in_words(day)}"


def count(number: int) -> str:
    """Two digits below ten: 1 → "01"."""
    return f"{number:02d}" if 0 <= number < _TWO_DIGITS else str(number)


def both_codes(official: str, own: str) -> str:
    """The number given by the provincial system, when known, and the dossier's own code."""
    return f"{official} (mã tại máy: {own})" if official else own


def procedure_words(name: str, code: str) -> str:
    """ "Chứng thực bản sao (mã 2.000815)"; the code stays in one piece."""
    return f"{name} (mã\u00a0{code})" if code else name
