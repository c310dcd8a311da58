"""What the window asks of the office: the one list of questions and commands that screens may use.

A screen holds a ``Desk`` and nothing else of the program, so it can be shown on a real office, on a demonstration or on a
few made-up rows. Everything here is plain data without Qt; texts are Vietnamese and ready to be shown.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from qms_desktop.domain.fields import Value
from qms_desktop.domain.procedure_content import ProcedureContent

Row = dict[str, Value]
Condition = tuple[str, str, Value]
"""(field, operator, value) as in ``store.lists.ListQuery``: "=", "in", "<", "<=", ">", ">=", "!=", "empty", "filled"."""


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """One name on the sign-in page."""

    id: str
    name: str
    position: str
    has_pin: bool


@dataclass(frozen=True, slots=True)
class Due:
    """A due date in words; ``level`` is "late", "soon", "ok", "paused" or "done", ``left`` says the same ("trễ 1 ngày")."""

    text: str
    sentence: str
    left: str = ""
    level: str = "ok"


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure as the clerk sees it; ``edition`` is the ribbon ("Lần ban hành 02, hiệu lực 01/07/2025")."""

    revision: str
    code: str
    title: str
    field: str
    state: str
    in_force: bool
    edition: str
    content: ProcedureContent


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything the counter knows when a citizen hands in a dossier; keys of the mappings are field names."""

    revision: str
    channel: str
    variant: str = ""
    applicant: Mapping[str, Value] = field(default_factory=dict)
    applicant_id: str = ""
    papers: tuple[Mapping[str, Value], ...] = ()
    details: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is left at the counter after accepting: the record, its permanent code and its due date."""

    dossier: str
    code: str
    due: Due


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawn form: what is shown, kept and printed are these bytes. ``origin`` belongs to the desk."""

    pdf: bytes
    title: str
    file_name: str
    origin: object = None


@dataclass(frozen=True, slots=True)
class Move:
    """One action the signed-in person may take on a dossier now."""

    name: str
    label: str
    key: str = ""
    reason_required: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a dossier's timeline; ``level`` as in Due, "" for the ordinary."""

    at: str
    title: str
    detail: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the clock bar between two days (day numbers), running or paused."""

    start: int
    end: int
    paused: bool


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One recorded change, ready to be read."""

    at: str
    who: str
    what: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DossierPage:
    """A dossier with everything its screen shows."""

    record: Row
    due: Due
    state: str
    step_title: str
    instruction: str
    output: str
    moves: tuple[Move, ...]
    events: tuple[Event, ...]
    history: tuple[HistoryItem, ...]
    holder: str = ""


@dataclass(frozen=True, slots=True)
class TodayGroup:
    """One list of the day.

    ``rows`` are dossier rows with "due_left" and "due_level"; ``empty`` teaches when there are none.

    ``count`` is the true number; ``rows`` may hold only the first of them.
    """

    key: str
    title: str
    rows: tuple[Row, ...]
    empty: str
    level: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the exchange with the province is doing.

    kind: "up_to_date", "waiting", "sending", "offline", "questions", "failed" or "never".
    """

    kind: str
    at: datetime | None = None
    waiting: int = 0
    done: int = 0
    total: int = 0
    questions: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stance:
    """One of the values that stand against each other in a question."""

    value: Value
    text: str
    who: str
    at: str
    mine: bool


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One field that two PCs changed without knowing of each other."""

    kind: str
    record: str
    field: str
    title: str
    label: str
    before: str
    stances: tuple[Stance, ...]


@dataclass(frozen=True, slots=True)
class SyncLine:
    """One entry that waits or came, in words."""

    at: str
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person named at set-up; ``roles`` are role codes."""

    name: str
    position: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Founding:
    """The set-up pages, filled in."""

    unit: str
    office: Mapping[str, Value]
    people: tuple[NewPerson, ...]
    pin: str


@dataclass(frozen=True, slots=True)
class Found:
    """One hit of the search over everything."""

    kind: str
    id: str
    title: str
    subtitle: str


class Reader(Protocol):
    """The part of the store's View that lists and forms need."""

    def get(self, kind: str, record: str) -> Row | None:
        """The record as shown, or None."""

    def find(self, kind: str, /, **equals: Value) -> list[Row]:
        """Records of a kind in its own order."""

    def rows(self, kind: str, rowids: Sequence[int], fields: Sequence[str]) -> list[Row]:
        """The named fields of those rows, in the order asked."""


