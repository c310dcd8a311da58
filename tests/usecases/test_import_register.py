"""A register that an office kept before: looked at first, its good lines taken in, and the same file again changes nothing."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from qms_desktop.domain.errors import RightsError
from qms_desktop.domain.fields import Value
from qms_desktop.interchange.grids import read_grids
from qms_desktop.office import Office
from qms_desktop.usecases.registers import importing
from qms_desktop.usecases.registers.handing_back import hand_back
from qms_desktop.usecases.registers.importing import Plan, Standing
from tests.interchange.workbooks import register
from tests.usecases.office_kit import sign_in

DONE = [1, "H01", "Nguyễn Văn An (0912 345 678)", "2.000815", datetime(2026, 11, 2, 8, 30), "4/11/2026", "03.11.2026", "đã trả"]
OPEN = [2, "H02", "Trần Thị Bé", "2.000884", "16/11/2026", "25/11/2026", None, None]
BAD_DAY = [3, "H03", "Lê Đức", "2.000815", "31/02/2026", None, None, None]
UNKNOWN = [4, "H04", "Phạm Mơ", "Cấp phép mở sạp chợ", "17/11/2026", None, None, None]
TWO = [5, "H05", "Lê Đức\nPhạm Mơ", "2.000815", "18/11/2026", None, None, None]


def planned(office: Office, tmp_path: Path, *rows: list[Any]) -> Plan:
    plan = importing.plan(office.work(), read_grids(register(tmp_path / "so.xlsx", rows))[0])
    assert plan is not None
    return plan


def dossiers(office: Office) -> list[dict[str, Value]]:
    with office.demand_store().view() as view:
        return view.find("dossier")


def test_what_will_happen_is_seen_before_anything_is_taken(office: Office, tmp_path: Path) -> None:
    plan = planned(office, tmp_path, DONE, OPEN, BAD_DAY, UNKNOWN, TWO)
    assert [row.standing for row in plan.rows] == [Standing.NEW, Standing.NEW, Standing.FAULT, Standing.FAULT, Standing.NEW]
    assert plan.unknown == ("Cấp phép mở sạp chợ",)
    assert dossiers(office) == []


def test_every_fault_names_its_cell_and_says_what_to_do(office: Office, tmp_path: Path) -> None:
    plan = planned(office, tmp_path, BAD_DAY, UNKNOWN)
    faults = [note for row in plan.rows for note in row.notes if note.fault]
    assert [note.address for note in faults] == ["E8", "D9"]
    assert all("Hãy" in note.words for note in faults)


def test_good_lines_come_in_and_the_others_wait(office: Office, tmp_path: Path) -> None:
    taken = importing.take(office.work(), planned(office, tmp_path, DONE, OPEN, BAD_DAY), "so.xlsx")
    assert (taken.new, taken.known, taken.faults) == (2, 0, 1)
    done, opened = sorted(dossiers(office), key=lambda record: str(record["official_code"]))
    assert (done["state"], done["applicant_phone"], done["delivered_at"]) == ("closed", "0912345678", "2026-11-03T00:00")
    assert (opened["state"], opened["received_at"]) == ("received", "2026-11-16T07:30")
    assert opened["origin"] == "imported"


def test_the_promise_of_the_register_is_kept(office: Office, tmp_path: Path) -> None:
    importing.take(office.work(), planned(office, tmp_path, OPEN), "so.xlsx")
    (record,) = dossiers(office)
    assert (record["original_due"], record["due"]) == ("2026-11-25", "2026-11-25")


def test_the_same_file_again_changes_nothing(office: Office, tmp_path: Path) -> None:
    importing.take(office.work(), planned(office, tmp_path, DONE, OPEN, TWO), "so.xlsx")
    before = dossiers(office)
    again = planned(office, tmp_path, DONE, OPEN, TWO)
    assert {row.standing for row in again.rows} == {Standing.KNOWN}
    assert importing.take(office.work(), again, "so.xlsx").new == 0
    assert dossiers(office) == before


def test_a_line_twice_in_one_file_is_one_dossier(office: Office, tmp_path: Path) -> None:
    plan = planned(office, tmp_path, DONE, DONE)
    assert [row.standing for row in plan.rows] == [Standing.NEW, Standing.KNOWN]
    importing.take(office.work(), plan, "so.xlsx")
    assert len(dossiers(office)) == 1


def test_a_line_without_code_is_known_by_who_what_and_when(office: Office, tmp_path: Path) -> None:
    nameless = [1, None, *OPEN[2:]]
    other = [2, None, "Trần Thị Bé", "2.000884", "17/11/2026", None, None, None]
    importing.take(office.work(), planned(office, tmp_path, nameless, other), "so.xlsx")
    assert len(dossiers(office)) == 2
    assert {row.standing for row in planned(office, tmp_path, nameless).rows} == {Standing.KNOWN}


def test_a_result_that_has_come_since_is_added(office: Office, tmp_path: Path) -> None:
    importing.take(office.work(), planned(office, tmp_path, OPEN), "so.xlsx")
    later = [*OPEN[:6], "20/11/2026", "đã trả"]
    plan = planned(office, tmp_path, later)
    assert [row.standing for row in plan.rows] == [Standing.FINISHED]
    importing.take(office.work(), plan, "so.xlsx")
    (record,) = dossiers(office)
    assert (record["state"], record["delivered_at"]) == ("closed", "2026-11-20T00:00")
    with office.demand_store().view() as view:
        assert [run["ended_at"] for run in view.find("step_run", dossier=record["id"])] == ["2026-11-20T00:00"]


def test_faulty_lines_are_handed_back_and_come_in_once_mended(office: Office, tmp_path: Path) -> None:
    plan = planned(office, tmp_path, DONE, BAD_DAY, UNKNOWN)
    back = tmp_path / "sua.xlsx"
    assert hand_back(plan, back) == 2
    book = load_workbook(back)
    sheet = book.worksheets[0]
    marked = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    assert len(marked) == 2
    for cell in marked:
        cell.value = "20/11/2026" if "2026" in str(cell.value) else "2.000815"
    book.save(back)
    mended = importing.plan(office.work(), read_grids(back)[0])
    assert mended is not None
    assert [row.standing for row in mended.rows] == [Standing.NEW, Standing.NEW]


def test_a_name_for_a_procedure_is_asked_once_and_remembered(office: Office, tmp_path: Path) -> None:
    plan = planned(office, tmp_path, UNKNOWN)
    chosen = importing.choose(plan, "Cấp phép mở sạp chợ", "2.000815")
    named = importing.plan(office.work(), plan.grid, chosen)
    assert named is not None
    assert [row.standing for row in named.rows] == [Standing.NEW]
    importing.take(office.work(), named, "so.xlsx")
    another = [9, "H09", "Võ Bé Ba", "Cấp phép mở sạp chợ", "18/11/2026", None, None, None]
    assert [row.standing for row in planned(office, tmp_path, another).rows] == [Standing.NEW]


def test_two_persons_in_one_cell_are_both_kept(office: Office, tmp_path: Path) -> None:
    plan = planned(office, tmp_path, TWO)
    assert any("2 người" in note.words for note in plan.rows[0].notes)
    importing.take(office.work(), plan, "so.xlsx")
    assert dossiers(office)[0]["applicant_name"] == "Lê Đức, Phạm Mơ"


def test_what_was_stopped_goes_on_with_the_same_file(office: Office, tmp_path: Path) -> None:
    rows = [[n, f"H{n:03}", "Trần Thị Bé", "2.000815", date(2026, 11, 2), None, None, None] for n in range(1, 101)]
    taken = importing.take(office.work(), planned(office, tmp_path, *rows), "so.xlsx", lambda done, _all: done < 50)
    assert (taken.stopped, taken.new) == (True, 80)
    assert importing.take(office.work(), planned(office, tmp_path, *rows), "so.xlsx").new == 20
    assert len(dossiers(office)) == 100


def test_a_register_of_a_day_without_revision_says_so(office: Office, tmp_path: Path) -> None:
    old = [1, "H01", "Nguyễn Văn An", "2.000815", "2/3/2015", "4/3/2015", "4/3/2015", None]
    plan = planned(office, tmp_path, old)
    assert any("chưa có bản quy trình" in note.words for note in plan.rows[0].notes)
    importing.take(office.work(), plan, "so.xlsx")
    assert dossiers(office)[0]["origin_note"]


def test_only_who_may_receive_may_take_a_register_in(office: Office, tmp_path: Path) -> None:
    plan = planned(office, tmp_path, DONE)
    with pytest.raises(RightsError):
        importing.take(sign_in(office, "IS").work(), plan, "so.xlsx")


def test_a_sheet_without_header_is_no_register(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert importing.plan(office.work(), read_grids(path)[0]) is None


def test_what_was_taken_in_is_found_and_counted_as_any_other(office: Office, tmp_path: Path) -> None:
    importing.take(office.work(), planned(office, tmp_path, DONE, OPEN), "so.xlsx")
    with office.demand_store().view() as view:
        assert any(hit.kind == "dossier" for hit in view.search("H02"))
        assert any(hit.kind == "dossier" for hit in view.search("tran thi be"))
