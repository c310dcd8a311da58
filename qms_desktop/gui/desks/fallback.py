"""Paper for days without power, on a real office."""

from __future__ import annotations

from datetime import date

from qms_desktop.gui.desk import Sheet
from qms_desktop.gui.desks.practice import OfficePractice
from qms_desktop.usecases import fallback


class OfficePaperDesk(OfficePractice):
    """See ``gui.desk_fallback.Paper``."""

    def blank_slips(self, count: int, day: date) -> Sheet:
        """Numbered when they are printed."""
        sheet = fallback.blank_slips(self.office.work(), count, day)
        return Sheet(sheet.pdf, "Phiếu trắng dùng khi mất điện", f"{sheet.name}.pdf", sheet)

    def open_dossiers_sheet(self) -> Sheet:
        """The day's working list."""
        sheet = fallback.open_register(self.office.work())
        return Sheet(sheet.pdf, "Hồ sơ đang giải quyết", f"{sheet.name}.pdf", sheet)
