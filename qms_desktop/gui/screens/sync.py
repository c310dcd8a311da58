"""Đồng bộ: what waits, what came, the questions for you, and new PCs of the office."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QPushButton, QTabWidget, QVBoxLayout, QWidget

from qms_desktop.domain.fields import Value
from qms_desktop.gui.actions import EVERYWHERE, QUESTIONS
from qms_desktop.gui.desk import OpenQuestion, Stance, SyncLine, SyncState
from qms_desktop.gui.messages import WARNING
from qms_desktop.gui.screens.base import Screen, Shell, button, card, quiet_label, section_label, tag
from qms_desktop.gui.screens.dossier_parts import ReadTable
from qms_desktop.gui.screens.files_page import FilesPage
from qms_desktop.gui.screens.line_page import LinePage
from qms_desktop.gui.screens.machines_page import MachinesPage
from qms_desktop.gui.screens.neighbours_page import NeighboursPage
from qms_desktop.gui.screens.packets_page import PacketsPage
from qms_desktop.gui.status import LEVELS, brief, progress_words, sync_words
from qms_desktop.gui.theme import metrics, scaled

Lines = tuple[Sequence[SyncLine], Sequence[SyncLine], Sequence[SyncLine]]
ANSWERED = "Đã trả lời; mọi máy của đơn vị sẽ theo câu trả lời này, giá trị kia vẫn còn trong lịch sử. Bấm Ctrl+Z để hỏi lại."
NOTHING_REFUSED = "Tỉnh công nhận mọi việc của đơn vị."
NO_QUESTIONS = "Không có câu hỏi nào. Khi việc của hai máy trái nhau, câu hỏi sẽ nằm ở đây; không giá trị nào bị mất."


class QuestionList(QListWidget):
    """The open questions; a digit takes the value of that number for the chosen question."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.taken: Callable[[int], None] | None = None
        self.setAccessibleName("Câu hỏi chờ bạn")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1, 2, 3 … take a value."""
        if event.text() in tuple("123456789") and self.taken is not None and not event.modifiers():
            self.taken(int(event.text()) - 1)
        else:
            super().keyPressEvent(event)


class SyncScreen(Screen):
    """The screen behind the words in the status bar."""

    name = "sync"
    title = "Đồng bộ"
    hint = "Mũi tên chọn câu hỏi; phím 1 hoặc 2 lấy giá trị tương ứng. Câu hỏi có thể chờ; không có gì bị mất."
    contexts = frozenset({EVERYWHERE, QUESTIONS})
    kinds = frozenset(
        {"dossier", "step_run", "applicant", "person", "pc", "unit_key", "revision", "calendar", "verdict", "rule_answer"}
    )

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._questions: list[OpenQuestion] = []
        self._reading = 0
        self.state = QLabel("", self)
        self.head.addWidget(self.state)
        self._copy = button("Chép chi tiết", self._copy_state, self)
        self.head.addWidget(self._copy)
        self.sync_button = self.add_button("Đồng bộ ngay", "", self._sync, primary=True)
        self.progress = quiet_label("", self)
        self.progress.setObjectName("sync.progress")
        self.body.addWidget(self.progress)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName("Các phần của đồng bộ")
        self.tabs.addTab(self._question_page(), "Câu hỏi")
        self.waiting = ReadTable(
            "Thay đổi chờ gửi", ("Lúc", "Việc", "Người"), (15, 0, 30), self, "Không có thay đổi nào chờ gửi."
        )
        self.arrived = ReadTable(
            "Thay đổi đã nhận", ("Lúc", "Việc", "Người, máy"), (15, 0, 30), self, "Chưa nhận gì từ máy khác."
        )
        self.tabs.addTab(self.waiting, "Chờ gửi")
        self.tabs.addTab(self.arrived, "Đã nhận")
        self.machines_page = MachinesPage(shell, self)
        self.admit_button = self.machines_page.admit_button
        self.tabs.addTab(self.machines_page, "Các máy")
        self.packets = PacketsPage(shell, self)
        self.tabs.addTab(self.packets, "Gói USB")
        self.files = FilesPage(shell, self)
        self.tabs.addTab(self.files, "Tệp")
        self.refused = ReadTable(
            "Không được công nhận", ("Lúc", "Việc và lý do", "Người, máy"), (15, 0, 30), self, NOTHING_REFUSED
        )
        self.tabs.addTab(self.refused, "Không công nhận")
        self.neighbours = NeighboursPage(shell, self)
        self.tabs.addTab(self.neighbours, "Mạng nội bộ")
        self.line = LinePage(shell, self)
        self.tabs.addTab(self.line, "Đường truyền")
        self.tabs.currentChanged.connect(self._refresh_page)
        self.body.addWidget(self.tabs, 1)

    def open_with(self, argument: str) -> None:
        """Shows the questions first if there are any."""
        del argument
        self.refresh()
        self.tabs.setCurrentIndex(0)
        (self.list if self._questions else self.sync_button).setFocus()

    def refresh(self) -> None:
        """Reads everything again."""
        state = self.desk.sync_state()
        self._show_state(state)
        self._show_questions(self.desk.questions())
        self.machines_page.refresh()
        self._refresh_page()
        self.tabs.setTabText(0, f"Câu hỏi ({len(self._questions)})")
        self._reading += 1
        if self._reading == 1:
            self.shell.reading.run(self._read_lines, self._show_lines)

    def _refresh_page(self, _number: int = 0) -> None:
        """The page that is looked at; the others when they are."""
        page = self.tabs.currentWidget()
        if isinstance(page, PacketsPage | FilesPage | NeighboursPage | LinePage):
            page.refresh()

    def _read_lines(self) -> Lines:
        return self.desk.waiting_lines(), self.desk.arrived_lines(), self.desk.refused_lines()

    def _show_lines(self, lines: Lines) -> None:
        """They are read beside the window; what changed meanwhile is read once more."""
        again, self._reading = self._reading > 1, 0
        for table, found in zip((self.waiting, self.arrived, self.refused), lines, strict=True):
            table.show_rows([(line.at, line.what, line.who) for line in found])
        self.tabs.setTabVisible(self.tabs.indexOf(self.refused), bool(lines[2]))
        self.tabs.setTabText(1, f"Chờ gửi ({self.waiting.rowCount()})")
        self.tabs.setTabText(2, f"Đã nhận ({self.arrived.rowCount()})")
        if again:
            self.refresh()

    def status_changed(self) -> None:
        """How far the exchange is, as often as it says so; the lists follow with what is committed."""
        self._show_state(self.desk.sync_state())

    def _question_page(self) -> QWidget:
        page = QWidget(self)
        row = QHBoxLayout(page)
        row.setSpacing(metrics().space)
        self.list = QuestionList(page)
        self.list.taken = self.take
        self.list.currentRowChanged.connect(self._show_question)
        row.addWidget(self.list, 2)
        frame, inner = card(page)
        self._title = QLabel("", frame)
        self._title.setWordWrap(True)
        self._field = section_label("", frame)
        self._field.setFont(scaled(13, self._field.font().weight().DemiBold))
        self._before = quiet_label("", frame)
        self._before.setWordWrap(True)
        inner.addWidget(self._field)
        inner.addWidget(self._title)
        inner.addWidget(self._before)
        self._hindrance = QLabel("", frame)
        self._hindrance.setWordWrap(True)
        self._hindrance.hide()
        inner.addWidget(self._hindrance)
        inner.addSpacing(metrics().space)
        self._options = QVBoxLayout()
        self._options.setSpacing(metrics().gap)
        inner.addLayout(self._options)
        self._none = quiet_label(NO_QUESTIONS, frame)
        inner.addWidget(self._none)
        inner.addStretch(1)
        row.addWidget(frame, 3)
        return page

    def _show_state(self, state: SyncState) -> None:
        words = sync_words(state, self.desk.now())
        tag(self.state, brief(words), LEVELS[state.kind])
        self.state.setToolTip(words)
        self.state.setAccessibleName(words)
        told = progress_words(state) or (state.reason if state.kind in ("failed", "offline", "portal") else "")
        self.progress.setText(told)
        self.progress.setVisible(bool(told))

    def _show_questions(self, questions: Sequence[OpenQuestion]) -> None:
        kept = self.list.currentRow()
        self._questions = list(questions)
        self.list.clear()
        for question in self._questions:
            self.list.addItem(f"{question.label} · {question.title}")
        self.list.setCurrentRow(min(max(kept, 0), len(self._questions) - 1))
        self.list.setVisible(bool(self._questions))
        if not self._questions:
            self._show_question(-1)

    def _show_question(self, number: int) -> None:
        while (item := self._options.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        there = 0 <= number < len(self._questions)
        self._none.setVisible(not there)
        for label in (self._title, self._field, self._before):
            label.setVisible(there)
        self._hindrance.setVisible(False)
        if not there:
            return
        question = self._questions[number]
        self._title.setText(question.title)
        self._field.setText(question.asks or f"“{question.label}”: giá trị nào đúng?")
        before = question.before.replace(chr(10), ", ")
        self._before.setText(before if question.asks else f"Trước đó: {before or 'trống'}")
        self._hindrance.setText(question.hindrance)
        self._hindrance.setVisible(bool(question.hindrance))
        for place, stance in enumerate(question.stances):
            self._options.addWidget(self._option(place, stance, open_here=not question.hindrance))

    def _option(self, place: int, stance: Stance, *, open_here: bool) -> QWidget:
        frame, inner = card(self)
        row = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        value = QLabel(stance.text or "(để trống)", frame)
        value.setWordWrap(True)
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setFont(scaled(11, value.font().weight().DemiBold))
        words.addWidget(value)
        for told in (", ".join(part for part in (stance.who, stance.at) if part), stance.effect):
            said = quiet_label(told, frame)
            said.setWordWrap(True)
            said.setVisible(bool(told))
            words.addWidget(said)
        take = button(f"{stance.act} ({place + 1})", self._pressed, frame)
        take.setAccessibleName(f"{stance.act}, {place + 1}: {value.text()}")
        take.setProperty("place", place)
        take.setVisible(open_here)
        row.addLayout(words, 1)
        row.addWidget(take)
        inner.addLayout(row)
        return frame

    def take(self, place: int) -> None:
        """Answers the chosen question with the value of that place."""
        number = self.list.currentRow()
        if 0 <= number < len(self._questions) and place < len(self._questions[number].stances):
            question = self._questions[number]
            if question.hindrance:
                self.shell.say(question.hindrance, WARNING)
                return
            work = partial(self.desk.answer, question, question.stances[place].value)
            self.shell.tasks.run(work, self._answered)

    def place_of(self, record: str, field: str, value: Value) -> int | None:
        """Chooses the question about a field; the place of a value in it, or None if there is no such question or value."""
        for number, question in enumerate(self._questions):
            if (question.record, question.field) == (record, field):
                self.list.setCurrentRow(number)
                return next((place for place, stance in enumerate(question.stances) if stance.value == value), None)
        return None

    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.take(int(sender.property("place")))

    def _answered(self, _nothing: None) -> None:
        self.shell.saved(ANSWERED)
        self.refresh()
        self.list.setFocus()

    def _sync(self) -> None:
        self.desk.sync_now()
        self.refresh()

    def _copy_state(self) -> None:
        state = self.desk.sync_state()
        QGuiApplication.clipboard().setText(f"{sync_words(state, self.desk.now())}\n{state.reason}")
