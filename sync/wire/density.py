"""Columns of a frame in fewer bytes: what zstd cannot see because it stands in several columns, or in digits.

A column is a list. It is sent as it is, as numbers in byte planes, as indexes of its distinct values, or, for texts of one
pattern ("T-A-251105-102-3K", "Nguyễn Thị Ánh"), cut into words and numbers that make columns of their own. Which one is
smallest is tried out. A reader that gets it wrong rebuilds another body with another hash, which no signature covers.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, ClassVar

import msgspec
import zstandard

from sync.errors import WireError

PLAIN, NUMBERS, INDEXED, PATTERNED = range(4)
MAX_CHARACTERS = 32_000_000
MAX_ITEMS = 5_000_000

_FEW = 8
_DEEPEST = 2
_PLANES = 8
_MOST_PATTERNS = 24
_MOST_WORDS = 24
_DIGIT, _LETTER = "0", "a"
_PIECES = re.compile(r"([0-9]{1,15}|[^\W\d_]+)")
_WIDEST = 15
_TRIAL = 3

Packed = list[Any]


class Packer:
    """Puts columns into their smallest form. One for a whole frame: what tries the sizes costs more to make than to use."""

    def __init__(self) -> None:
        self._trial = zstandard.ZstdCompressor(_TRIAL)

    def pack(self, column: Sequence[Any], depth: int = 0) -> Packed:
        """The column in its smallest form."""
        plain: Packed = [PLAIN, list(column)]
        if len(column) < _FEW or depth > _DEEPEST or column.count(column[0]) == len(column):
            return plain
        forms = [plain]
        if all(type(item) is int for item in column):
            forms += self._numbers(column)
        elif all(type(item) is str for item in column):
            distinct = tuple(dict.fromkeys(column))
            if len(distinct) < len(column):
                forms.append(self._indexed(column, distinct, depth))
            if len(distinct) > len(column) // 2:
                forms += self._patterned(column, depth)
        return min(forms, key=self._size) if len(forms) > 1 else plain

    def _size(self, form: Packed) -> int:
        return len(self._trial.compress(msgspec.msgpack.encode(form)))

    @staticmethod
    def _numbers(column: Sequence[int]) -> list[Packed]:
        """Distances from the lowest number, one plane per byte; high planes of near numbers are zeros."""
        lowest = min(column)
        width = max(1, ((max(column) - lowest).bit_length() + 7) // 8)
        if width > _PLANES or abs(lowest) >= 2**62:
            return []
        raw = b"".join((item - lowest).to_bytes(width) for item in column)
        return [[NUMBERS, lowest, [raw[plane::width] for plane in range(width)]]]

    def _indexed(self, column: Sequence[str], distinct: Sequence[str], depth: int) -> Packed:
        places = {item: place for place, item in enumerate(distinct)}
        return [INDEXED, self.pack(distinct, depth + 1), self.pack([places[item] for item in column], _DEEPEST)]

    def _patterned(self, column: Sequence[str], depth: int) -> list[Packed]:
        """Texts taken apart: which pattern each has, and for each pattern the columns of its words and numbers."""
        groups: dict[tuple[str, ...], tuple[int, list[list[str]]]] = {}
        order: list[int] = []
        for item in column:
            parts = _PIECES.split(item)
            words = parts[1::2]
            parts[1::2] = [_DIGIT if word[0] <= "9" else _LETTER for word in words]
            place, rows = groups.setdefault(tuple(parts), (len(groups), []))
            rows.append(words)
            order.append(place)
            if len(groups) > _MOST_PATTERNS or len(words) > _MOST_WORDS:
                return []
        if groups.keys() <= {("", _LETTER, ""), ("",)}:
            return []
        found = []
        for pattern, (_, rows) in groups.items():
            found.append([pattern[::2], len(rows), [self._piece(words, depth) for words in zip(*rows, strict=True)]])
        return [[PATTERNED, self.pack(order, _DEEPEST), found]]

    def _piece(self, words: Sequence[str], depth: int) -> Packed:
        """A column of words, or of numbers with their width (0: as long as they are, without zeros in front)."""
        if words[0][0] <= "9":
            widths = {len(word) for word in words}
            if len(widths) == 1:
                return [widths.pop(), self.pack([int(word) for word in words], depth + 1)]
            if all(str(int(word)) == word for word in words):
                return [0, self.pack([int(word) for word in words], depth + 1)]
        return [-1, self.pack(words, depth + 1)]


@dataclass
class Unpacker:
    """Undoes what `Packer` did. One for a whole frame, because it counts what comes out; WireError when that is too much."""

    items: int = MAX_ITEMS
    characters: int = MAX_CHARACTERS

    def unpack(self, form: Any, depth: int = 0) -> list[Any]:
        """The column; anything that does not fit together raises one of the errors a frame's reader expects."""
        if depth > _DEEPEST + 1:
            raise WireError(WireError.MALFORMED, "columns nested too deep")
        tag, *rest = form
        column: list[Any] = self._forms[tag](self, rest, depth)
        self.items -= len(column)
        if self.items < 0:
            raise WireError(WireError.TOO_LARGE, "items of a frame")
        return column

    def _plain(self, rest: list[Any], depth: int) -> list[Any]:
        (column,) = rest
        return list(column)

    def _numbers(self, rest: list[Any], depth: int) -> list[Any]:
        lowest, planes = rest
        if type(lowest) is not int or not 1 <= len(planes) <= _PLANES:
            raise ValueError("planes")
        if len(planes[0]) > self.items:
            raise WireError(WireError.TOO_LARGE, "numbers of a frame")
        return [lowest + int.from_bytes(bytes(digits)) for digits in zip(*planes, strict=True)]

    def _indexed(self, rest: list[Any], depth: int) -> list[Any]:
        distinct, numbers = rest
        values = self.unpack(distinct, depth + 1)
        return [values[place] for place in self._places(numbers, depth)]

    def _patterned(self, rest: list[Any], depth: int) -> list[Any]:
        order, parts = rest
        groups = [self._joined(between, count, pieces, depth) for between, count, pieces in parts]
        column = [next(groups[place]) for place in self._places(order, depth)]
        if any(next(group, None) is not None for group in groups):
            raise ValueError("texts too many")
        return column

    def _places(self, form: Any, depth: int) -> list[int]:
        """Numbers that point into a list; a negative one would point from its end."""
        places = self.unpack(form, depth + 1)
        if places and min(places) < 0:
            raise ValueError("places")
        return places

    def _joined(self, between: list[str], count: int, pieces: list[Any], depth: int) -> Iterator[str]:
        """The texts of one pattern, one after the other."""
        columns = [self._words(width, form, depth) for width, form in pieces]
        for _, words in zip(range(count), zip(*columns, strict=True) if columns else repeat(()), strict=bool(columns)):
            text = between[0] + "".join(word + after for word, after in zip(words, between[1:], strict=True))
            self.characters -= len(text)
            if self.characters < 0:
                raise WireError(WireError.TOO_LARGE, "texts of a frame")
            yield text

    def _words(self, width: int, form: Any, depth: int) -> list[str]:
        if width > _WIDEST:
            raise ValueError("width")
        found = self.unpack(form, depth + 1)
        return found if width < 0 else [str(int(number)).zfill(width) for number in found]

    _forms: ClassVar[tuple[Callable[["Unpacker", list[Any], int], list[Any]], ...]] = (_plain, _numbers, _indexed, _patterned)


def fresh_as_zero(places: Sequence[int]) -> list[int]:
    """Places of a table numbered by first use: 0 for the next new one, else how far back; below 0 as it is."""
    seen = 0
    steps: list[int] = []
    for place in places:
        steps.append(0 if place == seen else seen - place if place >= 0 else place)
        seen += place == seen
    return steps


def from_fresh(steps: Sequence[int]) -> list[int]:
    """Undoes `fresh_as_zero`."""
    seen = 0
    places: list[int] = []
    for step in steps:
        if step > seen:
            raise ValueError("a place before the first")
        places.append(step if step < 0 else seen - step)
        seen += step == 0
    return places
