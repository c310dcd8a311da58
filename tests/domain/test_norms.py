"""Time norms as the national export and people write them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms_desktop.domain.norms import NormUnit, TimeNorm, format_norm, parse_norm


@pytest.mark.parametrize(
    "text, value, unit",
    [
        ("1 Ngày làm việc", 1, NormUnit.WORKING_DAY),
        ("03 nlv", 3, NormUnit.WORKING_DAY),
        ("02 Giờ", 2, NormUnit.WORKING_HOUR),
        ("0.5 Giờ", Fraction(1, 2), NormUnit.WORKING_HOUR),
        ("0,5 giờ", Fraction(1, 2), NormUnit.WORKING_HOUR),
        ("1/2 ngày làm việc", Fraction(1, 2), NormUnit.WORKING_DAY),
        ("0 Giờ", 0, NormUnit.WORKING_HOUR),
        ("45 Ngày", 45, NormUnit.CALENDAR_DAY),
        ("155 Ngày.", 155, NormUnit.CALENDAR_DAY),
        ("2 tháng", 2, NormUnit.MONTH),
        ("Trong ngày", None, NormUnit.SAME_DAY),
        ("Trong ngày làm việc", None, NormUnit.SAME_DAY),
        ("Không quy định", None, NormUnit.NONE),
        ("", None, NormUnit.NONE),
    ],
)
def test_norms_that_are_understood(text: str, value: Fraction | int | None, unit: NormUnit) -> None:
    assert parse_norm(text) == TimeNorm(None if value is None else Fraction(value), unit, text)


@pytest.mark.parametrize(
    "text",
    [
        "Chậm nhất là ngay trước khi tàu rời cảng",
        "3 ngày, 5 ngày nếu phải xác minh",
        "Không quá 3 ngày làm việc kể từ ngày nhận đủ hồ sơ",
        "1.5 tháng",
        "ngày",
        "99999 ngày",
        "1/0 ngày",
    ],
)
def test_anything_else_stays_text_word_for_word(text: str) -> None:
    assert parse_norm(text) == TimeNorm(None, NormUnit.TEXT, text)
    assert not parse_norm(text).has_due_date


def test_the_norms_of_a_procedures_content() -> None:
    assert TimeNorm.of("0.5", "working_hour").value == Fraction(1, 2)
    assert TimeNorm.of(None, "same_day").unit is NormUnit.SAME_DAY
    assert TimeNorm.of(None, "working_day", "tùy việc") == TimeNorm(None, NormUnit.TEXT, "tùy việc")
    assert TimeNorm.of("0.25", "working_hour").decimal_text() == "0.25"
    assert parse_norm("1/3 giờ").decimal_text() == "1/3"


COUNTED = st.sampled_from(["working_hour", "calendar_day", "working_day"])
QUARTERS = st.integers(0, 9999 * 4).map(lambda n: Fraction(n, 4))


@given(st.builds(lambda value, unit: TimeNorm(value, NormUnit(unit)), QUARTERS, COUNTED))
def test_norms_survive_writing_and_reading(norm: TimeNorm) -> None:
    again = parse_norm(format_norm(norm))
    assert (again.value, again.unit) == (norm.value, norm.unit)
    assert TimeNorm.of(norm.decimal_text(), norm.unit.value) == norm


@given(st.text(max_size=30))
def test_any_text_is_read_without_failing(text: str) -> None:
    assert parse_norm(text).unit in NormUnit
