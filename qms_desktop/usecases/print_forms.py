"""Official slips of a dossier: what is printed, by which edition, and a record of each print (I14).

A ``Sheet`` is drawn once; the same bytes go to the preview, the file and the printer. ``record_print`` is called when they
leave the program, so a preview leaves no trace and a second print says "In lại lần n".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Field, RecordKind, Value, Values
from qms_desktop.domain.procedure_content import STEP_ROLES
from qms_desktop.domain.records import kind_named
from qms_desktop.domain.values import show, show_when
from qms_desktop.printing import control_sheet_pdf, data_sheet_pdf, edition_for, receipt_pdf
from qms_desktop.printing.models import (
    ControlSheetData,
    DataSheet,
    HandOver,
    HistoryLine,
    Outcome,
    Paper,
    ReceiptData,
    Section,
    UnitHeading,
)
from qms_desktop.store.unit import create
from qms_desktop.store.view import View
from qms_desktop.usecases import clock, units
from qms_desktop.usecases.work import Work

RECEIPT_COPIES = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawn form: the PDF bytes, the subject's record id, form and edition keys, and which print of it this is."""

    pdf: bytes
    subject: str
    form: str
    edition: str
    serial: int
    name: str


def receipt(work: Work, dossier: str) -> Sheet:
    """Mẫu 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả, two copies, in the edition valid on the day of receipt."""
    with work.store.view() as view:
        record = _dossier(view, dossier)
        serial = _prints(view, dossier, "receipt") + 1
        data = _receipt_data(view, work, record, serial)
    edition = edition_for("receipt", data.received_at.date())
    pdf = receipt_pdf(data, edition)
    return Sheet(pdf, dossier, "receipt", edition.code, serial, f"Giay-tiep-nhan-{record['code']}")


def control_sheet(work: Work, dossier: str) -> Sheet:
    """Mẫu 06: Phiếu kiểm soát quá trình giải quyết hồ sơ, with every hand-over so far."""
    with work.store.view() as view:
        record = _dossier(view, dossier)
        serial = _prints(view, dossier, "control_sheet") + 1
        data = _control_data(view, work, record, serial)
    edition = edition_for("control_sheet", data.issued_on)
    pdf = control_sheet_pdf(data, edition)
    return Sheet(pdf, dossier, "control_sheet", edition.code, serial, f"Phieu-kiem-soat-{record['code']}")


def data_sheet(work: Work, kind_name: str, record_id: str) -> Sheet:
    """Phiếu dữ liệu: every filled field of any record, from its definition, and its history."""
    kind = kind_named(kind_name)
    with work.store.view() as view:
        record = view.get(kind_name, record_id)
        if kind is None or record is None:
            raise RuleError("QMS-221", "Không tìm thấy bản ghi này.", do="Mở lại từ danh sách.")
        serial = _prints(view, record_id, "data_sheet") + 1
        sheet = DataSheet(
            title=f"Phiếu dữ liệu: {kind.label}",
            unit=_heading(view, work, work.clock().date()),
            printed_at=work.clock(),
            sections=tuple(sections(view, kind, record)),
            subtitle=kind.heading(record),
            code=str(record.get("code") or ""),
            history=tuple(history_rows(view, kind, record_id)),
            printed_by=work.session.name,
        )
    return Sheet(data_sheet_pdf(sheet), record_id, "data_sheet", "", serial, f"Phieu-du-lieu-{record.get('code') or record_id}")


def record_print(work: Work, sheet: Sheet, copies: int = 1) -> None:
    """Write down that the sheet was printed or saved: form, edition, which print, how many copies, and its fingerprint."""
    values: dict[str, Value] = {
        "subject": sheet.subject,
        "form": sheet.form,
        "edition": sheet.edition,
        "copies": copies,
        "serial": sheet.serial,
        "printed_at": work.clock().isoformat(timespec="minutes"),
        "printed_by": work.session.person,
        "pdf_hash": sha256(sheet.pdf).hexdigest(),
    }
    job = create("print_job", work.new_id(), values)
    work.store.act("print.record", work.author, lambda _view: [job])


def _dossier(view: View, dossier: str) -> dict[str, Value]:
    record = view.get("dossier", dossier)
    if record is None:
        raise RuleError("QMS-211", "Không tìm thấy hồ sơ này.", do="Mở lại từ sổ hồ sơ.")
    return record


def _prints(view: View, subject: str, form: str) -> int:
    return view.count("print_job", subject=subject, form=form)


def _heading(view: View, work: Work, day: date) -> UnitHeading:
    row = units.unit_on(view, work.store.unit_code, day)
    name = f"{units.kind_label(row)} {row['name']}"
    office = _office(view, work)
    return UnitHeading(("ỦY BAN NHÂN DÂN", name.upper()), str(office.get("place") or row["name"]))


def _office(view: View, work: Work) -> Values:
    return view.get("office", f"office-{work.store.unit_code}") or {}


