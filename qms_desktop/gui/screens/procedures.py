"""Quy trình: the controlled procedures, and one of them on a page: law, papers, norms, fees, steps whose sum is checked."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from qms_desktop.gui.actions import EVERYWHERE, FILES, FORM, LIST
from qms_desktop.gui.desk import Procedure
from qms_desktop.gui.list_panel import Chip, ListPanel
from qms_desktop.gui.screens.approval import ApprovalPanel
from qms_desktop.gui.screens.base import Screen, Shell, quiet_label, tag
from qms_desktop.gui.screens.files_panel import FilesPanel
from qms_desktop.gui.screens.procedure_draft import DraftForm
from qms_desktop.gui.screens.procedure_list import COLUMNS, ProcedureSource
from qms_desktop.gui.screens.procedure_page import page_html
from qms_desktop.gui.theme import metrics, scaled


class Procedures(Screen):
    """List at the left, page at the right."""

    name = "procedures"
    title = "Quy trình"
    hint = "Gõ để lọc theo tên, chữ đầu hoặc mã; mũi tên để xem từng thủ tục; Tab sang trang nội dung; F2 sửa bản soạn thảo."
    contexts = frozenset({EVERYWHERE, LIST, FORM, FILES})
    kinds = frozenset({"revision"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.edit_button = self.add_button("Sửa", "edit", self._edit)
        self.print_button = self.add_button("In phiếu dữ liệu", "print", self._print)
        self.receive_button = self.add_button("Tiếp nhận theo thủ tục này", "", self._receive, primary=True)
        self._source = ProcedureSource()
        self.list = ListPanel(self._source, COLUMNS, "Danh sách thủ tục", self)
        self.list.add_chips((Chip("force", "Có hiệu lực", (("in_force", "=", "yes"),)),))
        self.list.say_empty("Chưa có quy trình nào. Đồng bộ với tỉnh, hoặc nhập tệp ở màn hình Hệ thống.", _count)
        self.list.picked.connect(self._picked)
        self.list.opened.connect(self._to_page)
        split = QSplitter(self)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(self._page())
        split.setSizes([480, 620])
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 6)
        self.body.addWidget(split, 1)
        self.commands = {
            "find": self.list.focus_filter,
            "print": self._print,
            "accept": self._receive,
            "edit": self._edit,
            "save": self.draft.save,
        }
        self._shown: Procedure | None = None

    def open_with(self, argument: str) -> None:
        """Shows the list, and the page of a revision if one is named."""
        self.refresh()
        if argument:
            self.list.clear_filters()
            self.list.select_record(argument)
        self.list.view.setFocus()

    def refresh(self) -> None:
        """Reads the procedures again."""
        self._source.procedures = self.desk.procedures()
        self.list.reload()

    def _page(self) -> QWidget:
        self._side = page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(metrics().gap, 0, 0, 0)
        column.setSpacing(metrics().gap)
        self.name_label = QLabel("", page)
        self.name_label.setWordWrap(True)
        self.name_label.setFont(scaled(13, self.name_label.font().weight().DemiBold))
        self.ribbon = QLabel("", page)
        self.content = QTextBrowser(page)
        self.content.setAccessibleName("Nội dung quy trình")
        self.content.setOpenLinks(False)
        self.content.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.content.document().setDocumentMargin(metrics().space)
        column.addWidget(self.name_label)
        self.edition = quiet_label("", page)
        line = QHBoxLayout()
        line.setSpacing(metrics().gap * 2)
        line.addWidget(self.ribbon)
        line.addWidget(self.edition, 1)
        column.addLayout(line)
        self.draft = DraftForm(self.shell, page)
        self.draft.closed.connect(self._edited)
        column.addWidget(self._parts(page), 1)
        self.approval = ApprovalPanel(self.desk.now().date(), page)
        self.approval.approved.connect(self._approve)
        column.addWidget(self.approval)
        return page

    def _parts(self, page: QWidget) -> QTabWidget:
        """What the revision says, to be read or edited; and its files."""
        words = QWidget(page)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.content, 1)
        column.addWidget(self.draft, 1)
        self.files = FilesPanel(self.shell, "revision", page)
        self.parts = QTabWidget(page)
        self.parts.setAccessibleName("Các phần của quy trình")
        self.parts.addTab(words, "Nội dung")
        self.parts.addTab(self.files, self.files.title)
        self.files.counted.connect(self._count_files)
        return self.parts

    def _count_files(self) -> None:
        self.parts.setTabText(1, self.files.title)

    def _picked(self, record: str) -> None:
        found = next((item for item in self._source.procedures if item.revision == record), None)
        if found is not None and self.draft.holds(record):
            return
        self._shown = found
        self.draft.close_form()
        self.edit_button.setEnabled(found is not None and self.desk.may_edit(found.revision))
        self.receive_button.setEnabled(found is not None and found.in_force)
        self.print_button.setEnabled(found is not None)
        self._side.setVisible(found is not None)
        self.approval.offer(found is not None and not found.in_force and self.desk.may_approve(found.revision))
        if found is None:
            self.name_label.clear()
            self.content.clear()
            tag(self.ribbon, "", "")
            self.edition.clear()
            return
        self.name_label.setText(found.title)
        tag(self.ribbon, found.state, "ok" if found.in_force else "done")
        self.edition.setText(found.edition)
        self.content.setHtml(page_html(found))
        self.files.show_subject(found.revision)

    def _approve(self, day: str, decision: str) -> None:
        if self._shown is not None:
            self.shell.tasks.run(partial(self.desk.approve, self._shown.revision, day, decision), self._approved)

    def _approved(self, _nothing: None) -> None:
        self.shell.saved("Đã phê duyệt quy trình.")
        self.refresh()

    def _to_page(self, _record: str) -> None:
        self.content.setFocus()

    def _receive(self) -> None:
        if self._shown and self.receive_button.isEnabled():
            self.shell.go("intake", self._shown.revision)

    def _print(self) -> None:
        if self._shown:
            self.shell.tasks.run(partial(self.desk.data_sheet, "revision", self._shown.revision), self.shell.preview)

    def leave(self) -> bool:
        """Esc gives up editing first."""
        return self.draft.close_form() or self.files.fold()

    def _edit(self) -> None:
        if self._shown is not None and self.edit_button.isEnabled():
            self.parts.setCurrentIndex(0)
            self.content.hide()
            self.draft.open(self._shown.revision, self._shown.values)

    def _edited(self) -> None:
        self.content.show()
        self.refresh()


def _count(total: int) -> str:
    return f"{total} thủ tục"
