"""A week without internet: two PCs of a commune work, one carries everything to the province on a stick and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qms_desktop.domain.errors import InterchangeError, RuleError, SyncError
from qms_desktop.office import Stage
from qms_desktop.store.unit import Author, create
from qms_desktop.usecases import packets, progress, questions, receiving
from sync.server.packets import take
from sync.server.serve import Running
from sync.server.verify import verify
from tests.usecases.commune_kit import Commune, digests, let_in, made, stage
from tests.usecases.office_kit import command, sign_in

NAMES = ("Nguyễn Thị Hoa Mai", "Trần Văn Vô Danh", "Lê Thị Ánh Tuyết", "Phạm Quốc Bảo Bình")


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Commune]:
    """Two PCs that had a line once, to join; it is down."""
    with made(tmp_path, recovery=True) as commune:
        with Running(commune.province) as running:
            commune.enrol(running.url)
        yield commune


def set_up(commune: Commune) -> None:
    """Everything after enrolment goes by file: models to the PCs, the office's founding, the key for the second PC."""
    first, second = commune.first, commune.second
    assert commune.back(first).entries > 0
    commune.found()
    commune.carry(first, second, "B")
    assert stage(second) is Stage.WAITING_FOR_KEY
    let_in(first)
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


def test_one_pc_carries_a_week_of_two_to_the_province_and_back(commune: Commune) -> None:
    set_up(commune)
    first, second = commune.first, commune.second
    received = a_week(commune)
    commune.carry(second, first, "A")
    assert commune.to_the_province(first) > 10
    commune.back(first)
    commune.carry(first, second, "B")
    assert digests(first) == digests(second)
    assert digests(first) == commune.province_digests()
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


def test_a_forged_certificate_in_a_pcs_record_keeps_no_packet_from_its_neighbour(commune: Commune) -> None:
    first, second = commune.first, commune.second
    forged = {"letter": "B", "certificate": "không phải số hệ 16"}
    author = Author("nobody", first.demand_store().clock())
    first.demand_store().act("pc.enrol", author, lambda _view: [create("pc", "0" * 32, forged)])
    commune.back(first)
    commune.carry(first, second, "B")
