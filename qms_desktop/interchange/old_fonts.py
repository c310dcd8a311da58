"""Vietnamese written for fonts of the years before Unicode: TCVN3 (.VnTime) and VNI, still found in offices' old workbooks.

Such a text is bytes of an 8-bit code page whose letters only look Vietnamese in that one font; read as Unicode it is
"Céng hßa x· héi". Sources: TCVN 5712:1993 (VN3) and the VNI-Windows table. In TCVN3 capitals with a tone exist in the capital
fonts only (`.VnTimeH`), which show small letters as capitals: there the font decides the case.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)

_VNI_MARKS = {
    "ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "à": "\u0302\u0300", "á": "\u0302\u0301", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "è": "\u0306\u0300", "é": "\u0306\u0301", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ì": "ì", "í": "í"}
_VNI_BASES = "aeouyôö"
_VNI_PAIR = re.compile(f"([{_VNI_BASES}{_VNI_BASES.upper()}])([{''.join(_VNI_MARKS)}{''.join(_VNI_MARKS).upper()}])")

_LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"

_ONSET = "ngh|ng|nh|gh|gi|ch|kh|ph|qu|th|tr|[bcdđghklmnprstvx]"
_NUCLEUS = "iê|yê|ươ|uô|uâ|uê|uơ|oa|oă|oe|uy|uyê|ia|ya|ưa|ua|uya|[aăâeêioôơuưy]"
_CODA = "ch|ng|nh|[cmnptiuoy]"
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_NUCLEUS})(?:{_CODA})?")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"[^\W\d_]+")


class OldFont(Enum):
    """The two ways of writing that offices used."""

    TCVN3 = "TCVN3"
    VNI = "VNI"


def by_font(name: str) -> OldFont | None:
    """What the name of a font says about the letters written in it; None for any font of today."""
    plain = name.strip().lower()
    if plain.startswith(".vn"):
        return OldFont.TCVN3
    return OldFont.VNI if plain.startswith("vni") else None


def by_look(texts: list[str]) -> OldFont | None:
    """How texts whose fonts are unknown were written, judged together; None when they are Vietnamese as they stand, or unclear.

    A whole column or file is judged, because a single short word can be read in several ways.
    """
    sample = " ".join(texts)
    as_is = plausibility(sample)
    if as_is is None:
        return None
    scores = {font: plausibility(composed(sample, font)) or 0.0 for font in OldFont}
    best = max(scores, key=lambda font: scores[font])
    return best if scores[best] >= 0.7 and scores[best] > as_is + 0.2 else None


def plausibility(text: str) -> float | None:
    """The share of words with a letter beyond ASCII that are built like a Vietnamese syllable; None without such words."""
    marked = [word for word in _WORD.findall(unicodedata.normalize("NFC", _soft(text)).lower()) if not word.isascii()]
    if not marked:
        return None
    return sum(_is_syllable(word) for word in marked) / len(marked)


def _soft(text: str) -> str:
    """The soft hyphen is a letter in TCVN3 and no letter to Unicode; as a letter it belongs to the word around it."""
    return text.replace("\u00ad", "¤")


def _is_syllable(word: str) -> bool:
    if any(char not in _LETTERS for char in word):
        return False
    bare, tones = _TONES.subn("", unicodedata.normalize("NFD", word))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def composed(text: str, font: OldFont, *, capitals: bool = False) -> str:
    """The text in Unicode, composed. `capitals`: it stood in a capital font (`.VnTimeH`)."""
    if font is OldFont.TCVN3:
        text = "".join(_TCVN3.get(char, char) for char in text)
    else:
        text = _VNI_PAIR.sub(_vni_pair, text)
        text = "".join(_vni_letter(char) for char in text)
    text = unicodedata.normalize("NFC", text)
    return text.upper() if capitals else text


def is_capital(name: str) -> bool:
    """Whether a TCVN3 font shows small letters as capitals."""
    return by_font(name) is OldFont.TCVN3 and name.strip().upper().endswith("H")


def _vni_pair(found: re.Match[str]) -> str:
    base, mark = found[1], found[2].lower()
    letter = _VNI_LETTERS.get(base.lower(), base.lower())
    whole = unicodedata.normalize("NFC", letter + _VNI_MARKS[mark])
    # A letter that is ready must not be read as a VNI sign once more: NFD keeps base and marks apart.
    whole = unicodedata.normalize("NFD", whole)
    return whole.upper() if base.isupper() else whole


def _vni_letter(char: str) -> str:
    letter = _VNI_LETTERS.get(char.lower())
    if letter is None:
        return char
    return letter.upper() if char.isupper() else letter
