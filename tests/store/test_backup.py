"""Backup while writing, and restoring with nothing but the file and the recovery code."""

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qms_desktop.domain.errors import StoreError
from qms_desktop.domain.fields import Value
from qms_desktop.keys import MemoryKeys
from qms_desktop.store.backup import backup, daily_backup, read_header, restore
from qms_desktop.store.unit import Author, UnitStore, create, put
from qms_desktop.store.verify import verify
from sync.journal.recovery import new_recovery_code, recovery_keypair
from tests.store.conftest import NOW

CODE = new_recovery_code(bytes(range(20)))
OTHER_CODE = new_recovery_code(bytes(range(1, 21)))


@pytest.fixture
def office(store: UnitStore, author: Author) -> UnitStore:
    """An office with a recovery key, one dossier and a PIN."""
    key: dict[str, Value] = {
        "epoch": 1,
        "recipient": "recovery",
        "wrapped": "00",
        "recovery_public": recovery_keypair(CODE)[1].hex(),
    }
    store.act("office.found", author, lambda _view: [create("unit_key", "key-1-recovery", key)])
    receive(store, author, 1)
    store.local.set_setting("sync.credentials", "of the old PC")
    return store


def receive(store: UnitStore, author: Author, number: int) -> None:
    values: dict[str, Value] = {"code": f"T-A-{number}", "applicant_name": "Nguyễn Thị Đường", "received_at": "2026-11-20T09:00"}
    store.act("dossier.receive", author, lambda _view: [create("dossier", f"d{number}", values)])


def restored(source: Path, target: Path, store: UnitStore, code: str = CODE) -> UnitStore:
    keys = MemoryKeys()
    restore(source, code, target, keys, store.clock, store.entropy)
    return UnitStore.open(target, keys, store.clock, store.entropy)


def test_a_restored_pc_goes_on_at_once_under_a_new_replica_id(office: UnitStore, author: Author, tmp_path: Path) -> None:
    backup(office, tmp_path / "b.qmsbackup")
    again = restored(tmp_path / "b.qmsbackup", tmp_path / "new" / "office.db", office)
    assert (again.replica != office.replica, again.letter, again.unit_code) == (True, office.letter, office.unit_code)
    with again.view() as view, office.view() as before:
        assert view.get("dossier", "d1") == before.get("dossier", "d1")
        assert [hit.id for hit in view.search("duong")] == ["d1"]
    assert again.local.get_setting("sync.credentials") is None
    again.act("dossier.edit", author, lambda _view: [put("dossier", "d1", {"note": "tiếp tục"})])
    receive(again, author, 2)
    assert verify(again) == []
    assert again.keys.get("database") != office.keys.get("database")
    again.close()


def test_the_entries_of_the_lost_pc_can_still_be_handed_over(office: UnitStore, tmp_path: Path) -> None:
    backup(office, tmp_path / "b.qmsbackup")
    again = restored(tmp_path / "b.qmsbackup", tmp_path / "new" / "office.db", office)
    unsigned = again.connection.execute(
        "SELECT count(*) FROM leaf l JOIN entry e ON e.id = l.id LEFT JOIN signature s ON s.entry = e.num WHERE s.entry IS NULL"
    ).fetchone()
    assert unsigned == (0,)
    again.close()


def test_no_name_and_no_key_stands_in_the_file(office: UnitStore, tmp_path: Path) -> None:
    content = backup(office, tmp_path / "b.qmsbackup").read_bytes()
    assert "Đường".encode() not in content
    assert (office.keys.get("database") or b"?") not in content


def test_writing_goes_on_during_a_backup(office: UnitStore, author: Author, tmp_path: Path) -> None:
    started, stop = threading.Event(), threading.Event()

    def write() -> None:
        number = 2
        while not stop.is_set():
            receive(office, author, number)
            started.set()
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    started.wait()
    for number in range(3):
        backup(office, tmp_path / f"{number}.qmsbackup")
    stop.set()
    writer.join()
    again = restored(tmp_path / "2.qmsbackup", tmp_path / "new" / "office.db", office)
    assert verify(again) == []
    again.close()


def test_an_office_is_never_overwritten(office: UnitStore, tmp_path: Path) -> None:
    backup(office, tmp_path / "b.qmsbackup")
    with pytest.raises(StoreError, match="QMS-408"):
        restore(tmp_path / "b.qmsbackup", CODE, office.path, MemoryKeys(), office.clock, office.entropy)


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (OTHER_CODE, "QMS-420"),
        (CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), "QMS-414"),
        ("", "QMS-414"),
        ("mã sai", "QMS-414"),
    ],
)
def test_a_wrong_code_is_said_and_leaves_nothing(office: UnitStore, tmp_path: Path, code: str, number: str) -> None:
    backup(office, tmp_path / "b.qmsbackup")
    keys = MemoryKeys()
    with pytest.raises(StoreError, match=number):
        restore(tmp_path / "b.qmsbackup", code, tmp_path / "new" / "office.db", keys, office.clock, office.entropy)
    assert keys.get("database") is None
    assert list((tmp_path).glob("new/*")) == []


def test_cut_and_foreign_files_are_refused(office: UnitStore, tmp_path: Path) -> None:
    whole = backup(office, tmp_path / "b.qmsbackup").read_bytes()
    middle = len(whole) // 2
    spoiled = {
        "empty": b"",
        "rubbish": b"\x00\xff" * 500,
        "zip": b"PK\x03\x04" + bytes(100),
        "head": whole[:40],
        "cut": whole[:-1],
        "half": whole[:middle],
        "longer": whole + b"x",
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
    }
    for name, content in spoiled.items():
        (tmp_path / name).write_bytes(content)
        expected = "QMS-413" if name in ("empty", "rubbish", "zip", "head") else "QMS-419"
        with pytest.raises(StoreError, match=expected):
            restore(tmp_path / name, CODE, tmp_path / "new" / "office.db", MemoryKeys(), office.clock, office.entropy)
        assert list((tmp_path).glob("new/*")) == []
    with pytest.raises(StoreError, match="QMS-418"):
        read_header(tmp_path / "absent")


def test_daily_backups_rotate(office: UnitStore, tmp_path: Path) -> None:
    for day in range(1, 5):
        assert daily_backup(office, tmp_path / "daily", date(2026, 11, day), keep=3) is not None
    assert daily_backup(office, tmp_path / "daily", date(2026, 11, 4), keep=3) is None
    assert sorted(path.name[:10] for path in (tmp_path / "daily").iterdir()) == ["2026-11-02", "2026-11-03", "2026-11-04"]


def test_without_a_recovery_key_there_is_no_backup(store: UnitStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="QMS-412"):
        backup(store, tmp_path / "b.qmsbackup")


def test_the_header_says_whose_backup_it_is(office: UnitStore, tmp_path: Path) -> None:
    header = read_header(backup(office, tmp_path / "b.qmsbackup"))
    assert (header.unit, header.replica, header.created_at) == (office.unit_code, office.replica, NOW.isoformat())
    assert replace(header, wrapped="") != header
