"""Mẫu số 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả, two copies, each on its own page."""

from __future__ import annotations

from typing import Any

from qms_desktop.printing.blocks import Block, paragraph
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.flow import on_fewest_pages
from qms_desktop.printing.fonts import ITALIC
from qms_desktop.printing.forms.slip import form_line, signed, slip_pdf
from qms_desktop.printing.marks import MM
from qms_desktop.printing.models import Paper, ReceiptData
from qms_desktop.printing.signatures import Signature, Signatures
from qms_desktop.printing.tables import cell, page_sized, ruled_table
from qms_desktop.printing.words import both_codes, count, moment_in_words, procedure_words

_EMPTY_PAPER_ROWS = 4
_ABOVE_LINE = 3
_ABOVE_SIGNATURES = 10
_ABOVE_NOTE = 8


def receipt(data: ReceiptData, edition: Edition) -> bytes:
    """The PDF of all copies. The text gets up to 2 pt smaller when that saves a page."""

    def body() -> tuple[Block, ...]:
        return on_fewest_pages(edition, lambda less: _body(data, edition, less))

    return slip_pdf(data, edition, data.received_at.date(), body)


def _body(data: ReceiptData, edition: Edition, less: float) -> tuple[Block, ...]:
    """Every line of the form in the edition's order, the signatures, the notes."""
    size = edition.body_pt - less
    values = _values(data)
    blocks: list[Block] = []
    for line in edition.lines:
        if line[0].key == "papers":
            table = _papers(data.papers, edition, edition.table_pt - less)
            blocks += [paragraph(line[0].label, size, gap=_ABOVE_LINE), table]
        else:
            blocks.append(form_line(line, values, size, _ABOVE_LINE))
        if line[0].key == "due" and data.due_sentence:
            blocks.append(paragraph(f"({data.due_sentence})", size - 1.5, font=ITALIC))
    notes: list[Block] = [form_line(line, values, size, _ABOVE_NOTE) for line in edition.notes]
    return signed(blocks, _signatures(data, edition, size), edition.text_width * MM, notes)


def _signatures(data: ReceiptData, edition: Edition, size: float) -> Signatures:
    people = zip(edition.signatures, (data.submitter, data.receiver), strict=True)
    return Signatures(tuple(Signature(role, name=name) for role, name in people), size, gap=_ABOVE_SIGNATURES)


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
        "received": moment_in_words(None if data.by_hand else data.received_at),
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