def _person(view: View, identity: Value) -> str:
    record = view.get("person", str(identity or "")) if identity else None
    return str((record or {}).get("full_name") or "")


def _words(record: Values, name: str) -> str:
    return str(record.get(name) or "")


def _papers(record: Values) -> tuple[Paper, ...]:
    rows = record.get("papers")
    kept = [row for row in rows if isinstance(row, dict) and row.get("state") != "waived"] if isinstance(rows, list) else []
    return tuple(Paper(str(row.get("name")), _count(row.get("originals")), _count(row.get("copies"))) for row in kept)


def _count(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _receipt_data(view: View, work: Work, record: Values, serial: int) -> ReceiptData:
    received_at = datetime.fromisoformat(_words(record, "received_at"))
    deadline = clock.deadline_of(view, str(record["id"]), work.clock())
    office = _office(view, work)
    return ReceiptData(
        unit=_heading(view, work, received_at.date()),
        desk=_words(office, "reception"),
        code=_words(record, "code"),
        official_code=_words(record, "official_code"),
        procedure_code=_words(record, "procedure_code"),
        procedure_name=_words(record, "procedure_title"),
        applicant=_words(record, "applicant_name"),
        identity=_words(record, "applicant_id"),
        phone=_words(record, "applicant_phone"),
        address=_words(record, "applicant_address"),
        papers=_papers(record),
        sets=_count(record.get("sets")) or 1,
        received_at=received_at,
        due=clock.printed_due(deadline.original_due),
        due_sentence=clock.first_sentence(view, record),
        norm_text=clock.norm_words(record),
        result_place=_words(record, "result_place") or _words(office, "reception"),
        fee_text=_words(record, "fee"),
        submitter=_words(record, "applicant_name"),
        receiver=_person(view, record.get("received_by")),
        note=_words(record, "note"),
        printed_at=work.clock(),
        reprint=serial - 1,
    )


def _control_data(view: View, work: Work, record: Values, serial: int) -> ControlSheetData:
    runs = view.find("step_run", dossier=record["id"])
    office = _office(view, work)
    return ControlSheetData(
        unit=_heading(view, work, work.clock().date()),
        code=_words(record, "code"),
        official_code=_words(record, "official_code"),
        agency=_words(office, "reception"),
        issued_on=datetime.fromisoformat(_words(record, "received_at")).date(),
        printed_at=work.clock(),
        rows=tuple(_hand_overs(view, record, runs)),
        blank_rows=max(0, 5 - len(runs)),
        reprint=serial - 1,
    )


def _hand_overs(view: View, record: Values, runs: list[dict[str, Value]]) -> list[HandOver]:
    rows, giver, before = [], _words(record, "applicant_name"), "Người nộp hồ sơ"
    for run in runs:
        desk = f"{STEP_ROLES.get(_words(run, 'role'), '')} – {_words(run, 'code')} {_words(run, 'name')}".strip(" –")
        person = _person(view, run.get("assignee"))
        started = _moment(run.get("started_at"))
        handed_by = _person(view, run.get("handed_by")) or giver
        note = _words(run, "note")
        rows.append(HandOver(before, desk, started, started, handed_by, person, _outcome(run), note))
        before, giver = STEP_ROLES.get(_words(run, "role"), desk), person
    return rows


def _moment(value: Value) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None


def _outcome(run: Values) -> Outcome:
    ended, due = _moment(run.get("ended_at")), _moment(run.get("due"))
    if ended is None or due is None:
        return Outcome.BLANK
    if ended > due:
        return Outcome.LATE
    return Outcome.ON_TIME if ended.date() == due.date() else Outcome.EARLY


def sections(view: View, kind: RecordKind, record: Values) -> Iterator[Section]:
    """The filled fields of a record as labels and shown values, in the sections of its form; references become names."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for field in kind.fields:
        words = _field_words(view, field, record.get(field.name))
        if words:
            rows.setdefault(field.section or kind.label, []).append((field.label, words))
    return (Section(title, tuple(lines)) for title, lines in rows.items())


def _field_words(view: View, field: Field, value: Value) -> str:
    if not field.refers:
        return show(field, value)
    target = view.get(field.refers, str(value)) if value else None
    return next((str(target[name]) for name in ("full_name", "title", "name", "code") if target.get(name)), "") if target else ""


def history_rows(view: View, kind: RecordKind, record: str) -> list[HistoryLine]:
    """Every change of a record as people read it."""
    return [
        HistoryLine(show_when(line.at), _person(view, line.who) or line.who, _change_words(view, kind, line.field, line.after))
        for line in view.history(kind.name, record)
    ]


def _change_words(view: View, kind: RecordKind, name: str, value: Value) -> str:
    if not name:
        return "Bỏ bản ghi" if value else "Dùng lại bản ghi"
    if not kind.knows(name):
        return f"{name}: {value or ''}"
    field = kind.field(name)
    return f"{field.label}: {_field_words(view, field, value)}"
