"""What the office received, solved and still has in a period, as things stood at its closing moment (I12; domain-model d.6b).

Nearly all dossiers are counted by the store from the days they keep. Those whose clock tells another story of that moment than
their columns do today (a pause, an extension, a reopening) are judged by `judged` from their clock's facts up to the closing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from qms_desktop.domain.clock import local
from qms_desktop.domain.deadline_model import Deadline
from qms_desktop.domain.fields import Values
from qms_desktop.domain.punctuality import Punctuality
from qms_desktop.domain.records.dossiers import ANSWERED, OPEN, State
from qms_desktop.domain.statistics import GROUPINGS, Ending, Fact, Figure, Period, Table, Visit, chosen, counted
from qms_desktop.store.tallies import Counting, Group, Left
from qms_desktop.store.view import View
from qms_desktop.usecases import clock

PEOPLE = {"receiver": "received_by", "holder": "holder"}
"""Which field of the dossier names the person of a grouping."""

_SOLVED = frozenset({*ANSWERED, State.CLOSED})
_LEFT = {State.WITHDRAWN: Ending.WITHDRAWN, State.STOPPED: Ending.STOPPED, State.RETURNED: Ending.RETURNED}
_COUNTING = Counting(sorted(_SOLVED), (State.RETURNED_AT_COUNTER, State.REFUSED), (State.DRAFT_INTAKE,))
_COUNTED_STATES = frozenset({*OPEN, *_SOLVED, *_LEFT})
_SIDES = (Punctuality.EARLY, Punctuality.ON_TIME, Punctuality.LATE)
_CHUNK = 500
_READ = (
    "procedure_code",
    "channel",
    "received_by",
    "holder",
    "received_at",
    "finished_at",
    "state",
    "due",
    "norm",
    "convention",
    "calendar_version",
    "hours",
)


@dataclass(frozen=True, slots=True)
class Words:
    """What procedures, their fields and people are called; of several revisions of a procedure the newest names it."""

    titles: Mapping[str, str]
    areas: Mapping[str, str]
    people: Mapping[str, str]

    @classmethod
    def of(cls, view: View) -> "Words":
        """As the records say now."""
        revisions = sorted(view.find("revision", kind="procedure"), key=lambda item: str(item.get("effective_on") or ""))
        titles = {str(item.get("code")): str(item.get("title") or "") for item in revisions}
        areas = {str(item.get("code")): str(item.get("field") or "") for item in revisions}
        return cls(titles, areas, {str(item["id"]): str(item.get("full_name") or "") for item in view.find("person")})

    def said(self, procedure: str, channel: str, person: str) -> tuple[str, str, str, str, str]:
        """Procedure, title, area, channel and person as a fact carries them."""
        name = self.people.get(person, person)
        return procedure, self.titles.get(procedure, ""), self.areas.get(procedure, ""), channel, name


def table(view: View, period: Period, grouping: str) -> Table:
    """The counts of a period by area, procedure, receiver, holder or channel (keys of GROUPINGS)."""
    facts, visits = facts_of(view, period, grouping)
    return counted(period, facts, visits, GROUPINGS[grouping])


def records(view: View, period: Period, grouping: str, key: str | None, figure: Figure) -> list[str]:
    """The ids of the dossiers behind a figure of a line, or of the sum when `key` is None."""
    facts, visits = facts_of(view, period, grouping, single=True)
    numbers = chosen(period, facts, visits, GROUPINGS[grouping], key, figure)
    return [str(row["id"]) for _, row in _rows(view, numbers, ("code",))]


def facts_of(view: View, period: Period, grouping: str, *, single: bool = False) -> tuple[list[Fact], list[Visit]]:
    """Everything received until the closing moment and not ended before the first day; `single`: each by itself."""
    person, words, tallies = PEOPLE.get(grouping, ""), Words.of(view), view.tallies
    start = datetime.combine(period.first, time.min)
    other = tallies.apart(period.closing)
    left = tallies.left(sorted(_LEFT), person)
    gone = [item for item in left if item.ended_at <= period.closing and item.number not in other]
    numbers = {item.number for item in gone}
    waiting = tallies.paused(period.closing) - numbers - other
    groups = tallies.groups(_COUNTING, start, period.closing, person, other | waiting | numbers, single=single)
    found = [_of_group(group, words) for group in groups]
    facts = [item for item in found if isinstance(item, Fact)]
    facts += [_of_left(item, words) for item in gone if item.ended_at >= start]
    facts += _judged(view, other, waiting, period, person, words)
    return facts, [item for item in found if isinstance(item, Visit)]


def _of_group(group: Group, words: Words) -> Fact | Visit:
    said = words.said(group.procedure, group.channel, group.person)
    if group.visit:
        return Visit(group.number, *said, group.received_at, group.visit == State.REFUSED, group.count)
    ending = Ending.SOLVED if group.ended else Ending.OPEN
    standing = _standing(group.side, ended=group.ended)
    return Fact(group.number, *said, group.received_at, ending, group.ended_at, standing, count=group.count)


def _of_left(item: Left, words: Words) -> Fact:
    said = words.said(item.procedure, item.channel, item.person)
    return Fact(item.number, *said, item.received_at, _LEFT[State(item.state)], item.ended_at)


def _standing(side: int | None, *, ended: bool) -> Punctuality:
    """The class by which side of the due date the end, or the closing moment, lies on."""
    if side is None:
        return Punctuality.NO_DUE
    if ended:
        return _SIDES[side + 1]
    return Punctuality.OVERDUE if side > 0 else Punctuality.RUNNING


def _judged(
    view: View, other: Collection[int], waiting: Collection[int], period: Period, person: str, words: Words
) -> Iterator[Fact]:
    """Those that the store does not count; one that waits and whose due date has not come is not late, whatever it waits for."""
    closing = period.closing.date().isoformat()
    for number, row in _rows(view, sorted({*other, *waiting}), _READ):
        if str(row.get("state")) not in _COUNTED_STATES:
            continue
        plain = number in waiting and row.get("state") in OPEN and str(row.get("due") or "")[:10] >= closing
        yield _waiting(number, row, person, words) if plain else judged(view, number, row, period.closing, person, words)


def _rows(view: View, numbers: Sequence[int], fields: Sequence[str]) -> Iterator[tuple[int, Values]]:
    for at in range(0, len(numbers), _CHUNK):
        part = numbers[at : at + _CHUNK]
        yield from zip(part, view.rows("dossier", part, fields), strict=True)


def _waiting(number: int, row: Values, person: str, words: Words) -> Fact:
    return Fact(number, *_said(row, person, words), _received(row), punctuality=Punctuality.RUNNING, paused=True)


def judged(view: View, number: int, row: Values, closing: datetime, person: str, words: Words) -> Fact:
    """A dossier as it stood at the closing moment, from all facts of its clock up to then."""
    facts = view.find("clock_event", dossier=row["id"])
    deadline = clock.deadline_at(view, row, closing)
    ending, ended_at = _ended(row, facts, deadline.stopped_at, closing)
    moment = ended_at or closing
    side = _against(deadline, local(moment))
    paused = ending is Ending.OPEN and deadline.paused
    said = _said(row, person, words)
    standing = _standing(side, ended=ending is not Ending.OPEN)
    return Fact(number, *said, _received(row), ending, ended_at, standing, paused)


def _ended(
    row: Values, facts: Sequence[Values], stopped_at: datetime | None, closing: datetime
) -> tuple[Ending, datetime | None]:
    """How and when it had ended by the closing moment; only a dossier that was closed is ever opened again."""
    state = State(str(row.get("state")))
    opened = [clock.moment_of(fact) for fact in facts if fact.get("kind") == "reopen"]
    ending = _LEFT.get(state, Ending.SOLVED if state in _SOLVED else Ending.OPEN)
    if any(at > closing for at in opened):
        ending = Ending.SOLVED
    elif ending is Ending.SOLVED and not opened:
        stopped_at = max(_received(row), datetime.fromisoformat(str(row.get("finished_at") or row["received_at"])))
    elif ending is not Ending.OPEN and all(fact.get("kind") != "stop" for fact in facts):
        stopped_at = _received(row)
    if ending is Ending.OPEN or stopped_at is None or stopped_at > closing:
        return Ending.OPEN, None
    return ending, stopped_at


def _against(deadline: Deadline, moment: datetime) -> int | None:
    """-1 before the due date, 0 on it, 1 after it; as `punctuality.classify` compares, paused or not."""
    due = deadline.current_due
    if due is None:
        return None
    if deadline.norm.exact:
        return (moment > due.moment) - (moment < due.moment)
    return (moment.date() > due.day) - (moment.date() < due.day)


def _received(row: Values) -> datetime:
    return datetime.fromisoformat(str(row["received_at"]))


def _said(row: Values, person: str, words: Words) -> tuple[str, str, str, str, str]:
    return words.said(*(str(row.get(name) or "") if name else "" for name in ("procedure_code", "channel", person)))
