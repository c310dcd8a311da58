"""Nhãn bìa hồ sơ: the label for a dossier's folder, to be cut out along its frame; its QR code is the dossier's code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms_desktop.printing.blocks import Block
from qms_desktop.printing.editions import Edition
from qms_desktop.printing.fonts import BOLD
from qms_desktop.printing.forms.slip import form_line
from qms_desktop.printing.marks import LEADING, MM, centred, fitted_size
from qms_desktop.printing.qr import draw_qr
from qms_desktop.printing.sheet import Imprint, Part, publish
from qms_desktop.printing.slip_models import CoverData
from qms_desktop.printing.words import procedure_words

_QR = 34 * MM
_PAD = 5 * MM
_CODE_PT = 22.0
_ABOVE_LINE = 3


def cover_label(data: CoverData, edition: Edition) -> bytes:
    """The PDF of one label at the upper left of the page."""
    imprint = Imprint(
        title=f"{edition.name} {data.code}",
        agency=" ".join(data.unit.name),
        footer=f"{edition.name} – in lúc {data.printed_at:%H:%M ngày %d/%m/%Y}",
        footer_code=data.code,
        printed_at=data.printed_at,
        reprint=data.reprint,
    )
    return publish(edition, imprint, lambda: [Part(_nothing, (_Label(data, edition),))])


def _nothing(_canvas: Any) -> None:
    """A label has no official heading."""


@dataclass(frozen=True)
class _Label:
    """The framed label: agency and title, the code in large type beside its QR code, and the lines of the edition."""

    data: CoverData
    edition: Edition
    gap: float = 0.0

    def height(self, width: float) -> float:
        """Padding, heading, and the taller of the QR code and the lines."""
        lines = self._lines()
        room = width - 2 * _PAD
        below = sum(line.gap + line.height(room) for line in lines)
        return 2 * _PAD + self._top() + _QR + below

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the frame and what stands in it."""
        size, room = self.edition.body_pt, width - 2 * _PAD
        canvas.setLineWidth(1.2)
        canvas.rect(x, top - self.height(width), width, self.height(width))
        at = top - _PAD
        for number, line in enumerate((*self.data.unit.name, self.edition.title)):
            at -= size * LEADING
            centred(canvas, line, BOLD, size + (2 if number == len(self.data.unit.name) else 0), x + width / 2, at, room)
        at -= _PAD
        draw_qr(canvas, self.data.code, x + width - _PAD - _QR, at - _QR, _QR)
        beside = room - _QR - _PAD
        code = fitted_size(self.data.code, BOLD, _CODE_PT, beside)
        canvas.setFont(BOLD, code)
        canvas.drawString(x + _PAD, at - _QR / 2, self.data.code)
        if self.data.official_code:
            canvas.setFont(BOLD, fitted_size(self.data.official_code, BOLD, size, beside))
            canvas.drawString(x + _PAD, at - _QR / 2 - _CODE_PT, self.data.official_code)
        at -= _QR
        for block in self._lines():
            block.draw(canvas, x + _PAD, at - block.gap, room)
            at -= block.gap + block.height(room)

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """A label is one piece."""
        return None

    def _top(self) -> float:
        return (len(self.data.unit.name) + 1) * self.edition.body_pt * LEADING + _PAD

    def _lines(self) -> list[Block]:
        data = self.data
        values = {
            "applicant": data.applicant,
            "procedure": procedure_words(data.procedure_name, data.procedure_code),
            "received": data.received,
            "due": data.due,
            "originals": data.originals,
            "retention": data.retention,
        }
        return [form_line(line, values, self.edition.body_pt, _ABOVE_LINE) for line in self.edition.lines]
