"""Nhập sổ cũ: a register of Excel is opened, looked at, put right and taken in; nothing is typed twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Event

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from qms_desktop.gui.actions import EVERYWHERE
from qms_desktop.gui.desk_imports import ImportView
from qms_desktop.gui.messages import GOOD
from qms_desktop.gui.screens.base import Screen, Shell, button, quiet_label
from qms_desktop.gui.screens.dossier_parts import ReadTable
from qms_desktop.gui.theme import metrics

_FILES = "Bảng tính (*.xlsx *.xlsm *.xls *.csv *.txt);;Mọi tệp (*)"
_WORDS = (
    "Chọn sổ theo dõi hồ sơ đang có (Excel, kể cả .xls, hoặc CSV xuất từ hệ thống một cửa). Chương trình xem trước từng dòng, "
    "chỉ nhập dòng tốt; dòng còn vướng được trả lại kèm lý do. Tệp gốc không bị thay đổi; nhập lại cùng tệp không tạo trùng."
)
_COLUMNS_A_ROW = 2
Choices = Sequence[tuple[object, str]]
_NOWHERE = "(không có)"
_ASK = "(chọn thủ tục)"


class ImportRegister(Screen):
    """The page: a file, a sheet, three tabs, two buttons."""

    name = "import_register"
    title = "Nhập sổ cũ"
    hint = "Chọn tệp, xem các dòng, chọn lại cột hoặc thủ tục nếu cần, rồi bấm Nhập. Dòng đỏ chưa nhập được và nói rõ lý do."
    contexts = frozenset({EVERYWHERE})
    _progressed = Signal(int, int)

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._stop = Event()
        self._view: ImportView | None = None
        self.choose_button = self.add_button("Chọn tệp…", "", self._choose, primary=True)
        self.intro = quiet_label(_WORDS, self)
        self.body.addWidget(self.intro)
        self.body.addLayout(self._file_line())
        self.tabs = QTabWidget(self)
        heads = ("Dòng", "Sẽ ra sao", "Người nộp", "Thủ tục", "Ngày nhận", "Ghi chú")
        self.lines = ReadTable("Các dòng của sổ", heads, (6, 14, 20, 22, 14, 0), self, "Chưa chọn tệp nào.")
        self.columns = _Pairs("Các cột của sổ", self)
        self.unknown = _Pairs("Tên thủ tục chưa rõ", self)
        self.tabs.addTab(self.lines, "Các dòng")
        self.tabs.addTab(self.columns, "Các cột")
        self.tabs.addTab(self.unknown, "Tên thủ tục chưa rõ")
        self.body.addWidget(self.tabs, 1)
        self.body.addLayout(self._foot())
        self._progressed.connect(self._progress)
        self._show_nothing()

    def _file_line(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(metrics().gap * 2)
        self.file = QLabel("", self)
        label = QLabel("Trang tính", self)
        self.sheet = QComboBox(self)
        self.sheet.setAccessibleName("Trang tính")
        self.sheet.setMaximumWidth(metrics().chars(30))
        self.sheet.activated.connect(self._show_sheet)
        label.setBuddy(self.sheet)
        self._sheet_label = label
        row.addWidget(self.file, 1)
        row.addWidget(label)
        row.addWidget(self.sheet)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(metrics().gap * 2)
        self.words = quiet_label("", self)
        self.back_button = button("Lưu các dòng chưa nhập được…", self._hand_back, self)
        self.take_button = button("Nhập", self._take, self, primary=True)
        self.stop_button = button("Dừng", self._stop.set, self)
        row.addWidget(self.words, 1)
        for widget in (self.back_button, self.take_button, self.stop_button):
            row.addWidget(widget)
        self.stop_button.hide()
        return row

    def refresh(self) -> None:
        """Stays as it is: the register open here is not changed by what others write."""

    def leave_for_good(self) -> None:
        """A register being taken in stops after the action under way; the same file goes on later."""
        self._stop.set()

    def _choose(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, "Chọn sổ hồ sơ", "", _FILES)
        if chosen:
            self.open_file(Path(chosen))

    def open_file(self, file: Path) -> None:
        """Opens a register and shows what would become of it."""
        self.words.setText("Đang đọc tệp…")
        self.shell.tasks.run(partial(self.desk.open_register, file), self._show, self._failed)

    def _failed(self, error: BaseException) -> None:
        if self._view is None:
            self._show_nothing()
        else:
            self._show(self._view)
        self.shell.tasks.fail(error)

    def _show_sheet(self, sheet: int) -> None:
        self.shell.tasks.run(partial(self.desk.show_sheet, sheet), self._show, self._failed)

    def _show_nothing(self) -> None:
        for widget in (self._sheet_label, self.sheet, self.back_button, self.take_button):
            widget.hide()
        self.file.setText("")
        self.words.setText("")
        self.tabs.setTabVisible(1, False)
        self.tabs.setTabVisible(2, False)

    def _show(self, view: ImportView) -> None:
        self._view = view
        self.intro.hide()
        self.file.setText(f"Tệp: {view.file}")
        self.sheet.clear()
        self.sheet.addItems(list(view.sheets))
        self.sheet.setCurrentIndex(view.sheet)
        several = len(view.sheets) > 1
        self._sheet_label.setVisible(several)
        self.sheet.setVisible(several)
        rows = [(str(n.number), n.standing, n.who, n.what, n.received, n.notes) for n in view.lines]
        self.lines.show_rows(rows, [line.level for line in view.lines], level_column=1)
        self._show_columns(view)
        self._show_unknown(view)
        self.words.setText(view.hindrance or view.words)
        self.take_button.setText(f"Nhập {view.ready} hồ sơ" if view.ready else "Nhập")
        self.take_button.setVisible(True)
        self.take_button.setEnabled(view.ready > 0)
        self.back_button.setVisible(view.faults > 0)
        self._order_keys()

    def _order_keys(self) -> None:
        """The choices are made anew for each register; Tab goes on as one reads."""
        boxes = [*self.columns.choices.values(), *self.unknown.choices.values()]
        order = [self.choose_button, self.sheet, self.tabs, *boxes, self.back_button, self.take_button, self.stop_button]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _show_columns(self, view: ImportView) -> None:
        self.tabs.setTabVisible(1, bool(view.columns))
        titles = [(0, _NOWHERE), *view.titles]
        self.columns.clear()
        for column in view.columns:
            label = column.label + (" *" if column.required else "")
            self.columns.add(label, titles, column.at, partial(self._place, column.name))

    def _show_unknown(self, view: ImportView) -> None:
        count = len(view.unknown)
        self.tabs.setTabVisible(2, bool(count))
        self.tabs.setTabText(2, f"Tên thủ tục chưa rõ ({count})")
        self.unknown.clear()
        if count:
            known = self.desk.procedures_to_choose()
            choices = [("", _ASK), *((code, f"{title} ({code})") for code, title in known)]
            for text in view.unknown:
                self.unknown.add(text, choices, "", partial(self._name, text))

    def _place(self, name: str, at: object) -> None:
        self.shell.tasks.run(partial(self.desk.place_column, name, int(str(at))), self._show, self._failed)

    def _name(self, text: str, code: object) -> None:
        if code:
            self.shell.tasks.run(partial(self.desk.name_procedure, text, str(code)), self._show, self._failed)

    def _take(self) -> None:
        self._stop.clear()
        self._busy(True)
        self.shell.tasks.run(partial(self.desk.take_register, self._go_on), self._taken, self._not_taken)

    def _go_on(self, done: int, total: int) -> bool:
        """Asked in the worker's thread."""
        self._progressed.emit(done, total)
        return not self._stop.is_set()

    def _progress(self, done: int, total: int) -> None:
        self.words.setText(f"Đang nhập: {done}/{total} hồ sơ…")

    def _taken(self, words: str) -> None:
        self._busy(False)
        self._show(self.desk.register_now())
        self.shell.say(words, GOOD)
        self.shell.saved()

    def _not_taken(self, error: BaseException) -> None:
        self._busy(False)
        self._failed(error)

    def _busy(self, on: bool) -> None:
        self.stop_button.setVisible(on)
        for widget in (self.take_button, self.back_button, self.choose_button, self.tabs, self.sheet):
            widget.setEnabled(not on)

    def _hand_back(self) -> None:
        stem = Path(self._view.file).stem if self._view else "so"
        proposed = str(self.desk.exports() / f"{stem}-can-sua.xlsx")
        chosen, _kind = QFileDialog.getSaveFileName(self, "Lưu các dòng chưa nhập được", proposed, "Bảng tính (*.xlsx)")
        if chosen:
            self.hand_back_to(Path(chosen))

    def hand_back_to(self, file: Path) -> None:
        """Writes the faulty lines."""
        self.shell.tasks.run(partial(self.desk.hand_back_register, file), self._handed_back)

    def _handed_back(self, words: str) -> None:
        self.shell.say(words, GOOD)


