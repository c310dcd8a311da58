"""Hồ sơ: one dossier: its clock in a sentence, papers, what happened, what to do now, and every change ever made."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QTabWidget, QVBoxLayout, QWidget

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.gui.actions import DOSSIER as IN_DOSSIER
from qms_desktop.gui.actions import EVERYWHERE, FILES, FORM, titled
from qms_desktop.gui.desk import DossierPage, Move, Row
from qms_desktop.gui.form import Form, Sheet
from qms_desktop.gui.messages import GOOD, WARNING, Offer
from qms_desktop.gui.screens.base import (
    DeskReferences,
    Screen,
    Shell,
    button,
    card,
    quiet_label,
    scrolled,
    section_label,
    tab_through,
    tag,
)
from qms_desktop.gui.screens.clock_bar import ClockBar, is_late
from qms_desktop.gui.screens.dossier_parts import HistoryTable, PapersList, Timeline
from qms_desktop.gui.screens.files_panel import FilesPanel
from qms_desktop.gui.screens.moves import MovePanel
from qms_desktop.gui.screens.slip_menu import TOLD_AFTER, SlipMenu
from qms_desktop.gui.screens.why_late import WhyLateCard
from qms_desktop.gui.theme import metrics, scaled

READ_FIELDS = tuple(field for field in DOSSIER.fields if field.name not in ("applicant", "calendar_version", "convention"))
"""What a person reads; how the clock was set is in the sentence."""
_RECEIPT = "receipt"
WIDE_CHARS = 175
ROOMY_CHARS = 110


class DossierScreen(Screen):
    """The page of one dossier."""

    name = "dossier"
    hint = "F6 chuyển bước, F7 yêu cầu bổ sung, F9 in giấy hẹn, Shift+F9 mẫu khác, Ctrl+P in phiếu kiểm soát, F2 sửa."
    contexts = frozenset({EVERYWHERE, IN_DOSSIER, FORM, FILES})
    kinds = frozenset({"dossier", "step_run", "clock_event", "print_job", "attachment", "hand_over", "original_paper"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.setAccessibleName("Hồ sơ")
        self._record = ""
        self._page: DossierPage | None = None
        self._told = ""
        self._seen: Row = {}
        self.form: Form | None = None
        self._references = DeskReferences(self.desk)
        self._build_head()
        middle = QHBoxLayout()
        middle.setSpacing(metrics().gap * 2)
        middle.addWidget(self._build_tabs(), 1)
        middle.addWidget(self._build_side())
        self.body.addLayout(middle, 1)
        self.commands = {
            "slip": self.print_slip,
            "slips": self.slips.unfold,
            "print": self.print_control,
            "edit": self.edit,
            "save": self.save,
            "forward": self._forward,
            "supplement": self._supplement,
            "reassign": self._reassign,
            "sign_for": self._sign_for,
            "why_late": self.ask_why,
        }

    def open_with(self, argument: str) -> None:
        """Shows the dossier of that id."""
        self._record = argument
        self._stop_editing()
        self.moves.fold()
        self.why.fold()
        self.tabs.setCurrentIndex(0)
        self.refresh()
        self._share_height()
        self.moves.focus_first()

    def refresh(self) -> None:
        """Reads the dossier again; what is being typed stays."""
        if self._record:
            self._show(self.desk.dossier(self._record))

    def leave(self) -> bool:
        """Esc folds the question about a move, then ends editing."""
        if self.moves.fold() or self.files.fold() or self.why.fold():
            return True
        if self.form is not None:
            self._stop_editing()
            return True
        return False

    def ask_why(self) -> None:
        """Ctrl+L: which steps and people made it late; once more folds the answer."""
        if not self.why.fold():
            self.why.show_why(self.desk.why_late(self._record), self._tell_width())

    def _tell_width(self) -> int:
        return self.contentsRect().width() - 2 * metrics().space

    def print_slip(self) -> None:
        """F9: Mẫu 01, or where nothing was received the slip that the citizen got instead."""
        if self._page is None or not self._page.slips or _RECEIPT in dict(self._page.slips):
            self.shell.tasks.run(partial(self.desk.receipt, self._record), self.shell.preview)
        else:
            self.print_form(self._page.slips[0][0])

    def print_form(self, form: str) -> None:
        """Any form of the dossier, by its key."""
        self.shell.tasks.run(partial(self.desk.slip, self._record, form), self.shell.preview)

    def print_control(self) -> None:
        """Ctrl+P: Mẫu 06."""
        self.shell.tasks.run(partial(self.desk.control_slip, self._record), self.shell.preview)

    def _print_told(self) -> None:
        self.print_form(self._told)

    def edit(self) -> None:
        """F2: the typed fields of the dossier as a form."""
        if self._page is None or self.form is not None:
            return
        self._seen = self._page.record
        self.form = Form(DOSSIER.fields, self._references, self.desk.now().date(), self)
        self.form.show_values(self._page.record)
        self.form.finished.connect(self.save)
        self.form.edited.connect(self.shell.typing)
        self._info.addWidget(self.form, 1)
        self._sheet_area.hide()
        self._save_button.show()
        self._edit_button.hide()
        self.tabs.setCurrentIndex(1)
        tab_through((self._save_button, *self.form.in_order()))
        self.form.focus_first()

    def save(self) -> None:
        """Ctrl+S: saves the form; only what was changed is written."""
        if self.form is None:
            return
        values = self.form.values()
        if values is None:
            self.shell.say("Còn ô chưa đúng; xem dòng chữ đỏ cạnh ô.", WARNING)
            return
        changed = {name: value for name, value in values.items() if value != self._seen.get(name)}
        self.shell.tasks.run(partial(self.desk.edit, self._record, changed, self._seen), self._saved, self._not_saved)

    def _not_saved(self, error: BaseException) -> None:
        """The message tells of values that came meanwhile: from now on they are seen."""
        self.refresh()
        if self._page is not None:
            self._seen = {**self._page.record, **{name: self._seen.get(name) for name in self._untouched()}}
        self.shell.tasks.fail(error)

    def _untouched(self) -> list[str]:
        """Fields that stand in the form as they were shown."""
        typed = (self.form.values() or {}) if self.form is not None else {}
        return [name for name, value in typed.items() if value == self._seen.get(name)]

    def _saved(self, _nothing: None) -> None:
        self._stop_editing()
        self.shell.saved()
        self.refresh()

    def _stop_editing(self) -> None:
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        self._sheet_area.show()
        self._save_button.hide()
        self._edit_button.show()

    def _build_head(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(metrics().gap * 2)
        self.code = QLabel("", self)
        self.code.setFont(scaled(15, self.code.font().weight().DemiBold))
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.left = QLabel("", self)
        first.addWidget(self.code)
        first.addWidget(self.left)
        first.addStretch(1)
        first.addWidget(button(titled("In giấy hẹn", "slip"), self.print_slip, self))
        first.addWidget(button(titled("Phiếu kiểm soát", "print"), self.print_control, self))
        self.slips = SlipMenu(self)
        self.slips.chosen.connect(self.print_form)
        self.body.addLayout(first)
        self.who = QLabel("", self)
        self.who.setFont(scaled(13, self.who.font().weight().DemiBold))
        self.who.setWordWrap(True)
        self.what = QLabel("", self)
        self.what.setWordWrap(True)
        self.sentence = quiet_label("", self)
        self.sentence.setObjectName("dossier.sentence")
        names = QVBoxLayout()
        names.setSpacing(metrics().gap)
        self.clock = ClockBar(self)
        self.why = WhyLateCard(self)
        time = QHBoxLayout()
        time.addWidget(self.clock, 1)
        self._why_button = button(titled("Vì sao trễ?", "why_late"), self.ask_why, self, flat=True)
        time.addWidget(self._why_button)
        whose = QHBoxLayout()
        whose.addWidget(self.who, 1)
        whose.addWidget(self.slips)
        names.addLayout(whose)
        for label in (self.what, self.sentence):
            names.addWidget(label)
        names.addLayout(time)
        names.addWidget(self.why)
        self.body.addLayout(names)

    def _build_tabs(self) -> QTabWidget:
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName("Các phần của hồ sơ")
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self.timeline = Timeline(self)
        self.papers = PapersList(self)
        self.split.addWidget(self.timeline)
        self.split.addWidget(self.papers)
        self.split.setChildrenCollapsible(False)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 1)
        info = QWidget(self)
        self._info = QVBoxLayout(info)
        row = QHBoxLayout()
        self._edit_button = button(titled("Sửa", "edit"), self.edit, info)
        self._save_button = button(titled("Lưu", "save"), self.save, info, primary=True)
        row.addStretch(1)
        row.addWidget(self._edit_button)
        row.addWidget(self._save_button)
        self.sheet = Sheet(info)
        self._sheet_area = scrolled(self.sheet, "Thông tin hồ sơ", info)
        self._info.addLayout(row)
        self._info.addWidget(self._sheet_area, 1)
        self._save_button.hide()
        self.history = HistoryTable(self)
        self.tabs.addTab(self.split, "Diễn biến, giấy tờ")
        self.tabs.addTab(info, "Thông tin")
        self.files = FilesPanel(self.shell, "dossier", self)
        self.files.counted.connect(self._count_files)
        self.tabs.addTab(self.files, self.files.title)
        self.tabs.addTab(self.history, "Lịch sử sửa đổi")
        return self.tabs

    def _count_files(self) -> None:
        self.tabs.setTabText(self.tabs.indexOf(self.files), self.files.title)

    def _build_side(self) -> QWidget:
        frame, inner = card(self)
        inner.addWidget(section_label("Bước hiện tại", frame))
        self.state = QLabel("", frame)
        inner.addWidget(self.state, 0, Qt.AlignmentFlag.AlignLeft)
        self.step = QLabel("", frame)
        self.step.setWordWrap(True)
        self.step.setFont(scaled(11, self.step.font().weight().DemiBold))
        self.holder = quiet_label("", frame)
        self.instruction = QLabel("", frame)
        self.instruction.setWordWrap(True)
        self.output = quiet_label("", frame)
        for label in (self.step, self.holder, self.instruction, self.output):
            inner.addWidget(label)
        self._next = section_label("Việc tiếp theo", frame)
        inner.addSpacing(metrics().gap)
        inner.addWidget(self._next)
        self.moves = MovePanel(frame, self._references, self.desk.now)
        self.moves.wanted.connect(self._move)
        self.moves.unfolded.connect(self._show_question)
        inner.addWidget(self.moves, 1)
        area = scrolled(frame, "Bước hiện tại và việc tiếp theo", self)
        self._side = area
        return area

    def _show(self, page: DossierPage) -> None:
        self._page = page
        record = page.record
        self.code.setText(str(record.get("code") or ""))
        tag(self.state, page.state, "")
        tag(self.left, page.due.left, page.due.level)
        self.who.setText(str(record.get("applicant_name") or ""))
        self.what.setText(str(record.get("procedure_title") or ""))
        self.sentence.setText(page.due.sentence)
        face = self.desk.clock_face(self._record)
        self.clock.show_face(face)
        self._why_button.setVisible(is_late(face))
        if self.why.isVisible():
            self.why.show_why(self.desk.why_late(self._record), self._tell_width())
        events = self.timeline.rowCount()
        self.timeline.show_events(page.events)
        papers = record.get("papers")
        self.papers.show_papers([row for row in papers if isinstance(row, dict)] if isinstance(papers, list) else [])
        if self.timeline.rowCount() != events:
            self._share_height()
        self.sheet.show_values(READ_FIELDS, record, self._references)
        self.history.show_items(page.history)
        self.files.show_subject(self._record)
        self.step.setText(page.step_title or "Hồ sơ đã kết thúc, không còn bước nào.")
        self.holder.setText(f"Người giữ: {page.holder}" if page.holder else "")
        self.instruction.setText(page.instruction)
        self.output.setText(f"Kết quả bước: {page.output}" if page.output else "")
        for label in (self.holder, self.instruction, self.output):
            label.setVisible(bool(label.text()))
        self.slips.offer(page.slips)
        self._next.setVisible(bool(page.moves))
        self.moves.show_moves(page.moves)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Timeline and papers stand side by side where there is room, below each other where not."""
        super().resizeEvent(event)
        wide = self.width() > metrics().chars(WIDE_CHARS)
        self._side.setFixedWidth(metrics().chars(34 if self.width() > metrics().chars(ROOMY_CHARS) else 27))
        self.split.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    def _share_height(self) -> None:
        """Below each other, what happened takes the room it needs and the papers leave; the papers take the rest."""
        if self.split.orientation() == Qt.Orientation.Vertical:
            whole = self.split.height()
            top = min(self.timeline.content_height(), max(whole // 2, whole - self.papers.content_height()))
            self.split.setSizes([top, whole - top])

    def _forward(self) -> None:
        self.moves.press("F6")

    def _supplement(self) -> None:
        self.moves.press("F7")

    def _reassign(self) -> None:
        self.moves.press("Ctrl+G")

    def _sign_for(self) -> None:
        self.moves.press("Ctrl+B")

    def _show_question(self) -> None:
        """Brings what the move asks into view, its first field above all."""
        inner = self._side.widget()
        if inner is not None and (layout := inner.layout()) is not None:
            layout.activate()
        for widget in (self.moves.confirm_button, self.moves.focusWidget()):
            if widget is not None:
                self._side.ensureWidgetVisible(widget, 0, metrics().em * 2)

    def _move(self, move: Move, reason: str, values: dict[str, Value]) -> None:
        made = partial(self.desk.move, self._record, move.name, reason, values)
        self.shell.tasks.run(made, partial(self._moved_as, move))

    def _moved_as(self, move: Move, _nothing: None) -> None:
        self.moves.fold()
        self.shell.saved(f"Đã lưu: {move.label}.")
        if move.name in TOLD_AFTER:
            said, offered, self._told = TOLD_AFTER[move.name]
            self.shell.say(said, GOOD, Offer(offered, self._print_told))
        self.refresh()
        self.moves.focus_first()
