"""`qms-server packet export|import` and `recovery-code`: what the administrator does for PCs that have no line."""

from __future__ import annotations

import os
from argparse import Namespace
from contextlib import closing
from pathlib import Path

from sync.errors import AccessFault, KeyFault, PacketFault, SyncError
from sync.server import identity, packets, revoking, stick_files
from sync.server.errors import ServerError
from sync.server.province import Province
from sync.stick.last_word import read_receipt_file, spell_release

REFUSED = 1

_WORDS = {
    PacketFault.NOT_A_PACKET: "tệp này không phải gói USB của chương trình",
    PacketFault.VERSION: "gói do phiên bản chương trình khác lập; hãy cập nhật máy chủ",
    PacketFault.TOO_LARGE: "gói quá lớn",
    PacketFault.DAMAGED: "gói bị hỏng hoặc chép thiếu; hãy chép lại từ máy đã lập",
    PacketFault.NOT_FOR_US: "gói này gửi cho nơi khác; nếu gửi cho máy chủ đã mất, hãy dùng --recovery-code",
    PacketFault.FOREIGN: "gói do một nơi không thuộc tỉnh này lập",
    AccessFault.REVOKED: "máy lập gói đã bị thu hồi quyền",
    AccessFault.REPLICA_TAKEN: "máy lập gói mang mã của một máy khác",
    KeyFault.BAD_RECOVERY_CODE: "mã phục hồi không đúng",
}


def recovery_code(options: Namespace) -> int:
    """Make a recovery code and print it, this once."""
    print_code(options.data)
    return 0


def print_code(folder: Path) -> None:
    """A new recovery code of the province in this folder."""
    code = identity.new_recovery(folder, os.urandom)
    print(f"Mã phục hồi của tỉnh (in ra, cất trong két, không hiện lại lần nữa): {code}")


def export(options: Namespace) -> int:
    """Make a packet for a PC or for a unit."""
    with closing(Province.open(options.data)) as province:
        _write_packet(province, options.receiver, options.file, options.files)
    return 0


def take(options: Namespace) -> int:
    """Take a packet in and, if asked, make the answer to it; 1 when a part of it was not accepted."""
    data = _read(options.file)
    receipt = read_receipt_file(data)
    with closing(Province.open(options.data)) as province:
        if receipt is not None:
            return _take_receipt(province, receipt)
        try:
            received = packets.take(province, data, options.recovery_code)
        except SyncError as fault:
            raise ServerError(fault.code, _WORDS.get(fault.code, f"không nhận được gói: {fault.detail}")) from fault
        unpacked, device = received.unpacked, received.device
        print(f"Đã nhận {unpacked.entries} mục mới từ máy {device.letter} của đơn vị {device.unit} ({device.name}).")
        for scope, code in unpacked.refused:
            print(f"  chưa nhận được một phần của {scope} (số {code}); hãy đưa gói trả lời về máy đó rồi lập gói mới")
        files = stick_files.take(province, device, options.file)
        if files is not None:
            print(f"Đã nhận {files.files} tệp đính kèm; {files.wrong} tệp hỏng.")
        if device.revoked_at is not None:
            _release(province, received, options.answer)
        elif options.answer is not None:
            _write_packet(province, device.replica, options.answer, files is not None)
    return REFUSED if unpacked.refused else 0


def _release(province: Province, received: packets.Received, answer: Path | None) -> None:
    """A revoked PC gets no packet, only the province's word that it may erase, and that only for what is all here."""
    print("Máy này đã bị thu hồi: phần gửi sau khi thu hồi được giữ để xem xét, không có hiệu lực.")
    if answer is None:
        print("  Hãy chạy lại với --answer để lập tệp cho phép máy đó tự xóa dữ liệu.")
        return
    try:
        _write(answer, spell_release(packets.released(province, received)))
    except SyncError as fault:
        raise ServerError(fault.code, "chưa nhận đủ dữ liệu của máy này; hãy lập gói mới trên máy đó") from fault
    print(f"Đã lập {answer}: đưa về máy đó, mở như một gói; máy tự xóa dữ liệu và để lại biên nhận trên USB.")


def _take_receipt(province: Province, receipt: bytes) -> int:
    try:
        revoking.receive(province, receipt)
    except SyncError as fault:
        raise ServerError(fault.code, _WORDS.get(fault.code, f"biên nhận không đúng: {fault.detail}")) from fault
    print("Đã nhận biên nhận: máy bị thu hồi đã tự xóa dữ liệu.")
    return 0


def _write_packet(province: Province, receiver: str, file: Path, files: bool) -> None:
    try:
        posted = packets.export(province, receiver)
    except SyncError as fault:
        raise ServerError(fault.code, _WORDS.get(fault.code, f"không lập được gói: {fault.detail}")) from fault
    _write(file, posted.data)
    letters = ", ".join(device.letter for device in posted.receivers)
    print(f"Đã lập gói {file} cho máy {letters} của đơn vị {posted.receivers[0].unit}: {posted.packed.entries} mục.")
    if posted.packed.left:
        print(f"  còn {posted.packed.left} mục chưa vừa gói này; sẽ vào gói sau, khi các máy đã trả lời")
    if files:
        put = stick_files.put(province, posted.receivers, file)
        print(f"  kèm {put.files} tệp đính kèm; {put.left} tệp chưa chép được vì hết chỗ")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise ServerError(ServerError.BAD_FILE, f"không đọc được tệp {file}: {fault.strerror}") from fault


def _write(file: Path, data: bytes) -> None:
    """Written beside and renamed: a stick that is pulled out early holds no half packet under the packet's name."""
    beside = file.with_name(file.name + ".part")
    try:
        with beside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    except OSError as fault:
        raise ServerError(ServerError.BAD_FILE, f"không ghi được tệp {file}: {fault.strerror}") from fault
