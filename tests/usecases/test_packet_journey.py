"""A week without internet: two PCs of a commune work, one carries everything to the province on a stick and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from qms_desktop.domain.errors import InterchangeError, RuleError, SyncError
from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office, Stage
from qms_desktop.paths import Paths
from qms_desktop.resources import calendars, procedures
from qms_desktop.usecases import packets, progress, questions, receiving, unit_keys
from qms_desktop.usecases.packets import PacketLine
from qms_desktop.usecases.setup import Foundation
from sync.server import identity, publishing
from sync.server.packets import export, take
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.verify import verify
from tests.usecases.office_kit import PEOPLE, UNIT, Clock, Dice, command, sign_in

NAMES = ("Nguyễn Thị Hoa Mai", "Trần Văn Vô Danh", "Lê Thị Ánh Tuyết", "Phạm Quốc Bảo Bình")


@dataclass
class Commune:
    """A province whose line is down, and two PCs of one unit that had a line once."""

    province: Province
    clock: Clock
    first: Office
    second: Office
    stick: Path

    def carry(self, source: Office, to: Office, letter: str) -> PacketLine:
        """A packet from one PC to another."""
        file = self.stick / "trong-don-vi.qmspacket"
        source.export_packet(file, letter)
        return to.import_packet(file)

    def to_the_province(self, office: Office) -> int:
        """A packet of the PC is taken in at the province; how many entries were new."""
        file = self.stick / "len-tinh.qmspacket"
        office.export_packet(file)
        received = take(self.province, file.read_bytes())
        assert received.unpacked.refused == ()
        return received.unpacked.entries

    def back(self, office: Office) -> PacketLine:
        """The province's answer for a PC is taken in there."""
        file = self.stick / "ve-xa.qmspacket"
        file.write_bytes(export(self.province, office.demand_store().replica).data)
        return office.import_packet(file)


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Commune]:
    with ExitStack() as stack:
        Province.init(tmp_path / "province").close()
        identity.new_recovery(tmp_path / "province", Dice(9))
        province = Province.open(tmp_path / "province")
        stack.callback(province.close)
        units = parse_units(f"code,kind,name,full_name,province\n{UNIT},Xã,Mẫu,Xã Mẫu,Tỉnh Mẫu\n".encode())
        publishing.import_units(province, units, date(2025, 7, 1), "thử")
        wanted = [content for content in procedures() if content.code in {"1.004873", "2.000815"}]
        publishing.publish_procedures(province, wanted, date(2025, 7, 1))
        publishing.publish_calendars(province, calendars().layers)
        clock = Clock()
        first, second = (
            Office(Paths(tmp_path / name), MemoryKeys(), clock, Dice(seed)) for seed, name in enumerate(("pc1", "pc2"))
        )
        for office in (first, second):
            stack.callback(office.close)
        with Running(province) as running:
            first.enrol(running.url, province.accounts.new_code(UNIT), "Máy quầy 1")
            second.enrol(running.url, province.accounts.new_code(UNIT), "Máy quầy 2")
        stick = tmp_path / "stick"
        stick.mkdir()
        yield Commune(province, clock, first, second, stick)


def stage(office: Office) -> Stage:
    return office.stage


def set_up(commune: Commune) -> None:
    """Everything after enrolment goes by file: models to the PCs, the office's founding, the key for the second PC."""
    first, second = commune.first, commune.second
    assert commune.back(first).entries > 0
    first.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    commune.carry(first, second, "B")
    assert stage(second) is Stage.WAITING_FOR_KEY
    work = sign_in(first, "IS").work()
    with work.store.view() as view:
        waiting = unit_keys.waiting_pcs(view, work.store.replica, first.demand_credentials().province_key)
    unit_keys.admit(work, waiting[0])
    commune.carry(first, second, "B")
    assert stage(second) is Stage.READY


def a_week(commune: Commune) -> list[str]:
    """Both PCs receive and edit for five days; the stick goes round in the office on the third."""
    first, second = sign_in(commune.first, "CL"), sign_in(commune.second, "CL")
    received: list[str] = []
    for day in range(5):
        for place, office in enumerate((first, second)):
            name = NAMES[(2 * day + place) % len(NAMES)]
            received.append(receiving.receive(office.work(), command(office, "1.004873", name, applicant_address="Ấp Vô Danh")))
        if day == 2:
            commune.carry(second, first, "A")
            commune.carry(first, second, "B")
            progress.edit(first.work(), received[0], {"applicant_phone": "0900000001"})
            progress.edit(second.work(), received[0], {"applicant_phone": "0900000002"})
        commune.clock.pass_(days=1)
    return received


