"""Slips and letters made of lines and sentences: Mẫu số 03, 04, 05 (Thông tư 03/2025/TT-VPCP) and the receipt for a fee.

The edition holds the sentences: a line with the key "prose" is its label with the values put in, "addressee" is "Kính gửi".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms_desktop.printing.blocks import Block, paragraph
from qms_desktop.printing.editions import Edition, FieldSpec
from qms_desktop.printing.flow import on_fewest_pages
from qms_desktop.printing.fonts import BOLD_ITALIC, REGULAR
from qms_desktop.printing.forms.slip import form_line, signed, slip_pdf
from qms_desktop.printing.marks import LEADING, MM
from qms_desktop.printing.signatures import Signature, Signatures
from qms_desktop.printing.slip_models import NoticeData
from qms_desktop.printing.words import both_codes, moment_in_words, procedure_words

_ABOVE_LINE = 5
_ABOVE_SIGNATURES = 12
_ABOVE_NOTE = 10
_INDENT = 10 * MM
_DOTS = "…………………………"
_TITLE_PT, _RECIPIENT_PT = 12, 11
_HINT_WITH_SEAL = "(Ký, ghi rõ họ tên và đóng dấu)"
_NOBODY = Signature("", hint="")


def notice(data: NoticeData, edition: Edition) -> bytes:
    """The PDF of all copies. The text gets up to 2 pt smaller when that saves a page."""

    def body() -> tuple[Block, ...]:
        return on_fewest_pages(edition, lambda less: _body(data, edition, less))

    return slip_pdf(data, edition, data.issued_on, body)


def _body(data: NoticeData, edition: Edition, less: float) -> tuple[Block, ...]:
    size = edition.body_pt - less
    values = _values(data)
    blocks = [_line(line, values, size) for line in edition.lines]
    notes = [_line(line, values, size, _ABOVE_NOTE) for line in edition.notes]
    return signed(blocks, _signatures(data, edition, size), edition.text_width * MM, notes)


def _line(line: tuple[FieldSpec, ...], values: dict[str, str], size: float, gap: float = _ABOVE_LINE) -> Block:
    first = line[0]
    if first.key == "prose":
        words = first.label.format_map({key: value or _DOTS for key, value in values.items()})
        return paragraph(words, size, align="justify", gap=gap, indent=_INDENT)
    if first.key == "addressee":
        return paragraph(f"{first.label}: {values['applicant'] or _DOTS}", size, align="center", gap=gap)
    return form_line(line, values, size, gap)


def _signatures(data: NoticeData, edition: Edition, size: float) -> Signatures:
    """Both sides of a slip; on a letter the head of the agency on the right, and on the left who receives it."""
    names = (*data.signers, *("" for _ in edition.signatures))
    if len(edition.signatures) > 1:
        people = tuple(Signature(role, name=name) for role, name in zip(edition.signatures, names, strict=False))
        return Signatures(people, size, gap=_ABOVE_SIGNATURES)
    people = (_NOBODY, Signature(edition.signatures[0], _HINT_WITH_SEAL, names[0]))
    return Letter(people, size, gap=_ABOVE_SIGNATURES, recipients=edition.recipients)


@dataclass(frozen=True)
class Letter(Signatures):
    """The end of a letter: "Nơi nhận" on the left of the signature (Nghị định 30/2020, phụ lục I)."""

    recipients: tuple[str, ...] = ()

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw both."""
        super().draw(canvas, x, top, width)
        baseline = top - _TITLE_PT
        for number, line in enumerate(("Nơi nhận:", *self.recipients) if self.recipients else ()):
            canvas.setFont(*((REGULAR, _RECIPIENT_PT) if number else (BOLD_ITALIC, _TITLE_PT)))
            canvas.drawString(x, baseline - number * _TITLE_PT * LEADING, line)


def _values(data: NoticeData) -> dict[str, str]:
    """What each field of a form line or sentence prints, by the key the edition uses."""
    return {
        "agency": data.agency,
        "desk": data.desk,
        "code": both_codes(data.official_code, data.code),
        "applicant": data.applicant,
        "address": data.address,
        "phone": data.phone,
        "email": data.email,
        "procedure": procedure_words(data.procedure_name, data.procedure_code),
        "received": moment_in_words(data.received_at),
        "due": moment_in_words(data.due),
        "new_due": moment_in_words(data.new_due),
        "reason": data.reason,
        "basis": data.basis,
        "contact_phone": data.contact_phone,
        "amount": data.amount,
        "amount_words": data.amount_words,
        "proof": data.proof,
        "paid": moment_in_words(data.paid_at),
    }
