"""Made-up slips, letters, minutes and labels to print in tests."""

from __future__ import annotations

from datetime import date, datetime

from qms_desktop.printing import CoverData, MinutesData, MinutesLine, NoticeData
from tests.printing.samples import PRINTED, UNIT


def notice() -> NoticeData:
    """Every value a notice can have; each edition prints those it asks for."""
    return NoticeData(
        unit=UNIT,
        agency="Ủy ban nhân dân xã An Bình",
        code="T-A-261120-3-7K",
        procedure_code="1.004873",
        procedure_name="Cấp Giấy xác nhận tình trạng hôn nhân",
        applicant="Nguyễn Thị Hồng Phượng",
        issued_on=date(2026, 11, 20),
        printed_at=PRINTED,
        desk="Trung tâm Phục vụ hành chính công xã An Bình",
        address="Ấp An Thành, xã An Bình, tỉnh Vĩnh Long",
        phone="0912 345 678",
        email="phuong.nth@example.vn",
        received_at=datetime(2026, 11, 16, 8, 15),
        due=date(2026, 11, 20),
        new_due=date(2026, 11, 27),
        reason="Chưa có văn bản trả lời xác minh của nơi cư trú trước đây",
        basis="Khoản 3 Điều 18 Nghị định số 118/2025/NĐ-CP",
        contact_phone="0270 3 123 456",
        amount="15.000 đồng",
        amount_words="Mười lăm nghìn đồng",
        proof="Biên lai số 0001234",
        paid_at=datetime(2026, 11, 20, 8, 30),
        signers=("Nguyễn Thị Hồng Phượng", "Trần Văn Đức"),
    )


def minutes(lines: int = 3) -> MinutesData:
    line = MinutesLine(
        code="000.00.01.H61-261120-0128\nT-A-261120-3-7K",
        procedure="Cấp Giấy xác nhận tình trạng hôn nhân",
        applicant="Nguyễn Thị Hồng Phượng",
        step="B2",
        originals="02",
        taken="08:40 ngày 20/11/2026",
    )
    return MinutesData(
        unit=UNIT,
        code="BG-A-261120-1-7K",
        number="BG-A-261120-1-7K",
        given_at=datetime(2026, 11, 20, 8, 15),
        printed_at=PRINTED,
        lines=(line,) * lines,
        giver="Trần Văn Đức",
        giver_post="Công chức tiếp nhận",
        receiver="Lê Thị Ngọc Ánh",
        receiver_post="Công chức tư pháp – hộ tịch",
    )


def cover() -> CoverData:
    return CoverData(
        unit=UNIT,
        code="T-A-261120-3-7K",
        official_code="000.00.01.H61-261120-0128",
        procedure_code="1.004873",
        procedure_name="Cấp Giấy xác nhận tình trạng hôn nhân",
        applicant="Nguyễn Thị Hồng Phượng",
        printed_at=PRINTED,
        received="20/11/2026",
        due="25/11/2026",
        originals="02",
        retention="70 năm",
    )
