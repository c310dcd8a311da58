"""The words for the state of the exchange, the same in the status bar and on the Đồng bộ screen."""

from __future__ import annotations

from datetime import datetime

from qms_desktop.gui.desk import SyncState

LEVELS = {
    "up_to_date": "ok",
    "waiting": "soon",
    "sending": "paused",
    "offline": "done",
    "portal": "soon",
    "questions": "soon",
    "failed": "late",
    "never": "done",
}
_BRIEF = 46
TELLING_SIZE = 20_000
"""Bytes; what is less goes through before anybody could read it."""

MEGABYTE = 1_000_000
MARKS = {"ok": "●", "soon": "◊", "paused": "▲", "done": "○", "late": "■", "": "○"}


def sync_words(state: SyncState, now: datetime) -> str:
    """What the status bar says about the province."""
    if state.kind == "questions":
        return f"{state.questions} câu hỏi chờ bạn"
    if state.kind == "failed":
        return f"Đồng bộ lỗi: {state.reason}" if state.reason else "Đồng bộ lỗi"
    if state.kind == "offline":
        return "Không có mạng, cứ làm việc tiếp" + (f" · {state.waiting} chờ gửi" if state.waiting else "")
    if state.kind == "portal":
        return "Mạng đòi đăng nhập (Wi-Fi), cứ làm việc tiếp" + (f" · {state.waiting} chờ gửi" if state.waiting else "")
    if state.kind == "sending":
        return _sending_words(state)
    if state.kind == "waiting":
        return f"{state.waiting} thay đổi chờ gửi"
    if state.kind == "up_to_date" and state.at is not None:
        return f"Đã đồng bộ lúc {time_words(state.at, now)}"
    return "Chưa nối với tỉnh, cứ làm việc"


def _sending_words(state: SyncState) -> str:
    """Nothing is said to be under way before something went through: the line may still be down."""
    if state.received and state.expected:
        return _with_time(f"Đang nhận {number_words(state.received)}/{number_words(state.expected)}", state)
    if state.done:
        return _with_time(f"Đang gửi {number_words(state.done)} trên {number_words(state.total)}", state)
    if state.size > TELLING_SIZE:
        return f"Đang nhận hồ sơ mới nhất · {size_words(state.size)}"
    words = "Đang thử lại" if state.reason else "Đang nối với tỉnh"
    return words + (f" · {state.total} chờ gửi" if state.total else "")


def _with_time(words: str, state: SyncState) -> str:
    size = f" · {size_words(state.size)}" if state.size > TELLING_SIZE else ""
    return words + size + (f" · còn {span_words(state.left)}" if state.left else "")


def progress_words(state: SyncState) -> str:
    """The same at length, for the screen of the exchange; nothing while there is nothing to tell."""
    if state.kind != "sending" or not (state.received or state.done or state.size > TELLING_SIZE):
        return ""
    parts = [
        f"đã nhận {number_words(state.received)} trên {number_words(state.expected)} thay đổi" if state.expected else "",
        f"đã gửi {number_words(state.done)} trên {number_words(state.total)} thay đổi" if state.total else "",
        f"qua đường truyền {size_words(state.size)}",
        f"còn khoảng {span_words(state.left)}" if state.left else "",
    ]
    words = ", ".join(part for part in parts if part)
    return f"{words[:1].upper()}{words[1:]}. Cứ làm việc; mạng đứt hay tắt máy thì lần sau tiếp từ chỗ này."


def number_words(number: int) -> str:
    """ "12.500"."""
    return f"{number:,}".replace(",", ".")


def size_words(size: int) -> str:
    """ "210 KB", "1,2 MB"."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / MEGABYTE:.1f} MB".replace(".", ",")


def span_words(seconds: int) -> str:
    """ "40 giây", "3 phút", "2 giờ"."""
    if seconds < 60:
        return f"{max(10, round(seconds, -1))} giây"
    return f"{round(seconds / 60)} phút" if seconds < 5400 else f"{round(seconds / 3600)} giờ"


def brief(words: str) -> str:
    """Cut where a line must stay short; the whole text is then in a tooltip and on the Đồng bộ screen."""
    return words if len(words) <= _BRIEF else f"{words[: _BRIEF - 1].rstrip()}…"


def time_words(moment: datetime, now: datetime) -> str:
    """The hour today, the day and hour otherwise."""
    return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%H:%M ngày %d/%m/%Y}"
