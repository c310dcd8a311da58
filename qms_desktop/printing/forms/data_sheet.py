"""Phiếu dữ liệu: any record printed from its labels and values, in sections, with the history of its changes."""

from __future__ import annotations

from typing import Any

from qms_desktop.printing.blocks import Block, Flowed, Titled, paragraph
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import BOLD, ITALIC
from qms_desktop.printing.heading import official_heading, put_wrapped
from qms_desktop.printing.marks import MM
from qms_desktop.printing.models import DataSheet, HistoryLine, Section
from qms_desktop.printing.sheet import Imprint, Part, publish
from qms_desktop.printing.tables import cell, page_sized, ruled_table

_HISTORY_SHARES = (0.2, 0.25, 0.55)
_HISTORY_TITLES = ("Thời điểm", "Người thực hiện", "Nội dung")
_MOST_TITLE_LINES = 2
_TOP = (("VALIGN", (0, 0), (-1, -1), "TOP"),)


def data_sheet(data: DataSheet, edition: Edition) -> bytes:
    """The PDF of one record."""
    by = f" – {data.printed_by}" if data.printed_by else ""
    imprint = Imprint(
        title=f"{data.title} {data.code}".strip(),
        footer=f"{edition.name} – in lúc {data.printed_at:%H:%M ngày %d/%m/%Y}{by}",
        footer_code=data.code,
        printed_at=data.printed_at,
    )

    def head(canvas: Any) -> None:
        official_heading(canvas, edition, data.unit, "", data.printed_at.date())
        put_wrapped(canvas, edition, edition.anchors["title"], data.title.upper(), BOLD, _MOST_TITLE_LINES)

    return publish(edition, imprint, lambda: [Part(head, _body(data, edition))])


def _body(data: DataSheet, edition: Edition) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if data.subtitle:
        blocks.append(paragraph(data.subtitle, edition.body_pt, font=ITALIC, align="center"))
    for section in data.sections:
        blocks += _section(section, edition)
    if data.history:
        blocks += _history(data.history, edition)
    return tuple(blocks)


def _titled(title: str, table: Flowed, edition: Edition) -> list[Block]:
    """A table below its heading; a section without title is the table alone."""
    return [Titled(paragraph(title, edition.body_pt, font=BOLD), table, gap=9)] if title else [table]


def _section(section: Section, edition: Edition) -> list[Block]:
    size = edition.table_pt
    widths = [column.width for column in edition.columns]
    parts = [part for row in section.rows for part in _page_sized(row, size, widths[-1] * MM)]
    rows = [[cell(label, size), cell(value, size)] for label, value in parts]
    return _titled(section.title, ruled_table(rows, widths, head_rows=0, style=_TOP, gap=3), edition) if rows else []


def _page_sized(row: tuple[str, str], size: float, width: float) -> list[tuple[str, str]]:
    """The row, a very long value on several rows."""
    label, value = row
    parts = page_sized(value, size, width)
    return [(label if number == 0 else f"{label} (tiếp)", part) for number, part in enumerate(parts)]


def _history(lines: tuple[HistoryLine, ...], edition: Edition) -> list[Block]:
    size = edition.table_pt - 1
    head = [cell(title, size, align="center", strong=True) for title in _HISTORY_TITLES]
    widths = [share * edition.text_width for share in _HISTORY_SHARES]
    rows = [
        [cell(line.when, size), cell(line.who, size), cell(part, size)]
        for line in lines
        for part in page_sized(line.what, size, widths[-1] * MM)
    ]
    return _titled("Lịch sử thay đổi", ruled_table([head, *rows], widths, style=_TOP, gap=3), edition)
