"""The printed forms of a made-up dossier: a page of samples for each."""

from __future__ import annotations

from datetime import date

from qms_desktop.gui.desk_data import Sheet
from qms_desktop.printing import edition_for, notice_pdf
from tests.printing.slip_samples import notice

SLIPS = (
    ("apology", "Văn bản xin lỗi, hẹn lại ngày trả kết quả"),
    ("receipt", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    ("control_sheet", "Phiếu kiểm soát quá trình giải quyết hồ sơ"),
    ("fee_receipt", "Phiếu thu phí, lệ phí"),
)


class FakeSlips:
    """See ``gui.desk_slips.Slips``."""

    def __init__(self) -> None:
        super().__init__()
        self.slips: list[tuple[str, str]] = []

    def slip(self, record: str, form: str) -> Sheet:
        """Remembers what was asked for."""
        self.slips.append((record, form))
        return Sheet(notice_pdf(notice(), edition_for("apology", date(2026, 11, 20))), dict(SLIPS).get(form, form), f"{form}.pdf")
