"""How the width of a list is shared among its columns. Lengths are points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qms_desktop.printing.fonts import BOLD, REGULAR
from qms_desktop.printing.marks import text_width
from qms_desktop.printing.models import Column

PAD = 3.0
_HAIR = 0.5
_MOST_TITLE_LINES = 4
_MEASURED_WORDS = 40
_MEASURED_ROWS = 300
_PULL = 0.8
_COMFORT = 2.0
_SHRINKS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)


@dataclass(frozen=True)
class Shared:
    """The widths of all columns, and the type size in which they hold every word whole."""

    widths: tuple[float, ...]
    size: float


def shared_columns(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: float, size: float) -> Shared:
    """The columns in the largest type, from `size` down to 3 pt less, in which no word is cut.

    The type gets up to 2 pt smaller where most rows then need fewer lines. What is left above the longest words goes to the
    columns with much text: short values stay narrow, long ones take few lines.
    """
    words = [_longest_words([row[number] for row in rows]) for number in range(len(columns))]
    sample = rows[:: max(1, len(rows) // _MEASURED_ROWS)]
    for less in _SHRINKS:
        fitting = size - less
        least = [_least_width(column.title, found, fitting, room) for column, found in zip(columns, words, strict=True)]
        texts = [[_one_line(row[number], fitting) for row in sample] for number in range(len(columns))]
        wanted = [max(low, _usual(found)) for low, found in zip(least, texts, strict=True)]
        if sum(wanted) <= room or (less >= _COMFORT and sum(least) <= room):
            break
    return Shared(tuple(_shared(least, texts, [column.weight for column in columns], room)), fitting)


def _longest_words(texts: Sequence[str]) -> list[str]:
    """The few longest words of a column."""
    return sorted({word for text in set(texts) for word in text.split()}, key=len, reverse=True)[:_MEASURED_WORDS]


def _least_width(title: str, words: Sequence[str], size: float, room: float) -> float:
    """The width at which no word of the column is cut and its title takes no more than four lines.

    At most a quarter of the page for one endless word.
    """
    from reportlab.lib.utils import simpleSplit

    heads = (text_width(word, BOLD, size) for word in title.split())
    widest = max((*heads, *(text_width(word, REGULAR, size) for word in words)), default=0.0)
    while len(simpleSplit(title, BOLD, size, widest)) > _MOST_TITLE_LINES:
        widest += 1.0
    return min(widest + 2 * PAD + _HAIR, room / 4)


def _one_line(text: str, size: float) -> float:
    return max((text_width(line, REGULAR, size) for line in text.split("\n")), default=0.0) + 2 * PAD + _HAIR


def _usual(widths: Sequence[float]) -> float:
    return sum(widths) / len(widths) if widths else 0.0


def _shared(least: Sequence[float], texts: Sequence[Sequence[float]], weights: Sequence[float], room: float) -> list[float]:
    """Each column what it needs; what is left first to those whose text would go on more lines, then to all by weight."""
    spare = room - sum(least)
    if spare <= 0:
        return [width * room / sum(least) for width in least]
    whole = [max((low, *found)) - low for low, found in zip(least, texts, strict=True)]
    if sum(whole) <= spare:
        left = spare - sum(whole)
        return [low + wish + left * weight / sum(weights) for low, wish, weight in zip(least, whole, weights, strict=True)]
    usual = [max(0.0, _usual(found) - low) for low, found in zip(least, texts, strict=True)]
    return [low + more for low, more in zip(least, _by_pull(usual if sum(usual) else whole, spare), strict=True)]


def _by_pull(wishes: Sequence[float], spare: float) -> list[float]:
    """The spare width, more to the greater wishes though less than in proportion: small ones are met first, none exceeded."""
    given = [0.0] * len(wishes)
    unmet = [number for number, wish in enumerate(wishes) if wish > 0]
    while unmet:
        share = spare / sum(wishes[number] ** _PULL for number in unmet)
        met = [number for number in unmet if wishes[number] <= share * wishes[number] ** _PULL]
        for number in unmet:
            given[number] = wishes[number] if number in met else share * wishes[number] ** _PULL
        spare -= sum(wishes[number] for number in met)
        unmet = [number for number in unmet if number not in met] if met else []
    return [width + max(0.0, spare) / len(given) for width in given] if sum(given) >= sum(wishes) else given
