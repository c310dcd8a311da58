"""The look: one palette, one type scale, spacing from the font; every text colour keeps at least 4.5:1 on its ground.

Sizes are never fixed pixels: ``Metrics`` measures the application font and everything else is a multiple of it, so 100, 125
and 150 % stay in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPalette, QRawFont
from PySide6.QtWidgets import QApplication

from qms_desktop.gui.icons import picture_path

BASE_POINTS = 11
FAMILIES = ("Segoe UI", "Noto Sans", "Liberation Sans", "DejaVu Sans")
PROOF = "ẤẦẨẪẬấầẩẫậĂẮẰẲẴẶăắằẳẵặĐđƠỚỜỞỠỢơớờởỡợƯỨỪỬỮỰưứừửữựỲỶỸỴ"


@dataclass(frozen=True, slots=True)
class Palette:
    """Named colours; the comment of a use is its name."""

    ink: str = "#1c2733"
    quiet: str = "#51606f"
    faint: str = "#64727f"
    ground: str = "#f3f5f7"
    surface: str = "#ffffff"
    stripe: str = "#f8fafb"
    line: str = "#d3dae1"
    edge: str = "#8b98a5"
    accent: str = "#0b5c8a"
    accent_dark: str = "#08466a"
    accent_lit: str = "#1a79b0"
    accent_soft: str = "#e3eff7"
    chosen: str = "#c8dff0"
    nav: str = "#12324a"
    nav_text: str = "#e6eef5"
    nav_quiet: str = "#a9c0d2"
    nav_here: str = "#0b5c8a"
    late: str = "#b02018"
    late_soft: str = "#fbe9e7"
    soon: str = "#855300"
    soon_soft: str = "#fdf1da"
    good: str = "#17683a"
    good_soft: str = "#e2f3e8"
    paused: str = "#4b4f8f"
    paused_soft: str = "#eaebf6"


PALETTE = Palette()
LEVEL_COLOURS = {
    "late": PALETTE.late,
    "soon": PALETTE.soon,
    "ok": PALETTE.good,
    "paused": PALETTE.paused,
    "done": PALETTE.quiet,
    "": PALETTE.ink,
}
LEVEL_GROUNDS = {
    "late": PALETTE.late_soft,
    "soon": PALETTE.soon_soft,
    "ok": PALETTE.good_soft,
    "paused": PALETTE.paused_soft,
    "done": PALETTE.ground,
    "": PALETTE.ground,
}


@dataclass(frozen=True, slots=True)
class Metrics:
    """Lengths in logical pixels derived from the font: ``em`` is the line height, ``char`` the width of a digit."""

    em: int
    char: int

    @property
    def gap(self) -> int:
        """Between things that belong together."""
        return max(3, round(self.em * 0.25))

    @property
    def space(self) -> int:
        """Between groups, and the margin of a page."""
        return max(8, round(self.em * 0.6))

    @property
    def row(self) -> int:
        """The height of a list row."""
        return round(self.em * 1.25)

    def chars(self, count: int) -> int:
        """The width of so many characters with the padding of a cell."""
        return count * self.char + self.em


def metrics(font: QFont | None = None) -> Metrics:
    """The measure of the application's font."""
    measured = QFontMetricsF(font or QApplication.font())
    return Metrics(round(measured.height()), round(measured.horizontalAdvance("0")))


def choose_font() -> QFont:
    """The first family of the list that is installed and holds every Vietnamese letter."""
    present = set(QFontDatabase.families())
    for family in FAMILIES:
        if family in present:
            font = QFont(family)
            font.setPointSizeF(BASE_POINTS)
            if holds_vietnamese(font):
                return font
    font = QFont()
    font.setPointSizeF(BASE_POINTS)
    return font


def holds_vietnamese(font: QFont) -> bool:
    """Whether the font itself has every letter, so that none is borrowed from another face."""
    raw = QRawFont.fromFont(font)
    return all(raw.supportsCharacter(ord(letter)) for letter in PROOF)


