"""Every verb of qms-server explains itself, and says in words what it cannot do; the files that are shipped fit the verbs."""

from __future__ import annotations

import argparse
import configparser
import json
import logging
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.server import logbook
from sync.server.__main__ import build_parser, main
from sync.web.answers import note

ASKED_FOR = ["init", "serve", "units", "enrol", "devices", "revoke", "grant", "packet", "verify", "backup", "restore", "stats"]
SHIPPED = Path(__file__).resolve().parents[3] / "resources" / "server"
CSV = "code,kind,name,full_name,province\n28756,Phường,Phú Khương,Phường Phú Khương,Tỉnh Vĩnh Long\n"


def verbs(parser: argparse.ArgumentParser, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every verb with those above it."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield before
    for action in below:
        for name, inner in action.choices.items():
            yield from verbs(inner, (*before, name))


VERBS = sorted(verbs(build_parser()))
NEEDED = {
    ("enrol",): ["28756"],
    ("units", "import"): ["units.csv", "--valid-from", "2025-07-01"],
    ("units", "merge"): ["28756", "28757", "--into", "28759", "--decision", "1687", "--from", "2025-07-01"],
    ("units", "rename"): ["28756", "--name", "An Bình", "--decision", "1687", "--from", "2025-07-01"],
    ("backup",): ["copy"],
    ("restore",): ["copy"],
    ("packet", "export"): ["28756", "packet"],
    ("packet", "import"): ["packet"],
    ("revoke",): ["28756-A"],
    ("grant",): ["28756", "Nguyễn Văn An", "LD"],
}


def test_the_verbs_that_were_asked_for_are_there() -> None:
    assert set(ASKED_FOR) <= {verb[0] for verb in VERBS}


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_each_verb_explains_itself(verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*verb, "--help"])
    said = capsys.readouterr().out
    assert caught.value.code == 0
    assert "--data THƯ_MỤC" in said
    assert "Cách dùng" in said


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != ("init",)], ids=" ".join)
def test_each_verb_says_that_there_is_no_server(
    verb: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.csv").write_text(CSV, "utf-8")
    (tmp_path / "packet").write_bytes(b"x")
    assert main([*verb, *NEEDED.get(verb, []), "--data", str(tmp_path / "nowhere")]) == 2
    said = capsys.readouterr().err
    assert "QMS-S901" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (["serve", "--certificate", "nowhere.pem", "--key", "nowhere.key"], "QMS-S920"),
        (["serve", "--certificate", "nowhere.pem"], "QMS-S920"),
        (["serve", "--log", "nowhere/server.log"], "QMS-S909"),
        (["certificate"], "QMS-S920"),
        (["certificate", "--name", "không có tên này"], "QMS-S920"),
        (["backup", "nowhere/copy"], "QMS-S909"),
        (["revoke", "28756-Z"], "QMS-S"),
        (["grant", "28756", "Không Ai", "LD"], "QMS-S"),
        (["packet", "export", "99999", "packet"], "QMS-S"),
    ],
)
def test_what_cannot_be_done_is_said_by_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], number: str
) -> None:
    monkeypatch.chdir(tmp_path)
    data = ["--data", str(tmp_path / "server")]
    assert main(["init", *data]) == 0
    capsys.readouterr()
    assert main([*arguments, *data]) == 2
    assert number in capsys.readouterr().err


@pytest.mark.parametrize("argument", ["\x00", "Nguyễn\x1b[31m", "hai\ndòng", "\udcff"])
def test_what_is_no_text_is_refused_before_anything_is_done(argument: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["backup", argument], ["grant", argument, "An", "LD"], ["init", "--data", argument]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
        assert "ký tự điều khiển" in capsys.readouterr().err


def test_an_address_that_no_network_can_look_up_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--database", "postgresql://../../etc", "--data", str(tmp_path / "server")]) == 2
    assert "QMS-S902" in capsys.readouterr().err


def test_the_register_in_force_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "server")]
    listed = tmp_path / "units.csv"
    listed.write_text(CSV, "utf-8")
    assert main(["init", *data]) == 0
    for day in ("2025-07-01", "2999-01-01"):
        listed.write_text(CSV if day < "2900" else CSV.replace("Phường", "Xã"), "utf-8")
        assert main(["units", "import", str(listed), "--valid-from", day, *data]) == 0
    capsys.readouterr()
    assert main(["units", "list", *data]) == 0
    assert capsys.readouterr().out == "28756: Phường Phú Khương, từ 2025-07-01\n"


