"""Phiếu kiểm soát quá trình giải quyết hồ sơ: Mẫu số 06 (Thông tư 03/2025/TT-VPCP), before it Mẫu số 05 (01/2018)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qms_desktop.printing.blocks import Block
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import REGULAR
from qms_desktop.printing.forms.slip import form_line, slip_pdf
from qms_desktop.printing.marks import LEADING, MM, fitted_lines, fitted_size, tick_box
from qms_desktop.printing.models import ControlSheetData, HandOver, Outcome
from qms_desktop.printing.tables import cell, ruled_table
from qms_desktop.printing.words import both_codes

_RESULT = "KẾT QUẢ GIẢI QUYẾT HỒ SƠ"
_RESULT_COLUMNS = (Outcome.EARLY, Outcome.ON_TIME, Outcome.LATE)
_HEAD_ROWS = 2
_SIGNING_HEIGHT = 19 * MM
_BLANK = HandOver("", "")
_DOTS = "……………"
_LONGEST = 240
_MOST_NAME_LINES = 2
_CELL_PADDING = 6.0
_SLIGHTLY = 1.5


def control_sheet(data: ControlSheetData, edition: Edition) -> bytes:
    """The PDF; the table goes on over pages, its head repeated and no hand-over parted."""
    return slip_pdf(data, edition, data.issued_on, lambda: _body(data, edition))


def _body(data: ControlSheetData, edition: Edition) -> tuple[Block, ...]:
    code = both_codes(data.official_code, data.code)
    values = {"code": code, "agency": data.agency, "coordinating": data.coordinating_agency}
    return (*(form_line(line, values, edition.body_pt, 3) for line in edition.lines), _table(data, edition))


def _table(data: ControlSheetData, edition: Edition) -> Block:
    """Two table rows for each hand-over: the moments above, the two signatures below."""
    size = edition.table_pt
    where, when, *results, note = edition.columns
    widths = [where.width, when.width / 2, when.width / 2, *(column.width for column in results), note.width]
    room = widths[1] * MM - 8
    rows: list[list[Any]] = _head_rows(edition, size)
    style: list[tuple[Any, ...]] = _head_style()
    heights: list[float | None] = [None, None]
    for hand_over in (*data.rows, *(_BLANK for _ in range(data.blank_rows))):
        style += _pair_style(len(rows))
        rows += _pair(hand_over, size, room)
        heights += [None, _SIGNING_HEIGHT]
    return ruled_table(rows, widths, head_rows=_HEAD_ROWS, style=style, heights=heights, gap=6)


def _head_rows(edition: Edition, size: float) -> list[list[Any]]:
    where, when, *results, note = edition.columns

    def title(text: str, points: float = size) -> Any:
        return cell(text, points, align="center", strong=True)

    return [
        [title(where.title), title(when.title), "", title(_RESULT), "", "", title(note.title)],
        ["", "", "", *(title(column.title, size - 0.5) for column in results), ""],
    ]


def _head_style() -> list[tuple[Any, ...]]:
    return [
        ("SPAN", (0, 0), (0, 1)),
        ("SPAN", (1, 0), (2, 1)),
        ("SPAN", (3, 0), (5, 0)),
        ("SPAN", (6, 0), (6, 1)),
        ("NOSPLIT", (0, 0), (-1, 2)),
    ]


def _pair_style(row: int) -> list[tuple[Any, ...]]:
    """Cells joined over both rows of a hand-over, which stay on one page."""
    joined = [("SPAN", (column, row), (column, row + 1)) for column in (0, 3, 4, 5, 6)]
    return [
        *joined,
        ("SPAN", (1, row), (2, row)),
        ("ALIGN", (3, row), (5, row), "CENTER"),
        ("VALIGN", (1, row + 1), (2, row + 1), "TOP"),
        ("NOSPLIT", (0, row), (-1, row + 1)),
    ]


def _pair(hand_over: HandOver, size: float, room: float) -> list[list[Any]]:
    sides = [f"Giao: {_short(hand_over.from_unit) or _DOTS}", f"Nhận: {_short(hand_over.to_unit) or _DOTS}"]
    moments = [f"1. Giao: {_moment(hand_over.handed_at)}", f"2. Nhận: {_moment(hand_over.received_at)}"]
    boxes = [tick_box(hand_over.outcome is outcome) for outcome in _RESULT_COLUMNS]
    upper = [
        [cell(side, size) for side in sides],
        [cell(moment, size) for moment in moments],
        "",
        *boxes,
        cell(_short(hand_over.note), size - 1),
    ]
    giver = _signer("Người giao", hand_over.giver, size, room)
    receiver = _signer("Người nhận", hand_over.receiver, size, room)
    return [upper, ["", giver, receiver, "", "", "", ""]]


def _signer(role: str, name: str, size: float, room: float) -> list[Any]:
    """The role, room for the signature, the name below on one line or two."""
    from reportlab.platypus import Spacer

    words: list[Any] = [cell(f"{role} (ký)", size, align="center")]
    if name:
        one_line = fitted_size(name, REGULAR, size, room)
        lines, smaller = [name], one_line
        if one_line < size - _SLIGHTLY:
            lines, smaller = fitted_lines(name, REGULAR, size, room, _MOST_NAME_LINES)
        used = (len(lines) * smaller + size) * LEADING + _CELL_PADDING
        words += [Spacer(1, max(0.0, _SIGNING_HEIGHT - used)), cell("\n".join(lines), smaller - 0.1, align="center")]
    return words


def _short(text: str) -> str:
    """Text of a narrow column: what is too long for its row ends in "…"; the data sheet prints it whole."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"


def _moment(moment: datetime | None) -> str:
    """Short enough for its column: "08 giờ 15 phút, ngày 22/11/2026"."""
    if moment is None:
        return "…… giờ …… phút, ngày ………"
    return f"{moment:%H} giờ {moment:%M} phút, ngày {moment:%d/%m/%Y}"
