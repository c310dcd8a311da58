"""What every screen has: a title, the actions valid on it, and the shell it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import ClassVar, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from qms_desktop.domain.records import kind_named
from qms_desktop.domain.text import match_rank
from qms_desktop.gui import actions
from qms_desktop.gui.desk import Desk, Sheet
from qms_desktop.gui.messages import NOTE, Offer
from qms_desktop.gui.suggestions import Match
from qms_desktop.gui.tasks import Tasks
from qms_desktop.gui.theme import LEVEL_COLOURS, LEVEL_GROUNDS, metrics, scaled


class Shell(Protocol):
    """The window as a screen sees it."""

    @property
    def desk(self) -> Desk:
        """The office."""

    @property
    def tasks(self) -> Tasks:
        """The worker thread."""

    @property
    def reading(self) -> Tasks:
        """The one for what is only looked up."""

    def say(self, text: str, look: str = NOTE, offer: Offer | None = None) -> None:
        """Shows a message."""

    def saved(self, text: str = "") -> None:
        """Shows "Đã lưu" with the time."""

    def typing(self) -> None:
        """Marks the title until the next save."""

    def go(self, screen: str, argument: str = "") -> None:
        """Opens a screen."""

    def preview(self, sheet: Sheet) -> None:
        """Shows a document before it is printed."""

    def entered(self) -> None:
        """Someone has signed in."""

    def practise(self) -> None:
        """Opens the window for practice."""


class _Subtitle(QLabel):
    """One line that ends in an ellipsis where there is no room."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words as far as they go."""
        del event
        inner = self.contentsRect()
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, inner.width())
        painter = QPainter(self)
        role = self.foregroundRole()
        self.style().drawItemText(painter, inner, self.alignment().value, self.palette(), self.isEnabled(), words, role)


class Screen(QWidget):
    """Base of all screens; ``commands`` maps action ids to bound methods."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    hint: ClassVar[str] = ""
    contexts: ClassVar[frozenset[str]] = frozenset()
    kinds: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.desk = shell.desk
        self.commands: dict[str, Callable[[], object]] = {}
        self.setObjectName("page")
        self.setAccessibleName(self.title)
        measure = metrics()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(measure.space, measure.gap * 2, measure.space, measure.gap * 2)
        self.body.setSpacing(measure.gap * 2)
        self.head = QHBoxLayout()
        self.head.setSpacing(measure.gap * 2)
        if self.title:
            self.heading = title_label(self.title, self)
            self.subtitle = _Subtitle("", self)
            self.subtitle.setObjectName("subtitle")
            self.subtitle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self.head.addWidget(self.heading)
            self.head.addWidget(self.subtitle, 1, Qt.AlignmentFlag.AlignBaseline)
            self.body.addLayout(self.head)

    def open_with(self, argument: str) -> None:
        """The screen is about to be shown, perhaps for a record."""
        del argument
        self.refresh()

    def refresh(self) -> None:
        """Reads again what is shown."""

    def status_changed(self) -> None:
        """The exchange is somewhere else than before."""

    def leave_for_good(self) -> None:
        """The window closes: keep what is being typed."""

    def leave(self) -> bool:
        """Whether Esc was used up inside the screen (a fold, a form); False lets the window go back."""
        return False

    def perform(self, action: str) -> bool:
        """Runs an action of this screen; False if it has none of that name."""
        command = self.commands.get(action)
        if command is not None:
            command()
        return command is not None

    def add_button(self, text: str, action: str, slot: Callable[[], object], primary: bool = False) -> QPushButton:
        """A button at the right of the title, with its key behind its words."""
        made = button(actions.titled(text, action) if action else text, slot, self, primary)
        self.head.addWidget(made)
        return made


def button(text: str, slot: Callable[[], object], parent: QWidget, primary: bool = False, flat: bool = False) -> QPushButton:
    """A push button with an accessible name; ``slot`` must be a bound method."""
    made = QPushButton(text, parent)
    made.setProperty("primary", primary)
    made.setProperty("flat", flat)
    made.setAccessibleName(text)
    made.setAutoDefault(True)  # outside dialogs too, this is what lets Enter press the button that has the focus
    made.clicked.connect(slot)
    return made


def tab_through(widgets: Iterable[QWidget]) -> None:
    """Tab goes through these in the order given."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def title_label(text: str, parent: QWidget) -> QLabel:
    """The heading of a page."""
    label = QLabel(text, parent)
    label.setObjectName("title")
    label.setFont(scaled(15, label.font().weight().DemiBold))
    return label


def section_label(text: str, parent: QWidget) -> QLabel:
    """The heading of a part of a page."""
    label = QLabel(text, parent)
    label.setObjectName("section")
    return label


def quiet_label(text: str, parent: QWidget) -> QLabel:
    """An explanation."""
    label = QLabel(text, parent)
    label.setProperty("quiet", True)
    label.setWordWrap(True)
    return label


def card(parent: QWidget) -> tuple[QFrame, QVBoxLayout]:
    """A white panel and its layout."""
    frame = QFrame(parent)
    frame.setObjectName("card")
    inner = QVBoxLayout(frame)
    measure = metrics()
    inner.setContentsMargins(measure.space, measure.gap * 2, measure.space, measure.gap * 2)
    inner.setSpacing(measure.gap)
    return frame, inner


def scrolled(inner: QWidget, name: str, parent: QWidget) -> QScrollArea:
    """A widget that scrolls where the window is too small for it."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    if not inner.objectName():
        inner.setObjectName("body")
    area.setWidget(inner)
    return area


def tag(label: QLabel, text: str, level: str) -> None:
    """Shows a state as words on a soft ground of its colour."""
    label.setText(text)
    label.setVisible(bool(text))
    gap = metrics().gap
    label.setStyleSheet(
        f"background: {LEVEL_GROUNDS.get(level, LEVEL_GROUNDS[''])}; color: {LEVEL_COLOURS.get(level, LEVEL_COLOURS[''])};"
        f"border-radius: {gap}px; padding: 1px {gap * 2}px; font-weight: 600;"
    )


class DeskReferences:
    """Reference fields of forms, answered from the store; names are asked once per opened form."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def matches(self, kind: str, text: str) -> Sequence[Match]:
        """Records of a kind that answer, best first."""

        definition = kind_named(kind)
        if definition is None:
            return []
        with self._desk.view() as view:
            rows = view.find(kind)
        found: list[tuple[int, Match]] = []
        for row in rows:
            heading = definition.heading(row)
            rank = match_rank(text, heading)
            if rank is not None:
                found.append((rank, Match(str(row["id"]), heading)))
        found.sort(key=_rank)
        return [match for _, match in found]

    def title(self, kind: str, record: str) -> str:
        """The words by which a record is known; its id if it is not here yet."""

        definition = kind_named(kind)
        if definition is None or not record:
            return record
        with self._desk.view() as view:
            row = view.get(kind, record)
        return definition.heading(row) if row else record


def _rank(item: tuple[int, Match]) -> int:
    return item[0]
