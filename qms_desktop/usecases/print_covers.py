"""Nhãn bìa hồ sơ: the label of a dossier's folder."""

from qms_desktop.domain.fields import Values
from qms_desktop.domain.values import show_when
from qms_desktop.printing import CoverData, cover_pdf
from qms_desktop.printing.words import count
from qms_desktop.store.view import View
from qms_desktop.usecases.moves import originals
from qms_desktop.usecases.print_forms import Sheet, edition_of, file_name, pinned_content, prints_of, received_dossier
from qms_desktop.usecases.printed_words import heading
from qms_desktop.usecases.work import Work

FORM = "cover"


def cover_label(work: Work, dossier: str) -> Sheet:
    """The label of a dossier that was received; RuleError QMS-222 for a visit that ended at the counter."""
    today = work.clock().date()
    with work.store.view() as view:
        record = received_dossier(view, work, dossier)
        prints = prints_of(view, dossier, FORM)
        held = originals.held(record)
        data = CoverData(
            unit=heading(view, work, today),
            code=str(record["code"]),
            official_code=str(record.get("official_code") or ""),
            procedure_code=str(record.get("procedure_code") or ""),
            procedure_name=str(record.get("procedure_title") or ""),
            applicant=str(record.get("applicant_name") or ""),
            printed_at=work.clock(),
            received=show_when(str(record["received_at"])[:10]),
            due=show_when(str(record.get("due") or record.get("original_due") or "")),
            originals=count(held) if held else "không",
            retention=_retention(view, record),
            reprint=len(prints),
        )
    edition = edition_of(prints, FORM, today)
    return Sheet(cover_pdf(data, edition), dossier, FORM, edition.code, len(prints) + 1, file_name("Nhan-bia", record["code"]))


def _retention(view: View, record: Values) -> str:
    """The dossier's own time of keeping, else that of its procedure."""
    asked = pinned_content(view, record).retention
    years = record.get("retention_years") or asked.years
    return f"{years} năm" if years else asked.text
