"""The QR of a citizen's card, as a scanner types it: fields between upright strokes, their order by the card's edition.

Sources: the card of 2021 (Thông tư 06/2021/TT-BCA), of which many samples are public: number, old number, name, birth, sex,
address, day of issue. The card of 1/7/2024 (Luật Căn cước 26/2023/QH15, Thông tư 16/2024/TT-BCA) adds members of the
family behind them; the order of what is added differs between samples (?), so nothing of it is read.
An edition is data: a new one is a line in EDITIONS.

What is not certain is never filled in: a card of unknown layout is refused as a whole (QMS-151), and a name or address that a
typing tool may have altered stays empty and is listed in ``doubts``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.scanned_keys import LOST
from qms_desktop.domain.text import clean, fold

SEPARATOR = "|"
NUMBER_LENGTH = 12
_SOLID_DATE = re.compile(r"(\d{2})(\d{2})(\d{4})")
_LEAST_FIELDS = 6
_MARK_OF_TOOLS = re.compile(r"[fjwz]|(?<=[a-z])[sx]|(?<=[a-su-z])r|(?<=[a-z]t)r|([aeod])\1|\d")
_FIRST_CENTURY = 1900


@dataclass(frozen=True, slots=True)
class Edition:
    """One layout: what stands in each place; ``more`` says that places may follow which are not read."""

    name: str
    places: tuple[str, ...]
    more: bool = False


_PLACES_2021 = ("number", "old_number", "full_name", "born", "sex", "address", "issued")
EDITIONS = (
    Edition("Thẻ CCCD gắn chip (từ 2021)", _PLACES_2021),
    Edition("Thẻ CCCD gắn chip, không ghi ngày cấp", _PLACES_2021[:-1]),
    Edition("Thẻ căn cước (từ 1/7/2024)", _PLACES_2021, more=True),
    Edition(
        "Thẻ căn cước (từ 1/7/2024), không ghi số cũ", tuple(name for name in _PLACES_2021 if name != "old_number"), more=True
    ),
)


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. Dates are ISO; ``doubts`` are the labels of what could not be read with certainty and is empty.

    ``agrees``: the year of birth is the one that the number tells.
    """

    edition: str
    number: str
    full_name: str
    born: str
    address: str
    doubts: tuple[str, ...] = ()
    agrees: bool = True


def is_whole(text: str) -> bool:
    """Whether a card's text may have ended: all places up to the address are there."""
    return text.count(SEPARATOR) >= _LEAST_FIELDS - 1 and bool(text.rpartition(SEPARATOR)[2].strip() or text.endswith(SEPARATOR))


def read_card(candidates: Sequence[str], today: date) -> Card:
    """The card that one of these readings of a scan shows (see ``scanned_keys.readings``).

    Raises InputError QMS-151 when no edition fits, or when readings differ in the number or the birth.
    """
    cards = [card for card in (_by_edition(text, today) for text in candidates) if card is not None]
    if not cards or len({(card["number"], card["born"]) for card in cards}) != 1:
        raise _unknown()
    sound = [card for card in cards if not (card["full_name"] + card["address"]).isascii()]
    name = _only(sound, "full_name", _is_name)
    address = _only(sound, "address", _is_address)
    first = cards[0]
    doubts = [label for label, value in (("họ và tên", name), ("địa chỉ", address)) if not value]
    agrees = not _disagrees(first["number"], first["born"])
    return Card(first["edition"], first["number"], name, first["born"], address, tuple(doubts), agrees)


def _by_edition(text: str, today: date) -> dict[str, str] | None:
    places = [place.strip() for place in clean(text).strip().split(SEPARATOR)]
    for edition in EDITIONS:
        count = len(edition.places)
        if len(places) == count or (edition.more and len(places) > count):
            found = dict(zip(edition.places, places, strict=False))
            if all(_CHECKS[name](value, today) for name, value in found.items()):
                return {"edition": edition.name, **found, "born": _iso(found["born"])}
    return None


def _only(cards: Sequence[Mapping[str, str]], name: str, holds: Callable[[str], bool]) -> str:
    """The one value all sound readings agree on, or nothing."""
    if any(LOST in card[name] for card in cards):
        return ""
    values = {card[name] for card in cards if holds(card[name])}
    return values.pop() if len(values) == 1 else ""


def _is_name(text: str) -> bool:
    return len(text.split()) > 1 and not any(_altered(word) for word in re.split(r"[\s'’.\-]+", text))


def _is_address(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", text) if any(char.islower() for char in word)]
    return bool(words) and not any(_altered(word) for word in words)


def _altered(word: str) -> bool:
    """Whether keys of a typing tool, or the Caps Lock, seem to have been left in a word."""
    turned = len(word) > 1 and word[:1].islower() and word[1:] != word[1:].lower()
    return turned or _MARK_OF_TOOLS.search(fold(word)) is not None


def _is_number(text: str, today: date) -> bool:
    del today
    return len(text) == NUMBER_LENGTH and text.isascii() and text.isdigit()


def _is_old_number(text: str, today: date) -> bool:
    del today
    return re.fullmatch(r"(\d{9}|\d{12})?", text, re.ASCII) is not None


def _is_words(text: str, today: date) -> bool:
    del today
    return bool(re.search(r"[^\W\d_]", text)) and not re.fullmatch(r"(nam|nu)", fold(text))


def _is_sex(text: str, today: date) -> bool:
    del today
    return re.fullmatch(r"nam|n[^\W_]{0,4}", fold(text)) is not None


def _is_birth(text: str, today: date) -> bool:
    born = _iso(text)
    return bool(born) and f"{_FIRST_CENTURY}" <= born <= today.isoformat()


def _is_issue(text: str, today: date) -> bool:
    return not text or _is_birth(text, today)


_CHECKS: Mapping[str, Callable[[str, date], bool]] = {
    "number": _is_number,
    "old_number": _is_old_number,
    "full_name": _is_words,
    "born": _is_birth,
    "sex": _is_sex,
    "address": _is_words,
    "issued": _is_issue,
}


def _iso(text: str) -> str:
    found = _SOLID_DATE.fullmatch(text)
    if not found or not text.isascii():
        return ""
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return ""


def _disagrees(number: str, born: str) -> bool:
    """The fourth digit of a citizen's number tells the century, the two after it the year of birth (NĐ 137/2015/NĐ-CP)."""
    year = _FIRST_CENTURY + 100 * (int(number[3]) // 2) + int(number[4:6])
    return born[:4] != str(year)


def _unknown() -> InputError:
    return InputError(
        "QMS-151",
        "Mã QR vừa quét không đọc được thành thẻ căn cước: cách ghi chưa biết, hoặc bộ gõ tiếng Việt đã làm sai.",
        safe="Chưa ô nào bị thay đổi.",
        do="Hãy quét lại với bộ gõ để chế độ tiếng Anh (E), hoặc gõ số, họ tên và ngày sinh từ thẻ.",
    )
