"""What went wrong with a neighbour, or with its typed address, in words a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qms_desktop.domain.errors import InputError
from sync import errors as core

if TYPE_CHECKING:
    from sync.lan.places import Wrong

_FAULTS = {
    core.TransportFault.OFFLINE: "Không thấy máy này (đang tắt, chưa bật mục này, hoặc tường lửa chặn)",
    core.TransportFault.STALLED: "Máy này không trả lời",
    core.TransportFault.CUT: "Đường truyền bị ngắt giữa chừng, sẽ tự thử lại",
    core.TransportFault.BUSY: "Máy này đang bận, sẽ tự thử lại",
    core.TransportFault.NOT_OUR_SERVER: "Ở địa chỉ này không phải chương trình ISO điện tử",
    core.TransportFault.BAD_ADDRESS: "Địa chỉ này không dùng được, hãy bỏ và gõ lại",
    core.AccessFault.BAD_SIGN_ON: "Không phải máy của tỉnh này",
    core.AccessFault.WRONG_PROVINCE: "Máy của đơn vị khác, không trao đổi",
    core.AccessFault.REVOKED: "Máy đã bị thu hồi quyền, không trao đổi",
    core.AccessFault.BAD_REQUEST: "Đây là địa chỉ của chính máy này",
    core.AccessFault.UNKNOWN_DEVICE: "Địa chỉ cũ, nay là của máy khác",
    core.AccessFault.TOO_MANY: "Hỏi quá nhiều lần, sẽ tự thử lại sau ít phút",
}

_WRONG = {
    "empty": "Chưa có địa chỉ máy.",
    "number": "“{}” chưa đúng: địa chỉ bằng số gồm bốn số từ 0 đến 255, cách nhau bằng dấu chấm.",
    "port": "Số cổng (sau dấu hai chấm) trong “{}” phải là số từ 1 đến 65535.",
    "name": "“{}” không phải tên máy: tên máy chỉ gồm chữ không dấu, số, dấu gạch và dấu chấm.",
    "more": "“{}” có phần thừa: chỉ cần địa chỉ máy, và số cổng nếu có.",
    "no_pc": "“{}” không phải địa chỉ của một máy.",
}


def fault_in_words(fault: core.SyncError) -> str:
    """Why a PC of the office was not reached, in a few words."""
    return _FAULTS.get(fault.code, f"Không trao đổi được (QMS-5{fault.code})")


def wrong_address(typed: str, why: Wrong) -> InputError:
    """What is wrong with an address that was typed or pasted."""
    do = "Hãy gõ như 192.168.1.7, 192.168.1.7:8767 hoặc tên máy trong mạng; máy kia ghi địa chỉ của nó ở trang này."
    return InputError("QMS-826", _WRONG[why.value].format(typed.strip()), do=do)
