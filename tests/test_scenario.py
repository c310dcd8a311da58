"""Scenario files: the shipped journey reads, other people's files read too, and nonsense is refused by its place."""

from __future__ import annotations

import contextlib
import copy
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms_desktop.demo.clerk import note_of
from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.scenario import Answer, Scenario, ScenarioError, load_scenario, read_citizens, read_scenario

RESOURCES = Path(__file__).parents[1] / "resources"
DEMO = RESOURCES / "demo"
PROCEDURES = {
    path.stem: ProcedureContent.from_json(json.loads(path.read_text(encoding="utf-8")))
    for path in (RESOURCES / "procedures").glob("*.json")
}
UNITS = {"29317": "Xã An Phú Tân", "29227": "Xã Mỹ Long"}
CITIZENS = read_citizens(json.loads((DEMO / "citizens.json").read_text(encoding="utf-8")), today=date(2026, 11, 23))
SHORTEST: dict[str, Any] = {
    "unit": "29227",
    "dossiers": [{"procedure": "2.000884", "applicant": "Bà Ví Dụ", "received": "2026-12-01T09:00"}],
}


def read(raw: object) -> Scenario:
    return read_scenario(raw, procedures=PROCEDURES, units=UNITS, citizens=CITIZENS)


def shortest(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(SHORTEST) | changes


def one_dossier(**changes: Any) -> dict[str, Any]:
    raw = shortest()
    raw["dossiers"][0] |= changes
    return raw


def test_the_shipped_journey_is_the_one_of_the_issue() -> None:
    demo = load_scenario(DEMO / "scenario.json", procedures=PROCEDURES, units=UNITS, citizens=CITIZENS)
    assert demo.start == datetime(2026, 11, 23, 7, 0)
    offline = demo.received_by("pc1", before_cut=False)
    assert [d.procedure for d in offline] == ["1.004873", "1.013133", "2.000815"]
    assert offline[-1].received == datetime(2026, 11, 23, 15, 20)
    assert [d.procedure for d in demo.received_by("pc2", before_cut=False)] == ["1.001193", "1.001776"]
    assert offline[0].actions[-1].do == "request_supplement"
    assert offline[1].actions[-1].do == "deliver"
    assert demo.contested() == {("hs0", "result_place")}
    assert [(a.pc, a.take) for a in demo.answers] == [("pc1", "pc2")]
    assert all(d.applicant.address for d in demo.dossiers)


def test_only_a_unit_and_one_dossier_are_needed() -> None:
    found = read(SHORTEST)
    assert found.start == datetime(2026, 12, 1, 7, 0)
    assert [pc.id for pc in found.pcs] == ["pc1", "pc2"]
    dossier = found.dossiers[0]
    assert (dossier.pc, dossier.channel, dossier.applicant.full_name) == ("pc1", "in_person", "Bà Ví Dụ")
    assert {paper.state for paper in dossier.papers} == {"ok"}


def test_papers_that_are_not_named_are_missing_and_others_are_kept() -> None:
    raw = one_dossier(procedure="1.001193", papers=["to khai", {"name": "Đơn khác", "copies": 2}])
    papers = read(raw).dossiers[0].papers
    assert [p.state for p in papers] == ["ok", "missing", "waived", "missing", "ok"]
    assert (papers[0].name, papers[0].originals) == ("Tờ khai đăng ký khai sinh", 1)
    assert (papers[-1].name, papers[-1].originals, papers[-1].copies) == ("Đơn khác", 0, 2)


def test_a_dossier_edited_by_the_other_pc_is_known_to_both_before_the_cut() -> None:
    raw = shortest(edits=[{"pc": "PC 2", "dossier": "hs1", "field": "note", "value": "Gọi trước"}])
    found = read(raw)
    assert found.dossiers[0].before_cut
    assert found.edits_of("pc2")[0].value == "Gọi trước"
    assert found.contested() == frozenset()


def test_two_pcs_setting_one_field_differently_open_one_question() -> None:
    edits = [{"pc": pc, "dossier": "hs1", "field": "note", "value": f"từ {pc}"} for pc in (1, 2)]
    assert read(shortest(edits=edits)).contested() == {("hs1", "note")}
    alike = [edit | {"value": "như nhau"} for edit in edits]
    assert read(shortest(edits=alike)).contested() == frozenset()


@pytest.mark.parametrize("text", ["2026-12-01T09:00", "01/12/2026 09:00", "9:00"])
def test_moments_as_people_write_them(text: str) -> None:
    raw = one_dossier(received=text) | {"start": "2026-12-01T07:00"}
    assert read(raw).dossiers[0].received == datetime(2026, 12, 1, 9, 0)


def test_actions_without_a_time_follow_one_another() -> None:
    found = read(one_dossier(actions=[{"do": "forward", "times": 2}, {"do": "pause_for_papers", "reason": "Thiếu"}]))
    first, second = found.dossiers[0].actions
    assert (first.do, first.times, second.do) == ("forward", 2, "request_supplement")
    assert first.at < second.at
    assert found.end() == second.at


def test_an_extension_says_its_new_day() -> None:
    extend = {"do": "extend", "reason": "Chờ xác minh", "new_due": "2026-12-10"}
    assert read(one_dossier(actions=["forward", extend])).dossiers[0].actions[1].given == (("new_due", "2026-12-10"),)


def test_the_names_of_the_records_fields_are_understood_too() -> None:
    dossier = {"procedure_code": "2.000884", "applicant": "Ông Mẫu", "received_at": "2026-12-01T09:00", "comment": "lạ"}
    found = read({"unit_code": "29227", "start_time": "2026-12-01T08:00", "dossiers": [dossier]})
    assert (found.unit, found.start.hour, found.dossiers[0].procedure) == ("29227", 8, "2.000884")
    assert found.remarks == ()


def test_names_that_mean_nothing_are_said_and_slips_are_refused() -> None:
    found = read(one_dossier(mood="good") | {"expect": {"questions": 1}, "_why": "chú thích"})
    assert [part for part in ("dossiers[0].mood", "expect", "_why") if any(f"“{part}”" in r for r in found.remarks)] == [
        "dossiers[0].mood",
        "expect",
    ]
    with pytest.raises(ScenarioError, match="chắc là “received”") as error:
        read(one_dossier(receivedd="9:00"))
    assert error.value.where == "dossiers[0].receivedd"


def test_a_unit_by_its_name_a_moment_with_its_offset_a_day_that_begins_in_the_morning() -> None:
    raw = one_dossier(received="2026-12-01T02:00:00+00:00") | {"unit": "xã Mỹ Long", "start": "2026-12-01"}
    found = read(raw)
    assert (found.unit, found.start, found.dossiers[0].received.hour) == ("29227", datetime(2026, 12, 1, 7, 0), 9)
    assert read(shortest(unit={"code": "29317"})).unit == "29317"


def test_words_of_the_counter_are_understood() -> None:
    dossier = {"citizen": {"name": "Ông Mẫu", "cccd": "000000000001"}, "channel": "Trực tuyến", "actions": ["Chuyển bước"]}
    raw = one_dossier(**dossier)
    del raw["dossiers"][0]["applicant"]
    found = read(raw | {"edits": [{"pc": 2, "dossier": 1, "fields": {"phone": "0100 000 300", "Ghi chú": "Gọi trước"}}]})
    assert (found.dossiers[0].applicant.id_number, found.dossiers[0].channel) == ("000000000001", "online")
    assert found.dossiers[0].actions[0].do == "forward"
    assert [(e.pc, e.dossier, e.field) for e in found.edits] == [("pc2", "hs1", "applicant_phone"), ("pc2", "hs1", "note")]


@pytest.mark.parametrize(
    ("said", "kind"),
    [("Tổ chức", "company"), ("Công dân", "citizen"), ("hộ kinh doanh", "household"), ("company", "company"), ("", "citizen")],
)
def test_the_kind_of_an_applicant_may_be_said_in_vietnamese(said: str, kind: str) -> None:
    assert read(one_dossier(applicant={"full_name": "Hội Mẫu", "kind": said})).dossiers[0].applicant.kind == kind


def test_a_name_of_capitals_and_digits_is_a_name() -> None:
    assert read(one_dossier(applicant="HTX 19/5")).dossiers[0].applicant.full_name == "HTX 19/5"


def test_a_note_may_be_called_ghi_chu() -> None:
    found = read(one_dossier(ghi_chu="Gọi trước"))
    assert (found.dossiers[0].note, found.remarks) == ("Gọi trước", ())


def test_papers_are_known_by_a_part_of_their_name_and_missing_ones_may_be_named() -> None:
    papers = read(one_dossier(procedure="1.001193", missing=["chứng sinh"])).dossiers[0].papers
    assert [p.state for p in papers if "chứng sinh" in p.name] == ["missing"]
    assert papers[0].state == "ok"


def test_a_paper_the_procedure_does_not_list_goes_into_the_note() -> None:
    raw = one_dossier(note="Gọi trước.", papers=[{"name": "Sổ cũ", "copies": 2}], missing=["Đơn lạ"])
    assert note_of(read(raw).dossiers[0]) == "Gọi trước. Giấy tờ nộp thêm: Sổ cũ (0 chính, 2 sao). Còn thiếu: Đơn lạ."
    assert note_of(read(SHORTEST).dossiers[0]) == ""


def test_a_reason_that_must_be_given_is_given() -> None:
    assert read(one_dossier(actions=["pause"])).dossiers[0].actions[0].reason


NONSENSE: list[tuple[object, str]] = [
    ([], ""),
    ({"dossiers": SHORTEST["dossiers"]}, "unit"),
    (shortest(unit="99999"), "unit"),
    (shortest(dossiers=[]), "dossiers"),
    (shortest(dossiers={}), "dossiers"),
    (shortest(pcs=["pc1", "PC 1"]), "pcs"),
    (shortest(pcs=["../pc1", "pc2"]), "pcs[0].id"),
    (shortest(pcs=["pc1", "máy"]), "pcs[1].id"),
    (shortest(pcs=["a" * 33]), "pcs[0].id"),
    (shortest(pcs=["pc1", "Server"]), "pcs[1].id"),
    (shortest(pcs=["Quay", "quay"]), "pcs"),
    (one_dossier(procedure="9.999999"), "dossiers[0].procedure"),
    (one_dossier(procedure="2.001009"), "dossiers[0].procedure"),
    (one_dossier(procedure="1.001193", received="2027-03-01T08:00"), "dossiers[0].procedure"),
    (one_dossier(received="2026-02-30T09:00"), "dossiers[0].received"),
    (one_dossier(received=None), "dossiers[0].received"),
    (one_dossier() | {"start": "2026-12-02T07:00"}, "dossiers[0].received"),
    (one_dossier(channel="fax"), "dossiers[0].channel"),
    (one_dossier(variant="siêu tốc"), "dossiers[0].variant"),
    (one_dossier(pc="pc9"), "dossiers[0].pc"),
    (one_dossier(applicant=None), "dossiers[0].applicant"),
    (one_dossier(applicant={"full_name": "A", "born": "31/02/1990"}), "dossiers[0].applicant.born"),
    (one_dossier(papers=[{"name": "Tờ khai", "state": "rách"}]), "dossiers[0].papers[0].state"),
    (one_dossier(sets=0), "dossiers[0].sets"),
    (one_dossier(actions=[{"do": "bay"}]), "dossiers[0].actions[0].do"),
    (one_dossier(actions=["deliver"]), "dossiers[0].actions[0].do"),
    (one_dossier(actions=[{"do": "forward", "times": 99}]), "dossiers[0].actions[0].times"),
    (one_dossier(actions=[{"do": "forward", "times": 20}]), "dossiers[0].actions[0].times"),
    (one_dossier(actions=["forward", {"do": "back", "times": 2}]), "dossiers[0].actions[1].times"),
    (one_dossier(applicant={"full_name": "A", "id_number": "12"}), "dossiers[0].applicant.id_number"),
    (one_dossier(applicant="CD99"), "dossiers[0].applicant"),
    (shortest(edits=[{"dossier": "hs1", "field": "sets", "value": "nhiều"}]), "edits[0].value"),
    (shortest(answers=[{"dossier": "hs1", "field": "note", "take": "pc2"}]), "answers[0].take"),
    (one_dossier(actions=[{"do": "extend", "reason": "Bận"}]), "dossiers[0].actions[0].new_due"),
    (one_dossier(actions=[{"do": "extend", "reason": "Bận", "new_due": "mai"}]), "dossiers[0].actions[0].new_due"),
    (one_dossier(actions=[{"do": "forward", "at": "2026-11-30T08:00"}]), "dossiers[0].actions[0].at"),
    (shortest(edits=[{"dossier": "hs7", "field": "note", "value": ""}]), "edits[0].dossier"),
    (shortest(edits=[{"dossier": "hs1", "field": "due", "value": ""}]), "edits[0].field"),
    (shortest(edits=[{"dossier": "hs1", "field": "note"}]), "edits[0].value"),
    (shortest(answers=[{"dossier": "hs1", "field": "note", "take": "ai đó"}]), "answers[0].take"),
    (shortest(network={"cuts": -1}), "network.cuts"),
    (shortest(unit_code="29227"), "unit_code"),
    (one_dossier(note="Một", ghi_chu="Hai"), "dossiers[0].ghi_chu"),
    (one_dossier(applicant={"name": "A", "applicant_name": "B"}), "dossiers[0].applicant.applicant_name"),
    (one_dossier(applicant={"full_name": "A", "kind": "ma"}), "dossiers[0].applicant.kind"),
]


@pytest.mark.parametrize(("raw", "where"), NONSENSE)
def test_nonsense_is_refused_by_its_place(raw: object, where: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read(raw)
    assert error.value.where == where
    assert error.value.code == "QMS-191"


def test_a_file_that_is_not_json_or_not_there_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "kich-ban.json"
    for text in (None, "{"):
        if text is not None:
            path.write_text(text, encoding="utf-8")
        with pytest.raises(ScenarioError) as error:
            load_scenario(path, procedures=PROCEDURES, units=UNITS)
        assert error.value.where == "kich-ban.json"


DEMO_RAW = json.loads((DEMO / "scenario.json").read_text(encoding="utf-8"))
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=12)
JUNK = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text(max_size=5), LEAVES, max_size=2)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [found for key in keys for found in ((*path, key), *places(value[key], (*path, key)))]


@given(st.sampled_from(places(DEMO_RAW)), JUNK)
def test_whatever_stands_in_its_place_a_scenario_reads_or_is_refused_in_words(place: tuple[Any, ...], junk: Any) -> None:
    raw = copy.deepcopy(DEMO_RAW)
    target = raw
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = junk
    with contextlib.suppress(ScenarioError):
        assert read(raw).dossiers


def test_without_answers_the_first_pc_that_set_a_contested_field_settles_it() -> None:
    edits = [{"pc": pc, "dossier": "hs1", "field": "note", "value": f"từ {pc}"} for pc in (3, 2)]
    found = read(shortest(pcs=[1, 2, 3], edits=edits))
    assert found.answers == (Answer("pc2", "hs1", "note"),)
    assert read(shortest(pcs=[1, 2, 3], edits=edits, answers=[])).answers == ()
