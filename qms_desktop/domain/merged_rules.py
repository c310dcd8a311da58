"""Rules across records, checked over the merged state: what two PCs did, each lawful alone, that cannot both stand.

One pure function, `broken`, over the records of one group (the revisions of a document, the records with one code, a dossier
and its running steps). What it finds is a question to a person, never repaired (docs/sync-details.md, "Rules across records";
invariants I1, I2 and the moves of a dossier). Every PC that holds the same entries finds the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from qms_desktop.domain.fields import Values
from qms_desktop.domain.records.dossiers import ANSWERED, OPEN, State

BOTH = "both"
"""The answer that lets all of them stand; the others are the places of the party that is kept, "0", "1" …"""


class Rule(StrEnum):
    """What is broken."""

    SAME_DAY = "same_day"
    SAME_ISSUE = "same_issue"
    SAME_CODE = "same_code"
    TWO_STEPS = "two_steps"
    ENDED_AT_WORK = "ended_at_work"
    DELIVERED_BEFORE = "delivered_before"


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of records that a rule looks at: those of `kind` with one value of `by`. `reads`: the fields it needs, `told`: the
    field, by its merged name, whose writer says which record was first.
    """

    name: str
    kind: str
    by: str
    told: str
    reads: tuple[str, ...] = ()


DOCUMENT = Topic("document", "revision", "code", "#stage", ("stage", "effective_on", "issue_no", "amendment_no"))
LETTER = Topic("pc_letter", "pc", "letter", "letter", ("revoked_at", "wiped_at"))
OFFICIAL = Topic("official_code", "dossier", "official_code", "official_code")
DOSSIER_CODE = Topic("dossier_code", "dossier", "code", "code")
SHEET_CODE = Topic("sheet_code", "nonconformity", "code", "code")
COURSE = Topic("course", "step_run", "dossier", "started_at", ("ended_at",))
TOPICS: tuple[Topic, ...] = (DOCUMENT, LETTER, OFFICIAL, DOSSIER_CODE, SHEET_CODE, COURSE)

Party = tuple[str, str]
"""Kind and id of a record."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A record in use as the merged state shows it."""

    kind: str
    record: str
    values: Values

    def text(self, name: str) -> str:
        """A value as text, empty when there is none."""
        value = self.values.get(name)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Who is first: Lamport counter and id of the entry that a record rests on; `journal` names the PC."""

    lamport: int
    entry: str
    journal: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """One broken rule: the records concerned, the one in force until a person answers first."""

    topic: str
    key: str
    rule: Rule
    detail: str
    parties: tuple[Party, ...]

    @property
    def id(self) -> str:
        """The same on every PC, and another one as soon as other records are concerned."""
        parts = (self.topic, self.key, self.rule.value, self.detail, *sorted("/".join(party) for party in self.parties))
        return "Q" + sha256("|".join(parts).encode()).hexdigest()[:25].upper()


OriginOf = Callable[[Seen], Origin]


def broken(topic: Topic, key: str, rows: Sequence[Seen], origin: OriginOf) -> list[Clash]:
    """What the records of one group break; `origin` is asked only where something is."""
    if topic is DOCUMENT:
        return _documents(key, rows, origin)
    if topic is COURSE:
        return _course(key, rows, origin)
    at_work = [row for row in rows if not (row.text("revoked_at") or row.text("wiped_at"))]
    return [_clash(topic, key, Rule.SAME_CODE, "", at_work, origin)] if key and len(at_work) > 1 else []


def answers(clash: Clash) -> tuple[str, ...]:
    """The answers that are lawful: the place of the party that is kept, or both."""
    places = tuple(str(place) for place in range(len(clash.parties)))
    if clash.topic == LETTER.name:
        return (BOTH,)
    if clash.rule is Rule.DELIVERED_BEFORE:
        return (BOTH, "0")
    lawful = clash.rule is Rule.SAME_DAY or clash.topic in (DOSSIER_CODE.name, SHEET_CODE.name)
    return (*places, BOTH) if lawful else places


def _documents(key: str, rows: Sequence[Seen], origin: OriginOf) -> list[Clash]:
    """Approved on two PCs, each without the other: one PC alone may well put two amendments into force on one day."""
    approved = [row for row in rows if row.text("stage") == "approved"]
    found: list[Clash] = []
    pairs: set[frozenset[str]] = set()
    for rule, name in ((Rule.SAME_ISSUE, _issue), (Rule.SAME_DAY, _day)):
        for detail, rivals in _by(approved, name).items():
            one = frozenset(row.record for row in rivals)
            if detail and len(rivals) > 1 and one not in pairs and len({origin(row).journal for row in rivals}) > 1:
                pairs.add(one)
                found.append(_clash(DOCUMENT, key, rule, detail, rivals, origin))
    return found


def _issue(row: Seen) -> str:
    return f"{row.values.get('issue_no') or 1}/{row.values.get('amendment_no') or 0}"


def _day(row: Seen) -> str:
    return row.text("effective_on")


def _by(rows: Iterable[Seen], name: Callable[[Seen], str]) -> dict[str, list[Seen]]:
    found: dict[str, list[Seen]] = defaultdict(list)
    for row in rows:
        found[name(row)].append(row)
    return found


def _course(key: str, rows: Sequence[Seen], origin: OriginOf) -> list[Clash]:
    """One running step while the dossier is at work, none when it has ended; given back after it was received.

    Where the dossier's own state is still asked about, that comes first: what remains of it is asked afterwards.
    """
    dossier = next((row for row in rows if row.kind == "dossier"), None)
    if dossier is None or dossier.values.get("_questions"):
        return []
    running = [row for row in rows if row.kind == "step_run" and not row.text("ended_at")]
    found: list[Clash] = []
    under_way = dossier.text("state") in {state.value for state in OPEN | ANSWERED}
    if under_way and len(running) > 1:
        found.append(_clash(COURSE, key, Rule.TWO_STEPS, "", running, origin))
    if running and dossier.text("state") in _ENDED:
        found.append(_clash(COURSE, key, Rule.ENDED_AT_WORK, "", [dossier, *running], origin))
    if dossier.text("delivered_at") and dossier.text("delivered_at") < dossier.text("received_at"):
        found.append(_clash(COURSE, key, Rule.DELIVERED_BEFORE, dossier.text("delivered_at"), [dossier], origin))
    return found


_ENDED = frozenset(state.value for state in (State.CLOSED, State.WITHDRAWN, State.STOPPED, State.RETURNED))


def _clash(topic: Topic, key: str, rule: Rule, detail: str, rows: Sequence[Seen], origin: OriginOf) -> Clash:
    ordered = sorted(rows, key=lambda row: (origin(row), row.kind, row.record))
    return Clash(topic.name, key, rule, detail, tuple((row.kind, row.record) for row in ordered))
