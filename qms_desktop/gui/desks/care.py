"""Backup, restore, self-check, import."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.gui.desks.statistics import OfficeStatisticsDesk
from qms_desktop.office import Office
from qms_desktop.resources import procedures as shipped
from qms_desktop.store.backup import daily_backup
from qms_desktop.usecases import procedures

SUFFIX = ".qmsbackup"


class OfficeDesk(OfficeStatisticsDesk):
    """The whole desk on a real office; see ``gui.desk.Care`` for this part."""

    def __init__(self, office: Office, *, background: bool = False) -> None:
        self._background = background
        super().__init__(office)

    def begin(self) -> None:
        """Starts the agent, clears away what a killed program left open, and writes today's backup if there is none."""
        if not self._background or self.office.store is None:
            return
        self.office.store.files.clear_opened()
        self.office.store.files.collect(self.now())
        self.office.start_agent()
        if self.office.can_read:
            daily_backup(self.office.store, self.office.paths.backups, self.now().date())

    def backup(self, target: Path) -> Path:
        """Writes a backup file into that folder."""
        file = target / f"sao-luu-{self.office.demand_store().unit_code}-{self.now():%Y%m%d-%H%M}{SUFFIX}"
        self.office.backup(file)
        self.remember("backup.last", f"{self.now():%Y-%m-%dT%H:%M}")
        return file

    def last_backup(self) -> datetime | None:
        """The newest of the daily and the asked-for backups."""
        kept = self.setting("backup.last")
        moments = [datetime.fromisoformat(kept)] if kept else []
        folder = self.office.paths.backups
        moments += [_written(file) for file in folder.glob(f"*{SUFFIX}")]
        return max(moments, default=None)

    def restore(self, source: Path, recovery_code: str) -> None:
        """Restores under a new replica id."""
        self.office.stop_agent()
        self.office.restore(source, recovery_code)
        self._attach()

    def verify(self) -> list[str]:
        """Faults found."""
        return self.office.verify()

    def import_procedures(self, source: Path) -> list[str]:
        """Imports a file of the national export."""
        return list(self.office.import_procedures(source).lines())

    def import_models(self) -> list[str]:
        """The model procedures shipped with the program come in as drafts."""
        taken, same = procedures.import_drafts(self.office.work(), shipped())
        return [
            f"Đã nhập {taken} quy trình mẫu ở trạng thái soạn thảo; {same} quy trình đã có sẵn.",
            "Lãnh đạo phê duyệt từng quy trình ở màn hình Quy trình thì mới nhận được hồ sơ.",
        ]


def _written(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, VIET_NAM).replace(tzinfo=None)
