"""The columns in which dossiers are listed, on every screen the same."""

from __future__ import annotations

from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.gui.desk import Row
from qms_desktop.gui.table import Column
from qms_desktop.gui.values import date_text, shown

LISTED = (
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
)
"""What list rows carry; "due_left", "due_level" and "holder_name" are added by the desk."""


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


def _due(row: Row) -> str:
    return date_text(row.get("due"))


def _received(row: Row) -> str:
    text = date_text(row.get("received_at"))
    return f"{text[:5]} {text[11:]}" if len(text) > len("31/12/2026") else text


CODE = Column("code", "Mã hồ sơ", 17, _Text("code"), "code")
APPLICANT = Column("applicant_name", "Người nộp", 28, _Text("applicant_name"), "applicant_name")
PROCEDURE = Column("procedure_title", "Thủ tục", 15, _Text("procedure_title"), "procedure_title", grows=True)
RECEIVED = Column("received_at", "Nhận lúc", 10, _received, "received_at")
DUE = Column("due", "Hẹn trả", 10, _due, "due")
LEFT = Column("due_left", "Còn lại", 11, _left, "", _level)
STATE = Column("state", "Trạng thái", 15, _Text("state"), "state")
STEP = Column("step", "Bước", 4, _Text("step"), "step")
HOLDER = Column("holder", "Người giữ", 15, _holder, "")

REGISTER_COLUMNS = (CODE, APPLICANT, LEFT, DUE, PROCEDURE, STATE, STEP, RECEIVED, HOLDER)
TODAY_COLUMNS = (LEFT, APPLICANT, PROCEDURE, DUE, STATE, CODE, HOLDER)
