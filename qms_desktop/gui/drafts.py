"""Keeps what is being typed: at most two seconds of typing can be lost, whatever happens to the power."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, QTimer

from qms_desktop.domain.fields import Value
from qms_desktop.gui.desk import Desk
from qms_desktop.gui.tasks import Tasks

DELAY_MS = 1200


class DraftKeeper(QObject):
    """Saves a form's raw content shortly after the first keystroke that is not saved yet, and then at that pace."""

    def __init__(self, desk: Desk, tasks: Tasks, collect: Callable[[], Mapping[str, Value]], parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._collect = collect
        self._key = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.keep)

    def use(self, key: str) -> None:
        """Sets which form is being typed; an empty key keeps nothing."""
        self._timer.stop()
        self._key = key

    def touch(self) -> None:
        """Something was typed. The timer is not restarted, so steady typing is saved too."""
        if self._key and not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Saves now, in the worker thread."""
        self._timer.stop()
        if self._key:
            self._tasks.run(partial(self._desk.save_draft, self._key, dict(self._collect())))

    def flush(self) -> None:
        """Saves what still waits for the timer."""
        if self._timer.isActive():
            self.keep()

    def drop(self) -> None:
        """The content was saved or given up."""
        self._timer.stop()
        if self._key:
            self._tasks.run(partial(self._desk.drop_draft, self._key))

    def offered(self) -> Mapping[str, Value] | None:
        """What was being typed last time."""
        return self._desk.draft(self._key) if self._key else None
