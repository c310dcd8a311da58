"""Not receiving a dossier: the reason and its legal basis, asked on the intake page (Mẫu 03 prints both)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.gui.desk import Accepted, Intake
from qms_desktop.gui.screens.base import DeskReferences, Screen
from qms_desktop.gui.screens.question_bar import QuestionBar

ASKED = tuple(replace(DOSSIER.field(name), entered=True, required=True) for name in ("ending_reason", "ending_basis"))


class RefusalBar(QuestionBar):
    """The question; ``recorded`` brings what was written down: the intake and the visit."""

    recorded = Signal(object, object)

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen, DeskReferences(screen.desk))
        self._screen = screen
        self._intake: Intake | None = None
        self.wanted.connect(self._turn_away)

    def ask_about(self, intake: Intake) -> None:
        """Asks why what stands on the page is not received."""
        self._intake = intake
        self.ask("Từ chối tiếp nhận", ASKED, self._screen.desk.now().date())

    def _turn_away(self, values: dict[str, Value]) -> None:
        if self._intake is not None:
            reason, basis = (str(values[field.name]) for field in ASKED)
            command = partial(self._screen.desk.refuse, self._intake, reason, basis)
            self._screen.shell.tasks.run(command, partial(self._turned_away, self._intake))

    def _turned_away(self, intake: Intake, refused: Accepted) -> None:
        self.fold()
        self.recorded.emit(intake, refused)
