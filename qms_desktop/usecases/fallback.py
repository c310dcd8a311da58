"""What is printed ahead for a day without power: numbered blank slips, and the dossiers that are open today.

The numbers of paper slips (G-<PC letter>-<day>-<number>) never meet those of dossiers: what is entered later gets its own
permanent code and keeps the slip's number beside it (I17).
"""

from datetime import date, datetime, time

from qms_desktop.domain.errors import InputError, StoreError
from qms_desktop.domain.records.dossiers import ANSWERED, DOSSIER, OPEN
from qms_desktop.printing import edition_for, receipt_pdf
from qms_desktop.printing.binding import bound
from qms_desktop.printing.models import ReceiptData
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.view import View
from qms_desktop.usecases.print_forms import Sheet, file_name
from qms_desktop.usecases.print_lists import list_sheet
from qms_desktop.usecases.printed_words import heading, office
from qms_desktop.usecases.work import Work

FORM = "blank_receipt"
MOST = 50
_COLUMNS = ("code", "applicant_name", "applicant_phone", "procedure_title", "received_at", "due", "state", "holder")
_NOTE = "Phiếu viết tay khi mất điện, mất máy; sẽ được nhập vào máy sau theo đúng giờ nhận"


def blank_slips(work: Work, count: int, day: date) -> Sheet:
    """That many blank receipts (Mẫu 01, both copies) for a day, each with a number of its own that no other print has.

    InputError QMS-159 for none or more than MOST; StoreError QMS-410 while the PC has no letter.
    """
    if not 1 <= count <= MOST:
        raise InputError("QMS-159", f"Mỗi lần in được từ 1 đến {MOST} phiếu.", do="Hãy sửa số phiếu cần in.")
    start = _series(work, day)
    with work.store.view() as view:
        first = _last_printed(view, start) + 1
        blanks = [_blank(view, work, f"{start}{number:02d}", day) for number in range(first, first + count)]
    edition = edition_for("receipt", day)
    pdf = bound([receipt_pdf(blank, edition) for blank in blanks])
    subject = f"{start}{first}-{first + count - 1}"
    return Sheet(pdf, subject, FORM, edition.code, 1, file_name("Phieu-trang", subject))


def open_register(work: Work) -> Sheet:
    """Every dossier that is under way or waits to be fetched, oldest first: the sheet to work by without a screen."""
    states = sorted(state.value for state in OPEN | ANSWERED)
    query = ListQuery(DOSSIER.name, (("state", "in", list(states)),), order="received_at")
    return list_sheet(work, query, _COLUMNS, f"Hồ sơ đang giải quyết lúc {work.clock():%H:%M ngày %d/%m/%Y}")


def _series(work: Work, day: date) -> str:
    if not work.store.letter:
        raise StoreError(
            "QMS-410", "Máy này chưa có ký hiệu máy.", do="Hãy ghi danh máy với tỉnh hoặc lập đơn vị trên máy này trước."
        )
    return f"G-{work.store.letter}-{day:%y%m%d}-"


def _last_printed(view: View, start: str) -> int:
    """The end of the last range on record; slips that were only looked at are numbered again."""
    subjects = [str(job.get("subject") or "") for job in view.find("print_job", form=FORM)]
    return max((int(subject.rpartition("-")[2]) for subject in subjects if subject.startswith(start)), default=0)


def _blank(view: View, work: Work, number: str, day: date) -> ReceiptData:
    return ReceiptData(
        unit=heading(view, work, day),
        desk=str(office(view, work).get("reception") or ""),
        code=number,
        procedure_code="",
        procedure_name="",
        applicant="",
        received_at=datetime.combine(day, time()),
        printed_at=work.clock(),
        sets=0,
        note=_NOTE,
        by_hand=True,
    )
