"""The work of the counter as key strokes: what a clerk does all day, one method per job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossier_moves import OVERDUE_REASON, TRANSITIONS
from qms_desktop.gui.screens.dossier import DossierScreen
from qms_desktop.gui.screens.intake import IntakeScreen
from qms_desktop.gui.screens.intake_page import MORE
from qms_desktop.gui.screens.preview import Preview
from qms_desktop.gui.screens.sign_in import SignIn
from qms_desktop.gui.screens.sync import SyncScreen
from qms_desktop.gui.setup_hands import SetupHands, WorkRefused
from qms_desktop.gui.suggestions import SuggestEdit

_PRESSES = {"ok": 1, "waived": 2, "invalid": 3}


@dataclass(frozen=True, slots=True)
class PaperOnCounter:
    """A paper as it lies on the counter; ``state`` as in the record."""

    name: str
    copies: int
    state: str


class ClerkHands(SetupHands):
    """Signing in, receiving, moving, editing, printing, answering: all through the window."""

    def sign_in(self, name: str, pin: str) -> None:
        """Chooses the name, types the PIN (the first one typed is kept)."""
        screen = self.window.screen_now()
        if not isinstance(screen, SignIn):
            self.window.desk.sign_out()
            self.show("sign_in")
            screen = self.window.screen_now()
        assert isinstance(screen, SignIn)
        screen.choose(name)
        screen.names.setFocus()
        self.press("Enter")
        self.type(pin)
        self.press("Enter")
        if self.window.screen_name == "sign_in":
            raise WorkRefused(screen.fault.text())

    def show_sign_in(self) -> None:
        """Ends the session, if there is one, and shows the names."""
        self.window.desk.sign_out()
        self.show("sign_in")

    def receive(
        self,
        procedure: str,
        applicant: Mapping[str, str],
        papers: Sequence[PaperOnCounter],
        *,
        channel: str = "in_person",
        variant: str = "",
        details: Mapping[str, str] | None = None,
    ) -> str:
        """Takes a dossier in by keyboard alone; returns its record id, also when it is sent back for missing papers."""
        self.press("Ctrl+N")
        screen = self.window.screen_now()
        assert isinstance(screen, IntakeScreen)
        before = screen.last_record
        self._take_procedure(screen, procedure, channel, variant)
        self._take_person(applicant)
        kind = {"kind": applicant["kind"]} if applicant.get("kind") else {}
        self._take_details({**kind, **(details or {})})
        self._take_papers(screen, papers)
        self.before_accept()
        self.press("Ctrl+Enter")
        if screen.last_record == before:
            raise WorkRefused(" ".join(filter(None, (self.message(), *screen.form.problems().values()))))
        return screen.last_record

    def before_accept(self) -> None:
        """The intake page is filled in and not yet accepted; a place for taking a picture."""

    def move(self, record: str, name: str, reason: str = "", values: Mapping[str, str] | None = None, why_late: str = "") -> None:
        """Makes a move on the dossier's page; ``values`` are typed into the fields it asks for, ``why_late`` where the page
        asks why the step is late.
        """
        self.show("dossier", record)
        screen = self.window.screen_now()
        assert isinstance(screen, DossierScreen)
        if not screen.moves.press_named(name):
            label = next(found.label for found in TRANSITIONS if found.name == name)
            raise WorkRefused(self.message() or f"lúc này màn hình không có nút “{label}”")
        late = {OVERDUE_REASON.name: why_late} if OVERDUE_REASON.name in screen.moves.asked else {}
        for field, typed in {**(values or {}), **({"reason": reason} if screen.moves.asks_reason else {}), **late}.items():
            self._answer_field(f"move.{field}", typed)
        if screen.moves.asking:
            self.before_moving(name)
            screen.moves.confirm_button.setFocus()
            self.press("Enter")
        self.settle()
        self._demand_no_fault()
        if screen.moves.form.problems():
            raise WorkRefused(" ".join(screen.moves.form.problems().values()))

    def _answer_field(self, name: str, typed: str) -> None:
        """Types into a field; takes the first of what a search offers, chooses from a list, ticks a box."""
        box = self.widget(name)
        if isinstance(box, QComboBox):
            self.choose(name, typed)
            return
        self.focus(name)
        if isinstance(box, QCheckBox):
            self.press("Space")
            return
        self.replace(typed)
        if isinstance(box, SuggestEdit):
            self.press("Enter")

    def before_moving(self, name: str) -> None:
        """The fields of a move are filled in and not yet confirmed; a place for taking a picture."""

    def edit(self, record: str, field: str, typed: str) -> None:
        """Types another value into a field of the dossier."""
        self.show("dossier", record)
        self.press("F2")
        box = self.widget(f"field.{field}")
        if isinstance(box, QComboBox):
            self.choose(f"field.{field}", typed)
        else:
            self.focus(f"field.{field}")
            self.replace(typed)
        self.press("Ctrl+S")
        self._demand_no_fault()
        screen = self.window.screen_now()
        if isinstance(screen, DossierScreen) and screen.form is not None and screen.form.problems():
            raise WorkRefused(" ".join(screen.form.problems().values()))

    def print_form(self, record: str, form: str, target: Path) -> Path:
        """Opens the preview of "receipt" or "control_sheet" and saves the very bytes it shows."""
        self.show("dossier", record)
        self.press("F9" if form == "receipt" else "Ctrl+P")
        screen = self.window.screen_now()
        if not isinstance(screen, Preview):
            raise WorkRefused(self.message())
        screen.keep(target)
        self.settle()
        return target

    def admit_waiting(self) -> int:
        """Lets every waiting PC in; returns how many."""
        admitted = 0
        self.show("sync")
        screen = self.window.screen_now()
        assert isinstance(screen, SyncScreen)
        while screen.admit_button.isEnabled():
            screen.tabs.setCurrentIndex(3)
            screen.admit_button.setFocus(Qt.FocusReason.TabFocusReason)
            self.press("Space")
            self._demand_no_fault()
            admitted += 1
        return admitted

    def show_machines(self) -> None:
        """Shows the PCs that wait to be let in."""
        self.show("sync")
        screen = self.window.screen_now()
        assert isinstance(screen, SyncScreen)
        screen.tabs.setCurrentIndex(3)
        self.settle()

    def go_home(self) -> None:
        """Closes the window for good."""
        self.window.close()
        self.window.deleteLater()

    def answer(self, record: str, field: str, value: Value) -> None:
        """Settles a question by the key of the value wanted."""
        self.show("sync")
        screen = self.window.screen_now()
        assert isinstance(screen, SyncScreen)
        place = screen.place_of(record, field, value)
        if place is None:
            raise WorkRefused(f"{record} {field}")
        screen.list.setFocus()
        self.press(str(place + 1))
        self._demand_no_fault()

    def _take_procedure(self, screen: IntakeScreen, procedure: str, channel: str, variant: str) -> None:
        self.focus("intake.procedure")
        self.replace(procedure)
        self.press("Enter")
        if not screen.chosen:
            raise WorkRefused(f"{procedure}: {self.message()}")
        if screen.channel.currentData() != channel:
            self.choose("intake.channel", channel)
        if variant:
            self.choose("intake.variant", variant)
        self.focus("intake.applicant")

    def _take_person(self, applicant: Mapping[str, str]) -> None:
        self.type(applicant["id_number"] if applicant.get("id_number") else applicant["full_name"])
        screen = self.window.screen_now()
        self.press("Enter")
        assert isinstance(screen, IntakeScreen)
        for name, typed in applicant.items():
            if typed and name != "kind" and str(screen.form.editors[name].raw() or "") != typed:
                self.focus(f"field.{name}")
                self.replace(typed)

    def _take_details(self, details: Mapping[str, str]) -> None:
        screen = self.window.screen_now()
        assert isinstance(screen, IntakeScreen)
        for name, typed in details.items():
            if not self.widget(f"field.{name}").isVisible():
                self.focus(f"section.{MORE}")
                self.press("Space")
            if isinstance(self.widget(f"field.{name}"), QComboBox):
                self.choose(f"field.{name}", typed)
            else:
                self.focus(f"field.{name}")
                self.replace(typed)

    def _take_papers(self, screen: IntakeScreen, papers: Sequence[PaperOnCounter]) -> None:
        given = {paper.name: paper for paper in papers}
        self.focus("intake.papers")
        for number, row in enumerate(screen.papers.papers.papers):
            while screen.papers.currentIndex().row() != number:
                self.press("Down" if screen.papers.currentIndex().row() < number else "Up")
            paper = given.get(str(row["name"]))
            if paper is None:
                continue
            if paper.copies != (row.get("copies") or 0):
                self.type(str(paper.copies))
            self._mark(screen, number, paper.state)

    def _mark(self, screen: IntakeScreen, number: int, state: str) -> None:
        if state == "missing":
            self.press("M")
            return
        for _ in range(1 + len(_PRESSES)):
            if screen.papers.papers.papers[number]["state"] == state:
                return
            self.press("Space")

    def _demand_no_fault(self) -> None:
        if self.window.messages.faulty:
            raise WorkRefused(self.message())
