"""The widgets of the intake page in their places; what they do is in ``intake``."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from qms_desktop.domain.fields import Field
from qms_desktop.domain.records.dossier_moves import TRANSITIONS
from qms_desktop.domain.records.dossiers import APPLICANT, CHANNELS, DOSSIER
from qms_desktop.gui.actions import titled
from qms_desktop.gui.form import Form
from qms_desktop.gui.screens.base import DeskReferences, Screen, card, quiet_label, section_label
from qms_desktop.gui.screens.intake_papers import PapersGrid
from qms_desktop.gui.screens.intake_rules import is_number
from qms_desktop.gui.suggestions import Finder, SuggestEdit
from qms_desktop.gui.theme import metrics, scaled

MORE = "Chi tiết khác"
FIRST_ASKED = ("full_name", "id_number", "born", "phone", "address")
_ASKED_LATER = frozenset(field.name for move in TRANSITIONS for field in move.asks)
_FROM_APPLICANT = "applicant"
APPLICANT_FIELDS = (*FIRST_ASKED, *(field.name for field in APPLICANT.fields if field.entered and field.name not in FIRST_ASKED))
DETAIL_FIELDS = tuple(
    field.name
    for field in DOSSIER.fields
    if field.entered and field.name != "channel" and field.name not in _ASKED_LATER and not field.name.startswith(_FROM_APPLICANT)
)
"""The dossier's own typed fields: without the way it came in, which has a box, and without what a later move asks."""
_LABEL_CHARS = 17


class IntakePage(QWidget):
    """Procedure on top, person and papers side by side, the due date and the accept button below."""

    def __init__(self, screen: Screen, find_procedures: Finder, find_people: Finder) -> None:
        super().__init__(screen)
        self._screen = screen
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(metrics().gap * 2)
        column.addLayout(self._top(find_procedures))
        middle = QHBoxLayout()
        middle.setSpacing(metrics().gap * 2)
        middle.addWidget(self._people(find_people), 6)
        middle.addWidget(self._papers(), 7)
        column.addLayout(middle, 1)
        column.addLayout(self._bottom())
        for first, second in zip(self._order()[:-1], self._order()[1:], strict=True):
            QWidget.setTabOrder(first, second)

    def show_lacking(self, lacking: bool) -> None:
        """What accepting does now: receive, or print what is missing."""
        words = titled("In phiếu bổ sung" if lacking else "Tiếp nhận và in", "accept")
        self.accept_button.setText(words)
        self.accept_button.setAccessibleName(words)
        if self.accept_button.property("warning") != lacking:
            self.accept_button.setProperty("warning", lacking)
            self.accept_button.style().unpolish(self.accept_button)
            self.accept_button.style().polish(self.accept_button)

    def _top(self, find: Finder) -> QGridLayout:
        top = QGridLayout()
        top.setHorizontalSpacing(metrics().gap * 2)
        top.setVerticalSpacing(metrics().gap)
        self.procedure = SuggestEdit(find, self, on_focus=True)
        self.procedure.setAccessibleName("Thủ tục, bắt buộc")
        self.procedure.setObjectName("intake.procedure")
        self.procedure.setPlaceholderText("gõ vài chữ, không cần dấu: ctbs, khai sinh, 004873 …")
        self.channel = self._combo("Cách nộp", "intake.channel")
        for option in CHANNELS:
            self.channel.addItem(option.label, option.value)
        self.variant = self._combo("Trường hợp", "intake.variant")
        self.variant.hide()
        label = QLabel("Thủ tục (bắt buộc)", self)
        label.setBuddy(self.procedure)
        self.about = quiet_label("", self)
        top.addWidget(label, 0, 0)
        top.addWidget(self.procedure, 0, 1)
        ways = QHBoxLayout()
        ways.setSpacing(metrics().gap * 2)
        ways.addWidget(self.channel)
        ways.addWidget(self.variant)
        top.addLayout(ways, 0, 2)
        top.addWidget(self.about, 1, 1, 1, 2)
        top.setColumnStretch(1, 1)
        return top

    def _people(self, find: Finder) -> QWidget:
        frame, inner = card(self)
        inner.addWidget(section_label("Người nộp", frame))
        self.lookup = SuggestEdit(find, frame, sure=is_number)
        self.lookup.setAccessibleName("Tìm người nộp theo số CCCD, điện thoại hoặc tên")
        self.lookup.setObjectName("intake.applicant")
        self.lookup.setPlaceholderText("số CCCD, điện thoại hoặc tên")
        inner.addWidget(self.lookup)
        references = DeskReferences(self._screen.desk)
        today = self._screen.desk.now().date()
        self.form = Form(intake_fields(), references, today, frame, label_chars=_LABEL_CHARS, folded=frozenset({MORE}))
        inner.addWidget(self.form, 1)
        return frame

    def _papers(self) -> QWidget:
        frame, inner = card(self)
        inner.addWidget(section_label("Thành phần hồ sơ", frame))
        self.papers = PapersGrid(frame)
        inner.addWidget(self.papers, 1)
        inner.addWidget(quiet_label("Phím cách: đủ · số: bản sao · M: thiếu · G: giữ bản gốc · A: đủ tất cả", frame))
        return frame

    def _bottom(self) -> QHBoxLayout:
        bottom = QHBoxLayout()
        bottom.setSpacing(metrics().space)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.due = QLabel("", self)
        self.due.setObjectName("intake.due")
        self.due.setFont(scaled(13))
        self.sentence = quiet_label("", self)
        self.sentence.setObjectName("intake.sentence")
        words.addWidget(self.due)
        words.addWidget(self.sentence)
        bottom.addLayout(words, 1)
        text = titled("Tiếp nhận và in", "accept")
        self.accept_button = QPushButton(text, self)
        self.accept_button.setProperty("primary", True)
        self.accept_button.setAutoDefault(True)
        self.accept_button.setAccessibleName(text)
        self.accept_button.setObjectName("intake.accept")
        bottom.addWidget(self.accept_button, 0, Qt.AlignmentFlag.AlignBottom)
        return bottom

    def _combo(self, name: str, object_name: str) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setObjectName(object_name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(14)
        return box

    def _order(self) -> list[QWidget]:
        return [self.procedure, self.channel, self.variant, self.lookup, *self.form.in_order(), self.papers, self.accept_button]


def intake_fields() -> list[Field]:
    """What the form asks: the person, and folded below it the details few dossiers need."""
    first = [APPLICANT.field(name) for name in FIRST_ASKED]
    more = [APPLICANT.field(name) for name in APPLICANT_FIELDS[len(FIRST_ASKED) :]]
    return [*first, *(replace(field, section=MORE) for field in (*more, *map(DOSSIER.field, DETAIL_FIELDS)))]
