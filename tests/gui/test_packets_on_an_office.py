"""The window's packets on two real stores: made on one PC, read on the other, said in words on both."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.usecases.setup import Foundation
from sync.server import packets, publishing
from sync.server.province import Province
from sync.server.serve import Running
from tests.usecases.office_kit import PEOPLE, UNIT, Clock, Dice


@pytest.fixture
def province(tmp_path: Path) -> Province:
    made = Province.init(tmp_path / "province")
    units = parse_units(f"code,kind,name,full_name,province\n{UNIT},Xã,Mẫu,Xã Mẫu,Tỉnh Mẫu\n".encode())
    publishing.import_units(made, units, date(2025, 7, 1), "thử")
    return made


def test_each_packet_is_said_in_words_and_follows_what_becomes_of_it(province: Province, tmp_path: Path) -> None:
    office = Office(Paths(tmp_path / "pc"), MemoryKeys(), Clock(), Dice(1))
    with Running(province) as running:
        office.enrol(running.url, province.accounts.new_code(UNIT), "Máy quầy 1")
    office.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    desk = OfficeDesk(office)
    assert (desk.packets(), desk.packet_receivers()) == ([], [("", "Tỉnh")])
    assert desk.packet_name("") == f"goi-{UNIT}-A-gui-tinh-20261123-0800.qmspacket"
    there, back = tmp_path / "di.qmspacket", tmp_path / "ve.qmspacket"
    assert desk.export_packet(there, "").startswith("Đã lập gói gửi tỉnh")
    assert desk.packets()[0].state == "Chờ trả lời"
    packets.take(province, there.read_bytes())
    back.write_bytes(packets.export(province, UNIT).data)
    assert "từ tỉnh" in desk.import_packet(back)
    assert [item.state for item in desk.packets()] == ["Đã nhận", "Có trả lời 23/11/2026 08:00"]
    office.close()
    province.close()
