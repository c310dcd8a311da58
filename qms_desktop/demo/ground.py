"""Where a journey plays: its folders, its PCs, and the fault it ends with when the sides do not agree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from qms_desktop.demo.clerk import Clerk
from qms_desktop.domain.errors import AppError, SetupError
from qms_desktop.office import Office
from qms_desktop.scenario import ScenarioPc


class JourneyFault(AppError):
    """The journey did not end as it must (QMS-193); what it left behind can be looked at."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "QMS-193",
            f"Hành trình mẫu không đạt: {what}.",
            safe="Dữ liệu thật của máy này không bị đụng tới.",
            do="Hãy xem thư mục kết quả (summary.json, ảnh, dữ liệu) để biết hỏng ở đâu.",
        )


@dataclass(frozen=True)
class Folders:
    """Where a journey leaves things: PDFs, pictures and summary to look at, and below them the data of PCs and server."""

    out: Path

    @property
    def summary(self) -> Path:
        """The outcome."""
        return self.out / "summary.json"

    @property
    def data(self) -> Path:
        """Data folders of the server and the PCs; the keys lie beside them, not in them."""
        return self.out / "data"

    def prepare(self) -> None:
        """Make room: what an earlier journey left here is removed, and nothing else."""
        if self._mark.exists():
            rmtree(self.data, ignore_errors=True)
            for left in [*self.out.glob("*.pdf"), *self.out.glob("*.png"), self.summary]:
                left.unlink(missing_ok=True)
        if self.data.exists():
            raise SetupError(
                "QMS-195",
                f"Thư mục “{self.data}” đã có và không phải do hành trình mẫu tạo ra.",
                do="Hãy chọn một thư mục khác với --out.",
            )
        self.data.mkdir(parents=True)
        self._mark.write_text("Thư mục này do hành trình mẫu tạo ra; lần chạy sau sẽ ghi đè.\n", encoding="utf-8")

    @property
    def _mark(self) -> Path:
        return self.out / ".qms-demo"


@dataclass(frozen=True)
class Pc:
    """One PC of the commune and the person at it."""

    place: ScenarioPc
    person: str
    office: Office
    clerk: Clerk
