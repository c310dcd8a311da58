"""Nhận nhiều hồ sơ một lượt: the same procedure and papers for one citizen many times, or once for each of several citizens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Field, Kind, Value
from qms_desktop.domain.values import read_id_number
from qms_desktop.gui.desk import Accepted, Desk, Intake
from qms_desktop.gui.messages import WARNING
from qms_desktop.gui.screens.base import DeskReferences, Screen
from qms_desktop.gui.screens.printing import draw_and_keep
from qms_desktop.gui.screens.question_bar import QuestionBar
from qms_desktop.gui.values import problem

MOST = 100
ASKED = (
    Field("count", f"Số hồ sơ của người này (2 đến {MOST})", Kind.INTEGER),
    Field("people", "Hoặc mỗi dòng một người: họ và tên, số CCCD nếu có", Kind.NOTE),
)
_PERSON = re.compile(r"(?P<name>[^\d,;]+)[\s,;]*(?P<number>[\d\s.]*)")


class BulkBar(QuestionBar):
    """The question; ``received`` brings the intake it started from and what was received."""

    received = Signal(object, object)

    def __init__(self, screen: Screen, page: QWidget) -> None:
        super().__init__(screen, DeskReferences(screen.desk))
        self._page = page
        self._screen = screen
        self._intake: Intake | None = None
        self.wanted.connect(self._receive)

    def ask_about(self, intake: Intake) -> None:
        """Asks how many, or who."""
        self._intake = intake
        self._page.hide()  # a small window has no room for both
        self.ask("Nhận nhiều hồ sơ cùng thủ tục và giấy tờ", ASKED, self._screen.desk.now().date())

    def fold(self) -> bool:
        """Back to the page as it was."""
        asked = super().fold()
        if asked:
            self._page.show()
        return asked

    def _receive(self, values: dict[str, Value]) -> None:
        if self._intake is None:
            return
        try:
            intakes = several(self._screen.desk, self._intake, values.get("count"), str(values.get("people") or ""))
        except InputError as error:
            self._screen.shell.say(problem(error), WARNING)
            return
        self.confirm_button.setEnabled(False)
        self._screen.shell.tasks.run(partial(_receive_all, self._screen.desk, intakes), self._done, self._refused)

    def _done(self, accepted: object) -> None:
        self.confirm_button.setEnabled(True)
        self.fold()
        self.received.emit(self._intake, accepted)

    def _refused(self, error: BaseException) -> None:
        self.confirm_button.setEnabled(True)
        self._screen.shell.tasks.fail(error)


def several(desk: Desk, intake: Intake, count: Value, people: str) -> list[Intake]:
    """One intake for each dossier. Raises InputError QMS-152 for a number out of range, QMS-153 for a line that names nobody."""
    lines = [line.strip() for line in people.splitlines() if line.strip()]
    number = len(lines) or (count if isinstance(count, int) else 0)
    if not 2 <= number <= MOST:
        raise InputError(
            "QMS-152", f"Mỗi lượt nhận từ 2 đến {MOST} hồ sơ.", do="Hãy ghi số hồ sơ, hoặc mỗi dòng một người.", safe=""
        )
    return [_for(desk, intake, line) for line in lines] or [intake] * number


def _for(desk: Desk, intake: Intake, line: str) -> Intake:
    """The same for another citizen: somebody met before is known by the number."""
    found = _PERSON.fullmatch(line)
    if found is None or not found["name"].strip():
        raise InputError("QMS-153", f"Dòng “{line}” chưa rõ là ai.", do="Hãy ghi họ và tên, rồi số CCCD nếu có.", safe="")
    number = read_id_number(found["number"]) if found["number"].strip() else ""
    known = next((row for row in desk.applicants(number) if row.get("id_number") == number), None) if number else None
    named: dict[str, Value] = dict.fromkeys(intake.applicant, None)
    named |= {"kind": intake.applicant.get("kind"), "full_name": " ".join(found["name"].split()), "id_number": number or None}
    if known is not None:
        named |= {name: known[name] for name in named if known.get(name) not in (None, "")}
    return replace(intake, applicant=named, applicant_id=str(known["id"]) if known is not None else "")


def _receive_all(desk: Desk, intakes: Sequence[Intake]) -> list[Accepted]:
    """Each a dossier of its own with its own number; the slips follow once all are received."""
    accepted = []
    first = ""
    for intake in intakes:
        same = (intake.applicant_id, intake.applicant) == (intakes[0].applicant_id, intakes[0].applicant)
        one = desk.receive(replace(intake, applicant_id=first) if same and first else intake)
        first = first or (_applicant_of(desk, one.dossier) if same else "")
        accepted.append(one)
    for one in accepted:
        draw_and_keep(desk, desk.receipt, one.dossier)
    return accepted


def _applicant_of(desk: Desk, dossier: str) -> str:
    with desk.view() as view:
        return str((view.get("dossier", dossier) or {}).get("applicant") or "")
