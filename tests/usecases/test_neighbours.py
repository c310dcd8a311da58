"""Two PCs of an office work together without internet, by the switch in the window; one carries it all to the province."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from qms_desktop.domain.errors import InputError, SyncError
from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office, Stage
from qms_desktop.paths import Paths
from qms_desktop.usecases import attachments, neighbours, progress, questions, receiving, stick_files
from qms_desktop.usecases.attachments import Standing
from qms_desktop.usecases.neighbours import Network
from sync.lan.places import PORT
from sync.server import packets
from sync.server import stick_files as province_files
from sync.server.serve import Running
from sync.server.verify import verify
from tests.usecases.commune_kit import FOUNDATION, HERE, Commune, digests, let_in, made, stage, switch_on, there, until, waiting
from tests.usecases.office_kit import UNIT, Clock, Dice, command, sign_in
from tests.usecases.test_attachments_on_two_pcs import PDF, attached

CODE = "1.004873"
OTHER_PLACE = "127.0.0.3"
SECOND_SCAN = b"%PDF-1.7\n" + b"the second scan " * 60_000


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Commune]:
    """Two PCs that joined while there was a line to the province; it is down now."""
    with made(tmp_path, recovery=True) as commune:
        with Running(commune.province) as running:
            commune.enrol(running.url)
            for office in commune.offices:
                office.network = HERE
                office.sync_once()
        commune.found()
        yield commune


@pytest.mark.parametrize("road", ["internet", "stick"])
def test_a_week_together_then_one_carries_everything_and_the_other_has_nothing_to_send(
    commune: Commune, road: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    join_by_neighbours(commune)
    dossier = attached(commune, tmp_path)
    until(commune, lambda: attached_words(commune.second, dossier) == ["đủ"])
    [line] = attachments.listed(commune.second.demand_store(), dossier)
    assert attachments.open_copy(commune.second.demand_store(), line.id).read_bytes() == PDF
    received = [dossier, *a_day(commune)]
    both_edit_apart(commune, dossier)
    first_moves(commune)
    received += a_day(commune)
    second_is_killed_while_a_scan_arrives(commune, dossier, tmp_path / "hai.pdf", monkeypatch)
    received += a_day(commune)
    until(commune, lambda: digests(commune.first) == digests(commune.second))
    for office in commune.offices:
        office.stop_agent()
    (by_internet if road == "internet" else by_stick)(commune)
    assert_all_is_known(commune, received, files=2)


def join_by_neighbours(commune: Commune) -> None:
    """The second PC hears of the founding, and is let in, without the province."""
    first, second = commune.offices
    switch_on(commune)
    until(commune, lambda: second.is_founded and bool(waiting(first)))
    assert stage(second) is Stage.WAITING_FOR_KEY
    let_in(first)
    until(commune, lambda: second.can_read)


def a_day(commune: Commune) -> list[str]:
    """Each PC takes in a dossier, and each has the other's in the evening."""
    received: list[str] = []
    for office in commune.offices:
        work = sign_in(office, "CL").work()
        received.append(receiving.receive(work, command(office, CODE, f"Người {len(received)}")))
    until(commune, lambda: all(_holds(office, dossier) for office in commune.offices for dossier in received))
    commune.clock.pass_(days=2)
    return received


def both_edit_apart(commune: Commune, dossier: str) -> None:
    """While they do not see each other both write another phone number; a clerk answers the question, on the second PC."""
    first, second = commune.offices
    for office in commune.offices:
        office.use_neighbours(False)
    progress.edit(sign_in(first, "CL").work(), dossier, {"applicant_phone": "0900000001"})
    progress.edit(sign_in(second, "CL").work(), dossier, {"applicant_phone": "0900000002"})
    for office in commune.offices:
        office.use_neighbours(True)
    until(commune, lambda: all(_asked(office) == 1 for office in commune.offices))
    with second.demand_store().view() as view:
        [asked] = questions.open_questions(view)
    questions.answer(second.work(), asked, "0900000001")
    until(commune, lambda: all(_asked(office) == 0 for office in commune.offices))


def first_moves(commune: Commune) -> None:
    """The first PC starts again at another address and another port; what was typed for it is stale from now on."""
    commune.first.stop_agent()
    with socket.socket() as taken:
        with suppress(OSError):
            taken.bind((OTHER_PLACE, PORT))
        commune.first.network = Network(OTHER_PLACE, HERE.interfaces, lambda: (OTHER_PLACE,))
        commune.first.start_agent()
    address = f"{OTHER_PLACE}:{there(commune.first).port}"
    assert there(commune.first).port != PORT
    assert there(commune.first).places() == (address,)
    until(commune, lambda: any(visit.address == address and visit.fault is None for visit in there(commune.second).visits()))


