"""Administrative units out of a CSV list: code, kind, name, full_name, province; one dated list at a time.

A unit's name and kind have a history (NQ 202/2025/QH15, NQ 1687/NQ-UBTVQH15: two levels since 1 July 2025). The file says
what held on one day; `diff` says what a later one changed, and the caller writes rows valid from that day. It stands in
the domain because the desktop and the provincial server read the same lists.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from qms_desktop.domain.errors import InterchangeError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.units import UNIT_KINDS
from qms_desktop.domain.text import fold, nfc

COLUMNS = ("code", "kind", "name", "full_name", "province")
COMMUNE_KINDS = ("xa", "phuong", "dac_khu", "thi_tran")
KIND_LABELS: Mapping[str, str] = {c.value: c.label for c in UNIT_KINDS if c.value in COMMUNE_KINDS}
_KIND_OF = {fold(label): value for value, label in KIND_LABELS.items()} | {value: value for value in KIND_LABELS}
_CODE = re.compile(r"\d{5}")


@dataclass(frozen=True)
class UnitRow:
    """One unit as the file gives it; `kind` is xa, phuong, dac_khu or the historic thi_tran."""

    code: str
    kind: str
    name: str
    full_name: str
    province: str


@dataclass(frozen=True)
class RowProblem:
    """One line of the file that was not taken over; `line` counts from 1, the header being line 1."""

    line: int
    message: str


@dataclass(frozen=True)
class UnitsFile:
    """What a file gave: the good rows in its order, and the lines that need a person."""

    rows: tuple[UnitRow, ...]
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True)
class UnitChange:
    """A unit whose row differs between two files."""

    before: UnitRow
    after: UnitRow

    @property
    def kind_changed(self) -> bool:
        """Whether a xã became a phường, or the like."""
        return self.before.kind != self.after.kind

    @property
    def renamed(self) -> bool:
        """Whether its own name changed."""
        return self.before.name != self.after.name


@dataclass(frozen=True)
class UnitsDiff:
    """What a later file says against an earlier one; unchanged units are not listed."""

    added: tuple[UnitRow, ...]
    removed: tuple[UnitRow, ...]
    changed: tuple[UnitChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two files say the same."""
        return not (self.added or self.removed or self.changed)

    def summary(self) -> str:
        """One Vietnamese line for the person who imports."""
        kinds = sum(change.kind_changed for change in self.changed)
        names = sum(change.renamed for change in self.changed)
        return (
            f"{len(self.added)} đơn vị mới, {len(self.removed)} đơn vị không còn, "
            f"{len(self.changed)} đơn vị thay đổi ({kinds} đổi loại, {names} đổi tên)."
        )


def parse_units(data: bytes, name: str = "đơn vị") -> UnitsFile:
    """The units of a CSV in UTF-8 (with or without byte order mark), separated by commas or semicolons.

    Raises InterchangeError: QMS-732 not UTF-8, QMS-733 no list of units, QMS-734 damaged CSV.
    """
    try:
        text = nfc(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        do = "Hãy lưu lại tệp với mã UTF-8."
        raise InterchangeError("QMS-732", f"Tệp {name} không viết bằng mã UTF-8.", do=do) from error
    header, lines = _lines(text, name)
    try:
        return _collected(_row(line, cells, header) for line, cells in lines if any(cells))
    except csv.Error as error:
        do = "Hãy mở tệp bằng bảng tính và lưu lại dạng CSV."
        raise InterchangeError("QMS-734", f"Tệp {name} không đúng dạng CSV.", do=do) from error


def _lines(text: str, name: str) -> tuple[tuple[str, ...], Iterator[tuple[int, list[str]]]]:
    separator = ";" if text.partition("\n")[0].count(";") >= len(COLUMNS) - 1 else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = tuple(cell.strip().lower() for cell in next(reader, []))
    missing = [column for column in COLUMNS if header.count(column) != 1]
    if missing:
        what = f"Tệp {name} không phải danh mục đơn vị: thiếu hoặc lặp cột {', '.join(missing)}."
        raise InterchangeError("QMS-733", what, do=f"Hãy sửa dòng đầu cho đủ các cột: {', '.join(COLUMNS)}.")
    return header, ((reader.line_num, [" ".join(cell.split()) for cell in cells]) for cells in reader)


def _row(line: int, cells: list[str], header: tuple[str, ...]) -> tuple[int, UnitRow] | RowProblem:
    if len(cells) != len(header):
        return RowProblem(line, f"Dòng {line}: có {len(cells)} ô, phải có {len(header)}.")
    values = dict(zip(header, cells, strict=True))
    empty = [column for column in COLUMNS if not values[column]]
    if empty:
        return RowProblem(line, f"Dòng {line}: để trống cột {', '.join(empty)}.")
    if not _CODE.fullmatch(values["code"]):
        return RowProblem(line, f"Dòng {line}: mã đơn vị “{values['code']}” phải có 5 chữ số.")
    kind = _KIND_OF.get(fold(values["kind"]))
    if kind is None:
        known = ", ".join(KIND_LABELS.values())
        return RowProblem(line, f"Dòng {line}: loại đơn vị “{values['kind']}” không thuộc: {known}.")
    return line, UnitRow(values["code"], kind, values["name"], values["full_name"], values["province"])


def _collected(read: Iterable[tuple[int, UnitRow] | RowProblem]) -> UnitsFile:
    rows: dict[str, UnitRow] = {}
    problems: list[RowProblem] = []
    for item in read:
        if isinstance(item, RowProblem):
            problems.append(item)
            continue
        line, row = item
        problems.extend(_row_problems(line, row, rows.setdefault(row.code, row)))
    return UnitsFile(tuple(rows.values()), tuple(problems))


def _row_problems(line: int, row: UnitRow, kept: UnitRow) -> Iterator[RowProblem]:
    if kept is not row:
        same = "như cũ" if kept == row else f"nhưng khác nội dung ({kept.full_name}), giữ dòng trước"
        yield RowProblem(line, f"Dòng {line}: mã {row.code} đã có ở trên, {same}.")
    expected = f"{KIND_LABELS[row.kind]} {row.name}"
    if fold(row.full_name) != fold(expected):
        yield RowProblem(line, f"Dòng {line}: tên đầy đủ “{row.full_name}” không khớp loại và tên “{expected}”.")


def diff(old: Iterable[UnitRow], new: Iterable[UnitRow]) -> UnitsDiff:
    """What the new rows change, by code, each list in the order of the codes."""
    before, after = ({row.code: row for row in rows} for rows in (old, new))
    both = sorted(before.keys() & after.keys())
    return UnitsDiff(
        added=tuple(after[code] for code in sorted(after.keys() - before.keys())),
        removed=tuple(before[code] for code in sorted(before.keys() - after.keys())),
        changed=tuple(UnitChange(before[c], after[c]) for c in both if before[c] != after[c]),
    )


def unit_values(row: UnitRow, valid_from: date, source: str) -> dict[str, Value]:
    """The fields of a `unit` record for a row that holds from that day on; `source` is the file or the law."""
    return {
        "code": row.code,
        "kind": row.kind,
        "name": row.name,
        "full_name": row.full_name,
        "province": row.province,
        "valid_from": valid_from.isoformat(),
        "source": source,
    }
