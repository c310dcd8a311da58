"""The office for practice: founded anew each time beside the real one's data folder, and cleared away afterwards."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from qms_desktop.domain.practice import PRACTICE_UNIT
from qms_desktop.gui.desks.clock import OfficeClockDesk
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.usecases import practice

if TYPE_CHECKING:
    from qms_desktop.gui.desk import Desk

_FOLDER = "tap-thu"


class OfficePractice(OfficeClockDesk):
    """See ``gui.desk_practice.Practice``."""

    def practising(self) -> bool:
        """By the unit's code."""
        return self.office.store is not None and self.office.store.unit_code == PRACTICE_UNIT

    def practice(self) -> Desk:
        """Its keys are in memory only: what a killed program left of it nobody can read, and it is overwritten here."""
        folder = practice_folder(self.office.paths.data)
        rmtree(folder, ignore_errors=True)
        office = Office(Paths(folder), MemoryKeys(), self.office.clock, self.office.entropy)
        office.found(PRACTICE_UNIT, practice.foundation())
        office.session = practice.furnish(office.demand_store(), office.clock, office.entropy)
        return _desk_on(office)

    def sample_card(self) -> str:
        """From resources/practice."""
        return practice.sample_card()

    def end_practice(self) -> None:
        """Only ever the folder for practice."""
        if self.practising():
            self.office.close()
            rmtree(self.office.paths.data, ignore_errors=True)


def practice_folder(data: Path) -> Path:
    """Beside the data folder, so that no backup and no clearing of the one meets the other."""
    return data.with_name(f"{data.name}-{_FOLDER}")


def _desk_on(office: Office) -> Desk:
    from qms_desktop.gui.desks.care import OfficeDesk

    return OfficeDesk(office)