class Shelf(Protocol):
    """Signing in, set-up, settings and drafts: what concerns this PC and its people."""

    def now(self) -> datetime:
        """Viet Nam local time."""

    def founded(self) -> bool:
        """Whether an office has been set up on this PC."""

    def found(self, founding: Founding) -> str:
        """Sets the office up; returns the recovery code."""

    def recovery_sheet(self, code: str) -> Path:
        """Writes the sheet with the recovery code; returns the file."""

    def join(self, server: str, code: str, pc_name: str) -> bool:
        """Enrols this PC with the province; whether the unit's office is there already, set up on another PC."""

    def people(self) -> list[PersonChoice]:
        """Who may sign in here, in Vietnamese name order."""

    def sign_in(self, person: str, pin: str) -> None:
        """Starts the session or raises; a first PIN is set by signing in with it."""

    def sign_out(self) -> None:
        """Ends the session."""

    def person_name(self) -> str:
        """Who is signed in, or an empty text."""

    def unit_title(self) -> str:
        """The unit as the status bar shows it."""

    def setting(self, key: str) -> str:
        """A remembered value of this PC, or an empty text."""

    def remember(self, key: str, value: str) -> None:
        """Keeps a value on this PC."""

    def save_draft(self, form: str, values: Mapping[str, Value]) -> None:
        """Keeps what is being typed; called from the worker thread."""

    def draft(self, form: str) -> Mapping[str, Value] | None:
        """What was being typed when the program ended, or None."""

    def drop_draft(self, form: str) -> None:
        """Forgets a draft."""

    def exports(self) -> Path:
        """The folder where printed files are kept."""

    def notes(self) -> Path:
        """The folder of crash notes."""


class Records(Protocol):
    """Reading and changing records."""

    def view(self) -> AbstractContextManager[Reader]:
        """A snapshot to read from."""

    def keys(self, kind: str, where: Sequence[Condition], text: str, order: str, descending: bool) -> array[int]:
        """Row ids of a list in order."""

    def search(self, text: str) -> list[Found]:
        """Everything that answers, best first."""

    def save(self, kind: str, record: str, values: Mapping[str, Value]) -> str:
        """Creates (record "") or changes a record; returns its id."""

    def undo(self) -> str:
        """Takes back the last saved change and names it; empty if there is none."""

    def subscribe(self, callback: Callable[[frozenset[str]], None]) -> None:
        """The callback gets the changed kinds after each commit, in any thread."""


class Counter(Protocol):
    """Procedures, dossiers and their clock."""

    def today(self) -> list[TodayGroup]:
        """The day's lists for the signed-in person."""

    def due_of(self, dossier: Row) -> Due:
        """The due date of a list row, as of now, without its sentence."""

    def procedures(self) -> list[Procedure]:
        """Every procedure of the unit, those in force first."""

    def most_used(self) -> list[str]:
        """Revisions most received today, at most nine."""

    def applicants(self, text: str) -> list[Row]:
        """Known people by number, telephone or name."""

    def preview_due(self, intake: Intake) -> Due:
        """The due date if it were accepted now."""

    def receive(self, intake: Intake) -> Accepted:
        """Accepts the dossier."""

    def send_back(self, intake: Intake) -> Accepted:
        """Records guidance at the counter: papers are missing, no dossier is opened."""

    def dossier(self, record: str) -> DossierPage:
        """Everything about one dossier."""

    def move(self, record: str, name: str, reason: str) -> None:
        """Performs one of the page's moves."""

    def edit(self, record: str, values: Mapping[str, Value]) -> None:
        """Changes typed fields of a dossier."""

    def calculate(self, received: datetime, norm: str, convention: str, pauses: Sequence[tuple[str, str]]) -> Due:
        """A due date for a norm in words or a procedure's code; pauses as pairs of ISO days."""

    def receipt(self, record: str) -> Sheet:
        """Mẫu 01, two copies."""

    def control_slip(self, record: str) -> Sheet:
        """Mẫu 06."""

    def supplement_slip(self, record: str) -> Sheet:
        """Mẫu 02: what is still missing."""

    def data_sheet(self, kind: str, record: str) -> Sheet:
        """Every filled field of a record and its history."""

    def printed(self, sheet: Sheet, copies: int) -> None:
        """Records that a sheet left the program, by printer or as a file."""


class Exchange(Protocol):
    """The province."""

    def sync_state(self) -> SyncState:
        """What the exchange is doing now."""

    def on_sync(self, callback: Callable[[], None]) -> None:
        """The callback is called in any thread when the state changes."""

    def sync_now(self) -> None:
        """Asks for an exchange; returns at once."""

    def waiting_lines(self) -> list[SyncLine]:
        """Changes of this PC the province has not confirmed, newest first, at most 200."""

    def arrived_lines(self) -> list[SyncLine]:
        """Changes that came from elsewhere, newest first, at most 200."""

    def questions(self) -> list[OpenQuestion]:
        """Open questions."""

    def answer(self, question: OpenQuestion, value: Value) -> None:
        """Settles a question for everyone."""

    def machines_waiting(self) -> list[Row]:
        """PCs that ask to join, with "id", "name", "fingerprint"."""

    def admit(self, machine: str) -> None:
        """Hands the unit key to a new PC."""


class Care(Protocol):
    """Looking after the data."""

    def backup(self, target: Path) -> Path:
        """Writes a backup; returns the file."""

    def last_backup(self) -> datetime | None:
        """When the newest backup was made."""

    def restore(self, source: Path, recovery_code: str) -> None:
        """Restores under a new replica id."""

    def verify(self) -> list[str]:
        """Faults found by recomputing the chains; none is good."""

    def import_procedures(self, source: Path) -> list[str]:
        """Imports a file; returns what a person should read, line by line."""


class Desk(Shelf, Records, Counter, Exchange, Care, Protocol):
    """Everything the window may ask."""
