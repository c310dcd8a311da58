"""Files on dossiers and documents: kept sealed, attached as a whole or not at all, opened for a moment, restored."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from qms_desktop.domain.errors import AppError
from qms_desktop.domain.fields import Value
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.settings import FILE_MB
from qms_desktop.store.backup import backup, daily_backup, restore
from qms_desktop.store.unit import UnitStore
from qms_desktop.usecases import attachments, people, receiving
from qms_desktop.usecases.attachments import Standing
from tests.usecases.office_kit import MONDAY, Clock, Dice, command, found, sign_in

CODE = "1.001193"
MARKER = b"NGUYEN THI MARKER 079199000001"
PDF = b"%PDF-1.7\n" + MARKER * 20_000


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Recovery codes, as they were shown once."""
    shown: list[str] = []
    founding = Office.found

    def founded(office: Office, *given: Any) -> str:
        shown.append(founding(office, *given))
        return shown[-1]

    monkeypatch.setattr(Office, "found", founded)
    return shown


@pytest.fixture
def office(tmp_path: Path, codes: list[str]) -> Iterator[Office]:
    made = sign_in(found(tmp_path / "pc", Clock(), publish=lambda code: code == CODE), "CL")
    yield made
    made.close()


@pytest.fixture
def dossier(office: Office) -> str:
    return receiving.receive(office.work(), command(office, CODE))


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    file = tmp_path / "desk" / "Tờ khai.pdf"
    file.parent.mkdir()
    file.write_bytes(PDF)
    return file


def allow(office: Office) -> None:
    """The one switch in Đơn vị."""
    sign_in(office, "LD")
    with office.demand_store().view() as view:
        record = str(view.find("office")[0]["id"])
    people.save(office.work(), "office", record, {"dossier_files": True})
    sign_in(office, "CL")


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value.code


def attach(office: Office, dossier: str, file: Path) -> str:
    return attachments.attach(office.work(), "dossier", dossier, file)


