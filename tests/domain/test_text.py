"""Vietnamese text: search, order, dates and money as people write them."""

import random
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms_desktop.domain import text
from qms_desktop.domain.errors import AppError, InputError

TODAY = date(2026, 11, 22)
LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
# The order below was produced by ICU 78 (`new Intl.Collator("vi")`).
ICU_ORDER = [
    "10 nhà", "2 con", "a", "A", "à", "À", "á", "ả ba", "an", "An", "ản", "án", "ạn", "ăn", "Ăn", "ân", "Ân", "ba", "bà",
    "bả", "bã", "bá", "bạ", "ca", "cha", "da", "dương", "Dương", "đa", "Đà", "đường", "Đường", "ê", "ga", "Nguyễn An",
    "Nguyễn Văn An", "Nguyễn Văn Ân", "Nguyễn Việt", "oan", "ô", "ơ", "phường", "ta", "thi", "Thị", "trà", "Trà Vinh",
    "u", "ư", "Vĩnh Long", "xã", "y",
]  # fmt: skip


@pytest.mark.parametrize(
    "written, folded",
    [("Đường Đồng Khởi", "duong dong khoi"), ("NGUYỄN VĂN ĐÔNG", "nguyen van dong"), ("Ưu tiên", "uu tien"), ("", "")],
)
def test_folding_strips_every_mark_and_bars_the_d(written: str, folded: str) -> None:
    assert text.fold(written) == folded
    assert text.fold(unicodedata.normalize("NFD", written)) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(any_text: str) -> None:
    assert text.fold(text.fold(any_text)) == text.fold(any_text)


def test_decomposed_text_is_recognised_and_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "Chứng thực")
    assert not text.is_nfc(decomposed)
    assert text.nfc(decomposed) == "Chứng thực"


def test_initials_of_a_procedure() -> None:
    assert text.initials("Chứng thực bản sao (từ bản chính)") == "ctbstbc"


@pytest.mark.parametrize(
    "query, wanted",
    [
        ("ctbs", "Chứng thực bản sao từ bản chính"),
        ("ctbs", "Thủ tục chứng thực bản sao từ bản chính"),
        ("dang ky khai sinh", "Thủ tục đăng ký khai sinh"),
        ("khai sinh dang", "Thủ tục đăng ký khai sinh"),
        ("duong", "Nguyễn Thị Đường"),
        ("nguyen van dong", "Nguyễn Văn Đông"),
        (unicodedata.normalize("NFD", "Đường"), "12 Đường Đồng Khởi"),
        ("", "bất kỳ"),
    ],
)
def test_a_clerk_finds_what_he_means(query: str, wanted: str) -> None:
    assert text.matches(query, wanted)


@pytest.mark.parametrize("query, other", [("ctbs", "Chứng thực chữ ký"), ("an an", "An Bình"), ("zz", "Đường")])
def test_other_texts_are_not_found(query: str, other: str) -> None:
    assert not text.matches(query, other)


def test_a_code_is_found_from_its_start_or_by_a_part() -> None:
    assert text.matches("1.0048", "Xác nhận tình trạng hôn nhân", "1.004873")
    assert text.matches("4873", "Xác nhận tình trạng hôn nhân", "1.004873")


def test_exact_accents_come_first() -> None:
    exact, folded = text.match_rank("Đông", "Trần Đông"), text.match_rank("Đông", "Trần Dong")
    assert exact is not None
    assert folded is not None
    assert exact < folded


def test_sort_keys_give_the_order_of_icu() -> None:
    shuffled = random.Random(5).sample(ICU_ORDER, len(ICU_ORDER))
    assert sorted(shuffled, key=text.sort_key) == ICU_ORDER


def test_the_alphabet_with_its_tones_is_in_order() -> None:
    assert sorted(LETTERS, key=text.sort_key) == list(LETTERS)


@given(st.lists(st.text(alphabet=LETTERS + LETTERS.upper() + " -1", max_size=6)))
def test_sort_keys_order_as_bytes_as_they_do_as_text(lines: list[str]) -> None:
    assert sorted(lines, key=text.sort_key) == sorted(lines, key=lambda line: text.sort_key(line).encode())


def test_sort_keys_do_not_depend_on_the_normal_form() -> None:
    assert text.sort_key(unicodedata.normalize("NFD", "Đường ậm ừ")) == text.sort_key("Đường ậm ừ")


