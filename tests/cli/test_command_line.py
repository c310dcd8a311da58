"""The command line: Vietnamese help for every verb, faults that say what to do, and the calculator of due dates."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from qms_desktop.cli import main

VERBS = ("demo", "sync", "verify", "import-procedures", "backup", "restore", "found", "enrol", "due")
ENGLISH = re.compile(r"\b(usage|options|show this|required|invalid|arguments?|error)\b", re.IGNORECASE)
FRIDAY = "2026-11-20T09:00"


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said about a command line that cannot be run."""
    try:
        code = main(arguments)
    except SystemExit as end:
        code = end.code  # type: ignore[assignment]
    assert code == 2
    return capsys.readouterr().err


def due(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["due", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("verb", [(), *((verb,) for verb in VERBS)], ids=lambda verb: verb[0] if verb else "qms-desktop")
def test_every_verb_explains_itself_in_vietnamese(verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([*verb, "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert "Cách dùng:" in text
    assert not ENGLISH.search(text)


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["due"], ["due", FRIDAY, "3 ngày", "--channel", "web"], ["found", "--unit"], ["sync", "--far"]]
)
def test_a_wrong_command_line_is_refused_in_vietnamese(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, *arguments)
    assert "--help" in said
    assert not ENGLISH.search(said)


@pytest.mark.parametrize("option", ["--data", "--key-file"])
def test_the_demo_takes_no_folder_and_no_key_of_an_office(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["demo", "--help"])
    assert option not in capsys.readouterr().out
    refused(capsys, "demo", option, str(tmp_path / "none"))
    assert "QMS-196" in refused(capsys, option, str(tmp_path / "none"), "demo")


@pytest.mark.parametrize("verb", [["sync"], ["verify"], ["backup", "copy.bak"], ["import-procedures", "file.json"]])
def test_a_folder_without_an_office_is_named(verb: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, *verb, "--data", str(tmp_path / "none"))
    assert "QMS-810" in said
    assert "none" in said


@pytest.mark.parametrize(
    ("norm", "options", "date"),
    [
        ("3 ngày làm việc", [], "26/11/2026"),
        ("45 ngày", [], "04/01/2027"),
        ("2 giờ", [], "20/11/2026 11:00"),
        ("trong ngày", [], "20/11/2026"),
        ("1.013133", [], "23/11/2026"),
        ("1.013133", ["--channel", "online"], "20/11/2026 11:00"),
        ("3 ngày làm việc", ["--convention", "B", "--hours", "07:00-11:00,13:00-17:00"], "26/11/2026 09:00"),
        ("3 ngày làm việc", ["--pause", "2026-11-23/2026-11-25"], "27/11/2026"),
    ],
)
def test_a_due_date_is_given_with_its_sentence(
    norm: str, options: list[str], date: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, sentence = due(capsys, FRIDAY, norm, *options)
    assert first == date
    assert date.partition(" ")[0] in sentence


@pytest.mark.parametrize("moment", ["20/11/2026 09:00", "2026-11-20 09:00", "2026-11-20T02:00+00:00", "09:00 20/11/2026"])
def test_a_moment_is_understood_as_people_write_it(moment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert due(capsys, moment, "2 giờ")[0] == "20/11/2026 11:00"


def test_the_same_answer_comes_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads("\n".join(due(capsys, FRIDAY, "3 ngày làm việc", "--json")))
    assert found["due"] == "26/11/2026"
    assert found["sentence"].endswith("hẹn 26/11/2026")


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (["31/02/2026", "3 ngày"], "QMS-115"),
        ([FRIDAY, "sớm thôi"], "QMS-118"),
        ([FRIDAY, "9.999999"], "QMS-116"),
        ([FRIDAY, "3 ngày", "--pause", "hôm qua"], "QMS-112"),
        ([FRIDAY, "3 ngày", "--hours", "7-11"], "QMS-111"),
    ],
)
def test_what_cannot_be_computed_is_refused_by_number(
    arguments: list[str], number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert number in refused(capsys, "due", *arguments)


def test_a_procedure_whose_limit_nobody_has_verified_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "chưa xác minh" in refused(capsys, "due", FRIDAY, "1.014027")
    assert "không có hiệu lực" in refused(capsys, "due", FRIDAY, "2.001009")


def test_a_backup_makes_no_folder_of_a_mistyped_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "mistyped" / "copy.qmsbackup"
    assert "mistyped" in refused(capsys, "backup", str(target), "--data", str(tmp_path))
    assert not target.parent.exists()
