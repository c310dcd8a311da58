"""What a printed sheet is made of: plain values, already decided and already masked by the caller.

An empty text prints as a dotted line to be filled in by hand, which is also how a masked value is handed over when the
reader may not see it. Moments are local time of Viet Nam.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TypeVar

from qms_desktop.domain.text import nfc

T = TypeVar("T")
# The soft hyphen is not to be seen, and no office font has the no-break hyphen.
_ODD_SIGNS = {0x00AD: None, 0x2011: "-"}


@dataclass(frozen=True)
class UnitHeading:
    """The agency block and the place of the date line (Nghị định 30/2020, phụ lục I).

    parent: lines of the superior agency, upright; empty for an UBND, which has none above it. name: lines of the issuing
    agency, bold ("ỦY BAN NHÂN DÂN", "XÃ AN BÌNH"). place: as in the date line ("An Bình").
    """

    name: tuple[str, ...]
    place: str
    parent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """A paper handed in: how many originals, how many copies."""

    name: str
    originals: int
    copies: int = 0


@dataclass(frozen=True)
class ReceiptData:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả.

    code: the dossier's permanent code, shown as QR; official_code: the number given by the provincial system, when known.
    due: a day, or a moment where the limit runs in hours; None prints dots. due_sentence: why it is that day.
    norm_text: the limit as the procedure writes it ("03 ngày làm việc"). reprint: 0 for the first print, n for the n-th again.
    by_hand: a blank form: the moment of receipt is written in by hand, and received_at says only for which day it is meant.
    """

    unit: UnitHeading
    desk: str
    code: str
    procedure_code: str
    procedure_name: str
    applicant: str
    received_at: datetime
    printed_at: datetime
    official_code: str = ""
    number: str = ""
    identity: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    papers: tuple[Paper, ...] = ()
    sets: int = 1
    due: date | datetime | None = None
    due_sentence: str = ""
    norm_text: str = ""
    result_place: str = ""
    fee_text: str = ""
    register_book: str = ""
    register_number: str = ""
    submitter: str = ""
    receiver: str = ""
    note: str = ""
    reprint: int = 0
    by_hand: bool = False


@dataclass(frozen=True)
class Demand:
    """One thing the citizen is asked to add or put right, and why what there is does not do."""

    name: str
    reason: str = ""


@dataclass(frozen=True)
class SupplementData:
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ.

    issued_on: the day of the request, which is the day of the slip however often it is printed again. contact: whom the
    citizen may ask, contact_phone: on which number. guide: who asks.
    """

    unit: UnitHeading
    desk: str
    code: str
    procedure_code: str
    procedure_name: str
    applicant: str
    issued_on: date
    printed_at: datetime
    demands: tuple[Demand, ...] = ()
    reason: str = ""
    official_code: str = ""
    number: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    contact: str = ""
    contact_phone: str = ""
    guide: str = ""
    reprint: int = 0


class Outcome(Enum):
    """How a hand-over stands against its step's limit; BLANK while nobody can say."""

    BLANK = ""
    EARLY = "Trước hạn"
    ON_TIME = "Đúng hạn"
    LATE = "Quá hạn"


@dataclass(frozen=True)
class HandOver:
    """One hand-over of the dossier from one desk to the next."""

    from_unit: str
    to_unit: str
    handed_at: datetime | None = None
    received_at: datetime | None = None
    giver: str = ""
    receiver: str = ""
    outcome: Outcome = Outcome.BLANK
    note: str = ""


@dataclass(frozen=True)
class ControlSheetData:
    """Phiếu kiểm soát quá trình giải quyết hồ sơ.

    blank_rows: empty rows added below the known hand-overs, to be filled in by hand.
    """

    unit: UnitHeading
    code: str
    agency: str
    issued_on: date
    printed_at: datetime
    rows: tuple[HandOver, ...] = ()
    coordinating_agency: str = ""
    official_code: str = ""
    number: str = ""
    blank_rows: int = 0
    reprint: int = 0


@dataclass(frozen=True)
class RegisterLine:
    """One dossier of the register; the days in words, empty while they have not come."""

    code: str
    procedure: str
    sets: str
    applicant: str
    contact: str
    agency: str
    received: str
    due: str = ""
    handed_over: str = ""
    finished: str = ""
    delivered: str = ""
    method: str = ""
    note: str = ""


@dataclass(frozen=True)
class RegisterData:
    """Sổ theo dõi hồ sơ of a period, first to last day of receipt. cut: what was left out; reprint: 0 for the first print."""

    unit: UnitHeading
    first: date
    last: date
    printed_at: datetime
    lines: tuple[RegisterLine, ...]
    printed_by: str = ""
    cut: str = ""
    reprint: int = 0


@dataclass(frozen=True)
class Column:
    """A column of a printed list.

    Its text decides its width; weight shares out what is left. align is "left", "center" or "right". Neighbours with the
    same group stand under one common title.
    """

    title: str
    weight: float = 1.0
    align: str = "left"
    group: str = ""


@dataclass(frozen=True)
class Section:
    """A titled part of a data sheet: rows of (label, value), or with columns a table of its own."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class HistoryLine:
    """What one person changed in a record at one moment, as people read it; each change on a line of its own."""

    when: str
    who: str
    what: str


@dataclass(frozen=True)
class DataSheet:
    """Phiếu dữ liệu: any record as labels and values, with its history."""

    title: str
    unit: UnitHeading
    printed_at: datetime
    sections: tuple[Section, ...]
    subtitle: str = ""
    code: str = ""
    history: tuple[HistoryLine, ...] = ()
    printed_by: str = ""


@dataclass(frozen=True)
class ListSheet:
    """A list on landscape pages: numbered rows, one totals line at the end."""

    title: str
    unit: UnitHeading
    printed_at: datetime
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    subtitle: str = ""
    totals: str = ""
    printed_by: str = ""


def composed(value: T) -> T:
    """The same value with every text inside in NFC and without control characters (line breaks stay).

    The one place where printing enforces NFC: there is no shaping behind it, so a decomposed tone mark would be drawn
    beside its letter. Walks dataclasses and tuples.
    """
    changed: object = value
    if isinstance(value, Enum):
        changed = value
    elif isinstance(value, str):
        changed = nfc("".join(char if char.isprintable() or char == "\n" else " " for char in value.translate(_ODD_SIGNS)))
    elif isinstance(value, tuple):
        changed = tuple(composed(item) for item in value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        inside = {field.name: composed(getattr(value, field.name)) for field in dataclasses.fields(value)}
        changed = dataclasses.replace(value, **inside)
    return changed  # type: ignore[return-value]  # each branch gives back its own kind