def test_people_sort_by_given_name_then_the_rest() -> None:
    ordered = ["Lê Văn An", "Nguyễn An", "Nguyễn Thị An", "Trần Ân", "Trần Thị Bé", "Phạm Dũng", "Lê Đông", "Võ Thị Đông"]
    mixed = random.Random(3).sample(ordered, len(ordered))
    assert sorted(mixed, key=text.name_sort_key) == ordered


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("1/2/1990", date(1990, 2, 1)),
        ("01-02-1990", date(1990, 2, 1)),
        ("01.02.1990", date(1990, 2, 1)),
        ("01021990", date(1990, 2, 1)),
        (" 1990-02-01 ", date(1990, 2, 1)),
        ("ngày 05 tháng 02 năm 2026", date(2026, 2, 5)),
        ("120385", date(1985, 3, 12)),
        ("12/3/85", date(1985, 3, 12)),
        ("22/11/26", date(2026, 11, 22)),
        ("23/11/26", date(1926, 11, 23)),
        ("29/02/24", date(2024, 2, 29)),
    ],
)
def test_birth_dates_as_people_type_them(typed: str, meant: date) -> None:
    assert text.parse_date(typed, today=TODAY, birth=True) == meant


def test_two_digit_years_of_other_dates_may_lie_ahead() -> None:
    assert text.parse_date("15/3/27", today=TODAY) == date(2027, 3, 15)
    assert text.parse_date("15/3/85", today=TODAY) == date(1985, 3, 15)


@pytest.mark.parametrize(
    "typed, code, named",
    [
        ("31/4/1990", "QMS-102", "tháng 04/1990 không có ngày 31"),
        ("29/2/2025", "QMS-102", "tháng 02/2025 không có ngày 29"),
        ("1/13/1990", "QMS-102", "không có tháng 13"),
        ("01020190", "QMS-102", "năm 190 quá xa"),
        ("12385", "QMS-103", "12/3/85"),
        ("1121990", "QMS-103", "1/12/1990 hay 11/2/1990"),
        ("1990", "QMS-101", "1990"),
        ("mai", "QMS-101", "mai"),
        ("1/1/2027", "QMS-104", "tương lai"),
    ],
)
def test_an_impossible_or_unclear_date_is_named_not_corrected(typed: str, code: str, named: str) -> None:
    with pytest.raises(InputError) as caught:
        text.parse_date(typed, today=TODAY, birth=True)
    assert caught.value.code == code
    assert named in caught.value.what


def test_a_year_alone_where_it_is_allowed() -> None:
    assert text.parse_date_or_year("1990", today=TODAY, birth=True) == 1990
    assert text.parse_date_or_year("1/2/1990", today=TODAY) == date(1990, 2, 1)
    with pytest.raises(InputError):
        text.parse_date_or_year("2027", today=TODAY, birth=True)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_dates_survive_writing_and_reading(day: date) -> None:
    assert text.parse_date(text.format_date(day), today=TODAY) == day
    assert text.parse_date(text.date_in_words(day), today=TODAY) == day


@pytest.mark.parametrize(
    "day, words",
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 3, 15), "ngày 15 tháng 3 năm 2026"),
        (date(2026, 12, 9), "ngày 09 tháng 12 năm 2026"),
    ],
)
def test_the_date_in_words_of_decree_30(day: date, words: str) -> None:
    assert text.date_in_words(day) == words


@pytest.mark.parametrize(
    "typed, amount", [("10.000 đ", 10000), ("10000", 10000), ("1 500 000 đồng", 1500000), ("0 Đồng", 0), ("8.000₫", 8000)]
)
def test_money_as_written(typed: str, amount: int) -> None:
    assert text.parse_money(typed) == amount


@pytest.mark.parametrize("typed", ["1.5", "", "3 USD", "10.00", "1.000,5"])
def test_what_is_not_a_sum_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="QMS-105"):
        text.parse_money(typed)


@given(st.integers(min_value=0, max_value=10**12))
def test_money_survives_writing_and_reading(amount: int) -> None:
    assert text.parse_money(text.format_money(amount)) == amount


def test_an_error_says_what_happened_what_is_safe_and_what_to_do() -> None:
    error: AppError = InputError("QMS-101", "Không hiểu ngày.", do="Hãy gõ lại.")
    assert error.message() == "Không hiểu ngày. Những gì đã nhập vẫn còn nguyên. Hãy gõ lại. (QMS-101)"


@pytest.mark.parametrize(
    "typed, meant",
    [("dduowngf", "duong"), ("ddawng kys", "dang ky"), ("truwowngf", "truong"), ("xuaats sinh", "xuat sinh"), ("ctbs", "ctbs")],
)
def test_telex_keys_left_as_typed_are_taken_out(typed: str, meant: str) -> None:
    assert text.telex_bare(typed) == meant


@pytest.mark.parametrize("typed", ["dk khai sinh", "ddawng kys khai sinh", "ĐKKS", "khai sinh dk"])
def test_a_clerk_in_a_hurry_is_understood(typed: str) -> None:
    assert text.matches(typed, "Đăng ký khai sinh", "1.001193")
    assert not text.matches(typed, "Chứng thực bản sao từ bản chính", "2.000815")


def test_what_was_typed_as_it_stands_comes_before_a_guess() -> None:
    exact, guess = text.match_rank("xoong", "Xoong nồi"), text.match_rank("xoong", "Xong việc")
    assert exact is not None
    assert guess is not None
    assert exact < guess
