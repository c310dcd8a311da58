"""Mạng nội bộ: one switch, and the PCs of the office that exchange directly."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from qms_desktop.gui.desk import NeighbourItem
from qms_desktop.gui.messages import GOOD
from qms_desktop.gui.screens.base import Shell, button, quiet_label
from qms_desktop.gui.screens.dossier_parts import ReadTable
from qms_desktop.gui.theme import metrics

_WORDS = (
    "Khi mất internet, các máy trong cơ quan vẫn làm việc chung: bật mục này trên từng máy. Các máy tự tìm thấy nhau, chỉ nhận "
    "máy mà tỉnh đã cấp chứng thư cho đúng đơn vị này, và trao đổi qua đường truyền mã hóa. Có mạng lại, máy nào lên trước "
    "thì gửi thay cho cả cơ quan."
)
_OFF = "Đang tắt. Bật công tắc ở trên để máy này trao đổi với các máy khác trong cơ quan."
_NOBODY = "Chưa thấy máy nào. Hãy bật mục này trên máy kia; nếu vẫn không thấy, gõ địa chỉ của máy kia ở dưới."


class NeighboursPage(QWidget):
    """A switch, a table, and a line to type an address."""

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self._desk = shell.desk
        self._items: list[NeighbourItem] = []
        column = QVBoxLayout(self)
        column.addWidget(quiet_label(_WORDS, self))
        self.switch = QCheckBox("Trao đổi trực tiếp với các máy trong cơ quan", self)
        self.switch.clicked.connect(self._switch)
        column.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        self.place = QLabel("", self)
        self.place.setWordWrap(True)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.place)
        heads = ("Máy và địa chỉ", "Gặp lần cuối", "Tình trạng")
        self.table = ReadTable("Các máy trong cơ quan", heads, (28, 18, 0), self, _OFF)
        self.table.itemSelectionChanged.connect(self._selected)
        column.addWidget(self.table, 1)
        column.addLayout(self._typing())

    def _typing(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(metrics().gap * 2)
        label = QLabel("Địa chỉ máy khác", self)
        self.address = QLineEdit(self)
        self.address.setPlaceholderText("192.168.1.7")
        self.address.setAccessibleName("Địa chỉ máy khác")
        self.address.setFixedWidth(metrics().chars(26))
        self.address.returnPressed.connect(self._add)
        label.setBuddy(self.address)
        self.add_button = button("Thêm", self._add, self)
        self.remove_button = button("Bỏ địa chỉ đang chọn", self._remove, self)
        row.addStretch(1)
        for widget in (label, self.address, self.add_button, self.remove_button):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def refresh(self) -> None:
        """Reads the switch and the list again."""
        on = self._desk.neighbours_on()
        self.switch.setChecked(on)
        self.place.setText(self._desk.neighbours_place())
        self.place.setVisible(bool(self.place.text()))
        chosen = self._chosen()
        self._items = self._desk.neighbours()
        self.table.say_empty(_NOBODY if on else _OFF)
        rows = [
            (f"{item.name or 'Máy chưa biết tên'}\n{item.address}", item.met or "Chưa gặp", item.state) for item in self._items
        ]
        self.table.show_rows(rows, [item.level for item in self._items], level_column=2)
        keys = [item.key for item in self._items]
        if chosen is not None and chosen.key in keys:
            self.table.selectRow(keys.index(chosen.key))
        self._selected()

    def _chosen(self) -> NeighbourItem | None:
        place = self.table.currentRow()
        return self._items[place] if 0 <= place < len(self._items) else None

    def _selected(self) -> None:
        """Only an address that a person typed can be taken away; a PC that was found is there as long as it announces itself."""
        chosen = self._chosen()
        self.remove_button.setEnabled(chosen is not None and chosen.typed)

    def _switch(self) -> None:
        on = self.switch.isChecked()
        self._shell.tasks.run(partial(self._desk.use_neighbours, on), partial(self._switched, on), self._failed)

    def _switched(self, on: bool, _nothing: None) -> None:
        words = "Đã bật trao đổi trong cơ quan. Các máy khác cũng phải bật." if on else "Đã tắt trao đổi trong cơ quan."
        self._shell.say(words, GOOD)
        self.refresh()

    def _add(self) -> None:
        self._shell.tasks.run(partial(self._desk.add_neighbour, self.address.text()), self._added, self._failed)

    def _added(self, kept: str) -> None:
        self.address.clear()
        self._shell.say(f"Đã ghi địa chỉ {kept}. Máy này sẽ liên lạc ngay.", GOOD)
        self.refresh()

    def _remove(self) -> None:
        chosen = self._chosen()
        if chosen is not None and chosen.typed:
            self._desk.remove_neighbour(chosen.key)
            self._shell.say(f"Đã bỏ địa chỉ {chosen.address}.", GOOD)
            self.refresh()

    def _failed(self, fault: BaseException) -> None:
        self._shell.tasks.fail(fault)
        self.refresh()
