"""Thiết lập: at most four short pages, no network needed: the way in, the office, its people, the recovery code."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from qms_desktop.gui.desk import Founding
from qms_desktop.gui.messages import WARNING
from qms_desktop.gui.screens.base import Screen, Shell, button, card
from qms_desktop.gui.screens.first_run_pages import BACKUP_FILES, CODE_FILES, CodePage, JoinPage, OfficePage, PeoplePage, WayPage
from qms_desktop.gui.theme import metrics

WAY, OFFICE, PEOPLE, CODE, JOIN = range(5)
_HEIGHTS = {WAY: 18, OFFICE: 33, PEOPLE: 33, CODE: 22, JOIN: 20}
"""Lines of text a page needs: on a large screen its card is not larger."""


class FirstRun(Screen):
    """The pages in their order."""

    name = "first_run"
    title = "Thiết lập lần đầu"
    hint = "Enter sang ô tiếp theo; nút Tiếp tục ở góc dưới bên phải."

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.way = WayPage(self)
        self.office = OfficePage(self, self.desk)
        self.people = PeoplePage(self)
        self.code = CodePage(self)
        self.join = JoinPage(self, self.desk)
        self.pages = QStackedWidget(self)
        for page in (self.way, self.office, self.people, self.code, self.join):
            self.pages.addWidget(page)
        frame, inner = card(self)
        self._frame = frame
        frame.setMaximumWidth(metrics().chars(100))
        frame.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        inner.setContentsMargins(*(metrics().space * 2,) * 4)
        self.body.removeItem(self.head)
        inner.addLayout(self.head)
        inner.addWidget(self.pages, 1)
        inner.addLayout(self._buttons())
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(frame, 12)
        middle.addStretch(1)
        self.body.addStretch(1)
        self.body.addLayout(middle, 100)
        self.body.addStretch(2)
        self.way.chosen.connect(self._way)
        self.office.form.finished.connect(self.next_page)
        self.join.form.finished.connect(self.next_page)
        self.code.print_wanted.connect(self._print_code)
        self._show(WAY)

    def open_with(self, argument: str) -> None:
        """Starts at the first page; a PC that is enrolled already goes on to its office."""
        del argument
        known = self.desk.enrolled_unit()
        if known:
            kept = self.office.form.raw()
            self.office.form.show_values({**kept, **{name: value for name, value in known.items() if value}})
            self._show(OFFICE)
        self._focus()

    def leave(self) -> bool:
        """Esc goes one page back; what was typed stays."""
        if self.pages.currentIndex() in (OFFICE, JOIN):
            self._show(WAY)
        elif self.pages.currentIndex() == PEOPLE:
            self._show(OFFICE)
        return True

    def next_page(self) -> None:
        """The button at the right."""
        here = self.pages.currentIndex()
        if here == OFFICE and self.office.form.values() is not None:
            self._show(PEOPLE)
        elif here == PEOPLE:
            self._found()
        elif here == JOIN:
            self._join()
        elif here == CODE:
            self._finish()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.back_button = button("Quay lại (Esc)", self.leave, self)
        self.next_button = button("Tiếp tục", self.next_page, self, primary=True)
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.next_button)
        return row

    def _way(self, way: str) -> None:
        if way == "restore":
            self._restore()
        elif way == "practice":
            self.shell.practise()
        else:
            self._show(OFFICE if way == "found" else JOIN)

    def _show(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        self._frame.setMaximumHeight(metrics().em * _HEIGHTS[page])
        self.back_button.setVisible(page in (OFFICE, PEOPLE, JOIN))
        self.next_button.setVisible(page != WAY)
        words = {PEOPLE: "Lập đơn vị", CODE: "Vào làm việc", JOIN: "Ghi danh"}
        self.next_button.setText(words.get(page, "Tiếp tục"))
        self.next_button.setAccessibleName(self.next_button.text())
        steps = {OFFICE: "Trang 1/3: đơn vị", PEOPLE: "Trang 2/3: con người", CODE: "Trang 3/3: mã phục hồi"}
        self.subtitle.setText(steps.get(page, ""))
        self._focus()

    def _focus(self) -> None:
        page = self.pages.currentWidget()
        if isinstance(page, QWidget):
            page.setFocus()

    def _found(self) -> None:
        office = self.office.form.values()
        people = self.people.people()
        pin = self.people.pin()
        if office is None:
            self._show(OFFICE)
        elif not people or not pin:
            self.shell.say(self.people.fault(), WARNING)
        else:
            founding = Founding(str(office.pop("unit") or ""), office, people, pin)
            self.next_button.setEnabled(False)
            self.shell.tasks.run(partial(self.desk.found, founding), self._founded, self._refused)

    def _founded(self, code: str) -> None:
        self.next_button.setEnabled(True)
        self.code.show_code(code)
        self._show(CODE)

    def _join(self) -> None:
        values = self.join.form.values()
        if values is not None:
            self.next_button.setEnabled(False)
            work = partial(self.desk.join, str(values["server"]), str(values["code"]), str(values["pc_name"]))
            self.shell.tasks.run(work, self._joined, self._refused)

    def _joined(self, office_there: bool) -> None:
        self.next_button.setEnabled(True)
        if office_there:
            self.shell.go("sign_in")
            self.shell.say("Đã ghi danh. Để đọc hồ sơ, một máy cũ của đơn vị cần bấm “Cho phép máy mới” ở màn hình Đồng bộ.")
        else:
            self.open_with("")

    def _refused(self, error: BaseException) -> None:
        self.next_button.setEnabled(True)
        self.shell.tasks.fail(error)

    def _finish(self) -> None:
        if not self.code.kept():
            self.shell.say("Hãy in hoặc chép mã phục hồi, cất vào két, rồi đánh dấu ô “Đã cất”.", WARNING)
            return
        self.shell.go("sign_in")

    def _print_code(self, code: str) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(self, "Lưu tờ mã ra ổ USB hoặc thư mục riêng", "ma-phuc-hoi.txt", CODE_FILES)
        if chosen:
            self.shell.tasks.run(partial(self.desk.recovery_sheet, code, Path(chosen)), self.code.keep_sheet)

    def _restore(self) -> None:
        code = self.way.code.text().strip()
        if not code:
            self.way.ask_code()
            self.shell.say("Hãy gõ mã phục hồi rồi Enter để chọn tệp sao lưu.", WARNING)
            return
        chosen, _kind = QFileDialog.getOpenFileName(self, "Chọn tệp sao lưu", "", BACKUP_FILES)
        if chosen:
            self.shell.tasks.run(partial(self.desk.restore, Path(chosen), code), self._restored)

    def _restored(self, _nothing: None) -> None:
        self.shell.go("sign_in")
