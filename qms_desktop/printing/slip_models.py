"""Values of the slips and letters about one dossier that are words more than tables, of hand-over minutes and cover labels.

As in ``models``: an empty text prints as dots to be filled in by hand; moments are local time of Viet Nam.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from qms_desktop.printing.models import UnitHeading


@dataclass(frozen=True)
class NoticeData:
    """A slip or letter in the edition's own words: refusal, apology with a new appointment, stop, fee receipt.

    agency: the unit in a sentence ("Ủy ban nhân dân xã An Bình"). issued_on: the day of what it tells of, however often it
    is printed again. due: the appointment so far, new_due: the new one. amount: in figures, amount_words: in words.
    signers: the names below the edition's signatures, in its order.
    """

    unit: UnitHeading
    agency: str
    code: str
    procedure_code: str
    procedure_name: str
    applicant: str
    issued_on: date
    printed_at: datetime
    official_code: str = ""
    number: str = ""
    desk: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    received_at: datetime | None = None
    due: date | datetime | None = None
    new_due: date | datetime | None = None
    reason: str = ""
    basis: str = ""
    contact_phone: str = ""
    amount: str = ""
    amount_words: str = ""
    proof: str = ""
    paid_at: datetime | None = None
    signers: tuple[str, ...] = ()
    reprint: int = 0


@dataclass(frozen=True)
class MinutesLine:
    """One dossier that went from hand to hand: to which step, with how many original papers, taken when and by whom."""

    code: str
    procedure: str
    applicant: str
    step: str = ""
    originals: str = ""
    taken: str = ""
    note: str = ""


@dataclass(frozen=True)
class MinutesData:
    """Biên bản bàn giao hồ sơ. code: the number of the minutes, also in the QR code; posts as printed below the names."""

    unit: UnitHeading
    code: str
    given_at: datetime
    printed_at: datetime
    lines: tuple[MinutesLine, ...]
    giver: str = ""
    giver_post: str = ""
    receiver: str = ""
    receiver_post: str = ""
    number: str = ""
    reprint: int = 0


@dataclass(frozen=True)
class CoverData:
    """Nhãn bìa hồ sơ: what must be read on the folder from an arm's length."""

    unit: UnitHeading
    code: str
    procedure_code: str
    procedure_name: str
    applicant: str
    printed_at: datetime
    official_code: str = ""
    received: str = ""
    due: str = ""
    originals: str = ""
    retention: str = ""
    reprint: int = 0
