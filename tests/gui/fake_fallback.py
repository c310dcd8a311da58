"""Paper for days without power, from memory."""

from __future__ import annotations

from datetime import date

from qms_desktop.gui.desk import Sheet


class FakePaper:
    """See ``gui.desk_fallback.Paper``."""

    def __init__(self) -> None:
        super().__init__()
        self.blanks: list[tuple[int, date]] = []

    def blank_slips(self, count: int, day: date) -> Sheet:
        self.blanks.append((count, day))
        return Sheet(b"", "Phiếu trắng", "phieu-trang.pdf", None)

    def open_dossiers_sheet(self) -> Sheet:
        return Sheet(b"", "Hồ sơ đang giải quyết", "dang-giai-quyet.pdf", None)
