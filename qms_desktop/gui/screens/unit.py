"""Đơn vị và lịch: people, positions, roles, PCs, the office's own data, and the working calendar."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget

from qms_desktop.domain.records.people import PC, PERSON, POSITION, ROLE_GRANT
from qms_desktop.domain.records.units import OFFICE
from qms_desktop.gui.actions import EVERYWHERE, FORM, LIST
from qms_desktop.gui.screens.base import Screen, Shell
from qms_desktop.gui.screens.calendar_page import CalendarPage
from qms_desktop.gui.screens.records import RecordsPanel


class UnitScreen(Screen):
    """Tabs of records."""

    name = "unit"
    title = "Đơn vị và lịch"
    hint = "Ctrl+N thêm, F2 sửa, Ctrl+S lưu. Ctrl+Tab sang phần khác."
    contexts = frozenset({EVERYWHERE, LIST, FORM})
    kinds = frozenset({"person", "position", "role_grant", "pc", "office", "calendar"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName("Các phần của đơn vị")
        self._panels = [
            (RecordsPanel(shell, PERSON), "Cán bộ, công chức"),
            (RecordsPanel(shell, POSITION), "Vị trí"),
            (RecordsPanel(shell, ROLE_GRANT, hint="Quyền có hiệu lực từ lần đăng nhập sau."), "Phân quyền"),
            (RecordsPanel(shell, PC, may_add=False, hint="Máy mới: xem màn hình Đồng bộ."), "Máy tính"),
            (RecordsPanel(shell, OFFICE, single=True), "Cơ quan"),
        ]
        for panel, title in self._panels:
            self.tabs.addTab(panel, title)
        self.calendar = CalendarPage(self.desk, self)
        self.tabs.addTab(self.calendar, "Lịch làm việc")
        self.tabs.currentChanged.connect(self._shown)
        self.body.addWidget(self.tabs, 1)
        self.commands = {"new": self._new, "save": self._save, "edit": self._edit, "find": self._find}

    def open_with(self, argument: str) -> None:
        """Shows the tab of last time; ``argument`` may be the id of a person."""
        self.refresh()
        if argument:
            self.tabs.setCurrentIndex(0)
            self._panels[0][0].list.select_record(argument)
        panel = self._panel()
        (panel.list.view if panel else self.calendar).setFocus()

    def refresh(self) -> None:
        """Reads the tab that is shown."""
        panel = self._panel()
        if panel is not None:
            panel.refresh()
        else:
            self.calendar.refresh()

    def leave(self) -> bool:
        """Esc: from the form to the list first."""
        panel = self._panel()
        return panel.back() if panel is not None else False

    def leave_for_good(self) -> None:
        """Keeps drafts."""
        for panel, _ in self._panels:
            panel.drafts.flush()

    def _panel(self) -> RecordsPanel | None:
        current = self.tabs.currentWidget()
        return current if isinstance(current, RecordsPanel) else None

    def _shown(self, _index: int) -> None:
        self.refresh()

    def _new(self) -> None:
        if (panel := self._panel()) is not None:
            panel.new()

    def _save(self) -> None:
        if (panel := self._panel()) is not None:
            panel.save()

    def _edit(self) -> None:
        if (panel := self._panel()) is not None:
            panel.edit()

    def _find(self) -> None:
        if (panel := self._panel()) is not None:
            panel.list.focus_filter()
