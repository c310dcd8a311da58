"""A procedure as one readable page of rich text; what its source does not give shows "chưa xác minh"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from qms_desktop.domain.fields import Kind
from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.domain.procedure_parts import CHANNELS, MINUTES_PER_WORKING_DAY, STEP_ROLES
from qms_desktop.domain.records.revisions import REVISION
from qms_desktop.gui.desk import Procedure
from qms_desktop.gui.screens.intake_rules import norm_words
from qms_desktop.gui.theme import PALETTE
from qms_desktop.gui.values import shown

UNCONFIRMED = "chưa xác minh"
_WIDTHS = {"Nội dung công việc": 32, "Giấy tờ": 56, "Trách nhiệm": 24, "Thời gian": 17, "Bước": 7}
"""Percent of the page; the others share what is left."""

_SAID_ALREADY = frozenset(
    {"kind", "code", "title", "field", "issue_no", "amendment_no", "effective_on", "decision", "level", "authority"}
)
_FURTHER = tuple(
    field for field in REVISION.fields if field.entered and field.kind is not Kind.TABLE and field.name not in _SAID_ALREADY
)


def page_html(procedure: Procedure) -> str:
    """The whole page."""
    content = procedure.content
    parts = [
        _facts(procedure),
        _doubts(content),
        _head("Thời hạn giải quyết"),
        _table(("Cách nộp", "Trường hợp", "Thời hạn"), [(CHANNELS[n.channel], n.variant, norm_words(n)) for n in content.norms]),
        _head("Trình tự xử lý"),
        _steps(content),
        _head("Thành phần hồ sơ"),
        _table(
            ("Giấy tờ", "Chính", "Sao", "Khi nào"), [_paper(p.name, p.originals, p.copies, p.condition) for p in content.papers]
        ),
        _head("Phí, lệ phí"),
        _table(("Cách nộp", "Mức thu"), [(CHANNELS[fee.channel], fee.text) for fee in content.fees]),
        _head("Kết quả"),
        _list(content.results),
        _head("Biểu mẫu"),
        _list(f"{form.code} {form.name}".strip() for form in content.forms),
        _head("Cơ sở pháp lý"),
        _list(_law(law.number, law.title, law.issued_on, law.issuer) for law in content.legal_basis),
        _head("Thời gian lưu"),
        _list([content.retention.text] if content.retention.text else []),
    ]
    for detail in content.details:
        parts += [_head(detail.label), f"<p>{escape(detail.text)}</p>"]
    return "".join(parts)


def minutes_words(minutes: int) -> str:
    """Working minutes as people say them: "4 giờ", "1,5 ngày làm việc"."""
    if minutes == 0:
        return "–"
    if minutes >= MINUTES_PER_WORKING_DAY and minutes % (MINUTES_PER_WORKING_DAY // 2) == 0:
        return f"{minutes / MINUTES_PER_WORKING_DAY:g} ngày làm việc".replace(".", ",")
    return f"{minutes / 60:g} giờ".replace(".", ",") if minutes >= 60 or minutes % 15 == 0 else f"{minutes} phút"


def _facts(procedure: Procedure) -> str:
    content = procedure.content
    base = (
        ("Mã", content.code),
        ("Lĩnh vực", content.field),
        ("Cấp thực hiện", content.level),
        ("Cơ quan có thẩm quyền", content.authority),
        ("Quyết định công bố", content.decision),
    )
    cells = "".join(
        f"<tr><td style='color:{PALETTE.quiet}; padding-right:12px'>{label}</td><td>{escape(value) or _missing()}</td></tr>"
        for label, value in (*base, *_further(procedure))
    )
    return f"<table cellspacing='0' cellpadding='1'>{cells}</table><p style='font-size:4pt'> </p>"


def _further(procedure: Procedure) -> list[tuple[str, str]]:
    """Other filled fields of the revision, as its definition names them."""
    return [
        (field.label, shown(field, procedure.values.get(field.name))) for field in _FURTHER if procedure.values.get(field.name)
    ]


def _doubts(content: ProcedureContent) -> str:
    if not content.doubts:
        return ""
    lines = "".join(f"<li>{escape(doubt)}</li>" for doubt in content.doubts)
    head = f"<b style='color:{PALETTE.soon}'>Điểm chưa xác minh</b>"
    frame = f"<table width='100%' cellpadding='6' style='background:{PALETTE.soon_soft}'>"
    return f"{frame}<tr><td>{head}<ul style='margin-top:0px; margin-left:-18px'>{lines}</ul></td></tr></table>"


def _steps(content: ProcedureContent) -> str:
    if not content.steps:
        return _missing()
    variants = dict.fromkeys((step.channel, step.variant) for step in content.steps)
    out: list[str] = []
    for channel, variant in variants:
        steps = [step for step in content.steps if (step.channel, step.variant) == (channel, variant)]
        if len(variants) > 1:
            out.append(f"<p><b>{escape(CHANNELS[channel])}{' · ' + escape(variant) if variant else ''}</b></p>")
        rows = [(s.code, s.name, STEP_ROLES.get(s.role, s.role), minutes_words(s.minutes), s.output) for s in steps]
        out.append(_table(("Bước", "Nội dung công việc", "Trách nhiệm", "Thời gian", "Kết quả"), rows))
        out.append(_sum(content, channel, variant, sum(step.minutes for step in steps)))
    return "".join(out)


def _sum(content: ProcedureContent, channel: str, variant: str, total: int) -> str:
    norm = content.norm_for(channel if channel != "any" else "in_person", variant)
    wanted = norm.minutes if norm is not None else None
    words = f"Tổng các bước: {minutes_words(total)}"
    if wanted is None:
        return f"<p style='color:{PALETTE.quiet}'>{words}; thời hạn không tính bằng giờ hay ngày làm việc nên không so được.</p>"
    if wanted == total:
        return f"<p style='color:{PALETTE.good}'><b>{words}, khớp thời hạn {escape(norm_words(norm))}.</b></p>"
    word = "vượt" if total > wanted else "thiếu so với"
    return f"<p style='color:{PALETTE.late}'><b>{words}, {word} thời hạn {escape(norm_words(norm))}.</b></p>"


def _paper(name: str, originals: int, copies: int, condition: str) -> tuple[str, str, str, str]:
    return name, str(originals), str(copies), condition or "luôn luôn"


def _law(number: str, title: str, issued_on: str, issuer: str) -> str:
    return ", ".join(part for part in (number, title, issued_on, issuer) if part)


def _head(text: str) -> str:
    return f"<h4 style='color:{PALETTE.accent_dark}; margin-bottom:2px'>{escape(text)}</h4>"


def _list(items: Iterable[str]) -> str:
    lines = "".join(f"<li>{escape(item)}</li>" for item in items if item)
    return f"<ul style='margin-top:0px'>{lines}</ul>" if lines else _missing()


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return _missing()
    used = [n for n in range(len(headings)) if any(row[n] for row in rows)]
    top = "".join(f"<td{_width(headings[n])} style='color:{PALETTE.quiet}'>{headings[n]}</td>" for n in used)
    body = "".join(
        f"<tr style='background:{PALETTE.stripe if number % 2 else PALETTE.surface}'>"
        + "".join(f"<td>{escape(row[n])}</td>" for n in used)
        + "</tr>"
        for number, row in enumerate(rows)
    )
    return f"<table width='100%' cellspacing='0' cellpadding='3' style='border-color:{PALETTE.line}'><tr>{top}</tr>{body}</table>"


def _width(heading: str) -> str:
    return f" width='{_WIDTHS[heading]}%'" if heading in _WIDTHS else ""


def _missing() -> str:
    return f"<span style='color:{PALETTE.soon}'>{UNCONFIRMED}</span>"