def scaled(points: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The application font at another size, relative to the base of 11 points."""
    font = QFont(QApplication.font())
    font.setPointSizeF(max(QApplication.font().pointSizeF() * points / BASE_POINTS, 9))
    font.setWeight(weight)
    return font


def qt_palette() -> QPalette:
    """The palette that the Fusion style draws with."""
    tokens = PALETTE
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, tokens.ground),
        (roles.WindowText, tokens.ink),
        (roles.Base, tokens.surface),
        (roles.AlternateBase, tokens.stripe),
        (roles.Text, tokens.ink),
        (roles.PlaceholderText, tokens.faint),
        (roles.Button, tokens.surface),
        (roles.ButtonText, tokens.ink),
        (roles.Highlight, tokens.accent),
        (roles.HighlightedText, tokens.surface),
        (roles.ToolTipBase, tokens.ink),
        (roles.ToolTipText, tokens.surface),
        (roles.Link, tokens.accent),
    ):
        palette.setColor(role, QColor(colour))
    for role in (roles.Text, roles.ButtonText, roles.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.faint))
    return palette


def style_sheet() -> str:
    """The style sheet of the whole application."""
    measure = metrics()
    values = {name: getattr(PALETTE, name) for name in PALETTE.__slots__}
    lengths = {"gap": measure.gap, "space": measure.space, "em": measure.em, "round": max(3, measure.em // 5)}
    lengths |= {"pad": measure.gap, "inpad": measure.gap - 1, "inspace": measure.space - 1}
    lengths |= {"combobox": measure.gap + 2, "incombobox": measure.gap + 1}
    lengths |= {"half": max(2, measure.gap // 2), "cell": measure.gap + 3, "tick": round(measure.em * 0.75)}
    pictures = {"arrow": picture_path("down"), "check": picture_path("check")}
    text = _SHEET
    for name, value in sorted((values | lengths | pictures).items(), key=_longest_first):
        text = text.replace(f"@{name}", f"{value}")
    return text


def _longest_first(item: tuple[str, object]) -> int:
    return -len(item[0])


_SHEET = """
* { outline: none; }
QWidget { color: @ink; }
QMainWindow, QDialog, QWidget#page { background: @ground; }
QToolTip { background: @ink; color: @surface; border: none; padding: @gappx; }

QLineEdit, QPlainTextEdit, QComboBox, QListWidget, QTableView, QTextBrowser {
    background: @surface; border: 1px solid @edge; border-radius: @roundpx;
    selection-background-color: @accent; selection-color: @surface; }
QLineEdit, QPlainTextEdit { placeholder-text-color: @faint; }
QLineEdit, QComboBox { padding: @padpx; min-height: @empx; }
QComboBox { padding-left: @comboboxpx; }
QPlainTextEdit { padding: @halfpx; }
QListWidget, QTableView, QTextBrowser { padding: 1px; }
QListWidget:focus, QTableView:focus, QTextBrowser:focus { padding: 0px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QListWidget:focus, QTableView:focus, QTextBrowser:focus,
QScrollArea:focus { border: 2px solid @accent; }
QLineEdit:focus, QComboBox:focus { padding: @inpadpx; }
QComboBox:focus { padding-left: @incomboboxpx; }
QLineEdit[faulty="true"], QPlainTextEdit[faulty="true"], QComboBox[faulty="true"] { border: 2px solid @late; }
QLineEdit[faulty="true"], QComboBox[faulty="true"] { padding: @inpadpx; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QLineEdit:read-only { background: @ground; color: @quiet; }
QComboBox::drop-down { border: none; width: @empx; }
QComboBox::down-arrow { image: url(@arrow); width: @tickpx; height: @tickpx; }
QComboBox QAbstractItemView { background: @surface; border: 1px solid @edge;
    selection-background-color: @accent; selection-color: @surface; }

QPushButton { background: @surface; border: 1px solid @edge; border-radius: @roundpx;
    padding: @padpx @spacepx; min-height: @empx; }
QPushButton:hover { background: @accent_soft; border-color: @accent; }
QPushButton:focus { border: 2px solid @accent; padding: @inpadpx @inspacepx; }
QPushButton:pressed { background: @line; }
QPushButton:disabled { color: @faint; border-color: @line; background: @ground; }
QPushButton[primary="true"] { background: @accent; border-color: @accent; color: @surface; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accent_dark; }
QPushButton[primary="true"]:focus { border: 2px solid @ink; background: @accent_lit; }
QPushButton[primary="true"]:disabled { background: @line; color: @quiet; border-color: @line; }
QPushButton[warning="true"] { background: @soon; border-color: @soon; color: @surface; font-weight: 600; }
QPushButton[warning="true"]:focus { border: 2px solid @ink; background: @soon; }
QPushButton[chip="true"]:checked { background: @accent_soft; border-color: @accent; color: @accent_dark; }
QPushButton[flat="true"] { background: transparent; border: 1px solid transparent; color: @accent; padding: @padpx @gappx; }
QPushButton[flat="true"]:hover { text-decoration: underline; }
QPushButton[flat="true"]:focus { border: 2px solid @accent; padding: @inpadpx; }
QPushButton[flat="true"]:disabled { color: @faint; }

QCheckBox { spacing: @gappx; padding: 2px; border: 2px solid transparent; border-radius: @roundpx; }
QCheckBox:focus { border: 2px solid @accent; }
QCheckBox::indicator { width: @tickpx; height: @tickpx; border: 1px solid @edge; border-radius: 3px; background: @surface; }
QCheckBox::indicator:checked { image: url(@check); border: 1px solid @accent; }

QTableView { gridline-color: @line; alternate-background-color: @stripe; }
QTableView::item { padding: 0px @gappx; border: none; }
QTableView::item:selected { background: @chosen; }
QListWidget::item:selected { background: @chosen; color: @ink; }
QHeaderView { background: @ground; border: none; }
QHeaderView::section { background: @ground; color: @quiet; font-weight: 600; padding: @halfpx @gappx; padding-left: @cellpx;
    border: none; border-bottom: 1px solid @edge; border-right: 1px solid @line; }
QListWidget::item { padding: @halfpx @gappx; }

QLabel#title { color: @ink; }
QLabel#subtitle, QLabel[quiet="true"] { color: @quiet; }
QLabel[fault="true"] { color: @late; }
QLabel#section { color: @accent_dark; font-weight: 600; }
QFrame#card { background: @surface; border: 1px solid @line; border-radius: @roundpx; }
QFrame#rule { background: @line; border: none; }

QListWidget#navigation, QListWidget#navigation:focus { background: @nav; color: @nav_text; border: none; border-radius: 0px;
    padding: @gappx 0px; }
QListWidget#navigation::item { padding: @gappx @gappx; border-left: 3px solid transparent; color: @nav_text; }
QListWidget#navigation::item:hover { background: #1c4463; }
QListWidget#navigation::item:selected { background: @nav_here; color: @surface; border-left: 3px solid @surface;
    font-weight: 600; }
QListWidget#navigation::item:selected:focus { border: 2px solid @nav_text; }
QWidget#navhead { background: @nav; }
QWidget#navhead QLabel { color: @surface; font-weight: 600; }
QWidget#navhead QLabel#navunit { color: @nav_quiet; font-weight: 400; }

QStatusBar { background: @surface; border-top: 1px solid @line; color: @quiet; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @quiet; padding: 0px @gappx; }

QTabWidget::pane { border: 1px solid @line; border-radius: @roundpx; background: @surface; top: -1px; }
QTabBar::tab { background: transparent; color: @quiet; padding: @gappx @spacepx; border: none;
    border-bottom: 3px solid transparent; }
QTabBar::tab:selected { color: @accent_dark; border-bottom: 3px solid @accent; font-weight: 600; }
QTabBar::tab:focus { color: @ink; background: @accent_soft; }

QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget#body { background: transparent; }
QScrollBar:vertical { background: @ground; width: @tickpx; margin: 0px; border: none; }
QScrollBar:horizontal { background: @ground; height: @tickpx; margin: 0px; border: none; }
QScrollBar::handle { background: #b7c1cb; border-radius: 3px; margin: 2px; min-height: 30px; min-width: 30px; }
QScrollBar::handle:hover { background: @edge; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QSplitter::handle { background: transparent; }
QMenu { background: @surface; border: 1px solid @edge; }
QMenu::item { padding: @gappx @spacepx; }
QMenu::item:selected { background: @accent; color: @surface; }
QMenu::item:disabled { color: @faint; }
"""
