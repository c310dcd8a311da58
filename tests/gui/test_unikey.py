"""Vietnamese typing tools send letters, Backspace and replacement letters as keys; what arrives is what was meant (point 7)."""

from __future__ import annotations

import unicodedata
from itertools import takewhile
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTabWidget, QWidget

from qms_desktop.domain.text import fold
from qms_desktop.gui.screens.first_run import JOIN, OFFICE, PEOPLE
from qms_desktop.gui.screens.intake import IntakeScreen
from qms_desktop.gui.screens.register import Register
from qms_desktop.gui.suggestions import SuggestEdit
from tests.gui.conftest import OpenHand
from tests.gui.desks import RichDesk
from tests.gui.gallery import Act, _edit, _extend, keys, not_founded, on, page, restoring, tab
from tests.gui.hand import Hand

# What stands in the box after each key of the tool.
TYPED = {
    "telex dduwowngf": "d đ đu đư đưo đươ đươn đương đường",
    "telex duongwfd": "d du duo duon duong dương dường đường",
    "vni nguyen64": "n ng ngu nguy nguye nguyen nguyên nguyễn",
    "telex thí": "t th thi thí",
    "telex taken back": "t th thi thí this",
    "vni hoa2ng": "h ho hoa hòa hoàn hoàng",
}
MEANT = {name: stages.split()[-1] for name, stages in TYPED.items()}
FORMS: dict[str, Act] = {
    "intake": on("intake"),
    "due": on("due"),
    "dossier": on("dossier", "D0001", _edit),
    "move": on("dossier", "D0001", _extend),
    "reason": on("dossier", "D0001", keys("F7")),
    "register": on("register"),
    "today": on("today"),
    "procedures": on("procedures"),
    "person": on("unit"),
    "position": on("unit", then=tab(1)),
    "role": on("unit", then=tab(2)),
    "machine": on("unit", then=tab(3)),
    "office": on("unit", then=tab(4)),
    "applicant": on("unit", then=tab(6)),
    "deputy": on("unit", then=tab(7)),
    "pile": on("register", then=keys("F6")),
    "system": on("system"),
    "search": keys("Ctrl+K"),
}
SET_UP: dict[str, Act] = {"way": restoring, "office": page(OFFICE), "people": page(PEOPLE), "join": page(JOIN)}


def strokes(stages: str) -> list[str]:
    """The keys a tool sends from each text to the next; "⌫" is Backspace."""
    sent: list[str] = []
    before = ""
    for after in stages.split():
        kept = len(list(takewhile(_equal, zip(before, after, strict=False))))
        sent.append("⌫" * (len(before) - kept) + after[kept:])
        before = after
    return sent


