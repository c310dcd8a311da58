"""When a dossier's personal values may be erased: it has ended, nobody holds it, and its years are known and over (I10)."""

from datetime import date

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.domain.retention import Kept, Obstacle, kept

TODAY = date(2026, 11, 22)
CLOSED: dict[str, Value] = {"state": "closed", "received_at": "2019-12-30T08:00", "delivered_at": "2020-01-02T08:00"}
FIVE: list[dict[str, Value]] = [{"retention": {"text": "5 năm", "years": 5}}]


def test_years_are_counted_from_the_end_of_the_year_in_which_the_last_thing_was_done() -> None:
    assert kept(CLOSED, [], FIVE, date(2025, 12, 31)) == Kept(Obstacle.RUNNING, date(2025, 12, 31))
    assert kept(CLOSED, [], FIVE, date(2026, 1, 1)) == Kept(None, date(2025, 12, 31))
    later: list[dict[str, Value]] = [{"kind": "stop", "at": "2021-03-01T10:00"}]
    assert kept(CLOSED, later, FIVE, TODAY) == Kept(Obstacle.RUNNING, date(2026, 12, 31))


@pytest.mark.parametrize("state", ["received", "processing", "awaiting_citizen", "result_ready", "", None])
def test_an_open_dossier_is_kept(state: str | None) -> None:
    assert kept(CLOSED | {"state": state}, [], FIVE, TODAY).obstacle is Obstacle.OPEN


def test_a_hold_goes_before_everything() -> None:
    assert kept(CLOSED | {"hold": True}, [], FIVE, TODAY) == Kept(Obstacle.HELD)
    assert kept(CLOSED | {"hold": False}, [], FIVE, TODAY).obstacle is None


@pytest.mark.parametrize("rule", [None, {"text": "Vĩnh viễn"}, {"text": "lâu dài", "years": None}, "5 năm", {"years": -1}])
def test_what_nobody_has_said_in_years_is_unknown(rule: Value) -> None:
    assert kept(CLOSED, [], [{"retention": rule}], TODAY) == Kept(Obstacle.UNKNOWN)
    assert kept({"state": "closed"}, [], FIVE, TODAY) == Kept(Obstacle.UNKNOWN)


def test_the_dossiers_own_years_go_before_the_procedures_and_of_several_the_longest_counts() -> None:
    assert kept(CLOSED | {"retention_years": 20}, [], FIVE, TODAY) == Kept(Obstacle.RUNNING, date(2040, 12, 31))
    assert kept(CLOSED, [], [*FIVE, {"retention": {"years": 10}}], TODAY).until == date(2030, 12, 31)
    assert kept(CLOSED | {"retention_years": 10**9}, [], [], TODAY).until == date(9999, 12, 31)
