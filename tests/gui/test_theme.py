"""Colours can be read by everyone, letters are Vietnamese and large enough, a state is always a word too (points 5, 16, 35)."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QApplication

from qms_desktop.domain.text import nfc
from qms_desktop.gui import theme
from qms_desktop.gui.desk import SyncState
from qms_desktop.gui.messages import _LOOK
from qms_desktop.gui.screens.dossier_columns import LEFT
from qms_desktop.gui.screens.intake_papers import PapersModel
from qms_desktop.gui.status import LEVELS, sync_words
from qms_desktop.gui.theme import LEVEL_COLOURS, LEVEL_GROUNDS, PALETTE
from tests.gui.fake_desk import NOW, FakeDesk

LEAST = 4.5
GROUNDS = ("surface", "ground", "stripe", "chosen")
PAIRS = [
    *[("ink", ground) for ground in GROUNDS],
    *[("quiet", ground) for ground in ("surface", "ground", "stripe")],
    ("faint", "surface"),
    ("accent", "surface"),
    ("accent", "ground"),
    ("accent_dark", "surface"),
    ("accent_dark", "ground"),
    ("accent_dark", "accent_soft"),
    ("ink", "accent_soft"),
    ("surface", "accent"),
    ("surface", "accent_dark"),
    ("surface", "soon"),
    ("nav_text", "nav"),
    ("nav_quiet", "nav"),
    ("surface", "nav"),
    ("surface", "nav_here"),
    ("late", "surface"),
    ("late", "ground"),
]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(getattr(PALETTE, text), getattr(PALETTE, ground)) >= LEAST


@pytest.mark.parametrize("level", sorted(LEVEL_COLOURS))
def test_the_colour_of_a_state_can_be_read_wherever_it_stands(level: str) -> None:
    for ground in (PALETTE.surface, PALETTE.stripe, PALETTE.ground, LEVEL_GROUNDS[level]):
        assert contrast(LEVEL_COLOURS[level], ground) >= LEAST


def test_messages_can_be_read() -> None:
    for _word, colour, ground in _LOOK.values():
        assert contrast(colour, ground) >= LEAST
        assert contrast(PALETTE.ink, ground) >= LEAST


def test_every_colour_of_a_dossier_says_the_same_in_words() -> None:
    desk = FakeDesk.__new__(FakeDesk)
    levels = {}
    for state, due in (
        ("received", "2026-11-19"),
        ("received", "2026-11-20"),
        ("received", "2026-11-27"),
        ("awaiting_citizen", "2026-11-27"),
    ):
        found = desk.due_of({"state": state, "due": due})
        levels[found.level] = LEFT.text({"due_left": found.left})
    assert len(levels) == len(set(levels.values())) == 4
    assert all(levels.values())


def test_every_state_of_a_paper_has_its_own_words() -> None:
    papers = PapersModel()
    papers.put([{"name": "Tờ khai", "state": state} for state in ("ok", "missing", "invalid", "waived")])
    assert len({papers.index(row, 1).data() for row in range(4)}) == 4


def test_every_state_of_the_exchange_has_its_own_words() -> None:
    states = [SyncState(kind, NOW, waiting=3, done=1, total=3, questions=2, reason="hết giờ") for kind in LEVELS]
    words = [sync_words(state, NOW) for state in states]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("done", "reason", "words"),
    [
        (0, "không có mạng", "Đang thử lại · 10 chờ gửi"),
        (0, "", "Đang nối với tỉnh · 10 chờ gửi"),
        (4, "không có mạng", "Đang gửi 4 trên 10"),
    ],
)
def test_nothing_is_said_to_be_sent_before_something_went_through(done: int, reason: str, words: str) -> None:
    assert sync_words(SyncState("sending", NOW, 10, done, 10, reason=reason), NOW) == words


def test_the_font_has_every_vietnamese_letter(application: QApplication) -> None:
    assert theme.holds_vietnamese(application.font())
    assert application.font().pointSizeF() >= theme.BASE_POINTS


def test_the_proof_letters_are_composed() -> None:
    assert nfc(theme.PROOF) == theme.PROOF


def test_sizes_of_the_style_follow_the_font(application: QApplication) -> None:
    assert "@" not in theme.style_sheet()
    assert "font-size" not in theme.style_sheet()
    large = application.font()
    large.setPointSizeF(theme.BASE_POINTS * 1.5)
    assert theme.metrics(large).row > theme.metrics(application.font()).row * 1.3


def test_no_letter_is_measured_in_pixels() -> None:
    assert not re.search(r"font-size:\s*\d+px", theme.style_sheet())
