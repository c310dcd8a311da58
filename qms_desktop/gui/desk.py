"""What the window asks of the office: the one list of questions and commands that screens may use.

A screen holds a ``Desk`` and nothing else of the program, so it can be shown on a real office, on a demonstration or on a
few made-up rows. What comes and goes is plain data of ``desk_data``.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from qms_desktop.domain.fields import Value
from qms_desktop.gui.desk_clock import Clock
from qms_desktop.gui.desk_data import (
    Accepted,
    Condition,
    DossierPage,
    Due,
    Event,
    Found,
    Founding,
    HistoryItem,
    Intake,
    Move,
    NeighbourItem,
    NewPerson,
    OpenQuestion,
    PacketItem,
    PersonChoice,
    Procedure,
    Row,
    Sheet,
    Stance,
    SyncLine,
    SyncState,
    TodayGroup,
)
from qms_desktop.gui.desk_fallback import Paper
from qms_desktop.gui.desk_files import Files
from qms_desktop.gui.desk_imports import Imports
from qms_desktop.gui.desk_line import Line
from qms_desktop.gui.desk_moves import Moves
from qms_desktop.gui.desk_practice import Practice
from qms_desktop.gui.desk_rights import Rights
from qms_desktop.gui.desk_roads import Neighbours, Packets
from qms_desktop.gui.desk_slips import Slips
from qms_desktop.gui.desk_statistics import Statistics

__all__ = [
    "Accepted",
    "Care",
    "Condition",
    "Counter",
    "Desk",
    "DossierPage",
    "Due",
    "Event",
    "Exchange",
    "Found",
    "Founding",
    "HistoryItem",
    "Intake",
    "Move",
    "NeighbourItem",
    "NewPerson",
    "OpenQuestion",
    "PacketItem",
    "Packets",
    "PersonChoice",
    "Procedure",
    "Reader",
    "Records",
    "Rights",
    "Row",
    "Sheet",
    "Shelf",
    "Stance",
    "SyncLine",
    "SyncState",
    "TodayGroup",
]


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

    def enrolled_unit(self) -> Mapping[str, Value]:
        """The unit this PC was enrolled in before its office was set up ("unit", "unit_kind", "unit_name"); empty otherwise."""

    def enrolled(self) -> bool:
        """Whether the province knows this PC."""

    def hindrance(self) -> str:
        """Why dossiers cannot be read here yet; empty when they can."""

    def unlock(self, recovery_code: str) -> None:
        """Takes the unit's key with the recovery code, when no other PC can hand it over."""

    def begin(self) -> None:
        """What runs by itself once someone works here: the exchange and the daily backup. Called in the worker thread."""

    def recovery_sheet(self, code: str, target: Path) -> Path:
        """Writes the sheet with the recovery code, never beside the data it opens; returns the file."""

    def reset_pin(self, person: str) -> None:
        """Lets a person who forgot the PIN set another one at the next signing in on this PC."""

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

    def totals(self, kind: str, field: str, where: Sequence[Condition], text: str) -> dict[str, int]:
        """How many rows of a list have each value of a field; called in the worker thread."""

    def search(self, text: str) -> list[Found]:
        """Everything that answers, best first."""

    def save(self, kind: str, record: str, values: Mapping[str, Value], seen: Mapping[str, Value] | None = None) -> str:
        """Creates (record "") or changes a record; returns its id. ``seen``: what its form showed before the typing."""

    def may_save(self, kind: str) -> bool:
        """Whether the person signed in may change records of that kind by their form."""

    def undo(self) -> str:
        """Takes back the last saved change and names it; empty if there is none."""

    def redo(self) -> str:
        """Does again what has just been taken back and names it; empty if the last action was no undo."""

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

    def may_approve(self, revision: str) -> bool:
        """Whether the person signed in may put this revision into force."""

    def may_edit(self, revision: str) -> bool:
        """Whether the person signed in may change this revision: a draft of the unit."""

    def edit_procedure(self, revision: str, values: Mapping[str, Value], seen: Mapping[str, Value]) -> None:
        """Changes typed fields of a draft; ``seen``: what the form showed before the typing."""

    def approve(self, revision: str, effective_on: str, decision: str) -> None:
        """Puts a draft into force from that day (ISO)."""

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

    def move(self, record: str, name: str, reason: str, values: Mapping[str, Value]) -> None:
        """Performs one of the page's moves; ``values`` are those of the fields it asks for."""

    def edit(self, record: str, values: Mapping[str, Value], seen: Mapping[str, Value] | None = None) -> None:
        """Changes typed fields of a dossier; ``seen``: what the form showed before the typing."""

    def calculate(self, received: datetime, norm: str, convention: str, pauses: Sequence[tuple[str, str]]) -> Due:
        """A due date for a norm in words or a procedure's code; pauses as pairs of ISO days."""

    def receipt(self, record: str) -> Sheet:
        """Mẫu 01, two copies."""

    def control_slip(self, record: str) -> Sheet:
        """Mẫu 06."""

    def supplement_slip(self, record: str) -> Sheet:
        """Mẫu 02: what is still missing."""

    def register_book(self, first: date, last: date) -> Sheet:
        """Mẫu 07: the dossiers received from the first to the last day."""

    def list_sheet(self, kind: str, where: Sequence[Condition], text: str, order: str, descending: bool) -> Sheet:
        """A list as it is shown, on paper."""

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

    def news(self) -> list[str]:
        """What exchanges brought to light and nobody was told yet; it counts as told."""

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


class Care(Practice, Protocol):
    """Looking after the data, and practising away from it."""

    def backup(self, target: Path) -> Path:
        """Writes a backup; returns the file."""

    def last_backup(self) -> datetime | None:
        """When the newest backup was made."""

    def restore(self, source: Path, recovery_code: str) -> None:
        """Restores under a new replica id."""

    def verify(self) -> list[str]:
        """Faults found by recomputing the chains; none is good."""

    def import_models(self) -> list[str]:
        """Takes in the model procedures shipped with the program."""

    def import_procedures(self, source: Path) -> list[str]:
        """Imports a file; returns what a person should read, line by line."""


class Desk(
    Files,
    Shelf,
    Records,
    Counter,
    Moves,
    Slips,
    Exchange,
    Rights,
    Packets,
    Neighbours,
    Line,
    Imports,
    Clock,
    Paper,
    Statistics,
    Care,
    Protocol,
):
    """Everything the window may ask."""
