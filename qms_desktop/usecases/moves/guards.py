"""Who may make which move with this dossier now: its state, the desk that has it, and who stands in for whom (d.3, d.5)."""

from dataclasses import dataclass
from datetime import date

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.records.dossier_moves import HEADS, Transition
from qms_desktop.domain.records.dossiers import DOSSIER, State
from qms_desktop.store.view import View
from qms_desktop.usecases import delegations
from qms_desktop.usecases.moves import originals
from qms_desktop.usecases.moves.case import next_step, previous_step, steps_of
from qms_desktop.usecases.printed_words import person
from qms_desktop.usecases.work import Session

ROLE_OF_DESK = {"MC": "CL", "LDP": "SH", "CM": "SP", "LD": "LD", "VT": "AR"}
"""Which role works at the desk a step names."""
SIGNS = frozenset(
    {
        "forward",
        "back",
        "result_ready",
        "reject_result",
        "deliver",
        "request_supplement",
        "request_payment",
        "ask_agency",
        "ask_extension",
    }
)
"""Moves by which the mover shows that he has taken the dossier over."""
_FOR_PAPERS = frozenset({"return_originals", "lose_originals"})


@dataclass(frozen=True, slots=True)
class Mover:
    """The person at the keyboard on a day, with those for whom he stands in."""

    session: Session
    absent: frozenset[str]

    @staticmethod
    def on(view: View, session: Session, day: date) -> "Mover":
        """The person and whom he stands in for on that day."""
        return Mover(session, delegations.absent_for(view, session.person, day))

    def acts_for(self, other: Value) -> bool:
        """Whether the work of that person is his to do."""
        return other == self.session.person or other in self.absent


def demand_state(view: View, dossier: str, move: Transition) -> dict[str, Value]:
    """The dossier, in a state from which the move starts; RuleError QMS-211, QMS-212 otherwise."""
    record = view.get("dossier", dossier)
    if record is None:
        raise RuleError("QMS-211", "Không tìm thấy hồ sơ này.", do="Hãy mở lại từ sổ hồ sơ.")
    if State(str(record.get("state"))) not in move.sources:
        state = DOSSIER.field("state").option_label(record.get("state"))
        raise RuleError(
            "QMS-212",
            f"Hồ sơ đang ở trạng thái “{state}” nên không thể “{move.label}”.",
            do="Hãy mở lại hồ sơ để xem trạng thái mới.",
        )
    return record


def demand_own(view: View, record: Values, move: Transition, mover: Mover) -> None:
    """RuleError QMS-218 when the dossier is on somebody else's desk; heads and the counter's moves are free of it."""
    if not may_touch(view, record, move, mover):
        raise RuleError(
            "QMS-218",
            f"Hồ sơ đang do {person(view, record.get('holder'))} giữ nên bạn không thể “{move.label}”.",
            do="Hãy nhờ người đang giữ, hoặc nhờ trưởng bộ phận “Giao lại người xử lý”.",
        )


def may_touch(view: View, record: Values, move: Transition, mover: Mover) -> bool:
    """Whether the dossier is on this person's desk: held by him or nobody, or at a step of his role."""
    holder = record.get("holder")
    if move.anybody or not holder or mover.session.roles & HEADS or mover.acts_for(holder):
        return True
    if move.name in ("sign_for", "reassign"):
        return False
    step = next((step for step in steps_of(view, record) if step.code == record.get("step")), None)
    return step is not None and ROLE_OF_DESK.get(step.role, "") in mover.session.roles


def offered(view: View, record: Values, move: Transition, mover: Mover) -> bool:
    """Whether the page offers the move: allowed for this state, role and desk, and of any use now."""
    state = State(str(record.get("state") or State.RECEIVED))
    if state not in move.sources or not move.roles & mover.session.roles or not may_touch(view, record, move, mover):
        return False
    if move.name == "sign_for":
        return _to_sign(view, record, mover)
    if move.name in ("forward", "back"):
        beside = next_step if move.name == "forward" else previous_step
        return beside(steps_of(view, record), str(record.get("step") or "")) is not None
    if move.name in ("ask_extension", "refuse_extension"):
        return bool(record.get("extension_asked")) is (move.name == "refuse_extension")
    return move.name not in _FOR_PAPERS or originals.held(record) > 0


def _to_sign(view: View, record: Values, mover: Mover) -> bool:
    """Nobody signs for what he handed over himself, unless it came back to him."""
    pending = view.get("hand_over", str(record.get("unsigned") or "")) if record.get("unsigned") else None
    if pending is None:
        return False
    return mover.acts_for(pending.get("receiver")) or (
        not pending.get("receiver") and pending.get("giver") != mover.session.person
    )
