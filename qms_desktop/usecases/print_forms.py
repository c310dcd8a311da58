"""Official slips of a dossier: what is printed, by which edition, and a record of each print (I14).

A ``Sheet`` is drawn once; the same bytes go to the preview, the file and the printer. ``record_print`` is called when they
leave the program, so a preview leaves no trace and a second print says "In lại lần n".
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.domain.records import kind_named
from qms_desktop.domain.records.dossiers import APPLICANT, DOSSIER, State
from qms_desktop.printing import (
    Edition,
    control_sheet_pdf,
    data_sheet_pdf,
    edition_by_code,
    edition_for,
    receipt_pdf,
    supplement_pdf,
)
from qms_desktop.printing.models import ControlSheetData, DataSheet, Paper, ReceiptData
from qms_desktop.store.unit import Change, create
from qms_desktop.store.view import View
from qms_desktop.usecases import clock, supplement_requests
from qms_desktop.usecases.fee_words import fee_words
from qms_desktop.usecases.hand_overs import hand_overs, hand_overs_to_come, solving_sections
from qms_desktop.usecases.printed_records import history_lines, sections
from qms_desktop.usecases.printed_words import MASK, agency, as_seen, heading, office, person
from qms_desktop.usecases.procedures import content_of
from qms_desktop.usecases.work import Work

_LEAST_ROWS = 5
_SHOWN = "Xuất trình"
_NOT_RECEIVED = frozenset({State.DRAFT_INTAKE.value, State.RETURNED_AT_COUNTER.value, State.REFUSED.value})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawn form: the PDF bytes, the subject's record id, form and edition keys, and which print of it this is.

    ``since`` is when the slip became due (a moment, empty for ever): prints before it were of an earlier request.
    ``parts`` is how many copies (liên) stand one after the other in the bytes.
    """

    pdf: bytes
    subject: str
    form: str
    edition: str
    serial: int
    name: str
    since: str = ""
    parts: int = 1


def receipt(work: Work, dossier: str) -> Sheet:
    """Mẫu 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả, two copies, in the edition valid on the day of receipt.

    RuleError QMS-222 for a visit that ended at the counter: nothing was received.
    """
    with work.store.view() as view:
        record = received_dossier(view, work, dossier)
        prints = prints_of(view, dossier, "receipt")
        data = _receipt_data(view, work, record, len(prints))
    edition = edition_of(prints, "receipt", data.received_at.date())
    name = file_name("Giay-tiep-nhan", record["code"])
    pdf = receipt_pdf(data, edition)
    return Sheet(pdf, dossier, "receipt", edition.code, len(prints) + 1, name, parts=len(edition.copies) or 1)


def control_sheet(work: Work, dossier: str) -> Sheet:
    """Mẫu 06: Phiếu kiểm soát quá trình giải quyết hồ sơ, with every hand-over so far and those to come.

    RuleError QMS-222 as for a receipt.
    """
    with work.store.view() as view:
        record = received_dossier(view, work, dossier)
        prints = prints_of(view, dossier, "control_sheet")
        data = _control_data(view, work, record, len(prints))
    edition = edition_of(prints, "control_sheet", data.issued_on)
    name = file_name("Phieu-kiem-soat", record["code"])
    return Sheet(control_sheet_pdf(data, edition), dossier, "control_sheet", edition.code, len(prints) + 1, name)


def supplement_slip(work: Work, dossier: str) -> Sheet:
    """Mẫu 02: Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ, for a visit returned at the counter or a dossier awaiting papers.

    Each request counts its own prints. RuleError QMS-223 when nothing is asked of the citizen now.
    """
    with work.store.view() as view:
        record = seen_dossier(view, work, dossier)
        request = supplement_requests.standing_request(view, record)
        prints = prints_of(view, dossier, "supplement", request.since)
        data = supplement_requests.slip_data(view, work, record, request, len(prints))
    edition = edition_of(prints, "supplement", data.issued_on)
    name = file_name("Phieu-bo-sung", record["code"])
    return Sheet(supplement_pdf(data, edition), dossier, "supplement", edition.code, len(prints) + 1, name, request.since)


