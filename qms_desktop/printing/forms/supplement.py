"""Mẫu số 02: Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ.

Legal source: Thông tư 03/2025/TT-VPCP (before it Thông tư 01/2018/TT-VPCP), phụ lục I; the edition holds what differs and
names what has not been compared with the official text.
"""

from __future__ import annotations

from typing import Any

from qms_desktop.printing.blocks import MM, Block, FormLine, Gap, Signature, Signatures, paragraph
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import BOLD
from qms_desktop.printing.models import Demand, SupplementData
from qms_desktop.printing.sheet import Imprint, Part, official_heading, on_one_page, publish, put, qr_with_caption
from qms_desktop.printing.words import both_codes, procedure_words

_EMPTY_DEMANDS = 3
_ROOM_FOR_SIGNATURE = 20 * MM
_LONGEST_LEAD = 60 * MM
_NOBODY = Signature("", hint="")


def supplement(data: SupplementData, edition: Edition) -> bytes:
    """The PDF. The text gets up to 2 pt smaller when that keeps the slip on one page."""
    imprint = Imprint(
        title=f"{edition.name} {data.code}",
        footer=f"Mẫu số {edition.number} – {edition.regulation}",
        footer_code=data.code,
        printed_at=data.printed_at,
        reprint=data.reprint,
    )

    def head(canvas: Any) -> None:
        official_heading(canvas, edition, data.unit, data.number, data.issued_on)
        put(canvas, edition, edition.anchors["title"], edition.title, BOLD)
        qr_with_caption(canvas, edition, data.code)

    return publish(edition, imprint, lambda: [Part(head, on_one_page(edition, lambda less: _body(data, edition, less)))])


def _body(data: SupplementData, edition: Edition, less: float) -> tuple[Block, ...]:
    """Every line of the form; the last line stays with the signature."""
    size = edition.body_pt - less
    values = _values(data)
    blocks: list[Block] = []
    for line in edition.lines:
        if line[0].key == "demands":
            blocks += [paragraph(line[0].label, size, gap=6), *_demands(data.demands, size)]
            continue
        cells = tuple(Gap(spec.label, values[spec.key], spec.share, spec.strong) for spec in line)
        blocks.append(FormLine(cells, size, gap=4))
    lead = tuple(blocks[-1:]) if blocks[-1].height(edition.text_width * MM) < _LONGEST_LEAD else ()
    return (*(blocks[:-1] if lead else blocks), _signature(data, edition, size, lead))


def _signature(data: SupplementData, edition: Edition, size: float, lead: tuple[Block, ...]) -> Signatures:
    """The one who guides signs on the right (Nghị định 30/2020, phụ lục I)."""
    people = (_NOBODY, Signature(edition.signatures[0], name=data.guide))
    return Signatures(people, size, room=_ROOM_FOR_SIGNATURE, gap=4, lead=lead, space=12)


def _demands(demands: tuple[Demand, ...], size: float) -> list[Block]:
    """Numbered lines; numbered dots to write on when nothing is filled in."""
    if not demands:
        return [FormLine((Gap(f"{number}.", ""),), size, gap=4) for number in range(1, _EMPTY_DEMANDS + 1)]
    return [paragraph(f"{number}. {_words(demand)}", size, gap=3) for number, demand in enumerate(demands, start=1)]


def _words(demand: Demand) -> str:
    return f"{demand.name} – {demand.reason}" if demand.reason else demand.name


def _values(data: SupplementData) -> dict[str, str]:
    """What each field of a form line prints, by the key the edition uses."""
    return {
        "desk": data.desk,
        "code": both_codes(data.official_code, data.code),
        "applicant": data.applicant,
        "procedure": procedure_words(data.procedure_name, data.procedure_code),
        "address": data.address,
        "phone": data.phone,
        "email": data.email,
        "reason": data.reason,
        "contact": data.contact,
        "contact_phone": data.contact_phone,
    }
