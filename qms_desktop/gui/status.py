"""The words for the state of the exchange, the same in the status bar and on the Đồng bộ screen."""

from __future__ import annotations

from datetime import datetime

from qms_desktop.gui.desk import SyncState

LEVELS = {
    "up_to_date": "ok",
    "waiting": "soon",
    "sending": "paused",
    "offline": "done",
    "questions": "soon",
    "failed": "late",
    "never": "done",
}
_BRIEF = 46
MARKS = {"ok": "●", "soon": "◊", "paused": "▲", "done": "○", "late": "■", "": "○"}


def sync_words(state: SyncState, now: datetime) -> str:
    """What the status bar says about the province."""
    if state.kind == "questions":
        return f"{state.questions} câu hỏi chờ bạn"
    if state.kind == "failed":
        return f"Đồng bộ lỗi: {state.reason}" if state.reason else "Đồng bộ lỗi"
    if state.kind == "offline":
        return "Không có mạng, cứ làm việc tiếp" + (f" · {state.waiting} chờ gửi" if state.waiting else "")
    if state.kind == "sending":
        return _sending_words(state)
    if state.kind == "waiting":
        return f"{state.waiting} thay đổi chờ gửi"
    if state.kind == "up_to_date" and state.at is not None:
        return f"Đã đồng bộ lúc {time_words(state.at, now)}"
    return "Chưa nối với tỉnh, cứ làm việc"


def _sending_words(state: SyncState) -> str:
    """Nothing is said to be under way before something went through: the line may still be down."""
    if state.done:
        return f"Đang gửi {state.done} trên {state.total}"
    words = "Đang thử lại" if state.reason else "Đang nối với tỉnh"
    return words + (f" · {state.total} chờ gửi" if state.total else "")


def brief(words: str) -> str:
    """Cut where a line must stay short; the whole text is then in a tooltip and on the Đồng bộ screen."""
    return words if len(words) <= _BRIEF else f"{words[: _BRIEF - 1].rstrip()}…"


def time_words(moment: datetime, now: datetime) -> str:
    """The hour today, the day and hour otherwise."""
    return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%H:%M ngày %d/%m/%Y}"
