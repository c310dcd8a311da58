"""Work that may wait for the disk or a printer: one worker thread, results handed over in the window's own thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")
Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class _Job:
    done: Callable[[Any], None] | None
    failed: Failed


@dataclass(frozen=True, slots=True)
class _Outcome:
    job: _Job
    result: Any
    error: BaseException | None


class Tasks(QObject):
    """Runs functions one after another off the window's thread.

    ``failed`` of the constructor shows an error when a call brings none of its own; it is the one place where errors of
    commands are caught.
    """

    idle = Signal()
    _arrived = Signal(object)

    def __init__(self, failed: Failed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._failed = failed
        self._waiting = 0
        self._closed = False
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="qms-work")
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something is still under way."""
        return self._waiting > 0

    def run(self, work: Callable[[], T], done: Callable[[T], None] | None = None, failed: Failed | None = None) -> None:
        """Calls ``work`` in the worker thread, then ``done`` with its result, or ``failed`` with its error."""
        if self._closed:
            return
        job = _Job(done, failed or self._failed)
        self._waiting += 1
        self._pool.submit(work).add_done_callback(partial(self._hand_over, job))

    def fail(self, error: BaseException) -> None:
        """Shows an error in the usual place, for a caller that first had something of its own to put right."""
        self._failed(error)

    def close(self) -> None:
        """Waits for what is under way; nothing is delivered afterwards."""
        self._closed = True
        self._pool.shutdown(wait=True)

    def _hand_over(self, job: _Job, future: Future[Any]) -> None:
        if self._closed:
            return
        error = future.exception()
        self._arrived.emit(_Outcome(job, None if error else future.result(), error))

    def _deliver(self, outcome: _Outcome) -> None:
        self._waiting -= 1
        if outcome.error is not None:
            outcome.job.failed(outcome.error)
        elif outcome.job.done is not None:
            outcome.job.done(outcome.result)
        if not self._waiting:
            self.idle.emit()
