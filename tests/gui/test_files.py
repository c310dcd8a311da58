"""Attached files in the window: dropped, pasted, opened, saved and taken off, by keys as well."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication, QImage

from qms_desktop.gui.screens.dossier import DossierScreen
from qms_desktop.gui.screens.files_page import FilesPage
from qms_desktop.gui.screens.files_panel import FilesPanel
from qms_desktop.gui.screens.procedures import Procedures
from qms_desktop.settings import FILES_DAILY_MB
from tests.gui.conftest import OpenHand
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand

PDF = b"%PDF-1.7\n"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    file = tmp_path / "Tờ khai.pdf"
    file.write_bytes(PDF)
    return file


def on_dossier(hand: Hand) -> FilesPanel:
    hand.go("dossier", "D0001")
    screen = hand.window.findChild(DossierScreen)
    assert screen is not None
    screen.tabs.setCurrentWidget(screen.files)
    hand.settle()
    return screen.files


def rows(panel: FilesPanel) -> list[str]:
    items = [panel.table.item(row, column) for row in range(panel.table.rowCount()) for column in (0, 3)]
    return [item.text() for item in items if item is not None]


def drop(panel: FilesPanel, *files: Path) -> QDragEnterEvent:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    given = (Qt.DropAction.CopyAction, content, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(QPoint(5, 5), *given)
    entered.ignore()
    panel.dragEnterEvent(entered)
    if entered.isAccepted():
        panel.dropEvent(QDropEvent(QPointF(5, 5), *given))
    return entered


def test_a_dropped_file_is_listed_with_its_state(open_hand: OpenHand, scan: Path) -> None:
    hand = open_hand()
    panel = on_dossier(hand)
    drop(panel, scan)
    hand.settle()
    assert rows(panel) == ["Tờ khai.pdf", "đủ"]
    assert panel.title == "Tệp đính kèm (1)"


def test_where_nothing_may_be_attached_it_says_why_and_takes_no_drop(open_hand: OpenHand, desk: FakeDesk, scan: Path) -> None:
    desk.no_files = "Đơn vị chưa cho đính kèm tệp vào hồ sơ."
    hand = open_hand()
    panel = on_dossier(hand)
    assert not drop(panel, scan).isAccepted()
    assert not panel.attach_button.isEnabled()
    assert panel.attach_button.toolTip() == desk.no_files


def test_a_copied_file_and_a_picture_are_pasted_with_ctrl_v(open_hand: OpenHand, scan: Path) -> None:
    hand = open_hand()
    panel = on_dossier(hand)
    panel.table.setFocus()
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(scan))])
    QGuiApplication.clipboard().setMimeData(content)
    hand.press("Ctrl+V")
    QGuiApplication.clipboard().setImage(QImage(20, 20, QImage.Format.Format_RGB32))
    hand.press("Ctrl+V")
    assert rows(panel) == ["Tờ khai.pdf", "đủ", "anh.png", "đủ"]
    QGuiApplication.clipboard().setText("chữ")
    hand.press("Ctrl+V")
    assert "không có tệp hay ảnh" in hand.window.messages.text
    QGuiApplication.clipboard().clear()


def test_enter_opens_a_copy_and_a_missing_file_is_fetched_first(
    open_hand: OpenHand, desk: FakeDesk, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    def show(url: QUrl) -> bool:
        shown.append(url.fileName())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", show)
    hand = open_hand()
    panel = on_dossier(hand)
    panel.attach([scan])
    hand.settle()
    panel.table.setFocus()
    panel.table.selectRow(0)
    hand.press("Return")
    assert shown == ["opened.pdf"]
    desk.let_go("D0001", "đang tải 40 %")
    panel.refresh()
    hand.press("Return")
    assert desk.wanted_files == ["D0001-0"]
    assert not panel.save_button.isEnabled()
    assert rows(panel) == ["Tờ khai.pdf", "đang tải 40 %"]
    assert panel._poll.isActive()
    desk.let_go("D0001", "đủ")
    panel.refresh()
    assert not panel._poll.isActive()


def test_delete_asks_for_the_reason_and_esc_leaves_the_file(open_hand: OpenHand, scan: Path, tmp_path: Path) -> None:
    hand = open_hand()
    panel = on_dossier(hand)
    panel.attach([scan])
    hand.settle()
    panel.table.setFocus()
    panel.table.selectRow(0)
    panel.save_to(tmp_path / "copy.pdf")
    hand.settle()
    assert (tmp_path / "copy.pdf").exists()
    hand.press("Delete")
    hand.press("Esc")
    assert panel.reason.isHidden()
    assert rows(panel) == ["Tờ khai.pdf", "đủ"]
    panel.table.setFocus()
    hand.press("Delete")
    hand.type("nhầm hồ sơ")
    hand.press("Return")
    assert rows(panel) == []


def test_a_refused_file_is_said_in_words(open_hand: OpenHand, tmp_path: Path) -> None:
    file = tmp_path / "trống.pdf"
    file.write_bytes(b"")
    hand = open_hand()
    panel = on_dossier(hand)
    panel.attach([file])
    hand.settle()
    assert "QMS-161" in hand.window.messages.text


def test_a_procedure_has_its_files_beside_its_content(open_hand: OpenHand, scan: Path) -> None:
    hand = open_hand()
    hand.go("procedures")
    screen = hand.window.findChild(Procedures)
    assert screen is not None
    screen.list.view.setFocus()
    hand.press("Down")
    screen.parts.setCurrentIndex(1)
    screen.files.attach([scan])
    hand.settle()
    assert screen.parts.tabText(1) == "Tệp đính kèm (1)"


def test_the_sync_screen_keeps_the_budget(open_hand: OpenHand, desk: FakeDesk) -> None:
    hand = open_hand()
    hand.go("sync")
    page = hand.window.findChild(FilesPage)
    assert page is not None
    page.daily.setValue(50)
    page.daily.editingFinished.emit()
    assert FILES_DAILY_MB.read(desk.setting(FILES_DAILY_MB.name)) == 50
    page.refresh()
    assert (page.daily.value(), page.most.value()) == (50, 25)
    assert page.summary.text() == "Trên máy này có 0 tệp đính kèm."
