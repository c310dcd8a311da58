"""Where the table begins in a sheet as offices keep it, and what its columns are.

Above the header stand the office's name and a title; the header itself may have two or three rows with merged cells, and below
it often a row that numbers the columns. Between the rows stand months, fields and sums, at the end a sum and signatures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from qms_desktop.domain.text import fold, words
from qms_desktop.interchange.grids import Cell, Grid

_SEARCHED_ROWS = 60
_DEEPEST = 3
_NUMBERED = re.compile(r"\(?\s*(?:\d{1,2}|[a-z])\s*\)?(?:\s*=.*)?")
_SUM = re.compile(r"^(?:tong(?: cong| so| hop)?|cong)\b")
_FOOT = re.compile(
    r"^(?:nguoi (?:lap|ghi|kiem)|thu truong|noi nhan|ghi chu\s*:|lap bieu|ky ten|xac nhan|ngay \S+ thang \S+ nam|chu tich)"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column that an import understands: its name, its label, and what offices call it."""

    name: str
    label: str
    called: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table: its rows, the title of each column, and which column is what."""

    first: int
    last: int
    titles: Mapping[int, str]
    columns: Mapping[str, int]

    @property
    def signature(self) -> str:
        """The titles as one folded text: two files with the same are of one template."""
        return "|".join(" ".join(words(self.titles[column])) for column in sorted(self.titles))


class Skipped(Enum):
    """Why a row below the header is no record."""

    BLANK = "dòng trống"
    NUMBERS = "dòng đánh số cột"
    HEADER = "tiêu đề lặp lại"
    SECTION = "dòng nhóm"
    SUM = "dòng tổng"
    FOOT = "phần ký, ghi chú cuối bảng"


@dataclass(frozen=True, slots=True)
class Line:
    """A row below the header: a record, or why not."""

    number: int
    cells: tuple[Cell, ...]
    skipped: Skipped | None = None

    def cell(self, column: int) -> Cell:
        """The cell in this column, from 1."""
        return self.cells[column - 1]


def find_header(grid: Grid, wanted: Sequence[Wanted]) -> Header | None:
    """The header that explains most of the wanted columns, required ones first; None where no row names two of them."""
    best: tuple[tuple[int, int, int], Header] | None = None
    for first in range(1, min(len(grid.rows), _SEARCHED_ROWS) + 1):
        for last in range(first, min(first + _DEEPEST, len(grid.rows) + 1)):
            header = _header(grid, first, last, wanted)
            named = sum(1 for item in wanted if item.required and item.name in header.columns)
            score = (len(header.columns) + named, -(last - first), -first)
            if len(header.columns) >= 2 and (best is None or score > best[0]):
                best = (score, header)
    return best[1] if best else None


def with_columns(header: Header, columns: Mapping[str, int]) -> Header:
    """The same header as a person says its columns are."""
    return Header(header.first, header.last, header.titles, dict(columns))


def _header(grid: Grid, first: int, last: int, wanted: Sequence[Wanted]) -> Header:
    titles: dict[int, str] = {}
    rows = [grid.row(number) for number in range(first, last + 1)]
    for at, cells in enumerate(zip(*rows, strict=True), 1):
        parts = list(dict.fromkeys(cell.text.replace("\n", " ") for cell in cells if cell.text))
        if parts:
            titles[at] = " ".join(" – ".join(parts).split())
    lowest = {at: _own_title(rows, at) for at in titles}
    return Header(first, last, titles, _assigned(titles, lowest, wanted))


def _own_title(rows: Sequence[tuple[Cell, ...]], column: int) -> str:
    """The lowest title of a column, which says more than the group above it."""
    return next((row[column - 1].text for row in reversed(rows) if row[column - 1].text), "")


def _assigned(titles: Mapping[int, str], lowest: Mapping[int, str], wanted: Sequence[Wanted]) -> dict[str, int]:
    """Best matches first; each column once, each name once."""
    matches = sorted(
        (
            (-max(_likeness(titles[column], call), _likeness(lowest[column], call)), order, column, item.name)
            for order, item in enumerate(wanted)
            for call in item.called
            for column in titles
        ),
        key=lambda match: (match[0], match[2], match[1]),
    )
    columns: dict[str, int] = {}
    taken: set[int] = set()
    for negative, _, column, name in matches:
        if negative < 0 and name not in columns and column not in taken:
            columns[name] = column
            taken.add(column)
    return columns


def _likeness(title: str, called: str) -> int:
    """How surely a title means what offices call so: 0 not at all; longer names and whole titles are surer."""
    present, sought = words(title), words(called)
    if not sought or len(present) > 4 * len(sought) + 6:
        return 0
    if present == sought:
        return 100 + len(sought)
    joined, phrase = f" {' '.join(present)} ", f" {' '.join(sought)} "
    if joined.startswith(phrase):
        return 60 + 5 * len(sought) - len(present)
    return 30 + 5 * len(sought) - len(present) if phrase in joined else 0


def lines(grid: Grid, header: Header) -> list[Line]:
    """Every row below the header, each a record or with the reason why not. After the foot nothing is a record."""
    found: list[Line] = []
    below = False
    for cells in grid.rows[header.last :]:
        reason = Skipped.FOOT if below else _reason(cells, header)
        below = below or reason is Skipped.FOOT
        found.append(Line(cells[0].row, cells, reason))
    return found


def _reason(cells: tuple[Cell, ...], header: Header) -> Skipped | None:
    own = [cell for cell in cells if not cell.empty and not cell.merged]
    if all(cell.empty for cell in cells):
        return Skipped.BLANK
    said = [fold(cell.text) for cell in own if cell.text]
    if len(said) > 2 and all(_NUMBERED.fullmatch(text) for text in said) and _counts_up(said):
        return Skipped.NUMBERS
    if any(_FOOT.match(text) for text in said) and len(said) <= 4:
        return Skipped.FOOT
    if said and _SUM.match(_without_number(said)):
        return Skipped.SUM
    if _repeats(cells, header):
        return Skipped.HEADER
    mapped = [cells[column - 1] for column in header.columns.values()]
    spread = len({cell.text for cell in cells if cell.text}) == 1 and len(header.columns) > 2
    if spread or sum(not cell.empty for cell in mapped) == 0:
        return Skipped.SECTION
    return None


def _without_number(said: Sequence[str]) -> str:
    """The first text that is no number."""
    return next((text for text in said if not re.fullmatch(r"[\d.,()ivx\s]+", text)), "")


def _counts_up(said: Sequence[str]) -> bool:
    numbers = [int(found[0]) for text in said if (found := re.search(r"\d+", text))]
    return len(numbers) >= len(said) - 2 and numbers == sorted(set(numbers)) and numbers[:1] == [1]


def _repeats(cells: tuple[Cell, ...], header: Header) -> bool:
    """The header again, as on each printed page."""
    texts = {column: " ".join(words(cells[column - 1].text)) for column in header.columns.values()}
    alike = sum(bool(text) and text in " ".join(words(header.titles[column])) for column, text in texts.items())
    return alike >= 2 and alike >= (len(texts) + 1) // 2
