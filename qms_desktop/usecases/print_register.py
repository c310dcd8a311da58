"""Sổ theo dõi hồ sơ (Mẫu 07): the dossiers received in a period, with the days of their way through the office."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.records.dossiers import DOSSIER, State
from qms_desktop.domain.values import show_when
from qms_desktop.printing import RegisterData, RegisterLine, edition_for, register_pdf
from qms_desktop.printing.words import count
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.view import View
from qms_desktop.usecases.hand_overs import solving_sections
from qms_desktop.usecases.print_forms import Sheet, file_name, prints_of
from qms_desktop.usecases.printed_words import agency, as_seen, heading, office
from qms_desktop.usecases.work import Work

FORM = "register"
MOST_LINES = 5000
"""A year of a large commune's desk; a longer register is printed month by month."""

_CHUNK = 500
_COUNTER = "MC"
_NOT_RECEIVED = (State.DRAFT_INTAKE, State.RETURNED_AT_COUNTER, State.REFUSED)
_LEFT_WITHOUT_RESULT = frozenset({State.WITHDRAWN.value, State.STOPPED.value, State.RETURNED.value})
_FIELDS = (
    "code",
    "official_code",
    "procedure_title",
    "sets",
    "applicant_name",
    "applicant_phone",
    "applicant_address",
    "received_at",
    "original_due",
    "due",
    "state",
    "result_place",
    "finished_at",
    "delivered_at",
    "note",
    "origin",
    "paper_number",
    "receiving_for",
)


def register(work: Work, first: date, last: date) -> Sheet:
    """The register of the dossiers received from the first to the last day, in the edition in force on the last day.

    At most MOST_LINES dossiers are printed; the sheet then says so. InputError QMS-149 when the last day is before the first.
    """
    if last < first:
        raise InputError("QMS-149", "Ngày cuối của sổ ở trước ngày đầu.", do="Hãy chọn lại khoảng ngày.")
    subject = f"register-{first:%Y%m%d}-{last:%Y%m%d}"
    with work.store.view() as view:
        numbers = view.keys(_query(first, last))
        earlier = len(prints_of(view, subject, FORM))
        data = RegisterData(
            unit=heading(view, work, last),
            first=first,
            last=last,
            printed_at=work.clock(),
            lines=tuple(_lines(view, work, numbers[:MOST_LINES])),
            printed_by=work.session.name,
            cut=f"trong {len(numbers)} hồ sơ của kỳ; hãy in từng tháng" if len(numbers) > MOST_LINES else "",
            reprint=earlier,
        )
    edition = edition_for(FORM, last)
    name = file_name("So-theo-doi", f"{first:%Y%m%d}-{last:%Y%m%d}")
    return Sheet(register_pdf(data, edition), subject, FORM, edition.code, earlier + 1, name)


def _query(first: date, last: date) -> ListQuery:
    after = last + timedelta(days=1)
    received = tuple(("state", "!=", state.value) for state in _NOT_RECEIVED)
    days = (("received_at", ">=", f"{first}T00:00"), ("received_at", "<", f"{after}T00:00"))
    return ListQuery(DOSSIER.name, (*days, *received), order="received_at")


def _lines(view: View, work: Work, numbers: Sequence[int]) -> Iterator[RegisterLine]:
    desk = str(office(view, work).get("reception") or "")
    for start in range(0, len(numbers), _CHUNK):
        for record in view.rows(DOSSIER.name, numbers[start : start + _CHUNK], _FIELDS):
            yield _line(view, work, as_seen(work.session, DOSSIER, record), desk)


def _line(view: View, work: Work, record: Values, desk: str) -> RegisterLine:
    received_on = datetime.fromisoformat(str(record["received_at"])).date()
    sets = record.get("sets")
    place = str(record.get("result_place") or "")
    new_due = _put_off_to(view, record)
    return RegisterLine(
        code="\n".join(_words(record, "official_code", "code")),
        procedure=str(record.get("procedure_title") or ""),
        sets=count(sets if isinstance(sets, int) else 1),
        applicant=str(record.get("applicant_name") or ""),
        contact="\n".join(_words(record, "applicant_address", "applicant_phone")),
        agency=str(record.get("receiving_for") or "")
        or "; ".join(solving_sections(view, record))
        or agency(view, work, received_on),
        received=_day(record["received_at"]),
        due=show_when(new_due or str(record.get("original_due") or record.get("due") or "")),
        handed_over=_handed_over(view, record),
        finished=_day(record.get("finished_at")),
        delivered=_day(record.get("delivered_at")),
        method="Trực tiếp" if place in ("", desk) else place,
        note="\n".join(_notes(record, new_due)),
    )


def _words(record: Values, *names: str) -> list[str]:
    return [str(record[name]) for name in names if record.get(name)]


def _put_off_to(view: View, record: Values) -> str:
    """The appointment as it is after the last extension; empty where there was none.

    A pause alone moves no appointment: the register then keeps the one that stands on the receipt.
    """
    granted = view.find("clock_event", dossier=record["id"], kind="extend")
    return str(granted[-1].get("new_due") or "") if granted else ""


def _notes(record: Values, new_due: str) -> list[str]:
    """That the appointment was put off, what became of it without a result, how it came in, then what the clerk wrote."""
    first = show_when(str(record.get("original_due") or ""))
    put_off = [f"Gia hạn; hẹn lần đầu {first}" if first else "Gia hạn"] if new_due else []
    left = [DOSSIER.field("state").option_label(record["state"])] if record.get("state") in _LEFT_WITHOUT_RESULT else []
    paper = [f"Nhập sau từ phiếu giấy số {record['paper_number']}"] if record.get("paper_number") else []
    other = [f"Nhận hộ, chuyển {record['receiving_for']}"] if record.get("receiving_for") else []
    return [*put_off, *left, *other, *paper, *_words(record, "note")]


def _day(value: Value) -> str:
    return show_when(str(value)[:10]) if value else ""


def _handed_over(view: View, record: Values) -> str:
    """The day the counter handed the dossier to those who examine it."""
    runs = view.find("step_run", dossier=record["id"])
    return next((_day(run.get("started_at")) for run in runs if run.get("role") != _COUNTER), "")
