"""Khi mất điện: what to print ahead, what to do meanwhile, and how paper gets into the program afterwards."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Field, Kind
from qms_desktop.gui.actions import EVERYWHERE
from qms_desktop.gui.editors import LineEditor
from qms_desktop.gui.form import WIDEST_CHARS
from qms_desktop.gui.messages import WARNING
from qms_desktop.gui.screens.base import Screen, Shell, button, card, quiet_label, scrolled, section_label
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.values import problem

COUNT = Field("count", "Số phiếu", Kind.INTEGER, required=True)
DAY = Field("day", "Dùng cho ngày", Kind.DATE, required=True)
_USUAL_COUNT = 10
_BEFORE = (
    "In sẵn khi có lịch cắt điện, hoặc mỗi sáng: phiếu trắng đã đánh số (mỗi phiếu hai liên) và danh sách hồ sơ đang giải quyết, "
    "để biết ai giữ hồ sơ nào và hẹn trả ngày nào."
)
_MEANWHILE = (
    "Viết tay vào phiếu trắng, ghi rõ giờ nhận; giao liên 2 cho người nộp. Khi mất mạng mà máy còn chạy thì cứ nhận như thường: "
    "giấy hẹn do máy này in là giấy đúng, mã trên Cổng ghi vào sau."
)
_AFTER = (
    "Gõ hoặc quét số phiếu giấy và giờ nhận ghi trên phiếu; hạn trả tính từ giờ đó. "
    "Hồ sơ, sổ và giấy hẹn mang dấu “nhập sau từ giấy”."
)


class Fallback(Screen):
    """Three parts: before, meanwhile, afterwards."""

    name = "fallback"
    title = "Khi mất điện, mất mạng"
    hint = "Tab đi qua từng ô; Enter ở nút để xem bản in. Nhập sau từ giấy: nút cuối trang."
    contexts = frozenset({EVERYWHERE})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        frame, inner = card(self)
        frame.setMaximumWidth(metrics().chars(WIDEST_CHARS))
        inner.setSpacing(metrics().gap * 2)
        inner.addWidget(section_label("1. Chuẩn bị trước", frame))
        inner.addWidget(quiet_label(_BEFORE, frame))
        line = QHBoxLayout()
        line.setSpacing(metrics().gap * 2)
        self.count, self.day = self._editor(COUNT, line), self._editor(DAY, line)
        self.blanks_button = button("In phiếu trắng…", self._blanks, self, primary=True)
        self.open_button = button("In sổ đang mở…", self._open_register, self)
        line.addWidget(self.blanks_button)
        line.addWidget(self.open_button)
        line.addStretch(1)
        inner.addLayout(line)
        inner.addWidget(section_label("2. Trong lúc mất điện, mất mạng", frame))
        inner.addWidget(quiet_label(_MEANWHILE, frame))
        inner.addWidget(section_label("3. Khi có điện lại", frame))
        inner.addWidget(quiet_label(_AFTER, frame))
        last = QHBoxLayout()
        self.late_button = button("Nhập sau từ giấy", self._late, self, primary=True)
        last.addWidget(self.late_button)
        last.addStretch(1)
        inner.addLayout(last)
        inner.addStretch(1)
        self.body.addWidget(scrolled(frame, "Khi mất điện, mất mạng", self), 1)

    def open_with(self, argument: str) -> None:
        """Proposes ten slips for today."""
        super().open_with(argument)
        self.count.set_raw(str(_USUAL_COUNT))
        self.day.show_value(self.desk.now().date().isoformat())
        self.blanks_button.setFocus()

    def _editor(self, field: Field, line: QHBoxLayout) -> LineEditor:
        label = QLabel(field.label, self)
        editor = LineEditor(field, self)
        label.setBuddy(editor.widget)
        editor.widget.setObjectName(f"fallback.{field.name}")
        editor.widget.setFixedWidth(metrics().chars(5 if field is COUNT else 12))
        editor.entered.connect(self._blanks)
        line.addWidget(label)
        line.addWidget(editor.widget)
        return editor

    def _blanks(self) -> None:
        today = self.desk.now().date()
        try:
            count, day = self.count.value(today), date.fromisoformat(str(self.day.value(today)))
        except (InputError, ValueError) as error:
            words = problem(error) if isinstance(error, InputError) else "Hãy ghi ngày dùng phiếu."
            self.shell.say(words, WARNING)
            return
        many = count if isinstance(count, int) else 0
        self.shell.tasks.run(partial(self.desk.blank_slips, many, day), self.shell.preview)

    def _open_register(self) -> None:
        self.shell.tasks.run(self.desk.open_dossiers_sheet, self.shell.preview)

    def _late(self) -> None:
        self.shell.go("intake_late")