def _equal(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def editors(root: QWidget) -> list[QLineEdit | QPlainTextEdit]:
    """Every box one can type words into; a password shows none."""
    found: list[QLineEdit | QPlainTextEdit] = [*root.findChildren(QLineEdit), *root.findChildren(QPlainTextEdit)]
    return [
        box
        for box in found
        if box.isVisible()
        and box.isEnabled()
        and not box.isReadOnly()
        and not (isinstance(box, QLineEdit) and box.echoMode() is not QLineEdit.EchoMode.Normal)
    ]


def text_of(box: QLineEdit | QPlainTextEdit) -> str:
    return box.text() if isinstance(box, QLineEdit) else box.toPlainText()


def type_into_all(hand: Hand) -> int:
    """Types every sequence into every box and reads it; how many boxes there were."""
    boxes = editors(hand.window)
    for box in boxes:
        for name, stages in TYPED.items():
            box.clear()
            box.setFocus()
            hand.type("".join(strokes(stages)))
            assert text_of(box) == MEANT[name], f"{box.accessibleName()}: {name}"
        box.clear()
    return len(boxes)


def test_the_sequences_hold_backspaces_and_replacements() -> None:
    assert strokes(TYPED["telex dduwowngf"]) == ["d", "⌫đ", "u", "⌫ư", "o", "⌫ơ", "n", "g", "⌫⌫⌫ờng"]


@pytest.mark.parametrize("form", FORMS)
def test_every_box_of_every_form_keeps_what_was_meant(form: str, open_hand: OpenHand, rich_desk: RichDesk) -> None:
    hand = open_hand(rich_desk)
    FORMS[form](hand)
    assert type_into_all(hand) >= 1


@pytest.mark.parametrize("at", SET_UP)
def test_every_box_of_the_set_up_keeps_what_was_meant(at: str, tmp_path: Path) -> None:
    hand = Hand(not_founded(tmp_path))
    SET_UP[at](hand)
    assert type_into_all(hand) >= 1


def _intake(hand: Hand) -> IntakeScreen:
    hand.go("intake")
    screen = hand.window.screen_now()
    assert isinstance(screen, IntakeScreen)
    return screen


def test_an_open_pop_up_changes_nothing_in_the_box(hand: Hand) -> None:
    box = _intake(hand).procedure
    shown: list[str] = []
    for stroke in strokes("k kh kha khai"):
        hand.type(stroke)
        shown.append(box.text())
        assert box.open()
        assert not box.hasSelectedText()
    assert shown == ["k", "kh", "kha", "khai"]


def test_accents_arrive_while_the_pop_up_is_open(hand: Hand) -> None:
    box = _intake(hand).procedure
    for stroke in strokes("c ch chu chư chưn chưng chứng"):
        hand.type(stroke)
    assert (box.text(), box.open()) == ("chứng", True)
    hand.press("Return")
    assert box.text().startswith("Chứng thực bản sao")


def test_no_box_completes_inline(hand: Hand) -> None:
    for name in ("intake", "due", "unit", "system", "register"):
        hand.go(name)
        for box in hand.window.findChildren(QLineEdit):
            assert box.completer() is None


def test_letters_typed_on_a_list_arrive_in_its_filter(hand: Hand) -> None:
    hand.go("register")
    screen = hand.window.screen_now()
    assert isinstance(screen, Register)
    assert screen.list.view.hasFocus()
    for stroke in strokes("d đ đô đôn đông"):
        hand.type(stroke)
    assert screen.list.filter.text() == "đông"
    assert 0 < screen.list.model.rowCount() < 60
    assert all("dong" in fold(screen.list.model.copied([row])) for row in range(screen.list.model.rowCount()))


@pytest.mark.parametrize("field", ["full_name", "address"])
def test_decomposed_text_is_composed_on_leaving(hand: Hand, field: str) -> None:
    editor = _intake(hand).form.editors[field]
    editor.widget.setFocus()
    QGuiApplication.clipboard().setText(unicodedata.normalize("NFD", "Nguyễn Thị Hồng Đào"))
    hand.press("Ctrl+V")
    hand.press("Tab")
    assert isinstance(editor.widget, QLineEdit)
    assert editor.widget.text() == "Nguyễn Thị Hồng Đào"
    assert editor.raw() == "Nguyễn Thị Hồng Đào"


def test_decomposed_text_finds_and_is_composed_in_the_procedure_box(hand: Hand) -> None:
    box: SuggestEdit = _intake(hand).procedure
    QGuiApplication.clipboard().setText(unicodedata.normalize("NFD", "hôn nhân"))
    hand.press("Ctrl+V")
    assert box.matches() == ["Cấp Giấy xác nhận tình trạng hôn nhân"]
    hand.press("Esc")
    hand.press("Tab")
    assert box.text() == "hôn nhân"


def test_text_is_not_touched_while_typing(hand: Hand) -> None:
    editor = _intake(hand).form.editors["full_name"]
    editor.widget.setFocus()
    hand.type("  nguyễn   văn an ")
    assert isinstance(editor.widget, QLineEdit)
    assert editor.widget.text() == "  nguyễn   văn an "
    hand.press("Tab")
    assert editor.widget.text() == "nguyễn văn an"


def test_tabs_hold_no_box_unseen_by_these_tests(open_hand: OpenHand, rich_desk: RichDesk) -> None:
    hand = open_hand(rich_desk)
    hand.go("unit")
    tabs = hand.window.screen_now().findChild(QTabWidget)
    assert isinstance(tabs, QTabWidget)
    assert tabs.count() == 8, "a new tab needs a line in FORMS"
