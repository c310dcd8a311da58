"""Editions of the printed forms: dated data in resources/form_editions, one file per (regulation, number).

A form keeps the edition in force on its own day for ever: a reprint asks for the edition by its code, never for the
newest. Lengths are millimetres from the top left corner of the page; type sizes are points.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qms_desktop.domain.errors import PrintError

RECEIPT = "receipt"
SUPPLEMENT = "supplement"
CONTROL_SHEET = "control_sheet"
DATA_SHEET = "data_sheet"
REGISTER = "register"
LIST_SHEET = "list_sheet"
REFUSAL = "refusal"
APOLOGY = "apology"
STOP = "stop"
FEE_RECEIPT = "fee_receipt"
HAND_OVER = "hand_over"
COVER = "cover"
NOTICES = (REFUSAL, APOLOGY, STOP, FEE_RECEIPT)
FORM_KEYS = (RECEIPT, SUPPLEMENT, *NOTICES, CONTROL_SHEET, REGISTER, HAND_OVER, COVER, DATA_SHEET, LIST_SHEET)

_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "form_editions"


@dataclass(frozen=True)
class Anchor:
    """A fixed point of the first page: text hangs at x by `align`, its (first) baseline at y; width is its room."""

    x: float
    y: float
    align: str = "left"
    size: float = 13.0
    width: float = 0.0
    text: str = ""


@dataclass(frozen=True)
class Square:
    """Place of the QR code: left, top, side."""

    x: float
    y: float
    side: float


@dataclass(frozen=True)
class FieldSpec:
    """One labelled value of a form line: which value, under which label, on which share of the line."""

    key: str
    label: str
    share: float = 1.0
    strong: bool = False


FormLines = tuple[tuple[FieldSpec, ...], ...]


@dataclass(frozen=True)
class ColumnSpec:
    """A table column: its head, its width in mm, which value it shows, and the title it shares with its neighbours."""

    title: str
    width: float
    key: str = ""
    group: str = ""
    align: str = "left"


@dataclass(frozen=True)
class Margins:
    """Page margins in mm (Nghị định 30/2020: 20–25, 15–20, 20–25, 30–35)."""

    top: float
    right: float
    bottom: float
    left: float


@dataclass(frozen=True)
class Edition:
    """A form as one regulation draws it.

    `notes` are the lines below the signatures, `recipients` those of "Nơi nhận" on a letter; `unconfirmed` names the parts not
    yet compared with the official text.
    """

    code: str
    form_key: str
    regulation: str
    number: str
    name: str
    title: str
    valid_from: date
    valid_to: date | None
    landscape: bool
    margins: Margins
    body_top: float
    body_pt: float
    table_pt: float
    anchors: Mapping[str, Anchor]
    qr: Square | None
    lines: FormLines
    notes: FormLines
    columns: tuple[ColumnSpec, ...]
    signatures: tuple[str, ...]
    copies: tuple[str, ...]
    number_format: str
    unconfirmed: tuple[str, ...]
    recipients: tuple[str, ...] = ()

    @property
    def page_size(self) -> tuple[float, float]:
        """Width and height of the A4 page in mm."""
        return (297.0, 210.0) if self.landscape else (210.0, 297.0)

    @property
    def text_width(self) -> float:
        """Width between the margins in mm."""
        return self.page_size[0] - self.margins.left - self.margins.right

    def in_force(self, on: date) -> bool:
        """Whether forms of that day are printed in this edition."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def load_editions(folder: Path | None = None) -> tuple[Edition, ...]:
    """All editions, oldest first. Raises PrintError QMS-604 naming the file that cannot be used."""
    files = sorted((folder or _FOLDER).glob("*.json"))
    editions = [_read(file) for file in files]
    return tuple(sorted(editions, key=lambda edition: (edition.form_key, edition.valid_from)))


def edition_for(form_key: str, on: date, folder: Path | None = None) -> Edition:
    """The edition of a form in force on a day. Raises PrintError QMS-603 when there is none."""
    for edition in reversed(load_editions(folder)):
        if edition.form_key == form_key and edition.in_force(on):
            return edition
    raise _no_edition(f"Không có mẫu in “{form_key}” áp dụng cho ngày {on:%d/%m/%Y}.")


def edition_by_code(code: str, folder: Path | None = None) -> Edition:
    """The edition stored with an earlier print. Raises PrintError QMS-603 when it is unknown here."""
    for edition in load_editions(folder):
        if edition.code == code:
            return edition
    raise _no_edition(f"Không có mẫu in mã “{code}” trên máy này.")


def _no_edition(what: str) -> PrintError:
    return PrintError("QMS-603", what, do="Hãy cập nhật phần mềm hoặc báo người quản trị bổ sung mẫu in.")


def _read(file: Path) -> Edition:
    try:
        return _edition(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PrintError("QMS-604", f"Tệp mẫu in {file.name} không dùng được.", do="Hãy cài lại phần mềm rồi in lại.") from error


def _edition(raw: dict[str, Any]) -> Edition:
    if raw["form_key"] not in FORM_KEYS:
        raise ValueError(raw["form_key"])
    end = raw.get("valid_to")
    return Edition(
        code=raw["code"],
        form_key=raw["form_key"],
        regulation=raw["regulation"],
        number=raw["number"],
        name=raw["name"],
        title=raw["title"],
        valid_from=date.fromisoformat(raw["valid_from"]),
        valid_to=date.fromisoformat(end) if end else None,
        landscape=raw["landscape"],
        margins=Margins(**raw["margins_mm"]),
        body_top=raw["body_top_mm"],
        body_pt=raw["body_pt"],
        table_pt=raw["table_pt"],
        anchors={name: Anchor(**spot) for name, spot in raw["anchors"].items()},
        qr=Square(**raw["qr_mm"]) if raw.get("qr_mm") else None,
        lines=_form_lines(raw.get("lines", ())),
        notes=_form_lines(raw.get("notes", ())),
        columns=tuple(ColumnSpec(**column) for column in raw.get("columns_mm", ())),
        signatures=tuple(raw.get("signatures", ())),
        copies=tuple(raw.get("copies", ())),
        number_format=raw.get("number_format", ""),
        unconfirmed=tuple(raw.get("unconfirmed", ())),
        recipients=tuple(raw.get("recipients", ())),
    )


def _form_lines(raw: Sequence[Sequence[Mapping[str, Any]]]) -> FormLines:
    return tuple(tuple(FieldSpec(**field) for field in line) for line in raw)
