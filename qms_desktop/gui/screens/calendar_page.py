"""The working calendars: versions at the left, hours and special days of the chosen one at the right."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QVBoxLayout, QWidget

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.calendars import CALENDAR, DAY_KINDS
from qms_desktop.gui.desk import Desk, Row
from qms_desktop.gui.screens.base import section_label, tag
from qms_desktop.gui.screens.dossier_parts import ReadTable
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.values import date_text

NO_DAYS = "Lịch này không ghi ngày nghỉ nào."
NO_CALENDAR = (
    "Đơn vị chưa có lịch riêng: ngày hẹn tính theo lịch chung đi kèm chương trình (nghỉ thứ Bảy, Chủ nhật và ngày lễ). "
    "Lịch của tỉnh tự đến khi đồng bộ."
)
WEEKDAYS = {
    "mon": "Thứ Hai",
    "tue": "Thứ Ba",
    "wed": "Thứ Tư",
    "thu": "Thứ Năm",
    "fri": "Thứ Sáu",
    "sat": "Thứ Bảy",
    "sun": "Chủ nhật",
}
_KINDS = {option.value: option.label for option in DAY_KINDS}
_LEVELS = {"off": "late", "makeup": "ok", "half_am": "soon", "half_pm": "soon"}


class CalendarPage(QWidget):
    """Read only: a version is never edited; the province publishes, the unit adds a new version."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows: list[Row] = []
        row = QHBoxLayout(self)
        row.setSpacing(metrics().space)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Các lịch làm việc")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show)
        row.addWidget(self.list, 2)
        side = QVBoxLayout()
        self._status = QLabel("", self)
        self._hours = QLabel("", self)
        self._hours.setWordWrap(True)
        self.days = ReadTable(
            "Ngày nghỉ, ngày làm bù",
            ("Ngày", "Loại", "Ghi chú", "Căn cứ"),
            (10, 12, 0, 14),
            self,
            NO_DAYS,
        )
        self._hours_title = section_label("Giờ làm việc", self)
        side.addWidget(self._status, 0, Qt.AlignmentFlag.AlignLeft)
        side.addWidget(self._hours_title)
        side.addWidget(self._hours)
        side.addWidget(section_label("Ngày nghỉ, ngày làm bù", self))
        side.addWidget(self.days, 1)
        row.addLayout(side, 5)
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        """Reads the calendars again."""
        with self._desk.view() as view:
            self._rows = sorted(view.find("calendar"), key=_start, reverse=True)
        kept = self.list.currentRow()
        self.list.clear()
        for row in self._rows:
            self.list.addItem(f"{row.get('name')} · phiên bản {row.get('version')}")
        self.list.setCurrentRow(min(max(kept, 0), len(self._rows) - 1))
        for widget in (self.list, self._status, self._hours_title, self._hours):
            widget.setVisible(bool(self._rows))
        self.days.say_empty(NO_DAYS if self._rows else NO_CALENDAR)

    def _show(self, number: int) -> None:
        if not 0 <= number < len(self._rows):
            return
        row = self._rows[number]
        official = row.get("status") == "official"
        span = " đến ".join(filter(None, (date_text(row.get("valid_from")), date_text(row.get("valid_to")))))
        tag(self._status, f"{CALENDAR.field('status').option_label(row.get('status'))} · {span}", "ok" if official else "soon")
        self._hours.setText(hours_words(row.get("hours")))
        days = row.get("days")
        found = [day for day in days if isinstance(day, dict)] if isinstance(days, list) else []
        rows = [
            (
                date_text(day.get("date")),
                _KINDS.get(str(day.get("kind")), ""),
                str(day.get("note") or ""),
                str(day.get("source") or ""),
            )
            for day in found
        ]
        self.days.show_rows(rows, [_LEVELS.get(str(day.get("kind")), "") for day in found], 1)


def hours_words(hours: Value) -> str:
    """The weekly pattern, days with equal hours together."""
    if not isinstance(hours, Mapping):
        return "Theo lịch chung"
    groups: dict[str, list[str]] = {}
    for key, label in WEEKDAYS.items():
        spans = hours.get(key)
        if isinstance(spans, list) and spans:
            text = ", ".join("–".join(str(end) for end in span) for span in spans if isinstance(span, list))
            groups.setdefault(text, []).append(label)
    return "\n".join(f"{', '.join(days)}: {text}" for text, days in groups.items()) or "Theo lịch chung"


def _start(row: Row) -> str:
    return f"{row.get('valid_from') or ''}#{row.get('version') or 0:>6}"
