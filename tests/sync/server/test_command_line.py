"""qms-server as an administrator uses it: real processes, ended politely and by force."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.client.http import Patience, Road
from sync.errors import TransportFault
from sync.server.__main__ import main
from sync.server.province import Province
from sync.server.verify import verify
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.world.offices import Pc

UNIT = "28756"
CSV = "code,kind,name,full_name,province\n28756,Phường,Phú Khương,Phường Phú Khương,Tỉnh Vĩnh Long\n"
LATER = CSV + "28789,Xã,Mới,Xã Mới,Tỉnh Vĩnh Long\n"
NAME = "Nguyễn Thị Ánh Tuyết"
PATIENCE = Patience(connect_s=5, stall_s=20, tries=0)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "server"
    assert main(["init", "--data", str(folder)]) == 0
    import_units(folder, CSV, "2025-07-01")
    return folder


def import_units(data: Path, text: str, day: str) -> None:
    listed = data.parent / "units.csv"
    listed.write_text(text, "utf-8")
    assert main(["units", "import", str(listed), "--valid-from", day, "--data", str(data)]) == 0


@contextmanager
def serving(data: Path, log: Path | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server as a process of its own; killed at the end if it still runs."""
    command = [sys.executable, "-m", "sync.server", "serve", "--data", str(data), "--port", "0"]
    with (log or Path(os.devnull)).open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert process.stdout is not None
        word, url = process.stdout.readline().split()
        assert word == "ready"
        yield process, url
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def code_for(data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["enrol", UNIT, "--data", str(data)]) == 0
    return capsys.readouterr().out.splitlines()[0]


def joined(name: str, url: str, code: str) -> tuple[Pc, Road]:
    road = Road(url, PATIENCE)
    pc = Pc(name, Clock(time.time_ns() // 1_000_000), Entropy(name))
    pc.join(road, code, url)
    return pc, road


def test_it_stops_politely(data: Path) -> None:
    with serving(data) as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


def test_keys_are_readable_by_the_server_alone(data: Path) -> None:
    assert {path.stat().st_mode & 0o077 for path in data.iterdir() if path.suffix in (".json", ".db")} == {0}


def test_importing_units_again_changes_nothing_and_a_later_list_adds_rows(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_units(data, CSV, "2025-07-01")
    import_units(data, LATER.replace("Phường", "Xã"), "2027-01-01")
    province = Province.open(data)
    rows = [(row["code"], row["kind"], row["valid_from"]) for row in province.units()]
    province.close()
    assert rows == [("28756", "phuong", "2025-07-01"), ("28756", "xa", "2027-01-01"), ("28789", "xa", "2027-01-01")]


def test_models_and_calendars_are_published_once(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "--data", str(data)]) == 0
    first = capsys.readouterr().out
    assert main(["publish", "--data", str(data)]) == 0
    again = capsys.readouterr().out
    assert "thủ tục mẫu: 0 mới hoặc thay đổi" not in first
    assert "thủ tục mẫu: 0 mới hoặc thay đổi" in again
    assert main(["verify", "--data", str(data)]) == 0
    assert capsys.readouterr().out == "ok\n"


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (["init"], "QMS-S905"),
        (["enrol", "99999"], "QMS-S903"),
        (["units", "import", "nowhere.csv", "--valid-from", "2025-07-01"], "QMS-S904"),
        (["publish", "--effective-on", "soon"], "QMS-S906"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], number: str
) -> None:
    assert main([*arguments, "--data", str(data)]) == 2
    assert number in capsys.readouterr().err


def test_a_folder_without_a_server_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--data", str(tmp_path)]) == 2
    assert "qms-server init" in capsys.readouterr().err


def test_verify_names_what_was_changed_behind_the_server_s_back(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    province = Province.open(data)
    with province.database.writing() as connection:
        connection.exec_driver_sql("UPDATE entries SET body = CAST(replace(body, 'Phú Khương', 'Phú Khướng') AS BLOB)")
    province.close()
    capsys.readouterr()
    assert main(["verify", "--data", str(data)]) == 1
    assert "province" in capsys.readouterr().out


def test_killed_in_the_middle_of_a_push_nothing_confirmed_is_missing(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(data) as (process, url):
        pc, road = joined("one", url, code_for(data, capsys))
        pc.sync(road)
        for number in range(2_000):
            pc.write(f"d{number}", state="received", p_name=f"{NAME} {number}")
        dossiers = pc.credentials.scopes[2]
        province = Province.open(data)
        arrived = threading.Event()
        pushing = threading.Thread(target=lambda: _sync_quietly(pc, road))
        pushing.start()
        while pushing.is_alive() and not arrived.is_set():
            if province.log.leaves(dossiers):
                arrived.set()
        process.kill()
        process.wait()
        pushing.join()
        road.close()
    assert verify(province) == []
    confirmed = {leaf.id for leaf in pc.log.peer_have(pc.credentials.server_replica, dossiers) or ()}
    assert province.log.held(dossiers, confirmed) == confirmed
    province.close()
    with serving(data) as (_, url):
        road = Road(url, PATIENCE)
        assert pc.sync(road).equal
        road.close()


def _sync_quietly(pc: Pc, road: Road) -> None:
    try:
        pc.sync(road)
    except TransportFault:
        return


def test_no_personal_value_is_in_any_file_or_log_of_the_server(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = data / "server.log"
    with serving(data, log) as (process, url):
        pc, road = joined("one", url, code_for(data, capsys))
        pc.write("d1", state="received", p_name=NAME, p_phone="0912345678")
        assert pc.sync(road).equal
        road.close()
        process.send_signal(signal.SIGTERM)
        process.wait(15)
    files = [path.read_bytes() for path in data.iterdir()]
    assert any(b"received" in content for content in files), "plain values are there"
    for secret in (NAME, NAME.rsplit(maxsplit=1)[-1], "0912345678"):
        for spelled in (secret.encode(), json.dumps(secret).strip('"').encode(), secret.encode("utf-16-le")):
            assert not any(spelled in content for content in files)
    assert b'"event": "sync"' in log.read_bytes()


def test_a_backup_is_made_while_it_serves_and_fills_an_empty_server(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = data.parent / "copy"
    with serving(data) as (_, url):
        pc, road = joined("one", url, code_for(data, capsys))
        pc.write("d1", state="received", p_name=NAME)
        pc.sync(road)
        assert main(["backup", str(copy), "--data", str(data)]) == 0
        road.close()
    assert main(["restore", str(copy), "--data", str(data)]) == 2
    for lost in data.glob("server.db*"):
        lost.unlink()
    assert main(["restore", str(copy), "--data", str(data)]) == 0
    assert main(["verify", "--data", str(data)]) == 0
    capsys.readouterr()
    assert main(["stats", "--data", str(data)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["devices"], said["devices_seen_in_7_days"], said["devices_revoked"]) == (1, 1, 0)
