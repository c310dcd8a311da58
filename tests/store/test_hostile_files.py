"""Files that are missing, unreadable, exchanged, cut or full are said in words, and nothing is lost by trying."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from qms_desktop.domain.errors import AppError, SetupError, StoreError
from qms_desktop.domain.fields import Value
from qms_desktop.keys import FileKeys, MemoryKeys
from qms_desktop.store.backup import backup, restore
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.unit import Author, UnitStore, create
from qms_desktop.store.verify import verify
from sync.journal.recovery import new_recovery_code, recovery_keypair
from tests.store.conftest import MakeStore

CODE = new_recovery_code(bytes(range(20)))
SCOPE = "unit/29677/dossiers"


def receive(store: UnitStore, author: Author, name: str, note: str = "") -> None:
    values: dict[str, Value] = {"code": name, "applicant_name": "Đường", "note": note}
    store.act("dossier.receive", author, lambda _view: [create("dossier", name, values)])


@pytest.fixture
def office(store: UnitStore, author: Author) -> UnitStore:
    public = recovery_keypair(CODE)[1].hex()
    key: dict[str, Value] = {"epoch": 1, "recipient": "recovery", "wrapped": "00", "recovery_public": public}
    store.act("office.found", author, lambda _view: [create("unit_key", "key-1-recovery", key)])
    receive(store, author, "d1")
    return store


def reopen(store: UnitStore) -> UnitStore:
    return UnitStore.open(store.path, store.keys, store.clock, store.entropy)


def said_of(store: UnitStore) -> list[str]:
    """What is said of the file: by refusing to open it, or by `verify`."""
    try:
        opened = reopen(store)
    except StoreError as fault:
        return [fault.code]
    try:
        return verify(opened)
    except StoreError as fault:
        return [fault.code]
    finally:
        opened.close()


@pytest.mark.parametrize(
    "content", ["[]", '"x"', '{"s": []}', '{"s": {"database": "zz"}}', '{"s": {"database": 7}}', "\xff\xfe", "{"]
)
def test_a_key_file_of_another_shape_is_no_key_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content, "latin-1")
    path.chmod(0o600)
    with pytest.raises(SetupError, match="QMS-804"):
        FileKeys(path).get("database")


def test_a_folder_is_no_key_file_and_nobody_is_told_to_change_its_mode(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="QMS-806"):
        FileKeys(tmp_path).get("database")


def test_a_key_file_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="QMS-806"):
        FileKeys(tmp_path / "file" / "keys.json").set("database", bytes(32))


def test_a_folder_in_place_of_the_database_is_said(office: UnitStore, tmp_path: Path) -> None:
    (tmp_path / "x" / "office.db").mkdir(parents=True)
    with pytest.raises(StoreError, match="QMS-401"):
        UnitStore.open(tmp_path / "x" / "office.db", office.keys, office.clock, office.entropy)


@pytest.mark.parametrize("kept", [0, 100, 4096, 30_000])
def test_a_cut_database_is_said_and_the_backup_brings_it_back(office: UnitStore, tmp_path: Path, kept: int) -> None:
    saved = backup(office, tmp_path / "b.qmsbackup")
    office.close()
    os.truncate(office.path, kept)
    assert said_of(office)
    restore(saved, CODE, tmp_path / "new" / "office.db", keys := MemoryKeys(), office.clock, office.entropy)
    again = UnitStore.open(tmp_path / "new" / "office.db", keys, office.clock, office.entropy)
    with again.view() as view:
        assert view.count("dossier") == 1
    again.close()


def test_one_flipped_byte_anywhere_is_found(office: UnitStore, author: Author) -> None:
    for number in range(40):
        receive(office, author, f"e{number}")
    office.close()
    whole = office.path.read_bytes()
    for at in range(8192, len(whole), len(whole) // 7):
        office.path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        assert said_of(office), f"byte {at}"
    office.path.write_bytes(whole)
    mended = reopen(office)
    assert verify(mended) == []
    mended.close()


def test_the_database_of_another_office_is_not_opened_with_this_key(make_store: MakeStore) -> None:
    one, two = make_store("A"), make_store("B")
    one.close()
    two.close()
    shutil.copy2(two.path, one.path)
    with pytest.raises(StoreError, match="QMS-402"):
        reopen(one)


@pytest.fixture
def narrow() -> Iterator[None]:
    """Files of this process cannot grow beyond 256 KB: writes fail as on a full disk."""
    resource = pytest.importorskip("resource", reason="limits of a process are a POSIX matter")
    signal = pytest.importorskip("signal")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_no_room_for_a_backup_leaves_the_old_one(office: UnitStore, author: Author, tmp_path: Path, narrow: None) -> None:
    target = tmp_path / "out" / "b.qmsbackup"
    target.parent.mkdir()
    target.write_bytes(b"the one of yesterday")
    with pytest.raises(StoreError, match="QMS-4"):
        backup(office, target)
    assert target.read_bytes() == b"the one of yesterday"
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_backup_into_no_folder_is_said(office: UnitStore, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for target in (tmp_path / "file" / "b.qmsbackup", tmp_path):
        with pytest.raises(StoreError, match="QMS-416"):
            backup(office, target)


def test_no_room_to_restore_leaves_nothing_behind(office: UnitStore, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    saved = backup(office, tmp_path / "b.qmsbackup")
    request.getfixturevalue("narrow")
    keys = MemoryKeys()
    with pytest.raises(StoreError, match="QMS-421"):
        restore(saved, CODE, tmp_path / "new" / "office.db", keys, office.clock, office.entropy)
    assert keys.get("database") is None
    assert list((tmp_path / "new").iterdir()) == []


def test_a_full_disk_while_entries_arrive_loses_nothing(
    make_store: MakeStore, author: Author, request: pytest.FixtureRequest
) -> None:
    one, two = make_store("A"), make_store("B")
    for number in range(8):
        receive(one, author, f"d{number}", "y" * 100_000)
    one.sign_tips()
    log = UnitLog(one)
    parcels = log.load(SCOPE, [row.id for row in log.rows(SCOPE, one.replica, 0, 99)])
    resource = pytest.importorskip("resource", reason="limits of a process are a POSIX matter")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    request.getfixturevalue("narrow")
    with pytest.raises(AppError):
        UnitLog(two).append(SCOPE, parcels, {})
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert verify(two) == []
    UnitLog(two).append(SCOPE, parcels, {})
    assert verify(two) == []
    with two.view() as view:
        assert view.count("dossier") == 8
