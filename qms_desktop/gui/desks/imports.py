"""Registers on a real office: the open file, what was decided about it, and taking it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qms_desktop.domain.errors import InterchangeError
from qms_desktop.gui.desk_imports import ImportColumn, ImportLine, ImportView
from qms_desktop.gui.desks.line import OfficeLineDesk
from qms_desktop.interchange.grids import Grid, read_grids
from qms_desktop.office import Office
from qms_desktop.usecases.registers import importing
from qms_desktop.usecases.registers.columns import COLUMNS
from qms_desktop.usecases.registers.handing_back import hand_back
from qms_desktop.usecases.registers.importing import Plan, Remembered, Row, Standing

_LEVELS = {Standing.NEW: "ok", Standing.FINISHED: "ok", Standing.KNOWN: "done", Standing.FAULT: "late"}
_MOST_LINES = 500


class OfficeImportDesk(OfficeLineDesk):
    """See ``gui.desk_imports.Imports``. One register is open at a time."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._open_file = Path()
        self._open_grids: tuple[Grid, ...] = ()
        self._open_sheet = 0
        self._open_plan: Plan | None = None

    def open_register(self, file: Path) -> ImportView:
        """The visible sheet with the most lines that can be taken in, the first of equals."""
        grids = read_grids(file)
        work = self.office.work()
        plans = [None if grid.hidden else importing.plan(work, grid) for grid in grids]
        best = max(range(len(grids)), key=lambda at: (_worth(plans[at]), -at))
        self._open_file, self._open_grids, self._open_sheet, self._open_plan = file, grids, best, plans[best]
        return self._shown()

    def show_sheet(self, sheet: int) -> ImportView:
        """Read anew: what was decided about another sheet does not hold here."""
        self._open_sheet = sheet
        self._open_plan = importing.plan(self.office.work(), self._open_grids[sheet])
        return self._shown()

    def place_column(self, name: str, at: int) -> ImportView:
        """A column of the register means one thing only."""
        plan = self._demand()
        columns = {other: place for other, place in plan.header.columns.items() if other != name and place != at}
        return self._planned(Remembered(columns | ({name: at} if at else {}), plan.chosen))

    def name_procedure(self, text: str, code: str) -> ImportView:
        """Remembered for every register with the same titles, once something was taken in."""
        return self._planned(importing.choose(self._demand(), text, code))

    def procedures_to_choose(self) -> list[tuple[str, str]]:
        """By title."""
        with self.office.demand_store().view() as view:
            return importing.procedures_to_choose(view, self.now().date())

    def take_register(self, go_on: Callable[[int, int], bool]) -> str:
        """The plan is made anew afterwards, so that what was taken in shows as known."""
        plan = self._demand()
        taken = importing.take(self.office.work(), plan, self._open_file.name, go_on)
        self._planned(Remembered(plan.header.columns, plan.chosen))
        return taken.words

    def hand_back_register(self, target: Path) -> str:
        """The sentence says what to do with the file."""
        count = hand_back(self._demand(), target)
        return f"Đã lưu {count} dòng chưa nhập được vào {target.name}. Sửa các ô màu đỏ rồi nhập chính tệp đó."

    def register_now(self) -> ImportView:
        """The open register as it stands."""
        return self._shown()

    def _planned(self, decided: Remembered) -> ImportView:
        self._open_plan = importing.plan(self.office.work(), self._open_grids[self._open_sheet], decided)
        return self._shown()

    def _demand(self) -> Plan:
        if self._open_plan is None:
            raise InterchangeError(
                "QMS-757", "Bảng này không có tiêu đề cột nào nhận ra được.", do="Hãy chọn trang tính hoặc tệp khác."
            )
        return self._open_plan

    def _shown(self) -> ImportView:
        names = tuple(grid.name + (" (ẩn)" if grid.hidden else "") for grid in self._open_grids)
        view = ImportView(self._open_file.name, names, self._open_sheet, (), (), (), (), "", 0, 0, "")
        plan = self._open_plan
        if plan is None:
            words = "Không thấy dòng tiêu đề có tên người nộp, thủ tục, ngày nhận trong trang tính này. Hãy chọn trang tính khác."
            return replace(view, hindrance=words)
        columns = tuple(ImportColumn(c.name, c.label, c.required, plan.header.columns.get(c.name, 0)) for c in COLUMNS)
        hindrance = f"Chưa rõ cột nào là: {', '.join(plan.lacking)}. Hãy chọn ở thẻ “Các cột”." if plan.lacking else ""
        return replace(
            view,
            columns=columns,
            titles=tuple(sorted(plan.header.titles.items())),
            lines=tuple(_line(plan, row) for row in _worth_seeing(plan)),
            unknown=plan.unknown,
            words=_words(plan),
            ready=0 if plan.lacking else plan.count(Standing.NEW) + plan.count(Standing.FINISHED),
            faults=plan.count(Standing.FAULT),
            hindrance=hindrance,
        )


def _worth(plan: Plan | None) -> int:
    return -1 if plan is None else len(plan.rows)


def _worth_seeing(plan: Plan) -> list[Row]:
    """What needs a hand first, then what has a note, then the rest; so many as a person can look through."""
    order = sorted(plan.rows, key=lambda row: (row.standing is not Standing.FAULT, not row.notes, row.number))
    return order[:_MOST_LINES]


def _line(plan: Plan, row: Row) -> ImportLine:
    cells = plan.grid.row(row.number)

    def text(name: str) -> str:
        at = plan.header.columns.get(name)
        return " ".join(cells[at - 1].text.split()) if at else ""

    notes = " ".join(f"{note.address}: {note.words}" if note.address else note.words for note in row.notes)
    return ImportLine(
        row.number, row.standing.value, _LEVELS[row.standing], text("applicant"), text("procedure"), text("received"), notes
    )


def _words(plan: Plan) -> str:
    parts = [f"{plan.count(standing)} dòng {standing.value}" for standing in Standing if plan.count(standing)]
    passed = [f"{count} {why}" for why, count in plan.skipped.items() if why != "dòng trống"]
    told = "; ".join(parts) or "Không có dòng nào"
    left = f" Bỏ qua: {', '.join(passed)}." if passed else ""
    more = len(plan.rows) - _MOST_LINES
    return f"{told}.{left}" + (f" Còn {more} dòng không hiện ở đây." if more > 0 else "")
