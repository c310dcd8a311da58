"""Tính ngày hẹn: a due date with its sentence for any norm, without a dossier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel

from qms_desktop.domain.errors import AppError, InputError
from qms_desktop.domain.fields import Field, Kind, Value, choices
from qms_desktop.domain.text import match_rank, parse_date
from qms_desktop.gui.actions import EVERYWHERE, FORM
from qms_desktop.gui.desk import Due, Procedure
from qms_desktop.gui.editors import ReferenceEditor
from qms_desktop.gui.form import Form
from qms_desktop.gui.screens.base import Screen, Shell, card, quiet_label, section_label
from qms_desktop.gui.screens.intake_rules import norm_words
from qms_desktop.gui.suggestions import Match
from qms_desktop.gui.theme import LEVEL_COLOURS, metrics, scaled
from qms_desktop.gui.values import problem

PAUSE_MS = 150
LABEL_CHARS = 21
CONVENTIONS = choices(A="A – hết ngày làm việc cuối (luật)", B="B – theo giờ tiếp nhận (phần mềm)")
FIELDS = (
    Field("procedure", "Thủ tục", Kind.REFERENCE, refers="revision", help="Để trống nếu tính theo thời hạn gõ bên dưới."),
    Field("norm", "Thời hạn", Kind.TEXT, help="Ví dụ: 3 ngày làm việc · 45 ngày · 2 giờ · trong ngày · 1 tháng."),
    Field("received", "Nhận lúc", Kind.MOMENT, required=True),
    Field("convention", "Cách tính hạn", Kind.CHOICE, required=True, options=CONVENTIONS, default="A"),
    Field("pause_from", "Tạm dừng từ ngày", Kind.DATE),
    Field("pause_to", "Tính tiếp từ ngày", Kind.DATE),
)


class ProcedureReferences:
    """Procedures for the first field."""

    def __init__(self) -> None:
        self.procedures: Sequence[Procedure] = ()

    def matches(self, kind: str, text: str) -> Sequence[Match]:
        """Procedures that answer, best first."""
        del kind
        ranked = [(match_rank(text, item.title, item.code), item.title, item) for item in self.procedures]
        found = sorted(((rank, title, item) for rank, title, item in ranked if rank is not None), key=_by_rank)
        return [Match(item.revision, item.title, item.code) for _, _, item in found]

    def title(self, kind: str, record: str) -> str:
        """The name of a procedure."""
        del kind
        return next((item.title for item in self.procedures if item.revision == record), "")


class DueCalculator(Screen):
    """The calculator: every change is answered at once."""

    name = "due"
    title = "Tính ngày hẹn"
    hint = "Chọn thủ tục hoặc gõ thời hạn, rồi giờ nhận; ngày hẹn và lời giải thích hiện ngay."
    contexts = frozenset({EVERYWHERE, FORM})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._references = ProcedureReferences()
        frame, inner = card(self)
        self.form = Form(FIELDS, self._references, self.desk.now().date(), frame, label_chars=LABEL_CHARS)
        self.form.edited.connect(self._edited)
        procedure = self.form.editors["procedure"]
        if isinstance(procedure, ReferenceEditor):
            procedure.wait_for_typing()
        inner.addWidget(self.form)
        beside = QHBoxLayout()
        beside.setSpacing(metrics().gap * 2)
        beside.addWidget(frame, 3)
        answer, lines = card(self)
        lines.addWidget(section_label("Hẹn trả", answer))
        self.due = QLabel("", answer)
        self.due.setFont(scaled(20, self.due.font().weight().DemiBold))
        self.due.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence = QLabel("", answer)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        lines.addWidget(self.due)
        lines.addWidget(self.sentence)
        lines.addWidget(quiet_label("Tính theo lịch làm việc đang áp dụng ở đơn vị; xem lịch ở màn hình Đơn vị và lịch.", answer))
        lines.addStretch(1)
        beside.addWidget(answer, 2)
        self.body.addLayout(beside, 1)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE_MS)
        self._later.timeout.connect(self.calculate)
        self.commands = {"save": self.calculate, "find": self.form.focus_first}
        self._first = True

    def open_with(self, argument: str) -> None:
        """Shows the calculator with the present moment filled in."""
        del argument
        self._references.procedures = [item for item in self.desk.procedures() if item.in_force]
        if self._first:
            self._first = False
            self.form.show_values({"received": f"{self.desk.now():%Y-%m-%dT%H:%M}", "norm": "3 ngày làm việc", "convention": "A"})
        self.calculate()
        self.form.focus_first()

    def refresh(self) -> None:
        """Calculates again."""
        self.calculate()

    def calculate(self) -> None:
        """Answers what stands in the form."""
        raw = self.form.raw()
        try:
            self._show(
                self.desk.calculate(self._received(), self._norm(raw), str(raw.get("convention") or "A"), self._pauses(raw))
            )
        except AppError as error:
            self._show(Due("", problem(error), "", "late"))

    def _received(self) -> datetime:
        value = self.form.editors["received"].value(self.form.today)
        return datetime.fromisoformat(str(value))

    def _norm(self, raw: dict[str, Value]) -> str:
        found = next((item for item in self._references.procedures if item.revision == raw.get("procedure")), None)
        if found is not None:
            return norm_words(found.content.norm_for("in_person", ""))
        text = str(raw.get("norm") or "").strip()
        if not text:
            raise InputError("QMS-188", "Chưa có thời hạn.", do="Hãy chọn thủ tục, hoặc gõ như “3 ngày làm việc”.", safe="")
        return text

    def _pauses(self, raw: dict[str, Value]) -> list[tuple[str, str]]:
        start, end = str(raw.get("pause_from") or ""), str(raw.get("pause_to") or "")
        if not start or not end:
            return []
        return [(parse_date(start, today=self.form.today).isoformat(), parse_date(end, today=self.form.today).isoformat())]

    def _show(self, due: Due) -> None:
        self.due.setText(due.text)
        self.due.setVisible(bool(due.text))
        self.due.setStyleSheet(f"color: {LEVEL_COLOURS.get(due.level, LEVEL_COLOURS[''])};")
        self.sentence.setText(due.sentence)

    def _edited(self) -> None:
        self._later.start()


def _by_rank(item: tuple[int, str, Procedure]) -> tuple[int, str]:
    return item[0], item[1]
