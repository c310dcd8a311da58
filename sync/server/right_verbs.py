"""`qms-server revoke` and `grant`: rights given and taken by the province's administrator."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing

from sync.server import revoking
from sync.server.province import Province


def revoke(options: Namespace) -> int:
    """Revoke a PC."""
    with closing(Province.open(options.data)) as province:
        device = revoking.revoke(province, options.pc, options.reason)
    print(f"Đã thu hồi máy {device.letter} của đơn vị {device.unit} ({device.name}).")
    print("Những gì máy đó đã gửi về tỉnh vẫn có giá trị. Khi liên lạc lại, máy nộp phần còn giữ rồi tự xóa dữ liệu.")
    print("Các máy còn lại của đơn vị sẽ tự lập khóa mới khi có người đăng nhập.")
    return 0


def grant(options: Namespace) -> int:
    """Give a role, or end it."""
    chosen = (options.unit, options.person, options.role.upper(), options.pc)
    where = f"trên máy {options.pc}" if options.pc else "trên mọi máy của đơn vị"
    with closing(Province.open(options.data)) as province:
        if options.end:
            ended = revoking.end_grants(province, *chosen)
            print(f"Đã thôi giao {ended} quyền {options.role.upper()} của {options.person}.")
        else:
            revoking.grant(province, *chosen)
            print(f"Đã giao quyền {options.role.upper()} cho {options.person} {where}.")
    return 0
