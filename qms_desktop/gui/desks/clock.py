"""The time of a dossier, explained: the days of its bar, and why it is late."""

from __future__ import annotations

from datetime import datetime

from qms_desktop.domain.deadline_model import Pause
from qms_desktop.gui.desk_clock import ClockFace, PausedDays, Why
from qms_desktop.gui.desks.imports import OfficeImportDesk
from qms_desktop.usecases import clock, lateness


class OfficeClockDesk(OfficeImportDesk):
    """See ``gui.desk_clock.Clock``."""

    def clock_face(self, record: str) -> ClockFace:
        """Read from the recorded facts; a finished result stops the clock although the citizen has not come for it."""
        now = self.now()
        with self.view() as view:
            deadline = clock.deadline_of(view, record, now)
            row = view.get("dossier", record) or {}
        finished = str(row.get("finished_at") or row.get("delivered_at") or "") or (
            deadline.stopped_at.isoformat() if deadline.stopped_at else ""
        )
        due, original = deadline.current_due, deadline.original_due
        return ClockFace(
            received=deadline.received.date(),
            today=now.date(),
            due=due.day if due else None,
            original_due=original.day if original else None,
            ended=datetime.fromisoformat(finished).date() if finished else None,
            pauses=tuple(map(_paused, deadline.pauses)),
            level=self.countdown().of_deadline(deadline, row.get("state"), now).level,
        )

    def why_late(self, record: str) -> Why:
        """The answer in lines."""
        with self.view() as view:
            found = lateness.why_late(view, record, self.now())
        return Why(found.late, found.text)


def _paused(pause: Pause) -> PausedDays:
    return PausedDays(pause.since.date(), pause.until.date(), pause.reason, pause.open)
