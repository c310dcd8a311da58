"""Tập thử: everything can be tried on invented citizens, visibly apart from the office's own data (screens-and-imports f.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from qms_desktop.gui.app import open_window
from qms_desktop.gui.clerk_hands import ClerkHands
from qms_desktop.gui.desks.practice import practice_folder
from qms_desktop.gui.main_window import MainWindow
from qms_desktop.gui.practice import PracticeStrip
from qms_desktop.gui.screens.intake import IntakeScreen
from qms_desktop.gui.screens.printing import KEEP_ONLY, PRINTER_SETTING
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths

NOW = datetime(2026, 11, 20, 9, 5)


@pytest.fixture
def first(tmp_path: Path) -> Iterator[ClerkHands]:
    """The window of a PC where nothing is set up."""
    office = Office(Paths(tmp_path / "data"), MemoryKeys(), clock=lambda: NOW)
    hands = ClerkHands(open_window(office))
    hands.settle()
    yield hands
    office.close()


def practise(hands: ClerkHands) -> ClerkHands:
    """Presses the button of the page, and takes the window that opens."""
    button = next(one for one in hands.window.findChildren(QPushButton) if one.text().startswith("Tập thử") and one.isVisible())
    button.click()
    hands.settle()
    window = next(one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible())
    window.desk.remember(PRINTER_SETTING, KEEP_ONLY)
    found = ClerkHands(window)
    found.settle()
    return found


def test_the_first_five_minutes_on_a_new_pc(first: ClerkHands, tmp_path: Path) -> None:
    hands = practise(first)
    assert not first.window.isVisible()
    assert "TẬP THỬ" in hands.window.windowTitle()
    strip = hands.window.findChild(PracticeStrip)
    assert isinstance(strip, PracticeStrip)
    hands.press("Ctrl+N")
    hands.type("ctbs")
    hands.press("Enter")
    hands.press("F8")
    screen = hands.window.screen_now()
    assert isinstance(screen, IntakeScreen)
    assert screen.form.raw()["full_name"] == "Nguyễn Thị Ví Dụ"
    assert "người mới" in hands.message()
    screen.papers.focus_first_open()
    hands.press("A")
    hands.press("Ctrl+Enter")
    assert "Đã nhận" in hands.message()
    with hands.window.desk.view() as view:
        assert len(view.find("dossier")) == 3
    assert not (tmp_path / "data" / "office.db").exists()
    strip.leave_button.click()
    first.settle()
    assert first.window.isVisible()
    assert first.window.screen_name == "first_run"
    assert not practice_folder(tmp_path / "data").exists()


def test_practice_never_exchanges_and_every_print_says_what_it_is(first: ClerkHands) -> None:
    import pypdfium2

    hands = practise(first)
    desk = hands.window.desk
    assert not desk.enrolled()
    assert desk.sync_state().kind == "never"
    with desk.view() as view:
        record = str(view.find("dossier")[0]["id"])
    for sheet in (desk.receipt(record), desk.register_book(NOW.date(), NOW.date()), desk.control_slip(record)):
        pdf = pypdfium2.PdfDocument(sheet.pdf)
        assert all("TẬP THỬ" in page.get_textpage().get_text_range() for page in pdf)
    hands.window.close()
    first.settle()


def test_many_dossiers_of_one_new_citizen_make_one_applicant(first: ClerkHands) -> None:
    hands = practise(first)
    hands.press("Ctrl+N")
    hands.type("ctbs")
    hands.press("Enter")
    hands.press("F8")
    screen = hands.window.screen_now()
    assert isinstance(screen, IntakeScreen)
    screen.form.editors["born"].set_raw("1985")
    screen.papers.focus_first_open()
    hands.press("A")
    hands.press("Ctrl+M")
    hands.type("3")
    screen.bulk.confirm_button.click()
    hands.settle()
    assert "Đã nhận 3 hồ sơ" in hands.message()
    with hands.window.desk.view() as view:
        citizens = view.find("applicant")
        dossiers = view.find("dossier")
    assert len(dossiers) == 5
    assert [one["born"] for one in citizens if one["full_name"] == "Nguyễn Thị Ví Dụ"] == ["1985"]
    assert len({one["code"] for one in dossiers}) == 5
    hands.window.close()
    first.settle()


def test_a_second_practice_starts_afresh(first: ClerkHands) -> None:
    for _ in range(2):
        hands = practise(first)
        with hands.window.desk.view() as view:
            assert len(view.find("dossier")) == 2
        hands.window.close()
        first.settle()


def test_the_sign_in_page_offers_practice(tmp_path: Path) -> None:
    from tests.gui.fake_desk import FakeDesk
    from tests.gui.hand import Hand

    hand = Hand(FakeDesk(tmp_path))
    assert hand.window.screen_name == "sign_in"
    assert any(one.text().startswith("Tập thử") and one.isVisible() for one in hand.window.findChildren(QPushButton))
