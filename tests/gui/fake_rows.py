"""Made-up rows for trying screens without a store: names, procedures, and a view of tables held in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from qms_desktop.domain.fields import Value
from qms_desktop.domain.procedure_content import Fee, FormRef, LegalBasis, Norm, Paper, ProcedureContent, Step
from qms_desktop.gui import desk as d
from qms_desktop.gui.desk import Row

NOW = datetime(2026, 11, 20, 9, 5)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Đức", "Quốc")
GIVEN = ("An", "Bình", "Đông", "Hà", "Hương", "Khánh", "Lan", "Phúc", "Quyền", "Thuỷ", "Tuấn", "Ước", "Vững", "Yến")
STATES = ("received", "processing", "processing", "awaiting_citizen", "result_ready", "closed", "closed", "closed")


def content_of(code: str, title: str, field: str, value: str, unit: str, papers: Sequence[str]) -> ProcedureContent:
    minutes = (120, 120, 720, 120, 240, 60, 60)
    roles = ("MC", "LDP", "CM", "LDP", "LD", "VT", "MC")
    names = (
        "Tiếp nhận, kiểm tra hồ sơ",
        "Phân công thụ lý",
        "Thẩm định, dự thảo kết quả",
        "Duyệt dự thảo",
        "Ký kết quả",
        "Đóng dấu, vào sổ",
        "Trả kết quả",
    )
    return ProcedureContent(
        code=code,
        title=title,
        field=field,
        level="Cấp xã",
        decision="Quyết định số 1833/QĐ-BTP",
        authority="UBND cấp xã",
        legal_basis=(LegalBasis("123/2015/NĐ-CP", "Quy định chi tiết Luật Hộ tịch", "15/11/2015", "Chính phủ"),),
        papers=tuple(Paper(name, 1, number % 2) for number, name in enumerate(papers)),
        norms=(Norm("any", value, unit, "", f"{value} ngày làm việc kể từ ngày nhận đủ hồ sơ"),),
        fees=(Fee("any", "15.000 đồng/bản; miễn cho người có công, hộ nghèo", None),),
        steps=tuple(
            Step(
                f"B{n + 1}",
                names[n],
                roles[n],
                minutes[n],
                "any",
                "",
                "Kiểm tra giấy tờ, đối chiếu cơ sở dữ liệu quốc gia về dân cư.",
                "Phiếu kiểm soát",
            )
            for n in range(7)
        ),
        forms=(FormRef("TK-01", "Tờ khai theo mẫu"),),
        results=("Giấy xác nhận",),
        doubts=("Mức lệ phí theo nghị quyết của HĐND tỉnh: chưa xác minh.",),
    )


PROCEDURES = (
    (
        "2.000815",
        "Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền cấp",
        "Chứng thực",
        "1",
        ("Bản chính giấy tờ, văn bản", "Bản sao cần chứng thực"),
    ),
    (
        "1.004873",
        "Cấp Giấy xác nhận tình trạng hôn nhân",
        "Hộ tịch",
        "3",
        ("Tờ khai cấp Giấy xác nhận tình trạng hôn nhân", "Giấy tờ tuỳ thân", "Quyết định ly hôn (nếu có)"),
    ),
    (
        "1.001193",
        "Đăng ký khai sinh",
        "Hộ tịch",
        "1",
        ("Tờ khai đăng ký khai sinh", "Giấy chứng sinh", "Giấy tờ tuỳ thân của cha, mẹ"),
    ),
    (
        "1.013133",
        "Đăng ký nghĩa vụ quân sự lần đầu",
        "Nghĩa vụ quân sự",
        "1",
        ("Phiếu tự khai sức khoẻ nghĩa vụ quân sự", "Bản chụp Căn cước công dân"),
    ),
    (
        "2.001035",
        "Chứng thực hợp đồng, giao dịch liên quan đến tài sản là động sản, quyền sử dụng đất, nhà ở",
        "Chứng thực",
        "2",
        ("Dự thảo hợp đồng", "Giấy tờ tuỳ thân", "Giấy chứng nhận quyền sử dụng"),
    ),
)


MOVES = ("forward", "request_supplement", "result_ready", "deliver", "extend", "withdraw")


class FakeView:
    """A snapshot of the made-up rows."""

    def __init__(self, tables: Mapping[str, Mapping[str, Row]]) -> None:
        self._tables = tables

    def get(self, kind: str, record: str) -> Row | None:
        found = self._tables.get(kind, {}).get(record)
        return dict(found) if found else None

    def find(self, kind: str, /, **equals: Value) -> list[Row]:
        rows = self._tables.get(kind, {}).values()
        return [dict(row) for row in rows if all(row.get(name) == value for name, value in equals.items())]

    def rows(self, kind: str, rowids: Sequence[int], fields: Sequence[str]) -> list[Row]:
        rows = list(self._tables.get(kind, {}).values())
        return [{name: rows[n].get(name) for name in ("id", *fields)} for n in rowids]


def fits(row: Row, where: Sequence[d.Condition]) -> bool:
    return all(
        row.get(name) in wanted if op == "in" and isinstance(wanted, list) else row.get(name) == wanted
        for name, op, wanted in where
    )
