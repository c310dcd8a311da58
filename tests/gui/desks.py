"""Desks that break layouts: one with long names and everything open at once, one with nothing in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.procedure_content import Fee, Norm, Paper, ProcedureContent
from qms_desktop.gui import desk as d
from qms_desktop.gui.desk import Row
from qms_desktop.printing import control_sheet_pdf, edition_for, receipt_pdf
from tests.gui.fake_desk import NOW, FakeDesk
from tests.printing import samples

LONG_TITLE = (
    "Thủ tục đăng ký khai sinh có yếu tố nước ngoài tại khu vực biên giới kết hợp đăng ký nhận cha, mẹ, con cho người đã có "
    "hồ sơ, giấy tờ cá nhân"
)
LONG_NAMES = (
    "Công ty trách nhiệm hữu hạn một thành viên Thương mại Dịch vụ Xuất nhập khẩu Nguyễn Hoàng Phương",
    "Nguyễn Hoàng Thị Bích Phượng Tường Vy",
    "Hợp tác xã Nông nghiệp Dịch vụ Tổng hợp Tân Thuận Đông",
)
LONG_ADDRESS = "Số 123/45/6 đường Nguyễn Thị Minh Khai nối dài, tổ 17, khóm Hưng Đạo Vương, phường Long Châu, tỉnh Vĩnh Long"
MANY_PAPERS = (
    "Tờ khai theo mẫu quy định tại Phụ lục của Thông tư, do người yêu cầu điền đầy đủ và ký tên",
    "Giấy chứng sinh do cơ sở y tế nơi trẻ em sinh ra cấp; trường hợp không có thì nộp văn bản của người làm chứng",
    "Hộ chiếu hoặc Chứng minh nhân dân hoặc Thẻ căn cước công dân của người yêu cầu",
    "Giấy tờ chứng minh nơi cư trú",
    "Giấy chứng nhận kết hôn của cha, mẹ (nếu cha, mẹ đã đăng ký kết hôn)",
    "Văn bản thoả thuận của cha, mẹ về việc chọn quốc tịch cho con",
    "Văn bản uỷ quyền có chứng thực (trường hợp uỷ quyền)",
    "Giấy tờ chứng minh quan hệ cha con, mẹ con",
    "Kết quả giám định của cơ quan giám định có thẩm quyền",
    "Thư từ, phim ảnh, băng, đĩa, đồ dùng, vật dụng khác",
    "Bản cam đoan có ít nhất hai người thân thích làm chứng",
    "Văn bản xác nhận của cơ quan công an",
    "Bản dịch có công chứng, chứng thực",
    "Biên lai thu lệ phí",
)


class RichDesk(FakeDesk):
    """Long words in every place, late, paused and urgent dossiers, three questions, waiting changes."""

    def __init__(self, folder: Path, dossiers: int = 300) -> None:
        super().__init__(folder, dossiers)
        for n, name in enumerate(LONG_NAMES):
            self.tables["dossier"][f"D{n:04}"] |= {
                "applicant_name": name,
                "procedure_title": LONG_TITLE,
                "applicant_address": LONG_ADDRESS,
            }
        for n in range(4, 11):
            self.tables["dossier"][f"D{n:04}"]["due"] = f"{NOW.date():%Y-%m-%d}"
            self.tables["dossier"][f"D{n:04}"]["state"] = "processing"
        states = ("ok", "ok", "missing", "waived", "invalid")
        papers: list[Value] = [
            {"name": name, "originals": 1, "copies": n % 3, "state": states[n % 5], "held": n == 1, "note": ""}
            for n, name in enumerate(MANY_PAPERS)
        ]
        self.tables["dossier"]["D0001"] |= {
            "papers": papers,
            "note": "Người dân hẹn quay lại buổi chiều, gọi điện trước khi trả.",
        }
        self.state = d.SyncState("questions", NOW - timedelta(minutes=12), 7, questions=3)

    def procedures(self) -> list[d.Procedure]:
        """The ordinary ones and one that is long in every part."""
        usual = super().procedures()
        content = _long_in_every_part(usual[1].content)
        long = replace(usual[1], revision="R8", code="1.000893", title=LONG_TITLE, content=content)
        return [*usual[:2], long, *usual[2:]]

    def questions(self) -> list[d.OpenQuestion]:
        """Three, one with long values."""
        usual = super().questions()[0]
        stances = (
            d.Stance("a", LONG_ADDRESS, "Lê Thị Ngọc Ánh · máy A", "20/11/2026 08:40", True),
            d.Stance("b", "Ấp Phú Hoà, xã Tân Hoà", "Trần Quốc Bảo · máy B", "20/11/2026 08:42", False),
            d.Stance("c", "", "Nguyễn Hữu Đức · máy C", "20/11/2026 08:51", False),
        )
        long = replace(usual, field="applicant_address", label="Địa chỉ", before="Ấp Phú Hoà", stances=stances)
        holders = (replace(stances[1], text="Trần Quốc Bảo", mine=True), replace(stances[2], text="Nguyễn Hữu Đức"))
        title = "T-A-261119-6-7K · Huỳnh Thị Khánh"
        step = replace(usual, record="D0005", title=title, label="Người giữ", before="Lê Thị Ngọc Ánh", stances=holders)
        return [usual, long, step]

    def waiting_lines(self) -> list[d.SyncLine]:
        """Enough to scroll."""
        return [d.SyncLine(f"20/11/2026 08:{n:02}", f"Chuyển bước hồ sơ T-A-261120-{n}-7K", "Lê Thị Ngọc Ánh") for n in range(48)]

    def dossier(self, record: str) -> d.DossierPage:
        """With a late step and a long history."""
        page = super().dossier(record)
        late = d.Event("20/11/2026 15:00", "B4 · Duyệt dự thảo", "Phạm Thị Thuỷ, trễ 2 giờ", "late")
        pause = d.Event("21/11/2026 08:00", "Tạm dừng, chờ người dân bổ sung: thiếu Giấy chứng sinh", "Nguyễn Hữu Đức", "paused")
        history = tuple(
            replace(item, at=f"20/11/2026 {8 + n // 2:02}:{30 * (n % 2):02}", after=LONG_ADDRESS if n == 3 else item.after)
            for n, item in enumerate(page.history * 9)
        )
        return replace(page, events=(*page.events, late, pause), history=history)

    def receipt(self, record: str) -> d.Sheet:
        """The form of samples."""
        data = samples.crowded(9)
        return d.Sheet(
            receipt_pdf(data, edition_for("receipt", data.printed_at.date())),
            "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            f"{data.code}.pdf",
        )

    def control_slip(self, record: str) -> d.Sheet:
        """The form of samples."""
        data = samples.control()
        return d.Sheet(
            control_sheet_pdf(data, edition_for("control_sheet", date(2026, 11, 20))),
            "Phiếu kiểm soát quá trình giải quyết hồ sơ",
            f"{data.code}-kiem-soat.pdf",
        )

    def verify(self) -> list[str]:
        """Two faults."""
        return ["Bản ghi hồ sơ T-A-261120-4-7K không khớp nhật ký ở ô Số điện thoại.", "Một mục nhật ký của máy B thiếu chữ ký."]


class EmptyDesk(FakeDesk):
    """The first morning: an office and one person, nothing else."""

    def neighbours_on(self) -> bool:
        return False

    def neighbours_place(self) -> str:
        return ""

    def neighbours(self) -> list[d.NeighbourItem]:
        return []

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, dossiers=0)
        for kind in ("role_grant", "pc", "calendar", "applicant"):
            self.tables[kind].clear()
        self.state = d.SyncState("never")

    def procedures(self) -> list[d.Procedure]:
        """None yet."""
        return []

    def most_used(self) -> list[str]:
        """None yet."""
        return []

    def questions(self) -> list[d.OpenQuestion]:
        """None."""
        return []

    def machines_waiting(self) -> list[Row]:
        """None."""
        return []

    def machines(self) -> list[Row]:
        """None."""
        return []

    def refused_lines(self) -> list[d.SyncLine]:
        """None."""
        return []

    def packets(self) -> list[d.PacketItem]:
        """None."""
        return []

    def waiting_lines(self) -> list[d.SyncLine]:
        """None."""
        return []

    def arrived_lines(self) -> list[d.SyncLine]:
        """None."""
        return []

    def calculate(self, received: object, norm: str, convention: str, pauses: Sequence[tuple[str, str]]) -> d.Due:
        """No calendar yet."""
        raise InputError("QMS-202", "Chưa có lịch làm việc.", do="Hãy đồng bộ với tỉnh.", safe="")


def _long_in_every_part(content: ProcedureContent) -> ProcedureContent:
    norms = (
        Norm("in_person", "3", "working_day", "", "03 ngày làm việc"),
        Norm("in_person", "20", "working_day", "Phải xác minh", "20 ngày làm việc nếu phải xác minh tại nơi đã cư trú trước đây"),
        Norm("post", None, "text", "", "Theo thời gian của bưu chính"),
    )
    fee = (
        "Thực hiện theo nghị quyết của Hội đồng nhân dân cấp tỉnh; miễn cho người thuộc gia đình có công với cách mạng, hộ nghèo"
    )
    papers = tuple(
        Paper(name, 1, n % 3, "conditional" if n > 4 else "always", "khi uỷ quyền" if n == 6 else "")
        for n, name in enumerate(MANY_PAPERS)
    )
    return replace(content, title=LONG_TITLE, norms=norms, fees=(Fee("any", fee, None),), papers=papers)
