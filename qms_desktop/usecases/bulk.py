"""One move for many dossiers at once: handed over, signed for, given to somebody else. One action, one step of undo."""

from collections.abc import Sequence
from dataclasses import dataclass

from qms_desktop.domain.errors import AppError, InputError, RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.records import dossier_moves
from qms_desktop.store.unit import Change
from qms_desktop.store.view import View
from qms_desktop.usecases.numbering import day_code
from qms_desktop.usecases.progress import changes_of, demand_role_and_reason
from qms_desktop.usecases.work import Work

TOGETHER = frozenset({"forward", "sign_for", "reassign"})
"""Moves that ask the same of every dossier."""


@dataclass(frozen=True, slots=True)
class BulkReport:
    """How many were moved; for the others their code and why not."""

    done: int
    left: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        if not self.left:
            return f"đã làm với {self.done} hồ sơ."
        reasons = "; ".join(f"{code}: {why}" for code, why in self.left)
        return f"đã làm với {self.done} hồ sơ, để lại {len(self.left)} hồ sơ. {reasons}"


def move_many(work: Work, dossiers: Sequence[str], name: str, reason: str = "", extra: Values | None = None) -> BulkReport:
    """Make one of the moves of TOGETHER with each dossier that allows it; hand-overs share one number (Biên bản bàn giao).

    Raises RightsError, InputError (nothing chosen, reason missing), RuleError QMS-219 when not a single one could be moved.
    """
    move = dossier_moves.transition(name)
    if name not in TOGETHER:
        raise ValueError(name)
    demand_role_and_reason(work, move, reason)
    if not dossiers:
        raise InputError("QMS-124", "Chưa chọn hồ sơ nào.", do="Hãy chọn các dòng bằng Shift và mũi tên, hoặc Ctrl+A.")
    left: list[tuple[str, str]] = []

    def decide(view: View) -> list[Change]:
        batch = day_code(view, work.store, ("hand_over", "batch"), "BG", work.new_id(), work.clock())
        details: dict[str, Value] = {"batch": batch, **(extra or {})}
        made = [_moved(view, work, dossier, move, reason, details, left) for dossier in dossiers]
        if len(left) == len(dossiers):
            raise RuleError(
                "QMS-219", f"Không làm được với hồ sơ nào. {left[0][0]}: {left[0][1]}", do="Hãy mở từng hồ sơ để xem."
            )
        return [change for changes in made for change in changes]

    work.store.act(f"dossier.{name}_many", work.author, decide, reason=reason.strip())
    return BulkReport(len(dossiers) - len(left), tuple(left))


def _moved(
    view: View,
    work: Work,
    dossier: str,
    move: dossier_moves.Transition,
    reason: str,
    details: Values,
    left: list[tuple[str, str]],
) -> list[Change]:
    try:
        return changes_of(view, work, dossier, move, reason, details)
    except AppError as error:
        left.append((str((view.get("dossier", dossier) or {}).get("code") or dossier), error.what))
        return []
