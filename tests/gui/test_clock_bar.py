"""The bar of a dossier's time and the answer to “Vì sao trễ?”."""

from __future__ import annotations

from datetime import date

from qms_desktop.gui.desk_clock import ClockFace, PausedDays
from qms_desktop.gui.screens.clock_bar import ClockBar, face_words, is_late
from qms_desktop.gui.screens.dossier import DossierScreen
from tests.gui.conftest import OpenHand
from tests.gui.desks import RichDesk
from tests.gui.hand import Hand

PAUSE = PausedDays(date(2026, 11, 12), date(2026, 11, 16), "chờ bổ sung")
LATE = ClockFace(date(2026, 11, 10), date(2026, 11, 20), date(2026, 11, 18), date(2026, 11, 14), None, (PAUSE,), "late")


def page(hand: Hand, record: str) -> DossierScreen:
    hand.go("dossier", record)
    screen = hand.window.screen_now()
    assert isinstance(screen, DossierScreen)
    return screen


def test_everything_the_bar_shows_is_said_in_words() -> None:
    assert face_words(LATE) == (
        "Thời hạn: nhận 10/11/2026; tạm dừng 12/11/2026 – 16/11/2026 (chờ bổ sung); "
        "hẹn 18/11/2026 (hẹn gốc 14/11/2026); hôm nay 20/11/2026; trễ hẹn."
    )


def test_a_clock_that_stands_is_not_late() -> None:
    standing = ClockFace(LATE.received, LATE.today, LATE.due, level="paused")
    assert is_late(LATE)
    assert not is_late(standing)


def test_a_pause_is_grey_and_the_late_days_are_of_another_colour(hand: Hand) -> None:
    bar = ClockBar(hand.window)
    bar.resize(1100, bar.sizeHint().height())
    bar.show_face(LATE)
    image = bar.grab().toImage()
    colours = {name: image.pixelColor(round(1100 * days / 11), 2).name() for name, days in {"run": 0.9, "late": 10.2}.items()}
    paused = {image.pixelColor(round(1100 * 2.2) // 11 + step, 2).name() for step in range(20)}
    assert colours["run"] != colours["late"]
    assert not paused & set(colours.values())


def test_a_dossier_of_one_day_and_one_without_a_due_date_are_drawn(hand: Hand) -> None:
    day = date(2026, 11, 20)
    for face in (ClockFace(day, day, day), ClockFace(day, day, None), ClockFace(day, day, day, ended=day)):
        bar = ClockBar(hand.window)
        bar.show_face(face)
        bar.resize(120, bar.sizeHint().height())
        bar.grab()
        assert bar.accessibleName()


def test_ctrl_l_tells_why_and_esc_folds_it(open_hand: OpenHand, rich_desk: RichDesk) -> None:
    hand = open_hand(rich_desk, 900, 500)
    screen = page(hand, "D0001")
    hand.press("Ctrl+L")
    assert "Nguyễn Hữu Đức): vượt 1,5 ngày công" in screen.why.words.text()
    assert hand.window.width() == 900
    hand.press("Escape")
    assert not screen.why.isVisible()
    assert hand.window.screen_name == "dossier"


def test_the_button_stands_only_on_a_late_dossier(open_hand: OpenHand, rich_desk: RichDesk) -> None:
    hand = open_hand(rich_desk)
    assert page(hand, "D0001")._why_button.isVisible()
    assert not page(hand, "D0002")._why_button.isVisible()


def test_ctrl_l_on_a_row_of_the_register_tells_why(open_hand: OpenHand, rich_desk: RichDesk) -> None:
    hand = open_hand(rich_desk)
    hand.go("register")
    hand.press("Ctrl+L")
    assert "vượt 1,5 ngày công" in hand.window.messages.text
