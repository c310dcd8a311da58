"""The counts of a period on landscape pages, columns as Biểu số 06/VPCP/KSTT (TT 01/2020/TT-VPCP), heading by NĐ 30/2020."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qms_desktop.printing.blocks import Block, paragraph
from qms_desktop.printing.columns import Shared
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import BOLD, ITALIC
from qms_desktop.printing.heading import official_heading, put_wrapped
from qms_desktop.printing.marks import MM
from qms_desktop.printing.models import Column, UnitHeading
from qms_desktop.printing.ruled_list import list_of_widths
from qms_desktop.printing.sheet import Imprint, Part, publish
from qms_desktop.printing.signatures import Signature, Signatures

_NUMBER, _LABEL = 9.0, 40.0
_TABLE_PT = 8.5
_MOST_TITLE_LINES = 2


@dataclass(frozen=True)
class StatisticsData:
    """The table: `columns` of figures behind the words of each row; `remarks` stand below, each on a line of its own."""

    title: str
    unit: UnitHeading
    printed_at: datetime
    subtitle: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]
    printed_by: str = ""
    reprint: int = 0


def statistics(data: StatisticsData, edition: Edition) -> bytes:
    """The PDF; signed by who made it and by the head of the unit."""
    by = f" – {data.printed_by}" if data.printed_by else ""
    imprint = Imprint(
        title=data.title,
        agency=" ".join(data.unit.name),
        footer=f"{data.title} – in lúc {data.printed_at:%H:%M ngày %d/%m/%Y}{by}",
        footer_code="Biểu số 06/VPCP/KSTT",
        printed_at=data.printed_at,
        reprint=data.reprint,
    )

    def head(canvas: Any) -> None:
        official_heading(canvas, edition, data.unit, "", data.printed_at.date())
        put_wrapped(canvas, edition, edition.anchors["title"], data.title.upper(), BOLD, _MOST_TITLE_LINES)

    return publish(edition, imprint, lambda: [Part(head, _body(data, edition))])


def _body(data: StatisticsData, edition: Edition) -> tuple[Block, ...]:
    size = edition.body_pt - 2
    each = (edition.text_width - _NUMBER - _LABEL) / len(data.columns)
    shared = Shared((_NUMBER * MM, _LABEL * MM, *[each * MM] * len(data.columns)), _TABLE_PT)
    columns = (Column("STT", 0, "center"), Column(data.label), *data.columns)
    table = list_of_widths(columns, data.rows, shared, gap=6)
    remarks = [paragraph(text, size, gap=4) for text in data.remarks]
    people = (Signature("NGƯỜI LẬP BIỂU", name=data.printed_by), Signature("THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ tên, đóng dấu)"))
    subtitle = paragraph(data.subtitle, size, font=ITALIC, align="center")
    return (subtitle, table, *remarks, Signatures(people, edition.body_pt, gap=10))
