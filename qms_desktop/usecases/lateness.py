"""“Vì sao trễ?”: the recorded steps of a dossier handed to ``domain/lateness.py``, and its answer in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from qms_desktop.domain.deadline_model import Deadline
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.lateness import Share, StepTime, longest, person_days, shares, to_blame
from qms_desktop.domain.punctuality import Punctuality, classify
from qms_desktop.store.view import View
from qms_desktop.usecases.calendars import calendars_in
from qms_desktop.usecases.clock import deadline_of
from qms_desktop.usecases.printed_words import person

_LATE = frozenset({Punctuality.LATE, Punctuality.OVERDUE})


@dataclass(frozen=True, slots=True)
class WhyLate:
    """The answer: whether the dossier is late at all, and line by line what took the time."""

    late: bool
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)


def why_late(view: View, dossier: str, now: datetime) -> WhyLate:
    """Which steps and people took longer than their norm, waiting excluded; RuleError QMS-211 for no such dossier."""
    deadline, record = deadline_of(view, dossier, now), view.get("dossier", dossier) or {}
    calendar = calendars_in(view)
    end = _moment(record.get("finished_at") or record.get("delivered_at")) or deadline.stopped_at
    found = shares(_runs(view, dossier, min(end, now) if end else now), deadline.pauses, calendar)
    late = classify(deadline, now, calendar, stop=end) in _LATE
    due = deadline.current_due
    days = calendar.working_days_between(due.day, (end or now).date()) if late and due else 0
    head = f"Trễ {days} ngày làm việc so với hẹn {due.text()}." if days and due else "Quá hạn." if late else "Hồ sơ chưa trễ hẹn."
    return WhyLate(late, (head, *_reasons(found, late), *_waited(deadline)))


def _runs(view: View, dossier: str, end: datetime) -> list[StepTime]:
    """The runs as far as they count; what waits to be fetched after the end makes nobody late."""
    found = []
    for run in view.find("step_run", dossier=dossier):
        started, ended = _moment(run.get("started_at")), _moment(run.get("ended_at"))
        if started is not None and started < end:
            until = min(ended or end, end)
            found.append(
                StepTime(_words(run, "code"), _words(run, "name"), _who(view, run), started, until, _moment(run.get("due")))
            )
    return found


def _reasons(found: tuple[Share, ...], late: bool) -> list[str]:
    blamed = to_blame(found)
    if blamed:
        total = sum(share.beyond for share in blamed)
        several = [f"Cộng {person_days(total)} vượt thời gian của các bước."] if len(blamed) > 1 else []
        return [*(f"{_step(share)}: vượt {person_days(share.beyond)}." for share in blamed), *several]
    if not late:
        return ["Chưa bước nào vượt thời gian của mình."]
    return ["Không bước nào vượt thời gian riêng của mình. Lâu nhất:", *(_took(share) for share in longest(found))]


def _step(share: Share) -> str:
    who = f" ({share.who})" if share.who else " (chưa rõ người xử lý)"
    return f"{share.code} · {share.name}{who}"


def _took(share: Share) -> str:
    return f"{_step(share)}: {person_days(share.worked)}."


def _waited(deadline: Deadline) -> Iterable[str]:
    if deadline.pauses:
        reasons = dict.fromkeys(pause.reason for pause in deadline.pauses if pause.reason)
        yield f"Thời gian tạm dừng không tính{': ' if reasons else ''}{', '.join(reasons)}."


def _who(view: View, run: Values) -> str:
    return person(view, run.get("assignee"))


def _words(run: Values, name: str) -> str:
    return str(run.get(name) or "")


def _moment(value: Value) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None
