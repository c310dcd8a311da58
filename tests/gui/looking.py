"""What a careful reader looks for on any window: unnamed controls, foreign words, cut or small text, things out of reach."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTabBar,
    QTextBrowser,
    QWidget,
)

ENGLISH = frozenset(
    """about accept action add address all and apply are back browse button by cancel change choose clear click close code color
    column confirm connect copy create custom cut data date day default delete description details directory disk document done
    down download edit email empty error exit export failed false field file files filter find finish folder font for found from
    green help hue import invalid item items language last list load loading location login look margins match menu message
    missing modified month name network new next none not null number of ok online offline open options orientation or page
    pages paper password paste pick please preview previous print printer print-range procedure properties quit range record
    redo refresh remove rename replace report required reset restore retry row sample save screen search select selected send
    server settings show size sort source start status step stop style success submit sync system table task test text then this
    time title today true type undo unknown untitled update upload user value view warning website week what when width with year
    yes you your""".split()  # noqa: SIM905  # a list of two hundred literals would be harder to read
)
"""Common words of programs; those that are Vietnamese words as well (in, to, do, no, an, a, may, hai) are left out."""

LEAST_POINTS = 11
CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QTextBrowser, QAbstractItemView)
Rule = Callable[[QWidget], Iterator[str]]


def shown(root: QWidget) -> Iterator[QWidget]:
    """Every visible widget below, and the root."""
    yield root
    for widget in root.findChildren(QWidget):
        if widget.isVisible():
            yield widget


def controls(root: QWidget) -> list[QWidget]:
    """Everything visible that takes the keyboard."""
    return [
        widget
        for widget in shown(root)
        if isinstance(widget, CONTROLS) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not isinstance(widget, QHeaderView)
    ]


def texts(root: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every word a person can see or hear, with the widget it belongs to."""
    for widget in shown(root):
        for text in (
            *_own_texts(widget),
            widget.toolTip(),
            widget.accessibleName(),
            widget.accessibleDescription(),
            widget.statusTip(),
        ):
            if text:
                yield widget, text


def english_words(text: str) -> list[str]:
    """The English words of a text."""
    return [word for word in re.findall(r"[^\W\d_]+", text.lower()) if word in ENGLISH]


def speaks_vietnamese(root: QWidget) -> Iterator[str]:
    """No English word anywhere."""
    for widget, text in texts(root):
        for word in english_words(text):
            yield f"{name_of(widget)}: English {word!r} in {text!r}"


def has_names(root: QWidget) -> Iterator[str]:
    """Every control says what it is, in plain text; no HTML in tooltips."""
    for widget in controls(root):
        name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
        if not name.strip() or "<" in name:
            yield f"{name_of(widget)} has no plain accessible name: {name!r}"
    for widget in shown(root):
        if "<" in widget.toolTip():
            yield f"{name_of(widget)} has HTML in its tooltip"


def letters_are_large(root: QWidget) -> Iterator[str]:
    """Fonts in points, 11 at least."""
    for widget in shown(root):
        if _own_texts(widget) and widget.font().pointSizeF() < LEAST_POINTS:
            yield f"{name_of(widget)}: {widget.font().pointSizeF()} pt: {_own_texts(widget)[0]!r}"


def nothing_is_cut(root: QWidget) -> Iterator[str]:
    """Labels and buttons have room for their words."""
    for widget in shown(root):
        if isinstance(widget, QLabel) and widget.text() and _is_cut(widget):
            yield f"{name_of(widget)} is cut: {widget.text()!r} in {widget.width()}x{widget.height()}"
        if isinstance(widget, QPushButton) and widget.text() and widget.width() < widget.sizeHint().width():
            yield f"{name_of(widget)} is cut: {widget.text()!r} needs {widget.sizeHint().width()}, has {widget.width()}"


def is_within_reach(root: QWidget) -> Iterator[str]:
    """Buttons and editors lie inside the window, or in something that scrolls."""
    whole = root.rect()
    for widget in controls(root):
        if not _scrolls(widget, root) and not whole.contains(_place(widget, root)):
            yield f"{name_of(widget)} lies outside the window: {_place(widget, root)}"


def tab_follows_reading(root: QWidget) -> Iterator[str]:
    """Tab never jumps up within a column: the next control is below, or to the right."""
    chain = _tab_chain(root)
    for before, after in pairwise(chain):
        a, b = _place(before, root), _place(after, root)
        if b.bottom() <= a.top() and b.left() < a.right():
            yield f"Tab jumps up from {name_of(before)} to {name_of(after)}"


def name_of(widget: QWidget) -> str:
    """How a fault names a widget."""
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()!r}"


def menu_texts(menu: QMenu) -> list[str]:
    """The words of a menu."""
    return [action.text() for action in menu.actions() if action.text()]


def _own_texts(widget: QWidget) -> list[str]:
    if isinstance(widget, QLabel | QAbstractButton):
        return [widget.text()] if widget.text() else []
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        return [text for text in (widget.placeholderText(), widget.windowTitle()) if text]
    if isinstance(widget, QComboBox):
        return [widget.itemText(n) for n in range(widget.count())]
    if isinstance(widget, QTabBar):
        return [widget.tabText(n) for n in range(widget.count())]
    if isinstance(widget, QTextBrowser):
        return [widget.toPlainText()]
    if isinstance(widget, QHeaderView):
        return []
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        return list(_cells(widget.model()))
    return [widget.windowTitle()] if widget.isWindow() and widget.windowTitle() else []


def _cells(model: QAbstractItemModel, most: int = 30) -> Iterator[str]:
    for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
        heading = model.headerData(column, Qt.Orientation.Horizontal)
        if heading and not str(heading).isdigit():
            yield str(heading)
        for row in range(min(model.rowCount(), most)):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                value = model.index(row, column).data(role)
                if value:
                    yield str(value)


def _is_cut(label: QLabel) -> bool:
    inner = label.contentsRect()
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height() + 1
    if label.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored:
        return False
    widest = max(label.fontMetrics().horizontalAdvance(line) for line in label.text().split("\n"))
    return widest > inner.width() + 1


def _scrolls(widget: QWidget, root: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and parent is not root:
        if isinstance(parent, QScrollArea | QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def _place(widget: QWidget, root: QWidget) -> QRect:
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


def _tab_chain(root: QWidget) -> list[QWidget]:
    wanted = set(controls(root))
    chain: list[QWidget] = []
    widget: QWidget | None = root.nextInFocusChain()
    while widget is not None and widget is not root:
        if widget in wanted and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
            chain.append(widget)
        widget = widget.nextInFocusChain()
    return chain


RULES: tuple[Rule, ...] = (speaks_vietnamese, has_names, letters_are_large, nothing_is_cut, is_within_reach)
