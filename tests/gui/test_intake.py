"""A dossier is received by keyboard alone (screens-and-imports f.3; points 8, 11, 12, 21, 22 and 23)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton

from qms_desktop.domain.errors import StoreError
from qms_desktop.gui import desk as d
from qms_desktop.gui.drafts import DELAY_MS
from qms_desktop.gui.screens.intake import DRAFT
from tests.gui.at_intake import KNOWN, new_person, start
from tests.gui.conftest import OpenHand
from tests.gui.fake_desk import FakeDesk
from tests.gui.hand import Hand


class Counting(Hand):
    """Counts the keys pressed besides the text typed."""

    presses = 0

    def press(self, keys: str) -> None:
        self.presses += 1
        super().press(keys)


class FailingDesk(FakeDesk):
    """A disk that does not take the dossier."""

    def receive(self, intake: d.Intake) -> d.Accepted:
        raise StoreError("QMS-402", "Ổ đĩa đã đầy.", do="Hãy giải phóng chỗ rồi bấm lại.")


def test_ctrl_n_opens_the_procedure_box_from_anywhere(hand: Hand) -> None:
    for name in ("today", "register", "procedures", "due", "sync", "system"):
        hand.go(name)
        assert start(hand).procedure.hasFocus()


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("ctbs", "Chứng thực bản sao"),
        ("khai sinh", "Đăng ký khai sinh"),
        ("004873", "Cấp Giấy xác nhận tình trạng hôn nhân"),
        ("tthn", "Cấp Giấy xác nhận tình trạng hôn nhân"),
        ("1", "Chứng thực bản sao"),
        ("3", "Cấp Giấy xác nhận"),
    ],
)
def test_a_few_letters_or_a_digit_find_the_procedure(hand: Hand, typed: str, title: str) -> None:
    screen = start(hand)
    hand.type(typed)
    hand.press("Return")
    assert title in screen.procedure.text()
    assert screen.lookup.hasFocus()


def test_the_most_used_are_offered_with_digits_before_anything_is_typed(hand: Hand) -> None:
    screen = start(hand)
    assert len(screen.procedure.matches()) == 3


def test_a_new_person_without_a_mouse(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand)
    new_person(hand)
    assert screen.papers.hasFocus()
    hand.press("A")
    hand.press("Ctrl+Return")
    (intake,) = desk.received
    assert intake.revision == "R0"
    assert intake.channel == "in_person"
    assert intake.applicant["full_name"] == "Nguyễn Văn Đông"
    assert intake.applicant["id_number"] == "079085012345"
    assert intake.applicant["born"] == "1985-03-12"
    assert intake.applicant["phone"] == "0912345678"
    assert [paper["state"] for paper in intake.papers] == ["ok", "ok"]


def test_a_returning_citizen_takes_at_most_twelve_keys_besides_the_text(desk: FakeDesk) -> None:
    hand = Counting(desk)
    hand.enter()
    hand.press("Ctrl+N")
    hand.type("ctbs")
    hand.press("Return")
    hand.type(KNOWN)
    hand.press("Return")
    hand.press("A")
    hand.press("Ctrl+Return")
    (intake,) = desk.received
    assert intake.applicant_id == "A1"
    assert intake.applicant["id_number"] == KNOWN
    assert hand.presses <= 12


def test_everything_is_ready_for_the_next_dossier(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand)
    new_person(hand)
    hand.press("A")
    hand.press("Ctrl+Return")
    assert "Đã nhận" in hand.window.messages.text
    assert "26/11/2026" in hand.window.messages.text
    assert screen.procedure.hasFocus()
    assert screen.procedure.text() == screen.lookup.text() == ""
    assert not any(screen.form.raw()[name] for name in ("full_name", "id_number", "born", "phone"))
    assert not screen.papers.papers.papers
    hand.type("ctbs")
    hand.press("Return")
    assert screen.chosen == "R0"


def test_the_due_sentence_is_seen_before_accepting(hand: Hand) -> None:
    screen = start(hand)
    assert "Chọn thủ tục" in screen.sentence.text()
    hand.type("tthn")
    hand.press("Return")
    assert "26/11/2026" in screen.due.text()
    assert "cuối tuần" in screen.sentence.text()
    assert screen.due.isVisible()
    assert screen.sentence.isVisible()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("Space",), {"state": "ok"}),
        (("Space", "Space"), {"state": "waived"}),
        (("Space", "Space", "Space"), {"state": "invalid"}),
        (("Space", "M"), {"state": "missing"}),
        (("G",), {"held": True}),
        (("G", "G"), {"held": False}),
        (("3",), {"copies": 3}),
        (("2", "0"), {"copies": 20}),
        (("A",), {"state": "ok"}),
    ],
)
def test_the_keys_of_the_papers_grid(hand: Hand, keys: tuple[str, ...], expected: dict[str, object]) -> None:
    screen = start(hand)
    hand.type("ctbs")
    hand.press("Return")
    screen.papers.focus_first_open()
    for key in keys:
        hand.press(key)
    paper = screen.papers.papers.papers[0]
    assert {name: paper[name] for name in expected} == expected


def test_missing_papers_change_what_accepting_does(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand)
    new_person(hand)
    hand.press("Space")
    assert screen.accept_button.text().startswith("In phiếu bổ sung")
    assert "Còn thiếu 1 giấy tờ" in screen.due.text()
    hand.press("Down")
    hand.press("Space")
    assert screen.accept_button.text().startswith("Tiếp nhận và in")
    hand.press("M")
    hand.press("Ctrl+Return")
    assert "còn thiếu giấy tờ" in hand.window.messages.text
    assert [paper["state"] for paper in desk.received[0].papers] == ["ok", "missing"]


def test_f12_takes_the_same_procedure_for_the_next_citizen(hand: Hand) -> None:
    screen = start(hand)
    new_person(hand)
    hand.press("A")
    hand.press("Ctrl+Return")
    hand.press("F12")
    assert screen.chosen == "R0"
    assert screen.lookup.hasFocus()
    assert not screen.form.raw()["full_name"]


def test_ctrl_r_takes_the_same_person_with_another_procedure(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand)
    hand.type("ctbs")
    hand.press("Return")
    hand.type(KNOWN)
    hand.press("Return")
    hand.press("A")
    hand.press("Ctrl+Return")
    hand.press("Ctrl+R")
    assert screen.form.raw()["id_number"] == KNOWN
    assert screen.procedure.hasFocus()
    hand.type("khai sinh")
    hand.press("Return")
    hand.press("Tab")
    screen.papers.focus_first_open()
    hand.press("A")
    hand.press("Ctrl+Return")
    assert [intake.applicant_id for intake in desk.received] == ["A1", "A1"]
    assert [intake.revision for intake in desk.received] == ["R0", "R2"]


@pytest.mark.parametrize("key", ["F12", "Ctrl+R"])
def test_the_short_ways_never_throw_away_what_is_being_typed(hand: Hand, key: str) -> None:
    screen = start(hand)
    new_person(hand)
    hand.press("A")
    hand.press("Ctrl+Return")
    new_person(hand)
    hand.press(key)
    assert screen.form.raw()["full_name"] == "Nguyễn Văn Đông"
    assert "chưa được nhận" in hand.window.messages.text


def test_a_problem_stands_beside_its_field_and_says_how_to_put_it_right(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand)
    hand.type("ctbs")
    hand.press("Return")
    screen.form.editors["born"].widget.setFocus()
    hand.type("31/02/1990")
    hand.press("Return")
    assert "31" in screen.form.problems()["born"]
    hand.press("Ctrl+Return")
    assert set(screen.form.problems()) == {"full_name", "born"}
    assert screen.form.editors["full_name"].widget.hasFocus()
    assert not desk.received


@pytest.mark.parametrize("typed", ["12/3/85", "12-03-1985", "12031985", "120385"])
def test_a_birth_date_is_understood_as_people_write_it(hand: Hand, typed: str) -> None:
    screen = start(hand)
    widget = screen.form.editors["born"].widget
    widget.setFocus()
    hand.type(typed)
    hand.press("Return")
    assert isinstance(widget, QLineEdit)
    assert widget.text() == "12/03/1985"


def test_nothing_is_lost_when_the_dossier_cannot_be_written(open_hand: OpenHand, tmp_path: Path) -> None:
    hand = open_hand(FailingDesk(tmp_path))
    screen = start(hand)
    new_person(hand)
    hand.press("A")
    hand.press("Ctrl+Return")
    assert "Ổ đĩa đã đầy" in hand.window.messages.text
    assert "QMS-402" in hand.window.messages.text
    assert screen.form.raw()["full_name"] == "Nguyễn Văn Đông"
    assert screen.accept_button.isEnabled()


def test_pressing_accept_twice_receives_once(hand: Hand, desk: FakeDesk) -> None:
    screen = start(hand)
    new_person(hand)
    hand.press("A")
    screen.accept()
    screen.accept()
    hand.settle()
    assert len(desk.received) == 1


def test_what_is_typed_is_kept_within_two_seconds() -> None:
    assert DELAY_MS <= 2000


def test_steady_typing_does_not_put_off_the_draft(hand: Hand) -> None:
    screen = start(hand)
    screen.drafts.touch()
    first = screen.drafts._timer.remainingTime()
    screen.drafts.touch()
    assert screen.drafts._timer.remainingTime() <= first


def test_after_a_crash_the_draft_is_offered(open_hand: OpenHand, desk: FakeDesk) -> None:
    hand = open_hand()
    start(hand)
    new_person(hand)
    hand.press("Space")
    hand.crash()
    again = open_hand()
    assert "tắt đột ngột" in again.window.messages.text
    screen = start(again)
    assert "Bạn đang nhập dở hồ sơ của Nguyễn Văn Đông" in again.window.messages.text
    assert screen.chosen == "R0"
    assert screen.form.raw()["id_number"] == "079085012345"
    assert screen.papers.papers.papers[0]["state"] == "ok"
    screen.papers.focus_first_open()
    again.press("A")
    again.press("Ctrl+Return")
    assert desk.received[0].applicant["full_name"] == "Nguyễn Văn Đông"
    assert DRAFT not in desk.drafts


def test_words_typed_to_find_a_person_survive_before_enter(open_hand: OpenHand, desk: FakeDesk) -> None:
    hand = open_hand()
    start(hand)
    hand.type("ctbs")
    hand.press("Return")
    hand.type("Nguyễn Văn Đ")
    hand.crash()
    screen = start(open_hand())
    assert screen.chosen == "R0"
    assert screen.lookup.text() == "Nguyễn Văn Đ"


def test_a_draft_can_be_given_up(open_hand: OpenHand, desk: FakeDesk) -> None:
    hand = open_hand()
    start(hand)
    new_person(hand)
    hand.crash()
    again = open_hand()
    screen = start(again)
    again.window.messages._take_offer()
    again.settle()
    assert not screen.form.raw()["full_name"]
    assert DRAFT not in desk.drafts


def test_esc_leaves_without_losing_what_is_typed(hand: Hand) -> None:
    hand.go("register")
    screen = start(hand)
    new_person(hand)
    hand.press("Esc")
    assert hand.window.screen_name == "register"
    hand.press("Ctrl+N")
    assert screen.form.raw()["full_name"] == "Nguyễn Văn Đông"


def test_the_details_few_dossiers_need_are_folded_away(hand: Hand) -> None:
    screen = start(hand)
    assert not screen.form.editors["note"].widget.isVisible()
    assert screen.form.editors["full_name"].widget.isVisible()


def test_the_next_citizen_starts_with_the_first_way_and_folded_details(hand: Hand) -> None:
    screen = start(hand)
    new_person(hand)
    screen.channel.setCurrentIndex(2)
    head = screen.form.findChild(QPushButton, "section.Chi tiết khác")
    assert head is not None
    head.click()
    assert screen.form.editors["note"].widget.isVisible()
    hand.press("Ctrl+Return")
    assert screen.channel.currentIndex() == 0
    assert not screen.form.editors["note"].widget.isVisible()


def test_a_detail_shown_for_its_fault_is_folded_for_the_next_citizen(hand: Hand) -> None:
    screen = start(hand)
    screen.form._focus(next(line for line in screen.form._lines if line.editor.field.name == "note"))
    screen.form.start_over()
    assert not screen.form.editors["note"].widget.isVisible()


def test_required_fields_are_marked_in_words(hand: Hand) -> None:
    screen = start(hand)
    assert screen.form.editors["full_name"].widget.accessibleName() == "Họ và tên, bắt buộc"


@pytest.mark.parametrize(("typed", "kept", "shown"), [("1958", "1958", "1958"), ("12/3/58", "1958-03-12", "12/03/1958")])
def test_a_birth_may_be_a_year_alone(hand: Hand, desk: FakeDesk, typed: str, kept: str, shown: str) -> None:
    screen = start(hand)
    hand.type("ctbs")
    hand.press("Return")
    for text in ("Thạch Sơn", "079085012345", typed):
        hand.type(text)
        hand.press("Return")
    assert screen.form.raw()["born"] == shown
    hand.press("Ctrl+Return")
    assert desk.received[0].applicant["born"] == kept


def test_a_birth_year_to_come_is_refused(hand: Hand) -> None:
    screen = start(hand)
    screen.form.editors["born"].widget.setFocus()
    hand.type("2040")
    hand.press("Return")
    assert "tương lai" in screen.form.problems()["born"]
