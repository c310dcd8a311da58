"""The window: navigation, message bar, one screen at a time, status bar. Screens are made when they are first needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from qms_desktop.domain.practice import PRACTICE_MARK
from qms_desktop.gui import actions
from qms_desktop.gui.desk import Desk, Found, Sheet
from qms_desktop.gui.errors import shown
from qms_desktop.gui.messages import GOOD, NOTE, WARNING, MessageBar, Offer
from qms_desktop.gui.navigation import PLACES, Navigation
from qms_desktop.gui.overlay import KeySheet, SearchPanel
from qms_desktop.gui.practice import OneByOne, framed
from qms_desktop.gui.reminder import ReminderButton
from qms_desktop.gui.screens import SCREENS
from qms_desktop.gui.screens.base import Screen
from qms_desktop.gui.screens.preview import Preview
from qms_desktop.gui.status import LEVELS, MARKS, brief, sync_words, time_words
from qms_desktop.gui.tasks import Tasks
from qms_desktop.gui.theme import LEVEL_COLOURS, metrics

PRODUCT = "ISO điện tử"
REFRESH_MS = 120
ARRIVING_MS = 1_000
"""While an exchange is under way, a list that follows once a second is quick enough, and leaves the window its time."""
STATUS_MS = 3_000
BEFORE_ENTERING = frozenset({"sign_in", "first_run"})


class MainWindow(QMainWindow):
    """The one window of the program; it is also the Shell that screens see."""

    _committed = Signal(object)
    _sync_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = Tasks(self.failed, self)
        self._reading = Tasks(self.failed, self)
        self._screens: dict[str, Screen] = {}
        self._trail: list[tuple[str, str]] = []
        self._here = ("", "")
        self._changed: set[str] = set()
        self._saved_at: datetime | None = None
        self._running = False
        self._closed = False
        self.setWindowTitle(f"{PRACTICE_MARK} – {PRODUCT}[*]" if desk.practising() else f"{PRODUCT}[*]")
        self._build()
        self._keys()
        self._listen()

    @property
    def desk(self) -> Desk:
        """The office."""
        return self._desk

    @property
    def tasks(self) -> Tasks:
        """The worker thread."""
        return self._tasks

    @property
    def reading(self) -> Tasks:
        """A second worker thread for what is only looked up: it never waits for a save."""
        return self._reading

    @property
    def screen_name(self) -> str:
        """Which screen is shown."""
        return self._here[0]

    def screen_now(self) -> Screen:
        """The screen that is shown."""
        screen = self.stack.currentWidget()
        assert isinstance(screen, Screen)
        return screen

    def come_forward(self) -> None:
        """A second start of the program asks for the window that is open."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def start(self) -> None:
        """Shows set-up, sign-in, or the screen of last time."""
        self._place_window()
        if not self._desk.founded():
            self.go("first_run")
        elif not self._desk.person_name():
            self.go("sign_in")
        else:
            self.entered()
        self.show()
        self.navigation.list.doItemsLayout()  # laid out before the style was known where somebody had signed in beforehand
        # Where no window manager gives the keyboard to a new window (a kiosk), its shortcuts would stay dead.
        self.activateWindow()

    def entered(self) -> None:
        """Someone has signed in: the place of last time, and a word if the program ended suddenly."""
        self._trail.clear()
        self.navigation.show_unit(self._desk.unit_title())
        last = self._desk.setting("window.screen")
        self.go(last if last in {place.screen for place in PLACES} else "today")
        if self._desk.setting("window.running") == "1" and not self._running:
            self.say("Lần trước chương trình tắt đột ngột. Dữ liệu đã lưu và phần đang nhập dở vẫn còn.", NOTE)
        self._desk.remember("window.running", "1")
        self._running = True
        hindrance = self._desk.hindrance()
        if hindrance:
            self.say(hindrance, WARNING)
        self._tasks.run(self._desk.begin)
        due = self.reminder.read()
        if due.text and self.screen_name != "today" and not hindrance:
            self.say(f"Hẹn trả: {due.text}.", WARNING if due.level == "late" else NOTE, Offer("Xem Hôm nay", self._open_today))
        self._show_status()

    def go(self, screen: str, argument: str = "") -> None:
        """Opens a screen, made now if it is the first time."""
        if self._here[0] and self._here != (screen, argument) and self._here[0] not in BEFORE_ENTERING:
            self._trail = [*self._trail[-20:], self._here]
        if self._here != (screen, argument) and not self.messages.faulty:
            self.messages.hide()
        self._open(screen, argument)

    def back(self) -> None:
        """Esc: out of the panel, the fold or the screen; nothing typed is lost."""
        for panel in (self.search_panel, self.key_sheet):
            if panel.isVisible():
                panel.leave()
                return
        if not self.screen_now().leave() and self._trail:
            self._open(*self._trail.pop())

    def say(self, text: str, look: str = NOTE, offer: Offer | None = None) -> None:
        """Shows a message."""
        self.messages.say(text, look, offer)

    def saved(self, text: str = "") -> None:
        """Shows "Đã lưu" with the time; ``text`` also as a message."""
        self._saved_at = self._desk.now()
        self.setWindowModified(False)
        if text:
            self.messages.say(text, GOOD)
        self._show_status()

    def typing(self) -> None:
        """Something typed is not saved yet: the title bears its mark."""
        self.setWindowModified(True)

    def failed(self, error: BaseException) -> None:
        """Any error of a command arrives here."""
        self.messages.fault(shown(error, self._desk.now(), self._desk.notes()))

    def preview(self, sheet: Sheet) -> None:
        """Shows a document before it is printed."""
        self.go("preview", sheet.file_name)
        page = self.screen_now()
        if isinstance(page, Preview):
            page.show_sheet(sheet)

    def practise(self) -> None:
        """Opens a window on a fresh office for practice; this one waits behind it."""
        self._tasks.run(self._desk.practice, self._show_practice)

    def _show_practice(self, desk: Desk) -> None:
        front = MainWindow(desk)
        front.start()
        OneByOne(self, front, desk.end_practice)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remembers the place and size, lets the worker finish.

        The window is taken apart by its own thread: left to the garbage collector, which runs in whatever thread it likes,
        its timers would outlive it and end the program.
        """
        if self._desk.founded():
            self._desk.remember("window.geometry", bytes(self.saveGeometry().toBase64().data()).decode())
            self._desk.remember("window.screen", self._here[0])
            self._desk.remember("window.running", "0")
        for screen in self._screens.values():
            screen.leave_for_good()
        self._closed = True
        self._tasks.close()
        self._reading.close()
        super().closeEvent(event)
        self.deleteLater()

    def _open(self, name: str, argument: str) -> None:
        screen = self._screens.get(name)
        if screen is None:
            screen = SCREENS[name](self)
            self._screens[name] = screen
            self.stack.addWidget(screen)
        self._here = (name, argument)
        entering = name in BEFORE_ENTERING
        self.navigation.setVisible(not entering)
        self.statusBar().setVisible(not entering)
        self.navigation.mark(name)
        self.stack.setCurrentWidget(screen)
        screen.open_with(argument)

    def _build(self) -> None:
        middle = QWidget(self)
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.navigation = Navigation(middle)
        self.navigation.wanted.connect(self._wanted)
        row.addWidget(self.navigation)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.messages = MessageBar(middle)
        self.stack = QStackedWidget(middle)
        column.addWidget(self.messages)
        column.addWidget(self.stack, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(framed(self, middle) if self._desk.practising() else middle)
        places = [Found("screen", place.screen, place.label, "màn hình") for place in PLACES]
        self.search_panel = SearchPanel(self, self._desk.search, places, self._reading)
        self.search_panel.chosen.connect(self._found)
        self.key_sheet = KeySheet(self)
        self._bar()

    def _bar(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        self._who = QLabel("", bar)
        self._saved = QLabel("", bar)
        self._backup = QLabel("", bar)
        self.sync_button = QPushButton("", bar)
        self.sync_button.setProperty("flat", True)
        self.sync_button.setAutoDefault(True)
        self.sync_button.clicked.connect(self._open_sync)
        self.reminder = ReminderButton(self._desk, self.navigation, self._open_today, bar)
        for widget in (self._who, self._saved, self._backup, self.reminder):
            bar.addWidget(widget)
        bar.addPermanentWidget(self.sync_button)
        bar.setContentsMargins(0, 0, metrics().gap * 2, 0)

    def _keys(self) -> None:
        self._commands: dict[str, Callable[[], object]] = {
            "new": self._new,
            "search": self.search_panel.appear,
            "help": self._help,
            "keys": self._sheet,
            "refresh": self._refresh,
            "undo": self._undo,
            "redo": self._redo,
            "back": self.back,
        }
        for item in actions.ACTIONS:
            if item.bound:
                for key in item.keys:
                    shortcut = QShortcut(QKeySequence(key), self)
                    shortcut.setObjectName(item.id)
                    shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
                    shortcut.activated.connect(self._pressed)

    def _pressed(self) -> None:
        sender = self.sender()
        name = sender.objectName()
        if self._here[0] in BEFORE_ENTERING and name not in ("keys", "back"):
            return
        if name.startswith("screen_"):
            self.go(PLACES[int(name.removeprefix("screen_")) - 1].screen)
        elif not self.screen_now().perform(name):
            command = self._commands.get(name)
            if command is not None:
                command()

    def _listen(self) -> None:
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REFRESH_MS)
        self._later.timeout.connect(self._refresh_changed)
        self._minute = QTimer(self)
        self._minute.setInterval(STATUS_MS)
        self._minute.timeout.connect(self._show_status)
        self._minute.start()
        self._committed.connect(self._note_change, Qt.ConnectionType.QueuedConnection)
        self._sync_changed.connect(self._show_status, Qt.ConnectionType.QueuedConnection)
        self._desk.subscribe(self._tell_committed)
        self._desk.on_sync(self._tell_synced)

    def _tell_committed(self, kinds: frozenset[str]) -> None:
        """In any thread; the office goes on telling after this window is gone."""
        if not self._closed:
            self._committed.emit(kinds)

    def _tell_synced(self) -> None:
        if not self._closed:
            self._sync_changed.emit()

    def _note_change(self, kinds: object) -> None:
        self._changed |= set(kinds) if isinstance(kinds, frozenset | set) else set()
        if not self._later.isActive():
            self._later.start(ARRIVING_MS if self._desk.sync_state().kind == "sending" else REFRESH_MS)

    def _refresh_changed(self) -> None:
        changed, self._changed = self._changed, set()
        screen = self.stack.currentWidget()
        if isinstance(screen, Screen) and screen.kinds & changed:
            screen.refresh()
        self.reminder.changed(changed)
        self._show_status()

    def _show_status(self) -> None:
        if self._desk.gone():
            self._leave()
        if not self._desk.founded():
            return
        now = self._desk.now()
        self.reminder.minute_passed()
        self._who.setText(f"{self._desk.unit_title()}  ·  {self._desk.person_name()}")
        self._saved.setText(f"Đã lưu {self._saved_at:%H:%M}" if self._saved_at else "")
        last = self._desk.last_backup()
        days = (now.date() - last.date()).days if last else None
        self._backup.setText(f"Sao lưu {time_words(last, now)}" if last and days is not None and days < 3 else "Cần sao lưu")
        if news := self._desk.news():
            self.say("\n".join(news), WARNING)
        state = self._desk.sync_state()
        level = LEVELS[state.kind]
        self.sync_button.setText(f"{MARKS[level]} {brief(sync_words(state, now))}")
        self.sync_button.setToolTip(sync_words(state, now))
        self.sync_button.setAccessibleName(f"Đồng bộ: {sync_words(state, now)}")
        screen = self.stack.currentWidget()
        if isinstance(screen, Screen):
            screen.status_changed()
        self.sync_button.setStyleSheet(f"color: {LEVEL_COLOURS[level]};")

    def _leave(self) -> None:
        """This PC was revoked: nothing of the office is shown any more, its data goes, and the person here is told."""
        words = self._desk.leave()
        self.go("first_run")
        self.say(words, WARNING)

    def _place_window(self) -> None:
        kept = self._desk.setting("window.geometry") if self._desk.founded() else ""
        screen = QGuiApplication.primaryScreen().availableGeometry()
        restored = bool(kept) and self.restoreGeometry(QByteArray.fromBase64(QByteArray(kept.encode())))
        if restored and screen.intersects(self.geometry()):
            return
        self.resize(min(1366, screen.width()), min(728, screen.height()))

    def _wanted(self, screen: str) -> None:
        self.go(screen)

    def _found(self, kind: str, record: str) -> None:
        targets = {"screen": record, "dossier": "dossier", "revision": "procedures", "applicant": "register"}
        self.go(targets.get(kind, "unit"), "" if kind == "screen" else record)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The status bar shows as much as finds room."""
        super().resizeEvent(event)
        self.reminder.make_room()

    def _open_today(self) -> None:
        self.go("today")

    def _open_sync(self) -> None:
        self.go("sync")

    def _new(self) -> None:
        self.go("intake")

    def _help(self) -> None:
        self.say(self.screen_now().hint or "Bấm Ctrl+/ để xem các phím dùng được ở đây.", NOTE)

    def _sheet(self) -> None:
        self.key_sheet.show_keys(sorted(self.screen_now().contexts))

    def _refresh(self) -> None:
        self.screen_now().refresh()
        self._show_status()

    def _undo(self) -> None:
        self._tasks.run(self._desk.undo, partial(self._taken_back, "Hoàn tác", "hoàn tác"))

    def _redo(self) -> None:
        self._tasks.run(self._desk.redo, partial(self._taken_back, "Làm lại", "làm lại"))

    def _taken_back(self, done: str, wanted: str, what: str) -> None:
        if not what:
            self.say(f"Không có thay đổi nào để {wanted}.", NOTE)
            return
        self.saved(f"{done}: {what}")
        self._refresh()
