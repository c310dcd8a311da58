"""How a dossier ends: with a result or a reasoned refusal, delivered, withdrawn, stopped; and how it is opened again."""

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import State
from qms_desktop.store.unit import Change, put
from qms_desktop.usecases.moves import originals
from qms_desktop.usecases.moves.case import Case, Changes, clock_fact, end_runs, progress, start_run, text_of
from qms_desktop.usecases.moves.handing import handed_over
from qms_desktop.usecases.moves.nonconforming import open_sheet

_RESULT = ("result_number", "result_signer", "result_date")


def result_ready(case: Case) -> Changes:
    """The clock stops. The last step, which hands the result over, is begun here or runs on until it is delivered."""
    return _answered(case, State.RESULT_READY, case.given(*_RESULT))


def reject_result(case: Case) -> Changes:
    """A written answer says why it cannot be solved; it waits at the counter like any result."""
    given = case.given(*_RESULT, "ending_basis")
    if not (given.get("result_number") and given.get("result_signer")):
        raise InputError("QMS-139", "Văn bản trả lời chưa có số và người ký.", do="Hãy ghi số văn bản và người ký rồi làm lại.")
    return _answered(case, State.REJECTED_RESULT, {**given, "ending_reason": case.reason})


def _answered(case: Case, state: State, given: dict[str, Value]) -> Changes:
    changes = [clock_fact(case, "stop", reason=case.reason if state is State.REJECTED_RESULT else "")]
    values: dict[str, Value] = {"finished_at": text_of(case.at), **given}
    if case.steps and case.step != case.steps[-1].code:
        last, counter = case.steps[-1], str(case.record.get("received_by") or "")
        changes += [*end_runs(case, "done"), start_run(case, last, counter), *handed_over(case, last.code, counter)]
        values |= {"step": last.code, "holder": counter or None}
    return [*changes, progress(case, state, **values)]


def deliver(case: Case) -> Changes:
    """The result goes to the citizen or who comes in the citizen's place; every original goes back with it."""
    receiver = case.words("delivered_to") or str(case.record.get("applicant_name") or "")
    way = case.words("delivered_way") or "self"
    if way == "proxy" and not case.words("delivered_proof"):
        raise InputError(
            "QMS-129", "Người nhận thay chưa có giấy ủy quyền.", do="Hãy ghi số, ngày của giấy ủy quyền rồi làm lại."
        )
    rows, papers = originals.all_back(case, receiver)
    return [
        *rows,
        *_named_last_run(case),
        *end_runs(case, "done"),
        progress(
            case,
            State.CLOSED,
            delivered_at=text_of(case.at),
            delivered_to=receiver,
            delivered_way=way,
            papers=papers,
            **case.given("delivered_proof"),
        ),
    ]


def _named_last_run(case: Case) -> Changes:
    """A running step without a name was done by whoever ends it."""
    named: dict[str, Value] = {"assignee": case.work.session.person}
    return [put("step_run", str(run["id"]), named) for run in case.running if not run.get("assignee")]


def withdraw(case: Case) -> Changes:
    """The citizen takes the dossier back."""
    return _left(case, State.WITHDRAWN)


def stop(case: Case) -> Changes:
    """The unit ends the dossier, on a legal basis."""
    if not case.words("ending_basis"):
        raise InputError("QMS-128", "Chưa ghi căn cứ pháp lý để dừng giải quyết.", do="Hãy ghi căn cứ rồi làm lại.")
    return _left(case, State.STOPPED)


def _left(case: Case, state: State) -> Changes:
    rows, papers = originals.all_back(case, str(case.record.get("applicant_name") or ""))
    facts = {"papers": papers, "ending_reason": case.reason, **case.given("ending_basis")}
    return [*rows, *end_runs(case, "done"), clock_fact(case, "stop", reason=case.reason), progress(case, state, **facts)]


def reopen(case: Case) -> Changes:
    """An error was found after delivery: the work goes on at the last step before the counter, and a sheet is opened."""
    started: list[Change] = []
    values: dict[str, Value] = dict.fromkeys(("finished_at", "delivered_at", "delivered_to", "delivered_way", "delivered_proof"))
    if case.steps:
        step = case.steps[-2] if len(case.steps) > 1 else case.steps[-1]
        done = [run for run in case.view.find("step_run", dossier=case.id) if run.get("code") == step.code]
        holder = str(done[-1].get("assignee") or "") if done else ""
        started = [start_run(case, step, holder), *handed_over(case, step.code, holder)]
        values |= {"step": step.code, "holder": holder or None}
    return [
        clock_fact(case, "reopen", reason=case.reason, authorised_by=case.work.session.person),
        *started,
        open_sheet(case, "output", case.reason),
        progress(case, State.PROCESSING, **values),
    ]
