"""Gói USB in the sync screen: a packet goes out and comes in, and the list says what became of it."""

from __future__ import annotations

from pathlib import Path

from qms_desktop.gui.screens.packets_page import PacketsPage
from qms_desktop.gui.screens.sync import SyncScreen
from tests.gui.desks import EmptyDesk
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand


def page_of(hand: Hand) -> PacketsPage:
    hand.go("sync")
    screen = hand.window.findChild(SyncScreen)
    assert isinstance(screen, SyncScreen)
    screen.tabs.setCurrentWidget(screen.packets)
    hand.settle()
    return screen.packets


def test_a_packet_is_made_for_the_receiver_that_was_chosen(hand: Hand, desk: FakeDesk, tmp_path: Path) -> None:
    page = page_of(hand)
    page.export_to(tmp_path / "tinh.qmspacket")
    hand.settle()
    page.receiver.setCurrentIndex(1)
    page.export_to(tmp_path / "b.qmspacket")
    hand.settle()
    assert desk.answers[-2:] == [("tinh.qmspacket", ""), ("b.qmspacket", "B")]
    assert page.receiver.currentText() == "Máy B · Quầy số 2"
    assert "Đã lập gói" in hand.window.messages.text


def test_a_packet_is_taken_in(hand: Hand, desk: FakeDesk, tmp_path: Path) -> None:
    page_of(hand).import_from(tmp_path / "ve.qmspacket")
    hand.settle()
    assert desk.answers[-1] == ("ve.qmspacket", "imported")
    assert "Đã nhận 5 mục mới" in hand.window.messages.text


def test_the_list_says_what_was_made_read_and_answered(hand: Hand) -> None:
    table = page_of(hand).table
    states = [item.text() for row in range(table.rowCount()) if (item := table.item(row, 2)) is not None]
    assert states == ["Đã nhận", "Có trả lời 20/11/2026 09:10", "Chờ trả lời"]


def test_before_the_first_packet_the_page_says_what_to_do(tmp_path: Path) -> None:
    hand = Hand(EmptyDesk(tmp_path))
    hand.enter()
    assert page_of(hand).table.rowCount() == 0