def second_is_killed_while_a_scan_arrives(commune: Commune, dossier: str, scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What had come stays, is shown as a part, and the rest comes after the next start."""
    first, second = commune.offices
    down = _pulls_the_plug(second, monkeypatch, after=2)
    scan.write_bytes(SECOND_SCAN)
    added = attachments.attach(sign_in(first, "CL").work(), "dossier", dossier, scan)
    until(commune, down.is_set)
    second.close()
    monkeypatch.undo()
    commune.second = again = Office(second.paths, second.keys, commune.clock, Dice(11))
    again.network = HERE
    again.open()
    here = again.demand_store()
    [cut] = [line for line in attachments.listed(here, dossier) if line.id == added]
    assert (cut.standing, cut.words()) == (Standing.PARTIAL, f"đang tải {cut.percent} %")
    again.start_agent()
    until(commune, lambda: attached_words(again, dossier) == ["đủ", "đủ"])
    assert attachments.open_copy(here, added).read_bytes() == SECOND_SCAN


def by_internet(commune: Commune) -> None:
    """The second PC, which attached neither of the files, is the first that has a line."""
    with Running(commune.province) as running:
        commune.second.use_server(running.url)
        assert commune.second.sync_once().equal


def by_stick(commune: Commune) -> None:
    """The same on a stick."""
    packet = commune.stick / "len-tinh.qmspacket"
    line = commune.second.export_packet(packet)
    assert stick_files.put(commune.second.demand_store(), line, packet) == " Kèm 2 tệp đính kèm."
    taken = packets.take(commune.province, packet.read_bytes())
    assert taken.unpacked.refused == ()
    province_files.take(commune.province, taken.device, packet)


def assert_all_is_known(commune: Commune, received: list[str], files: int) -> None:
    """The province holds all; the other PC brings neither an entry nor a file when it comes itself."""
    province, first = commune.province, commune.first
    assert commune.province_digests() == digests(first) == digests(commune.second)
    assert (verify(province), province.blobs.held()["files"]) == ([], files)
    brought: list[object] = []

    def take(*given: object) -> int:
        brought.append(given)
        return 0

    province.blobs.take = take  # type: ignore[method-assign,assignment]
    with Running(province) as running:
        first.use_server(running.url)
        result = first.sync_once()
    assert (result.equal, result.sent, result.received, brought) == (True, 0, 0, [])
    for office in commune.offices:
        assert office.verify() == []
        assert all(_holds(office, dossier) for dossier in received)


def test_what_a_neighbour_holds_is_not_held_by_the_province(commune: Commune, tmp_path: Path) -> None:
    join_by_neighbours(commune)
    dossier = attached(commune, tmp_path)
    until(commune, lambda: attached_words(commune.second, dossier) == ["đủ"])
    exchange = commune.first.exchange()
    assert exchange.waiting() > 0
    exchange.close()
    assert commune.province.blobs.held()["files"] == 0


def test_the_window_says_who_is_there_and_what_was_exchanged(commune: Commune) -> None:
    first, second = commune.offices
    switch_on(commune)
    desk = OfficeDesk(second)
    until(commune, lambda: any(visit.fault is None for visit in there(second).visits()))
    item = next(item for item in desk.neighbours() if item.name)
    assert (item.name, item.met) == ("Máy A · Máy quầy 1", "23/11/2026 08:00")
    assert item.state.startswith("Đã trao đổi: ")
    assert item.address == f"127.0.0.1:{there(first).port}"
    assert desk.neighbours_place() == f"Máy khác gõ địa chỉ máy này là {there(second).places()[0]}"
    desk.use_neighbours(False)
    assert (desk.neighbours_on(), desk.neighbours_place()) == (False, "")


def test_a_typed_address_is_kept_in_its_one_spelling_and_can_be_taken_away(commune: Commune) -> None:
    desk = OfficeDesk(commune.first)
    assert desk.add_neighbour(" https://192.168.1.7/ ") == "192.168.1.7:8767"
    assert [(item.key, item.typed, item.state) for item in desk.neighbours()] == [("192.168.1.7:8767", True, "Chưa liên lạc")]
    desk.remove_neighbour("192.168.1.7:8767")
    assert desk.neighbours() == []


def test_the_switch_is_off_until_somebody_moves_it_and_outlives_the_program(commune: Commune) -> None:
    commune.first.start_agent()
    assert commune.first.neighbourhood is None
    commune.first.use_neighbours(True)
    commune.first.stop_agent()
    commune.first.start_agent()
    assert there(commune.first).port


def test_a_pc_that_never_joined_a_province_has_no_neighbours_it_could_know(tmp_path: Path) -> None:
    office = Office(Paths(tmp_path / "alone"), MemoryKeys(), Clock(), Dice(7))
    office.found(UNIT, FOUNDATION)
    with pytest.raises(SyncError):
        OfficeDesk(office).use_neighbours(True)
    office.close()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Chưa có địa chỉ"),
        ("192.168.1.300", "bốn số từ 0 đến 255"),
        ("may-2:99999", "Số cổng"),
        ("máy hai", "tên máy chỉ gồm chữ không dấu"),
        ("http://may-2/trang", "phần thừa"),
        ("0.0.0.0", "không phải địa chỉ của một máy"),
    ],
)
def test_an_address_that_is_none_is_refused_with_the_reason_and_nothing_kept(commune: Commune, typed: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        OfficeDesk(commune.first).add_neighbour(typed)
    assert caught.value.code == "QMS-826"
    assert neighbours.typed(commune.first.settings) == ()


def test_the_own_address_is_refused(commune: Commune) -> None:
    commune.first.start_agent()
    commune.first.use_neighbours(True)
    with pytest.raises(InputError, match="QMS-827"):
        OfficeDesk(commune.first).add_neighbour(there(commune.first).places()[0])


def attached_words(office: Office, dossier: str) -> list[str]:
    """How much of each file of a dossier is on a PC, as the window says it."""
    return [line.words() for line in attachments.listed(office.demand_store(), dossier)]


def _pulls_the_plug(office: Office, monkeypatch: pytest.MonkeyPatch, after: int) -> threading.Event:
    """From the next but so many piece on nothing reaches this PC's disk any more."""
    shelf, pieces, down = office.demand_store().files.shelf, count(), threading.Event()
    append: Callable[..., int] = shelf.append

    def dying(*given: object, **named: object) -> int:
        if next(pieces) >= after:
            down.set()
            raise OSError("no power")
        return append(*given, **named)

    monkeypatch.setattr(shelf, "append", dying)
    return down


def _asked(office: Office) -> int:
    with office.demand_store().view() as view:
        return len(questions.open_questions(view))


def _holds(office: Office, dossier: str) -> bool:
    with office.demand_store().view() as view:
        return view.get("dossier", dossier) is not None
