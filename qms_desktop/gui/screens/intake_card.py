"""A citizen's card held under the scanner fills the person on the intake page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.identity_card import Card, read_card
from qms_desktop.domain.text import fold
from qms_desktop.gui.messages import GOOD, WARNING
from qms_desktop.gui.scanner import CardScanner
from qms_desktop.gui.screens.intake_sheet import IntakeSheet
from qms_desktop.gui.values import date_text, problem


class CardOnPage(QObject):
    """Reads what the scanner brings and says what became of it."""

    def __init__(self, sheet: IntakeSheet) -> None:
        super().__init__(sheet)
        self._sheet = sheet
        self.scanner = CardScanner(sheet, sheet.as_it_stands)
        self.scanner.scanned.connect(self.read)
        sheet.card_pasted.connect(self._read_pasted)

    def read(self, candidates: Sequence[str]) -> None:
        """Fills the page from a card, or says why not and leaves it as it was."""
        sheet = self._sheet
        try:
            card = read_card(candidates, sheet.desk.now().date())
        except InputError as error:
            sheet.shell.say(f"{problem(error)} ({error.code})", WARNING)
            return
        if not sheet.may_meet(card.number, card.full_name):
            return
        known = sheet.meet(card)
        doubts = _doubts(card, known)
        words = f"Đã quét thẻ của {card.full_name or known or card.number}: "
        words += "người đã có trong sổ." if known else "người mới, đã điền từ thẻ."
        sheet.shell.say(" ".join((words, *doubts)), WARNING if doubts else GOOD)

    def _read_pasted(self, text: str) -> None:
        self.read([text])


def _doubts(card: Card, known: str) -> list[str]:
    """What the clerk must look at."""
    found = []
    if card.doubts and not known:
        found.append(f"Chưa đọc chắc {' và '.join(card.doubts)}: hãy gõ theo thẻ.")
    if not card.agrees:
        found.append(f"Ngày sinh {date_text(card.born)} không khớp với số trên thẻ, hãy so lại.")
    if known and card.full_name and fold(known) != fold(card.full_name):
        found.append(f"Trong sổ tên là {known}, hãy so lại.")
    return found
