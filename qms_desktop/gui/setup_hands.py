"""The set-up pages as key strokes: joining the province, founding the office, letting it be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton

from qms_desktop.gui.desk import NewPerson
from qms_desktop.gui.form import Form
from qms_desktop.gui.hands import Hands
from qms_desktop.gui.screens.first_run import CODE, OFFICE, PEOPLE, FirstRun

_LONGEST_JOIN_S = 120.0


class WorkRefused(RuntimeError):
    """The window did not do what was asked; the text is what it says."""


class SetupHands(Hands):
    """The first minutes at a new PC."""

    def join(self, server: str, code: str, pc_name: str) -> bool:
        """Enrols this PC; whether its unit works already, so that the names to sign in with are shown."""
        pages = self._set_up()
        self._push(pages.way.join)
        self._fill(pages.join.form, {"server": server, "code": code, "pc_name": pc_name})
        self.before_setting_up("join")
        self._push(pages.next_button)
        self.wait(lambda: pages.pages.currentIndex() == OFFICE or self.window.screen_name == "sign_in", _LONGEST_JOIN_S)
        return self.window.screen_name == "sign_in"

    def found(self, office: Mapping[str, str], people: Sequence[NewPerson], pin: str) -> str:
        """Sets the office up on an enrolled PC, the first person at the keyboard; returns the recovery code it shows."""
        pages = self._set_up()
        self._fill(pages.office.form, office)
        self.before_setting_up("office")
        self._turn(pages, PEOPLE)
        for row, person in zip(pages.people.rows, people, strict=False):
            for box, words in zip(row[:2], (person.name, person.position), strict=True):
                box.setFocus(Qt.FocusReason.TabFocusReason)
                self.replace(words)
            self._choose_role(row[2], person.roles)
        pages.people.pin_box.setFocus(Qt.FocusReason.TabFocusReason)
        self.type(pin)
        self.before_setting_up("people")
        self._turn(pages, CODE)
        code = pages.code.label.text()
        self.before_setting_up("code")
        pages.code.done.setFocus(Qt.FocusReason.TabFocusReason)
        self.press("Space")
        self._push(pages.next_button)
        return code

    def before_setting_up(self, page: str) -> None:
        """A page ("join", "office", "people", "code") is filled in; a place for taking a picture."""

    def _set_up(self) -> FirstRun:
        screen = self.window.screen_now()
        if not isinstance(screen, FirstRun):
            raise WorkRefused(self.message())
        return screen

    def _fill(self, form: Form, values: Mapping[str, str]) -> None:
        for name, typed in values.items():
            box = form.editors[name].widget
            box.setFocus(Qt.FocusReason.TabFocusReason)
            if isinstance(box, QComboBox):
                self.choose(f"field.{name}", typed)
            else:
                self.replace(typed)

    def _choose_role(self, box: QComboBox, roles: Sequence[str]) -> None:
        """The entry of the list that gives just these roles, else the one that gives the first of them."""
        places = [box.findData(data) for data in (",".join(roles), *roles)]
        wanted = next(place for place in places if place >= 0)
        box.setFocus(Qt.FocusReason.TabFocusReason)
        while box.currentIndex() != wanted:
            self.press("Down" if box.currentIndex() < wanted else "Up")

    def _turn(self, pages: FirstRun, page: int) -> None:
        self._push(pages.next_button)
        if pages.pages.currentIndex() != page:
            raise WorkRefused(self.message() or str(pages.office.form.problems()))

    def _push(self, button: QPushButton) -> None:
        button.setFocus(Qt.FocusReason.TabFocusReason)
        self.press("Space")
        if self.window.messages.faulty:
            raise WorkRefused(self.message())
