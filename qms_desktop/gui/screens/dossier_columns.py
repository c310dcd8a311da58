"""The columns in which dossiers are listed, on every screen the same."""

from __future__ import annotations

from qms_desktop.domain.records.dossiers import DOSSIER, State
from qms_desktop.gui.desk import Row
from qms_desktop.gui.table import Column
from qms_desktop.gui.values import date_text, shown

_READ = (
    "code",
    "official_code",
    "applicant_name",
    "applicant_phone",
    "procedure_code",
    "procedure_title",
    "received_at",
    "due",
    "original_due",
    "state",
    "step",
    "holder",
    "channel",
    "former_unit",
    "paper_number",
    "receiving_for",
)
_ON_THE_PAGE_ONLY = frozenset({"received_by"})
_FURTHER = tuple(
    field.name for field in DOSSIER.fields if field.width and field.name not in _READ and field.name not in _ON_THE_PAGE_ONLY
)
"""Whatever field the dossier gained since and that has a width: it stands behind the columns laid out below."""

LISTED = (*_READ, *_FURTHER)
"""What list rows carry; "due_left", "due_level" and "holder_name" are added by the desk."""


_STATE = DOSSIER.field("state")
_AT_A_STEP = frozenset({State.PROCESSING.value, State.INTERAGENCY.value})


def _plain(name: str) -> Column:
    field = DOSSIER.field(name)
    return Column(name, field.label, field.width or 12, _Text(name), name)


class _Text:
    def __init__(self, name: str) -> None:
        self._field = DOSSIER.field(name)

    def __call__(self, row: Row) -> str:
        return shown(self._field, row.get(self._field.name))


def _left(row: Row) -> str:
    return str(row.get("due_left") or "")


def _level(row: Row) -> str:
    return str(row.get("due_level") or "")


def _holder(row: Row) -> str:
    return str(row.get("holder_name") or "")


def _state(row: Row) -> str:
    """The state; with its step while the dossier is being worked on."""
    words, step = shown(_STATE, row.get("state")), str(row.get("step") or "")
    return f"{words} · {step}" if step and row.get("state") in _AT_A_STEP else words


def _code(row: Row) -> str:
    """The code never changes; where a dossier came from stands beside it: a merged unit, paper, the counter of another."""
    code, former = str(row.get("code") or ""), str(row.get("former_unit") or "")
    former = f"Đơn vị cũ: {former}" if former else ""
    late = "từ giấy" if row.get("paper_number") else ""
    other = "nhận hộ" if row.get("receiving_for") else ""
    return " · ".join(part for part in (code, former, late, other) if part)


def _due(row: Row) -> str:
    return date_text(row.get("due"))


def _received(row: Row) -> str:
    text = date_text(row.get("received_at"))
    return f"{text[:5]} {text[11:]}" if len(text) > len("31/12/2026") else text


CODE = Column("code", "Mã hồ sơ", 15, _code, "code")
APPLICANT = Column("applicant_name", "Người nộp", 28, _Text("applicant_name"), "applicant_name")
PROCEDURE = Column("procedure_title", "Thủ tục", 15, _Text("procedure_title"), "procedure_title", grows=True)
RECEIVED = Column("received_at", "Nhận lúc", 10, _received, "received_at")
DUE = Column("due", "Hẹn trả", 10, _due, "due")
LEFT = Column("due_left", "Còn lại", 18, _left, "", _level)
STATE = Column("state", "Trạng thái", 13, _state, "state")
HOLDER = Column("holder", "Người giữ", 14, _holder, "")

REGISTER_COLUMNS = (CODE, APPLICANT, LEFT, DUE, PROCEDURE, STATE, RECEIVED, HOLDER, *map(_plain, _FURTHER))
TODAY_COLUMNS = (LEFT, APPLICANT, PROCEDURE, DUE, STATE, CODE, HOLDER)
