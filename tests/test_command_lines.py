"""What both command lines say to a newcomer: Vietnamese to the last word, exit code 2, and nothing half done."""

from pathlib import Path

import pytest

from qms_desktop.cli import main as desktop
from sync.server.__main__ import main as server

ENGLISH = ("usage:", "error:", "argument ", "options:", "invalid", "required", "show this help", "choose from", "expected")


def said_by(run: object, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    try:
        code = run(arguments)  # type: ignore[operator]
    except SystemExit as ended:
        code = ended.code
    assert code == (0 if "-h" in arguments else 2)
    captured = capsys.readouterr()
    return captured.out + captured.err


@pytest.mark.parametrize(
    "arguments",
    [["-h"], ["bogus"], ["verify", "--bogus"], ["due"], ["due", "x", "y", "--channel"], ["due", "x", "y", "--channel", "x"]],
)
def test_the_desktop_speaks_vietnamese(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = said_by(desktop, arguments, capsys)
    assert not [word for word in ENGLISH if word in said]


@pytest.mark.parametrize(
    "arguments",
    [
        ["-h"],
        [],
        ["bogus"],
        ["init"],
        ["units"],
        ["serve", "--data", "x", "--port", "99999"],
        ["serve", "--data", "x", "--port", "x"],
        ["enrol", "28756", "--data", "x", "--days", "-5"],
    ],
)
def test_the_server_speaks_vietnamese(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = said_by(server, arguments, capsys)
    assert not [word for word in ENGLISH if word in said]


def test_places_where_nothing_can_be_written_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    below = str(tmp_path / "file" / "data")
    assert "QMS-S909" in said_by(server, ["init", "--data", below], capsys)
    founding = ["found", "--unit", "28756", "--name", "X", "--person", "Y", "--data", below, "--key-file", str(tmp_path / "k")]
    assert "QMS-815" in said_by(desktop, founding, capsys)


def test_an_office_is_founded_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--data", str(tmp_path / "pc"), "--key-file", str(tmp_path / "k")]
    founding = ["found", "--unit", "28756", "--name", "Phú Khương", "--person", "Trần Văn A", *place]
    assert desktop(founding) == 0
    assert "QMS-408" in said_by(desktop, founding, capsys)
    assert desktop(["verify", *place]) == 0
    assert capsys.readouterr().out.strip() == "ok"


def test_overlapping_pauses_stop_the_clock_once_and_until_the_last_ends(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["due", "2026-11-20T09:00", "3 ngày làm việc"]
    assert desktop([*asked, "--pause", "2026-11-20T10:00/2026-11-26T10:00"]) == 0
    whole = capsys.readouterr().out
    parts = ["--pause", "2026-11-24T10:00/2026-11-26T10:00", "--pause", "2026-11-20T10:00/2026-11-25T10:00"]
    assert desktop([*asked, *parts]) == 0
    assert capsys.readouterr().out == whole
