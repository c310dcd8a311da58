"""Sổ theo dõi hồ sơ: Mẫu số 07 (Thông tư 03/2025/TT-VPCP), before it Mẫu số 06 (01/2018), landscape, head on every page."""

from __future__ import annotations

from typing import Any

from qms_desktop.printing.blocks import Block, paragraph
from qms_desktop.printing.columns import Shared
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import BOLD, ITALIC
from qms_desktop.printing.heading import official_heading, put
from qms_desktop.printing.marks import MM
from qms_desktop.printing.models import Column, RegisterData, RegisterLine
from qms_desktop.printing.ruled_list import list_of_widths
from qms_desktop.printing.sheet import Imprint, Part, publish

_ROOM_TO_SIGN = 9 * MM
_EMPTY_ROWS = 10


def register(data: RegisterData, edition: Edition) -> bytes:
    """The PDF of the register; an empty period prints rows to write in."""
    by = f" – {data.printed_by}" if data.printed_by else ""
    imprint = Imprint(
        title=f"{edition.name} {data.first:%d/%m/%Y}–{data.last:%d/%m/%Y}",
        agency=" ".join(data.unit.name),
        footer=f"Mẫu số {edition.number} – {edition.regulation} – in lúc {data.printed_at:%H:%M ngày %d/%m/%Y}{by}",
        footer_code=f"{len(data.lines)} hồ sơ",
        printed_at=data.printed_at,
        reprint=data.reprint,
    )

    def head(canvas: Any) -> None:
        official_heading(canvas, edition, data.unit, "", data.printed_at.date())
        put(canvas, edition, edition.anchors["title"], edition.title, BOLD)

    return publish(edition, imprint, lambda: [Part(head, _body(data, edition))])


def _body(data: RegisterData, edition: Edition) -> tuple[Block, ...]:
    size = edition.body_pt
    period = f"Từ ngày {data.first:%d/%m/%Y} đến ngày {data.last:%d/%m/%Y}. Quyển số: …………"
    columns = [Column(spec.title, spec.width, spec.align, spec.group) for spec in edition.columns]
    shared = Shared(tuple(spec.width * MM for spec in edition.columns), edition.table_pt)
    keys = [spec.key for spec in edition.columns]
    rows = [_cells(keys, number, line) for number, line in enumerate(data.lines, start=1)]
    empty = [("",) * len(keys)] * (0 if rows else _EMPTY_ROWS)
    total = f"Tổng cộng: {len(data.lines)} hồ sơ" + (f" ({data.cut})" if data.cut else "")
    foot = paragraph(total, size, font=BOLD, gap=6)
    table = list_of_widths(columns, [*rows, *empty], shared, gap=6, foot=foot, least=_ROOM_TO_SIGN)
    return (paragraph(period, size, font=ITALIC, align="center"), table)


def _cells(keys: list[str], number: int, line: RegisterLine) -> tuple[str, ...]:
    """The values by the edition's keys; the signature is left to the hand."""
    by_hand = {"number": str(number), "signed": ""}
    return tuple(by_hand[key] if key in by_hand else str(getattr(line, key)) for key in keys)
