"""Vietnamese text: one normal form, folding for search, the order of the dictionary, dates and money as people write them.

Sources: the order is CLDR root collation with the `vi` tailoring (tones ngang, huyền, hỏi, ngã, sắc, nặng); the date in
words follows Nghị định 30/2020/NĐ-CP.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from qms_desktop.domain.errors import InputError

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_WORD = re.compile(r"[^\W_]+")
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_OTHER_MARK = "6"
_LETTER_MARKS = {"\u0306": "aă", "\u0302": "aâeêoô", "\u031b": "oơuư"}
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_BEFORE_LETTERS = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"
_RANK = {char: chr(0x21 + n) for n, char in enumerate(_BEFORE_LETTERS + _ALPHABET)}
_AFTER_LETTERS = "\x7f"
_LEVEL = "\x02"
_PART = "\x01"
_LEAST_INITIALS_INSIDE = 3
_TELEX_DOUBLE = re.compile(r"([adeo])\1")
_TELEX_MARK = re.compile(r"[fjwz]|(?<=[a-z])[sx]|(?<=[a-su-z])r|(?<=[a-z]t)r")
_VOWEL = re.compile(r"[aeiouy]")
_RANKS = 10

_PARTS = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SOLID = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_AMOUNT = re.compile(r"(\d{1,3}(?:([., ])\d{3})(?:\2\d{3})*|\d+)\s*(?:d|dong|vnd)?\.?")
_EARLIEST_YEAR = 1900
_YEARS_AHEAD = 20
_EXAMPLE = "Hãy gõ ngày/tháng/năm, ví dụ 12/03/1985."


def nfc(text: str) -> str:
    """The composed form (NFC), the only one that is stored, printed and compared."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """Text as it is stored: composed, without halves of characters and without control characters.

    Both come in by pasting and by damaged keyboard input; no font shows them and neither UTF-8 nor a PDF can hold them all.
    Line ends become "\\n"; "\\t" stays.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _UNWRITABLE.search(text):
        text = _UNWRITABLE.sub("", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return nfc(text)


def is_nfc(text: str) -> bool:
    """Whether text is already composed."""
    return unicodedata.is_normalized("NFC", text)


def fold(text: str) -> str:
    """Text as it is searched: lower case without any mark, đ as d (`Đường` → `duong`). Idempotent."""
    lowered = unicodedata.normalize("NFD", text).lower()
    bare = "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))
    return bare.replace("đ", "d")


def telex_bare(text: str) -> str:
    """Folded text whose keys of the Telex method were left as typed, without them: `dduowngf` → `duong`, `kys` → `ky`.

    No Vietnamese word needs what is taken out: f, j, w, z; s, x and r other than in front (and r of tr); doubled letters.
    Letters without a vowel among them are initials (`ctbs`) and stay.
    """
    return " ".join(_bare_word(word) if _VOWEL.search(word) else word for word in fold(text).split())


def _bare_word(word: str) -> str:
    return _TELEX_MARK.sub("", _TELEX_DOUBLE.sub(r"\1", word))


def words(text: str) -> tuple[str, ...]:
    """The words of text, folded, punctuation left out."""
    return tuple(_WORD.findall(fold(text)))


def initials(text: str) -> str:
    """First letters of the folded words: "Chứng thực bản sao" → "ctbs"."""
    return "".join(word[0] for word in words(text))


def matches(query: str, text: str, code: str = "") -> bool:
    """Whether a clerk typing `query` may mean `text` (or the record's `code`); see match_rank."""
    return match_rank(query, text, code) is not None


def match_rank(query: str, text: str, code: str = "") -> int | None:
    """How well text answers a query, 0 the best, None not at all; an empty query matches everything equally.

    In this order: the code from its start, the initials from the start, the words as prefixes in any order, the
    initials inside (three letters or more, so that "ctbs" finds "Thủ tục chứng thực bản sao"), a part of the code, words
    and initials mixed ("dk khai sinh"), Telex keys left as typed. Exact accents come before folded ones: `Đông` does not
    find *Dong* first.
    """
    wanted = fold(query).split()
    if not wanted:
        return 0
    rank = _folded_rank(" ".join(wanted), text, fold(code))
    if rank is None:
        bare = telex_bare(query).split()
        late = _folded_rank(" ".join(bare), text, fold(code)) if bare and bare != wanted else None
        return None if late is None else 2 * (late + _RANKS)
    exact = _words_answer(_accented_words(query), _accented_words(text))
    return 2 * rank + (0 if exact else 1)


def _folded_rank(wanted: str, text: str, code: str) -> int | None:
    letters = initials(text)
    typed = wanted.replace(" ", "")
    if code.startswith(wanted):
        return 0
    if letters.startswith(typed):
        return 1
    if _words_answer(list(words(wanted)), list(words(text))):
        return 2
    if len(typed) >= _LEAST_INITIALS_INSIDE and typed in letters:
        return 3
    if wanted in code:
        return 4
    return 5 if _mixed_answer(words(wanted), list(words(text)), letters) else None


def _mixed_answer(wanted: tuple[str, ...], present: list[str], letters: str) -> bool:
    """Whether some of the wanted words are first letters that follow each other, and the rest begin words of their own."""
    plain = [word for word in wanted if any(item.startswith(word) for item in present)]
    short = [word for word in wanted if word not in plain]
    return bool(short and plain) and all(len(word) > 1 and word in letters for word in short) and _words_answer(plain, present)


def _accented_words(text: str) -> list[str]:
    return _WORD.findall(nfc(text).lower())


def _words_answer(wanted: list[str], present: list[str]) -> bool:
    """Whether each wanted word begins a word of its own among those present."""
    left = list(present)
    for word in sorted(wanted, key=len, reverse=True):
        found = min((item for item in left if item.startswith(word)), key=len, default=None)
        if found is None:
            return False
        left.remove(found)
    return bool(wanted)


def sort_key(text: str) -> str:
    """A string whose byte order is the Vietnamese dictionary order; fit for an indexed column.

    Three levels, as in ICU `vi`: base letters (a ă â b c d đ e ê …) of the whole text, then tones, then lower before
    upper case. Characters outside the alphabet follow it.
    """
    bases: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for char in unicodedata.normalize("NFD", nfc(text)):
        if unicodedata.combining(char) and bases:
            _add_mark(char, bases, tones)
        else:
            bases.append(char.lower())
            tones.append("0")
            cases.append("1" if char != char.lower() else "0")
    ranks = "".join(_RANK.get(base, _AFTER_LETTERS + base) for base in bases)
    return _LEVEL.join((ranks, "".join(tones).rstrip("0"), "".join(cases).rstrip("0")))


def _add_mark(mark: str, bases: list[str], tones: list[str]) -> None:
    pairs = _LETTER_MARKS.get(mark, "")
    at = pairs.find(bases[-1])
    if at >= 0 and at % 2 == 0:
        bases[-1] = pairs[at + 1]
    else:
        tones[-1] = max(tones[-1], _TONES.get(mark, _OTHER_MARK))


def name_sort_key(full_name: str) -> str:
    """Sort key of a person: the given name (last word) first, then the rest as written."""
    parts = full_name.split()
    if not parts:
        return ""
    return sort_key(parts[-1]) + _PART + sort_key(" ".join(parts[:-1]))


def parse_date(text: str, *, today: date, birth: bool = False) -> date:
    """The date a person typed: 1/2/1990, 01-02-1990, 01.02.1990, 01021990, 120385, 12/3/85, 1990-02-01 or in words.

    `birth`: it cannot lie after `today`, so 85 is 1985; otherwise two digits mean the year nearest to today that is at
    most 20 years ahead. Raises InputError QMS-101 not a date, QMS-102 impossible date, QMS-103 can be read in several
    ways, QMS-104 birth in the future. Nothing is ever corrected.
    """
    typed = nfc(text).strip()
    found = _ISO.fullmatch(typed)
    if found:
        year, month, day = found.groups()
    else:
        day, month, year = _day_month_year(typed)
    parsed = _existing(typed, int(day), int(month), _full_year(year, int(month), int(day), today, birth=birth))
    if birth and parsed > today:
        raise _future(typed)
    return parsed


def parse_date_or_year(text: str, *, today: date, birth: bool = False) -> date | int:
    """As parse_date, but a year alone ("1990") is accepted and returned as an int: many papers give no more."""
    typed = text.strip()
    if not re.fullmatch(r"\d{4}", typed):
        return parse_date(text, today=today, birth=birth)
    year = int(typed)
    if birth and year > today.year:
        raise _future(typed)
    if year < _EARLIEST_YEAR:
        raise _impossible(typed, f"năm {typed} quá xa")
    return year


def format_date(value: date | int) -> str:
    """dd/MM/yyyy; a year alone stays a year."""
    return str(value) if isinstance(value, int) else f"{value.day:02}/{value.month:02}/{value.year:04}"


def date_in_words(value: date) -> str:
    """As in “ngày 05 tháng 02 năm 2026”: a day below 10 and a month below 3 get a leading zero (Nghị định 30/2020/NĐ-CP)."""
    month = f"{value.month:02}" if value.month <= 2 else str(value.month)
    return f"ngày {value.day:02} tháng {month} năm {value.year}"


def parse_money(text: str) -> int:
    """Whole đồng from "10.000 đ", "10000", "10 000 đồng"; InputError QMS-105 for anything else ("1.5" is no sum)."""
    found = _AMOUNT.fullmatch(fold(text.replace("₫", "đ")).replace("\u00a0", " ").strip())
    if not found:
        raise InputError("QMS-105", f"“{text}” không phải là số tiền.", do="Hãy gõ số đồng, ví dụ 10.000.")
    return int(re.sub(r"\D", "", found[1]))


def format_money(amount: int) -> str:
    """10000 → "10.000 đ"."""
    return f"{amount:,}".replace(",", ".") + " đ"


def _day_month_year(typed: str) -> tuple[str, str, str]:
    found = _PARTS.fullmatch(typed) or _SOLID.fullmatch(typed) or _WORDS.fullmatch(fold(typed))
    if found:
        return found[1], found[2], found[3]
    if re.fullmatch(r"\d{5}|\d{7}", typed):
        raise InputError("QMS-103", f"“{typed}” chưa rõ là ngày nào: {_readings(typed)}?", do=_EXAMPLE)
    raise InputError("QMS-101", f"“{typed}” không phải là một ngày đầy đủ.", do=_EXAMPLE)


def _readings(typed: str) -> str:
    """The ways to cut 5 or 7 digits into day, month and year, impossible ones left out if any is possible."""
    cuts = [(typed[:1], typed[1:3], typed[3:]), (typed[:2], typed[2:3], typed[3:])]
    possible = [cut for cut in cuts if 1 <= int(cut[0]) <= 31 and 1 <= int(cut[1]) <= 12]
    return " hay ".join("/".join(cut) for cut in possible or cuts)


def _full_year(year: str, month: int, day: int, today: date, *, birth: bool) -> int:
    if len(year) == 4:
        return int(year)
    this_century = today.year // 100 * 100 + int(year)
    if birth:
        born_by_now = (this_century, month, day) <= (today.year, today.month, today.day)
        return this_century if born_by_now else this_century - 100
    return this_century if this_century <= today.year + _YEARS_AHEAD else this_century - 100


def _existing(typed: str, day: int, month: int, year: int) -> date:
    if year < _EARLIEST_YEAR:
        raise _impossible(typed, f"năm {year} quá xa")
    if not 1 <= month <= 12:
        raise _impossible(typed, f"không có tháng {month}")
    try:
        return date(year, month, day)
    except ValueError:
        raise _impossible(typed, f"tháng {month:02}/{year} không có ngày {day}") from None


def _impossible(typed: str, why: str) -> InputError:
    return InputError("QMS-102", f"“{typed}” không có trong lịch: {why}.", do=f"Hãy xem lại giấy tờ. {_EXAMPLE}")


def _future(typed: str) -> InputError:
    return InputError("QMS-104", f"Ngày sinh “{typed}” ở trong tương lai.", do="Hãy xem lại ngày sinh trên giấy tờ.")