def data_sheet(work: Work, kind_name: str, record_id: str) -> Sheet:
    """Phiếu dữ liệu: every filled field of any record, from its definition, and its history."""
    kind = kind_named(kind_name)
    today = work.clock().date()
    with work.store.view() as view:
        record = view.get(kind_name, record_id) if kind else None
        if kind is None or record is None:
            raise RuleError("QMS-221", "Không tìm thấy bản ghi này.", do="Hãy mở lại từ danh sách.")
        seen = as_seen(work.session, kind, record, MASK)
        serial = len(prints_of(view, record_id, "data_sheet")) + 1
        sheet = DataSheet(
            title=f"Phiếu dữ liệu: {kind.label}",
            unit=heading(view, work, today),
            printed_at=work.clock(),
            sections=tuple(sections(view, kind, seen)),
            subtitle=kind.heading(seen),
            code=str(record.get("code") or ""),
            history=tuple(history_lines(view, kind, record_id, work.session)),
            printed_by=work.session.name,
        )
    edition = edition_for("data_sheet", today)
    name = file_name("Phieu-du-lieu", record.get("code") or record_id)
    return Sheet(data_sheet_pdf(sheet, edition), record_id, "data_sheet", edition.code, serial, name)


def record_print(work: Work, sheet: Sheet, copies: int = 1) -> None:
    """Write down that the sheet was printed or saved: form, edition, which print, how many copies, and its fingerprint.

    A sheet that leaves the program twice is two prints, whatever its first preview said.
    """
    values: dict[str, Value] = {
        "subject": sheet.subject,
        "form": sheet.form,
        "edition": sheet.edition,
        "copies": copies,
        "printed_at": work.clock().isoformat(timespec="minutes"),
        "printed_by": work.session.person,
        "pdf_hash": sha256(sheet.pdf).hexdigest(),
    }
    identity = work.new_id()

    def decide(view: View) -> list[Change]:
        earlier = prints_of(view, sheet.subject, sheet.form, sheet.since)
        return [create("print_job", identity, {**values, "serial": len(earlier) + 1})]

    work.store.act("print.record", work.author, decide)


def file_name(start: str, code: Value) -> str:
    """A file name without the signs that Windows refuses ("QT-01/UBND" has one)."""
    return f"{start}-" + re.sub(r"[^\w.-]+", "-", str(code))


def prints_of(view: View, subject: str, form: str, since: str = "") -> list[dict[str, Value]]:
    """Earlier prints of the form for the subject, oldest first."""
    jobs = view.find("print_job", subject=subject, form=form)
    return [job for job in jobs if str(job.get("printed_at") or "") >= since]


def edition_of(prints: list[dict[str, Value]], form: str, day: date) -> Edition:
    """The edition of the first print for ever after; for a first print, the one in force on the day of the form."""
    printed = next((str(job["edition"]) for job in prints if job.get("edition")), "")
    return edition_by_code(printed) if printed else edition_for(form, day)


def seen_dossier(view: View, work: Work, dossier: str) -> dict[str, Value]:
    """The dossier as this person may read it; RuleError QMS-211 when there is none."""
    record = view.get("dossier", dossier)
    if record is None:
        raise RuleError("QMS-211", "Không tìm thấy hồ sơ này.", do="Hãy mở lại từ sổ hồ sơ.")
    return as_seen(work.session, DOSSIER, record)


def received_dossier(view: View, work: Work, dossier: str) -> dict[str, Value]:
    """A dossier that was taken in, as this person may read it; RuleError QMS-222 for a visit that ended at the counter."""
    record = seen_dossier(view, work, dossier)
    if record.get("state") in _NOT_RECEIVED:
        raise RuleError(
            "QMS-222",
            "Hồ sơ này chưa được tiếp nhận nên không có giấy tiếp nhận hay phiếu kiểm soát.",
            do="Hãy in phiếu yêu cầu bổ sung, hoặc tiếp nhận hồ sơ trước.",
        )
    return record


