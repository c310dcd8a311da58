"""Undo does not forget: the program may end and the province may be visited between an action and its undoing."""

from pathlib import Path

from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.usecases import progress, receiving
from qms_desktop.usecases.setup import Foundation
from sync.server.serve import Running
from tests.usecases.commune_kit import FIRST, made
from tests.usecases.office_kit import PEOPLE, UNIT, Clock, Dice, command, put_models, sign_in

CODE = "1.004873"


def step(office: Office, dossier: str) -> object:
    with office.demand_store().view() as view:
        return (view.get("dossier", dossier) or {}).get("step")


def test_after_the_program_was_started_again_the_last_action_is_still_taken_back_and_named(tmp_path: Path) -> None:
    keys, clock = MemoryKeys(), Clock()
    office = Office(Paths(tmp_path), keys, clock, Dice(1))
    office.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    put_models(office, {CODE}.__contains__)
    dossier = receiving.receive(sign_in(office, "CL").work(), command(office, CODE))
    progress.perform(office.work(), dossier, "forward")
    office.close()
    again = Office(Paths(tmp_path), keys, clock, Dice(2))
    again.open()
    words = OfficeDesk(sign_in(again, "CL")).undo()
    assert words.startswith("Chuyển bước · Hồ sơ ")
    assert step(again, dossier) == "B1"
    assert again.verify() == []
    again.close()


def test_what_the_province_already_holds_is_taken_back_there_too(tmp_path: Path) -> None:
    with made(tmp_path) as commune, Running(commune.province) as running:
        commune.url = running.url
        commune.first.enrol(running.url, commune.province.accounts.new_code(UNIT), FIRST)
        commune.first.sync_once()
        commune.found()
        office = sign_in(commune.first, "CL")
        dossier = receiving.receive(office.work(), command(office, CODE))
        progress.perform(office.work(), dossier, "forward")
        office.sync_once()
        assert OfficeDesk(office).undo().startswith("Chuyển bước · Hồ sơ ")
        assert step(office, dossier) == "B1"
        office.sync_once()
        assert step(office, dossier) == "B1"
        assert office.verify() == []
