"""Packets on a USB stick: what was made, read and answered, in words."""

from __future__ import annotations

from pathlib import Path

from qms_desktop.domain.values import show_when
from qms_desktop.gui.desk import PacketItem
from qms_desktop.gui.desks.files import OfficeFilesDesk
from qms_desktop.usecases import packets, stick_files
from qms_desktop.usecases.packets import PacketLine

SUFFIX = ".qmspacket"


class OfficePacketDesk(OfficeFilesDesk):
    """See ``gui.desk.Packets``."""

    def packets(self) -> list[PacketItem]:
        """What went through sticks, the newest first."""
        if self.office.store is None:
            return []
        return [self._item(line) for line in packets.listed(self.office.store)]

    def packet_receivers(self) -> list[tuple[str, str]]:
        """The province, then the other PCs of the unit by their letter."""
        store = self.office.demand_store()
        with self.view() as view:
            rows = [row for row in view.find("pc") if row["id"] != store.replica and not row.get("revoked_at")]
        others = [(str(row.get("letter") or ""), str(row.get("name") or "")) for row in rows]
        return [("", "Tỉnh"), *((letter, f"Máy {letter} · {name}") for letter, name in sorted(others) if letter)]

    def packet_name(self, receiver: str) -> str:
        """A file name that tells packets apart on a stick."""
        store = self.office.demand_store()
        there = f"may-{receiver}" if receiver else "tinh"
        return f"goi-{store.unit_code}-{store.letter}-gui-{there}-{self.now():%Y%m%d-%H%M}{SUFFIX}"

    def export_packet(self, file: Path, receiver: str, files: bool = False) -> str:
        """Writes a packet, and attached files beside it if wished; says what was left out."""
        line, store = self.office.export_packet(file, receiver), self.office.demand_store()
        if files:
            return line.words() + stick_files.put(store, line, file)
        left = stick_files.waiting(store, line)
        return line.words() + (f" {left} tệp đính kèm không kèm theo gói." if left else "")

    def import_packet(self, file: Path) -> str:
        """Takes a packet in, and attached files that lie beside it."""
        line = self.office.import_packet(file)
        return line.words() + stick_files.take(self.office.demand_store(), line, file)

    def _item(self, line: PacketLine) -> PacketItem:
        if line.made_here:
            what = f"Gửi {line.peer_name}: {line.entries} mục · {line.file}"
        else:
            what = f"Nhận từ {line.peer_name}: {line.entries} mục mới · {line.file}"
        return PacketItem(show_when(line.at), what, *self._state(line))

    def _state(self, line: PacketLine) -> tuple[str, str]:
        """In words and as a level."""
        if not line.made_here:
            return ("Đã nhận", "ok") if line.whole else ("Chưa nhận hết", "soon")
        if line.answered:
            return f"Có trả lời {show_when(line.answered)}", "ok"
        delivered = packets.delivered(self.office.demand_store(), line)
        return ("Nơi nhận đã có đủ", "ok") if delivered else ("Chờ trả lời", "soon")