def digests(office: Office) -> list[int]:
    from qms_desktop.store.journal import UnitLog

    log = UnitLog(office.demand_store())
    return [log.state_digest(scope) for scope in office.demand_credentials().scopes]


def test_one_pc_carries_a_week_of_two_to_the_province_and_back(commune: Commune) -> None:
    set_up(commune)
    first, second = commune.first, commune.second
    received = a_week(commune)
    commune.carry(second, first, "A")
    assert commune.to_the_province(first) > 10
    commune.back(first)
    commune.carry(first, second, "B")
    assert digests(first) == digests(second)
    assert digests(first) == [commune.province.log.state_digest(scope) for scope in first.demand_credentials().scopes]
    for office in (first, second):
        assert office.verify() == []
        with office.demand_store().view() as view:
            rows = [view.get("dossier", dossier) or {} for dossier in received]
            asked = questions.open_questions(view)
        assert [row["applicant_name"] for row in rows] == [NAMES[place % len(NAMES)] for place in range(10)]
        assert {str(row["code"])[:3] for row in rows} == {"T-A", "T-B"}
        assert [{standing.value for standing in question.values} for question in asked] == [{"0900000001", "0900000002"}]
    assert verify(commune.province) == []


def test_a_state_that_left_its_journal_is_built_again_when_a_packet_shows_it(commune: Commune) -> None:
    set_up(commune)
    commune.to_the_province(commune.first)
    commune.back(commune.first)
    commune.first.demand_store().connection.execute("UPDATE digest SET value = zeroblob(32)")
    assert commune.first.verify() != []
    commune.back(commune.first)
    assert commune.first.verify() == []


def test_no_citizen_s_name_is_in_a_packet_or_at_the_province(commune: Commune, tmp_path: Path) -> None:
    set_up(commune)
    a_week(commune)
    commune.carry(commune.second, commune.first, "A")
    commune.to_the_province(commune.first)
    commune.back(commune.first)
    stored = [path.read_bytes() for folder in ("stick", "province") for path in (tmp_path / folder).rglob("*") if path.is_file()]
    assert len(stored) > 4
    for words in (*NAMES, "Hoa Mai", "Vô Danh", "0900000001"):
        assert not any(words.encode() in content for content in stored)


def test_the_office_sees_what_it_made_what_it_read_and_what_was_answered(commune: Commune) -> None:
    set_up(commune)
    first = sign_in(commune.first, "CL")
    receiving.receive(first.work(), command(first, "1.004873", NAMES[0]))
    commune.clock.pass_(days=1)
    made = first.export_packet(commune.stick / "mot.qmspacket")
    assert (made.peer_name, made.answered, packets.delivered(first.demand_store(), made)) == ("tỉnh", "", False)
    take(commune.province, (commune.stick / "mot.qmspacket").read_bytes())
    commune.clock.pass_(days=2)
    read = commune.back(first)
    newest, before = packets.listed(first.demand_store())[:2]
    assert newest == read
    assert (before.id, before.at[:10], before.answered[:10]) == (made.id, "2026-11-24", "2026-11-26")
    assert packets.delivered(first.demand_store(), before)
    again = commune.back(first)
    assert again.entries == 0


def test_what_cannot_be_read_or_written_is_said_in_words(commune: Commune) -> None:
    first = commune.first
    commune.back(first)
    file = commune.stick / "len-tinh.qmspacket"
    first.export_packet(file)
    with pytest.raises(SyncError, match="QMS-5705"):
        first.import_packet(file)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(SyncError, match=r"gửi cho nơi khác"):
        first.import_packet(file)
    file.write_bytes(b"PK")
    with pytest.raises(SyncError, match="QMS-5701"):
        first.import_packet(file)
    with pytest.raises(InterchangeError, match="QMS-741"):
        first.import_packet(commune.stick / "khong-co.qmspacket")
    with pytest.raises(InterchangeError, match="QMS-742"):
        first.export_packet(commune.stick / "khong-co" / "goi.qmspacket")
    with pytest.raises(RuleError, match="QMS-245"):
        first.export_packet(file, "Z")
    assert [line.made_here for line in packets.listed(first.demand_store())] == [True, False]
