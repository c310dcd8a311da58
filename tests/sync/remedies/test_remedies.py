"""Every line of docs/sync-remedies.md: it holds, and it breaks when its remedy is taken out."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms_desktop.domain.errors import AppError
from sync.errors import SyncError
from tests.sync.remedies import authority, copies, disks, newcomers, people, strangers, units
from tests.sync.remedies.remedy import Kit, Remedy

MODULES = (disks, copies, people, authority, newcomers, strangers, units)
REMEDIES = {remedy.name: remedy for module in MODULES for remedy in module.REMEDIES}
BROKEN = (AssertionError, pytest.fail.Exception, AppError, SyncError, LookupError)
"""How a scenario shows that its promise was broken: it sees it, or the program refuses what it must not refuse."""

PAGE = Path(__file__).parents[3] / "docs" / "sync-remedies.md"
HEADING = "# What goes wrong, and what happens"


@pytest.mark.parametrize("name", REMEDIES)
def test_the_promise_holds(name: str, kit: Kit) -> None:
    REMEDIES[name].scenario(kit)


@pytest.mark.parametrize("name", REMEDIES)
def test_it_breaks_when_the_remedy_is_taken_out(name: str, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    remedy: Remedy = REMEDIES[name]
    with monkeypatch.context() as patch:
        remedy.without(patch)
        with pytest.raises(BROKEN):
            remedy.scenario(kit)


def told() -> list[tuple[str, str]]:
    """Case and test of each line of the page's table, in its order; a case is named once, in front of its first line."""
    lines = PAGE.read_text("utf-8").partition(HEADING)[2].partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]
    found: list[tuple[str, str]] = []
    for case, what, name in rows:
        assert what, name
        found.append((case or found[-1][0], name.strip("`")))
    return found


def test_the_page_names_every_case_and_every_remedy_and_nothing_else() -> None:
    assert told() == [(remedy.case, name) for name, remedy in REMEDIES.items()]
