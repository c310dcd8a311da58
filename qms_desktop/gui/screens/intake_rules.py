"""Small readings of a procedure's content for the intake page."""

from __future__ import annotations

import re

from qms_desktop.domain.fields import Value
from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.domain.procedure_parts import NORM_UNITS, Norm
from qms_desktop.gui.desk import Procedure

_MOST_SHOWN = 90


def proposed_papers(content: ProcedureContent) -> list[dict[str, Value]]:
    """The papers grid as the procedure asks for it; papers of special cases start as not required."""
    return [
        {
            "name": paper.name,
            "originals": paper.originals,
            "copies": paper.copies,
            "state": "missing" if paper.required == "always" else "waived",
            "held": False,
            "note": paper.condition,
        }
        for paper in content.papers
    ]


def variants_of(content: ProcedureContent, channel: str) -> list[str]:
    """The cases a channel distinguishes, the ordinary one first."""
    found = [norm.variant for norm in content.norms if norm.channel in (channel, "any")]
    return list(dict.fromkeys(found))


def norm_words(norm: Norm | None) -> str:
    """A limit in words."""
    if norm is None:
        return "chưa có thời hạn"
    unit = NORM_UNITS.get(norm.unit, norm.unit)
    if norm.value is not None:
        return f"{norm.value.replace('.', ',')} {unit}"
    return norm.text or unit


def norm_line(procedure: Procedure, channel: str, variant: str) -> str:
    """Code, field, limit and fee in one line under the procedure box."""
    content = procedure.content
    fees = [fee.text for fee in content.fees if fee.text and fee.channel in (channel, "any")]
    parts = [procedure.code, procedure.field, f"Thời hạn: {norm_words(content.norm_for(channel, variant))}"]
    if fees:
        parts.append(f"Lệ phí: {fees[0][:_MOST_SHOWN]}{'…' if len(fees[0]) > _MOST_SHOWN else ''}")
    if content.doubts:
        parts.append("có điểm chưa xác minh")
    return "  ·  ".join(part for part in parts if part)


def is_number(text: str) -> bool:
    """Whether a number was typed, so that the first known person is surely meant; a name may belong to someone new."""
    return re.sub(r"[\s.\-]", "", text).isdigit()


def kind_of_entry(text: str) -> str:
    """Which field the words typed into the search for a person belong to."""
    digits = re.sub(r"[\s.\-]", "", text)
    if digits.isdigit():
        return "phone" if len(digits) in (10, 11) and digits.startswith("0") else "id_number"
    return "full_name"
