"""Keys, settings, diagnostics: what stands around the store."""

import logging
import os
import stat
from pathlib import Path

import pytest

from qms_desktop import settings
from qms_desktop.diagnostics import last_crash, running
from qms_desktop.domain.errors import AppError, SetupError, StoreError
from qms_desktop.keys import FileKeys, KeyringKeys, MemoryKeys, system_backend
from qms_desktop.paths import Paths
from qms_desktop.settings import Settings
from qms_desktop.sqlite import DatabaseFault, open_database, spoken_faults
from qms_desktop.store import schema
from qms_desktop.store.unit import UnitStore


def test_a_key_file_is_for_its_owner_only_and_lies_outside_the_data(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "keys.json", data=tmp_path / "data")
    keys.set("database", b"\x00" * 32)
    keys.set("signing", b"\x01" * 32)
    keys.delete("signing")
    assert keys.get("database") == b"\x00" * 32
    assert keys.get("signing") is None
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    with pytest.raises(SetupError, match="QMS-802"):
        FileKeys(tmp_path / "data" / "keys.json", data=tmp_path / "data")


def test_one_key_file_serves_several_offices_and_one_that_moved(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    FileKeys(path, tmp_path / "one").set("database", b"1" * 32)
    assert FileKeys(path, tmp_path / "moved").get("database") == b"1" * 32
    FileKeys(path, tmp_path / "two").set("database", b"2" * 32)
    assert FileKeys(path, tmp_path / "one").get("database") == b"1" * 32
    assert FileKeys(path, tmp_path / "two").get("database") == b"2" * 32
    assert FileKeys(path, tmp_path / "three").get("database") is None


def test_a_key_file_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text("{}")
    path.chmod(0o644)
    with pytest.raises(SetupError, match="QMS-803"):
        FileKeys(path).get("database")
    path.chmod(0o600)
    path.write_text("rubbish")
    with pytest.raises(SetupError, match="QMS-804"):
        FileKeys(path).get("database")


class FakeBackend:
    """A key store of the operating system, in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, value: str) -> None:
        self.kept[service, name] = value

    def delete_password(self, service: str, name: str) -> None:
        from keyring.errors import PasswordDeleteError

        if self.kept.pop((service, name), None) is None:
            raise PasswordDeleteError("not there")


def test_each_data_folder_has_keys_of_its_own(tmp_path: Path) -> None:
    backend = FakeBackend()
    one, two = KeyringKeys(tmp_path / "one", backend), KeyringKeys(tmp_path / "two", backend)
    one.set("database", b"1" * 32)
    assert (one.get("database"), two.get("database")) == (b"1" * 32, None)
    one.delete("database")
    one.delete("database")
    assert one.get("database") is None
    assert all(len(value) < 1280 for value in backend.kept.values())


def test_a_system_without_key_store_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qms_desktop.keys._LINUX", ("keyring.backends.fail", "Keyring"))
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(SetupError, match="--key-file"):
        system_backend()


def test_a_missing_key_file_and_a_wrong_key_are_told_apart_and_damage_nothing(store: UnitStore, tmp_path: Path) -> None:
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match="QMS-409"):
        UnitStore.open(store.path, MemoryKeys(), store.clock, store.entropy)
    wrong = MemoryKeys()
    wrong.set("database", b"\x07" * 32)
    with pytest.raises(StoreError, match="QMS-402"):
        UnitStore.open(store.path, wrong, store.clock, store.entropy)
    with pytest.raises(StoreError, match="QMS-401"):
        UnitStore.open(tmp_path / "absent.db", store.keys, store.clock, store.entropy)
    assert store.path.read_bytes() == before


def test_rubbish_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    path.write_bytes(os.urandom(20_000))
    with pytest.raises(StoreError, match="QMS-402"):
        open_database(path, bytes(32))


def test_a_newer_form_is_refused_untouched_and_a_newer_minor_opened(store: UnitStore) -> None:
    def reopen() -> UnitStore:
        return UnitStore.open(store.path, store.keys, store.clock, store.entropy)

    major, minor = schema.VERSION
    store.connection.execute(f"PRAGMA user_version = {major * schema.MAJOR_STEP + minor + 1}")
    reopen().close()
    store.connection.execute(f"PRAGMA user_version = {(major + 1) * schema.MAJOR_STEP}")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match="QMS-406"):
        reopen()
    assert store.path.read_bytes() == before


def test_the_database_is_encrypted_and_durable(store: UnitStore) -> None:
    assert not store.path.read_bytes().startswith(b"SQLite format 3")
    assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    with store.reading() as ledger, pytest.raises(Exception, match="readonly"):
        ledger.connection.execute("DELETE FROM entry")


def test_settings_are_declared_and_bounded() -> None:
    kept: dict[str, str] = {}
    found = Settings(kept.get, kept.__setitem__)
    assert found.get(settings.FONT_SIZE) == 10
    found.set(settings.FONT_SIZE, 14)
    found.set(settings.METERED, True)
    assert (found.get(settings.FONT_SIZE), found.get(settings.METERED)) == (14, True)
    kept[settings.FONT_SIZE.name] = "9000"
    assert found.get(settings.FONT_SIZE) == 10
    with pytest.raises(ValueError, match=settings.FONT_SIZE.name):
        found.set(settings.FONT_SIZE, 99)
    assert len({setting.name for setting in settings.ALL}) == len(settings.ALL)
    assert all(setting.label for setting in settings.ALL)


def test_the_log_names_places_and_numbers_but_nobody(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    with running(paths, "0.1") as logger:
        for fault in (ValueError("Nguyễn Thị Đường"), AppError("QMS-999", "Đường", do="")):
            try:
                raise fault
            except (ValueError, AppError):
                logger.exception("dossier %s", "01JD")
    text = (paths.logs / "qms.log").read_text("utf-8")
    assert "Đường" not in text
    assert "ValueError" in text
    assert "QMS-999" in text
    assert "dossier 01JD" in text
    assert logging.getLogger("qms_desktop").handlers == []
    assert last_crash(paths) == ""


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("database is locked", "QMS-403"),
        ("database or disk is full", "QMS-404"),
        ("unable to open database file", "QMS-423"),
        ("attempt to write a readonly database", "QMS-423"),
        ("disk I/O error", "QMS-425"),
        ("something else", "QMS-405"),
    ],
)
def test_a_fault_of_the_disk_is_said_without_english(said: str, number: str) -> None:
    with pytest.raises(StoreError, match=number), spoken_faults():
        raise DatabaseFault(said)
