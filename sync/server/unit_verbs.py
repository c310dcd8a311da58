"""`qms-server units merge` and `rename`: the register follows the resolutions by which units are merged and renamed."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing

from sync.server import merging
from sync.server.admin import day_typed
from sync.server.province import Province


def merge(options: Namespace) -> int:
    """Merge units into another one."""
    day = day_typed(options.valid_from)
    with closing(Province.open(options.data)) as province:
        read = merging.merge(province, options.old, options.into, options.decision, day)
    print(f"Đã đóng sổ {', '.join(options.old)}; các máy của {options.into} đọc được dữ liệu của: {', '.join(read)}.")
    print("Trên một máy của mỗi đơn vị cũ, sau khi đồng bộ: mở Đồng bộ, Các máy, bấm “Cho phép máy mới” để giao khóa.")
    print("Không còn máy cũ nào thì dùng mã phục hồi của đơn vị cũ trên máy mới.")
    return 0


def rename(options: Namespace) -> int:
    """Give a unit another name or kind."""
    day = day_typed(options.valid_from)
    with closing(Province.open(options.data)) as province:
        full = merging.rename(province, options.unit, day, options.decision, options.name, options.kind)
    print(f"{options.unit}: {full}, từ {day:%d/%m/%Y}. Giấy in cho ngày trước đó vẫn mang tên cũ.")
    return 0
