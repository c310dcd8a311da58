"""What an exchange has to tell a person, each thing once: that the province was put back, that a state was mended, that the
clock is wrong. Clocks decide nothing in the exchange (docs/sync.md), but people count due dates by them.
"""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.store.unit import UnitStore

if TYPE_CHECKING:
    from sync.client.rounds import SyncResult

TOLERANCE = timedelta(minutes=5)
"""A clock that is off by less is not worth a word."""

_UNSAID = "news.unsaid"
_CLOCK_OFF = "clock.off_ms"
_CLOCK_TOLD = "clock.told_on"

_FELL_BACK = (
    "Máy chủ tỉnh vừa được khôi phục từ bản sao cũ; máy này đã nộp lại những gì máy chủ thiếu. "
    "Không có gì bị mất và không cần làm gì."
)
_REPAIRED = "Bảng tra cứu của máy này có chỗ lệch với nhật ký và vừa được dựng lại từ nhật ký. Không có gì bị mất."
_MISMATCHED = (
    "Máy này và máy chủ tỉnh giữ cùng một nhật ký nhưng tra cứu ra khác nhau (QMS-519). Dữ liệu vẫn đủ ở cả hai nơi. "
    "Nếu ngày mai còn báo, hãy gọi quản trị tỉnh."
)


def hear(store: UnitStore, result: "SyncResult", now: datetime) -> None:
    """Note what a round with the province brought to light."""
    found = [
        *([_FELL_BACK] if result.fell_back else []),
        *([_REPAIRED] if result.repaired else []),
        *([_MISMATCHED] if result.mismatched else []),
    ]
    if result.clock_off is not None:
        store.local.set_setting(_CLOCK_OFF, str(result.clock_off))
        found += _of_clock(store, now)
    unsaid = _unsaid(store)
    fresh = [text for text in found if text not in unsaid]
    if fresh:
        _keep(store, [*unsaid, *fresh])


def take(store: UnitStore) -> list[str]:
    """What was not said yet; it counts as said from now on."""
    unsaid = _unsaid(store)
    if unsaid:
        _keep(store, [])
    return unsaid


def clock_warning(store: UnitStore, now: datetime) -> str:
    """A sentence to stand beside a due date while this PC's clock is known to be wrong; "" while it is not.

    Known by what the province said last, and without a line by the last thing written here, which cannot lie in the future.
    """
    off = timedelta(milliseconds=int(store.local.get_setting(_CLOCK_OFF) or 0))
    if abs(off) > TOLERANCE:
        return f"Đồng hồ máy này {_how_far(off)} so với máy chủ tỉnh: hãy chỉnh lại ngày giờ trước khi hẹn ngày trả."
    last = _last_written(store)
    if last is not None and last - now > TOLERANCE:
        return f"Đồng hồ máy này chỉ sớm hơn việc vừa ghi lúc {last:%H:%M ngày %d/%m/%Y}: hãy xem lại ngày giờ của máy."
    return ""


def _of_clock(store: UnitStore, now: datetime) -> list[str]:
    """The warning, once a day."""
    warning, today = clock_warning(store, now), now.date().isoformat()
    if not warning or store.local.get_setting(_CLOCK_TOLD) == today:
        return []
    store.local.set_setting(_CLOCK_TOLD, today)
    return [warning]


def _how_far(off: timedelta) -> str:
    minutes = round(abs(off) / timedelta(minutes=1))
    hours, days = round(minutes / 60), round(minutes / 1440)
    size = f"{minutes} phút" if minutes < 120 else f"{hours} giờ" if hours < 48 else f"{days} ngày"
    return f"{'nhanh' if off > timedelta() else 'chậm'} {size}"


def _last_written(store: UnitStore) -> datetime | None:
    """When this PC wrote last, by its own clock."""
    with store.reading() as ledger:
        newest = ledger.entries.newest(mine=True, most=1)
    return datetime.fromtimestamp(newest[0].entry.at / 1000, VIET_NAM).replace(tzinfo=None) if newest else None


def _unsaid(store: UnitStore) -> list[str]:
    return list(json.loads(store.local.get_setting(_UNSAID) or "[]"))


def _keep(store: UnitStore, texts: list[str]) -> None:
    store.local.set_setting(_UNSAID, json.dumps(texts, ensure_ascii=False))
