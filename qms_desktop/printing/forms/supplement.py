"""Mẫu số 02: Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ."""

from __future__ import annotations

from qms_desktop.printing.blocks import Block, paragraph
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.flow import on_fewest_pages
from qms_desktop.printing.fonts import REGULAR
from qms_desktop.printing.form_lines import FormLine, Gap
from qms_desktop.printing.forms.slip import form_line, signed, slip_pdf
from qms_desktop.printing.marks import MM, text_width
from qms_desktop.printing.models import Demand, SupplementData
from qms_desktop.printing.signatures import Signature, Signatures
from qms_desktop.printing.words import both_codes, procedure_words

_EMPTY_DEMANDS = 3
_ABOVE_LINE = 4
_ABOVE_SIGNATURE = 12
_NOBODY = Signature("", hint="")


def supplement(data: SupplementData, edition: Edition) -> bytes:
    """The PDF. The text gets up to 2 pt smaller when that saves a page."""

    def body() -> tuple[Block, ...]:
        return on_fewest_pages(edition, lambda less: _body(data, edition, less))

    return slip_pdf(data, edition, data.issued_on, body)


def _body(data: SupplementData, edition: Edition, less: float) -> tuple[Block, ...]:
    """Every line of the form; the one who guides signs on the right (Nghị định 30/2020, phụ lục I)."""
    size = edition.body_pt - less
    values = _values(data)
    blocks: list[Block] = []
    for line in edition.lines:
        if line[0].key == "demands":
            blocks += [paragraph(line[0].label, size, gap=_ABOVE_LINE), *_demands(data.demands, size)]
        else:
            blocks.append(form_line(line, values, size, _ABOVE_LINE))
    people = (_NOBODY, Signature(edition.signatures[0], name=data.guide))
    return signed(blocks, Signatures(people, size, gap=_ABOVE_SIGNATURE), edition.text_width * MM, [])


def _demands(demands: tuple[Demand, ...], size: float) -> list[Block]:
    """Numbered lines; numbered dots to write on when nothing is filled in."""
    if not demands:
        return [FormLine((Gap(f"{number}.", ""),), size, gap=_ABOVE_LINE) for number in range(1, _EMPTY_DEMANDS + 1)]
    return [_demand(f"{number}. ", demand, size) for number, demand in enumerate(demands, start=1)]


def _demand(number: str, demand: Demand, size: float) -> Block:
    return paragraph(number + _words(demand), size, gap=_ABOVE_LINE, hanging=text_width(number, REGULAR, size))


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
