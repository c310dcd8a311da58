"""Quy trình: the controlled procedures, and one of them on a page: law, papers, norms, fees, steps whose sum is checked."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QTextBrowser, QVBoxLayout, QWidget

from qms_desktop.domain.text import match_rank
from qms_desktop.gui.actions import EVERYWHERE, LIST
from qms_desktop.gui.desk import Condition, Procedure, Row
from qms_desktop.gui.list_panel import Chip, ListPanel
from qms_desktop.gui.screens.approval import ApprovalPanel
from qms_desktop.gui.screens.base import Screen, Shell, quiet_label, tag
from qms_desktop.gui.screens.procedure_page import page_html
from qms_desktop.gui.table import Column
from qms_desktop.gui.theme import metrics, scaled


class ProcedureSource:
    """The procedures as list rows."""

    def __init__(self) -> None:
        self.procedures: list[Procedure] = []

    def keys(self, where: Sequence[Condition], text: str, order: str, descending: bool) -> array[int]:
        """Places of those that answer; best first while typing."""
        wanted = {str(value) for _, _, value in where}
        ranked = [(match_rank(text, p.title, p.code), n) for n, p in enumerate(self.procedures)]
        found = [(rank, n) for rank, n in ranked if rank is not None and (not wanted or self._flag(n) in wanted)]
        if order:
            found = [(0, n) for _, n in sorted(found, key=_Sort(self, order), reverse=descending)]
        elif text:
            found.sort()
        return array("q", [n for _, n in found])

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        """Those rows."""
        return [_row(self.procedures[number]) for number in rowids]

    def _flag(self, number: int) -> str:
        return "yes" if self.procedures[number].in_force else "no"


class _Sort:
    def __init__(self, source: ProcedureSource, order: str) -> None:
        self._source, self._order = source, order

    def __call__(self, item: tuple[int, int]) -> str:
        return str(_row(self._source.procedures[item[1]]).get(self._order) or "")


def _row(item: Procedure) -> Row:
    level = "ok" if item.in_force else "done"
    return {"id": item.revision, "code": item.code, "title": item.title, "field": item.field, "state": item.state, "level": level}


class _Text:
    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, row: Row) -> str:
        return str(row.get(self._name) or "")


COLUMNS = (
    Column("code", "Mã", 9, _Text("code"), "code"),
    Column("title", "Thủ tục", 14, _Text("title"), "title", grows=True),
    Column("state", "Tình trạng", 13, _Text("state"), "state", _Text("level")),
)


class Procedures(Screen):
    """List at the left, page at the right."""

    name = "procedures"
    title = "Quy trình"
    hint = "Gõ để lọc theo tên, chữ đầu hoặc mã; mũi tên để xem từng thủ tục; Tab sang trang nội dung."
    contexts = frozenset({EVERYWHERE, LIST})
    kinds = frozenset({"revision"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.receive_button = self.add_button("Tiếp nhận theo thủ tục này", "", self._receive, primary=True)
        self.print_button = self.add_button("In phiếu dữ liệu", "print", self._print)
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
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 6)
        self.body.addWidget(split, 1)
        self.commands = {"find": self.list.focus_filter, "print": self._print, "accept": self._receive}
        self._shown = ""

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
        page = QWidget(self)
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
        column.addWidget(self.content, 1)
        self.approval = ApprovalPanel(self.desk.now().date(), page)
        self.approval.approved.connect(self._approve)
        column.addWidget(self.approval)
        return page

    def _picked(self, record: str) -> None:
        found = next((item for item in self._source.procedures if item.revision == record), None)
        self._shown = record if found else ""
        self.receive_button.setEnabled(found is not None and found.in_force)
        self.print_button.setEnabled(found is not None)
        self.content.setVisible(found is not None)
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

    def _approve(self, day: str, decision: str) -> None:
        self.shell.tasks.run(partial(self.desk.approve, self._shown, day, decision), self._approved)

    def _approved(self, _nothing: None) -> None:
        self.shell.saved("Đã phê duyệt quy trình.")
        self.refresh()

    def _to_page(self, _record: str) -> None:
        self.content.setFocus()

    def _receive(self) -> None:
        if self._shown and self.receive_button.isEnabled():
            self.shell.go("intake", self._shown)

    def _print(self) -> None:
        if self._shown:
            self.shell.tasks.run(partial(self.desk.data_sheet, "revision", self._shown), self.shell.preview)


def _count(total: int) -> str:
    return f"{total} thủ tục"
