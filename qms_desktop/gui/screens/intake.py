"""Tiếp nhận: a dossier by keyboard alone (screens-and-imports f.3): procedure, applicant, papers, Ctrl+Enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer

from qms_desktop.domain.errors import AppError
from qms_desktop.domain.fields import Value
from qms_desktop.gui.actions import EVERYWHERE, FORM, INTAKE, PAPERS, key_text
from qms_desktop.gui.desk import Accepted, Due, Intake, Procedure, Row
from qms_desktop.gui.drafts import DraftKeeper
from qms_desktop.gui.messages import GOOD, NOTE, WARNING, Offer
from qms_desktop.gui.screens.base import Screen, Shell
from qms_desktop.gui.screens.intake_finding import person_match, procedure_matches
from qms_desktop.gui.screens.intake_page import APPLICANT_FIELDS, DETAIL_FIELDS, FIRST_ASKED, IntakePage
from qms_desktop.gui.screens.intake_refusal import RefusalBar
from qms_desktop.gui.screens.intake_rules import kind_of_entry, norm_line, proposed_papers, variants_of
from qms_desktop.gui.screens.printing import draw_and_keep
from qms_desktop.gui.suggestions import Match
from qms_desktop.gui.theme import LEVEL_COLOURS
from qms_desktop.gui.values import problem

DRAFT = "intake"
PREVIEW_MS = 150


class IntakeScreen(Screen):
    """The intake page."""

    name = "intake"
    title = "Tiếp nhận hồ sơ"
    hint = (
        "Gõ vài chữ của thủ tục (ctbs = chứng thực bản sao) rồi Enter; gõ số CCCD, điện thoại hoặc tên người nộp; "
        "đánh dấu giấy tờ bằng phím cách; Ctrl+Enter để nhận."
    )
    contexts = frozenset({EVERYWHERE, FORM, INTAKE, PAPERS})
    kinds = frozenset({"revision"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._procedures: dict[str, Procedure] = {}
        self._used: list[str] = []
        self._procedure: Procedure | None = None
        self._applicant = ""
        self._last: Accepted | None = None
        self._last_returned = False
        self._last_procedure = ""
        self._last_applicant: tuple[str, Mapping[str, Value]] = ("", {})
        self._restored = False
        self._met: dict[str, Row] = {}
        self._build()
        self.drafts = DraftKeeper(self.desk, shell.tasks, self._collect, self)
        self.drafts.use(DRAFT)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PREVIEW_MS)
        self._later.timeout.connect(self.show_due)
        self.commands = {
            "new": self._to_procedure,
            "accept": self.accept,
            "save": self.drafts.keep,
            "next_citizen": self.next_citizen,
            "same_applicant": self.same_applicant,
            "slip": self._show_slip,
            "print": self._show_slip,
            "find": self._to_procedure,
            "refuse": self.ask_refusal,
        }

    def open_with(self, argument: str) -> None:
        """Shows the page as it was left; what a crash interrupted is brought back."""
        self.refresh()
        if not self._restored:
            self._restored = True
            draft = self.drafts.offered()
            if draft:
                self._restore(draft)
        if argument and not self._unfinished():
            self._clear()
            self.choose(argument)
        else:
            self._to_procedure()

    def refresh(self) -> None:
        """Reads the procedures in force and what is most used."""
        self._procedures = {item.revision: item for item in self.desk.procedures() if item.in_force}
        self._used = [revision for revision in self.desk.most_used() if revision in self._procedures]
        self.show_due()

    def leave_for_good(self) -> None:
        """Keeps what waits for the timer."""
        self.drafts.flush()

    @property
    def last_record(self) -> str:
        """The dossier or visit recorded last, or an empty text."""
        return self._last.dossier if self._last is not None else ""

    @property
    def chosen(self) -> str:
        """The revision of the procedure chosen, or an empty text."""
        return self._procedure.revision if self._procedure is not None else ""

    def choose(self, revision: str) -> None:
        """Takes a procedure: its papers, ways and limit appear."""
        self._procedure = self._procedures.get(revision)
        found = self._procedure
        self.procedure.setText(found.title if found else "")
        self.procedure.setCursorPosition(0)
        self.papers.papers.put(proposed_papers(found.content) if found else ())
        self._fill_variants()
        self._touched()
        if found is not None and self.form.editors["full_name"].raw():
            self._to_papers()
        elif found is not None:
            self.lookup.setFocus(Qt.FocusReason.TabFocusReason)

    def accept(self) -> None:
        """Ctrl+Enter: receive, or guide at the counter when papers are missing."""
        intake = self._typed() if self.accept_button.isEnabled() else None
        if intake is None:
            return
        self.accept_button.setEnabled(False)
        command = self.desk.send_back if self.papers.papers.missing() else self.desk.receive
        self._pending = intake
        self.shell.tasks.run(partial(command, intake), self._accepted, self._refused)

    def ask_refusal(self) -> None:
        """Ctrl+T: not received; the reason and its legal basis are asked."""
        intake = self._typed()
        if intake is not None:
            self.refusal.ask_about(intake)

    def leave(self) -> bool:
        """Esc folds the question about a refusal first."""
        return self.refusal.fold()

    def _turned_away(self, intake: Intake, refused: Accepted) -> None:
        self._ready_for_the_next(intake)
        self.shell.say(f"Đã ghi {refused.code}: không tiếp nhận. Sẵn sàng cho hồ sơ tiếp theo.", WARNING)
        self._to_procedure()

    def _typed(self) -> Intake | None:
        """What stands on the page, once a procedure is chosen and no field is wrong; else it is said what is missing."""
        if self._procedure is None:
            self.shell.say("Chưa chọn thủ tục. Gõ vài chữ của tên thủ tục rồi Enter.", WARNING)
            self._to_procedure()
            return None
        values = self.form.values()
        if values is None:
            self.shell.say("Còn ô chưa đúng; xem dòng chữ đỏ cạnh ô.", WARNING)
            return None
        return self._intake(values)

    def next_citizen(self) -> None:
        """F12: the same procedure for the next person."""
        wanted = self._procedure.revision if self._procedure else self._last_procedure
        if self._unfinished():
            return
        self._clear()
        self.choose(wanted)

    def same_applicant(self) -> None:
        """Ctrl+R: the same person with another procedure."""
        applicant, values = self._last_applicant
        if not values:
            self.shell.say("Chưa có người nộp nào trong lần làm việc này.", NOTE)
            return
        if self._unfinished():
            return
        self._clear()
        self._applicant = applicant
        self.form.show_values(values)
        self._to_procedure()

    def show_due(self) -> None:
        """The live due date, or what it still needs."""
        if self._procedure is None:
            self._show_due(Due("", "Chọn thủ tục để thấy ngày hẹn trả."))
            return
        try:
            self._show_due(self.desk.preview_due(self._intake({})))
        except AppError as error:
            self._show_due(Due("", problem(error), "", "late"))

    def _build(self) -> None:
        self._page = page = IntakePage(self, self._find_procedures, self._find_people)
        self.procedure, self.channel, self.variant, self.about = page.procedure, page.channel, page.variant, page.about
        self.lookup, self.form, self.papers = page.lookup, page.form, page.papers
        self.due, self.sentence, self.accept_button = page.due, page.sentence, page.accept_button
        self.refusal = RefusalBar(self)
        self.refusal.recorded.connect(self._turned_away)
        self.body.addWidget(self.refusal)
        self.body.addWidget(page, 1)
        self.procedure.taken.connect(self.choose)
        self.procedure.textEdited.connect(self._procedure_typed)
        self.lookup.taken.connect(self._take_person)
        self.lookup.entered.connect(self._person_typed)
        self.lookup.textEdited.connect(self._searched)
        self.form.edited.connect(self._touched)
        self.form.finished.connect(self._to_papers)
        self.papers.papers.changed.connect(self._papers_changed)
        self.papers.done.connect(self._to_accept)
        self.accept_button.clicked.connect(self.accept)
        for box in (self.channel, self.variant):
            box.activated.connect(self._way_chosen)

    def _find_procedures(self, text: str) -> Sequence[Match]:
        return procedure_matches(text, self._procedures, self._used)

    def _find_people(self, text: str) -> Sequence[Match]:
        if len(text) < 2:
            return []
        rows = self.desk.applicants(text)
        self._met = {str(row["id"]): row for row in rows}
        return [person_match(row) for row in rows]

    def _procedure_typed(self, _text: str) -> None:
        if self._procedure is not None:
            self._procedure = None
            self.papers.papers.put(())
            self._fill_variants()
        self._touched()

    def _take_person(self, record: str) -> None:
        person = self._met[record]
        self._applicant = record
        self.lookup.setText(str(person.get("full_name") or ""))
        self.lookup.setCursorPosition(0)
        kept = self.form.raw()
        self.form.show_values({**{name: kept.get(name) for name in DETAIL_FIELDS}, **person})
        self._touched()
        self._to_papers()

    def _person_typed(self, text: str) -> None:
        self._applicant = ""
        name = kind_of_entry(text)
        if text:
            self.form.editors[name].set_raw(text)
            self._touched()
        order = [item for item in FIRST_ASKED if self.form.editors[item].raw() in (None, "")]
        target = order[0] if order else FIRST_ASKED[0]
        self.form.editors[target].widget.setFocus(Qt.FocusReason.TabFocusReason)

    def _fill_variants(self) -> None:
        names = variants_of(self._procedure.content, str(self.channel.currentData())) if self._procedure else []
        kept = self.variant.currentData()
        self.variant.clear()
        for name in names:
            self.variant.addItem(name or "Trường hợp chung", name)
        self.variant.setCurrentIndex(max(self.variant.findData(kept), 0))
        self.variant.setVisible(len(names) > 1)
        found = self._procedure
        self.about.setText(norm_line(found, str(self.channel.currentData()), self._variant()) if found else "")

    def _variant(self) -> str:
        return str(self.variant.currentData() or "")

    def _way_chosen(self, _index: int) -> None:
        self._fill_variants()
        self._touched()

    def _intake(self, values: Mapping[str, Value]) -> Intake:
        applicant = {name: values.get(name) for name in APPLICANT_FIELDS}
        details = {name: values.get(name) for name in DETAIL_FIELDS}
        revision = self._procedure.revision if self._procedure else ""
        papers = tuple(self.papers.papers.papers)
        return Intake(revision, str(self.channel.currentData()), self._variant(), applicant, self._applicant, papers, details)

    def _show_due(self, due: Due) -> None:
        lacking = len(self.papers.papers.missing())
        words = f"Hẹn trả {due.text}" if due.text else ""
        level = "soon" if lacking and words else due.level
        self.due.setVisible(bool(words))
        self.due.setText(f"Còn thiếu {lacking} giấy tờ; đủ thì {words[0].lower()}{words[1:]}" if lacking and words else words)
        self.due.setStyleSheet(f"font-weight: 600; color: {LEVEL_COLOURS.get(level, LEVEL_COLOURS[''])};")
        self.sentence.setText(due.sentence)

    def _papers_changed(self) -> None:
        lacking = bool(self.papers.papers.missing())
        self._page.show_lacking(lacking)
        self._touched()

    def _touched(self) -> None:
        if hasattr(self, "drafts"):
            self.drafts.touch()
            if self.form.changed:
                self.shell.typing()
            self._later.start()

    def _accepted(self, accepted: Accepted) -> None:
        self.accept_button.setEnabled(True)
        returned = bool([paper for paper in self._pending.papers if paper.get("state") not in ("ok", "waived")])
        self._last, self._last_returned = accepted, returned
        self._ready_for_the_next(self._pending)
        if returned:
            words = f"Đã ghi lượt hướng dẫn {accepted.code}; hồ sơ chưa được nhận vì còn thiếu giấy tờ."
            self.shell.say(words, WARNING, Offer(f"Xem phiếu ({key_text('slip')})", self._show_slip))
        else:
            words = f"Đã nhận {accepted.code}, hẹn trả {accepted.due.text}. Sẵn sàng cho hồ sơ tiếp theo."
            self.shell.say(words, GOOD, Offer(f"Xem giấy hẹn ({key_text('slip')})", self._show_slip))
        draw = self.desk.supplement_slip if returned else self.desk.receipt
        self.shell.tasks.run(partial(draw_and_keep, self.desk, draw, accepted.dossier))
        self._to_procedure()

    def _ready_for_the_next(self, done: Intake) -> None:
        self._last_procedure = done.revision
        self._last_applicant = (self._applicant, dict(done.applicant))
        self._clear()
        self.drafts.drop()
        self.shell.saved()

    def _refused(self, error: BaseException) -> None:
        self.accept_button.setEnabled(True)
        self.shell.tasks.fail(error)

    def _show_slip(self) -> None:
        if self._last is None:
            self.shell.say("Chưa nhận hồ sơ nào trong lần làm việc này.", NOTE)
            return
        draw = self.desk.supplement_slip if self._last_returned else self.desk.receipt
        self.shell.tasks.run(partial(draw, self._last.dossier), self.shell.preview)

    def _unfinished(self) -> bool:
        if self.form.changed and self.form.editors["full_name"].raw():
            words = "Hồ sơ đang nhập chưa được nhận. Bấm Ctrl+Enter để nhận."
            self.shell.say(words, WARNING, Offer("Bỏ, nhập hồ sơ mới", self._start_over))
            return True
        return False

    def _clear(self) -> None:
        self._procedure = None
        self._applicant = ""
        self.procedure.clear()
        self.lookup.clear()
        self.channel.setCurrentIndex(0)
        self.form.start_over()
        self.papers.papers.put(())
        self._fill_variants()
        self.show_due()

    def _collect(self) -> Mapping[str, Value]:
        return {
            "revision": self._procedure.revision if self._procedure else "",
            "channel": str(self.channel.currentData()),
            "variant": self._variant(),
            "applicant": self._applicant,
            "form": self.form.raw(),
            "papers": list(self.papers.papers.papers),
            "name": self.form.editors["full_name"].raw() or self.lookup.text(),
            "searched": {"procedure": self.procedure.text(), "applicant": self.lookup.text()},
        }

    def _restore(self, draft: Mapping[str, Value]) -> None:
        self.channel.setCurrentIndex(max(self.channel.findData(draft.get("channel")), 0))
        self.choose(str(draft.get("revision") or ""))
        raw, papers = draft.get("form"), draft.get("papers")
        if isinstance(raw, dict):
            self.form.show_raw(raw)
        if isinstance(papers, list):
            self.papers.papers.put([paper for paper in papers if isinstance(paper, dict)])
        self._applicant = str(draft.get("applicant") or "")
        self._restore_searches(draft.get("searched"))
        name = str(draft.get("name") or "")
        whose = f" của {name}" if name else ""
        self.shell.say(f"Bạn đang nhập dở hồ sơ{whose}. Mời tiếp tục.", NOTE, Offer("Bỏ, nhập hồ sơ mới", self._start_over))

    def _restore_searches(self, searched: Value) -> None:
        """The words in the two search boxes, also those no Enter has taken yet."""
        if isinstance(searched, dict):
            if self._procedure is None:
                self.procedure.setText(str(searched.get("procedure") or ""))
            self.lookup.setText(str(searched.get("applicant") or ""))

    def _searched(self, _text: str) -> None:
        """Words typed to find a person are kept too."""
        self._touched()

    def _start_over(self) -> None:
        self._clear()
        self.drafts.drop()
        self._to_procedure()

    def _to_procedure(self) -> None:
        self.procedure.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.procedure.selectAll()
        if not self.procedure.text():
            self.procedure.suggest()

    def _to_papers(self) -> None:
        if self.papers.papers.rowCount():
            self.papers.focus_first_open()
        else:
            self._to_accept()

    def _to_accept(self) -> None:
        self.accept_button.setFocus(Qt.FocusReason.TabFocusReason)