class _Choice(QComboBox):
    """A choice that brings its value to whoever asked."""

    def __init__(self, name: str, choices: Choices, chosen: object, changed: Callable[[object], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._changed = changed
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        for value, text in choices:
            self.addItem(text, value)
        self.setCurrentIndex(next((at for at, (value, _) in enumerate(choices) if value == chosen), 0))
        self.activated.connect(self._tell)

    def _tell(self, at: int) -> None:
        self._changed(self.itemData(at))


class _Pairs(QScrollArea):
    """Words with a choice beside each."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clear()

    def clear(self) -> None:
        """Empties the page."""
        inside = QWidget(self)
        self._grid = QGridLayout()
        column = QVBoxLayout(inside)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.choices: dict[str, QComboBox] = {}
        self.setWidget(inside)

    def add(self, words: str, choices: Choices, chosen: object, changed: Callable[[object], None]) -> None:
        """One pair; `changed` is called with what a person chose."""
        row, place = divmod(len(self.choices), _COLUMNS_A_ROW)
        label = QLabel(words, self)
        label.setWordWrap(True)
        box = _Choice(words, choices, chosen, changed, self)
        label.setBuddy(box)
        self._grid.addWidget(label, row, place * 2)
        self._grid.addWidget(box, row, place * 2 + 1)
        self._grid.setColumnStretch(place * 2 + 1, 1)
        self.choices[words] = box
