"""Where a journey plays: its folders, its PCs, and the fault it ends with when the sides do not agree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qms_desktop.demo.clerk import Clerk
from qms_desktop.domain.errors import AppError
from qms_desktop.office import Office
from qms_desktop.scenario import ScenarioPc
from sync.client.rounds import SyncResult


class JourneyFault(AppError):
    """The journey did not end as it must (QMS-193); what it left behind can be looked at."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "QMS-193",
            f"Hành trình mẫu không đạt: {what}.",
            safe="Dữ liệu thật của máy này không bị đụng tới.",
            do="Xem thư mục kết quả (summary.json, ảnh, dữ liệu) để biết hỏng ở đâu.",
        )


@dataclass(frozen=True)
class Folders:
    """Where a journey leaves things: the PDFs and pictures to look at, and the data of the PCs and the server."""

    out: Path

    @property
    def pdf(self) -> Path:
        """Printed forms."""
        return self.out / "pdf"

    @property
    def screens(self) -> Path:
        """Pictures of the screens."""
        return self.out / "screens"

    @property
    def data(self) -> Path:
        """Data folders of the server and the PCs; the keys lie beside them, not in them."""
        return self.out / "data"

    def prepare(self) -> None:
        """Make the folders."""
        for folder in (self.pdf, self.screens, self.data):
            folder.mkdir(parents=True, exist_ok=True)


@dataclass
class Pc:
    """One PC of the commune, the person at it, and what it exchanged so far."""

    place: ScenarioPc
    person: str
    office: Office
    clerk: Clerk
    requests: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    failed: int = 0

    def exchange(self) -> SyncResult:
        """One exchange with the province, metered."""
        result = self.clerk.exchange()
        self.requests += result.requests
        self.bytes_up += result.bytes_up
        self.bytes_down += result.bytes_down
        return result
