"""What people write into the cells of a register: moments in every shape, names with telephone numbers, codes typed as numbers.

Nothing is guessed in silence: what was read otherwise than it stands is told as a doubt, what cannot be read is an InputError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.text import fold, nfc, parse_date
from qms_desktop.interchange.grids import Cell, Fault

_EPOCH = datetime(1899, 12, 30)  # day 0 of the serial numbers of office programs, their false 29/2/1900 counted
_SERIALS = range(20_000, 80_000)  # 1954 to 2119
_CLOCK = re.compile(
    r"(?:\b(?:luc|hoi|vao)\s*)?\b(\d{1,2})\s*(?:h|:|gio)\s*(\d{1,2})?(?::\d{1,2})?\s*(?:phut|p|')?\s*(am|pm|sa|ch)?\b"
)
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)")
_ID = re.compile(r"(?<!\d)(?:\d[ .]?){11}\d(?!\d)|(?<!\d)\d{9}(?!\d)")
_LABEL = re.compile(
    r"(?:\b(?:sđt|đt|đthoại|điện thoại|cccd|cmnd|số|tel|mobile)\b\s*(?:số)?\s*[:.]?\s*)+(?=[\d+(,;)\-–\n]|$)", re.IGNORECASE
)
_PERSON_SPLIT = re.compile(r"\s*(?:[\n;&/+]|\bvà\b|(?:^|(?<=\s))\d{1,2}[.)]\s|(?<=\)),)\s*", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.\-]+[^\W\d_]+)*\.?")
_TITLES = re.compile(r"^(?:ông|bà|anh|chị|cô|chú|em)\s*(?:\([^)]*\))?\s*[:.]?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read:
    """A value as it is taken over, and what was read otherwise than it stands ("" if nothing)."""

    value: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a cell names one."""

    name: str
    phone: str = ""
    id_number: str = ""


def moment(cell: Cell, today: date) -> datetime | None:
    """The day and, where it stands, the time; midnight where none stands; None for an empty cell.

    InputError QMS-101 to 103 for what is no date, QMS-106 for a formula that failed.
    """
    value = cell.value
    if isinstance(value, datetime):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, date):
        return datetime.combine(value, time())
    if value is Fault.ERROR:
        raise InputError("QMS-106", "Ô này có công thức bị lỗi.", do="Hãy sửa công thức hoặc gõ giá trị vào ô.")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and int(value) in _SERIALS:
        return (_EPOCH + timedelta(days=float(value))).replace(second=0, microsecond=0)
    return _written_moment(cell.text, today) if cell.text else None


def _written_moment(text: str, today: date) -> datetime:
    folded = re.sub(r"(?<=\d)t(?=\d)", " ", fold(nfc(text)))  # 2025-07-01T08:30
    found = _CLOCK.search(folded)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return datetime.combine(parse_date(_bare_day(folded), today=today), time())
    hour = int(found[1]) + (12 if found[3] in {"pm", "ch"} and int(found[1]) < 12 else 0)
    day = folded[: found.start()] + " " + folded[found.end() :]
    return datetime.combine(parse_date(_bare_day(day), today=today), time(hour, int(found[2] or 0)))


def _bare_day(folded: str) -> str:
    """The day alone: without its weekday, without "ngày", with one sign between its numbers."""
    day = re.sub(r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn|t[2-7]|sang|chieu|luc|vao)\b", " ", folded)
    day = re.sub(r"\s*([/.\-])\s*", r"\1", day)
    day = re.sub(r"^[\s,;:\-–]+|[\s,;:.\-–]+$", "", day)
    day = re.sub(r"^ngay\s*(?=\d+[/.\-])", "", day)
    iso = re.fullmatch(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", day)
    return f"{iso[1]}-{int(iso[2]):02}-{int(iso[3]):02}" if iso else day


def code(cell: Cell) -> Read:
    """A code as text: 2.000815 stays so, a number has no fraction."""
    return Read(" ".join(cell.text.split()))


def phone(cell: Cell) -> Read:
    """A telephone number; the zero that a number format dropped is put back and told. Other text stays as it is."""
    digits = re.sub(r"[ .\-()]", "", cell.text)
    if re.fullmatch(r"\+?84\d{9,10}", digits):
        return Read("0" + digits.lstrip("+")[2:])
    if re.fullmatch(r"[1-9]\d{8}", digits):
        return Read("0" + digits, f"đã thêm số 0 ở đầu số điện thoại {digits}")
    return Read(digits if re.fullmatch(r"0\d{9,10}", digits) else cell.text)


def id_number(cell: Cell) -> Read:
    """A number of an identity card: 12 digits (9 before 2016). Zeros that a number format dropped are put back and told."""
    digits = re.sub(r"[ .\-]", "", cell.text)
    if re.fullmatch(r"[1-9]\d{9,10}", digits):
        whole = digits.zfill(12)
        return Read(whole, f"đã thêm số 0 ở đầu số giấy tờ {digits}")
    return Read(digits if digits.isdigit() else cell.text)


def people(text: str) -> tuple[Named, ...]:
    """The persons a cell names, in its order, each with the telephone and card number written beside the name."""
    parts = [part for part in _PERSON_SPLIT.split(text) if part and part.strip(" ,.-–()")]
    found: list[Named] = []
    for part in parts:
        person = _person(part)
        if not person.name and found:
            last = found[-1]
            found[-1] = Named(last.name, last.phone or person.phone, last.id_number or person.id_number)
        elif person.name:
            found.append(person)
    return tuple(found) or ((_person(text),) if text.strip() else ())


def _person(text: str) -> Named:
    rest = nfc(text)
    card = _ID.search(rest)
    number = _PHONE.search(rest)
    if card and number and card.start() <= number.start() < card.end() and len(re.sub(r"\D", "", card[0])) == 12:
        number = _PHONE.search(rest, card.end()) or _PHONE.search(rest[: card.start()])
    for hit in (card, number):
        rest = rest.replace(hit[0], "") if hit else rest
    rest = _LABEL.sub("", rest)
    rest = re.sub(r"\(\s*[,;:\-–]*\s*\)", "", rest)
    name = _TITLES.sub("", " ".join(rest.split()).strip(" ,.;:-–()"))
    digits = "" if number is None else re.sub(r"\D", "", number[0])
    digits = "0" + digits[2:] if digits.startswith("84") and len(digits) > 10 else digits
    return Named(name, digits, "" if card is None else re.sub(r"\D", "", card[0]))


def is_name(text: str) -> bool:
    """Whether a text is built like the name of a person or an organisation: letters, at least two words."""
    return bool(_NAME.match(text)) and len(text.split()) >= 2
