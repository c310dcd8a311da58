"""What the office tells the window: plain data, texts Vietnamese and ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from qms_desktop.domain.fields import Field, Value
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
    """One procedure as the clerk sees it; ``edition`` is the ribbon ("Lần ban hành 02, hiệu lực 01/07/2025").

    ``values`` are all fields of the revision, those that are no content included.
    """

    revision: str
    code: str
    title: str
    field: str
    state: str
    in_force: bool
    edition: str
    content: ProcedureContent
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything the counter knows when a citizen hands in a dossier; keys of the mappings are field names.

    ``paper`` and ``received_at``: number of the paper slip and true time of what was received by hand and is entered later.
    """

    revision: str
    channel: str
    variant: str = ""
    applicant: Mapping[str, Value] = field(default_factory=dict)
    applicant_id: str = ""
    papers: tuple[Mapping[str, Value], ...] = ()
    details: Mapping[str, Value] = field(default_factory=dict)
    paper: str = ""
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is left at the counter after accepting: the record, its permanent code and its due date."""

    dossier: str
    code: str
    due: Due


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawn form: what is shown, kept and printed are these bytes. ``origin`` belongs to the desk.

    ``parts`` is how many copies (liên) stand one after the other in the bytes.
    """

    pdf: bytes
    title: str
    file_name: str
    origin: object = None
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Move:
    """One action the signed-in person may take on a dossier now.

    ``asks`` are the fields typed with it; their ``default`` is what stands there already.
    """

    name: str
    label: str
    key: str = ""
    reason_required: bool = False
    asks: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a dossier's timeline; ``level`` as in Due, "" for the ordinary."""

    at: str
    title: str
    detail: str = ""
    level: str = ""


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
    """A dossier with everything its screen shows; ``slips`` are the forms it asks for (key, title), its state's own first."""

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
    slips: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TodayGroup:
    """One list of the day.

    ``rows`` are dossier rows with "due_left" and "due_level"; ``empty`` teaches when there are none.

    ``count`` is the true number; ``rows`` may hold only the first of them. ``screen`` opens a row.
    """

    key: str
    title: str
    rows: tuple[Row, ...]
    empty: str
    level: str = ""
    count: int = 0
    screen: str = "dossier"


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the exchange with the province is doing.

    kind: "up_to_date", "waiting", "sending", "offline", "portal" (the network wants a log-in first), "questions", "failed" or
    "never". While "sending": done of total changes sent, received of expected, size in bytes both ways, left: seconds it goes on.
    """

    kind: str
    at: datetime | None = None
    waiting: int = 0
    done: int = 0
    total: int = 0
    questions: int = 0
    reason: str = ""
    received: int = 0
    expected: int = 0
    size: int = 0
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Stance:
    """One of the values that stand against each other in a question.

    `act` is what taking it does, in a few words, `effect` what follows from it where that is not plain.
    """

    value: Value
    text: str
    who: str
    at: str
    mine: bool
    act: str = "Lấy giá trị này"
    effect: str = ""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One field that two PCs changed without knowing of each other; ``hindrance`` says why it cannot be answered here.

    ``asks``: the question in words, where it is about a rule across records (``record`` then names the question itself).
    """

    kind: str
    record: str
    field: str
    title: str
    label: str
    before: str
    stances: tuple[Stance, ...]
    hindrance: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class PacketItem:
    """One packet of a USB stick, in words; ``level`` colours its state."""

    at: str
    what: str
    state: str
    level: str


@dataclass(frozen=True, slots=True)
class NeighbourItem:
    """One PC of the office's network, in words. ``level`` colours its state; ``typed``: a person gave its address, and may have
    it forgotten by its ``key``.
    """

    key: str
    address: str
    name: str
    met: str
    state: str
    level: str
    typed: bool


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