def test_a_code_comes_with_the_address_when_the_server_has_its_own_certificate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path / "server")]
    (tmp_path / "units.csv").write_text(CSV, "utf-8")
    assert main(["init", *data]) == 0
    assert main(["units", "import", str(tmp_path / "units.csv"), "--valid-from", "2025-07-01", *data]) == 0
    assert main(["certificate", "--name", "may-chu.example.vn", "--name", "10.1.2.3", *data]) == 0
    shown = capsys.readouterr().out.splitlines()[-1]
    assert "https://may-chu.example.vn:8765#" in shown
    assert main(["certificate", *data]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == shown
    assert main(["enrol", "28756", *data]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == shown


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read_string(re.sub(r"\\\n\s*", "", (SHIPPED / name).read_text("utf-8")))
    return parser


def test_the_service_runs_a_command_the_program_knows() -> None:
    words = shlex.split(unit("qms-server.service")["Service"]["ExecStart"])
    options = build_parser().parse_args(words[1:])
    assert (words[0], options.verb, options.host) == ("/opt/qms/.venv/bin/qms-server", "serve", "127.0.0.1")


def test_the_nightly_backup_runs_a_command_the_program_knows() -> None:
    shell = shlex.split(unit("qms-backup.service")["Service"]["ExecStart"])
    words = shlex.split(re.sub(r"\$\$\(date [^)]*\)", "today", shell[2].removeprefix("exec ")))
    options = build_parser().parse_args(words[1:])
    assert (shell[:2], options.verb, str(options.data)) == (["/bin/sh", "-c"], "backup", "/srv/qms")
    assert unit("qms-backup.timer")["Timer"]["Persistent"] == "true"


@pytest.mark.parametrize("name", ["qms-server.service", "qms-backup.service"])
def test_a_service_may_write_into_its_own_folders_only(name: str) -> None:
    service = unit(name)["Service"]
    assert (service["User"], service["ProtectSystem"], service["ProtectHome"]) == ("qms", "strict", "yes")
    assert (service["NoNewPrivileges"], service["CapabilityBoundingSet"], service["UMask"]) == ("yes", "", "0077")
    assert all(folder.startswith("/srv/qms") for folder in service["ReadWritePaths"].split())


def test_the_log_is_one_json_object_a_line_and_repeats_no_value(tmp_path: Path) -> None:
    handler = logbook.begin(tmp_path / "server.log")
    try:
        note("sync", replica="r", up=1)
        logging.getLogger("another.program").error("could not store %s", "Nguyễn Thị Ánh")
        try:
            raise ValueError("0912345678")
        except ValueError:
            logging.getLogger("another.program").exception("fault")
    finally:
        logbook.end(handler)
    text = (tmp_path / "server.log").read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["event"] for line in lines] == ["sync", "message", "message"]
    assert (lines[0]["up"], lines[1]["text"], lines[2]["kind"]) == (1, "could not store %s", "ValueError")
    assert all(line["at"].endswith("+00:00") for line in lines)
    assert "Ánh" not in text
    assert "0912345678" not in text


def test_the_log_s_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "LARGEST_FILE", 1_000)
    monkeypatch.setattr(logbook, "FILES_KEPT", 2)
    handler = logbook.begin(tmp_path / "server.log")
    for number in range(100):
        note("sync", up=number)
    logbook.end(handler)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["server.log", "server.log.1", "server.log.2"]
    assert all(file.stat().st_size <= 1_000 for file in files)
    assert json.loads(files[0].read_text("utf-8").splitlines()[-1])["up"] == 99
