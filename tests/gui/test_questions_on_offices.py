"""Open questions at the real window, by keys alone: what stands there, one key each, and Ctrl+Z asks again on every PC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtWidgets import QLabel

from qms_desktop.domain.fields import Value
from qms_desktop.gui.app import open_window
from qms_desktop.gui.clerk_hands import ClerkHands
from qms_desktop.gui.desks.exchange import NEWER, UNREAD
from qms_desktop.gui.screens.sync import SyncScreen
from qms_desktop.office import Office
from qms_desktop.store.questions import Question
from qms_desktop.store.unit import Change, create, put, void
from qms_desktop.store.view import View
from qms_desktop.usecases import unit_keys
from tests.gui.test_rights_on_offices import CLERK, PIN, Commune, commune
from tests.usecases.office_kit import UNIT, sign_in

__all__ = ["commune"]


@dataclass
class Counter:
    """Three PCs of one office that know the same dossier, and the window of the first."""

    offices: tuple[Office, ...]
    dossier: str
    hands: ClerkHands

    def write(self, at: int, name: str, change: Change) -> None:
        """Something a person did on that PC while the line was down."""
        work = self.offices[at].work()
        work.store.act(name, work.author, lambda _view: [change])

    def edit(self, at: int, **values: Value) -> None:
        self.write(at, "dossier.edit", put("dossier", self.dossier, values))

    def settle(self) -> None:
        for office in self.offices * 2:
            office.sync_once()

    def open_at(self, at: int) -> int:
        with self.offices[at].demand_store().view() as view:
            return len(view.questions())

    def value(self, at: int, name: str) -> Value:
        with self.offices[at].demand_store().view() as view:
            return (view.get("dossier", self.dossier) or {}).get(name)

    def look(self) -> tuple[SyncScreen, list[str]]:
        """The screen, and every word of the question under the cursor."""
        self.hands.show("sync")
        screen = self.hands.window.screen_now()
        assert isinstance(screen, SyncScreen)
        return screen, [label.text() for label in screen.tabs.findChildren(QLabel) if label.isVisible()]


@pytest.fixture
def counter(commune: Commune) -> Iterator[Counter]:
    first, others = commune.first, [commune.new_pc(name) for name in ("b", "c")]
    for office in others:
        office.enrol(commune.url, commune.province.accounts.new_code(UNIT), "Máy quầy")
    first.sync_once()
    sign_in(first, "IS")
    with first.demand_store().view() as view:
        waiting = unit_keys.waiting_pcs(view, first.demand_store().replica, first.demand_credentials().province_key)
    for pc in waiting:
        unit_keys.admit(first.work(), pc)
    for office in (first, *others, *others):
        office.sync_once()
    for office in others:
        sign_in(office, "CL")
    hands = ClerkHands(open_window(first))
    hands.sign_in(CLERK, PIN)
    made = Counter((first, *others), commune.dossier, hands)
    yield made
    hands.go_home()


def answer_and_ask_again(counter: Counter, key: str, before: int = 1) -> None:
    """One key answers it everywhere; Ctrl+Z opens it everywhere."""
    counter.hands.press(key)
    assert "Ctrl+Z" in counter.hands.message()
    counter.settle()
    assert [counter.open_at(at) for at in range(3)] == [0, 0, 0]
    counter.hands.press("Ctrl+Z")
    assert "Hoàn tác" in counter.hands.message()
    counter.settle()
    assert [counter.open_at(at) for at in range(3)] == [before] * 3


def test_a_sealed_telephone_number_of_two_pcs(counter: Counter) -> None:
    counter.edit(0, applicant_phone="0901234567")
    counter.settle()
    counter.edit(0, applicant_phone="0987654321")
    counter.edit(1, applicant_phone="0909111222")
    counter.settle()
    _screen, words = counter.look()
    text = "\n".join(words)
    assert "“Số điện thoại”: giá trị nào đúng?" in text
    assert "0901234567" in text.replace(" ", "")
    assert "máy này" in text
    assert "máy B" in text
    shown = [word.replace(" ", "") for word in words if word.replace(" ", "") in ("0987654321", "0909111222")]
    assert len(shown) == 2
    answer_and_ask_again(counter, "2")
    counter.look()
    counter.hands.press("2")
    counter.settle()
    assert str(counter.value(2, "applicant_phone")).replace(" ", "") == shown[1]


def test_three_pcs_and_three_values(counter: Counter) -> None:
    for at, note in enumerate(("Gọi buổi sáng", "Gọi buổi chiều", "")):
        counter.edit(at, note=note or None, applicant_address=("Ấp 1", "Ấp 2", "Ấp 3")[at])
    counter.settle()
    screen, _words = counter.look()
    labels = [screen.list.item(number).text() for number in range(screen.list.count())]
    address = next(number for number, label in enumerate(labels) if label.startswith(("Địa chỉ", "Nơi")))
    screen.list.setCurrentRow(address)
    _screen, words = counter.look()
    assert {"Ấp 1", "Ấp 2", "Ấp 3"} <= set(words)
    screen.list.setFocus()
    answered = len(labels) - 1
    counter.hands.press("3")
    counter.settle()
    assert [counter.open_at(at) for at in range(3)] == [answered] * 3
    counter.hands.press("Ctrl+Z")
    counter.settle()
    assert [counter.open_at(at) for at in range(3)] == [answered + 1] * 3


@pytest.mark.parametrize(("key", "out_of_use"), [("1", True), ("2", False)])
def test_taken_out_of_use_here_and_edited_there(counter: Counter, key: str, out_of_use: bool) -> None:
    counter.write(0, "dossier.void", void("dossier", counter.dossier))
    counter.edit(1, note="Còn phải trả")
    counter.settle()
    _screen, words = counter.look()
    assert {"Bỏ bản ghi", "Giữ bản ghi\nGhi chú: Còn phải trả"} <= set(words), "what would be lost from sight is named"
    answer_and_ask_again(counter, key)
    counter.look()
    counter.hands.press(key)
    counter.settle()
    assert [bool(counter.value(at, "_voided")) for at in range(3)] == [out_of_use] * 3


def test_a_group_is_asked_as_one_with_its_names(counter: Counter) -> None:
    counter.edit(0, state="processing", step="B2")
    counter.edit(1, state="result_ready", step="B5")
    counter.settle()
    _screen, words = counter.look()
    assert any(word.startswith("Trạng thái: ") and "\nBước: B5" in word for word in words)
    answer_and_ask_again(counter, "1")


def test_the_content_of_an_attachment(counter: Counter) -> None:
    facts: dict[str, Value] = {
        "subject": counter.dossier,
        "name": "Giấy khai sinh.pdf",
        "hash": "ab" * 32,
        "size": 210_000,
        "mime": "application/pdf",
    }
    counter.write(0, "attachment.add", create("attachment", "f1", facts))
    counter.settle()
    counter.write(0, "attachment.replace", put("attachment", "f1", {"hash": "cd" * 32, "size": 310_000}))
    counter.write(1, "attachment.replace", put("attachment", "f1", {"hash": "ef" * 32, "size": 1_400_000}))
    counter.settle()
    _screen, words = counter.look()
    assert "“Nội dung tệp”: giá trị nào đúng?" in words
    assert {"Tệp 310 KB, dấu nội dung CDCDCDCD", "Tệp 1,4 MB, dấu nội dung EFEFEFEF"} <= set(words)
    assert any("Giấy khai sinh.pdf" in word and "Nguyễn Thị Hoa" in word for word in words)
    answer_and_ask_again(counter, "1")


def test_a_value_that_cannot_be_read_here_is_not_written_over(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.edit(0, applicant_phone="0987654321")
    counter.edit(1, applicant_phone="0909111222")
    counter.settle()
    usual = View.questions

    def unread(view: View) -> list[Question]:
        return [replace(q, values=tuple(replace(value, value=None, hidden=True) for value in q.values)) for q in usual(view)]

    monkeypatch.setattr(View, "questions", unread)
    _screen, words = counter.look()
    assert words.count(UNREAD) == 2
    counter.hands.press("1")
    assert "khóa của đơn vị" in counter.hands.message()
    assert counter.open_at(0) == 1


def test_what_a_newer_program_asks_is_shown_and_left_to_it(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.edit(0, note="một")
    counter.edit(1, note="hai")
    counter.settle()
    usual = View.questions

    def newer(view: View) -> list[Question]:
        return [replace(q, field="so_dinh_danh_moi", fields=("so_dinh_danh_moi",)) for q in usual(view)]

    monkeypatch.setattr(View, "questions", newer)
    _screen, words = counter.look()
    assert f"“{NEWER}”: giá trị nào đúng?" in words
    assert {"một", "hai"} <= set(words)
    counter.hands.press("1")
    assert "cập nhật chương trình" in counter.hands.message()
    assert counter.open_at(0) == 1
