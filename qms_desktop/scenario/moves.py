"""What happens to a scenario's dossier after receipt: its moves, each allowed by the state that the moves before it lead to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import RecordKind
from qms_desktop.domain.records.dossier_moves import TRANSITIONS, Transition, transition
from qms_desktop.domain.records.dossiers import STATES, State
from qms_desktop.domain.text import fold
from qms_desktop.domain.values import problems, read
from qms_desktop.scenario.model import Action
from qms_desktop.scenario.shapes import ScenarioError, moment, rows, whole, words

ACTION_ALIASES: Mapping[str, str] = {
    "pause_for_papers": "request_supplement",
    "pause": "request_supplement",
    "resume": "supplement_received",
    "next": "forward",
    "return_result": "deliver",
    **{fold(move.label): move.name for move in TRANSITIONS},
}
ACTION_NAMES = frozenset(move.name for move in TRANSITIONS)
_MOST_TIMES = 50
UNSAID = "Theo kịch bản."
"""The reason of whatever needs one and was given none."""


def actions(row: Mapping[str, Any], where: str, received: datetime, steps: int) -> tuple[Action, ...]:
    """The moves of a dossier in their order; ScenarioError for one that its state, or the number of its steps, does not allow."""
    found: list[Action] = []
    last = received
    state, step = State.RECEIVED, 1
    for item, place in rows(_with_named_moves(row), "actions", where):
        action = _action(item, place, last)
        last, state, step = action.at, _state_after(action, state, place), _step_after(action, step, steps, place)
        found.append(action)
    return tuple(found)


def _action(row: Mapping[str, Any], where: str, last: datetime) -> Action:
    word = words(row, "do", where)
    name = ACTION_ALIASES.get(word, ACTION_ALIASES.get(fold(word), word))
    if name not in ACTION_NAMES:
        known = ", ".join(sorted(ACTION_NAMES))
        raise ScenarioError(f"{where}.do", f"không có thao tác “{word}” (có: {known})")
    at = last + timedelta(minutes=10) if not row.get("at") else moment(row["at"], f"{where}.at", last)
    if at < last:
        raise ScenarioError(f"{where}.at", "sớm hơn việc ngay trước đó của hồ sơ")
    times = whole(row, "times", where, 1)
    if times > _MOST_TIMES:
        raise ScenarioError(f"{where}.times", f"nhiều nhất {_MOST_TIMES} lần")
    reason, by = words(row, "reason", where, ""), words(row, "by", where, "")
    if transition(name).reason_required and not reason:
        reason = UNSAID
    return Action(name, at, times, reason, by, _asked(row, where, transition(name), at))


def _asked(row: Mapping[str, Any], where: str, move: Transition, at: datetime) -> tuple[tuple[str, str], ...]:
    """What the move asks for, as typed; what it needs must be there and be understood."""
    found: list[tuple[str, str]] = []
    for field in move.asks:
        typed = words(row, field.name, where, None if field.required else "")
        try:
            read(field, typed, today=at.date())
        except InputError as error:
            raise ScenarioError(f"{where}.{field.name}", error.what) from error
        if typed:
            found.append((field.name, typed))
    return tuple(found)


def _with_named_moves(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Moves may be given by their names alone."""
    given = row.get("actions")
    if not isinstance(given, list):
        return row
    return {"actions": [{"do": item} if isinstance(item, str) else item for item in given]}


def _state_after(action: Action, before: State, where: str) -> State:
    """The dossier's state after a move; a move that its state does not allow is refused with those that it does."""
    move, state = transition(action.do), before
    for _ in range(action.times):
        if state not in move.sources:
            label = next(option.label for option in STATES if option.value == state)
            known = ", ".join(found.name for found in TRANSITIONS if state in found.sources) or "không còn việc nào"
            raise ScenarioError(f"{where}.do", f"hồ sơ đang ở trạng thái “{label}” thì không “{move.label}” được (được: {known})")
        state = move.target or state
    return state


def _step_after(action: Action, before: int, steps: int, where: str) -> int:
    """The step, counted from 1, after a move that goes on or back."""
    after = before + action.times * {"forward": 1, "back": -1}.get(action.do, 0)
    if not 1 <= after <= max(1, steps):
        raise ScenarioError(
            f"{where}.times", f"quy trình có {steps} bước và hồ sơ đang ở bước {before}, không chuyển được {action.times} lần"
        )
    return after


def readable(kind: RecordKind, field: str, typed: str, where: str, today: date) -> None:
    """Refuse what the form's box would refuse."""
    try:
        value = read(kind.field(field), typed, today=today)
    except InputError as error:
        raise ScenarioError(where, error.what.rstrip(".")) from error
    wrong = [problem.message for problem in problems(kind, {field: value}) if problem.field == field]
    if wrong:
        raise ScenarioError(where, wrong[0].rstrip("."))
