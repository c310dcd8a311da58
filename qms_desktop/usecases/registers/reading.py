"""One line of a register as a dossier would need it, with a note for every cell that a person should look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.text import fold, words
from qms_desktop.interchange.cell_values import Named, id_number, is_name, moment, people, phone
from qms_desktop.interchange.grids import Cell
from qms_desktop.interchange.header_finder import Line
from qms_desktop.usecases.procedures import Listed
from qms_desktop.usecases.registers.columns import LABELS
from qms_desktop.usecases.registers.matching import Catalogue

_CHANNEL_WORDS = {"buu": "post", "chinh": "post", "bcci": "post", "tuyen": "online", "mang": "online", "online": "online"}
_DONE = ("da tra", "da giai quyet", "hoan thanh", "da nhan ket qua", "da xong", "da ket thuc")


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know of a cell. `fault`: the line cannot be taken over before it is mended."""

    address: str
    words: str
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What a line says of a dossier. Moments are Viet Nam local time."""

    code: str
    persons: tuple[Named, ...]
    applicant: str
    phone: str
    id_number: str
    address: str
    listed: Listed
    pinned: bool
    received_at: datetime
    due: date | None
    finished_at: datetime | None
    delivered_at: datetime | None
    channel: str
    result_number: str
    note: str


@dataclass
class Reader:
    """Reads lines by the columns of one register. `chosen`: procedures a person named, by folded text."""

    columns: Mapping[str, int]
    catalogue: Catalogue
    today: date
    chosen: Mapping[str, str] = field(default_factory=dict)

    def read(self, line: Line) -> tuple[Draft | None, tuple[Note, ...]]:
        """The draft, or None where a fault stands among the notes."""
        notes: list[Note] = []
        draft = _Reading(self, line, notes).draft()
        return (None if any(note.fault for note in notes) else draft), tuple(notes)


class _Reading:
    """One line being read."""

    def __init__(self, reader: Reader, line: Line, notes: list[Note]) -> None:
        self._reader = reader
        self._line = line
        self._notes = notes

    def _cell(self, name: str) -> Cell | None:
        column = self._reader.columns.get(name)
        return self._line.cell(column) if column and column <= len(self._line.cells) else None

    def _text(self, name: str) -> str:
        cell = self._cell(name)
        return cell.text if cell else ""

    def _fault(self, name: str, words_: str) -> None:
        self._note(name, words_, fault=True)

    def _note(self, name: str, words_: str, *, fault: bool = False) -> None:
        cell = self._cell(name) or self._line.cells[0]
        self._notes.append(Note(cell.address, words_, fault))

    def draft(self) -> Draft | None:
        """Every cell is looked at, so that all faults of a line are told at once."""
        persons = self._persons()
        received = self._moment("received")
        if received is None and not any(note.fault for note in self._notes):
            self._fault("received", "Chưa có ngày nhận. Hãy gõ ngày nhận, ví dụ 01/07/2025.")
        due, finished, delivered = self._moment("due"), self._moment("finished"), self._moment("delivered")
        self._check_order(received, due, finished, delivered)
        listed = self._procedure(received)
        self._check_state(finished, delivered)
        if received is None or listed is None or not persons:
            return None
        first = persons[0]
        return Draft(
            code=" ".join(self._text("code").split()),
            persons=persons,
            applicant=", ".join(person.name for person in persons),
            phone=self._doubted("phone") or first.phone,
            id_number=self._doubted("id_number") or first.id_number,
            address=" ".join(self._text("address").split()),
            listed=listed[0],
            pinned=listed[1],
            received_at=_in_hours(received),
            due=due.date() if due else None,
            finished_at=finished or delivered,
            delivered_at=delivered,
            channel=self._channel(),
            result_number=self._text("result_number"),
            note=self._remark(persons),
        )

    def _persons(self) -> tuple[Named, ...]:
        text = self._text("applicant")
        persons = tuple(person for person in people(text) if person.name)
        if not persons:
            self._fault("applicant", "Chưa có tên người nộp. Hãy gõ họ và tên.")
        elif len(persons) > 1:
            self._note("applicant", f"{len(persons)} người trong một ô; người đầu là người nộp, cả ô được giữ ở ghi chú.")
        elif not is_name(persons[0].name):
            self._note("applicant", f"“{persons[0].name}” có phải là họ và tên đầy đủ không?")
        return persons

    def _moment(self, name: str) -> datetime | None:
        cell = self._cell(name)
        if cell is None or cell.empty:
            return None
        try:
            return moment(cell, self._reader.today)
        except InputError as fault:
            self._fault(name, f"{LABELS[name]}: {fault.what} {fault.do}")
            return None

    def _check_order(
        self, received: datetime | None, due: datetime | None, finished: datetime | None, delivered: datetime | None
    ) -> None:
        if received is None:
            return
        if received.date() > self._reader.today:
            self._fault("received", f"Ngày nhận {received:%d/%m/%Y} ở sau hôm nay. Hãy xem lại ngày.")
        for name, day in (("due", due), ("finished", finished), ("delivered", delivered)):
            if day is not None and day.date() < received.date():
                self._fault(name, f"{LABELS[name]} {day:%d/%m/%Y} ở trước ngày nhận {received:%d/%m/%Y}. Hãy xem lại hai ngày.")
        for name, day in (("finished", finished), ("delivered", delivered)):
            if day is not None and day.date() > self._reader.today:
                self._fault(name, f"{LABELS[name]} {day:%d/%m/%Y} ở sau hôm nay. Hãy xem lại ngày.")
        if finished and delivered and delivered.date() < finished.date():
            self._fault("delivered", "Ngày trả ở trước ngày có kết quả. Hãy xem lại hai ngày.")

    def _check_state(self, finished: datetime | None, delivered: datetime | None) -> None:
        state = fold(self._text("state"))
        if any(phrase in state for phrase in _DONE) and finished is None and delivered is None:
            self._fault("state", "Ghi là đã xong nhưng chưa có ngày trả. Hãy thêm ngày trả kết quả.")

    def _procedure(self, received: datetime | None) -> tuple[Listed, bool] | None:
        text = self._text("procedure")
        if not text:
            self._fault("procedure", "Chưa có tên thủ tục. Hãy gõ tên hoặc mã thủ tục.")
            return None
        match = self._reader.catalogue.match(text, self._reader.chosen)
        if not match.code:
            self._fault("procedure", f"Chưa rõ “{text}” là thủ tục nào. Hãy chọn ở thẻ “Tên thủ tục chưa rõ”.")
            return None
        if match.doubtful:
            self._note("procedure", f"Hiểu là “{self._reader.catalogue.titles[match.code]}”.")
        if received is None:
            return None
        listed, running = self._reader.catalogue.revision_on(match.code, received.date())
        if not running:
            self._note("procedure", f"Ngày {received:%d/%m/%Y} chưa có bản quy trình hiệu lực; gắn với bản {listed.issue}.")
        return listed, running

    def _doubted(self, name: str) -> str:
        cell = self._cell(name)
        if cell is None or cell.empty:
            return ""
        read = phone(cell) if name == "phone" else id_number(cell)
        if read.doubt:
            self._note(name, f"{LABELS[name]}: {read.doubt}.")
        return read.value

    def _channel(self) -> str:
        said = words(self._text("channel"))
        return next((_CHANNEL_WORDS[word] for word in said if word in _CHANNEL_WORDS), "in_person")

    def _remark(self, persons: tuple[Named, ...]) -> str:
        whole = " ".join(self._text("applicant").split()) if len(persons) > 1 else ""
        return "\n".join(part for part in (self._text("note"), whole) if part)


def _in_hours(received: datetime) -> datetime:
    """A day without an hour counts from the start of its work; registers on paper give no hour."""
    return datetime.combine(received.date(), time(7, 30)) if received.time() == time() else received
