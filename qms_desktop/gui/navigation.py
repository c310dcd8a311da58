"""The column at the left: the nine places of the program, reachable by mouse, arrows or Ctrl+1 … Ctrl+9."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from qms_desktop.gui.icons import icon
from qms_desktop.gui.theme import PALETTE, metrics, scaled

_WIDTH_CHARS = 18


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    screen: str
    label: str
    picture: str


PLACES: tuple[Place, ...] = (
    Place("today", "Hôm nay", "today"),
    Place("register", "Sổ hồ sơ", "register"),
    Place("intake", "Tiếp nhận", "intake"),
    Place("procedures", "Quy trình", "procedures"),
    Place("due", "Tính ngày hẹn", "due"),
    Place("sync", "Đồng bộ", "sync"),
    Place("unit", "Đơn vị và lịch", "unit"),
    Place("system", "Hệ thống", "system"),
    Place("statistics", "Thống kê", "statistics"),
)


class Navigation(QWidget):
    """The column. ``wanted`` brings the name of a screen."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget, places: Sequence[Place] = PLACES) -> None:
        super().__init__(parent)
        self._places = tuple(places)
        self.setFixedWidth(metrics().chars(_WIDTH_CHARS))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget(self)
        head.setObjectName("navhead")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        words = QVBoxLayout(head)
        space = metrics().space
        words.setContentsMargins(space, space, metrics().gap, metrics().gap)
        words.setSpacing(0)
        product = QLabel("ISO điện tử", head)
        product.setWordWrap(True)
        product.setFont(scaled(12))
        self._unit = QLabel("", head)
        self._unit.setObjectName("navunit")
        self._unit.setWordWrap(True)
        words.addWidget(product)
        words.addWidget(self._unit)
        column.addWidget(head)
        self.list = QListWidget(self)
        self.list.setObjectName("navigation")
        self.list.setAccessibleName("Các màn hình")
        self.list.setIconSize(QSize(20, 20))
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for number, place in enumerate(self._places, 1):
            item = QListWidgetItem(icon(place.picture, PALETTE.nav_text), place.label)
            item.setToolTip(f"{place.label} (Ctrl+{number})")
            self.list.addItem(item)
        self.list.itemClicked.connect(self._clicked)
        self.list.itemActivated.connect(self._clicked)
        column.addWidget(self.list, 1)

    def show_unit(self, title: str) -> None:
        """The unit under the product's name."""
        self._unit.setText(title)
        self._unit.setVisible(bool(title))

    def show_count(self, screen: str, count: int, words: str) -> None:
        """A number behind a place's name, with what it means; none for 0."""
        for number, place in enumerate(self._places):
            if place.screen == screen:
                item = self.list.item(number)
                item.setText(f"{place.label} · {count}" if count else place.label)
                item.setToolTip(f"{place.label} (Ctrl+{number + 1})" + (f": {words}" if words else ""))

    def mark(self, screen: str) -> None:
        """Marks where the person is; dossiers and old registers belong to the register, other pages keep the mark."""
        homes = {"dossier": "register", "import_register": "register", "intake_late": "intake", "fallback": "system"}
        wanted = homes.get(screen, screen)
        for number, place in enumerate(self._places):
            if place.screen == wanted:
                self.list.setCurrentRow(number)

    def _clicked(self, item: QListWidgetItem) -> None:
        self.wanted.emit(self._places[self.list.row(item)].screen)
