"""The time of a dossier as a bar: from receipt to the due date, pauses grey with their reason, today marked.

The colours say nothing that the words do not: every stretch and mark is named, and the whole stands as accessible text.
"""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from qms_desktop.domain.text import format_date
from qms_desktop.gui.desk_clock import ClockFace, PausedDays
from qms_desktop.gui.theme import LEVEL_COLOURS, LEVEL_GROUNDS, PALETTE, metrics, scaled

_SMALL = 9.5
_STANDING = "tạm dừng"


class ClockBar(QWidget):
    """The bar of one dossier."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._face: ClockFace | None = None
        self.setFont(scaled(_SMALL))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setObjectName("dossier.clock")

    def show_face(self, face: ClockFace) -> None:
        """Shows these days; nothing where the norm gives no due date."""
        self._face = face
        self.setVisible(face.due is not None)
        words = face_words(face)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines: the bar with what stands in it, the days below."""
        return QSize(metrics().chars(40), 2 * self.fontMetrics().height() + metrics().gap)

    def minimumSizeHint(self) -> QSize:
        """The bar can be narrow; words that find no room are left to the accessible text."""
        return QSize(metrics().chars(20), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The track, the pauses on it, what is late behind the due date, today, and the days below."""
        del event
        face = self._face
        if face is None or face.due is None:
            return
        painter = QPainter(self)
        self._draw_track(painter, face, face.due)
        for pause in face.pauses:
            self._draw_pause(painter, face, pause)
        self._draw_mark(painter, self._x(face, face.due, whole=True), LEVEL_COLOURS[face.level])
        if face.ended is None:
            self._draw_mark(painter, self._x_last(face), PALETTE.accent)
        self._draw_days(painter, face, face.due)
        painter.end()

    def _draw_track(self, painter: QPainter, face: ClockFace, due: date) -> None:
        end = self._x(face, due, whole=True)
        reached = min(end, self._x_last(face))
        painter.fillRect(self._span(0, end), QColor(PALETTE.accent_soft))
        painter.fillRect(self._span(0, reached), QColor(PALETTE.chosen))
        if is_late(face):
            late = self._span(end, self._x_last(face))
            painter.fillRect(late, QColor(LEVEL_GROUNDS["late"]))
            self._write(painter, late, "trễ hẹn", LEVEL_COLOURS["late"])

    def _draw_pause(self, painter: QPainter, face: ClockFace, pause: PausedDays) -> None:
        room = self._span(self._x(face, pause.since), self._x(face, pause.until, whole=True))
        painter.fillRect(room, QColor(PALETTE.line))
        painter.fillRect(room, QBrush(QColor(PALETTE.edge), Qt.BrushStyle.BDiagPattern))
        for words in (f"{_STANDING}: {pause.reason}", pause.reason or _STANDING, "dừng"):
            if self.fontMetrics().horizontalAdvance(words) + metrics().gap * 2 <= room.width():
                words_room = room.adjusted(
                    (room.width() - self.fontMetrics().horizontalAdvance(words)) // 2 - metrics().gap, 1, 0, -1
                )
                words_room.setWidth(self.fontMetrics().horizontalAdvance(words) + metrics().gap * 2)
                painter.fillRect(words_room, QColor(PALETTE.line))
                self._write(painter, room, words, PALETTE.ink)
                return

    def _draw_mark(self, painter: QPainter, x: int, colour: str) -> None:
        painter.setPen(QPen(QColor(colour), 3))
        at = max(1, min(self.width() - 2, x))
        painter.drawLine(at, 0, at, self._bar_height())

    def _draw_days(self, painter: QPainter, face: ClockFace, due: date) -> None:
        """The first day at the left, today and the due date under their marks as far as they find room."""
        last = f"xong {_day(face.ended)}" if face.ended else f"hôm nay {_day(face.today)}"
        wanted = (
            (f"nhận {_day(face.received)}", 0, PALETTE.quiet),
            (last, self._x_last(face), PALETTE.accent),
            (f"hẹn {_day(due)}", self._x(face, due, whole=True), LEVEL_COLOURS[face.level]),
        )
        taken: list[QRect] = []
        for words, x, colour in wanted:
            width = self.fontMetrics().horizontalAdvance(words)
            left = max(0, min(self.width() - width, x - width // 2))
            room = self._free(QRect(left, self._bar_height(), width, self.fontMetrics().height()), taken)
            if room is not None:
                taken.append(room)
                self._write(painter, room, words, colour)

    def _free(self, room: QRect, taken: list[QRect]) -> QRect | None:
        """The room, or the nearest one beside what is there already; None where it would stand far from its mark."""
        gap = metrics().char
        lefts = [room.left(), *(place for other in taken for place in (other.right() + gap, other.left() - room.width() - gap))]
        for left in sorted(lefts, key=lambda left: abs(left - room.left())):
            tried = QRect(left, room.top(), room.width(), room.height())
            near = abs(left - room.left()) <= room.width()
            inside = left >= 0 and tried.right() <= self.width()
            if near and inside and not any(tried.adjusted(1 - gap, 0, gap - 1, 0).intersects(there) for there in taken):
                return tried
        return None

    def _write(self, painter: QPainter, room: QRect, words: str, colour: str) -> None:
        painter.setPen(QColor(colour))
        if self.fontMetrics().horizontalAdvance(words) <= room.width():
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), words)

    def _x(self, face: ClockFace, day: date, *, whole: bool = False) -> int:
        """Where a day begins, or, `whole`, where it ends."""
        days = (_last_day(face) - face.received).days + 1
        return round(self.width() * max(0, (day - face.received).days + whole) / days)

    def _x_last(self, face: ClockFace) -> int:
        """Where the time told ends: with the day of the result, or with today once the due date went by."""
        whole = face.ended is not None or is_late(face)
        return self._x(face, face.ended or face.today, whole=whole)

    def _span(self, left: int, right: int) -> QRect:
        return QRect(left, 0, max(2, right - left), self._bar_height())

    def _bar_height(self) -> int:
        return self.fontMetrics().height() + 1


def is_late(face: ClockFace) -> bool:
    """Whether the due date went by before the clock stopped; while it stands, nobody is late yet."""
    last = face.ended or face.today
    return face.due is not None and last > face.due and face.level != "paused"


def face_words(face: ClockFace) -> str:
    """Everything the bar shows, as one sentence to be read aloud."""
    parts = [f"Thời hạn: nhận {format_date(face.received)}"]
    parts += [_pause_words(pause) for pause in face.pauses]
    if face.due is not None:
        moved = f" (hẹn gốc {format_date(face.original_due)})" if face.original_due not in (None, face.due) else ""
        parts.append(f"hẹn {format_date(face.due)}{moved}")
    last = face.ended or face.today
    parts.append(f"xong {format_date(last)}" if face.ended else f"hôm nay {format_date(last)}")
    if is_late(face):
        parts.append("trễ hẹn")
    return "; ".join(parts) + "."


def _pause_words(pause: PausedDays) -> str:
    until = "chưa xong" if pause.open else format_date(pause.until)
    return f"{_STANDING} {format_date(pause.since)} – {until}" + (f" ({pause.reason})" if pause.reason else "")


def _last_day(face: ClockFace) -> date:
    days = [face.due or face.received, face.ended or face.today, *(pause.until for pause in face.pauses)]
    return max(*days, face.received + timedelta(days=1))


def _day(day: date) -> str:
    return f"{day:%d/%m}"
