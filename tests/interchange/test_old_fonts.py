"""Texts of the years before Unicode are read as what they said, and texts of today are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms_desktop.interchange.old_fonts import OldFont, by_font, by_look, composed, is_capital

TODAY = "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc; phường Ngã Bảy, ấp Đường Đức"
IN_TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc; ph\u00adêng Ng· B¶y, Êp §\u00adêng §øc"
IN_VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do - Haïnh phuùc; phöôøng Ngaõ Baûy, aáp Ñöôøng Ñöùc"
LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"


@pytest.mark.parametrize(("text", "font"), [(IN_TCVN3, OldFont.TCVN3), (IN_VNI, OldFont.VNI)])
def test_a_text_is_read_as_it_was_meant(text: str, font: OldFont) -> None:
    assert composed(text, font) == TODAY
    assert by_look([text]) is font


def test_a_text_of_today_is_left_alone() -> None:
    assert by_look([TODAY]) is None
    assert by_look(["Nguyen Van An", "0912345678", ""]) is None
    assert by_look(["Café Müller, São Paulo"]) is None


@given(st.lists(st.sampled_from(TODAY.split()), min_size=1))
def test_no_choice_of_words_of_today_is_taken_for_an_old_font(words: list[str]) -> None:
    assert by_look(words) is None


@pytest.mark.parametrize(
    ("name", "font", "capital"),
    [
        (".VnTime", OldFont.TCVN3, False),
        (".VnTimeH", OldFont.TCVN3, True),
        ("VNI-Times", OldFont.VNI, False),
        ("Times New Roman", None, False),
        ("", None, False),
    ],
)
def test_the_font_says_how_it_was_written(name: str, font: OldFont | None, capital: bool) -> None:
    assert by_font(name) is font
    assert is_capital(name) is capital


def test_a_capital_font_makes_capitals() -> None:
    assert composed("ñy ban nh©n d©n x· ph\u00adêng", OldFont.TCVN3, capitals=True) == "ỦY BAN NHÂN DÂN XÃ PHƯỜNG"


def test_every_letter_of_vni_in_both_cases() -> None:
    small = "aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä ñ eø eù eû eõ eï eâ eà eá eå eã eä ì í æ ó ò"
    small += " oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï yø yù yû yõ î"
    assert composed(small, OldFont.VNI) == " ".join(LETTERS)
    assert composed(small.upper(), OldFont.VNI) == " ".join(LETTERS).upper()
