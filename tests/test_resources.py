"""What lies in resources/: every model procedure is well formed and says where each value comes from."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from qms_desktop.domain.procedure_content import BalanceState, ProcedureContent

RESOURCES = Path(__file__).parents[1] / "resources"
FILES = sorted((RESOURCES / "procedures").glob("*.json"))
COMPLETE_BY_NAME = {
    "1.001193",
    "1.000656",
    "1.000894",
    "1.004873",
    "2.000635",
    "2.000815",
    "2.000884",
    "2.001035",
    "2.001019",
    "2.000908",
    "1.004859",
    "1.001022",
    "1.004884",
    "1.013133",
}
SECTION_LABELS = {
    "legal_basis": "Cơ sở pháp lý",
    "papers": "Thành phần hồ sơ",
    "norms": "Thời hạn giải quyết",
    "fees": "Phí, lệ phí",
    "steps": "Trình tự xử lý",
    "results": "Kết quả",
}
KNOWN_KEYS = set(ProcedureContent("1.000001", "x").to_json())


def read(path: Path) -> ProcedureContent:
    return ProcedureContent.from_json(json.loads(path.read_text(encoding="utf-8")))


CONTENTS = {path.stem: read(path) for path in FILES}
each = pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())


def test_there_are_more_than_27_procedures_each_in_the_file_of_its_code() -> None:
    assert len(CONTENTS) >= 27
    assert {code: content.code for code, content in CONTENTS.items()} == {code: code for code in CONTENTS}
    assert all(re.fullmatch(r"[123]\.\d{6}", code) for code in CONTENTS)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_file_is_composed_text_with_exactly_the_agreed_keys(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert set(json.loads(text)) == KNOWN_KEYS
    assert read(path).to_json() == json.loads(text)


@each
def test_every_value_names_where_it_comes_from(content: ProcedureContent) -> None:
    assert [path for path, _ in content.leaves() if len(content.source_of(path)) < len("§4.2")] == []


@each
def test_no_source_speaks_of_a_field_that_is_not_there(content: ProcedureContent) -> None:
    paths = [path for path, _ in content.leaves()]
    idle = [s for s, _ in content.sources if not any(p == s or p.startswith((s + ".", s + "[")) for p in paths)]
    assert [s for s in idle if "[" in s] == []


@each
def test_what_is_empty_or_unconfirmed_has_a_doubt_that_says_so(content: ProcedureContent) -> None:
    for section, label in SECTION_LABELS.items():
        marked = any(p.split("[")[0] == section and "(?)" in s for p, s in content.sources)
        if marked or not getattr(content, section):
            said = [d for d in content.doubts if d.startswith(label) and "chưa xác minh" in d]
            assert said, f"{content.code}: {label}"


@each
def test_steps_add_up_to_every_norm_they_can_be_compared_with(content: ProcedureContent) -> None:
    wrong = {BalanceState.UNDER, BalanceState.OVER}
    assert [row for row in content.norms_balance() if row.state in wrong] == []


def test_the_named_procedures_are_complete() -> None:
    assert {code for code, content in CONTENTS.items() if content.is_complete()} >= COMPLETE_BY_NAME


def test_certificate_of_marital_status_follows_the_worked_example() -> None:
    content = CONTENTS["1.004873"]
    assert [step.minutes // 60 for step in content.steps_for("in_person")] == [2, 2, 12, 2, 4, 1, 1]
    verified = content.norm_for("in_person", "xác minh")
    assert verified is not None
    assert (verified.value, verified.unit) == ("23", "calendar_day")


def test_military_registration_has_a_day_at_the_counter_and_two_hours_online() -> None:
    content = CONTENTS["1.013133"]
    rows = [(norm.channel, norm.minutes) for norm in content.norms]
    assert rows == [("in_person", 480), ("online", 120)]
    assert sum(step.minutes for step in content.steps_for("in_person")) == 480
    assert sum(step.minutes for step in content.steps_for("online")) == 120


def test_copies_from_the_original_register_follow_the_hanoi_split() -> None:
    assert [step.minutes // 60 for step in CONTENTS["2.000908"].steps_for("in_person")] == [2, 3, 2, 1]


def test_an_abolished_procedure_is_no_longer_in_force() -> None:
    assert not CONTENTS["2.001009"].in_force_on(date(2026, 11, 22))


def test_civil_status_procedures_end_the_day_before_the_new_law() -> None:
    civil = [content for content in CONTENTS.values() if content.field == "Hộ tịch"]
    assert len(civil) >= 15
    assert {content.effective_to for content in civil} == {"2027-02-28"}