def _words(record: Values, name: str) -> str:
    return str(record.get(name) or "")


def pinned_content(view: View, record: Values) -> ProcedureContent:
    """The procedure as it was on the day of receipt; nothing but the code for a revision that is not known here."""
    revision = view.get("revision", _words(record, "revision"))
    return content_of(revision) if revision else ProcedureContent(_words(record, "procedure_code"), "")


def _papers(record: Values, shown: set[str]) -> tuple[Paper, ...]:
    """The papers handed in: neither those that were not needed nor those that the citizen only has to show."""
    rows = record.get("papers")
    kept = [row for row in rows if isinstance(row, dict) and row.get("state") != "waived"] if isinstance(rows, list) else []
    found = [Paper(_words(row, "name"), _count(row.get("originals")), _count(row.get("copies"))) for row in kept]
    return tuple(paper for paper in found if paper.originals or paper.copies or paper.name not in shown)


def _count(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _receipt_data(view: View, work: Work, record: Values, earlier: int) -> ReceiptData:
    received_at = datetime.fromisoformat(_words(record, "received_at"))
    deadline = clock.deadline_of(view, str(record["id"]), work.clock())
    desk = _words(office(view, work), "reception")
    applicant = view.get(APPLICANT.name, _words(record, "applicant")) or {}
    pinned = pinned_content(view, record)
    return ReceiptData(
        unit=heading(view, work, received_at.date()),
        desk=desk,
        code=_words(record, "code"),
        official_code=_words(record, "official_code"),
        procedure_code=_words(record, "procedure_code"),
        procedure_name=_words(record, "procedure_title"),
        applicant=_words(record, "applicant_name"),
        identity=_words(record, "applicant_id"),
        phone=_words(record, "applicant_phone"),
        email=_words(applicant, "email"),
        address=_words(record, "applicant_address"),
        papers=_papers(record, {paper.name for paper in pinned.papers if paper.note.startswith(_SHOWN)}),
        sets=_count(record.get("sets")) or 1,
        received_at=received_at,
        due=clock.printed_due(deadline.original_due),
        due_sentence=clock.first_sentence(view, record),
        norm_text=clock.norm_words(record),
        result_place=_words(record, "result_place") or desk,
        fee_text=_words(record, "fee") or fee_words(pinned.fees, _words(record, "channel")),
        submitter="" if applicant.get("kind") == "company" else _words(record, "applicant_name"),
        receiver=person(view, record.get("received_by")),
        note=". ".join(part for part in (*slip_marks(record), _words(record, "note")) if part),
        printed_at=work.clock(),
        reprint=earlier,
    )


def slip_marks(record: Values) -> list[str]:
    """What a slip says of a dossier received for another agency, or by hand and entered afterwards."""
    agency_words = _words(record, "receiving_for")
    other = [f"Nhận hộ, chuyển {agency_words} giải quyết và trả kết quả theo thẩm quyền"] if agency_words else []
    number = _words(record, "paper_number")
    return other + ([f"Nhập sau từ phiếu giấy số {number}"] if number else [])


def _control_data(view: View, work: Work, record: Values, earlier: int) -> ControlSheetData:
    received_on = datetime.fromisoformat(_words(record, "received_at")).date()
    deadline = clock.deadline_of(view, str(record["id"]), work.clock())
    rows = (*hand_overs(view, record, deadline), *hand_overs_to_come(view, record))
    return ControlSheetData(
        unit=heading(view, work, received_on),
        code=_words(record, "code"),
        official_code=_words(record, "official_code"),
        agency=_words(record, "receiving_for") or "; ".join(solving_sections(view, record)) or agency(view, work, received_on),
        issued_on=received_on,
        printed_at=work.clock(),
        rows=rows,
        blank_rows=max(0, _LEAST_ROWS - len(rows)),
        reprint=earlier,
    )
