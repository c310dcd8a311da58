"""Taking files in: procedures of the national export become drafts of the unit, with every doubt on show."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qms_desktop.interchange.national_export import ImportResult, import_file
from qms_desktop.usecases import procedures
from qms_desktop.usecases.work import Work


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import: how many were taken in or changed, how many were there already, and what to look at."""

    taken: int
    unchanged: int
    result: ImportResult

    @property
    def faults(self) -> tuple[str, ...]:
        """What could not be taken over, one sentence for each object of the file."""
        return tuple(
            f"Mục {problem.number} ({problem.code or 'không có mã'}): {problem.message}" for problem in self.result.problems
        )

    def lines(self) -> Iterator[str]:
        """The report as a person reads it."""
        yield f"Đã nhập {self.taken} thủ tục thành bản soạn thảo; {self.unchanged} thủ tục đã có, không đổi."
        for procedure in self.result.procedures:
            for doubt in procedure.doubts:
                yield f"{procedure.content.code}: {doubt}"
        for fault in self.faults:
            yield f"Không nhập được: {fault}"


def import_procedures(work: Work, file: Path) -> ImportReport:
    """Import a national export as drafts; InterchangeError when the file as a whole cannot be read."""
    result = import_file(file)
    taken, unchanged = procedures.import_drafts(work, [procedure.content for procedure in result.procedures])
    return ImportReport(taken, unchanged, result)
