"""What a scanner typed, when a Vietnamese typing tool stood between it and the window.

A tool such as UniKey swallows the key that composes, and sends Backspace and the composed letters instead. A scanner never
sends Backspace. So each Backspace marks a place where the tool stepped in, and the swallowed key follows from what changed.
Two scanners exist: one that sends the letters of the card (the tool spoils them: `Moong` becomes `Mông`), and one that sends
Telex or VNI keys and counts on the tool. Which of the two is at work cannot be seen from the keys alone; hence ``readings``
gives both, and whoever knows what a name looks like decides.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

BACKSPACE = "\b"
LOST = "\ufffd"
"""Stands for a key that cannot be told from what the tool made of it."""

_CIRCUMFLEX, _STROKE = "\u0302", "đ"
_TELEX = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j", "\u0306": "w", "\u031b": "w", _STROKE: "d"}
_VNI = {
    "\u0301": "1",
    "\u0300": "2",
    "\u0309": "3",
    "\u0303": "4",
    "\u0323": "5",
    _CIRCUMFLEX: "6",
    "\u031b": "7",
    "\u0306": "8",
    _STROKE: "9",
}


def readings(strokes: Sequence[str]) -> tuple[str, ...]:
    """The texts that may have been meant, each once: what the tool made of the keys, then the keys as they were sent.

    ``strokes``: the text of each key in its order, BACKSPACE for that key. Composed (NFC); UTF-8 that a scanner sent byte by
    byte is put together again. One reading when no tool stepped in.
    """
    shown: list[str] = []
    telex: list[str] = []
    vni: list[str] = []
    for change in _changes(strokes):
        if change.erased:
            removed = shown[-change.erased :]
            del shown[-change.erased :]
            swallowed = _swallowed(removed, change.typed) if len(removed) == change.erased else _Key(LOST, LOST)
            telex.append(swallowed.telex)
            vni.append(swallowed.vni)
        else:
            telex += change.typed
            vni += change.typed
        shown += change.typed
    texts = (_whole("".join(letters)) for letters in (shown, telex, vni))
    return tuple(dict.fromkeys(texts))


@dataclass(frozen=True, slots=True)
class _Key:
    """The swallowed key, for either method."""

    telex: str
    vni: str


@dataclass(slots=True)
class _Change:
    """One letter typed; or so many erased and what was put in their place."""

    erased: int = 0
    typed: list[str] = field(default_factory=list)


def _changes(strokes: Sequence[str]) -> Iterator[_Change]:
    """Cuts the keys into letters and replacements. A replacement takes as many letters as were erased, or one more."""
    shown: list[str] = []
    at = 0
    while at < len(strokes):
        change = _Change()
        while at < len(strokes) and strokes[at] == BACKSPACE:
            change.erased += 1
            at += 1
        removed = shown[-change.erased :] if change.erased else []
        room = _taken(removed, [letter for letter in strokes[at : at + change.erased + 1] if letter != BACKSPACE])
        change.typed = list(strokes[at : at + room])
        at += room
        if change.erased:
            del shown[-change.erased :]
        shown += change.typed
        yield change


def _taken(removed: Sequence[str], following: Sequence[str]) -> int:
    """How many of the following letters belong to the replacement: a mark was added to the erased ones, or a letter to them."""
    count = len(removed)
    if not count:
        return min(1, len(following))
    same = following[:count]
    added = _marks(same) - _marks(removed)
    longer = _bare(following) == _bare(removed) + _bare(following[count:]) and len(following) == count + 1
    return count + 1 if longer and not added else min(count, len(following))


def _swallowed(removed: Sequence[str], typed: Sequence[str]) -> _Key:
    if len(typed) == len(removed) + 1:
        return _Key(_letter(typed[-1]), _letter(typed[-1]))
    kinds = set(_marks(typed) - _marks(removed))
    if len(kinds) != 1 or _bare(typed) != _bare(removed):
        return _Key(LOST, LOST)
    mark = kinds.pop()
    changed = next(new for old, new in zip(removed, typed, strict=True) if old != new)
    telex = _bare([changed]) if mark == _CIRCUMFLEX else _TELEX.get(mark, LOST)
    key = _Key(telex, _VNI.get(mark, LOST))
    return _Key(key.telex.upper(), key.vni) if changed.isupper() else key


def _letter(shown: str) -> str:
    """The key of a letter that shows no mark of its own yet."""
    bare = _bare([shown])
    return bare.upper() if shown.isupper() else bare


def _marks(letters: Sequence[str]) -> Counter[str]:
    """The marks on letters; the stroke of đ counts as one."""
    spread = unicodedata.normalize("NFD", "".join(letters)).lower()
    return Counter(char for char in spread if unicodedata.combining(char) or char == _STROKE)


def _bare(letters: Sequence[str]) -> str:
    spread = unicodedata.normalize("NFD", "".join(letters)).lower()
    return "".join(char for char in spread if not unicodedata.combining(char)).replace(_STROKE, "d")


def _whole(text: str) -> str:
    """Composed; and read as UTF-8 where each letter is a byte of it in Windows' Western code page."""
    try:
        text = b"".join(_byte(char) for char in text).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        pass
    return unicodedata.normalize("NFC", text)


def _byte(char: str) -> bytes:
    return bytes([ord(char)]) if ord(char) < 0x100 else char.encode("cp1252")
