"""The counts of a period: the quick way and the exact one agree, and both with what the journal tells."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.punctuality import Punctuality
from qms_desktop.domain.records.dossiers import OPEN, State
from qms_desktop.domain.statistics import GROUPINGS, Ending, Fact, Figure, Period, counted
from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.office import Office
from qms_desktop.store.unit import Author, Change, create
from qms_desktop.store.view import View
from qms_desktop.usecases import print_statistics, progress, receiving, statistics
from tests.printing.pdf_reading import page_texts
from tests.usecases.office_kit import Clock, command, found, sign_in

BIRTH, MARRIED, COPY = "1.001193", "1.004873", "2.000815"
START = datetime(2026, 1, 5, 7, 30)
DOSSIERS = 240
CLOSINGS = [datetime(2026, month, 28, 12, 0) for month in range(1, 7)] + [datetime(2026, 11, 20, 9, 0)]
NORMS = (
    {"value": "3", "unit": "working_day", "text": "3 ngày làm việc"},
    {"value": "20", "unit": "calendar_day", "text": "20 ngày"},
    {"value": "4", "unit": "working_hour", "text": "4 giờ làm việc"},
    {"value": None, "unit": "none", "text": ""},
)


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def made_up(chance: random.Random, number: int) -> list[Change]:
    """A dossier with any life the moves allow: pauses, extensions, every ending, reopened now and then."""
    at = START + timedelta(minutes=chance.randrange(150 * 24 * 60))
    received, finished = at, ""
    facts: list[dict[str, Value]] = []
    state = State.PROCESSING

    def fact(kind: str, **more: Value) -> None:
        facts.append({"kind": kind, "at": text(at), **more})

    def later() -> datetime:
        return at + timedelta(minutes=chance.choice((90, 1440, 3 * 1440, 9 * 1440, 30 * 1440)) + chance.randrange(600))

    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        at = later()
        fact("pause", cause="supplement")
        state = State.AWAITING_CITIZEN
        if chance.random() < 0.8:
            at = later()
            fact("resume")
            state = State.PROCESSING
        else:
            break
    if chance.random() < 0.15:
        at = later()
        fact("extend", new_due=(at.date() + timedelta(days=5)).isoformat())
    ending = chance.choice((None, *[State.CLOSED] * 4, State.RESULT_READY, State.WITHDRAWN, State.STOPPED, State.RETURNED))
    if state is State.AWAITING_CITIZEN and ending in (State.CLOSED, State.RESULT_READY):
        ending = State.WITHDRAWN
    if ending is not None:
        at = later()
        fact("stop")
        state = ending
        finished = text(at) if ending in (State.CLOSED, State.RESULT_READY) else ""
    if state is State.CLOSED and chance.random() < 0.2:
        at = later()
        fact("reopen")
        state, finished = State.PROCESSING, ""
        if chance.random() < 0.7:
            at = later()
            fact("stop")
            state = chance.choice((State.CLOSED, State.WITHDRAWN))
            finished = text(at) if state is State.CLOSED else ""
    return _written(chance, number, received, state, finished, facts)


def _written(
    chance: random.Random, number: int, received: datetime, state: State, finished: str, facts: list[dict[str, Value]]
) -> list[Change]:
    record = f"R{number:025}"
    values: dict[str, Value] = {
        "code": f"T-A-{number}",
        "applicant_name": "Nguyễn Thị Hoa",
        "procedure_code": chance.choice((BIRTH, MARRIED, COPY)),
        "channel": chance.choice(("in_person", "online", "post")),
        "received_at": text(received),
        "norm": dict(chance.choice(NORMS)),
        "convention": chance.choice(("A", "A", "B")),
        "state": state.value,
        "origin": chance.choice(("counter", "imported")),
        **({"finished_at": finished} if finished else {}),
    }
    if chance.random() < 0.05:
        values["state"], facts = chance.choice((State.REFUSED, State.RETURNED_AT_COUNTER, State.DRAFT_INTAKE)).value, []
        values.pop("finished_at", None)
    events = [create("clock_event", f"{record}-{at}", {"dossier": record, **event}) for at, event in enumerate(facts)]
    return [create("dossier", record, values), *events]


def as_they_are(changes: list[Change], _view: View) -> list[Change]:
    return changes


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    clock = Clock(datetime(2026, 11, 20, 9, 0))
    one = sign_in(found(tmp_path_factory.mktemp("statistics"), clock, publish={BIRTH, MARRIED, COPY}.__contains__), "CL")
    chance = random.Random(20261122)
    for start in range(0, DOSSIERS, 60):
        changes = [change for number in range(start, start + 60) for change in made_up(chance, number)]
        one.demand_store().act("dossier.import", Author("p", clock()), partial(as_they_are, changes))
    return one


def exactly(office: Office, period: Period) -> list[Fact]:
    """Every dossier judged from its clock, one by one."""
    with office.demand_store().view() as view:
        words = statistics.Words.of(view)
        rows = [row for row in view.find("dossier") if row["state"] in statistics._COUNTED_STATES]
        numbers = {row["id"]: number for number, row in enumerate(rows, 1)}
        early = [row for row in rows if datetime.fromisoformat(str(row["received_at"])) <= period.closing]
        return [statistics.judged(view, numbers[row["id"]], row, period.closing, "", words) for row in early]


@pytest.mark.parametrize("closing", CLOSINGS, ids=str)
def test_the_quick_count_is_the_exact_one(office: Office, closing: datetime) -> None:
    period = Period(closing.date().replace(day=1), closing.date(), closing)
    exact = counted(period, exactly(office, period), (), GROUPINGS["procedure"])
    with office.demand_store().view() as view:
        quick = statistics.table(view, period, "procedure")
    visits = (Figure.TURNED_AWAY, Figure.REFUSED)
    kept = {line.key: {f: line.count(f) for f in Figure if f not in visits and line.count(f)} for line in quick.lines}
    assert {key: counts for key, counts in kept.items() if counts} == {line.key: dict(line.counts) for line in exact.lines}
    assert quick.balances
    assert quick.total.count(Figure.TAKEN) > 10


@pytest.mark.parametrize("grouping", sorted(GROUPINGS))
def test_a_figure_opens_as_many_dossiers_as_it_says(office: Office, grouping: str) -> None:
    period = Period(date(2026, 1, 1), date(2026, 4, 30), datetime(2026, 4, 30, 23, 59))
    with office.demand_store().view() as view:
        table = statistics.table(view, period, grouping)
        for line, key in ((table.total, None), *((line, line.key) for line in table.lines)):
            for figure in Figure:
                found_ = statistics.records(view, period, grouping, key, figure)
                assert len(found_) == len(set(found_)) == line.count(figure), (line.label, figure)


def test_a_dossier_that_was_late_when_it_was_paused_stays_late() -> None:
    """Kept in words here, judged above: paused time is never late, what was late before is."""
    waits = Fact(1, "", "", "", "", "", START, Ending.OPEN, None, Punctuality.OVERDUE, True)
    total = counted(Period(START.date(), START.date(), START), [waits], (), GROUPINGS["area"]).total
    assert (total.count(Figure.PENDING_LATE), total.count(Figure.PAUSED)) == (1, 1)


@pytest.fixture
def counter(tmp_path: Path) -> Office:
    return found(tmp_path, Clock(datetime(2026, 3, 2, 8, 0)), publish={BIRTH, MARRIED}.__contains__)


def days_lived(office: Office, chance: random.Random) -> list[str]:
    """Forty days of a counter, by the moves people make."""
    clock = office.clock
    assert isinstance(clock, Clock)
    ids: list[str] = []
    for _ in range(40):
        clock.pass_(hours=chance.randrange(6, 40))
        sign_in(office, "CL")
        if chance.random() < 0.7:
            channel = chance.choice(("in_person", "online"))
            given = command(office, chance.choice((BIRTH, MARRIED)), f"Nguyễn Thị Hoa {len(ids)}", channel=channel)
            ids.append(receiving.receive(office.work(), given))
        if ids:
            record, late = chance.choice(ids), {"overdue_reason": "Mất điện", "result_number": "12/GXN"}
            with office.demand_store().view() as view:
                state = State(str((view.get("dossier", record) or {})["state"]))
            moves = (
                ("result_ready", "withdraw") if state in OPEN else ("deliver",) if state is State.RESULT_READY else ("reopen",)
            )
            if state is State.WITHDRAWN:
                continue
            move = chance.choice((*moves, moves[0]))
            sign_in(office, "LD" if move == "reopen" else "CL")
            progress.perform(office.work(), record, move, "Theo đề nghị", late)
    return ids


def told_by_the_journal(office: Office, ids: list[str], period: Period) -> Counter[str]:
    """The recount: states by their entries, and the promise written at the counter; it knows nothing of the use case."""
    recount: Counter[str] = Counter()
    for record in ids:
        with office.demand_store().view() as view:
            lines = view.history("dossier", record)
        written = [(line.at, str(line.after)) for line in lines if line.field == "state"]
        due = next(str(line.after)[:10] for line in lines if line.field == "original_due")
        closing = text(period.closing)
        until = [(at, state) for at, state in written if at <= closing]
        if not until:
            continue
        state = until[-1][1]
        answered = [at for at, was in until if was in ("result_ready", "withdrawn")]
        gone = state not in ("received", "processing")
        if gone and answered[-1] < f"{period.first}":
            continue
        recount["taken"] += 1
        recount["carried"] += until[0][0] < f"{period.first}"
        kind = "withdrawn" if state == "withdrawn" else "solved" if gone else "pending"
        recount[kind] += 1
        if kind == "solved":
            day = answered[-1][:10]
            recount["early" if day < due else "on_time" if day == due else "late"] += 1
        if kind == "pending":
            recount["pending_late" if closing[:10] > due else "pending_in_time"] += 1
    return recount


@pytest.mark.parametrize("seed", [1, 2])
def test_the_count_is_what_the_journal_tells(counter: Office, seed: int) -> None:
    ids = days_lived(counter, random.Random(seed))
    for first, last in (
        (date(2026, 3, 1), date(2026, 3, 15)),
        (date(2026, 3, 16), date(2026, 3, 31)),
        (date(2026, 3, 1), date(2026, 4, 30)),
    ):
        period = Period.of(first, last, counter.clock())
        with counter.demand_store().view() as view:
            total = statistics.table(view, period, "area").total
        told = told_by_the_journal(counter, ids, period)
        shown = {name: total.count(Figure(name)) for name in told}
        assert shown == dict(told)
        assert total.balances


def test_the_page_and_the_workbook_say_the_same(office: Office, tmp_path: Path) -> None:
    work = office.work()
    period = Period.of(date(2026, 1, 1), date(2026, 6, 30), office.clock())
    with work.store.view() as view:
        table = statistics.table(view, period, "procedure")
    told = " ".join(page_texts(print_statistics.sheet(work, table, "procedure").pdf))
    target = tmp_path / "a.xlsx"
    print_statistics.workbook(table, "procedure", target)
    rows = list(load_workbook(target).worksheets[0].iter_rows(values_only=True))
    assert rows[-1][1:3] == ("Tổng cộng", table.total.count(Figure.TAKEN))
    for wanted in ("Số hồ sơ nhận giải quyết", "Quá hạn", "TỔNG CỘNG", "khớp", "THỦ TRƯỞNG ĐƠN VỊ", "30/06/2026", "%"):
        assert wanted in told, wanted
    assert any("khớp" in str(row[0]) for row in rows)


def test_a_figure_is_opened_in_the_register(office: Office) -> None:
    desk = OfficeDesk(office)
    table = desk.statistics(date(2026, 1, 1), date(2026, 12, 31), "area")
    count = desk.open_figure(table, "area", None, Figure.LATE)
    ids: list[Value] = list(desk.opened_figure())
    assert count == len(ids) == table.total.count(Figure.LATE) > 0
    assert len(desk.keys("dossier", (("id", "in", ids),), "", "received_at", True)) == count
    assert len(desk.keys("dossier", (("id", "in", ids * 500),), "", "received_at", True)) == count
    assert desk.list_sheet("dossier", (("id", "in", ids),), "", "received_at", True).pdf


def test_the_last_day_is_not_before_the_first(office: Office) -> None:
    with pytest.raises(InputError, match="QMS-107"):
        OfficeDesk(office).statistics(date(2026, 2, 1), date(2026, 1, 1), "area")
