"""The Vietnamese sentence that says why a dossier is due when it is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from qms_desktop.domain.deadline_model import Convention, Deadline, Due, Extension, Pause, PauseUnit, SkippedDays
from qms_desktop.domain.norms import NormUnit, format_norm
from qms_desktop.domain.text import format_date


def sentence(deadline: Deadline) -> str:
    """For example: "Nhận 12/02 · 5 ngày làm việc · bỏ 16–20/02 (Tết) · … · hẹn 03/03/2026 (hẹn gốc 26/02)"."""
    return " · ".join(part for part in _parts(deadline) if part)


def minutes_text(minutes: int) -> str:
    """90 → "1 giờ 30 phút"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} giờ" if hours else "", f"{rest} phút" if rest or not hours else "") if part)


def _parts(deadline: Deadline) -> Iterator[str]:
    yield _received(deadline)
    yield _norm(deadline)
    yield _start(deadline)
    yield _skipped([item for item in deadline.skipped if item.named])
    yield _made_up(deadline.made_up)
    yield from (_pause(pause) for pause in deadline.pauses)
    yield from (_extension(item) for item in deadline.extensions)
    yield _due(deadline)
    yield f"lịch {_years(deadline.proposed_years)} chưa xác nhận" if deadline.proposed_years else ""
    yield f"chưa có lịch {_years(deadline.unknown_years)}" if deadline.unknown_years else ""


def _received(deadline: Deadline) -> str:
    by_the_hour = _by_minute(deadline) or deadline.norm.unit is NormUnit.SAME_DAY
    return f"Nhận {_moment(deadline.received) if by_the_hour else _day(deadline.received.date())}"


def _norm(deadline: Deadline) -> str:
    words = format_norm(deadline.norm)
    if deadline.norm.unit is NormUnit.TEXT:
        return f"“{words}”"
    if deadline.norm.unit is NormUnit.NONE:
        return "không quy định thời hạn"
    counted_in_hours = deadline.norm.unit is NormUnit.WORKING_DAY and deadline.rules.convention is Convention.B
    return f"{words} tính theo giờ" if counted_in_hours else words


def _start(deadline: Deadline) -> str:
    cutoff = deadline.rules.cutoff
    if deadline.norm.unit is NormUnit.SAME_DAY:
        late = deadline.received.time() > cutoff
        return f"nhận sau {cutoff:%H:%M} nên hẹn ngày làm việc kế tiếp" if late else ""
    if deadline.counted_from == deadline.received:
        return ""
    return f"nhận ngoài giờ làm việc, tính từ {_moment(deadline.counted_from)}"


def _skipped(groups: list[SkippedDays]) -> str:
    return "bỏ " + ", ".join(f"{_span(item.first, item.last)} ({item.reason})" for item in groups) if groups else ""


def _made_up(days: tuple[date, ...]) -> str:
    return "tính cả " + ", ".join(f"{_day(day)} (làm bù)" for day in days) if days else ""


def _pause(pause: Pause) -> str:
    if pause.open:
        return f"đang tạm dừng từ {_day(pause.since.date())}" + (f" ({pause.reason})" if pause.reason else "")
    why = f", {pause.reason}" if pause.reason else ""
    if pause.unit is PauseUnit.MINUTE:
        return f"tạm dừng {_moment(pause.since)} → {_moment(pause.until)} ({minutes_text(pause.count)}{why})"
    return f"tạm dừng {_span(pause.since.date(), pause.until.date(), '→')} ({pause.count} ngày{why})"


def _extension(extension: Extension) -> str:
    return f"gia hạn đến {_day(extension.new_due)}" + (f" ({extension.reason})" if extension.reason else "")


def _due(deadline: Deadline) -> str:
    original, current = deadline.original_due, deadline.current_due
    if current is None:
        return "không tính được ngày hẹn" if deadline.norm.unit is NormUnit.TEXT else "không có ngày hẹn"
    first = f" (hẹn gốc {_short(original, current)})" if original and original.moment != current.moment else ""
    return f"{_if_resumed(deadline)}hẹn {current.text()}{first}"


def _if_resumed(deadline: Deadline) -> str:
    pause = next((pause for pause in deadline.pauses if pause.open), None)
    return f"nếu tiếp tục {_day(pause.until.date())} thì " if pause else ""


def _short(due: Due, beside: Due) -> str:
    """A due date without its year where the one beside it says the year."""
    day = _day(due.day) if due.day.year == beside.day.year else format_date(due.day)
    return " ".join(part for part in (due.time_text(), day) if part)


def _span(first: date, last: date, joint: str = "–") -> str:
    if first == last:
        return _day(first)
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{first.day:02}{joint}{_day(last)}" if same_month else f"{_day(first)}{joint}{_day(last)}"


def _years(years: tuple[int, ...]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _day(day: date) -> str:
    return f"{day.day:02}/{day.month:02}"


def _moment(moment: datetime) -> str:
    return f"{moment:%H:%M} {_day(moment.date())}"


def _by_minute(deadline: Deadline) -> bool:
    if deadline.norm.unit is NormUnit.WORKING_HOUR:
        return True
    return deadline.rules.convention is Convention.B and deadline.norm.unit is NormUnit.WORKING_DAY
