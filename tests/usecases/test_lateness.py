"""“Vì sao trễ?” of a real dossier: who and how much, the citizen's time left out."""

from datetime import date, datetime
from pathlib import Path

import pytest

from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.office import Office
from qms_desktop.usecases import progress, receiving
from qms_desktop.usecases.lateness import WhyLate, why_late
from tests.usecases.moves.conftest import PROCEDURE, rows
from tests.usecases.office_kit import Clock, command, found, sign_in


@pytest.fixture
def moment() -> Clock:
    return Clock(datetime(2026, 11, 23, 8, 0))


@pytest.fixture
def office(tmp_path: Path, moment: Clock) -> Office:
    return sign_in(found(tmp_path, moment, publish={PROCEDURE}.__contains__), "CL")


@pytest.fixture
def dossier(office: Office) -> str:
    return receiving.receive(office.work(), command(office, PROCEDURE))


def why(office: Office, dossier: str) -> WhyLate:
    with office.demand_store().view() as view:
        return why_late(view, dossier, office.clock())


def test_a_dossier_in_time_is_not_late_and_nobody_is_blamed(office: Office, dossier: str) -> None:
    assert not why(office, dossier).late
    assert why(office, dossier).lines == ("Hồ sơ chưa trễ hẹn.", "Chưa bước nào vượt thời gian của mình.")


def test_the_step_that_lay_is_named_with_its_person_and_person_days(office: Office, dossier: str, moment: Clock) -> None:
    step = str(rows(office, "step_run", dossier=dossier)[0]["code"])
    moment.pass_(days=14)
    told = why(office, dossier)
    assert told.late
    assert told.lines[0].startswith("Trễ ")
    assert told.lines[1].startswith(f"{step} · ")
    assert "(Nguyễn Văn Đông): vượt" in told.lines[1]
    assert told.lines[1].endswith("ngày công.")


def test_two_weeks_of_waiting_for_the_citizen_blame_nobody(office: Office, dossier: str, moment: Clock) -> None:
    progress.perform(office.work(), dossier, "request_supplement", "Thiếu tờ khai")
    moment.pass_(days=14)
    progress.perform(office.work(), dossier, "supplement_received")
    told = why(office, dossier)
    assert not told.late
    assert told.lines[1:] == ("Chưa bước nào vượt thời gian của mình.", "Thời gian tạm dừng không tính: chờ bổ sung.")


def test_a_result_nobody_fetches_makes_nobody_late(office: Office, dossier: str, moment: Clock) -> None:
    progress.perform(office.work(), dossier, "result_ready")
    moment.pass_(days=14)
    assert not why(office, dossier).late


def test_the_face_of_the_clock_holds_the_pause_and_the_day_of_the_result(office: Office, dossier: str, moment: Clock) -> None:
    progress.perform(office.work(), dossier, "request_supplement", "Thiếu tờ khai")
    moment.pass_(days=2)
    open_face = OfficeDesk(office).clock_face(dossier)
    assert [(pause.open, pause.reason) for pause in open_face.pauses] == [(True, "chờ bổ sung")]
    progress.perform(office.work(), dossier, "supplement_received")
    progress.perform(office.work(), dossier, "result_ready")
    moment.pass_(days=9)
    face = OfficeDesk(office).clock_face(dossier)
    assert (face.received, face.ended) == (date(2026, 11, 23), date(2026, 11, 25))
    assert not face.pauses[0].open
    assert face.due is not None
    assert face.original_due is not None
    assert face.due > face.original_due
