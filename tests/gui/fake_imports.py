# ruff: noqa: E501
"""A register in memory, so that its page can be tried without a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qms_desktop.gui.desk_imports import ImportColumn, ImportLine, ImportView

_LINES = (
    ImportLine(
        12,
        "chưa nhập được",
        "late",
        "Nguyễn Thị Hoàng Oanh",
        "Chứng thực bản sao từ bản chính",
        "31/02/2026",
        "E12: Ngày nhận: “31/02/2026” không có trong lịch: tháng 02/2026 không có ngày 31. Hãy xem lại giấy tờ.",
    ),
    ImportLine(
        14,
        "chưa nhập được",
        "late",
        "Trần Văn Bảy",
        "Cấp phép mở sạp ở chợ xã theo quy hoạch khu dân cư tập trung",
        "02/11/2026",
        "D14: Chưa rõ “Cấp phép mở sạp ở chợ xã theo quy hoạch khu dân cư tập trung” là thủ tục nào. Hãy chọn thủ tục cho tên này ở thẻ “Tên thủ tục chưa rõ”.",
    ),
    ImportLine(
        15,
        "sẽ nhập",
        "ok",
        "Lê Đức, Phạm Mơ",
        "Đăng ký khai sinh",
        "02/11/2026",
        "C15: 2 người trong một ô; người đầu là người nộp, cả ô được giữ ở ghi chú.",
    ),
    ImportLine(13, "đã có", "done", "Võ Bé Ba", "Chứng thực chữ ký", "02/11/2026", ""),
)
_TITLES = (
    (1, "STT"),
    (2, "Mã hồ sơ"),
    (3, "Họ và tên người nộp"),
    (4, "Nội dung yêu cầu giải quyết"),
    (5, "Nhận – Ngày nhận"),
    (6, "Nhận – Hẹn trả"),
)
_COLUMNS = (
    ImportColumn("code", "Mã hồ sơ", False, 2),
    ImportColumn("applicant", "Người nộp", True, 3),
    ImportColumn("procedure", "Thủ tục", True, 4),
    ImportColumn("received", "Ngày nhận", True, 5),
    ImportColumn("due", "Hẹn trả", False, 6),
    ImportColumn("delivered", "Ngày trả", False, 0),
)


class FakeImports:
    """See ``gui.desk_imports.Imports``."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0
        self.placed: dict[str, int] = {}
        self.named: dict[str, str] = {}

    def open_register(self, file: Path) -> ImportView:
        self._view = ImportView(
            file.name,
            ("Tháng 10", "Tháng 11"),
            1,
            _COLUMNS,
            _TITLES,
            _LINES,
            (_LINES[1].what,),
            "1 dòng sẽ nhập; 1 dòng đã có; 2 dòng chưa nhập được. Bỏ qua: 1 dòng tổng.",
            1,
            2,
            "",
        )
        return self._view

    def show_sheet(self, sheet: int) -> ImportView:
        self._view = replace(self._view, sheet=sheet)
        return self._view

    def place_column(self, name: str, at: int) -> ImportView:
        self.placed[name] = at
        columns = tuple(replace(column, at=at) if column.name == name else column for column in self._view.columns)
        self._view = replace(self._view, columns=columns)
        return self._view

    def name_procedure(self, text: str, code: str) -> ImportView:
        self.named[text] = code
        self._view = replace(self._view, unknown=())
        return self._view

    def procedures_to_choose(self) -> list[tuple[str, str]]:
        return [("2.000815", "Chứng thực bản sao từ bản chính"), ("1.001193", "Đăng ký khai sinh")]

    def take_register(self, go_on: Callable[[int, int], bool]) -> str:
        go_on(0, self._view.ready)
        self.taken += self._view.ready
        self._view = replace(self._view, ready=0)
        return "Đã nhập 1 hồ sơ; 1 dòng đã có từ trước; 2 dòng chưa nhập được."

    def register_now(self) -> ImportView:
        return self._view

    def hand_back_register(self, target: Path) -> str:
        return f"Đã lưu 2 dòng chưa nhập được vào {target.name}."
