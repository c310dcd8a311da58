"""Search as a clerk types: without accents, words in any order and half finished, initials, the tail of a phone number.

One full-text table for all kinds of records. It holds no text of its own (contentless); its row numbers are those of the
records, so a filter in a list is one lookup. Folding happens here and not in the tokenizer, which does not know that đ is d.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qms_desktop.domain.fields import Field, Kind, RecordKind, Value
from qms_desktop.domain.text import initials, nfc, telex_bare, words

LEAST_INITIALS = 3
MOST_INITIALS = 12
LEAST_TAIL = 3
_REVERSED = "r"
_LEAST_LIKE = 4
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\D")
_NUMBERS = frozenset({Kind.PHONE, Kind.ID_NUMBER, Kind.CODE})
_PHRASED = frozenset({Kind.TEXT, Kind.NAME})


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found: its heading, what stands below it, and whether it matches letter by letter, accents included."""

    kind: str
    id: str
    title: str
    subtitle: str
    exact: bool


def index_row(
    connection: Any, kind: RecordKind, num: int, values: Mapping[str, Value], *, hidden: bool, first: bool = False
) -> None:
    """Replace what search knows of a record; nothing is kept for a voided one. `first`: it knows nothing of it yet."""
    if not any(field.searched for field in kind.fields):
        return
    if not first:
        connection.execute("DELETE FROM search WHERE rowid = ?", (num,))
    if hidden:
        return
    texts = [(kind.field(name), value) for name, value in values.items() if isinstance(value, str) and value]
    folded = " ".join(token for field, text in texts for token in _tokens(field, text))
    exact = " ".join(" ".join(_accented(text)) for _, text in texts)
    connection.execute(
        "INSERT INTO search (rowid, kind, folded, exact) VALUES (?, ?, ?, ?)", (num, kind_token(kind.name), folded, exact)
    )


def kind_token(kind: str) -> str:
    """The word by which search tells kinds of records apart."""
    return "".join(words(kind))


def _tokens(field: Field, text: str) -> list[str]:
    found = list(words(text))
    if field.kind in _PHRASED:
        found += _initials(text)
    if field.kind in _NUMBERS:
        found += _number_tokens(text)
    return found


def _initials(text: str) -> list[str]:
    """The initials from each of the first words on: "Thủ tục chứng thực bản sao" is found by ttctbs and by ctbs."""
    letters = initials(text)
    return [letters[start:] for start in range(min(MOST_INITIALS, len(letters) - LEAST_INITIALS + 1))]


def _number_tokens(text: str) -> list[str]:
    """A number written solid, and backwards, so that its last digits are a prefix."""
    digits = _DIGITS.sub("", text)
    if len(digits) < LEAST_TAIL:
        return []
    return ["".join(words(text)), _REVERSED + digits[::-1]]


def _accented(text: str) -> list[str]:
    return _WORD.findall(nfc(text).lower())


def folded_query(text: str) -> str:
    """The full-text expression for what was typed; "" when it holds no letter or digit."""
    typed, bare = _folded(text), _folded(telex_bare(text))
    return typed if bare in ("", typed) else f"(({typed}) OR ({bare}))"


def _folded(text: str) -> str:
    found = [_chunk(chunk) for chunk in text.split()]
    return " AND ".join(part for part in found if part)


def _chunk(chunk: str) -> str:
    """What stands between two blanks. A code with signs in it is looked up solid too; its single letters are in every code,
    so they are left out where the rest is telling enough.
    """
    parts = list(words(chunk))
    every = " AND ".join(_alternatives(word) for word in parts)
    if len(parts) < 2 or not any(sign.isdigit() for sign in chunk):
        return every
    solid, telling = f'folded:"{"".join(parts)}"*', [word for word in parts if len(word) > 1]
    if len(telling) < 2:
        return solid if len(telling) < len(parts) - 1 else f"({solid} OR ({every}))"
    return f"({solid} OR ({' AND '.join(_alternatives(word) for word in telling)}))"


def _alternatives(word: str) -> str:
    if word.isascii() and word.isdigit() and len(word) >= LEAST_TAIL:
        return f'(folded:"{word}"* OR folded:"{_REVERSED}{word[::-1]}"*)'
    return f'folded:"{word}"*'


def exact_query(text: str) -> str:
    """The expression for records that hold the typed words with exactly these accents."""
    return " AND ".join(f'exact:"{word}"*' for chunk in text.split() for word in _telling(_accented(chunk)))


def _telling(parts: list[str]) -> list[str]:
    """The parts without single letters, which stand in every code; all of them when nothing else was typed."""
    return [word for word in parts if len(word) > 1] or parts


def within_kinds(expression: str, kinds: Sequence[str]) -> str:
    """The expression, limited to some kinds of records."""
    if not kinds or not expression:
        return expression
    chosen = " OR ".join(f'kind:"{kind_token(kind)}"' for kind in kinds)
    return f"({chosen}) AND {expression}"


def find(connection: Any, text: str, kinds: Sequence[str], limit: int) -> list[tuple[int, bool]]:
    """Numbers of the records found, exact accents first, then the newest; with whether each is exact."""
    exact = _matching(connection, within_kinds(exact_query(text), kinds), limit)
    found = dict.fromkeys(exact, True)
    if len(found) < limit:
        for num in _matching(connection, within_kinds(folded_query(text), kinds), limit):
            found.setdefault(num, False)
    return list(found.items())[:limit]


def _matching(connection: Any, expression: str, limit: int) -> list[int]:
    if not expression:
        return []
    rows = connection.execute("SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?", (expression, limit))
    return [row[0] for row in rows]


def likeness(text: str) -> Callable[[Sequence[str]], int]:
    """A measure of how near a heading comes to what was typed, accents ignored, 0 the nearest: one of its parts is it,
    begins with it, has these initials, holds it in one piece, holds the words somewhere.
    """
    typed = " ".join(words(text))
    solid = typed.replace(" ", "")

    def measure(parts: Sequence[str]) -> int:
        return min((_likeness(typed, solid, words(part)) for part in parts), default=_LEAST_LIKE)

    return measure


def _likeness(typed: str, solid: str, of_part: Sequence[str]) -> int:
    part = " ".join(of_part)
    if part == typed:
        return 0
    if part.startswith(typed):
        return 1
    if "".join(word[0] for word in of_part).startswith(solid):
        return 2
    return 3 if typed in part else _LEAST_LIKE
