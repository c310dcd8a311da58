"""Taking a register in: look first, then take the good lines; the same file a second time changes nothing.

A line becomes a dossier whose record id follows from what identifies it: its code in the old register, else who, what and when.
So two PCs that take the same file in offline write the same records. A line that was taken before, or whose code a dossier
already carries, is left as it is; only a result that has come since is added, to a dossier nobody has moved here.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import partial
from hashlib import sha256
from itertools import islice

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import State
from qms_desktop.domain.text import fold, words
from qms_desktop.interchange.grids import Grid
from qms_desktop.interchange.header_finder import Header, find_header, lines, with_columns
from qms_desktop.store.unit import Change, create, put
from qms_desktop.store.view import View
from qms_desktop.usecases import clock
from qms_desktop.usecases.calendars import calendars_in
from qms_desktop.usecases.registers.columns import COLUMNS, LABELS, REQUIRED
from qms_desktop.usecases.registers.matching import Catalogue
from qms_desktop.usecases.registers.reading import Draft, Note, Reader
from qms_desktop.usecases.work import Work

IMPORTERS = frozenset({"CL", "LD"})
"""Who may take dossiers in (domain-model d.5: whoever may receive them)."""

_ROWS_AN_ACTION = 40
_STATES = {False: State.RESULT_READY, True: State.CLOSED}


class Standing(Enum):
    """What becomes of a line."""

    NEW = "sẽ nhập"
    KNOWN = "đã có"
    FINISHED = "thêm kết quả"
    FAULT = "chưa nhập được"


@dataclass(frozen=True, slots=True)
class Row:
    """A line, what becomes of it and what a person should know. `record`: the dossier it is or will be."""

    number: int
    draft: Draft | None
    notes: tuple[Note, ...]
    standing: Standing
    record: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A sheet as it would be taken in. `chosen`: procedures a person named, by folded text; `unknown`: texts still open."""

    grid: Grid
    header: Header
    chosen: Mapping[str, str]
    rows: tuple[Row, ...]
    skipped: Mapping[str, int]
    unknown: tuple[str, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """Labels of the columns without which nothing can be taken in."""
        return tuple(LABELS[name] for name in REQUIRED if name not in self.header.columns)

    def count(self, standing: Standing) -> int:
        """How many lines have this standing."""
        return sum(row.standing is standing for row in self.rows)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it."""

    new: int
    finished: int
    known: int
    faults: int
    stopped: bool = False

    @property
    def words(self) -> str:
        """As it is told to a person."""
        parts = [f"Đã nhập {self.new} hồ sơ"]
        parts += [f"thêm kết quả cho {self.finished} hồ sơ"] if self.finished else []
        parts += [f"{self.known} dòng đã có từ trước"] if self.known else []
        parts += [f"{self.faults} dòng chưa nhập được"] if self.faults else []
        return "; ".join(parts) + (". Đã dừng theo yêu cầu; nhập lại tệp để tiếp tục." if self.stopped else ".")


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a person decided about registers of one template."""

    columns: Mapping[str, int] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)


def template_id(header: Header) -> str:
    """The record id of a template: registers with the same titles share it."""
    return "M" + sha256(header.signature.encode()).hexdigest()[:25].upper()


def plan(work: Work, grid: Grid, decided: Remembered | None = None) -> Plan | None:
    """The sheet as it would be taken in, by what was remembered of its template or `decided` now; None: no header is found."""
    header = find_header(grid, COLUMNS)
    if header is None:
        return None
    with work.store.view() as view:
        known = decided or remembered(view, header)
        header = with_columns(header, known.columns) if known.columns else header
        return _plan(view, work, grid, header, known.chosen)


def remembered(view: View, header: Header) -> Remembered:
    """What was decided before for this template."""
    record = view.get("import_template", template_id(header)) or {}
    columns, chosen = record.get("columns"), record.get("procedures")
    width = max(header.titles, default=0)
    placed = columns.items() if isinstance(columns, dict) else ()
    named = chosen.items() if isinstance(chosen, dict) else ()
    return Remembered(
        {name: at for name, at in placed if isinstance(at, int) and 0 < at <= width}, {text: str(code) for text, code in named}
    )


def _plan(view: View, work: Work, grid: Grid, header: Header, chosen: Mapping[str, str]) -> Plan:
    today = work.clock().date()
    reader = Reader(header.columns, Catalogue.of(view, today), today, chosen)
    identify = _Identity(view, work)
    rows: list[Row] = []
    skipped: Counter[str] = Counter()
    for line in lines(grid, header):
        if line.skipped is not None:
            skipped[line.skipped.value] += 1
            continue
        draft, notes = reader.read(line)
        rows.append(identify.row(line.number, draft, notes))
    texts = {_procedure_text(grid, header, row) for row in rows if row.standing is Standing.FAULT}
    unknown = tuple(sorted(text for text in texts if text and not reader.catalogue.match(text, chosen).code))
    return Plan(grid, header, dict(chosen), tuple(rows), dict(skipped), unknown)


