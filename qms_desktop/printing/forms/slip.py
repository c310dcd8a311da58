"""What the official slips of a dossier share: heading, title, QR code, form lines, foot, copies.

Legal source: Thông tư 03/2025/TT-VPCP (before it Thông tư 01/2018/TT-VPCP), phụ lục I; the edition holds what differs and
names what has not been compared with the official text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from qms_desktop.printing.blocks import Block, Together
from qms_desktop.printing.editions import Edition, FieldSpec
from qms_desktop.printing.fonts import BOLD, ITALIC, REGULAR
from qms_desktop.printing.form_lines import FormLine, Gap
from qms_desktop.printing.heading import official_heading, put, put_wrapped, qr_with_caption
from qms_desktop.printing.marks import MM
from qms_desktop.printing.models import UnitHeading
from qms_desktop.printing.sheet import Imprint, Part, publish
from qms_desktop.printing.signatures import Signatures
from qms_desktop.printing.words import BLANK_MOMENT

_MOST_SUBJECT_LINES = 3
_LONGEST_NEIGHBOUR = 60 * MM


class Slip(Protocol):
    """What every slip of a dossier knows of itself."""

    @property
    def unit(self) -> UnitHeading:
        """The agency that gives it out."""

    @property
    def code(self) -> str:
        """The dossier's permanent code: all that the QR code holds."""

    @property
    def number(self) -> str:
        """Its number in the register; empty prints dots."""

    @property
    def printed_at(self) -> datetime:
        """When it was printed."""

    @property
    def reprint(self) -> int:
        """0 for the first print, n for the n-th again."""


def slip_pdf(slip: Slip, edition: Edition, day: date, body: Callable[[], tuple[Block, ...]]) -> bytes:
    """The PDF of all copies of a slip of that day; `body` is called once the office fonts are known."""
    imprint = Imprint(
        title=f"{edition.name} {slip.code}",
        agency=" ".join(slip.unit.name),
        footer=f"Mẫu số {edition.number} – {edition.regulation}" if edition.regulation else edition.name,
        footer_code=slip.code,
        printed_at=slip.printed_at,
        reprint=slip.reprint,
    )

    def parts() -> list[Part]:
        blocks = body()
        return [Part(_Head(slip, edition, day, copy), blocks) for copy in edition.copies or ("",)]

    return publish(edition, imprint, parts)


@dataclass(frozen=True)
class _Head:
    """The fixed part of a copy's first page."""

    slip: Slip
    edition: Edition
    day: date
    copy: str

    def __call__(self, canvas: Any) -> None:
        edition = self.edition
        official_heading(canvas, edition, self.slip.unit, self.slip.number, self.day)
        if edition.title:
            put(canvas, edition, edition.anchors["title"], edition.title, BOLD)
        if "subject" in edition.anchors:
            subject = edition.anchors["subject"]
            put_wrapped(canvas, edition, subject, subject.text, REGULAR, _MOST_SUBJECT_LINES)
        if self.copy:
            put(canvas, edition, edition.anchors["copy"], f"({self.copy})", ITALIC)
        qr_with_caption(canvas, edition, self.slip.code)


def form_line(line: tuple[FieldSpec, ...], values: Mapping[str, str], size: float, gap: float) -> FormLine:
    """A line of the edition with its values; dots to write on are never bold."""
    return FormLine(tuple(_gap(spec, values[spec.key]) for spec in line), size, gap)


def _gap(spec: FieldSpec, value: str) -> Gap:
    return Gap(spec.label, value, spec.share, spec.strong and value != BLANK_MOMENT)


def signed(blocks: list[Block], end: Signatures, width: float, after: list[Block]) -> tuple[Block, ...]:
    """The pieces with the signatures at their end, kept with the piece above and the one below where those are short."""

    def short(block: Block) -> bool:
        return block.height(width) < _LONGEST_NEIGHBOUR

    above = tuple(blocks[-1:]) if blocks and short(blocks[-1]) else ()
    below = tuple(after[:1]) if after and short(after[0]) else ()
    before = blocks[: len(blocks) - len(above)]
    return (*before, Together((*above, end, *below)), *after[len(below) :])
