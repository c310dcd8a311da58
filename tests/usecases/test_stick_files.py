"""Scans on a USB stick: beside the packet, as far as there is room, taken only where a record names them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qms_desktop.usecases import attachments, stick_files
from sync.files.shelf import Shelf
from sync.server import packets
from sync.server import stick_files as province_files
from sync.stick import files_beside as stick
from tests.usecases.commune_kit import Commune, admit
from tests.usecases.test_attachments_on_two_pcs import PDF, attached
from tests.usecases.test_two_pcs import commune

__all__ = ["commune"]


def carried(commune: Commune, packet: Path) -> str:
    """The first PC's packet with its files, read at the province."""
    line = commune.first.export_packet(packet)
    said = stick_files.put(commune.first.demand_store(), line, packet)
    received = packets.take(commune.province, packet.read_bytes())
    assert province_files.take(commune.province, received.device, packet) is not None
    return said


def test_a_scan_goes_to_the_province_and_on_to_the_other_pc_without_a_line(commune: Commune, tmp_path: Path) -> None:
    admit(commune)
    dossier = attached(commune, tmp_path)
    there, back = tmp_path / "di.qmspacket", tmp_path / "ve.qmspacket"
    assert carried(commune, there) == " Kèm 1 tệp đính kèm."
    assert commune.province.blobs.held()["files"] == 1
    posted = packets.export(commune.province, commune.second.demand_store().replica)
    back.write_bytes(posted.data)
    province_files.put(commune.province, posted.receivers, back)
    line = commune.second.import_packet(back)
    assert stick_files.take(commune.second.demand_store(), line, back) == " Đã nhận 1 tệp đính kèm."
    [item] = attachments.listed(commune.second.demand_store(), dossier)
    assert attachments.open_copy(commune.second.demand_store(), item.id).read_bytes() == PDF


def test_what_the_other_side_says_to_hold_is_not_carried_again(commune: Commune, tmp_path: Path) -> None:
    attached(commune, tmp_path)
    carried(commune, tmp_path / "1.qmspacket")
    store, answer = commune.first.demand_store(), tmp_path / "2.qmspacket"
    posted = packets.export(commune.province, store.replica)
    answer.write_bytes(posted.data)
    assert province_files.put(commune.province, posted.receivers, answer) == stick.Put(0, 0)
    line = commune.first.import_packet(answer)
    stick_files.take(store, line, answer)
    again = commune.first.export_packet(tmp_path / "3.qmspacket")
    assert stick_files.waiting(store, again) == 0
    assert stick_files.put(store, again, tmp_path / "3.qmspacket") == " Kèm 0 tệp đính kèm."


def test_a_full_stick_leaves_files_out_and_says_so(commune: Commune, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attached(commune, tmp_path)
    packet = tmp_path / "1.qmspacket"
    line = commune.first.export_packet(packet)
    monkeypatch.setattr(stick, "RESERVE", 10**18)
    said = stick_files.put(commune.first.demand_store(), line, packet)
    assert said == " Kèm 0 tệp đính kèm. 1 tệp chưa chép được vì ổ USB hết chỗ: sẽ đi trong chuyến sau."


def test_files_that_no_record_names_and_damaged_files_are_left_on_the_stick(commune: Commune, tmp_path: Path) -> None:
    attached(commune, tmp_path)
    packet = tmp_path / "1.qmspacket"
    line = commune.first.export_packet(packet)
    stick_files.put(commune.first.demand_store(), line, packet)
    folder = stick.folder_of(packet) / "dossiers"
    strange = Shelf(tmp_path / "elsewhere").add([os.urandom(1_000)], "1")
    [file] = folder.iterdir()
    (folder / strange.name).write_bytes(b"".join(Shelf(tmp_path / "elsewhere").chunks(strange.name)))
    file.write_bytes(b"!" + file.read_bytes()[1:])
    received = packets.take(commune.province, packet.read_bytes())
    assert province_files.take(commune.province, received.device, packet) == stick.Taken(0, 1)
    assert commune.province.blobs.held()["files"] == 0
