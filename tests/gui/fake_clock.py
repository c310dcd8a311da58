"""The clock of made-up dossiers."""

from __future__ import annotations

from datetime import timedelta

from qms_desktop.gui.desk_clock import ClockFace, PausedDays, Reminder, Why
from tests.gui.fake_rows import NOW


class FakeClock:
    """Every dossier paused once; those whose id ends in 1 are late."""

    person = ""

    def clock_face(self, record: str) -> ClockFace:
        today, late = NOW.date(), record.endswith("1")
        received = today - timedelta(days=9)
        pauses = (PausedDays(received + timedelta(days=2), received + timedelta(days=5), "chờ bổ sung"),)
        due = today - timedelta(days=2) if late else today + timedelta(days=4)
        return ClockFace(received, today, due, due - timedelta(days=3), None, pauses, "late" if late else "ok")

    def why_late(self, record: str) -> Why:
        lines = (
            "Trễ 2 ngày làm việc so với hẹn 20/11/2026.",
            "B3 · Thẩm định, dự thảo kết quả (Nguyễn Hữu Đức): vượt 1,5 ngày công.",
            "B5 · Ký duyệt kết quả (Nguyễn Thị Kim Phượng): vượt 4 giờ công.",
            "Cộng 2 ngày công vượt thời gian của các bước.",
            "Thời gian tạm dừng không tính: chờ bổ sung.",
        )
        return Why(True, "\n".join(lines))

    def reminder(self) -> Reminder:
        return Reminder("2 quá hạn · 3 hôm nay · 1 ngày mai", "late", 5) if self.person else Reminder("", "")
