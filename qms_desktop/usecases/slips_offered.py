"""Which printed forms a dossier asks for as it stands: the first is the one that belongs to its state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from qms_desktop.domain.errors import AppError, InputError
from qms_desktop.domain.fields import Values
from qms_desktop.domain.records.dossiers import State
from qms_desktop.printing import edition_for
from qms_desktop.store.view import View
from qms_desktop.usecases import print_covers, print_forms, print_minutes, print_notices, supplement_requests
from qms_desktop.usecases.fee_words import paid_on
from qms_desktop.usecases.print_forms import Sheet
from qms_desktop.usecases.work import Work

Draw = Callable[[Work, str], Sheet]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a dossier: what it is called, and who draws it from the dossier's id."""

    title: str
    draw: Draw


FORMS: Mapping[str, Form] = {
    "refusal": Form("Phiếu từ chối tiếp nhận giải quyết hồ sơ", print_notices.refusal_slip),
    "supplement": Form("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", print_forms.supplement_slip),
    "stop": Form("Thông báo dừng giải quyết hồ sơ", print_notices.stop_notice),
    "apology": Form("Văn bản xin lỗi, hẹn lại ngày trả kết quả", print_notices.apology_letter),
    "receipt": Form("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", print_forms.receipt),
    "control_sheet": Form("Phiếu kiểm soát quá trình giải quyết hồ sơ", print_forms.control_sheet),
    "hand_over": Form("Biên bản bàn giao hồ sơ", print_minutes.last_minutes),
    "fee_receipt": Form("Phiếu thu phí, lệ phí", print_notices.fee_receipt),
    "cover": Form("Nhãn bìa hồ sơ", print_covers.cover_label),
}
_AT_COUNTER = frozenset({State.RETURNED_AT_COUNTER.value, State.REFUSED.value, State.DRAFT_INTAKE.value})
_ALWAYS = ("receipt", "control_sheet", "cover")


def offered(view: View, record: Values) -> tuple[str, ...]:
    """The keys of FORMS that can be printed now, the one its state asks for first."""
    told = {
        "refusal": _refused,
        "supplement": _awaited,
        "stop": _stopped,
        "apology": _put_off,
        "fee_receipt": _paid,
        "hand_over": _handed_over,
    }
    received = record.get("state") not in _AT_COUNTER
    return tuple(key for key in FORMS if (told[key](view, record) if key in told else received and key in _ALWAYS))


def draw(work: Work, dossier: str, form: str) -> Sheet:
    """One of FORMS; InputError QMS-239 for a form that dossiers do not have, and what the form itself says."""
    if form not in FORMS:
        raise InputError("QMS-239", "Hồ sơ không có mẫu in này.", do="Hãy chọn một mẫu in trong danh sách của hồ sơ.")
    return FORMS[form].draw(work, dossier)


def _refused(_view: View, record: Values) -> bool:
    return record.get("state") == State.REFUSED.value


def _awaited(view: View, record: Values) -> bool:
    try:
        supplement_requests.standing_request(view, record)
    except AppError:
        return False
    return True


def _stopped(view: View, record: Values) -> bool:
    """Also where the regulation of that day had such a form (Thông tư 01/2018 had none)."""
    try:
        notice = print_notices.stop_of(view, record)
        edition_for("stop", date.fromisoformat(notice.since[:10]))
    except AppError:
        return False
    return True


def _put_off(view: View, record: Values) -> bool:
    return view.count("clock_event", dossier=record["id"], kind="extend") > 0


def _paid(view: View, record: Values) -> bool:
    return record.get("state") not in _AT_COUNTER and paid_on(view, record) is not None


def _handed_over(view: View, record: Values) -> bool:
    return view.count("hand_over", dossier=record["id"]) > 0
