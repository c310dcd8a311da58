"""Biên bản bàn giao hồ sơ: the dossiers that went from hand to hand under one number, signed by both sides."""

from __future__ import annotations

from qms_desktop.printing.blocks import Block, Together, paragraph
from qms_desktop.printing.columns import Shared
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import BOLD
from qms_desktop.printing.forms.slip import form_line, slip_pdf
from qms_desktop.printing.marks import MM
from qms_desktop.printing.models import Column
from qms_desktop.printing.ruled_list import list_of_widths
from qms_desktop.printing.signatures import Signature, Signatures
from qms_desktop.printing.slip_models import MinutesData, MinutesLine
from qms_desktop.printing.words import count, moment_in_words

_ABOVE_LINE = 3
_ABOVE_TABLE = 6
_ABOVE_SIGNATURES = 12


def minutes(data: MinutesData, edition: Edition) -> bytes:
    """The PDF of all copies; the table's head is repeated, the signatures never leave its last line."""
    return slip_pdf(data, edition, data.given_at.date(), lambda: _body(data, edition))


def _body(data: MinutesData, edition: Edition) -> tuple[Block, ...]:
    size = edition.body_pt
    values = {
        "given": moment_in_words(data.given_at),
        "giver": _with_post(data.giver, data.giver_post),
        "receiver": _with_post(data.receiver, data.receiver_post),
    }
    columns = [Column(spec.title, spec.width, spec.align, spec.group) for spec in edition.columns]
    shared = Shared(tuple(spec.width * MM for spec in edition.columns), edition.table_pt)
    keys = [spec.key for spec in edition.columns]
    rows = [_cells(keys, number, line) for number, line in enumerate(data.lines, start=1)]
    people = tuple(Signature(role, name=name) for role, name in zip(edition.signatures, (data.giver, data.receiver), strict=True))
    total = paragraph(f"Tổng cộng: {count(len(data.lines))} hồ sơ", size, font=BOLD, gap=_ABOVE_TABLE)
    foot = Together((total, Signatures(people, size, gap=_ABOVE_SIGNATURES)))
    table = list_of_widths(columns, rows, shared, gap=_ABOVE_TABLE, foot=foot)
    return (*(form_line(line, values, size, _ABOVE_LINE) for line in edition.lines), table)


def _with_post(name: str, post: str) -> str:
    return f"{name} – {post}" if name and post else name


def _cells(keys: list[str], number: int, line: MinutesLine) -> tuple[str, ...]:
    return tuple(str(number) if key == "number" else str(getattr(line, key)) for key in keys)
