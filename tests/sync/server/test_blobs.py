"""Attachments at the province: sealed pieces in, the same bytes out, for the unit's own PCs only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import update

from sync.client.carrier import Caller
from sync.errors import AccessFault, BlobFault, SyncError, TransportFault, WireError
from sync.files import blobs
from sync.files.blobs import CHUNK, Blob
from sync.server.api import Bounds, make_app
from sync.server.backup import backup, restore
from sync.server.blobs import Blobs, Room
from sync.server.province import Province
from sync.server.schema import DEVICES
from sync.server.verify import verify
from sync.web.blob_api import BlobBounds
from sync.web.door import Brake
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.world.in_process import InProcess, Trouble
from tests.sync.world.offices import Pc

MARKER = b"NGUYEN VAN MARKER"
UNIT_KEY = bytes(range(32))
Join = Callable[..., "Caller"]


@pytest.fixture
def road(province: Province) -> InProcess:
    return InProcess(make_app(province, Bounds(blobs=BlobBounds(device=Brake(count=40)))))


@pytest.fixture
def joined(province: Province, road: InProcess, clock: Clock) -> Join:
    def join(name: str, unit: str = "28756") -> Caller:
        pc = Pc(name, clock, Entropy(name))
        pc.join(road, province.accounts.new_code(unit))
        return Caller(road, pc.credentials, pc.applicant.sign_private, clock, pc.entropy)

    return join


@dataclass(frozen=True)
class Scan:
    blob: Blob
    data: bytes

    def chunk(self, number: int) -> bytes:
        return self.data[number * CHUNK : (number + 1) * CHUNK]


def scan_of(size: int, unit: str = "28756") -> Scan:
    plain = (MARKER * (size // len(MARKER) + 1))[:size]
    data = b"".join(blobs.seal([plain], sha256(plain).digest(), f"unit/{unit}/dossiers", 1, UNIT_KEY))
    return Scan(Blob(sha256(data).hexdigest(), len(data)), data)


def put(caller: Caller, scan: Scan, number: int, data: bytes, at: int = 0, area: str = "dossiers") -> int:
    path = f"/blobs/{area}/{scan.blob.name}/{number}?at={at}&size={scan.blob.size}"
    return int(json.loads(caller.ask("PUT", path, data).whole(100))[0])


def get(caller: Caller, scan: Scan, number: int, at: int = 0, length: int = CHUNK, area: str = "dossiers") -> bytes:
    return caller.ask("GET", f"/blobs/{area}/{scan.blob.name}/{number}?at={at}&length={length}").whole(CHUNK)


def standing(caller: Caller, *scans: Scan) -> list[int]:
    names = b"".join(bytes.fromhex(scan.blob.name) for scan in scans)
    return list(json.loads(caller.ask("POST", "/blobs/dossiers", names).whole(10_000)))


def bring(caller: Caller, scan: Scan) -> None:
    for number in range(blobs.chunks_of(scan.blob.size)):
        put(caller, scan, number, scan.chunk(number))


def refused(code: int, call: Callable[[], object]) -> None:
    with pytest.raises(SyncError) as caught:
        call()
    assert caught.value.code == code


def test_a_file_brought_by_one_pc_is_fetched_by_the_next(joined: Join) -> None:
    one, two, scan = joined("one"), joined("two"), scan_of(600_000)
    assert standing(one, scan) == [0]
    refused(BlobFault.MISSING, lambda: get(two, scan, 0))
    bring(one, scan)
    assert standing(two, scan, scan_of(5)) == [scan.blob.size, 0]
    assert b"".join(get(two, scan, number) for number in range(3)) == scan.data
    assert get(two, scan, 1, at=1000, length=17) == scan.chunk(1)[1000:1017]


def test_nothing_readable_lies_at_the_province(joined: Join, province: Province, tmp_path: Path) -> None:
    bring(joined("one"), scan_of(300_000))
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert any("blobs" in file.parts for file in files)
    assert not [file for file in files if MARKER in file.read_bytes()]


def test_pieces_may_come_again_and_the_server_says_where_to_go_on(joined: Join) -> None:
    one, scan = joined("one"), scan_of(300_000)
    assert put(one, scan, 0, scan.data[:1000]) == 1000
    assert put(one, scan, 0, scan.data[:1000]) == 1000
    assert put(one, scan, 0, scan.data[5000:6000], at=5000) == 1000
    assert put(one, scan, 0, scan.data[500:2000], at=500) == 2000
    assert standing(one, scan) == [2000]


def test_a_lost_answer_and_a_cut_request_cost_nothing_but_a_repeat(joined: Join, road: InProcess) -> None:
    one, scan = joined("one"), scan_of(50_000)
    road.troubles = [Trouble(cut_request=30_000)]
    with pytest.raises(TransportFault):
        put(one, scan, 0, scan.data)
    assert standing(one, scan) == [0]
    road.troubles = [Trouble(lose_answer=True)]
    with pytest.raises(TransportFault):
        put(one, scan, 0, scan.data)
    assert standing(one, scan) == [scan.blob.size]


def test_wrong_bytes_are_refused_and_do_not_spoil_what_another_brings(joined: Join) -> None:
    one, two, scan = joined("one"), joined("two"), scan_of(300_000)
    put(one, scan, 0, bytes(CHUNK))
    put(two, scan, 0, scan.chunk(0))
    refused(BlobFault.WRONG, lambda: put(one, scan, 1, scan.chunk(1)))
    assert standing(one, scan) == [0]
    put(two, scan, 1, scan.chunk(1))
    assert standing(one, scan) == [scan.blob.size]


def test_a_request_changed_on_the_way_is_refused(joined: Join, road: InProcess) -> None:
    one, scan = joined("one"), scan_of(50_000)
    sent = road.ask

    def elsewhere(verb: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> object:
        return sent(verb, path.replace("/0?", "/1?"), body, headers)

    road.ask = elsewhere  # type: ignore[assignment, method-assign]
    refused(AccessFault.BODY_CHANGED, lambda: put(one, scan, 0, scan.data))


def test_another_unit_finds_nothing_and_a_revoked_pc_gets_nothing(joined: Join, province: Province) -> None:
    one, other, scan = joined("one"), joined("other", "28777"), scan_of(50_000)
    bring(one, scan)
    assert standing(other, scan) == [0]
    refused(BlobFault.MISSING, lambda: get(other, scan, 0))
    refused(BlobFault.MISSING, lambda: get(one, scan, 0, area="qms"))
    with province.database.writing() as connection:
        connection.execute(update(DEVICES).where(DEVICES.c.replica == one.credentials.replica).values(revoked_at=1))
    refused(AccessFault.REVOKED, lambda: get(one, scan, 0))
    refused(BlobFault.BAD_REQUEST, lambda: put(one, scan, 0, b"x"))


def test_rubbish_is_refused_by_number(joined: Join, province: Province) -> None:
    one, scan = joined("one"), scan_of(50_000)
    for path in (f"/blobs/dossiers/{'x' * 64}/0?at=0&size=5", f"/blobs/dossiers/{scan.blob.name}/0?at=-1&size=5"):
        refused(BlobFault.BAD_REQUEST, lambda path=path: one.ask("PUT", path, b"x"))  # type: ignore[misc]
    refused(BlobFault.BAD_REQUEST, lambda: put(one, scan, 0, scan.data + b"more"))
    refused(BlobFault.BAD_REQUEST, lambda: put(one, scan, 7, b"x"))
    refused(BlobFault.BAD_REQUEST, lambda: one.ask("POST", "/blobs/dossiers", b"short"))
    refused(WireError.TOO_LARGE, lambda: put(one, scan_of(10**6), 0, bytes(CHUNK + 1)))
    refused(404, lambda: put(one, scan, 0, scan.data, area="province"))
    huge = Scan(Blob(scan.blob.name, blobs.MAX_BLOB + 1), scan.data)
    refused(BlobFault.TOO_LARGE, lambda: put(one, huge, 0, b"x"))
    assert province.blobs.held() == {"files": 0, "file_bytes": 0}


def test_a_unit_has_limited_room(tmp_path: Path) -> None:
    shelf, first, second = Blobs(tmp_path, Room(area=80_000)), scan_of(50_000), scan_of(40_000)
    for scan, free in ((first, True), (second, False)):
        if free:
            shelf.take("28756", "dossiers", "a", scan.blob.name, scan.blob.size, 0, scan.data)
        else:
            with pytest.raises(BlobFault, match="804"):
                shelf.take("28756", "dossiers", "a", scan.blob.name, scan.blob.size, 0, scan.data)
    shelf.erase("28756", "dossiers", [first.blob.name])
    assert shelf.take("28756", "dossiers", "a", second.blob.name, second.blob.size, 0, second.data) == second.blob.size


def test_files_that_never_become_whole_take_the_units_room_as_well(tmp_path: Path) -> None:
    room, name = Room(file=1000, area=1500), "{:064x}".format
    shelves = Blobs(tmp_path, room)
    assert shelves.take("28756", "dossiers", "rogue", name(1), 1000, 0, b"x" * 900) == 900
    refused(BlobFault.NO_ROOM, lambda: shelves.take("28756", "dossiers", "rogue", name(2), 1000, 0, b"x" * 900))
    shelves.take("28756", "dossiers", "rogue", name(2), 1000, 0, b"x" * 600)
    refused(BlobFault.NO_ROOM, lambda: shelves.take("28756", "dossiers", "rogue", name(3), 1000, 0, b"x"))
    again = Blobs(tmp_path, room)
    refused(BlobFault.NO_ROOM, lambda: again.take("28756", "dossiers", "rogue", name(3), 1000, 0, b"x"))


def test_a_pc_that_asks_without_end_is_braked(joined: Join) -> None:
    one, scan = joined("one"), scan_of(50_000)
    for _ in range(40):
        standing(one, scan)
    refused(AccessFault.TOO_MANY, lambda: standing(one, scan))


def test_files_are_verified_counted_saved_and_restored(joined: Join, province: Province, tmp_path: Path) -> None:
    one, scan = joined("one"), scan_of(300_000)
    bring(one, scan)
    assert province.blobs.held() == {"files": 1, "file_bytes": scan.blob.size}
    copy, folder = tmp_path / "copy.zip", tmp_path / "again"
    assert backup(province, copy).files
    folder.mkdir()
    for name in ("server.json", "server-keys.json"):
        (folder / name).write_bytes((tmp_path / "server" / name).read_bytes())
    restore(folder, copy, Entropy("again"), f"sqlite:///{folder}/server.db")
    again = Province.open(folder)
    try:
        assert verify(again) == []
        kept = again.blobs.shelf_for("28756", "dossiers")
        assert b"".join(kept.chunks(scan.blob.name)) == scan.data
        file = next(folder.glob(f"blobs/28756/dossiers/*/{scan.blob.name}"))
        file.write_bytes(b"x" + scan.data[1:])
        assert verify(again) == [f"tệp {scan.blob.name[:12]}… của đơn vị 28756 (dossiers) bị hỏng"]
    finally:
        again.close()
