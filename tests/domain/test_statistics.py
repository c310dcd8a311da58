"""The counts balance for any dossiers and any period, and agree with a count made in the plainest way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms_desktop.domain.punctuality import Punctuality
from qms_desktop.domain.statistics import GROUPINGS, Ending, Fact, Figure, Line, Period, Visit, counted, percent_text

START = datetime(2026, 1, 1, 8)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), datetime(2026, 3, 31, 23, 59))
PROCEDURES = (("2.000815", "Chứng thực bản sao", "Chứng thực"), ("1.001193", "Đăng ký khai sinh", "Hộ tịch"))


def moments() -> st.SearchStrategy[datetime]:
    return st.integers(0, 180 * 24).map(lambda hours: START + timedelta(hours=hours))


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    procedure, title, area = draw(st.sampled_from(PROCEDURES))
    received = draw(moments())
    ending = draw(st.sampled_from(Ending))
    ended = None if ending is Ending.OPEN else received + timedelta(hours=draw(st.integers(0, 2000)))
    solved = st.sampled_from((Punctuality.EARLY, Punctuality.ON_TIME, Punctuality.LATE, Punctuality.NO_DUE))
    running = st.sampled_from((Punctuality.RUNNING, Punctuality.OVERDUE, Punctuality.PAUSED, Punctuality.NO_DUE))
    return Fact(
        record=draw(st.integers(0, 10**9)),
        procedure=procedure,
        title=title,
        area=area,
        channel=draw(st.sampled_from(("online", "in_person", "post"))),
        person=draw(st.sampled_from(("", "An", "Bình"))),
        received_at=received,
        ending=ending,
        ended_at=ended,
        punctuality=draw(running if ending is Ending.OPEN else solved),
        paused=draw(st.booleans()),
    )


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    procedure, title, area = draw(st.sampled_from(PROCEDURES))
    return Visit(7, procedure, title, area, "in_person", "", draw(moments()), draw(st.booleans()))


@given(st.lists(facts(), max_size=30), st.lists(visits(), max_size=8), st.sampled_from(sorted(GROUPINGS)))
def test_every_table_balances(dossiers: list[Fact], came: list[Visit], grouping: str) -> None:
    table = counted(MARCH, dossiers, came, GROUPINGS[grouping])
    assert table.balances


@given(st.lists(facts(), max_size=30))
def test_the_counts_are_those_of_the_plainest_count(dossiers: list[Fact]) -> None:
    total = counted(MARCH, dossiers, (), GROUPINGS["area"]).total
    first, closing = datetime(2026, 3, 1), MARCH.closing
    here = [
        d for d in dossiers if d.received_at <= closing and (d.ended_at is None or d.ended_at >= first or d.ended_at > closing)
    ]
    gone = [d for d in here if d.ended_at is not None and d.ended_at <= closing]
    assert total.count(Figure.TAKEN) == len(here)
    assert total.count(Figure.CARRIED) == sum(d.received_at < first for d in here)
    assert total.count(Figure.SOLVED) == sum(d.ending is Ending.SOLVED for d in gone)
    assert total.count(Figure.PENDING) == len(here) - len(gone)
    assert total.count(Figure.LATE) == sum(d.ending is Ending.SOLVED and d.punctuality is Punctuality.LATE for d in gone)


@given(st.lists(facts(), max_size=20))
def test_what_one_period_leaves_the_next_takes_over(dossiers: list[Fact]) -> None:
    """The facts of a dossier that ended later say so; at the first closing it was open."""
    april = Period(date(2026, 4, 1), date(2026, 4, 30), datetime(2026, 4, 30, 23, 59))
    left = counted(MARCH, dossiers, (), GROUPINGS["area"]).total.count(Figure.PENDING)
    assert counted(april, dossiers, (), GROUPINGS["area"]).total.count(Figure.CARRIED) == left


def line(**counts: int) -> Line:
    return Line("", "", {Figure(name): count for name, count in counts.items()})


@pytest.mark.parametrize(
    ("counts", "solved", "received"),
    [
        ({"early": 8, "on_time": 1, "late": 1, "solved": 10, "taken": 12}, "90,00 %", "75,00 %"),
        ({}, "100,00 %", "100,00 %"),
        ({"early": 2, "late": 1, "solved": 3, "taken": 3}, "66,67 %", "66,67 %"),
        ({"no_due": 5, "solved": 5, "taken": 5}, "100,00 %", "0,00 %"),
    ],
)
def test_both_rates(counts: dict[str, int], solved: str, received: str) -> None:
    one = line(**counts)
    assert (percent_text(one.solved_in_time), percent_text(one.received_in_time)) == (solved, received)


def test_a_period_that_is_not_over_closes_now() -> None:
    now = datetime(2026, 3, 10, 9)
    assert Period.of(date(2026, 3, 1), date(2026, 3, 31), now).closing == now
    assert Period.of(date(2026, 2, 1), date(2026, 2, 28), now).closing.date() == date(2026, 2, 28)


def test_percent_is_rounded_half_up() -> None:
    assert percent_text(Fraction(98455, 1000)) == "98,46 %"
