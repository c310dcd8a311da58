"""The parts a procedure's content is made of, and the words each of their fields may take.

Units: step times are working minutes; one working day is eight hours, 480 minutes. Money is whole đồng.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

MINUTES_PER_WORKING_DAY = 480
MINUTES_PER_HOUR = 60
UNCONFIRMED_MARK = "(?)"

CHANNELS: Mapping[str, str] = {
    "in_person": "Trực tiếp",
    "online": "Trực tuyến",
    "post": "Dịch vụ bưu chính",
    "any": "Mọi hình thức",
}
NORM_UNITS: Mapping[str, str] = {
    "working_day": "ngày làm việc",
    "calendar_day": "ngày",
    "working_hour": "giờ làm việc",
    "month": "tháng",
    "same_day": "trong ngày",
    "none": "không quy định",
    "text": "theo văn bản",
}
COUNTED_UNITS = frozenset({"working_day", "calendar_day", "working_hour", "month"})
STEP_ROLES: Mapping[str, str] = {
    "MC": "Bộ phận Một cửa",
    "LDP": "Lãnh đạo phòng",
    "CM": "Công chức chuyên môn",
    "LD": "Lãnh đạo UBND",
    "VT": "Văn thư",
}
PAPER_RULES: Mapping[str, str] = {"always": "Bắt buộc", "conditional": "Khi thuộc trường hợp"}


@dataclass(frozen=True)
class LegalBasis:
    """One legal document; `issued_on` is dd/mm/yyyy text, or empty where the source gives none."""

    number: str
    title: str = ""
    issued_on: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class Paper:
    """One component of the dossier; `required` is a key of PAPER_RULES."""

    name: str
    originals: int = 0
    copies: int = 0
    required: str = "always"
    condition: str = ""
    form: str = ""
    note: str = ""


@dataclass(frozen=True)
class Norm:
    """One time limit for one channel; `value` is decimal text ("0.5") and only counted units have one."""

    channel: str
    value: str | None
    unit: str
    variant: str = ""
    text: str = ""

    @property
    def minutes(self) -> int | None:
        """Working minutes, or None where the limit is not counted in working time."""
        if self.unit == "same_day":
            return MINUTES_PER_WORKING_DAY
        per_unit = {"working_day": MINUTES_PER_WORKING_DAY, "working_hour": MINUTES_PER_HOUR}.get(self.unit)
        if per_unit is None or self.value is None:
            return None
        return int(Decimal(self.value) * per_unit)


@dataclass(frozen=True)
class Fee:
    """A fee as its source words it; `amount` in đồng only where that wording is one unambiguous sum."""

    channel: str
    text: str
    amount: int | None = None


@dataclass(frozen=True)
class Step:
    """One step of the internal procedure; `minutes` are working minutes, 0 where no time is set."""

    code: str
    name: str
    role: str
    minutes: int
    channel: str = "any"
    variant: str = ""
    instruction: str = ""
    output: str = ""


@dataclass(frozen=True)
class FormRef:
    """A form (biểu mẫu) the procedure uses."""

    code: str
    name: str


@dataclass(frozen=True)
class Detail:
    """A passage of the source that is shown as it stands, under its own label."""

    label: str
    text: str


@dataclass(frozen=True)
class Retention:
    """How long the dossier is kept; `years` only where the text is one number of years."""

    text: str = ""
    years: int | None = None


NO_RETENTION = Retention()
