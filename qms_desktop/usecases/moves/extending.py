"""Extending the due date: asked for by whoever works on the dossier, granted or not by a head; the original date stays (I5)."""

from dataclasses import dataclass

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.records.dossiers import State
from qms_desktop.usecases.moves.case import Case, Changes, clock_fact, present, progress
from qms_desktop.usecases.moves.waiting import limit_of

DUE_NOT_LATER = "Ngày hẹn mới phải sau ngày hẹn hiện tại."


@dataclass(frozen=True, slots=True)
class LaterThan:
    """The rule of a day that comes after another one (ISO days): what it says otherwise."""

    day: str
    words: str

    def __call__(self, value: Value) -> str | None:
        """The sentence when the value is not later."""
        return None if str(value)[:10] > self.day else self.words


def later_than_due(record: Values) -> LaterThan:
    """A new due day comes after the present one."""
    return LaterThan(str(record.get("due") or record.get("original_due") or "")[:10], DUE_NOT_LATER)


def extend(case: Case) -> Changes:
    """A head grants a new due day, as often as the office allows."""
    new_due = _new_due(case)
    _demand_allowed(case)
    return [
        clock_fact(case, "extend", reason=case.reason, new_due=new_due, authorised_by=case.work.session.person),
        progress(case, State.PROCESSING, extension_asked=None),
    ]


def ask_extension(case: Case) -> Changes:
    """Whoever works on the dossier asks for a new due day; nothing moves until a head has said yes."""
    new_due = _new_due(case)
    _demand_allowed(case)
    return [clock_fact(case, "ask_extend", reason=case.reason, new_due=new_due), present(case, extension_asked=new_due)]


def refuse_extension(case: Case) -> Changes:
    """A head says no, and why."""
    if not case.record.get("extension_asked"):
        raise RuleError("QMS-227", "Hồ sơ này không có đề nghị gia hạn nào.", do="Hãy mở lại hồ sơ để xem trạng thái mới.")
    facts = {"reason": case.reason, "authorised_by": case.work.session.person}
    return [clock_fact(case, "refuse_extend", **facts), present(case, extension_asked=None)]


def _new_due(case: Case) -> str:
    new_due = case.words("new_due")
    if not new_due or later_than_due(case.record)(new_due):
        raise InputError("QMS-133", DUE_NOT_LATER, do="Hãy nhập lại ngày hẹn mới.")
    return new_due


def _demand_allowed(case: Case) -> None:
    granted, limit = (
        case.view.count("clock_event", dossier=case.id, kind="extend"),
        limit_of(case.view, case.work, "extension_limit"),
    )
    if granted >= limit:
        raise RuleError(
            "QMS-228",
            f"Hồ sơ đã được gia hạn {granted} lần, đơn vị quy định tối đa {limit} lần.",
            do="Hãy giải quyết theo ngày đã hẹn lại.",
        )
