"""An office with a few procedures, a clerk who is signed in, and one dossier. Modules that need another bring theirs."""

from pathlib import Path

import pytest

from qms_desktop.office import Office
from qms_desktop.usecases import receiving
from tests.usecases.office_kit import Clock, command, found, sign_in
from tests.usecases.slips import CODES


@pytest.fixture
def moment() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, moment: Clock) -> Office:
    return sign_in(found(tmp_path, moment, publish=CODES.__contains__), "CL")


@pytest.fixture
def dossier(office: Office) -> str:
    intake = command(
        office,
        "1.004873",
        applicant_phone="0912345678",
        applicant_id="086190001234",
        applicant_address="Ấp An Thành",
        fee="15.000 đồng",
        sets=2,
    )
    return receiving.receive(office.work(), intake)
