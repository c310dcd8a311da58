"""Made-up forms to print in tests: an ordinary one and the hard ones."""

from __future__ import annotations

from datetime import date, datetime

from qms_desktop.printing import (
    ControlSheetData,
    Demand,
    HandOver,
    Outcome,
    Paper,
    ReceiptData,
    RegisterData,
    RegisterLine,
    SupplementData,
    UnitHeading,
)

UNIT = UnitHeading(name=("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH"), place="An Bình")
CENTRE = UnitHeading(parent=("ỦY BAN NHÂN DÂN PHƯỜNG LONG CHÂU",), name=("TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",), place="Long Châu")
PRINTED = datetime(2026, 11, 20, 8, 20)
LONG_NAME = (
    "Thủ tục đăng ký lại kết hôn, đăng ký khai sinh kết hợp đăng ký nhận cha, mẹ, con có yếu tố nước ngoài tại khu vực "
    "biên giới đối với công dân Việt Nam thường trú trên địa bàn xã biên giới của nước láng giềng tiếp giáp với xã, "
    "phường, đặc khu ở khu vực biên giới của Việt Nam nơi công dân Việt Nam thường trú và người được ủy quyền thực hiện"
)


def ordinary() -> ReceiptData:
    return ReceiptData(
        unit=UNIT,
        desk="Trung tâm Phục vụ hành chính công xã An Bình",
        code="T-A-261120-3-7K",
        procedure_code="1.004873",
        procedure_name="Cấp Giấy xác nhận tình trạng hôn nhân",
        applicant="Nguyễn Thị Hồng Phượng",
        received_at=datetime(2026, 11, 20, 8, 15),
        printed_at=PRINTED,
        identity="086190001234",
        phone="0912 345 678",
        email="phuong.nth@example.vn",
        address="Ấp An Thành, xã An Bình, tỉnh Vĩnh Long",
        papers=(
            Paper("Tờ khai cấp Giấy xác nhận tình trạng hôn nhân theo mẫu", 1),
            Paper("Quyết định ly hôn đã có hiệu lực pháp luật", 1, 2),
            Paper("Giấy tờ chứng minh nơi cư trú", 0, 1),
        ),
        due=datetime(2026, 11, 25, 17, 0),
        due_sentence="03 ngày làm việc kể từ ngày làm việc tiếp theo, không tính thứ bảy, chủ nhật và ngày 24/11/2026",
        norm_text="03 ngày làm việc",
        result_place="Trung tâm Phục vụ hành chính công xã An Bình",
        fee_text="15.000 đồng (lệ phí), đã thu",
        register_book="01/2026",
        register_number="0345",
        receiver="Trần Văn Đức",
    )


def crowded(papers: int = 15) -> ReceiptData:
    return ReceiptData(
        unit=CENTRE,
        desk="Bộ phận Tiếp nhận và Trả kết quả, Trung tâm Phục vụ hành chính công phường Long Châu, tỉnh Vĩnh Long",
        code="T-B-261120-128-Q4",
        official_code="000.00.01.H61-261120-0128",
        procedure_code="2.000815",
        procedure_name=LONG_NAME,
        applicant="Công ty trách nhiệm hữu hạn một thành viên Thương mại Dịch vụ Xuất nhập khẩu Nguyễn Hoàng Phương",
        received_at=datetime(2026, 2, 5, 15, 40),
        printed_at=PRINTED,
        address="Số 123/45/6 đường Nguyễn Thị Minh Khai nối dài, tổ 17, khóm Hưng Đạo Vương, phường Long Châu, tỉnh Vĩnh Long "
        "(địa chỉ liên hệ: nhà trọ Thanh Thúy, hẻm 8, đường Phạm Thái Bường)",
        papers=tuple(
            Paper(f"Giấy tờ thứ {number}: bản khai của người yêu cầu có xác nhận của cơ quan có thẩm quyền", 1, number % 3)
            for number in range(1, papers + 1)
        ),
        sets=2,
        due=date(2026, 3, 10),
        due_sentence="20 ngày làm việc; tạm dừng 03 ngày do chờ bổ sung giấy tờ",
        reprint=2,
    )


