"""Hệ thống: what a job says when it is done, and when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms_desktop.domain.errors import InputError
from qms_desktop.gui.screens.system import SystemScreen
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand


def system(hand: Hand) -> SystemScreen:
    hand.go("system")
    screen = hand.window.screen_now()
    assert isinstance(screen, SystemScreen)
    return screen


def test_a_report_appears_with_the_first_result(hand: Hand, tmp_path: Path) -> None:
    screen = system(hand)
    assert not screen.report.isVisible()
    screen.import_from(tmp_path / "thu-tuc.json")
    hand.settle()
    assert screen.report.isVisible()
    assert "85 thủ tục" in screen.report.toPlainText()


def test_a_refused_file_leaves_no_half_told_report(
    hand: Hand, desk: FakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_source: Path) -> list[str]:
        raise InputError("QMS-722", "Tệp đã hỏng.", do="Hãy xuất lại tệp.", safe="")

    monkeypatch.setattr(desk, "import_procedures", refuse)
    screen = system(hand)
    screen.import_from(tmp_path / "rac.json")
    hand.settle()
    assert not screen.report.isVisible()
    assert "Tệp đã hỏng" in hand.window.messages.text
