"""Tệp: the page of the sync screen that says what is on its way, and how much of the line attached files may take."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from qms_desktop.gui.screens.base import Shell, quiet_label
from qms_desktop.gui.theme import metrics
from qms_desktop.settings import FILE_MB, FILES_DAILY_MB, Setting

_WORDS = (
    "Hồ sơ luôn được gửi trước; tệp đính kèm chỉ đi khi đường truyền rảnh, tệp nhỏ trước, tệp lớn sau. "
    "Đường truyền tính tiền (mục Đường truyền) dừng hẳn tệp đính kèm."
)


class FilesPage(QWidget):
    """A sentence and two numbers; each is kept as soon as it is changed."""

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self._desk = shell.desk
        column = QVBoxLayout(self)
        column.addWidget(quiet_label(_WORDS, self))
        self.summary = QLabel("", self)
        self.summary.setWordWrap(True)
        column.addWidget(self.summary)
        self.daily = self._number(FILES_DAILY_MB)
        self.most = self._number(FILE_MB)
        form = QFormLayout()
        form.addRow(FILES_DAILY_MB.label, self.daily)
        form.addRow(FILE_MB.label, self.most)
        column.addLayout(form)
        column.addStretch(1)
        self.daily.editingFinished.connect(self._keep_daily)
        self.most.editingFinished.connect(self._keep_most)

    def _number(self, setting: Setting[int]) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(setting.least, setting.most)
        box.setSuffix(" MB")
        for named in (box, box.lineEdit()):
            named.setAccessibleName(setting.label)
        box.setFixedWidth(metrics().chars(16))
        return box

    def refresh(self) -> None:
        """Reads what is kept; a box that is being typed in stays."""
        self.summary.setText(self._desk.files_summary())
        for box, setting in ((self.daily, FILES_DAILY_MB), (self.most, FILE_MB)):
            if not box.hasFocus():
                box.setValue(setting.read(self._desk.setting(setting.name) or None))

    def _keep_daily(self) -> None:
        self._desk.remember(FILES_DAILY_MB.name, FILES_DAILY_MB.spell(self.daily.value()))

    def _keep_most(self) -> None:
        self._desk.remember(FILE_MB.name, FILE_MB.spell(self.most.value()))
