"""Content of a procedure: the JSON door, norms against steps, sources of every value."""

from __future__ import annotations

import dataclasses
import unicodedata
from datetime import date
from typing import Any

import pytest

from qms_desktop.domain.procedure_content import (
    BalanceState,
    ContentError,
    Fee,
    Norm,
    Paper,
    ProcedureContent,
    Step,
)

HOURS_OF_THREE_DAYS = {"MC": 2, "LDP": 2, "CM": 12, "LD": 8}


def three_day_procedure(**changes: Any) -> ProcedureContent:
    steps = tuple(
        Step(f"B{n}", f"Bước {n}", role, hours * 60) for n, (role, hours) in enumerate(HOURS_OF_THREE_DAYS.items(), start=1)
    )
    content = ProcedureContent(
        code="1.004873",
        title="Cấp Giấy xác nhận tình trạng hôn nhân",
        papers=(Paper("Tờ khai", originals=1),),
        norms=(Norm("any", "3", "working_day"), Norm("any", "23", "calendar_day", "xác minh")),
        fees=(Fee("any", "Theo nghị quyết của HĐND"),),
        steps=steps,
        sources=(("papers[0].name", "dòng 5"), ("norms", "dòng 5 (?)")),
    )
    return dataclasses.replace(content, **changes)


def test_json_round_trip_keeps_everything() -> None:
    content = three_day_procedure(doubts=("Lệ phí chưa xác minh.",), results=("Giấy xác nhận",))
    assert ProcedureContent.from_json(content.to_json()) == content


def test_empty_json_gives_an_empty_content_and_unknown_record_keys_are_left_alone() -> None:
    content = ProcedureContent.from_json({"code": "1.000001", "title": "Thử", "document_id": "x"})
    assert content == ProcedureContent("1.000001", "Thử")


def test_decomposed_words_become_composed() -> None:
    title = unicodedata.normalize("NFD", "Đăng ký khai tử")
    assert ProcedureContent.from_json({"code": "1.000656", "title": title}).title == "Đăng ký khai tử"


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        ([], ""),
        ({"papers": {}}, "papers"),
        ({"papers": [{"name": 3}]}, "papers[0].name"),
        ({"papers": [{"name": "A", "originals": -1}]}, "papers[0].originals"),
        ({"papers": [{"name": "A", "originals": True}]}, "papers[0].originals"),
        ({"papers": [{"name": "A", "required": "đôi khi"}]}, "papers[0].required"),
        ({"norms": [{"unit": "working_day", "value": "ba"}]}, "norms[0].value"),
        ({"norms": [{"unit": "working_day", "value": "NaN"}]}, "norms[0].value"),
        ({"norms": [{"unit": "working_day"}]}, "norms[0]"),
        ({"norms": [{"unit": "none", "value": "1"}]}, "norms[0]"),
        ({"steps": [{"code": "B1", "role": "XX", "minutes": 1}]}, "steps[0].role"),
        ({"steps": [{"code": "B1", "role": "MC", "minutes": "1"}]}, "steps[0].minutes"),
        ({"effective_to": "2027-02-30"}, "effective_to"),
        ({"results": [1]}, "results"),
        ({"retention": "5 năm"}, "retention"),
    ],
)
def test_a_wrong_shape_names_the_place(raw: object, where: str) -> None:
    with pytest.raises(ContentError) as error:
        ProcedureContent.from_json(raw)
    assert error.value.where == where
    assert where in error.value.what


@pytest.mark.parametrize(
    ("norm", "minutes"),
    [
        (Norm("any", "3", "working_day"), 1440),
        (Norm("any", "0.5", "working_hour"), 30),
        (Norm("any", None, "same_day"), 480),
        (Norm("any", "45", "calendar_day"), None),
        (Norm("any", "1", "month"), None),
        (Norm("any", None, "none"), None),
        (Norm("any", None, "text", text="Trước khi tàu rời cảng"), None),
    ],
)
def test_a_norm_in_working_minutes(norm: Norm, minutes: int | None) -> None:
    assert norm.minutes == minutes


def test_steps_that_add_up_to_the_norm_balance_and_calendar_days_are_not_compared() -> None:
    ordinary, verified = three_day_procedure().norms_balance()
    assert (ordinary.steps_minutes, ordinary.difference, ordinary.state) == (1440, 0, BalanceState.EQUAL)
    assert verified.state is BalanceState.NOT_COMPARABLE
    assert three_day_procedure().is_complete()


def test_too_much_too_little_and_no_steps_are_told_apart() -> None:
    content = three_day_procedure(norms=(Norm("any", "2", "working_day"), Norm("any", "5", "working_day", "dài")))
    assert [row.state for row in content.norms_balance()] == [BalanceState.OVER, BalanceState.UNDER]
    assert "24 giờ, thời hạn là 16 giờ" in content.problems()[0].message
    without = dataclasses.replace(content, steps=())
    assert {row.state for row in without.norms_balance()} == {BalanceState.NO_STEPS}
    assert not without.is_complete()


def test_a_channel_with_a_norm_and_steps_of_its_own_uses_those() -> None:
    online = Step("B1", "Duyệt trực tuyến", "CM", 120, channel="online")
    content = three_day_procedure()
    content = dataclasses.replace(
        content, norms=(*content.norms, Norm("online", "2", "working_hour")), steps=(*content.steps, online)
    )
    assert content.norm_for("online") == Norm("online", "2", "working_hour")
    assert content.steps_for("online") == (online,)
    assert content.norm_for("post") == content.norms[0]
    assert len(content.steps_for("post")) == 4
    assert content.is_complete()


def test_variants_of_a_limit_are_offered_and_found_by_their_label() -> None:
    content = three_day_procedure()
    assert content.variants_for("in_person") == ("", "xác minh")
    found = content.norm_for("in_person", "xác minh")
    assert found is not None
    assert found.value == "23"
    assert content.norm_for("in_person", "không có") is None


def test_the_law_keeps_a_procedure_up_to_and_including_its_last_day() -> None:
    content = three_day_procedure(effective_to="2027-02-28")
    assert content.in_force_on(date(2027, 2, 28))
    assert not content.in_force_on(date(2027, 3, 1))
    assert three_day_procedure().in_force_on(date(2030, 1, 1))


def test_the_nearest_enclosing_source_answers_for_a_value_and_the_mark_makes_it_unconfirmed() -> None:
    content = three_day_procedure()
    assert content.source_of("papers[0].name") == "dòng 5"
    assert content.source_of("papers[0].originals") == ""
    assert content.is_unconfirmed("norms[1].value")
    assert not content.is_unconfirmed("papers[0].name")


def test_every_filled_leaf_is_listed_once_with_its_path() -> None:
    leaves = dict(three_day_procedure().leaves())
    assert leaves["norms[0].value"] == "3"
    assert leaves["steps[2].minutes"] == 720
    assert not any(path.startswith(("doubts", "sources")) for path in leaves)
    assert "papers[0].note" not in leaves


def test_a_bad_code_and_missing_title_are_problems_not_faults() -> None:
    paths = [p.path for p in ProcedureContent("abc", " ").problems()]
    assert paths == ["code", "title", "norms"]
