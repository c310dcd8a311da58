"""A list on landscape pages: numbered rows, head on every page, one totals line."""

from __future__ import annotations

from typing import Any

from qms_desktop.printing.blocks import Block, paragraph
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import BOLD, ITALIC
from qms_desktop.printing.heading import official_heading, put_wrapped
from qms_desktop.printing.marks import MM
from qms_desktop.printing.models import Column, ListSheet
from qms_desktop.printing.ruled_list import ruled_list
from qms_desktop.printing.sheet import Imprint, Part, publish

_NUMBER = Column("STT", 0.0, "center")
_MOST_TITLE_LINES = 1


def list_sheet(data: ListSheet, edition: Edition) -> bytes:
    """The PDF of the list."""
    by = f" – {data.printed_by}" if data.printed_by else ""
    imprint = Imprint(
        title=data.title,
        agency=" ".join(data.unit.name),
        footer=f"{data.title} – in lúc {data.printed_at:%H:%M ngày %d/%m/%Y}{by}",
        footer_code=f"{len(data.rows)} dòng",
        printed_at=data.printed_at,
    )

    def head(canvas: Any) -> None:
        official_heading(canvas, edition, data.unit, "", data.printed_at.date())
        put_wrapped(canvas, edition, edition.anchors["title"], data.title.upper(), BOLD, _MOST_TITLE_LINES)

    return publish(edition, imprint, lambda: [Part(head, _body(data, edition))])


def _body(data: ListSheet, edition: Edition) -> tuple[Block, ...]:
    size = edition.body_pt
    rows = [(str(number), *row) for number, row in enumerate(data.rows, start=1)]
    foot = paragraph(data.totals, size, font=BOLD, gap=6) if data.totals else None
    table = ruled_list((_NUMBER, *data.columns), rows, edition.text_width * MM, edition.table_pt, gap=6, foot=foot)
    subtitle = [paragraph(data.subtitle, size, font=ITALIC, align="center")] if data.subtitle else []
    return (*subtitle, table)
