"""Mẫu số 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả, two copies, each on its own page.

Legal source: Thông tư 03/2025/TT-VPCP (before it Thông tư 01/2018/TT-VPCP), phụ lục I; the edition holds what differs.
"""

from __future__ import annotations

from typing import Any

from qms_desktop.printing.blocks import MM, Block, FormLine, Gap, Signature, Signatures, paragraph
from qms_desktop.printing.editions import Edition, FieldSpec
from qms_desktop.printing.fonts import BOLD, ITALIC
from qms_desktop.printing.models import Paper, ReceiptData
from qms_desktop.printing.sheet import Imprint, Part, official_heading, on_one_page, publish, put, qr_with_caption
from qms_desktop.printing.tables import cell, page_sized, ruled_table
from qms_desktop.printing.words import BLANK_MOMENT, both_codes, count, moment_in_words, procedure_words

_EMPTY_PAPER_ROWS = 4
_ROOM_FOR_SIGNATURE = 20 * MM
_LONGEST_LEAD = 60 * MM


def receipt(data: ReceiptData, edition: Edition) -> bytes:
    """The PDF of all copies. The text gets up to 2 pt smaller when that keeps a copy on one page."""
    imprint = Imprint(
        title=f"{edition.name} {data.code}",
        footer=f"Mẫu số {edition.number} – {edition.regulation}",
        footer_code=data.code,
        printed_at=data.printed_at,
        reprint=data.reprint,
    )

    def parts() -> list[Part]:
        blocks = on_one_page(edition, lambda less: _body(data, edition, less))
        return [Part(_Head(data, edition, name), blocks) for name in edition.copies]

    return publish(edition, imprint, parts)


class _Head:
    """The fixed part of a copy's first page."""

    def __init__(self, data: ReceiptData, edition: Edition, copy: str) -> None:
        self._data, self._edition, self._copy = data, edition, copy

    def __call__(self, canvas: Any) -> None:
        data, edition = self._data, self._edition
        official_heading(canvas, edition, data.unit, data.number, data.received_at.date())
        put(canvas, edition, edition.anchors["title"], edition.title, BOLD)
        put(canvas, edition, edition.anchors["copy"], f"({self._copy})", ITALIC)
        qr_with_caption(canvas, edition, data.code)


def _body(data: ReceiptData, edition: Edition, less: float) -> tuple[Block, ...]:
    """Every line of the form; the last lines stay with the signatures."""
    size = edition.body_pt - less
    values = _values(data)
    blocks: list[Block] = []
    for line in edition.lines:
        if line[0].key == "papers":
            blocks += [paragraph(line[0].label, size, gap=3), _papers(data.papers, edition, edition.table_pt - less)]
            continue
        blocks.append(FormLine(tuple(_gap(spec, values) for spec in line), size, gap=3))
        if line[0].key == "due" and data.due_sentence:
            blocks.append(paragraph(f"({data.due_sentence})", size - 1.5, font=ITALIC))
    people = tuple(zip(edition.signatures, (data.submitter, data.receiver), strict=True))
    signers = tuple(Signature(role, name=name) for role, name in people)
    lead = tuple(blocks[-1:]) if blocks[-1].height(edition.text_width * MM) < _LONGEST_LEAD else ()
    end = Signatures(signers, size, room=_ROOM_FOR_SIGNATURE, gap=3, lead=lead, space=10)
    return (*(blocks[:-1] if lead else blocks), end)


def _gap(spec: FieldSpec, values: dict[str, str]) -> Gap:
    value = values[spec.key]
    return Gap(spec.label, value, spec.share, spec.strong and value != BLANK_MOMENT)


def _values(data: ReceiptData) -> dict[str, str]:
    """What each field of a form line prints, by the key the edition uses."""
    return {
        "desk": data.desk,
        "code": both_codes(data.official_code, data.code),
        "applicant": data.applicant,
        "identity": data.identity,
        "phone": data.phone,
        "email": data.email,
        "address": data.address,
        "procedure": procedure_words(data.procedure_name, data.procedure_code),
        "sets": count(data.sets) if data.sets else "",
        "norm": data.norm_text,
        "received": moment_in_words(data.received_at),
        "due": moment_in_words(data.due),
        "result_place": data.result_place,
        "fee": data.fee_text,
        "register_book": data.register_book,
        "register_number": data.register_number,
        "note": data.note,
    }


def _papers(papers: tuple[Paper, ...], edition: Edition, size: float) -> Block:
    head = [cell(column.title, size - 1, align="center", strong=True) for column in edition.columns]
    rows = [head]
    for number, paper in enumerate(papers, start=1):
        rows += _paper_rows(number, paper, size, edition.columns[1].width * MM)
    if not papers:
        rows += [[cell(str(number + 1), size, align="center"), "", "", ""] for number in range(_EMPTY_PAPER_ROWS)]
    return ruled_table(rows, [column.width for column in edition.columns], gap=2)


def _paper_rows(number: int, paper: Paper, size: float, width: float) -> list[list[Any]]:
    """Originals and copies of one paper on lines of their own, so that each count stands beside its kind."""
    kinds = [("Bản chính", paper.originals), ("Bản sao", paper.copies)]
    given = [(kind, amount) for kind, amount in kinds if amount]
    first, *more = page_sized(paper.name, size, width)
    row = [
        cell(str(number), size, align="center"),
        cell(first, size),
        cell("\n".join(kind for kind, _amount in given), size, align="center"),
        cell("\n".join(count(amount) for _kind, amount in given), size, align="center"),
    ]
    return [row, *(["", cell(part, size), "", ""] for part in more)]
