"""The counts of a period taken out: on paper and as a workbook, with both rates, their formulas and the balance."""

from collections.abc import Sequence
from pathlib import Path

from qms_desktop.domain.statistics import COLUMNS, GROUPING_LABELS, Line, Table, identity_words, rate_words
from qms_desktop.interchange.workbook_writer import CellValue, write_workbook
from qms_desktop.interchange.workbook_writer import Table as Page
from qms_desktop.printing import Column, edition_for
from qms_desktop.printing.models import composed
from qms_desktop.usecases.print_forms import Sheet, file_name, prints_of
from qms_desktop.usecases.printed_words import heading
from qms_desktop.usecases.work import Work

FORM = "statistics"
TITLE = "Tình hình, kết quả giải quyết thủ tục hành chính"
_FIGURES = tuple((group, figure, label) for group, columns in COLUMNS for figure, label in columns)


def sheet(work: Work, table: Table, grouping: str) -> Sheet:
    """The table as landscape pages; recorded as any print under its period."""
    from qms_desktop.printing.forms.statistics import StatisticsData, statistics

    period, now = table.period, work.clock()
    subject = f"statistics-{period.first:%Y%m%d}-{period.last:%Y%m%d}-{grouping}"
    with work.store.view() as view:
        earlier = len(prints_of(view, subject, FORM))
        unit = heading(view, work, now.date())
    data = StatisticsData(
        title=TITLE,
        unit=unit,
        printed_at=now,
        subtitle=f"{period_words(table)} Theo {GROUPING_LABELS[grouping].lower()}. Đơn vị tính: hồ sơ.",
        label=GROUPING_LABELS[grouping],
        columns=tuple(Column(label, 1.0, "right", group) for group, _, label in _FIGURES),
        rows=tuple(_rows(table)),
        remarks=remarks(table.total),
        printed_by=work.session.name,
        reprint=earlier,
    )
    edition = edition_for("list_sheet", now.date())
    name = file_name("Thong-ke", f"{period.first:%Y%m%d}-{period.last:%Y%m%d}")
    return Sheet(statistics(composed(data), edition), subject, FORM, edition.code, earlier + 1, name)


def workbook(table: Table, grouping: str, target: Path) -> None:
    """The table as one sheet of a workbook; InterchangeError QMS-756 when it cannot be written."""
    header = ("STT", GROUPING_LABELS[grouping], *(f"{group}: {label}" for group, _, label in _FIGURES))
    rows: list[list[CellValue]] = [[number, line.label, *_counts(line)] for number, line in enumerate(table.lines, 1)]
    rows.append(["", table.total.label, *_counts(table.total)])
    titles = (f"{TITLE} (Biểu số 06/VPCP/KSTT)", period_words(table), *remarks(table.total))
    write_workbook(target, [Page("Thống kê", header, rows, titles)])


def period_words(table: Table) -> str:
    """The period and the moment it was closed."""
    period = table.period
    return f"Từ ngày {period.first:%d/%m/%Y} đến ngày {period.last:%d/%m/%Y}; số liệu đến {period.closing:%H:%M ngày %d/%m/%Y}."


def remarks(total: Line) -> tuple[str, ...]:
    """The balance and both rates."""
    return (identity_words(total), *rate_words(total))


def _rows(table: Table) -> list[tuple[str, ...]]:
    numbered = [(str(number), line.label, *map(str, _counts(line))) for number, line in enumerate(table.lines, 1)]
    return [*numbered, ("", table.total.label.upper(), *map(str, _counts(table.total)))]


def _counts(line: Line) -> Sequence[int]:
    return [line.count(figure) for _, figure, _ in _FIGURES]
