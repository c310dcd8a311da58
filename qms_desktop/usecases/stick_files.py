"""Attached files on a USB stick, in a folder beside the packet: what the receiver is not known to hold, as room allows."""

import json
import shutil
from pathlib import Path

from qms_desktop.domain.errors import InterchangeError
from qms_desktop.domain.fields import Area
from qms_desktop.store.unit import UnitStore
from qms_desktop.usecases.packets import PacketLine
from sync.files.blobs import Blob
from sync.stick import files_beside as stick

_HELD = "sync.files_held."
_AREAS = (Area.DOSSIERS.value, Area.QMS.value)


def put(store: UnitStore, line: PacketLine, packet: Path) -> str:
    """Write the files beside a packet that was just made; a sentence that also says what was left out.

    InterchangeError QMS-745: the stick cannot be written.
    """
    folder, known = stick.folder_of(packet), _known(store, line.peer)
    wanted = [(area, blob) for area, blob, here in _named(store) if here and blob.name not in known]
    try:
        done = stick.put(folder, dict.fromkeys(_AREAS, store.files.shelf), wanted, lambda: shutil.disk_usage(packet.parent).free)
        stick.say_held(folder, store.files.shelf.names())
    except OSError as fault:
        what = f"Gói đã lập xong nhưng không chép được tệp đính kèm ra ổ USB ({fault.strerror})."
        raise InterchangeError("QMS-745", what, do="Hãy kiểm tra ổ USB còn chỗ và cho ghi, rồi lập lại gói.") from fault
    left = f" {done.left} tệp chưa chép được vì ổ USB hết chỗ: sẽ đi trong chuyến sau." if done.left else ""
    return f" Kèm {done.files} tệp đính kèm.{left}"


def take(store: UnitStore, line: PacketLine, packet: Path) -> str:
    """Take the files beside a packet that was just read; a sentence, empty when there are none.

    InterchangeError QMS-746: the stick cannot be read.
    """
    folder = stick.folder_of(packet)
    if not folder.is_dir():
        return ""
    store.local.set_setting(_HELD + line.peer, json.dumps(sorted(stick.read_held(folder))))
    named: dict[str, set[str]] = {area: set() for area in _AREAS}
    for area, blob, _here in _named(store):
        named[area].add(blob.name)
    try:
        taken = stick.take(folder, dict.fromkeys(_AREAS, store.files.shelf), named, store.entropy(8).hex())
    except OSError as fault:
        what = f"Gói đã nhập xong nhưng không đọc hết được tệp đính kèm trên ổ USB ({fault.strerror})."
        raise InterchangeError("QMS-746", what, do="Hãy cắm lại ổ USB rồi nhập lại gói này.") from fault
    store.files.changed()
    wrong = f" {taken.wrong} tệp trên ổ USB bị hỏng nên không nhận." if taken.wrong else ""
    return f" Đã nhận {taken.files} tệp đính kèm.{wrong}"


def waiting(store: UnitStore, line: PacketLine) -> int:
    """How many files the receiver of a packet is not known to hold."""
    known = _known(store, line.peer)
    return sum(here and blob.name not in known for _area, blob, here in _named(store))


def _named(store: UnitStore) -> list[tuple[str, Blob, bool]]:
    """Files of a merged unit that are here go over the line only: a stick has one folder for each area, not for each unit."""
    own = f"unit/{store.unit_code}/"
    freight = [each for each in store.files.freight() if each.scope.startswith(own) or not each.up]
    return [(each.scope.rpartition("/")[2], each.blob, each.up) for each in freight]


def _known(store: UnitStore, peer: str) -> frozenset[str]:
    """What the peer last said to hold; a lower statement replaces a higher one."""
    return frozenset(json.loads(store.local.get_setting(_HELD + peer) or "[]"))
