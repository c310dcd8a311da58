"""What a scenario holds once it has been checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ScenarioPc:
    """One PC of the unit; `person` signs in there (empty: the first person with the right role)."""

    id: str
    name: str
    person: str = ""


@dataclass(frozen=True)
class Applicant:
    """Who hands the dossier in; fields as in the record `applicant`."""

    full_name: str
    id_number: str = ""
    born: str = ""
    phone: str = ""
    address: str = ""
    kind: str = "citizen"


@dataclass(frozen=True)
class GivenPaper:
    """One paper as it lies on the counter; `state` is one of the dossier's paper states.

    `asked`: how many originals the procedure asks for; None for a paper the procedure does not list.
    """

    name: str
    originals: int
    copies: int
    state: str
    asked: int | None = None


@dataclass(frozen=True)
class Action:
    """One move of a dossier: `do` is the name of a transition, repeated `times` times; `given` what it asks for, as typed."""

    do: str
    at: datetime
    times: int = 1
    reason: str = ""
    by: str = ""
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ScenarioDossier:
    """One dossier to receive and what happens to it afterwards on its own PC."""

    id: str
    pc: str
    procedure: str
    channel: str
    variant: str
    applicant: Applicant
    papers: tuple[GivenPaper, ...]
    received: datetime
    sets: int = 1
    note: str = ""
    result_place: str = ""
    before_cut: bool = False
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Edit:
    """One field of one dossier set by one PC while the line is cut."""

    pc: str
    dossier: str
    field: str
    value: str
    at: datetime


@dataclass(frozen=True)
class Answer:
    """How one PC answers the open question of a field: `take` is "mine", "theirs", a PC's id, or "value"."""

    pc: str
    dossier: str
    field: str
    take: str = "mine"
    value: str = ""


@dataclass(frozen=True)
class Network:
    """The line after the cut: delay of each answer, rate, and how many times it breaks off."""

    delay_ms: int = 120
    bytes_per_second: int = 16_000
    cuts: int = 2


@dataclass(frozen=True)
class Scenario:
    """A whole journey, checked and ready to run."""

    title: str
    unit: str
    start: datetime
    pcs: tuple[ScenarioPc, ...]
    dossiers: tuple[ScenarioDossier, ...]
    edits: tuple[Edit, ...] = ()
    answers: tuple[Answer, ...] = ()
    network: Network = Network()
    remarks: tuple[str, ...] = ()
    """What in the file means nothing to the reader, in words for the person who wrote it."""

    def received_by(self, pc: str, *, before_cut: bool) -> tuple[ScenarioDossier, ...]:
        """The dossiers a PC receives before or after the line is cut, in order of time."""
        mine = (d for d in self.dossiers if d.pc == pc and d.before_cut is before_cut)
        return tuple(sorted(mine, key=lambda d: d.received))

    def edits_of(self, pc: str) -> tuple[Edit, ...]:
        """What a PC edits while the line is cut, in order of time."""
        return tuple(sorted((e for e in self.edits if e.pc == pc), key=lambda e: e.at))

    def contested(self) -> frozenset[tuple[str, str]]:
        """(dossier, field) pairs that different PCs set to different values: each opens one question."""
        final = {(e.dossier, e.field, e.pc): e.value for e in sorted(self.edits, key=lambda e: e.at)}
        values: dict[tuple[str, str], set[str]] = {}
        for (dossier, field, _), value in final.items():
            values.setdefault((dossier, field), set()).add(value)
        return frozenset(pair for pair, found in values.items() if len(found) > 1)

    def usual_answers(self) -> tuple[Answer, ...]:
        """Each contested field settled with its own value by the first PC that set it: who did not touch it has none."""
        return tuple(Answer(self._first_to_set(dossier, field), dossier, field) for dossier, field in sorted(self.contested()))

    def _first_to_set(self, dossier: str, field: str) -> str:
        able = {e.pc for e in self.edits if (e.dossier, e.field) == (dossier, field)}
        return min(able, key=[pc.id for pc in self.pcs].index)

    def end(self) -> datetime:
        """The last moment anything is scripted at."""
        acted = [a.at for d in self.dossiers for a in d.actions]
        return max([self.start, *(d.received for d in self.dossiers), *acted, *(e.at for e in self.edits)])
