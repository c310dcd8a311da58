"""What the timeline of a dossier tells of its steps, on a real store."""

from datetime import datetime
from pathlib import Path

from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.usecases import progress, receiving
from tests.usecases.office_kit import Clock, command, found, sign_in


def test_a_citizen_who_comes_late_for_the_result_makes_no_step_late(tmp_path: Path) -> None:
    moment = Clock(datetime(2026, 11, 23, 8, 0))
    office = sign_in(found(tmp_path, moment, publish={"1.004873"}.__contains__), "CL")
    dossier = receiving.receive(office.work(), command(office, "1.004873"))
    for _ in range(6):
        progress.perform(office.work(), dossier, "forward")
    progress.perform(office.work(), dossier, "result_ready")
    moment.pass_(days=9)
    progress.perform(office.work(), dossier, "deliver")
    (last,) = [event for event in OfficeDesk(office).dossier(dossier).events if event.title.startswith("B7")]
    assert "xong 02/12/2026 08:00" in last.detail
    assert (last.level, "trễ hạn" in last.detail) == ("", False)
