"""A card scanner is a keyboard that types fast: the keys of a card are caught wherever the focus stands on a page.

Known by its shape and not by time, because a slow PC stretches any burst: twelve digits in a row and an upright stroke, which
nobody types. Until the stroke the digits go where they go; then the page is put back as it was before them, and all
further keys are kept away from it until Enter, Tab or silence. Keys are noted one by one, Backspaces of typing tools among
them; what they mean is for ``domain.scanned_keys``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from qms_desktop.domain.identity_card import NUMBER_LENGTH, SEPARATOR, is_whole
from qms_desktop.domain.scanned_keys import BACKSPACE, LOST, readings

TICK_MS = 400
"""Longer than between two keys of any scanner; a card without Enter behind it ends after this silence."""
_PATIENCE = 4
"""So many silences and a card that is not whole is given up."""
_ENDS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})
_BARE = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock}
)

PutBack = Callable[[], None]


class CardScanner(QObject):
    """Listens to the widget of a page that has the focus. ``remember`` gives what puts the page back as it stands now.

    ``scanned`` brings the readings of one card (see ``scanned_keys.readings``) once the page is put back.
    """

    scanned = Signal(object)

    def __init__(self, page: QWidget, remember: Callable[[], PutBack]) -> None:
        super().__init__(page)
        self._page = page
        self._remember = remember
        self._before: deque[PutBack] = deque(maxlen=NUMBER_LENGTH)
        self._digits = ""
        self._strokes: list[str] = []
        self._silences = 0
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self.silence)
        self._heard: QWidget | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    @property
    def busy(self) -> bool:
        """Whether a card is coming in."""
        return bool(self._strokes)

    def silence(self) -> None:
        """No key for a while: the card is whole, or given up."""
        self._silences += 1
        if is_whole("".join(self._strokes)) or self._silences >= _PATIENCE:
            self._end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes the keys of a card, leaves all others."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is QApplication.focusWidget():
            return self._caught(event) if self._strokes else self._begins(event)
        if self._strokes and event.type() == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            self._note_composed(event.commitString())
            return True
        return False

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The filter stands on the focused widget alone: on the application it would see every event of the program."""
        if self._heard is not None:
            self._heard.removeEventFilter(self)
            self._heard.destroyed.disconnect(self._forget)
        self._heard = now if now is not None and self._page.isAncestorOf(now) else None
        if self._heard is not None:
            self._heard.installEventFilter(self)
            self._heard.destroyed.connect(self._forget)

    def _forget(self) -> None:
        self._heard = None

    def _begins(self, event: QKeyEvent) -> bool:
        text = event.text()
        if event.key() in _BARE:
            return False
        if len(text) == 1 and text.isascii() and text.isdigit():
            self._before.append(self._remember())
            self._digits += text
            return False
        starts = text == SEPARATOR and len(self._digits) >= NUMBER_LENGTH
        if starts:
            self._strokes = [*self._digits[-NUMBER_LENGTH:], SEPARATOR]
            self._before[0]()
            self._silences = 0
            self._clock.start()
        self._digits = ""
        self._before.clear()
        return starts

    def _caught(self, event: QKeyEvent) -> bool:
        self._silences = 0
        self._clock.start()
        if event.key() in _ENDS:
            self._end()
        elif event.key() == Qt.Key.Key_Backspace:
            self._strokes.append(BACKSPACE)
        elif event.text().isprintable() and not self._is_part_of_a_code(event):
            self._strokes += event.text()
        return True

    def _is_part_of_a_code(self, event: QKeyEvent) -> bool:
        """Alt with digits of the number pad: the letter itself comes when Alt is let go."""
        return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier) and event.text().isdigit()

    def _note_composed(self, text: str) -> None:
        """A tool that composes without sending keys leaves no trace of them; its letters are then not to be trusted."""
        plain = text.isascii() and not text.isalpha()
        self._strokes += text if plain or not text else [LOST, *text]

    def _end(self) -> None:
        self._clock.stop()
        strokes, self._strokes = self._strokes, []
        self.scanned.emit(readings(strokes))
