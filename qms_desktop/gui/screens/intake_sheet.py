"""What stands on the intake page: procedure, person, papers and the due date they lead to."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from qms_desktop.domain.errors import AppError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.identity_card import SEPARATOR, Card
from qms_desktop.gui.desk import Due, Intake, Procedure, Row
from qms_desktop.gui.screens.base import Screen, Shell
from qms_desktop.gui.screens.intake_finding import person_match, procedure_matches
from qms_desktop.gui.screens.intake_page import APPLICANT_FIELDS, DETAIL_FIELDS, FIRST_ASKED, IntakePage
from qms_desktop.gui.screens.intake_rules import kind_of_entry, norm_line, proposed_papers, variants_of
from qms_desktop.gui.suggestions import Match
from qms_desktop.gui.theme import LEVEL_COLOURS
from qms_desktop.gui.values import problem


class IntakeSheet(Screen):
    """The page without what is done with it; see ``intake``."""

    title = "Tiếp nhận hồ sơ"
    card_pasted = Signal(str)

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._procedures: dict[str, Procedure] = {}
        self._used: list[str] = []
        self._procedure: Procedure | None = None
        self._applicant = ""
        self._met: dict[str, Row] = {}
        self._build()

    @abstractmethod
    def may_meet(self, number: str, name: str) -> bool:
        """Whether that person may take the place of whoever stands on the page; if not, it was said why."""

    @abstractmethod
    def _touched(self) -> None:
        """The person changed something."""

    def as_it_stands(self) -> Callable[[], None]:
        """What puts the page back as it stands now, wherever the keyboard is."""
        draft, changed = self._collect(), self.form.changed
        box = QApplication.focusWidget()
        text = _text_of(box)

        def put_back() -> None:
            self._put(draft)
            self.form.changed = changed
            if isinstance(box, QLineEdit) and box.text() != text:
                box.setText(text)
            elif isinstance(box, QPlainTextEdit) and box.toPlainText() != text:
                box.setPlainText(text)
            for search in (self.procedure, self.lookup):
                search.dismiss()

        return put_back

    def meet(self, card: Card) -> str:
        """Fills the person of a card: all that is known of someone met before, and his name; else what the card says."""
        values: dict[str, Value] = {
            "full_name": card.full_name,
            "id_number": card.number,
            "born": card.born,
            "address": card.address,
        }
        known = next((row for row in self.desk.applicants(card.number) if row.get("id_number") == card.number), {})
        person = {**values, **{name: value for name, value in known.items() if value not in (None, "")}}
        self._applicant = str(known.get("id") or "")
        self.lookup.setText(str(person["full_name"]))
        self._show_person(person)
        self.form.changed = True
        self._touched()
        self._to_first_open(required_only=bool(known))
        return str(known.get("full_name") or "")

    def refresh(self) -> None:
        """Reads the procedures in force and what is most used."""
        self._procedures = {item.revision: item for item in self.desk.procedures() if item.in_force}
        self._used = [revision for revision in self.desk.most_used() if revision in self._procedures]
        self.show_due()

    @property
    def chosen(self) -> str:
        """The revision of the procedure chosen, or an empty text."""
        return self._procedure.revision if self._procedure is not None else ""

    def choose(self, revision: str) -> None:
        """Takes a procedure and goes on to what it asks next."""
        self._show_procedure(revision)
        self._touched()
        found = self._procedure
        if found is not None and self.form.editors["full_name"].raw():
            self._to_papers()
        elif found is not None:
            self.lookup.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_procedure(self, revision: str) -> None:
        """Its papers, ways and limit appear."""
        found = self._procedure = self._procedures.get(revision)
        self.procedure.setText(found.title if found else "")
        self.procedure.setCursorPosition(0)
        self.papers.papers.put(proposed_papers(found.content) if found else ())
        self._fill_variants()

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
        self._show_person(person)
        self._touched()
        self._to_papers()

    def _show_person(self, person: Mapping[str, Value]) -> None:
        kept = self.form.raw()
        self.form.show_values({**{name: kept.get(name) for name in DETAIL_FIELDS}, **person})

    def _to_first_open(self, *, required_only: bool) -> None:
        """The procedure if none is chosen; else what is still to be asked of the person; else the papers."""
        asked = FIRST_ASKED[:1] if required_only else FIRST_ASKED
        empty = [name for name in asked if self.form.editors[name].raw() in (None, "")]
        if self._procedure is None:
            self._to_procedure()
        elif empty:
            self.form.editors[empty[0]].widget.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._to_papers()

    def _person_typed(self, text: str) -> None:
        if SEPARATOR in text:
            self.lookup.clear()
            self.card_pasted.emit(text)
            return
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

    def _put(self, draft: Mapping[str, Value]) -> None:
        """Shows what ``_collect`` gave; the keyboard stays where it is."""
        self.channel.setCurrentIndex(max(self.channel.findData(draft.get("channel")), 0))
        self._show_procedure(str(draft.get("revision") or ""))
        self.variant.setCurrentIndex(max(self.variant.findData(draft.get("variant")), 0))
        raw, papers = draft.get("form"), draft.get("papers")
        if isinstance(raw, dict):
            self.form.show_raw(raw)
        if isinstance(papers, list):
            self.papers.papers.put([paper for paper in papers if isinstance(paper, dict)])
        self._applicant = str(draft.get("applicant") or "")
        self._restore_searches(draft.get("searched"))

    def _restore_searches(self, searched: Value) -> None:
        """The words in the two search boxes, also those no Enter has taken yet."""
        if isinstance(searched, dict):
            if self._procedure is None:
                self.procedure.setText(str(searched.get("procedure") or ""))
            self.lookup.setText(str(searched.get("applicant") or ""))

    def _searched(self, _text: str) -> None:
        """Words typed to find a person are kept too."""
        self._touched()

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


def _text_of(box: object) -> str:
    if isinstance(box, QLineEdit):
        return box.text()
    return box.toPlainText() if isinstance(box, QPlainTextEdit) else ""
