# ruff: noqa: E501
"""The half of the made-up desk that talks to the province, to USB sticks and to the keeper of the data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from qms_desktop.domain.fields import Value
from qms_desktop.gui import desk as d
from qms_desktop.gui.desk import Row
from qms_desktop.gui.desk_line import LineFacts
from tests.gui.fake_rows import NOW


class FakeExchange:
    """Everything about sync, packets and care, answered from memory."""

    def __init__(self) -> None:
        self.is_founded = True
        self.together = True
        self.typed = ["192.168.1.30:8767"]
        self.metered, self.proxy, self.login = False, "http://10.0.0.1:3128", ""
        self.answers: list[tuple[str, Value]] = []
        self.state = d.SyncState("up_to_date", NOW - timedelta(minutes=12))

    def sync_state(self) -> d.SyncState:
        return self.state

    def on_sync(self, callback: Callable[[], None]) -> None:
        self._on_sync = callback

    def sync_now(self) -> None:
        self.state = d.SyncState("up_to_date", NOW)

    def news(self) -> list[str]:
        return []

    def waiting_lines(self) -> list[d.SyncLine]:
        return [d.SyncLine("20/11/2026 09:05", "Tiếp nhận hồ sơ T-A-261120-1-7K", "Lê Thị Ngọc Ánh")]

    def arrived_lines(self) -> list[d.SyncLine]:
        return [d.SyncLine("20/11/2026 08:53", "Sửa hồ sơ T-B-261119-4-2M", "Trần Quốc Bảo · máy B")]

    def questions(self) -> list[d.OpenQuestion]:
        return [d.OpenQuestion("dossier", "D0003", "applicant_phone", "T-A-261120-4-7K · Phạm Minh Lan", "Số điện thoại", "0912 345 678",
            (d.Stance("0987654321", "0987 654 321", "Lê Thị Ngọc Ánh · máy A", "20/11/2026 08:40", True), d.Stance("0909111222", "0909 111 222", "Trần Quốc Bảo · máy B", "20/11/2026 08:42", False)))]  # fmt: skip

    def answer(self, question: d.OpenQuestion, value: Value) -> None:
        self.answers.append((question.field, value))

    def machines_waiting(self) -> list[Row]:
        return [{"id": "M", "name": "Quầy số 2", "fingerprint": "7K2M-44QD"}]

    def admit(self, machine: str) -> None:
        self.answers.append((machine, "admitted"))

    def machines(self) -> list[Row]:
        return [
            {"id": "A", "name": "Máy A · Quầy số 1", "state": "Máy này", "own": True, "welcome": True, "copy": False},
            {"id": "B", "name": "Máy B · Quầy số 2", "state": "Đang dùng", "own": False, "welcome": True, "copy": False},
            {
                "id": "C",
                "name": "Máy C · Máy xách tay",
                "state": "Đã tự xóa dữ liệu 18/11/2026 10:02",
                "own": False,
                "welcome": False,
                "copy": False,
            },
        ]

    def locked_units(self) -> list[str]:
        return []

    def grant_to_copy(self, machine: str) -> None:
        self.answers.append((machine, "granted"))

    def revoke_machine(self, machine: str, reason: str) -> None:
        self.answers.append((machine, reason))

    def refused_lines(self) -> list[d.SyncLine]:
        why = "Sửa hồ sơ T-B-261119-4-2M – Người làm chưa được giao quyền này trên máy đó"
        return [d.SyncLine("19/11/2026 16:12", why, "Trần Quốc Bảo · máy B")]

    def order_erasure(self, code: str, decision: str) -> str:
        self.answers.append((code, decision))
        return f"Đã ra lệnh xóa thông tin cá nhân của hồ sơ {code}."

    def erased(self) -> list[str]:
        return []

    def gone(self) -> bool:
        return False

    def leave(self) -> str:
        return ""

    def packets(self) -> list[d.PacketItem]:
        return [
            d.PacketItem("20/11/2026 09:10", "Nhận từ tỉnh: 5 mục mới · ve-xa.qmspacket", "Đã nhận", "ok"),
            d.PacketItem(
                "16/11/2026 16:40",
                "Gửi tỉnh: 12 mục · goi-28756-A-gui-tinh-20261116-1640.qmspacket",
                "Có trả lời 20/11/2026 09:10",
                "ok",
            ),
            d.PacketItem(
                "13/11/2026 16:40", "Gửi máy B: 3 mục · goi-28756-A-gui-may-B-20261113-1640.qmspacket", "Chờ trả lời", "soon"
            ),
        ]

    def packet_receivers(self) -> list[tuple[str, str]]:
        return [("", "Tỉnh"), ("B", "Máy B · Quầy số 2")]

    def packet_name(self, receiver: str) -> str:
        return f"goi-28756-A-gui-{receiver or 'tinh'}.qmspacket"

    def export_packet(self, file: Path, receiver: str, files: bool = False) -> str:
        self.answers.append((file.name, receiver))
        return "Đã lập gói gửi tỉnh: 12 mục."

    def import_packet(self, file: Path) -> str:
        self.answers.append((file.name, "imported"))
        return "Đã nhận 5 mục mới từ tỉnh."

    def backup(self, target: Path) -> Path:
        return target / "sao-luu.qmsb"

    def last_backup(self) -> datetime | None:
        return NOW - timedelta(hours=3)

    def restore(self, source: Path, recovery_code: str) -> None:
        self.is_founded = True
        self.together = True
        self.typed = ["192.168.1.30:8767"]

    def verify(self) -> list[str]:
        return []

    def import_models(self) -> list[str]:
        return ["Đã nhập 47 quy trình mẫu."]

    def import_procedures(self, source: Path) -> list[str]:
        return ["Đã nhập 85 thủ tục.", "12 điểm chưa xác minh."]

    def line(self) -> LineFacts:
        moved = "Từ lúc mở chương trình: 12 lượt hỏi, gửi 34 KB, nhận 1,2 MB."
        return LineFacts("https://iso.tinh.gov.vn", self.proxy, "", self.login, self.metered, moved)

    def use_metered(self, on: bool) -> None:
        self.metered = on

    def use_proxy_login(self, name: str, password: str) -> None:
        self.login = name
        self.answers.append((name, password))

    def neighbours_on(self) -> bool:
        return self.together

    def use_neighbours(self, on: bool) -> None:
        self.together = on

    def neighbours_place(self) -> str:
        return "Máy khác gõ địa chỉ máy này là 192.168.1.20 hoặc 10.8.0.2" if self.together else ""

    def neighbours(self) -> list[d.NeighbourItem]:
        typed = [
            d.NeighbourItem(
                address, address, "", "", "Không thấy máy này (đang tắt, chưa bật mục này, hoặc tường lửa chặn)", "soon", True
            )
            for address in self.typed
        ]
        state = "Đã trao đổi: gửi 12 mục, nhận 30 mục, nhận 2 tệp"
        found = d.NeighbourItem("B", "192.168.1.21:8767", "Máy B · Quầy số 2", "20/11/2026 09:02", state, "ok", False)
        return [found, *typed] if self.together else typed

    def add_neighbour(self, address: str) -> str:
        self.typed.append(address)
        return address

    def remove_neighbour(self, key: str) -> None:
        self.typed.remove(key)
