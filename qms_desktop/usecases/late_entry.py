"""Entering afterwards what was received on paper while there was no power: the true time of receipt, and a mark that stays."""

from datetime import datetime

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.store.view import View
from qms_desktop.usecases.work import Work


def mark(work: Work, number: str, received_at: datetime) -> dict[str, Value]:
    """The values that say so on the dossier; none for what is received at the counter now."""
    if not number.strip():
        return {}
    note = (
        f"Nhận trên phiếu giấy số {number.strip()} lúc {received_at:%H:%M %d/%m/%Y}; "
        f"{work.session.name} nhập vào máy lúc {work.clock():%H:%M %d/%m/%Y}."
    )
    return {"origin": "paper", "origin_note": note, "paper_number": number.strip()}


def demand(view: View, work: Work, number: str, received_at: datetime) -> None:
    """InputError for a slip from the future, RuleError for a slip that was entered before."""
    if not number.strip():
        return
    if received_at > work.clock():
        raise InputError(
            "QMS-150",
            "Thời điểm nhận trên giấy ở sau bây giờ.",
            do="Hãy gõ lại ngày, giờ ghi trên phiếu giấy.",
        )
    known = view.find(DOSSIER.name, paper_number=number.strip())
    if known:
        raise RuleError(
            "QMS-258",
            f"Phiếu giấy số {number.strip()} đã nhập rồi, mã hồ sơ {known[0].get('code')}.",
            do="Hãy kiểm tra lại số phiếu; mỗi phiếu giấy chỉ nhập một lần.",
        )
