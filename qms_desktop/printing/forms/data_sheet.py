"""Phiếu dữ liệu: any record printed from its labels and values, in sections, with the history of its changes."""

from __future__ import annotations

from typing import Any

from qms_desktop.printing.blocks import Block, Titled, paragraph
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import BOLD, ITALIC
from qms_desktop.printing.heading import official_heading, put_wrapped
from qms_desktop.printing.marks import MM
from qms_desktop.printing.models import Column, DataSheet, HistoryLine, Section
from qms_desktop.printing.ruled_list import ruled_list
from qms_desktop.printing.sheet import Imprint, Part, publish
from qms_desktop.printing.tables import cell, page_sized, ruled_table

_HISTORY = (Column("Thời điểm", 0.0), Column("Người thực hiện", 0.0), Column("Nội dung"))
_MOST_TITLE_LINES = 2
_MOST_LINES = 45
_TOP = (("VALIGN", (0, 0), (-1, -1), "TOP"),)


def data_sheet(data: DataSheet, edition: Edition) -> bytes:
    """The PDF of one record."""
    by = f" – {data.printed_by}" if data.printed_by else ""
    imprint = Imprint(
        title=f"{data.title} {data.code}".strip(),
        agency=" ".join(data.unit.name),
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
    sections = [*data.sections, _history(data.history)] if data.history else data.sections
    return (*blocks, *(_section(section, edition) for section in sections if section.rows))


def _history(lines: tuple[HistoryLine, ...]) -> Section:
    return Section("Lịch sử thay đổi", tuple((line.when, line.who, line.what) for line in lines), _HISTORY)


def _section(section: Section, edition: Edition) -> Block:
    """A table below its heading; a section without title is the table alone."""
    table = _table(section, edition)
    return Titled(paragraph(section.title, edition.body_pt, font=BOLD), table, gap=9) if section.title else table


def _table(section: Section, edition: Edition) -> Block:
    if section.columns:
        room, size = edition.text_width * MM, edition.table_pt - 1
        return ruled_list(section.columns, section.rows, room, size, gap=3, most_lines=_MOST_LINES)
    size = edition.table_pt
    widths = [column.width for column in edition.columns]
    parts = [part for label, value in section.rows for part in _page_sized(label, value, size, widths[-1] * MM)]
    return ruled_table([[cell(label, size), cell(value, size)] for label, value in parts], widths, head_rows=0, style=_TOP, gap=3)


def _page_sized(label: str, value: str, size: float, width: float) -> list[tuple[str, str]]:
    """The row, a very long value on several rows."""
    parts = page_sized(value, size, width)
    return [(label if number == 0 else f"{label} (tiếp)", part) for number, part in enumerate(parts)]
