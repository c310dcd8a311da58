"""What a citizen is told in writing about a dossier: not received (Mẫu 03), late and with a new appointment (Mẫu 04), stopped
(Mẫu 05), and the receipt for what was paid. The edition follows the day of what is told, not the day of printing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.records.dossiers import APPLICANT, State
from qms_desktop.printing import NoticeData, notice_pdf
from qms_desktop.store.view import View
from qms_desktop.usecases.fee_words import Paid, paid_on
from qms_desktop.usecases.print_forms import Sheet, edition_of, file_name, prints_of, seen_dossier
from qms_desktop.usecases.printed_words import agency, as_seen, heading, office, person
from qms_desktop.usecases.work import Work

_HEAD = "LD"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told: since which moment it is so, why, on which basis, who signs; for an extension both appointments."""

    since: str
    reason: str = ""
    basis: str = ""
    signers: tuple[str, ...] = ()
    due: str = ""
    new_due: str = ""
    paid: Paid | None = None


def refusal_slip(work: Work, dossier: str) -> Sheet:
    """Mẫu 03: Phiếu từ chối tiếp nhận giải quyết hồ sơ. RuleError QMS-234 for a dossier that was not refused."""
    return _drawn(work, dossier, "refusal", "Phieu-tu-choi", refusal_of)


def apology_letter(work: Work, dossier: str) -> Sheet:
    """Mẫu 04: Văn bản xin lỗi và đề nghị gia hạn, for the last extension; each extension counts its own prints.

    RuleError QMS-235 for a dossier whose appointment was never put off.
    """
    return _drawn(work, dossier, "apology", "Van-ban-xin-loi", extension_of)


def stop_notice(work: Work, dossier: str) -> Sheet:
    """Mẫu 05: Thông báo dừng giải quyết hồ sơ. RuleError QMS-236 for a dossier that was not stopped."""
    return _drawn(work, dossier, "stop", "Thong-bao-dung", stop_of)


def fee_receipt(work: Work, dossier: str) -> Sheet:
    """Phiếu thu phí, lệ phí, two copies. RuleError QMS-237 where nothing was paid."""
    return _drawn(work, dossier, "fee_receipt", "Phieu-thu", payment_of)


def refusal_of(view: View, record: Values) -> Notice:
    """Why nothing was received, and who said so."""
    if record.get("state") != State.REFUSED.value:
        _not_so("QMS-234", "Hồ sơ này không bị từ chối tiếp nhận nên không có phiếu từ chối.")
    signers = (str(record.get("applicant_name") or ""), person(view, record.get("received_by")))
    return Notice(_words(record, "received_at"), _words(record, "ending_reason"), _words(record, "ending_basis"), signers)


def extension_of(view: View, record: Values) -> Notice:
    """The last extension: the appointment before it is what the citizen was told last."""
    granted = view.find("clock_event", dossier=record["id"], kind="extend")
    if not granted:
        _not_so("QMS-235", "Hồ sơ này chưa được gia hạn nên không có văn bản xin lỗi, hẹn lại.")
    last, before = granted[-1], (granted[-2] if len(granted) > 1 else {})
    return Notice(
        _words(last, "at"),
        _words(last, "reason"),
        signers=(_head(view, last.get("authorised_by")),),
        due=_words(before, "new_due") or _words(record, "original_due"),
        new_due=_words(last, "new_due"),
    )


def stop_of(view: View, record: Values) -> Notice:
    """Why the dossier was stopped, on which basis."""
    stops = view.find("clock_event", dossier=record["id"], kind="stop")
    if record.get("state") != State.STOPPED.value or not stops:
        _not_so("QMS-236", "Hồ sơ này không bị dừng giải quyết nên không có thông báo dừng.")
    author = next((line.who for line in view.history("clock_event", str(stops[-1]["id"]))), None)
    reason, basis = _words(record, "ending_reason"), _words(record, "ending_basis")
    return Notice(_words(stops[-1], "at"), reason, basis, (_head(view, author),))


def payment_of(view: View, record: Values) -> Notice:
    """What was paid: the duty that stopped the clock, or the fee taken at the counter."""
    paid = paid_on(view, record)
    if paid is None:
        _not_so("QMS-237", "Hồ sơ này chưa ghi khoản tiền nào đã nộp nên không có phiếu thu.")
    return Notice(paid.at, paid.subject, signers=(_words(record, "applicant_name"), person(view, paid.by)), paid=paid)


def _drawn(work: Work, dossier: str, form: str, name: str, found: Callable[[View, Values], Notice]) -> Sheet:
    with work.store.view() as view:
        record = seen_dossier(view, work, dossier)
        notice = found(view, record)
        prints = prints_of(view, dossier, form, notice.since)
        data = _data(view, work, record, notice, len(prints))
    edition = edition_of(prints, form, data.issued_on)
    pdf, parts = notice_pdf(data, edition), len(edition.copies) or 1
    return Sheet(pdf, dossier, form, edition.code, len(prints) + 1, file_name(name, record["code"]), notice.since, parts)


def _data(view: View, work: Work, record: Values, notice: Notice, earlier: int) -> NoticeData:
    issued_on = datetime.fromisoformat(notice.since).date()
    own = office(view, work)
    applicant = as_seen(work.session, APPLICANT, view.get(APPLICANT.name, _words(record, "applicant")) or {})
    paid = notice.paid
    return NoticeData(
        unit=heading(view, work, issued_on),
        agency=agency(view, work, issued_on),
        code=_words(record, "code"),
        official_code=_words(record, "official_code"),
        procedure_code=_words(record, "procedure_code"),
        procedure_name=_words(record, "procedure_title"),
        applicant=_words(record, "applicant_name"),
        issued_on=issued_on,
        printed_at=work.clock(),
        desk=_words(own, "reception"),
        address=_words(record, "applicant_address"),
        phone=_words(record, "applicant_phone"),
        email=_words(applicant, "email"),
        received_at=datetime.fromisoformat(_words(record, "received_at")),
        due=_day(notice.due),
        new_due=_day(notice.new_due),
        reason=notice.reason,
        basis=notice.basis,
        contact_phone=_words(own, "phone"),
        amount=paid.amount if paid else "",
        amount_words=paid.in_words if paid else "",
        proof=paid.proof if paid else "",
        paid_at=datetime.fromisoformat(paid.at) if paid else None,
        signers=notice.signers,
        reprint=earlier,
    )


def _head(view: View, identity: Value) -> str:
    """The name under the agency's signature: a leader's. What somebody else decided is signed, and named, by hand."""
    grants = view.find("role_grant", person=str(identity or ""), role=_HEAD)
    return person(view, identity) if any(not grant.get("ended_at") for grant in grants) else ""


def _day(stored: str) -> date | datetime | None:
    """A stored due date: a day, or a moment where the limit runs in hours."""
    if not stored:
        return None
    return datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)


def _words(record: Values, name: str) -> str:
    return str(record.get(name) or "")


def _not_so(code: str, what: str) -> NoReturn:
    raise RuleError(code, what, do="Hãy mở lại hồ sơ để xem các mẫu in của nó.")
