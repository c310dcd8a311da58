"""Moving a dossier: each permitted transition as one command with its guard, its reason and its author (domain-model d.3)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.records import dossier_moves
from qms_desktop.domain.records.dossier_moves import Transition
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.store.unit import Author, Change, put
from qms_desktop.store.view import View
from qms_desktop.usecases.moves import ending, extending, guards, handing, originals, waiting
from qms_desktop.usecases.moves.asking import asked_for, asked_now, is_late
from qms_desktop.usecases.moves.case import Case, steps_of
from qms_desktop.usecases.unseen import demand_seen
from qms_desktop.usecases.work import Session, Work

__all__ = ["actions_for", "asked_for", "asked_now", "author_for", "changes_of", "edit", "perform", "steps_of"]

_EDITORS = frozenset({"CL", "SP", "SH", "LD"})

_MOVES: Mapping[str, Callable[[Case], list[Change]]] = {
    "sign_for": handing.sign_for,
    "forward": handing.forward,
    "back": handing.back,
    "reassign": handing.reassign,
    "request_supplement": waiting.request_supplement,
    "supplement_received": waiting.supplement_received,
    "go_on": waiting.go_on,
    "return_expired": waiting.return_expired,
    "request_payment": waiting.request_payment,
    "payment_received": waiting.payment_received,
    "ask_agency": waiting.ask_agency,
    "agency_answered": waiting.agency_answered,
    "result_ready": ending.result_ready,
    "reject_result": ending.reject_result,
    "deliver": ending.deliver,
    "withdraw": ending.withdraw,
    "stop": ending.stop,
    "reopen": ending.reopen,
    "extend": extending.extend,
    "ask_extension": extending.ask_extension,
    "refuse_extension": extending.refuse_extension,
    "return_originals": originals.return_some,
    "lose_originals": originals.lose_some,
}


def actions_for(view: View, dossier: str, session: Session, today: date | None = None) -> list[Transition]:
    """The moves this person may make with the dossier now, in the order of the process.

    `today`: also those the person may make for somebody who is away on that day.
    """
    record = view.get("dossier", dossier)
    if record is None:
        return []
    mover = guards.Mover.on(view, session, today) if today else guards.Mover(session, frozenset())
    return [move for move in dossier_moves.TRANSITIONS if guards.offered(view, record, move, mover)]


def perform(work: Work, dossier: str, name: str, reason: str = "", extra: Values | None = None) -> None:
    """Make one move. ``extra`` carries what ``asked_now`` names, and ``at`` (a true time other than now, for paper fallback).

    Raises RightsError, RuleError (not possible in this state or on this desk), InputError (reason or value missing).
    """
    move = dossier_moves.transition(name)
    demand_role_and_reason(work, move, reason)
    details = dict(extra or {})

    def decide(view: View) -> list[Change]:
        return changes_of(view, work, dossier, move, reason, details)

    work.store.act(f"dossier.{name}", author_for(work, dossier), decide, reason=reason.strip())


def demand_role_and_reason(work: Work, move: Transition, reason: str) -> None:
    """RightsError without the role, InputError QMS-132 without a reason that the move needs."""
    work.session.demand(move.roles, f"“{move.label}”")
    if move.reason_required and not reason.strip():
        raise InputError("QMS-132", f"Chưa ghi lý do cho việc “{move.label}”.", do="Hãy ghi lý do rồi làm lại.")


def changes_of(view: View, work: Work, dossier: str, move: Transition, reason: str, details: Values) -> list[Change]:
    """What the move changes, once every guard has been passed; errors as ``perform``."""
    record = guards.demand_state(view, dossier, move)
    guards.demand_own(view, record, move, guards.Mover.on(view, work.session, work.clock().date()))
    case = Case(view, work, record, reason.strip(), details)
    _demand_why_late(case, move)
    signed = handing.signed(case) if move.name in guards.SIGNS else []
    return [*signed, *_MOVES[move.name](case)]


def _demand_why_late(case: Case, move: Transition) -> None:
    if not (case.reason or case.words("overdue_reason")) and is_late(case.view, case.record, move, case.at):
        raise InputError("QMS-136", "Bước này đã quá hạn, chưa ghi lý do trễ.", do="Hãy ghi lý do trễ hạn bước rồi làm lại.")


def author_for(work: Work, dossier: str) -> Author:
    """Who writes: the person signed in, on behalf of the holder for whom he stands in today."""
    with work.store.view() as view:
        holder = str((view.get("dossier", dossier) or {}).get("holder") or "")
        mover = guards.Mover.on(view, work.session, work.clock().date())
    return replace(work.author, on_behalf=holder) if holder in mover.absent else work.author


def edit(work: Work, dossier: str, values: Values, seen: Values | None = None) -> None:
    """Correct the typed fields of a dossier; the pinned procedure, the clock and the state have their own commands.

    ``seen`` are the values the form showed: RuleError when one of the fields has changed since (see ``unseen``).
    """
    work.session.demand(_EDITORS, "sửa hồ sơ")
    for name in values:
        if not (DOSSIER.knows(name) and (DOSSIER.field(name).entered or name == "papers")):
            raise InputError("QMS-134", f"Ô “{name}” không sửa trực tiếp được.", do="Hãy dùng lệnh tương ứng của hồ sơ.")
    if "applicant_name" in values and not str(values["applicant_name"] or "").strip():
        raise InputError("QMS-130", "Chưa có tên người nộp hồ sơ.", do="Hãy nhập họ và tên người nộp.")

    def decide(view: View) -> list[Change]:
        present = view.get("dossier", dossier) or {}
        demand_seen(DOSSIER, present, values, seen)
        return [*_counted(work, dossier, present, values), put("dossier", dossier, dict(values))]

    work.store.act("dossier.edit", work.author, decide)


def _counted(work: Work, dossier: str, present: Mapping[str, Value], values: Values) -> list[Change]:
    """Originals that the corrected papers keep or no longer keep."""
    if "papers" not in values:
        return []
    before, after = originals.papers_of(present), originals.papers_of(values)
    now: datetime = work.clock()
    return originals.counted(work, dossier, before, after, now)