def _procedure_text(grid: Grid, header: Header, row: Row) -> str:
    column = header.columns.get("procedure")
    return grid.row(row.number)[column - 1].text if column else ""


class _Identity:
    """Which dossier a line is; within one file the same line twice is one dossier."""

    def __init__(self, view: View, work: Work) -> None:
        self._view = view
        keys = work.store.unit_keys()
        self._key = keys[min(keys)] if keys else work.store.unit_code.encode()
        self._met: set[str] = set()

    def row(self, number: int, draft: Draft | None, notes: tuple[Note, ...]) -> Row:
        if draft is None:
            return Row(number, None, notes, Standing.FAULT)
        record = self._record(draft)
        if record in self._met:
            again = Note("", "Dòng này lặp lại một dòng ở trên trong cùng tệp.")
            return Row(number, draft, (*notes, again), Standing.KNOWN, record)
        self._met.add(record)
        return Row(number, draft, notes, self._standing(draft, record), record)

    def _record(self, draft: Draft) -> str:
        """The dossier that carries the code already; else one whose id follows from the line under the office's key."""
        if draft.code:
            held = self._view.find("dossier", official_code=draft.code)
            if held:
                return str(held[0]["id"])
        what = draft.code or "|".join((fold(draft.applicant), draft.listed.code, f"{draft.received_at:%Y-%m-%d %H:%M}"))
        return "N" + hmac.new(self._key, f"import|{what}".encode(), sha256).hexdigest()[:25].upper()

    def _standing(self, draft: Draft, record: str) -> Standing:
        held = self._view.get("dossier", record)
        if held is None:
            return Standing.NEW
        untouched = held.get("origin") == "imported" and self._view.count("step_run", dossier=record) <= 1
        came = (draft.delivered_at and not held.get("delivered_at")) or (draft.finished_at and not held.get("finished_at"))
        return Standing.FINISHED if untouched and came and not held.get("_voided") else Standing.KNOWN


def take(work: Work, plan_: Plan, file_name: str, go_on: Callable[[int, int], bool] = lambda _done, _all: True) -> Taken:
    """Take the good lines in, some at a time, each action whole; remember what was decided about the template.

    `go_on(done, all)` is asked before each action; what was taken before a stop stays. Raises RightsError.
    """
    work.session.demand(IMPORTERS, "nhập sổ hồ sơ")
    todo = [row for row in plan_.rows if row.standing in (Standing.NEW, Standing.FINISHED)]
    new = finished = 0
    stopped = False
    _remember(work, plan_)
    for part in _parts(todo):
        stopped = not go_on(new + finished, len(todo))
        if stopped:
            break
        made = partial(_changes, work=work, rows=part)
        work.store.act("dossier.import", work.author, made, f"Nhập từ tệp {file_name}")
        new += sum(row.standing is Standing.NEW for row in part)
        finished += sum(row.standing is Standing.FINISHED for row in part)
    return Taken(new, finished, plan_.count(Standing.KNOWN), plan_.count(Standing.FAULT), stopped)


