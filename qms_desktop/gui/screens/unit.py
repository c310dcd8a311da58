"""Đơn vị và lịch: people, positions, roles, PCs, the office's own data, and the working calendar."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QTabWidget

from qms_desktop.domain.records.delegations import DELEGATION
from qms_desktop.domain.records.dossiers import APPLICANT
from qms_desktop.domain.records.people import PC, PERSON, POSITION, ROLE_GRANT
from qms_desktop.domain.records.units import OFFICE
from qms_desktop.gui.actions import EVERYWHERE, FORM, LIST
from qms_desktop.gui.messages import GOOD
from qms_desktop.gui.screens.base import Screen, Shell
from qms_desktop.gui.screens.calendar_page import CalendarPage
from qms_desktop.gui.screens.records import RecordsPanel

_STANDS_IN = "Người làm thay xử lý được hồ sơ của người vắng trong những ngày này; nhật ký ghi rõ làm thay ai."
_OF_PEOPLE = ("full_name", "position", "phone")
"""What fits beside the form; the title printed on papers and the last day are in the form."""


class UnitScreen(Screen):
    """Tabs of records."""

    name = "unit"
    title = "Đơn vị và lịch"
    hint = "Ctrl+N thêm, F2 sửa, Ctrl+S lưu, Ctrl+P in phiếu dữ liệu. Ctrl+Tab sang phần khác."
    contexts = frozenset({EVERYWHERE, LIST, FORM})
    kinds = frozenset({"person", "position", "role_grant", "pc", "office", "calendar", "applicant", "delegation"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.pin_button = self.add_button("Đặt lại mã PIN", "", self._reset_pin)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName("Các phần của đơn vị")
        self._panels = [
            (RecordsPanel(shell, PERSON, columns=_OF_PEOPLE), "Cán bộ, công chức"),
            (RecordsPanel(shell, POSITION), "Vị trí"),
            (RecordsPanel(shell, ROLE_GRANT, hint="Quyền có hiệu lực từ lần đăng nhập sau."), "Phân quyền"),
            (RecordsPanel(shell, PC, may_add=False, hint="Máy mới: xem màn hình Đồng bộ."), "Máy tính"),
            (RecordsPanel(shell, OFFICE, single=True), "Cơ quan"),
        ]
        for panel, title in self._panels:
            self.tabs.addTab(panel, title)
        self.calendar = CalendarPage(self.desk, self)
        self.tabs.addTab(self.calendar, "Lịch làm việc")
        citizens = RecordsPanel(shell, APPLICANT, may_add=False, hint="Hồ sơ đã nhận giữ thông tin lúc nộp.")
        self._citizens = self.tabs.addTab(citizens, "Người nộp")
        deputies = RecordsPanel(shell, DELEGATION, hint=_STANDS_IN)
        self.tabs.addTab(deputies, "Làm thay khi vắng")
        self._panels += [(citizens, "Người nộp"), (deputies, "Làm thay khi vắng")]
        self.tabs.currentChanged.connect(self._shown)
        self.body.addWidget(self.tabs, 1)
        self.commands = {"new": self._new, "save": self._save, "edit": self._edit, "find": self._find, "print": self._print}

    def open_with(self, argument: str) -> None:
        """Shows the tab of last time; ``argument`` may be the id of a person. Citizens are for those who serve them."""
        self.tabs.setTabVisible(self._citizens, self.desk.may_save(APPLICANT.name))
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
        self.pin_button.setVisible(self.tabs.currentIndex() == 0)
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

    def _print(self) -> None:
        if (panel := self._panel()) is not None:
            panel.print()

    def _reset_pin(self) -> None:
        people = self._panels[0][0]
        if people.record:
            words = "Đã bỏ mã PIN cũ. Người này đặt mã mới khi đăng nhập lần tới trên máy này."
            self.shell.tasks.run(partial(self.desk.reset_pin, people.record), partial(self._pin_reset, words))

    def _pin_reset(self, words: str, _nothing: None) -> None:
        self.shell.say(words, GOOD)

    def _find(self) -> None:
        if (panel := self._panel()) is not None:
            panel.list.focus_filter()
