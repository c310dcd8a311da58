"""Counts of made-up dossiers, so that the screen can be tried without a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from qms_desktop.domain.punctuality import Punctuality
from qms_desktop.domain.statistics import GROUPINGS, Ending, Fact, Figure, Period, Table, counted
from qms_desktop.gui.desk_data import Sheet
from qms_desktop.printing import edition_for, receipt_pdf
from tests.gui.fake_rows import NOW
from tests.printing import samples

_NOON = NOW
_AREAS = ("Chứng thực", "Hộ tịch", "Bảo trợ xã hội, giảm nghèo và hỗ trợ đồng bào dân tộc thiểu số", "Quân sự")
_CLASSES = (Punctuality.EARLY, Punctuality.ON_TIME, Punctuality.LATE)


def made_up() -> list[Fact]:
    """A year of an office, every fact standing for several dossiers."""
    found = []
    for at, area in enumerate(_AREAS):
        said = (0, f"1.00{at}", f"Thủ tục về {area}", area, "online" if at % 2 else "in_person", "Nguyễn Văn Đông")
        came = _NOON - timedelta(days=20)
        found += [
            Fact(*said, came, Ending.SOLVED, _NOON, standing, count=120 * (4 - at) >> 2 * place)
            for place, standing in enumerate(_CLASSES)
        ]
        found += [Fact(*said, came, paused=at == 1, count=7 + at), Fact(*said, came, Ending.WITHDRAWN, _NOON, count=at)]
    return found


class FakeStatistics:
    """See ``gui.desk_statistics.Statistics``."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: tuple[str, str | None, Figure] | None = None
        self.saved_statistics: list[Path] = []
        self.facts = made_up()

    def statistics(self, first: date, last: date, grouping: str) -> Table:
        return counted(Period(first, last, datetime(2030, 1, 1)), self.facts, (), GROUPINGS[grouping])

    def open_figure(self, table: Table, grouping: str, key: str | None, figure: Figure) -> int:
        line = next((line for line in table.lines if line.key == key), table.total)
        self.opened = (grouping, key, figure)
        return line.count(figure)

    def opened_figure(self) -> Sequence[str]:
        return ["D0001", "D0002"]

    def statistics_sheet(self, table: Table, grouping: str) -> Sheet:
        pdf = receipt_pdf(samples.ordinary(), edition_for("receipt", date(2026, 11, 20)))
        return Sheet(pdf, "Thống kê", "thong-ke.pdf")

    def save_statistics(self, table: Table, grouping: str, target: Path) -> str:
        self.saved_statistics.append(target)
        return f"Đã lưu bảng thống kê vào {target.name}."
