"""A scan attached on one PC is opened on the other, and nobody between them can read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms_desktop.domain.errors import AppError
from qms_desktop.settings import METERED
from qms_desktop.usecases import attachments, people, receiving
from qms_desktop.usecases.attachments import Standing
from tests.usecases.commune_kit import Commune, admit
from tests.usecases.office_kit import command, sign_in
from tests.usecases.test_two_pcs import commune

__all__ = ["commune"]

MARKER = b"NGUYEN THI MARKER 079199000001"
PDF = b"%PDF-1.7\n" + MARKER * 30_000


def attached(commune: Commune, folder: Path) -> str:
    """A dossier of the first PC with a scan."""
    sign_in(commune.first, "LD")
    with commune.first.demand_store().view() as view:
        record = str(view.find("office")[0]["id"])
    people.save(commune.first.work(), "office", record, {"dossier_files": True})
    sign_in(commune.first, "CL")
    dossier = receiving.receive(commune.first.work(), command(commune.first, "1.004873"))
    file = folder / "Tờ khai của Nguyễn Thị Marker.pdf"
    file.write_bytes(PDF)
    attachments.attach(commune.first.work(), "dossier", dossier, file)
    return dossier


def test_the_other_pc_sees_it_missing_then_whole_and_opens_it(commune: Commune, tmp_path: Path) -> None:
    admit(commune)
    dossier = attached(commune, tmp_path)
    commune.first.demand_store().local.set_setting(METERED.name, "1")
    commune.first.sync_once()
    commune.second.sync_once()
    there = commune.second.demand_store()
    [line] = attachments.listed(there, dossier)
    assert (line.standing, line.name) == (Standing.MISSING, "Tờ khai của Nguyễn Thị Marker.pdf")
    commune.first.demand_store().local.set_setting(METERED.name, "0")
    commune.first.sync_once()
    commune.second.sync_once()
    assert attachments.listed(there, dossier)[0].words() == "đủ"
    assert attachments.open_copy(there, line.id).read_bytes() == PDF
    assert commune.second.verify() == []


def test_neither_name_nor_content_is_readable_at_the_province_or_in_a_data_folder(commune: Commune, tmp_path: Path) -> None:
    admit(commune)
    desk = tmp_path / "desk"
    desk.mkdir()
    attached(commune, desk)
    commune.first.sync_once()
    commune.second.sync_once()
    for office in (commune.first, commune.second):
        office.close()
    marks = (MARKER, "Nguyễn Thị Marker".encode())
    files = [file for part in ("province", "pc1", "pc2") for file in (tmp_path / part).rglob("*") if file.is_file()]
    assert len([file for file in files if "blobs" in file.parts or "files" in file.parts]) == 3
    assert not [file for file in files if any(mark in file.read_bytes() for mark in marks)]


def test_two_pcs_that_attach_the_same_file_keep_one_and_both_records(commune: Commune, tmp_path: Path) -> None:
    admit(commune)
    dossier = attached(commune, tmp_path)
    commune.first.sync_once()
    commune.second.sync_once()
    sign_in(commune.second, "CL")
    other = receiving.receive(commune.second.work(), command(commune.second, "1.004873", "Trần Văn Bình"))
    attachments.attach(commune.second.work(), "dossier", other, tmp_path / "Tờ khai của Nguyễn Thị Marker.pdf")
    commune.second.sync_once()
    commune.first.sync_once()
    here = commune.first.demand_store()
    assert [attachments.listed(here, record)[0].words() for record in (dossier, other)] == ["đủ", "đủ"]
    assert len(list(here.files.shelf.names())) == 1
    assert commune.province.blobs.held()["files"] == 1


def test_a_pc_without_the_unit_key_fetches_what_it_cannot_read_yet(commune: Commune, tmp_path: Path) -> None:
    dossier = attached(commune, tmp_path)
    commune.first.sync_once()
    commune.second.sync_once()
    there = commune.second.demand_store()
    [line] = attachments.listed(there, dossier)
    assert line.standing is Standing.VERIFIED
    with pytest.raises(AppError, match="QMS-431"):
        attachments.open_copy(there, line.id)
    admit(commune)
    assert attachments.open_copy(there, line.id).read_bytes() == PDF
