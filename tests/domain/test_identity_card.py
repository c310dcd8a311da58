"""What a scanner typed becomes the card that was meant, or nothing: never something else (screens-and-imports f.3, point 7)."""

from __future__ import annotations

from datetime import date

import pytest

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.identity_card import EDITIONS, Card, read_card
from qms_desktop.domain.scanned_keys import BACKSPACE, readings

TODAY = date(2026, 11, 22)
CARD = "086085001234|381234567|Nguyễn Văn Đông|12031985|Nam|Ấp Phú Hoà, xã Tân Hoà, tỉnh Vĩnh Long|22122021"


def card(text: str) -> Card:
    """The card of keys that no tool touched; "⌫" is Backspace."""
    return read_card(readings([BACKSPACE if key == "⌫" else key for key in text]), TODAY)


def test_the_card_of_2021() -> None:
    assert card(CARD) == Card(
        "Thẻ CCCD gắn chip (từ 2021)",
        "086085001234",
        "Nguyễn Văn Đông",
        "1985-03-12",
        "Ấp Phú Hoà, xã Tân Hoà, tỉnh Vĩnh Long",
    )


@pytest.mark.parametrize(
    "text",
    [
        CARD.rpartition("|")[0],
        CARD.replace("381234567", ""),
        CARD + "||Nguyễn Văn Tây|Trần Thị Nam|",
        CARD.replace("381234567|", "") + "|Nguyễn Văn Tây",
        CARD + "\r",
        CARD.replace("22122021", ""),
    ],
)
def test_every_edition_gives_the_same_person(text: str) -> None:
    found = card(text)
    assert (found.number, found.full_name, found.born, found.doubts) == ("086085001234", "Nguyễn Văn Đông", "1985-03-12", ())


@pytest.mark.parametrize(
    "text",
    [
        "086085001234|gì đó khác",
        "08608500123|381234567|Nguyễn Văn Đông|12031985|Nam|Ấp Phú Hoà|22122021",
        CARD.replace("12031985", "31021985"),
        CARD.replace("12031985", "12032985"),
        CARD.replace("|Nam|", "|Nguyễn|"),
        CARD.replace("Nguyễn Văn Đông|12031985", "12031985|Nguyễn Văn Đông"),
        "Nguyễn Văn Đông|" + CARD,
        "086085001234|381234567|Nguyễn Văn Đông|12031985",
        "",
    ],
)
def test_an_unknown_layout_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(InputError) as refused:
        card(text)
    assert refused.value.code == "QMS-151"


def test_letters_sent_as_bytes_are_put_together() -> None:
    keys = "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte) for byte in CARD.encode()
    )
    assert keys != CARD
    assert card(keys).full_name == "Nguyễn Văn Đông"


def test_decomposed_letters_are_composed() -> None:
    assert card(CARD.replace("ễ", "e\u0302\u0303")).full_name == "Nguyễn Văn Đông"


@pytest.mark.parametrize(
    ("sent", "shown", "telex", "vni"),
    [
        ("Nguye⌫ên⌫⌫ễn", "Nguyễn", "Nguyeenx", "Nguye6n4"),
        ("D⌫Đo⌫ông", "Đông", "DDoong", "D9o6ng"),
        ("hoa⌫⌫òa⌫⌫oàn", "hoàn", "hoafn", "hoa2n"),
        ("duong⌫⌫⌫⌫ương", "dương", "duongw", "duong7"),
        ("Mo⌫ô⌫oo", "Moo", "Mooo", "Mo6o"),
    ],
)
def test_the_swallowed_keys_follow_from_what_the_tool_changed(sent: str, shown: str, telex: str, vni: str) -> None:
    found = readings([BACKSPACE if key == "⌫" else key for key in sent])
    assert found == (shown, telex, vni)


def test_a_composed_name_is_taken_when_the_bare_keys_are_no_name() -> None:
    """The scanner sends Telex and the tool composes."""
    composed = CARD.replace("Nguyễn", "Nguye⌫ên⌫⌫ễn").replace("Văn", "Va⌫ăn").replace("Đông", "D⌫Đo⌫ông")
    assert card(composed).full_name == "Nguyễn Văn Đông"


def test_a_name_the_tool_spoiled_is_not_believed() -> None:
    """`Ksor` under Telex becomes `Ksỏ`; neither reading is surely a name."""
    found = card(CARD.replace("Nguyễn Văn Đông", "Kso⌫ỏ H'Bơ"))
    assert found.full_name == ""
    assert found.doubts == ("họ và tên",)
    assert found.number == "086085001234"


def test_where_both_readings_could_be_meant_neither_is_taken() -> None:
    """`Moong` and `Mông` are both words."""
    found = card(CARD.replace("Ấp Phú Hoà", "Ấp Mo⌫ông"))
    assert (found.full_name, found.address) == ("Nguyễn Văn Đông", "")
    assert found.doubts == ("địa chỉ",)


@pytest.mark.parametrize(
    "name",
    [
        "Nguyeenx Vawn DDoong",
        "Nguyen64 Van8 Dong9",
        "Nguyễnx Văn Đông",
        "Nguyễn Văn Ddông",
        "nGUYễN vĂN đôNG",
        "Nguyễn Văn Đôngg6",
        "Nguyêễn",
    ],
)
def test_keys_of_a_tool_left_in_a_name_are_seen(name: str) -> None:
    found = card(CARD.replace("Nguyễn Văn Đông", name))
    assert found.full_name == ""
    assert "họ và tên" in found.doubts


def test_a_scanner_that_drops_accents_fills_no_words() -> None:
    """Nothing in such a scan tells `Nguyn` from a name."""
    found = card("086085001234|381234567|Nguyen Van Dong|12031985|Nam|Ap Phu Hoa, xa Tan Hoa|22122021")
    assert (found.full_name, found.address, found.born) == ("", "", "1985-03-12")


@pytest.mark.parametrize(
    "name", ["Y Bhăm Niê", "H'Hen Niê", "Lê Anh", "Đinh Kpuih", "NGUYỄN VĂN ĐÔNG", "Tô Thị Trang", "Trương Mỹ Hoa"]
)
def test_names_of_every_people_are_taken(name: str) -> None:
    assert card(CARD.replace("Nguyễn Văn Đông", name)).full_name == name


def test_more_backspaces_than_letters_lose_the_key_and_are_not_believed() -> None:
    assert card(CARD.replace("Đông", "Đ⌫⌫⌫ông")).full_name == ""


def test_a_birth_that_the_number_does_not_tell_is_noted() -> None:
    assert not card(CARD.replace("12031985", "12031986")).agrees
    assert card(CARD).agrees


def test_editions_are_told_apart_by_what_stands_in_them() -> None:
    assert len({edition.name for edition in EDITIONS}) == len(EDITIONS)