def empty() -> ReceiptData:
    return ReceiptData(UNIT, "", "T-A-261120-4-M2", "", "", "", datetime(2026, 11, 20, 8, 15), PRINTED)


def control(rows: int = 7) -> ControlSheetData:
    desks = ("Bộ phận Tiếp nhận và Trả kết quả", "Phòng Văn hóa – Xã hội", "Lãnh đạo Ủy ban nhân dân xã", "Văn thư")
    outcomes = (Outcome.EARLY, Outcome.ON_TIME, Outcome.LATE, Outcome.BLANK)
    people = ("Trần Văn Đức", "Lê Thị Ngọc Ánh", "Nguyễn Trường Giang", "Phạm Thị Thu Thủy")
    handed = tuple(
        HandOver(
            desks[number % 4],
            desks[(number + 1) % 4],
            datetime(2026, 11, 20 + number % 5, 8, 15),
            datetime(2026, 11, 20 + number % 5, 8, 40) if number % 4 else None,
            people[number % 4],
            people[(number + 1) % 4] if number % 4 else "",
            outcomes[number % 4],
            "Chờ xác minh nơi cư trú" if number == 2 else "",
        )
        for number in range(rows)
    )
    return ControlSheetData(
        unit=UNIT,
        code="T-A-261120-3-7K",
        agency="Phòng Văn hóa – Xã hội",
        issued_on=date(2026, 11, 20),
        printed_at=PRINTED,
        rows=handed,
        coordinating_agency="",
        blank_rows=1,
    )


def supplement(demands: int = 3) -> SupplementData:
    wanted = (
        Demand("Giấy tờ chứng minh nơi cư trú (Bản sao: 01)", "chưa nộp"),
        Demand("Tờ khai cấp Giấy xác nhận tình trạng hôn nhân theo mẫu (Bản chính: 01)", "chưa hợp lệ: thiếu chữ ký"),
        *(Demand(f"Giấy tờ thứ {n}: bản khai có xác nhận của cơ quan có thẩm quyền") for n in range(3, demands + 1)),
    )
    return SupplementData(
        unit=UNIT,
        desk="Trung tâm Phục vụ hành chính công xã An Bình",
        code="Q-A-261120-3-7K",
        procedure_code="1.004873",
        procedure_name="Cấp Giấy xác nhận tình trạng hôn nhân",
        applicant="Nguyễn Thị Hồng Phượng",
        issued_on=date(2026, 11, 20),
        printed_at=PRINTED,
        demands=wanted[:demands],
        reason="Hồ sơ chưa đủ thành phần theo quy định",
        address="Ấp An Thành, xã An Bình, tỉnh Vĩnh Long",
        phone="0912 345 678",
        contact="Trung tâm Phục vụ hành chính công xã An Bình",
        contact_phone="0270 3 123 456",
        guide="Trần Văn Đức",
    )


def book(lines: int = 40) -> RegisterData:
    line = RegisterLine(
        code="000.00.01.H61-261120-0128\nT-A-261120-3-7K",
        procedure="Xác định, xác định lại mức độ khuyết tật và cấp Giấy xác nhận khuyết tật",
        sets="01",
        applicant="Nguyễn Thị Hồng Phượng",
        contact="Ấp An Thành, xã An Bình, tỉnh Vĩnh Long\n0912345678",
        agency="Phòng Văn hóa – Xã hội",
        received="20/11/2026",
        due="25/11/2026",
        handed_over="20/11/2026",
        finished="24/11/2026",
        delivered="25/11/2026",
        method="Trực tiếp",
        note="Đã gọi điện",
    )
    short = RegisterLine("T-A-261121-4-M2", "Đăng ký khai sinh", "01", "Kpă H’Nhung", "", "Bộ phận Một cửa", "21/11/2026")
    rows = tuple(line if number % 2 else short for number in range(lines))
    return RegisterData(UNIT, date(2026, 11, 1), date(2026, 11, 30), PRINTED, rows, printed_by="Trần Văn Đức")
