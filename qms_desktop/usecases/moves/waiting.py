"""Waiting for somebody outside: the citizen's papers, the citizen's money, another agency's answer.

The clock stands while the citizen is waited for (national codes 5 and 6); while another agency is, as the office says.
"""

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import State
from qms_desktop.domain.values import show_when
from qms_desktop.store.view import View
from qms_desktop.usecases.moves import originals
from qms_desktop.usecases.moves.case import Case, Changes, clock_fact, end_runs, progress
from qms_desktop.usecases.work import Work


def request_supplement(case: Case) -> Changes:
    """Asks the citizen for papers, as often as the office allows; the clock is paused."""
    pauses = case.view.find("clock_event", dossier=case.id, kind="pause", cause="supplement")
    limit = limit_of(case.view, case.work, "supplement_limit")
    if len(pauses) >= limit:
        raise RuleError(
            "QMS-215",
            f"Hồ sơ đã được yêu cầu bổ sung {len(pauses)} lần, đơn vị quy định tối đa {limit} lần.",
            do="Hãy trao đổi với lãnh đạo để quyết định bước tiếp theo.",
        )
    due = case.words("supplement_due") or None
    return [
        clock_fact(case, "pause", cause="supplement", reason=case.reason),
        progress(case, State.AWAITING_CITIZEN, supplement_due=due),
    ]


def limit_of(view: View, work: Work, name: str) -> int:
    """How often the office allows something; once where it says nothing."""
    limit = (view.get("office", f"office-{work.store.unit_code}") or {}).get(name)
    return limit if isinstance(limit, int) else 1


def supplement_received(case: Case) -> Changes:
    """The papers came: those ticked are there now, and the clock goes on."""
    before = originals.papers_of(case.record)
    after = _given_papers(case) or [_ticked(case, number, row) for number, row in enumerate(before)]
    return [
        *originals.counted(case.work, case.id, before, after, case.at),
        clock_fact(case, "resume", reason=case.reason),
        progress(case, State.PROCESSING, papers=list(after), supplement_due=None),
    ]


def _given_papers(case: Case) -> list[dict[str, Value]]:
    rows = case.details.get("papers")
    return [dict(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _ticked(case: Case, number: int, row: dict[str, Value]) -> dict[str, Value]:
    return {**row, "state": "ok"} if case.details.get(f"{originals.PAPER}{number}") is True else row


def go_on(case: Case) -> Changes:
    """The leader decides not to wait for the papers any longer."""
    return [clock_fact(case, "resume", reason=case.reason), progress(case, State.PROCESSING, supplement_due=None)]


def return_expired(case: Case) -> Changes:
    """The papers never came: the dossier goes back, by decision of the leader."""
    due = str(case.record.get("supplement_due") or "")
    if due and case.at.date().isoformat() <= due:
        raise RuleError(
            "QMS-233", f"Chưa hết hạn nộp bổ sung ({show_when(due)}).", do="Hãy chờ hết hạn, hoặc để người nộp tự rút hồ sơ."
        )
    rows, papers = originals.all_back(case)
    return [
        *rows,
        *end_runs(case, "done"),
        clock_fact(case, "stop", reason=case.reason),
        progress(case, State.RETURNED, papers=papers, ending_reason=case.reason),
    ]


def request_payment(case: Case) -> Changes:
    """The citizen has to pay first; the clock is paused."""
    return [
        clock_fact(case, "pause", cause="payment", reason=case.reason),
        progress(case, State.AWAITING_PAYMENT, **case.given("payment_amount")),
    ]


def payment_received(case: Case) -> Changes:
    """Paid; the clock goes on."""
    return [
        clock_fact(case, "resume", reason=case.words("payment_proof")),
        progress(case, State.PROCESSING, **case.given("payment_proof")),
    ]


def ask_agency(case: Case) -> Changes:
    """Sends the dossier's question to another agency; whether that time counts is said with it."""
    paused = case.words("waiting_counts") == "pause"
    facts = [clock_fact(case, "pause", cause="interagency", reason=case.reason)] if paused else []
    return [*facts, progress(case, State.INTERAGENCY, **case.given("other_agency", "agency_letter"))]


def agency_answered(case: Case) -> Changes:
    """The answer came; a clock that was paused for it goes on."""
    paused = str(_last_fact(case).get("kind") or "") == "pause"
    facts = [clock_fact(case, "resume", reason=case.reason)] if paused else []
    return [*facts, progress(case, State.PROCESSING)]


def _last_fact(case: Case) -> dict[str, Value]:
    facts = [fact for fact in case.view.find("clock_event", dossier=case.id) if fact.get("kind") in ("pause", "resume")]
    return facts[-1] if facts else {}
