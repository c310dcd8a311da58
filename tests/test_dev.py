"""The entry point for a person at a terminal, and the files it rests on."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


class Started(Exception):
    """Carries the command that would have replaced this process."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def start(_: str, command: list[str], __: dict[str, str]) -> None:
        raise Started(command[1:])

    monkeypatch.setattr("os.execve", start)
    monkeypatch.setattr(dev, "install", lambda **_: None)
    monkeypatch.setattr(dev, "WINDOWS", False)
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def command_of(options: list[str]) -> list[str]:
    with pytest.raises(Started) as caught:
        dev.run(options)
    command: list[str] = caught.value.args[0]
    return command


def test_without_a_display_the_main_job_runs_offscreen(started: pytest.MonkeyPatch) -> None:
    assert command_of(["--out", "o"]) == ["-m", "qms_desktop", "demo", "--headless", "--out", "o"]
    assert command_of(["--headless"]) == ["-m", "qms_desktop", "demo", "--headless"]


def test_with_a_display_the_main_job_opens_the_window(started: pytest.MonkeyPatch) -> None:
    started.setenv("DISPLAY", ":0")
    assert command_of(["--scenario", "s.json"]) == ["-m", "qms_desktop", "demo", "--scenario", "s.json"]


def test_a_failed_step_fails_the_whole_and_the_others_still_run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    assert dev.check({"first": ["-c", "raise SystemExit(4)"], "second": ["-c", "print('still run')"]}) == 1
    said = capfd.readouterr().out
    assert "still run" in said
    assert said.splitlines()[-1].startswith("FAILED: first (")
    assert dev.check({"second": ["-c", ""]}) == 0


def test_an_unknown_verb_explains_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["rum"]) == 2
    said = capsys.readouterr().out
    assert not [verb for verb in dev.VERBS if f"dev.py {verb} " not in said]


def test_every_direct_dependency_is_locked_by_hash() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=]", requirement)[0].lower() for requirement in wanted}
    locked = {match.group(1) for match in re.finditer(r"(?m)^([a-z0-9._-]+)==[^\n]+ \\\n +--hash=sha256:", LOCK)}
    assert names <= locked
    assert len(locked) == len(re.findall(r"(?m)^[a-z]", LOCK)), "a requirement without a hash"


def test_the_lock_names_no_address() -> None:
    assert not re.search(r"://|--index|--find-links", LOCK)


def test_continuous_integration_runs_exactly_the_test_verb() -> None:
    commands = [line for line in (ROOT / ".ci/run").read_text("utf-8").splitlines() if "dev.py" in line]
    assert commands == ["exec python3 dev.py test"]


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.findall(r"python3 dev\.py (\w+)", readme) == ["run", "test"]
