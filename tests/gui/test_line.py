"""The line to the province as a person sees it: how far an exchange is, what stands in between, sparing it, the proxy."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms_desktop.gui.desk import SyncState
from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.gui.screens.line_page import LinePage
from qms_desktop.gui.status import brief, progress_words, sync_words
from sync.client.agent import State, Status
from sync.errors import TransportFault
from tests.gui.fake_desk import FakeDesk
from tests.gui.fake_rows import NOW
from tests.gui.hand import Hand
from tests.usecases import office_kit

FIRST = SyncState("sending", None, received=3_412, expected=10_000, size=1_240_000, left=130)


@pytest.fixture
def line(hand: Hand) -> LinePage:
    hand.go("sync")
    page = hand.window.findChild(LinePage)
    assert page is not None
    screen = hand.window.screen_now()
    screen.tabs.setCurrentWidget(page)  # type: ignore[attr-defined]
    hand.settle()
    return page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (FIRST, "Đang nhận 3.412/10.000 · 1,2 MB · còn 2 phút"),
        (SyncState("sending", None, 9, 4, 9, size=900, left=40), "Đang gửi 4 trên 9 · còn 40 giây"),
        (SyncState("sending", None, size=320_000), "Đang nhận hồ sơ mới nhất · 320 KB"),
        (SyncState("portal", None, 3), "Mạng đòi đăng nhập (Wi-Fi), cứ làm việc tiếp · 3 chờ gửi"),
    ],
)
def test_items_bytes_and_time_stand_in_the_status_bar(state: SyncState, words: str) -> None:
    assert sync_words(state, NOW) == words
    assert state.kind != "sending" or brief(words) == words


def test_the_screen_says_it_at_length_and_that_nothing_begins_anew() -> None:
    words = progress_words(FIRST)
    assert words.startswith("Đã nhận 3.412 trên 10.000 thay đổi, qua đường truyền 1,2 MB, còn khoảng 2 phút.")
    assert "tiếp từ chỗ này" in words
    assert progress_words(SyncState("up_to_date", NOW)) == ""


def test_progress_is_followed_while_the_screen_is_open(hand: Hand, desk: FakeDesk) -> None:
    hand.go("sync")
    desk.state = FIRST
    desk._on_sync()
    hand.settle()
    assert "3.412 trên 10.000" in hand.window.screen_now().progress.text()  # type: ignore[attr-defined]
    assert "3.412/10.000" in hand.window.sync_button.text()


def test_the_proxy_of_the_system_is_named(line: LinePage) -> None:
    assert "http://10.0.0.1:3128" in line.facts.text()


def test_the_switch_says_what_it_does_to_dossiers_and_is_kept(line: LinePage, hand: Hand, desk: FakeDesk) -> None:
    line.metered.setFocus()
    hand.press("Space")
    assert desk.metered
    line.refresh()
    assert line.metered.isChecked()


def test_a_password_for_the_proxy_is_typed_kept_and_forgotten(line: LinePage, hand: Hand, desk: FakeDesk) -> None:
    line.name.setFocus()
    hand.type("an")
    line.password.setFocus()
    hand.press("Return")
    assert "cả tên và mật khẩu" in hand.window.messages.text
    hand.type("bí mật")
    hand.press("Return")
    assert desk.answers[-1] == ("an", "bí mật")
    assert line.password.text() == ""
    line.forget_button.setFocus()
    hand.press("Space")
    assert desk.login == ""
    assert line.name.text() == ""


class Still:
    """An agent that says one thing."""

    def __init__(self, status: Status) -> None:
        self._status = status

    def status(self) -> Status:
        return self._status

    def subscribe(self, _told: object) -> None:
        """Says nothing new."""

    def stop(self) -> None:
        """Was never under way."""


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (TransportFault.PORTAL, "portal"),
        (TransportFault.OTHER_NAME, "portal"),
        (TransportFault.NO_NAME, "offline"),
        (TransportFault.NO_PROXY, "offline"),
    ],
)
def test_a_network_that_wants_a_log_in_is_told_apart_from_no_network(tmp_path: Path, number: int, kind: str) -> None:
    office = office_kit.found(tmp_path, office_kit.Clock(), publish=lambda _code: False)
    fault = TransportFault(number, "detail")
    office.agent = Still(Status(State.OFFLINE, fault=fault, received=5, expected=9, size=70, left_s=8))  # type: ignore[assignment]
    state = OfficeDesk(office).sync_state()
    assert (state.kind, state.received, state.expected, state.size, state.left) == (kind, 5, 9, 70, 8)
    assert f"QMS-5{number}" in state.reason
    office.agent = None
    office.close()


def test_a_copied_pc_is_told_while_its_agent_still_runs(tmp_path: Path) -> None:
    office = office_kit.found(tmp_path, office_kit.Clock(), publish=lambda _code: False)
    office.agent = Still(Status(State.UP_TO_DATE, at=0))  # type: ignore[assignment]
    store = office.demand_store()
    with store.writing() as ledger:
        from qms_desktop.store import meta

        meta.write(ledger.connection, meta.CLONED, "1")
    office_kit.sign_in(office, "IS")
    work = office.work()
    work.store.act("office.note", work.author, lambda _view: [])
    state = OfficeDesk(office).sync_state()
    assert (state.kind, "QMS-512" in state.reason) == ("failed", True)
    office.agent = None
    office.close()
