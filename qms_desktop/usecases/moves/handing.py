"""From desk to desk: forward, back, signing for what was handed over, giving the work to somebody else.

A hand-over has two signatures: the giver's is his move, the receiver's is "Ký nhận bàn giao" or the receiver's first own move.
"""

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.procedure_content import Step
from qms_desktop.domain.records.dossier_moves import NEW_HOLDER
from qms_desktop.domain.records.dossiers import ANSWERED, OPEN, State
from qms_desktop.store.unit import Change, create, put
from qms_desktop.store.view import View
from qms_desktop.usecases.moves import originals
from qms_desktop.usecases.moves.case import (
    Case,
    Changes,
    end_runs,
    next_step,
    present,
    previous_step,
    progress,
    start_run,
    text_of,
)
from qms_desktop.usecases.numbering import day_code

_AT_WORK = frozenset(state.value for state in OPEN | ANSWERED)


def forward(case: Case) -> Changes:
    """On to the next step."""
    step = next_step(case.steps, case.step)
    if step is None:
        raise RuleError("QMS-213", "Hồ sơ đã ở bước cuối của quy trình.", do="Hãy dùng “Có kết quả” hoặc “Trả kết quả”.")
    return passed_to(case, step, "forward", case.words("assignee"))


def back(case: Case) -> Changes:
    """Back to the step before, to whoever did it unless somebody else is named."""
    step = previous_step(case.steps, case.step)
    if step is None:
        raise RuleError("QMS-214", "Hồ sơ đang ở bước đầu tiên, không có bước trước để trả lại.", do="Hãy xử lý tiếp bước này.")
    return passed_to(case, step, "back", case.words("assignee"))


def passed_to(case: Case, step: Step, outcome: str, assignee: str) -> Changes:
    """Ends this step, begins that one with its new holder, and writes the giver's half of the hand-over."""
    return [
        *end_runs(case, outcome),
        start_run(case, step, assignee),
        *handed_over(case, step.code, assignee),
        progress(case, State.PROCESSING, step=step.code, holder=assignee or None),
    ]


def handed_over(case: Case, step: str, receiver: str) -> Changes:
    """The giver's half of a hand-over; none when the dossier stays in the same hands."""
    if receiver == case.work.session.person:
        return []
    identity = case.work.new_id()
    batch = case.words("batch") or day_code(case.view, case.work.store, ("hand_over", "batch"), "BG", identity, case.at)
    values: dict[str, Value] = {
        "batch": batch,
        "dossier": case.id,
        "step": step,
        "giver": case.work.session.person,
        "receiver": receiver,
        "given_at": text_of(case.at),
        "originals": originals.held(case.record),
        "note": case.reason,
    }
    return [create("hand_over", identity, {name: value for name, value in values.items() if value})]


def signed(case: Case) -> Changes:
    """The receiver's half, written by his first own move: what he works on he has taken."""
    pending = str(case.record.get("unsigned") or "")
    return _signature(case, pending) if pending else []


def sign_for(case: Case) -> Changes:
    """The receiver signs, and holds the dossier from now on."""
    pending = str(case.record.get("unsigned") or "")
    if not pending:
        raise RuleError("QMS-225", "Hồ sơ này không chờ ai ký nhận bàn giao.", do="Hãy mở lại hồ sơ để xem người đang giữ.")
    holder = case.record.get("holder") or case.work.session.person
    taken = [put("step_run", str(run["id"]), {"assignee": holder}) for run in case.running if not run.get("assignee")]
    return [*_signature(case, pending), *taken, present(case, holder=holder)]


def _signature(case: Case, pending: str) -> Changes:
    return [put("hand_over", pending, {"taken_by": case.work.session.person, "taken_at": text_of(case.at)})]


def reassign(case: Case) -> Changes:
    """Another person does this step; the step and its due moment stay."""
    receiver = case.words("assignee")
    if not receiver:
        raise InputError("QMS-189", f"Chưa chọn “{NEW_HOLDER.label}”.", do="Hãy gõ vài chữ của tên rồi Enter.")
    if receiver == case.record.get("holder"):
        raise RuleError("QMS-226", "Người này đang xử lý hồ sơ rồi.", do="Hãy chọn người khác.")
    runs: list[Change] = [put("step_run", str(run["id"]), {"assignee": receiver}) for run in case.running]
    return [*runs, *handed_over(case, case.step, receiver), present(case, holder=receiver)]


def pending_hand_over(view: View, dossier: str) -> str | None:
    """The last hand-over of a dossier at work, while nobody has signed for it; derived, so no two PCs can differ about it."""
    record = view.get("dossier", dossier) or {}
    if record.get("state") not in _AT_WORK:
        return None
    last = max(view.find("hand_over", dossier=dossier), key=_given, default=None)
    return str(last["id"]) if last is not None and not last.get("taken_at") else None


def _given(row: Values) -> tuple[str, str]:
    return str(row.get("given_at") or ""), str(row["id"])