def _parts(rows: Sequence[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while part := list(islice(left, _ROWS_AN_ACTION)):
        yield part


def _remember(work: Work, plan_: Plan) -> None:
    values: dict[str, Value] = {
        "name": plan_.grid.name,
        "columns": dict(plan_.header.columns),
        "procedures": dict(plan_.chosen),
    }
    template = template_id(plan_.header)

    def decide(view: View) -> list[Change]:
        write = create if view.get("import_template", template) is None else put
        return [write("import_template", template, values)]

    work.store.act("import_template.save", work.author, decide)


def _changes(view: View, work: Work, rows: Sequence[Row]) -> list[Change]:
    """The changes of some lines, by what is here now: another PC may have brought the same ones meanwhile."""
    identify = _Identity(view, work)
    changes: list[Change] = []
    for row in rows:
        now = identify.row(row.number, row.draft, ())
        if row.draft is None or now.standing is Standing.KNOWN:
            continue
        made = _new if now.standing is Standing.NEW else _finish
        changes.extend(made(view, work, now.record, row.draft))
    return changes


def _new(view: View, work: Work, record: str, draft: Draft) -> list[Change]:
    applicant = record + "-A"
    dossier = _dossier(view, work, record, draft) | {"applicant": applicant}
    changes = [create("applicant", applicant, _filled(_applicant(draft))), create("dossier", record, _filled(dossier))]
    start: dict[str, Value] = {"dossier": record, "kind": "start", "at": _moment(draft.received_at)}
    changes.append(create("clock_event", record + "-S", start))
    changes.extend(_ending(record, draft) if draft.finished_at else _first_step(view, work, record, draft))
    return changes


def _dossier(view: View, work: Work, record: str, draft: Draft) -> dict[str, Value]:
    return {
        "code": f"N-{draft.received_at:%y%m%d}-{record[-6:]}",
        "official_code": draft.code,
        "origin": "imported",
        "origin_note": "" if draft.pinned else "Ngày nhận ở trước bản quy trình đầu tiên trên máy.",
        "revision": draft.listed.revision,
        "procedure_code": draft.listed.code,
        "procedure_title": draft.listed.title,
        "applicant_name": draft.applicant,
        "applicant_phone": draft.phone,
        "applicant_address": draft.address,
        "applicant_id": draft.id_number,
        "channel": draft.channel,
        "received_at": _moment(draft.received_at),
        "received_by": work.session.person,
        "note": draft.note,
        "result_number": draft.result_number,
        **_promise(view, draft),
        **_progress(work, draft),
    }


def _applicant(draft: Draft) -> dict[str, Value]:
    first = draft.persons[0]
    return {
        "kind": "citizen",
        "full_name": first.name,
        "id_number": draft.id_number,
        "phone": draft.phone,
        "address": draft.address,
    }


def _promise(view: View, draft: Draft) -> dict[str, Value]:
    """The limit: what the register promised where it did, counted in working days; else the procedure's own."""
    content = draft.listed.content
    pinned = clock.pinned_rule(view, content, draft.channel, "", draft.received_at)
    if draft.due is not None:
        days = calendars_in(view).working_days_between(draft.received_at.date(), draft.due)
        pinned["norm"] = {"value": str(days), "unit": "working_day", "text": f"{days} ngày làm việc (theo hẹn trong sổ đã nhập)"}
        return pinned | {"original_due": draft.due.isoformat()}
    due = clock.first_deadline(view, content, draft.channel, "", draft.received_at).original_due
    return pinned | {"original_due": clock.stored_due(due)}


def _progress(work: Work, draft: Draft) -> dict[str, Value]:
    if draft.finished_at is None:
        steps = draft.listed.content.steps_for(draft.channel, "")
        return {"state": State.RECEIVED.value, "step": steps[0].code if steps else "", "holder": work.session.person}
    return _result(draft)


def _result(draft: Draft) -> dict[str, Value]:
    delivered = draft.delivered_at
    values: dict[str, Value] = {
        "state": _STATES[delivered is not None].value,
        "step": "",
        "finished_at": _moment(draft.finished_at),
        "result_number": draft.result_number,
    }
    return values | ({"delivered_at": _moment(delivered), "delivered_to": draft.applicant} if delivered else {})


def _first_step(view: View, work: Work, record: str, draft: Draft) -> list[Change]:
    steps = draft.listed.content.steps_for(draft.channel, "")
    if not steps:
        return []
    run = clock.step_values(view, record, steps[0], draft.received_at) | {"assignee": work.session.person}
    return [create("step_run", record + "-1", run)]


def _ending(record: str, draft: Draft) -> list[Change]:
    stop: dict[str, Value] = {"dossier": record, "kind": "stop", "at": _moment(draft.finished_at)}
    return [create("clock_event", record + "-E", stop)]


def _finish(view: View, _work: Work, record: str, draft: Draft) -> list[Change]:
    """A result that has come since: the first step that was opened here ends with it."""
    held = view.get("dossier", record) or {}
    changes = [put("dossier", record, _filled(_result(draft)) | {"step": ""})]
    if not held.get("finished_at"):
        changes.extend(_ending(record, draft))
    for run in view.find("step_run", dossier=record):
        if not run.get("ended_at"):
            changes.append(put("step_run", str(run["id"]), {"ended_at": _moment(draft.finished_at), "outcome": "done"}))
    return changes


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="minutes") if at else ""


def _filled(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def procedures_to_choose(view: View, today: date) -> list[tuple[str, str]]:
    """Codes and titles of all procedures a text may be said to mean, by title."""
    titles = Catalogue.of(view, today).titles
    return sorted(titles.items(), key=lambda item: fold(item[1]))


def choose(plan_: Plan, text: str, code: str) -> Remembered:
    """What was decided so far, with a procedure named for a text."""
    return Remembered(dict(plan_.header.columns), {**plan_.chosen, " ".join(words(text)): code})
