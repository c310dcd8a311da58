"""Nhập sau từ giấy: the intake page for slips filled in by hand while there was no power, with their number and true time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Field, Kind, Value
from qms_desktop.gui.desk import Intake
from qms_desktop.gui.editors import LineEditor
from qms_desktop.gui.messages import WARNING
from qms_desktop.gui.screens.base import Shell, quiet_label, tab_through
from qms_desktop.gui.screens.intake import IntakeScreen
from qms_desktop.gui.theme import LEVEL_GROUNDS, metrics
from qms_desktop.gui.values import problem

NUMBER = Field("paper", "Số phiếu giấy", Kind.CODE, required=True)
RECEIVED = Field("received_at", "Nhận trên giấy lúc", Kind.MOMENT, required=True)
_DRAFT = "intake_paper"
_CHARS = 22
_LAST_DIGITS = re.compile(r"(\d+)(\D*)$")


class PaperBar(QFrame):
    """The line with the slip's number and time; ``done`` when Enter leaves its last box."""

    done = Signal()
    edited = Signal()

    def __init__(self, now: datetime, parent: QWidget) -> None:
        super().__init__(parent)
        self._today = now.date()
        self.setObjectName("card")
        self.setStyleSheet(f"#card {{ background: {LEVEL_GROUNDS['soon']}; }}")
        column = QVBoxLayout(self)
        line = QHBoxLayout()
        line.setSpacing(metrics().gap * 2)
        self.number, self.received = self._editor(NUMBER, line), self._editor(RECEIVED, line)
        line.addWidget(quiet_label("Hạn trả tính từ giờ ghi trên phiếu giấy.", self), 1)
        column.addLayout(line)
        self._fault = QLabel("", self)
        self._fault.setProperty("fault", True)
        self._fault.hide()
        column.addWidget(self._fault)
        self.number.entered.connect(self._to_time)
        self.received.entered.connect(self.done)

    def slip(self) -> tuple[str, datetime] | None:
        """Number and time as typed; None, and the reason on the card, when one of them is missing or wrong."""
        try:
            number, at = (editor.value(self._today) for editor in (self.number, self.received))
        except InputError as error:
            self._say(problem(error))
            return None
        self._say("" if number and at else "Cần cả số phiếu và giờ nhận ghi trên phiếu giấy.")
        return (str(number), datetime.fromisoformat(str(at))) if number and at else None

    def raw(self) -> dict[str, Value]:
        """What stands in the boxes, for the draft."""
        return {"paper": self.number.raw(), "received_at": self.received.raw()}

    def put(self, raw: Mapping[str, Value]) -> None:
        """Puts a draft back."""
        self.number.set_raw(raw.get("paper"))
        self.received.set_raw(raw.get("received_at"))

    def next_slip(self) -> None:
        """The next slip of the pile has the next number; its time is on its paper."""
        self.number.set_raw(number_after(str(self.number.raw() or "")))
        self.received.set_raw("")
        self.start()

    def start(self) -> None:
        """Ready for the number, or for the time of a slip whose number is there."""
        target = self.received if self.number.raw() else self.number
        target.widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _editor(self, field: Field, line: QHBoxLayout) -> LineEditor:
        label = QLabel(field.label, self)
        editor = LineEditor(field, self)
        label.setBuddy(editor.widget)
        editor.widget.setObjectName(f"late.{field.name}")
        editor.widget.setMaximumWidth(metrics().chars(_CHARS))
        editor.edited.connect(self.edited)
        line.addWidget(label)
        line.addWidget(editor.widget)
        return editor

    def _to_time(self) -> None:
        self.received.widget.setFocus(Qt.FocusReason.TabFocusReason)

    def _say(self, text: str) -> None:
        self._fault.setText(text)
        self._fault.setVisible(bool(text))


class LateIntake(IntakeScreen):
    """The intake page with the slip's line above it, and a draft of its own."""

    name = "intake_late"
    title = "Nhập sau từ giấy"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.paper = PaperBar(self.desk.now(), self)
        self.body.insertWidget(1, self.paper)
        self.paper.done.connect(self._to_procedure)
        self.paper.edited.connect(self._touched)
        self.drafts.use(_DRAFT)

    def _order(self) -> list[QWidget]:
        """The slip's line stands above the page, also for the Tab key."""
        first = [self.paper.number.widget, self.paper.received.widget, self.procedure, self.channel, self.variant]
        return [*first, self.lookup, *self.form.in_order(), self.papers, self.accept_button]

    def open_with(self, argument: str) -> None:
        """Starts with the slip's number."""
        super().open_with(argument)
        tab_through(self._order())
        self.procedure.dismiss()
        self.paper.start()

    def _typed(self) -> Intake | None:
        if self.paper.slip() is None:
            self.shell.say("Còn thiếu số phiếu hoặc giờ nhận ghi trên phiếu giấy.", WARNING)
            self.paper.start()
            return None
        return super()._typed()

    def _intake(self, values: Mapping[str, Value]) -> Intake:
        """The due date counts from the paper's time, as far as it is typed."""
        slip = self.paper.slip() if self.paper.received.raw() else None
        made = super()._intake(values)
        return replace(made, paper=slip[0], received_at=slip[1]) if slip is not None else made

    def _ready_for_the_next(self, done: Intake) -> None:
        super()._ready_for_the_next(done)
        self.paper.next_slip()

    def _to_procedure(self) -> None:
        """After a slip is entered, the next one begins with its time."""
        if hasattr(self, "paper") and not self.paper.received.raw():
            self.paper.start()
        else:
            super()._to_procedure()

    def _collect(self) -> Mapping[str, Value]:
        return {**super()._collect(), "slip": self.paper.raw()}

    def _restore(self, draft: Mapping[str, Value]) -> None:
        raw = draft.get("slip")
        if isinstance(raw, dict):
            self.paper.put(raw)
        super()._restore(draft)


def number_after(number: str) -> str:
    """ "G-A-261124-09" → "G-A-261124-10"; a number without digits at its end is typed again."""
    found = _LAST_DIGITS.search(number)
    if found is None or found.group(2):
        return ""
    digits = found.group(1)
    return number[: found.start()] + str(int(digits) + 1).zfill(len(digits))
