"""Sums as Vietnamese receipts write them."""

import pytest

from qms_desktop.usecases.fee_words import in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (8_000, "Tám nghìn đồng"),
        (15_000, "Mười lăm nghìn đồng"),
        (21_500, "Hai mươi mốt nghìn năm trăm đồng"),
        (105_000, "Một trăm lẻ năm nghìn đồng"),
        (1_005_000, "Một triệu không trăm lẻ năm nghìn đồng"),
        (1_250_000, "Một triệu hai trăm năm mươi nghìn đồng"),
        (2_000_000_011, "Hai tỷ không trăm mười một đồng"),
        (10_000_000, "Mười triệu đồng"),
        (55_055, "Năm mươi lăm nghìn không trăm năm mươi lăm đồng"),
    ],
)
def test_a_sum_is_spoken(amount: int, words: str) -> None:
    assert in_words(amount) == words
