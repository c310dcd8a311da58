"""Panels that lie over the window and leave with Esc: the search over everything and the sheet of keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from qms_desktop.domain.text import match_rank, nfc
from qms_desktop.gui import actions
from qms_desktop.gui.desk import Found
from qms_desktop.gui.screens.base import button, quiet_label, section_label, title_label
from qms_desktop.gui.suggestions import REMARK, Match, MatchLines, SuggestEdit
from qms_desktop.gui.tasks import Tasks
from qms_desktop.gui.theme import PALETTE, metrics

TYPING_PAUSE_MS = 90
HITS_SHOWN = 12


class Overlay(QFrame):
    """A panel in the upper middle of the window."""

    closed = Signal()

    def __init__(self, window: QWidget, name: str) -> None:
        super().__init__(window)
        self.setObjectName("overlay")
        self.setAccessibleName(name)
        self.setStyleSheet(
            f"QFrame#overlay {{ background: {PALETTE.surface}; border: 1px solid {PALETTE.edge}; border-radius: 6px; }}"
        )
        self._before: QWidget | None = None
        window.installEventFilter(self)
        self.hide()

    def appear(self) -> None:
        """Shows the panel over the window."""
        self._before = self.window().focusWidget()
        self._place()
        self.show()
        self.raise_()

    def leave(self) -> None:
        """Hides the panel and gives the focus back."""
        if self.isHidden():
            return
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            event.accept()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follows the size of the window."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window = self.window()
        width = min(window.width() - 2 * metrics().space, metrics().chars(92))
        height = min(window.height() - 3 * metrics().em, self.sizeHint().height())
        self.setGeometry((window.width() - width) // 2, metrics().em, width, height)


class SearchPanel(Overlay):
    """Ctrl+K: records, screens and commands in one box. ``chosen`` brings (kind, id).

    What is found comes from the tasks of reading: while records arrive, a search may take longer than a person's next key.
    """

    chosen = Signal(str, str)

    def __init__(
        self, window: QWidget, search: Callable[[str], Sequence[Found]], places: Sequence[Found], reading: Tasks
    ) -> None:
        super().__init__(window, "Tìm tất cả")
        self._search = search
        self._reading = reading
        self._asked = ""
        self._answered: str | None = None
        self._places = places
        column = QVBoxLayout(self)
        space = metrics().space
        column.setContentsMargins(space, space, space, space)
        self.box = _SearchBox(self._none, self)
        self.box.setAccessibleName("Tìm hồ sơ, người nộp, thủ tục, màn hình")
        self.box.setPlaceholderText("Tìm hồ sơ, người nộp, số điện thoại, thủ tục, màn hình …")
        self.box.textEdited.connect(self._wait)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.box.moved.connect(self._move)
        self.box.entered.connect(self._enter)
        self.hits = QListWidget(self)
        self.hits.setAccessibleName("Kết quả tìm")
        self.hits.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hits.setItemDelegate(MatchLines(self.hits))
        self.hits.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hits.setFixedHeight(metrics().row * HITS_SHOWN + 2 * self.hits.frameWidth() + 2)
        self.hits.itemClicked.connect(self._take)
        column.addWidget(self.box)
        column.addWidget(self.hits, 1)
        column.addWidget(quiet_label("Không cần gõ dấu. Mũi tên để chọn, Enter để mở, Esc để đóng.", self))

    def appear(self) -> None:
        """Shows the panel with an empty box."""
        super().appear()
        self.box.clear()
        self._answered = None
        self._look()
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _wait(self, _text: str) -> None:
        self._pause.start()

    def _look(self) -> None:
        self._pause.stop()
        self._asked = wanted = nfc(self.box.text()).strip()
        if wanted:
            self._reading.run(partial(self._search, wanted), partial(self._show, wanted))
        else:
            self._show(wanted, ())

    def _show(self, wanted: str, records: Sequence[Found]) -> None:
        if wanted != self._asked or wanted == self._answered:
            return
        self._answered = wanted
        places = [place for place in self._places if match_rank(wanted, place.title) is not None]
        found = [*records, *places]
        self.hits.clear()
        for hit in found:
            item = QListWidgetItem(hit.title)
            item.setData(REMARK, hit.subtitle)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{hit.title} {hit.subtitle}".strip())
            item.setData(Qt.ItemDataRole.UserRole, (hit.kind, hit.id))
            self.hits.addItem(item)
        if found:
            self.hits.setCurrentRow(0)

    def _move(self, by: int) -> None:
        self._caught_up()
        self.hits.setCurrentRow(max(0, min(self.hits.count() - 1, self.hits.currentRow() + by)))

    def _caught_up(self) -> None:
        """Arrows and Enter mean what is typed, also when typing was quick."""
        self._pause.stop()
        wanted = nfc(self.box.text()).strip()
        if wanted != self._answered:
            self._asked = wanted
            self._show(wanted, self._search(wanted) if wanted else ())

    def _enter(self, _text: str) -> None:
        self._caught_up()
        item = self.hits.currentItem()
        if item is not None:
            self._take(item)

    def _take(self, item: QListWidgetItem) -> None:
        kind, record = item.data(Qt.ItemDataRole.UserRole)
        self.leave()
        self.chosen.emit(kind, record)

    def _none(self, _text: str) -> Sequence[Match]:
        return ()


class _SearchBox(SuggestEdit):
    """The box of the panel: arrows move in the list below."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down belong to the list, Esc to the panel."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class KeySheet(Overlay):
    """Ctrl+/: only the keys valid on this screen, made from the list of actions."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Bảng phím tắt")
        column = QVBoxLayout(self)
        space = metrics().space
        column.setContentsMargins(space, space, space, space)
        head = QHBoxLayout()
        head.addWidget(title_label("Phím tắt ở màn hình này", self))
        head.addStretch(1)
        self._close = button("Đóng (Esc)", self.leave, self)
        head.addWidget(self._close)
        column.addLayout(head)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setMinimumHeight(metrics().row * 8)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Danh sách phím tắt")
        column.addWidget(self._area, 1)

    def show_keys(self, contexts: Iterable[str]) -> None:
        """Shows the sheet for those contexts."""
        page = QWidget()
        page.setObjectName("body")
        grid = QGridLayout(page)
        grid.setHorizontalSpacing(metrics().space)
        grid.setVerticalSpacing(metrics().gap)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        row = 0
        shown: set[str] = set()
        for context in (*[item for item in contexts if item != actions.EVERYWHERE], actions.EVERYWHERE):
            grid.addWidget(section_label(actions.CONTEXT_TITLES[context], page), row, 0, 1, 4)
            items = [item for item in actions.ACTIONS if context in item.contexts and item.id not in shown]
            shown.update(item.id for item in items)
            for number, item in enumerate(items):
                at, side = row + 1 + number // 2, 2 * (number % 2)
                grid.addWidget(_key(actions.key_text(item.id), page), at, side, Qt.AlignmentFlag.AlignTop)
                words = QLabel(item.text, page)
                words.setWordWrap(True)
                grid.addWidget(words, at, side + 1, Qt.AlignmentFlag.AlignTop)
            row += 1 + (len(items) + 1) // 2
        grid.setRowStretch(row, 1)
        self._area.setWidget(page)
        self._area.setMinimumHeight(min(page.sizeHint().height() + metrics().gap, self.window().height() - metrics().em * 9))
        self.appear()
        self._close.setFocus()


def _key(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setStyleSheet(
        f"background: {PALETTE.ground}; border: 1px solid {PALETTE.line}; border-radius: 3px; padding: 0px 5px; font-weight: 600;"
    )
    return label