def files_below(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def test_scans_on_dossiers_are_off_until_the_unit_allows_them(office: Office, dossier: str, scan: Path) -> None:
    assert code_of(lambda: attach(office, dossier, scan)) == "QMS-250"
    assert not list(office.demand_store().files.shelf.names())
    allow(office)
    attach(office, dossier, scan)
    [line] = attachments.listed(office.demand_store(), dossier)
    assert (line.name, line.standing, line.percent, line.words()) == ("Tờ khai.pdf", Standing.VERIFIED, 100, "đủ")
    assert line.by == "Nguyễn Văn Đông"
    assert line.at == "2026-11-23T08:00"


def test_documents_take_files_without_that_switch_from_those_who_draft_them(office: Office, scan: Path) -> None:
    with office.demand_store().view() as view:
        revision = str(view.find("revision")[0]["id"])
    sign_in(office, "IS")
    attachments.attach(office.work(), "revision", revision, scan)
    assert [line.name for line in attachments.listed(office.demand_store(), revision)] == ["Tờ khai.pdf"]


def test_nothing_readable_lies_in_the_data_folder(office: Office, dossier: str, scan: Path) -> None:
    allow(office)
    attached = attach(office, dossier, scan)
    opened = attachments.open_copy(office.demand_store(), attached)
    folder = office.paths.data
    office.close()
    assert any("files" in file.parts for file in files_below(folder))
    assert not [file for file in files_below(folder) if MARKER in file.read_bytes()]
    assert not opened.exists()


def test_what_is_opened_is_private_whole_and_gone_at_the_end(office: Office, dossier: str, scan: Path) -> None:
    allow(office)
    store, attached = office.demand_store(), attach(office, dossier, scan)
    opened = attachments.open_copy(store, attached)
    assert opened.read_bytes() == PDF
    assert opened.name == "Tờ khai.pdf"
    if os.name == "posix":
        assert opened.parent.stat().st_mode & 0o777 == 0o700
    office.close()
    assert not opened.parent.exists()


def test_what_a_killed_program_left_open_goes_at_the_next_start(office: Office, dossier: str, scan: Path) -> None:
    allow(office)
    store, attached = office.demand_store(), attach(office, dossier, scan)
    opened = attachments.open_copy(store, attached)
    store.files._opened.clear()  # the memory of a program that is no more
    office.close()
    assert opened.exists()
    office.open()
    office.demand_store().files.clear_opened()
    assert not opened.parent.exists()


def test_the_same_file_twice_is_one_on_the_disk_and_refused_on_one_dossier(office: Office, dossier: str, scan: Path) -> None:
    allow(office)
    attach(office, dossier, scan)
    assert code_of(lambda: attach(office, dossier, scan)) == "QMS-251"
    other = receiving.receive(office.work(), command(office, CODE, "Trần Văn Bình"))
    attach(office, other, scan)
    assert len(list(office.demand_store().files.shelf.names())) == 1


def test_a_file_that_may_not_be_kept_leaves_nothing(office: Office, dossier: str, tmp_path: Path) -> None:
    allow(office)
    store = office.demand_store()
    store.local.set_setting(FILE_MB.name, "1")
    for name, content, code in (
        ("trống.pdf", b"", "QMS-161"),
        ("to.pdf", b"%PDF-" + bytes(1_000_001), "QMS-162"),
        ("a.exe", b"MZ", "QMS-163"),
        ("hỏng.pdf", b"<html>", "QMS-164"),
    ):
        file = tmp_path / name
        file.write_bytes(content)
        assert code_of(lambda file=file: attach(office, dossier, file)) == code  # type: ignore[misc]
    assert code_of(lambda: attach(office, dossier, tmp_path / "không có.pdf")) == "QMS-743"
    assert not files_below(store.files.shelf.whole.root)  # type: ignore[attr-defined]


def test_decomposed_names_are_composed(office: Office, dossier: str, tmp_path: Path) -> None:
    allow(office)
    name = unicodedata.normalize("NFD", "Giấy chứng tử.pdf")
    attachments.attach_bytes(office.work(), "dossier", dossier, name, PDF)
    assert attachments.listed(office.demand_store(), dossier)[0].name == "Giấy chứng tử.pdf"


def test_taking_off_needs_a_reason_and_keeps_the_bytes(office: Office, dossier: str, scan: Path) -> None:
    allow(office)
    store, attached = office.demand_store(), attach(office, dossier, scan)
    assert code_of(lambda: attachments.take_off(office.work(), attached, " ")) == "QMS-165"
    attachments.take_off(office.work(), attached, "nhầm hồ sơ")
    assert attachments.listed(store, dossier) == []
    store.files.collect(MONDAY + timedelta(days=10_000))
    assert len(list(store.files.shelf.names())) == 1
    store.undo_last(office.work().author)
    assert len(attachments.listed(store, dossier)) == 1


def test_a_file_whose_record_was_never_written_is_collected_but_not_at_once(office: Office, dossier: str, scan: Path) -> None:
    allow(office)
    store = office.demand_store()
    attach(office, dossier, scan)
    assert code_of(lambda: attachments.attach_bytes(office.work(), "dossier", dossier, "a.pdf", PDF)) == "QMS-251"
    with pytest.raises(LookupError):
        attachments.attach_bytes(office.work(), "dossier", "no such dossier", "b.pdf", PDF + b"2")
    assert len(list(store.files.shelf.names())) == 2
    assert store.files.collect(MONDAY - timedelta(days=10_000)) == 0
    assert store.files.collect(MONDAY + timedelta(days=10_000)) == 1
    assert attachments.listed(store, dossier)[0].standing is Standing.VERIFIED


def test_what_is_not_here_is_said_to_be_missing_or_on_its_way(office: Office, dossier: str, scan: Path) -> None:
    allow(office)
    store, attached = office.demand_store(), attach(office, dossier, scan)
    shelf = store.files.shelf
    [name] = shelf.names()
    data = b"".join(shelf.chunks(name))
    shelf.drop(name)
    assert attachments.listed(store, dossier)[0].words() == "thiếu"
    shelf.append(name, 0, data[: len(data) // 2])
    assert attachments.listed(store, dossier)[0].words() == "đang tải 49 %"
    shelf.append(name, len(data) // 2, data[len(data) // 2 :])
    assert attachments.listed(store, dossier)[0].standing is Standing.PARTIAL
    assert code_of(lambda: attachments.open_copy(store, attached)) == "QMS-432"
    shelf.finish(name, len(data))
    assert attachments.listed(store, dossier)[0].words() == "đủ"


def test_verification_finds_a_file_that_changed_on_the_disk(office: Office, dossier: str, scan: Path) -> None:
    allow(office)
    attach(office, dossier, scan)
    assert office.verify() == []
    [file] = files_below(office.paths.files)
    file.write_bytes(b"x" + file.read_bytes()[1:])
    [fault] = office.verify()
    assert "bị hỏng" in fault


def test_a_backup_carries_files_and_restores_them(
    office: Office, codes: list[str], dossier: str, scan: Path, tmp_path: Path
) -> None:
    allow(office)
    attach(office, dossier, scan)
    copy = backup(office.demand_store(), tmp_path / "copy.qmsbackup")
    again, keys = tmp_path / "again" / "office.db", MemoryKeys()
    restore(copy, codes[0], again, keys, Clock(), Dice(9))
    store = UnitStore.open(again, keys, Clock(), Dice(10))
    try:
        [line] = attachments.listed(store, dossier)
        assert line.standing is Standing.VERIFIED
        assert b"".join(store.files.plain(_row(store, line.id))) == PDF
    finally:
        store.close()
    daily = daily_backup(office.demand_store(), tmp_path / "daily", MONDAY.date())
    assert daily is not None
    assert daily.stat().st_size < copy.stat().st_size


def test_a_cut_backup_keeps_the_office_and_says_which_part_is_lost(
    office: Office, codes: list[str], dossier: str, scan: Path, tmp_path: Path
) -> None:
    allow(office)
    attach(office, dossier, scan)
    copy = backup(office.demand_store(), tmp_path / "copy.qmsbackup")
    cut = tmp_path / "cut.qmsbackup"
    cut.write_bytes(copy.read_bytes()[:-100])
    again, keys = tmp_path / "again" / "office.db", MemoryKeys()
    assert code_of(lambda: restore(cut, codes[0], again, keys, Clock(), Dice(9))) == "QMS-434"
    store = UnitStore.open(again, keys, Clock(), Dice(10))
    assert attachments.listed(store, dossier)[0].standing is Standing.MISSING
    store.close()


_KILLED = """
import os, sys
from sync.files import shelf
keep = shelf.Folder.keep
def die(self, name, file):
    if {after}:
        keep(self, name, file)
    os.kill(os.getpid(), 9)
shelf.Folder.keep = die
from sync.files.shelf import Shelf
from pathlib import Path
Shelf(Path(sys.argv[1])).add([b"sealed" * 1000], "mark")
"""


@pytest.mark.parametrize("after", [False, True])
def test_a_program_killed_while_keeping_a_file_leaves_nothing_for_good(office: Office, after: bool) -> None:
    """Whether it dies before or after the file has its name: no record names it, and it is collected."""
    root = office.paths.files
    script = _KILLED.format(after=after)
    ended = subprocess.run(
        [sys.executable, "-c", script, str(root)], check=False, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    assert ended.returncode == -9
    assert len(files_below(root)) == 1
    office.demand_store().files.collect(MONDAY + timedelta(days=10_000))
    assert files_below(root) == []


def _row(store: UnitStore, attachment: str) -> dict[str, Value]:
    with store.view() as view:
        row = view.get("attachment", attachment)
    assert row is not None
    return row
