"""Rules across records: what two PCs did that cannot both stand, found by one pure function."""

import random

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.domain.merged_rules import (
    BOTH,
    COURSE,
    DOCUMENT,
    DOSSIER_CODE,
    LETTER,
    OFFICIAL,
    Clash,
    Origin,
    Rule,
    Seen,
    Topic,
    answers,
    broken,
)


def revision(name: str, day: str = "2026-12-01", issue: int = 1, amendment: int = 0, stage: str = "approved") -> Seen:
    values: dict[str, Value] = {"stage": stage, "effective_on": day, "issue_no": issue, "amendment_no": amendment}
    return Seen("revision", name, values)


def run(name: str, ended: str = "") -> Seen:
    return Seen("step_run", name, {"ended_at": ended or None})


def dossier(state: str, **values: Value) -> Seen:
    return Seen("dossier", "d1", {"state": state, "received_at": "2026-11-20T08:00", **values})


def told(**told: tuple[int, str]) -> dict[str, Origin]:
    return {name: Origin(lamport, name, journal) for name, (lamport, journal) in told.items()}


def found(topic: Topic, *rows: Seen, **origins: tuple[int, str]) -> list[Clash]:
    return broken(topic, "M1", rows, lambda row: told(**origins).get(row.record, Origin(0, "")))


def test_two_pcs_that_put_a_revision_into_force_on_one_day_are_asked_and_the_lower_one_stays() -> None:
    (clash,) = found(DOCUMENT, revision("b", amendment=1), revision("a", amendment=2), a=(7, "pcA"), b=(9, "pcB"))
    assert (clash.rule, clash.detail) == (Rule.SAME_DAY, "2026-12-01")
    assert clash.parties == (("revision", "a"), ("revision", "b"))
    assert answers(clash) == ("0", "1", BOTH)


def test_the_same_issue_for_different_days_is_asked_and_both_would_not_be_lawful() -> None:
    (clash,) = found(DOCUMENT, revision("a"), revision("b", "2027-01-01"), a=(7, "pcA"), b=(7, "pcB"))
    assert (clash.rule, answers(clash)) == (Rule.SAME_ISSUE, ("0", "1"))


def test_the_same_day_and_the_same_issue_are_one_question() -> None:
    assert len(found(DOCUMENT, revision("a"), revision("b"), a=(1, "pcA"), b=(2, "pcB"))) == 1


@pytest.mark.parametrize(
    "rows",
    [
        (revision("a"), revision("b", "2027-01-01", amendment=1)),
        (revision("a"), revision("b", stage="draft")),
        (revision("a"), revision("b", stage="rejected")),
        (revision("a"),),
    ],
)
def test_what_may_stand_beside_each_other(rows: tuple[Seen, ...]) -> None:
    assert found(DOCUMENT, *rows, a=(1, "pcA"), b=(2, "pcB")) == []


def test_one_pc_alone_may_put_two_amendments_into_force_on_one_day() -> None:
    assert found(DOCUMENT, revision("a"), revision("b", amendment=1), a=(1, "pcA"), b=(2, "pcA")) == []


def test_one_code_on_two_dossiers_and_one_letter_on_two_pcs() -> None:
    rows = [Seen("dossier", name, {}) for name in ("b", "a")]
    (clash,) = found(OFFICIAL, *rows, a=(4, ""), b=(3, ""))
    assert (clash.parties, answers(clash)) == ((("dossier", "b"), ("dossier", "a")), ("0", "1"))
    (other,) = found(DOSSIER_CODE, *rows)
    assert answers(other) == ("0", "1", BOTH), "two old registers may have given one code to two dossiers"
    pcs = [Seen("pc", "p1", {}), Seen("pc", "p2", {}), Seen("pc", "p3", {"revoked_at": "2026-01-01T00:00"})]
    (letter,) = found(LETTER, *pcs)
    assert (len(letter.parties), answers(letter)) == (2, (BOTH,))
    assert found(LETTER, pcs[0], pcs[2]) == []


def test_a_dossier_has_one_running_step_and_none_when_it_has_ended() -> None:
    assert found(COURSE, dossier("processing"), run("r1"), run("r0", "2026-11-20T09:00")) == []
    (two,) = found(COURSE, dossier("processing"), run("r1"), run("r2"), r1=(8, ""), r2=(6, ""))
    assert (two.rule, two.parties) == (Rule.TWO_STEPS, (("step_run", "r2"), ("step_run", "r1")))
    (ended,) = found(COURSE, dossier("closed"), run("r1"), r1=(8, ""), d1=(9, ""))
    assert (ended.rule, answers(ended)) == (Rule.ENDED_AT_WORK, ("0", "1"))
    assert found(COURSE, dossier("closed", delivered_at="2026-11-20T10:00")) == []


def test_what_was_given_back_before_it_came_is_asked() -> None:
    (clash,) = found(COURSE, dossier("closed", delivered_at="2026-11-19T10:00"))
    assert (clash.rule, answers(clash)) == (Rule.DELIVERED_BEFORE, (BOTH, "0"))


def test_a_state_that_is_asked_about_comes_first() -> None:
    assert found(COURSE, dossier("closed", _questions=1), run("r1"), run("r2")) == []


def test_the_order_in_which_records_are_looked_at_changes_nothing() -> None:
    draw = random.Random(5)
    for _ in range(200):
        rows = [
            revision(
                f"r{at}", draw.choice(["2026-12-01", "2027-01-01"]), 1, draw.randrange(3), draw.choice(["approved", "draft"])
            )
            for at in range(draw.randrange(2, 7))
        ]
        origins = {row.record: (draw.randrange(5), draw.choice(["pcA", "pcB"])) for row in rows}
        expected = found(DOCUMENT, *rows, **origins)
        draw.shuffle(rows)
        again = found(DOCUMENT, *rows, **origins)
        assert {(clash.id, clash.parties) for clash in again} == {(clash.id, clash.parties) for clash in expected}
