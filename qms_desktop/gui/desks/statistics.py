"""The counts of a period on a real office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.statistics import Figure, Period, Table
from qms_desktop.gui.desk_data import Sheet
from qms_desktop.gui.desks.fallback import OfficePaperDesk
from qms_desktop.office import Office
from qms_desktop.usecases import print_statistics, statistics


class OfficeStatisticsDesk(OfficePaperDesk):
    """See ``gui.desk_statistics.Statistics``."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._opened: Sequence[str] = ()

    def statistics(self, first: date, last: date, grouping: str) -> Table:
        """One snapshot is counted."""
        if last < first:
            raise InputError("QMS-107", "Ngày cuối của kỳ ở trước ngày đầu.", do="Hãy chọn lại khoảng ngày.")
        with self.office.demand_store().view() as view:
            return statistics.table(view, Period.of(first, last, self.now()), grouping)

    def open_figure(self, table: Table, grouping: str, key: str | None, figure: Figure) -> int:
        """By the table's own period and closing moment."""
        with self.office.demand_store().view() as view:
            self._opened = statistics.records(view, table.period, grouping, key, figure)
        return len(self._opened)

    def opened_figure(self) -> Sequence[str]:
        """For the register."""
        return self._opened

    def statistics_sheet(self, table: Table, grouping: str) -> Sheet:
        """Landscape, with room for the signatures."""
        sheet = print_statistics.sheet(self.office.work(), table, grouping)
        return Sheet(sheet.pdf, "Thống kê", f"{sheet.name}.pdf", sheet)

    def save_statistics(self, table: Table, grouping: str, target: Path) -> str:
        """One sheet."""
        print_statistics.workbook(table, grouping, target)
        return f"Đã lưu bảng thống kê vào {target.name}."
