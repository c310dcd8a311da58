"""The dossier a move is made with, and the few changes that most moves share."""

from dataclasses import dataclass
from datetime import datetime

from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.procedure_content import Step
from qms_desktop.domain.records.dossiers import State
from qms_desktop.store.unit import Change, create, put
from qms_desktop.store.view import View
from qms_desktop.usecases import clock, procedures
from qms_desktop.usecases.work import Work

Changes = list[Change]


@dataclass(frozen=True, slots=True)
class Case:
    """One dossier, read in the transaction of the move; ``details`` are what the move asked for."""

    view: View
    work: Work
    record: Values
    reason: str
    details: Values

    @property
    def id(self) -> str:
        """The dossier's record id."""
        return str(self.record["id"])

    @property
    def at(self) -> datetime:
        """When the move was made: now, or the true time given for what was done on paper."""
        given = self.details.get("at")
        return datetime.fromisoformat(str(given)) if given else self.work.clock()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the pinned procedure."""
        return steps_of(self.view, self.record)

    @property
    def step(self) -> str:
        """The code of the present step."""
        return str(self.record.get("step") or "")

    def words(self, name: str) -> str:
        """A detail as text; empty when it was not given."""
        return str(self.details.get(name) or "").strip()

    def given(self, *names: str) -> dict[str, Value]:
        """The details of those names that were given."""
        return {name: self.details[name] for name in names if self.details.get(name) not in (None, "")}

    @property
    def running(self) -> list[dict[str, Value]]:
        """The step runs that have not ended."""
        return [run for run in self.view.find("step_run", dossier=self.id) if not run.get("ended_at")]


def steps_of(view: View, record: Values) -> tuple[Step, ...]:
    """The steps of the pinned procedure for the dossier's channel and variant."""
    revision = view.get("revision", str(record.get("revision") or ""))
    if revision is None:
        return ()
    return procedures.content_of(revision).steps_for(str(record.get("channel") or ""), str(record.get("variant") or ""))


def next_step(steps: tuple[Step, ...], code: str) -> Step | None:
    """The step after that one; the first when the code is none of them."""
    codes = [step.code for step in steps]
    if code not in codes:
        return steps[0] if steps else None
    place = codes.index(code) + 1
    return steps[place] if place < len(steps) else None


def previous_step(steps: tuple[Step, ...], code: str) -> Step | None:
    """The step before that one."""
    codes = [step.code for step in steps]
    place = codes.index(code) - 1 if code in codes else -1
    return steps[place] if place >= 0 else None


def text_of(at: datetime) -> str:
    """A moment as records keep it."""
    return at.isoformat(timespec="minutes")


def end_runs(case: Case, outcome: str) -> Changes:
    """Ends the running step, with why it was late if that was asked."""
    late = case.given("overdue_reason")
    ended: dict[str, Value] = {"ended_at": text_of(case.at), "outcome": outcome, **({"note": case.reason} if case.reason else {})}
    return [put("step_run", str(run["id"]), {**ended, **late}) for run in case.running]


def start_run(case: Case, step: Step, assignee: str) -> Change:
    """Begins a step; its due moment follows from its norm."""
    values = clock.step_values(case.view, case.id, step, case.at)
    people = {"assignee": assignee, "handed_by": case.work.session.person}
    return create("step_run", case.work.new_id(), values | {name: value for name, value in people.items() if value})


def clock_fact(case: Case, kind: str, **facts: Value) -> Change:
    """A fact of the dossier's clock."""
    given = {name: value for name, value in facts.items() if value}
    return create("clock_event", case.work.new_id(), {"dossier": case.id, "kind": kind, "at": text_of(case.at), **given})


def progress(case: Case, state: State, **values: Value) -> Change:
    """The dossier in its new state; step and state travel together, for they are merged as one."""
    kept: dict[str, Value] = {"state": state.value, "step": case.record.get("step") or ""}
    return put("dossier", case.id, {**kept, **values})


def present(case: Case, **values: Value) -> Change:
    """New values for a dossier whose state stays."""
    return put("dossier", case.id, values)
