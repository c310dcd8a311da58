"""Official forms and record sheets as PDF, laid out by Nghị định 30/2020.

Each function takes plain values and gives the bytes that preview, file and printer share. The same values give the same
bytes on one computer. Errors are PrintError.
"""

from __future__ import annotations

from datetime import date

from qms_desktop.printing.editions import DATA_SHEET, LIST_SHEET, Edition, edition_by_code, edition_for
from qms_desktop.printing.models import (
    Column,
    ControlSheetData,
    DataSheet,
    Demand,
    HandOver,
    HistoryLine,
    ListSheet,
    Outcome,
    Paper,
    ReceiptData,
    RegisterData,
    RegisterLine,
    Section,
    SupplementData,
    UnitHeading,
    composed,
)
from qms_desktop.printing.pages import page_count, render_page
from qms_desktop.printing.slip_models import CoverData, MinutesData, MinutesLine, NoticeData

__all__ = [
    "Column",
    "ControlSheetData",
    "CoverData",
    "DataSheet",
    "Demand",
    "Edition",
    "HandOver",
    "HistoryLine",
    "ListSheet",
    "MinutesData",
    "MinutesLine",
    "NoticeData",
    "Outcome",
    "Paper",
    "ReceiptData",
    "RegisterData",
    "RegisterLine",
    "Section",
    "SupplementData",
    "UnitHeading",
    "control_sheet_pdf",
    "cover_pdf",
    "data_sheet_pdf",
    "edition_by_code",
    "edition_for",
    "list_sheet_pdf",
    "minutes_pdf",
    "notice_pdf",
    "page_count",
    "receipt_pdf",
    "register_pdf",
    "render_page",
    "supplement_pdf",
]


def receipt_pdf(data: ReceiptData, edition: Edition) -> bytes:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả, both copies."""
    from qms_desktop.printing.forms.receipt import receipt

    return receipt(composed(data), edition)


def supplement_pdf(data: SupplementData, edition: Edition) -> bytes:
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ."""
    from qms_desktop.printing.forms.supplement import supplement

    return supplement(composed(data), edition)


def notice_pdf(data: NoticeData, edition: Edition) -> bytes:
    """Phiếu từ chối tiếp nhận, văn bản xin lỗi, thông báo dừng giải quyết, phiếu thu: the edition says which."""
    from qms_desktop.printing.forms.notice import notice

    return notice(composed(data), edition)


def minutes_pdf(data: MinutesData, edition: Edition) -> bytes:
    """Biên bản bàn giao hồ sơ."""
    from qms_desktop.printing.forms.minutes import minutes

    return minutes(composed(data), edition)


def cover_pdf(data: CoverData, edition: Edition) -> bytes:
    """Nhãn bìa hồ sơ."""
    from qms_desktop.printing.forms.cover import cover_label

    return cover_label(composed(data), edition)


def control_sheet_pdf(data: ControlSheetData, edition: Edition) -> bytes:
    """Phiếu kiểm soát quá trình giải quyết hồ sơ."""
    from qms_desktop.printing.forms.control_sheet import control_sheet

    return control_sheet(composed(data), edition)


def register_pdf(data: RegisterData, edition: Edition) -> bytes:
    """Sổ theo dõi hồ sơ of a period."""
    from qms_desktop.printing.forms.register import register

    return register(composed(data), edition)


def data_sheet_pdf(data: DataSheet, edition: Edition | None = None) -> bytes:
    """Phiếu dữ liệu of any record; without an edition, the one in force on the day of printing."""
    from qms_desktop.printing.forms.data_sheet import data_sheet

    return data_sheet(composed(data), edition or _own_sheet(DATA_SHEET, data.printed_at.date()))


def list_sheet_pdf(data: ListSheet, edition: Edition | None = None) -> bytes:
    """A list on landscape pages; without an edition, the one in force on the day of printing."""
    from qms_desktop.printing.forms.list_sheet import list_sheet

    return list_sheet(composed(data), edition or _own_sheet(LIST_SHEET, data.printed_at.date()))


def _own_sheet(form_key: str, on: date) -> Edition:
    return edition_for(form_key, on)
