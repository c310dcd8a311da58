"""The demo office that the window opens on: prepared once, opened again at once, its province beside it."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from qms_desktop.demo import showing
from qms_desktop.demo.ground import Folders
from qms_desktop.domain.errors import SetupError
from qms_desktop.office import Office
from sync.client.agent import State


def test_the_office_is_prepared_once_and_exchanges_with_its_province(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = Folders(tmp_path / "demo")
    prepared = showing.prepare(folders)
    assert "Đang chuẩn bị" in capsys.readouterr().out
    assert showing.prepare(folders) == prepared
    assert capsys.readouterr().out == ""
    office = showing.open_office(folders, prepared)
    try:
        assert office.session is not None
        with showing.province_beside(office, folders.data / "server") as begin:
            begin()
            assert settled(office)
        assert office.agent is None
    finally:
        office.close()


def settled(office: Office, patience_s: float = 20.0) -> bool:
    """Whether the agent has come up to date with the province."""
    tick = Event()
    for _ in range(int(patience_s / 0.05)):
        if office.agent is not None and office.agent.status().state is State.UP_TO_DATE:
            return True
        tick.wait(0.05)
    return False


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "precious").write_text("kept", encoding="utf-8")
    with pytest.raises(SetupError, match="QMS-195"):
        Folders(tmp_path).prepare()
    assert (tmp_path / "data" / "precious").read_text("utf-8") == "kept"
