"""Packets on a USB stick: made for the province or another PC of the unit, taken in, and what became of each (docs/sync.md)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qms_desktop.domain.errors import InterchangeError, RuleError
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.rebuild import reapply
from qms_desktop.store.unit import UnitStore
from qms_desktop.sync_faults import spoken

if TYPE_CHECKING:
    from sync.client.packets import Post
    from sync.stick.packet import Packet
    from sync.stick.packing import Unpacked

PROVINCE = "tỉnh"
_KEPT = 100
_SETTING = "sync.packets"


@dataclass(frozen=True, slots=True)
class PacketLine:
    """One packet made or read on this PC.

    at, answered: moments 'YYYY-MM-DDTHH:MM'; answered is empty until a packet of the receiver states that it holds everything
    this one brought. whole: nothing was left over or refused; ends: what the maker held, as (scope, journal, number).
    """

    id: str
    at: str
    made_here: bool
    peer: str
    peer_name: str
    file: str
    entries: int
    whole: bool
    ends: tuple[tuple[str, str, int], ...] = ()
    answered: str = ""

    def words(self) -> str:
        """What happened, for the person who made or read it."""
        if self.made_here:
            more = "" if self.whole else " Gói đã đầy: khi có trả lời, hãy lập gói tiếp theo."
            return f"Đã lập gói gửi {self.peer_name}: {self.entries} mục.{more}"
        more = "" if self.whole else " Một phần chưa nhận được: hãy lập gói trả lời để bên kia gửi bù."
        return f"Đã nhận {self.entries} mục mới từ {self.peer_name}.{more}"


def export(store: UnitStore, post: Post, now: datetime, file: Path, letter: str = "") -> PacketLine:
    """Write a packet for the province, or for the PC of the unit with that letter, and note it.

    RuleError QMS-245: no such PC here. InterchangeError QMS-742: the file cannot be written. SyncError: the receiver's key is
    not known yet.
    """
    neighbour = _neighbour(store, post, letter) if letter else ""
    with spoken():
        name, data, packed = post.make(neighbour)
    _write(file, data)
    ends = tuple((part.scope, leaf.journal, leaf.n) for part in packed.page.parts for leaf in part.leaves or ())
    peer, peer_name = (neighbour, f"máy {letter}") if neighbour else (post.province, PROVINCE)
    line = PacketLine(name, _minute(now), True, peer, peer_name, file.name, packed.entries, not packed.left, ends)
    _keep(store, [line, *listed(store)])
    return line


def take(store: UnitStore, post: Post, now: datetime, file: Path) -> PacketLine:
    """Take a packet in and note it; packets made here which it answers are marked so.

    InterchangeError QMS-741: the file cannot be read. SyncError: no packet, damaged, or not for this PC.
    """
    data = _read(file)
    with spoken():
        packet = post.open(data)
        unpacked = post.take(packet)
    for scope in unpacked.mismatched:
        reapply(store, scope)
    line = _taken(post, packet, unpacked, now, file)
    earlier = [_answered(store, known, line) for known in listed(store)]
    _keep(store, [line, *earlier])
    return line


def listed(store: UnitStore) -> list[PacketLine]:
    """The packets of this PC, the newest first."""
    return [_line(row) for row in json.loads(store.local.get_setting(_SETTING) or "[]")]


def delivered(store: UnitStore, line: PacketLine) -> bool:
    """Whether the receiver has stated, by whatever road, to hold all that the packet brought."""
    log = UnitLog(store)
    reported: dict[tuple[str, str], int] = {}
    for scope in {scope for scope, _journal, _n in line.ends}:
        for leaf in log.peer_have(line.peer, scope) or ():
            reported[scope, leaf.journal] = max(leaf.n, reported.get((scope, leaf.journal), 0))
    return all(reported.get((scope, journal), 0) >= n for scope, journal, n in line.ends)


def _taken(post: Post, packet: Packet, unpacked: Unpacked, now: datetime, file: Path) -> PacketLine:
    maker = packet.maker
    name = f"máy {maker.letter}" if maker.unit else PROVINCE
    whole = not unpacked.refused
    return PacketLine(packet.id, _minute(now), False, post.peer(packet), name, file.name, unpacked.entries, whole)


def _answered(store: UnitStore, line: PacketLine, answer: PacketLine) -> PacketLine:
    """A receiver that was put back from an old copy states less: what it had answered is open again."""
    if not line.made_here or line.peer != answer.peer:
        return line
    return replace(line, answered=(line.answered or answer.at) if delivered(store, line) else "")


def _neighbour(store: UnitStore, post: Post, letter: str) -> str:
    """The replica id of a PC of the unit; its certificate, which came as a record, is kept where packets look for it."""
    from sync.errors import SyncError
    from sync.journal.keys import read_certificate

    with store.view() as view:
        rows = [row for row in view.find("pc") if str(row.get("letter")) == letter.upper() and row["id"] != store.replica]
    for row in rows:
        try:
            blob = bytes.fromhex(str(row.get("certificate") or ""))
            certificate = read_certificate(blob, post.credentials.province_key)
        except (SyncError, ValueError):
            continue
        if certificate.replica == row["id"]:
            log = UnitLog(store)
            if log.certificate(certificate.replica) is None:
                log.keep_certificate(certificate.replica, blob)
            return certificate.replica
    raise RuleError(
        "QMS-245", f"Đơn vị không có máy nào khác mang ký hiệu {letter}.", do="Hãy xem ký hiệu ở màn hình Đồng bộ, mục Các máy."
    )


def _keep(store: UnitStore, lines: Sequence[PacketLine]) -> None:
    once = {(line.id, line.made_here): line for line in reversed(lines)}
    newest = list(reversed(once.values()))[:_KEPT]
    store.local.set_setting(_SETTING, json.dumps([asdict(line) for line in newest], ensure_ascii=False))


def _line(row: Mapping[str, Any]) -> PacketLine:
    return PacketLine(**{**row, "ends": tuple((scope, journal, n) for scope, journal, n in row["ends"])})


def _minute(now: datetime) -> str:
    return now.isoformat(timespec="minutes")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        what = f"Không đọc được gói “{file.name}” ({fault.strerror})."
        raise InterchangeError("QMS-741", what, do="Hãy kiểm tra ổ USB và tên tệp rồi thử lại.") from fault


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
        what = f"Không ghi được gói “{file.name}” ({fault.strerror})."
        raise InterchangeError("QMS-742", what, do="Hãy kiểm tra ổ USB còn chỗ và cho ghi, hoặc chọn nơi khác.") from fault
