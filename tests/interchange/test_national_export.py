"""The national export: every procedure comes in, nothing of the source is lost, nothing is guessed."""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms_desktop.domain.errors import InterchangeError
from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.interchange.national_cells import amount
from qms_desktop.interchange.national_export import import_bytes, import_file, import_json

PLAIN: dict[str, Any] = {
    "thu_tuc_id": "1.000001",
    "source_file": "mau.doc",
    "metadata": {"mã_thủ_tục": "1.000001", "tên_thủ_tục": "Thủ tục mẫu", "cấp_thực_hiện": "Cấp Xã"},
    "content": {"kết_quả_thực_hiện": "Quyết định", "cơ_quan_có_thẩm_quyền": "Chủ tịch UBND xã", "mô_tả": ""},
    "tables": {
        "hinh_thuc_nop": [
            {"hinh_thuc": "Trực tiếp", "thoi_han_giai_quyet": "3 Ngày làm việc", "phi_le_phi": "Phí : 0 Đồng", "mo_ta": ""}
        ],
        "thanh_phan_ho_so": [],
        "can_cu_phap_ly": [],
    },
}


def sample(**cells: Any) -> dict[str, Any]:
    """A plain procedure; keywords name a table, its rows replace those of the table."""
    item = copy.deepcopy(PLAIN)
    item["tables"] |= cells
    return item


def limits(*rows: tuple[str, ...]) -> dict[str, Any]:
    keys = ("hinh_thuc", "thoi_han_giai_quyet", "phi_le_phi", "mo_ta")
    return sample(hinh_thuc_nop=[dict(zip(keys, (*row, "", "", "")[:4], strict=True)) for row in rows])


def paper_row(name: str, remark: str = "Bản chính: 1\nBản sao: 0", attached: str = "") -> dict[str, Any]:
    return sample(thanh_phan_ho_so=[{"ten_giay_to": name, "so_luong": attached, "ghi_chu": remark}])


def one(item: dict[str, Any]) -> ProcedureContent:
    result = import_json([item])
    assert result.problems == ()
    return result.procedures[0].content


def doubts_about(content: ProcedureContent, *words: str) -> list[str]:
    return [doubt for doubt in content.doubts if all(word in doubt for word in words)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1 Ngày làm việc", "1", "working_day"),
        ("155 Ngày", "155", "calendar_day"),
        ("0.5 Giờ", "0.5", "working_hour"),
        ("02 Giờ", "2", "working_hour"),
        ("Không quy định", None, "none"),
        ("0 Giờ", None, "text"),
        ("", None, "text"),
        ("Chậm nhất là ngay trước khi tàu rời cảng", None, "text"),
        ("khoảng 3 đến 5 ngày", None, "text"),
        ("1/3 ngày", None, "text"),
        ("1.5 tháng", None, "text"),
        ("99999 Ngày", None, "text"),
    ],
)
def test_a_limit_is_read_or_kept_as_text(text: str, value: str | None, unit: str) -> None:
    content = one(limits(("Trực tiếp", text)))
    assert [(n.channel, n.value, n.unit, n.text) for n in content.norms] == [("in_person", value, unit, text)]


@pytest.mark.parametrize("text", ["Không quy định", "0 Giờ", "", "Chậm nhất là ngay trước khi tàu rời cảng"])
def test_a_limit_that_gives_no_day_is_doubted(text: str) -> None:
    assert doubts_about(one(limits(("Trực tiếp", text, "Phí : 0 Đồng"))), "Trực tiếp")


def test_two_limits_for_one_channel_are_variants_with_their_own_labels() -> None:
    content = one(limits(("Trực tiếp", "2 Ngày", "", "Cấp xã: 02 ngày"), ("Trực tiếp", "7 Ngày", "", "Cấp tỉnh: 07 ngày")))
    assert content.variants_for("in_person") == ("Cấp xã: 02 ngày", "Cấp tỉnh: 07 ngày")
    assert doubts_about(content, "2 thời hạn")


def test_two_limits_without_a_remark_are_labelled_by_themselves_and_numbered_when_alike() -> None:
    unlike = one(limits(("Trực tiếp", "5 Ngày"), ("Trực tiếp", "10 Ngày")))
    assert unlike.variants_for("in_person") == ("5 Ngày", "10 Ngày")
    alike = one(limits(("Trực tuyến", "1 Giờ"), ("Trực tuyến", "1 Giờ")))
    assert alike.variants_for("online") == ("1 Giờ (1)", "1 Giờ (2)")


def test_time_spoken_of_in_the_remark_only_is_pointed_at() -> None:
    remark = "- UBND xã: Không quá 05 ngày làm việc.\n- Sở Nội vụ: Không quá 07 ngày làm việc."
    content = one(limits(("Trực tiếp", "Không quy định", "Phí : 0 Đồng", remark)))
    assert content.norms[0].text == f"Không quy định\n{remark}"
    assert doubts_about(content, "mô tả")
    assert doubts_about(one(limits(("Trực tiếp", "12 Ngày làm việc", "", remark))), "đối chiếu")


def test_a_channel_never_seen_before_counts_for_every_channel_and_is_kept_by_name() -> None:
    content = one(limits(("Qua ki-ốt", "1 Ngày")))
    assert (content.norms[0].channel, content.norms[0].text) == ("any", "Qua ki-ốt\n1 Ngày")
    assert doubts_about(content, "Qua ki-ốt")


@pytest.mark.parametrize(
    ("text", "sum_in_dong"),
    [
        ("Phí : 0 Đồng", 0),
        ("Phí: 0 Đồng", 0),
        ("Lệ phí : Không Đồng", 0),
        ("Lệ phí : 20000 Đồng", 20000),
        ("Phí : 50.000 Đồng", 50000),
        ("Phí :  Đồng", None),
        ("Lệ phí : 1.5 USD", None),
        ("Lệ phí: 03 USD (03 USD/Giấy phép)", None),
        ("Phí : 50.000 Đồng (50.000 đồng/hồ sơ. Riêng năng khiếu: 120.000 đồng/hồ sơ)", None),
        ("Phí : 0 Đồng\nLệ phí : 5000 Đồng", None),
        ("Lệ phí : 20.00 Đồng", None),
    ],
)
def test_an_amount_only_from_one_unambiguous_sum(text: str, sum_in_dong: int | None) -> None:
    assert amount(text) == sum_in_dong
    content = one(limits(("Trực tiếp", "1 Giờ", text)))
    assert [fee.amount for fee in content.fees] == [sum_in_dong]
    assert bool(doubts_about(content, "mức phí")) is (sum_in_dong is None)


def test_a_missing_fee_is_no_fee_but_a_doubt() -> None:
    content = one(limits(("Trực tuyến", "1 Giờ", "")))
    assert content.fees == ()
    assert doubts_about(content, "Trực tuyến", "không ghi phí")


def test_counts_and_form_files_of_a_paper() -> None:
    content = one(paper_row("- Bản khai cá nhân;", "Bản chính: 3\nBản sao: 5", "MU1A.docx\nMU1B.docx"))
    paper = content.papers[0]
    assert (paper.name, paper.originals, paper.copies, paper.required) == ("Bản khai cá nhân", 3, 5, "always")
    assert [form.name for form in content.forms] == ["MU1A.docx", "MU1B.docx"]
    assert content.details[-1].text == "- Bản khai cá nhân;"


def test_counts_that_cannot_be_read_stay_as_note() -> None:
    content = one(paper_row("Tờ khai", "Hai bản", "2"))
    assert content.papers[0].note == "Hai bản\nSố lượng: 2"
    assert doubts_about(content, "Hai bản")


def test_an_exemption_sentence_makes_a_conditional_paper_and_is_never_lost() -> None:
    text = "Bản chụp Căn cước. Trường hợp khai thác được dữ liệu dân cư thì không yêu cầu nộp bản chụp Căn cước."
    content = one(paper_row(text))
    paper = content.papers[0]
    assert (paper.name, paper.required, paper.note) == ("Bản chụp Căn cước", "conditional", text)
    assert doubts_about(content, "miễn nộp")


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("Bản khai vũ khí (nếu có)", "Nếu có"),
        (
            "Danh sách thành viên (nếu có thay đổi so với khi nhập cảnh - bản chính)",
            "Nếu có thay đổi so với khi nhập cảnh - bản chính",
        ),
        ("Đối với người nước ngoài: Hộ chiếu", "Đối với người nước ngoài"),
    ],
)
def test_a_condition_in_the_sources_words(name: str, condition: str) -> None:
    paper = one(paper_row(name)).papers[0]
    assert (paper.required, paper.condition, paper.name) == ("conditional", condition, name)


def test_a_long_name_is_shortened_and_kept_whole_in_the_note() -> None:
    text = "Một hoặc một số giấy tờ sau: " + "quyết định xuất ngũ, " * 30
    paper = one(paper_row(text)).papers[0]
    assert len(paper.name) <= 161
    assert paper.name.endswith("…")
    assert text.strip(" ,") in paper.note


def test_dates_become_vietnamese_dates_or_stay_as_they_are() -> None:
    row = {"so_ky_hieu": "78/2015/QH13", "trich_yeu": "Luật", "co_quan_ban_hanh": "Quốc hội"}
    content = one(sample(can_cu_phap_ly=[row | {"ngay_ban_hanh": "19-06-2015"}, row | {"ngay_ban_hanh": "31-02-2015"}]))
    assert [basis.issued_on for basis in content.legal_basis] == ["19/06/2015", "31-02-2015"]
    assert doubts_about(content, "31-02-2015")


def test_a_bare_number_is_no_full_sign_of_a_law() -> None:
    content = one(sample(can_cu_phap_ly=[{"so_ky_hieu": "54", "trich_yeu": "Luật Hải quan", "ngay_ban_hanh": ""}]))
    assert doubts_about(content, "“54”")


def test_decomposed_and_untidy_words_become_composed_and_tidy() -> None:
    item = copy.deepcopy(PLAIN)
    item["metadata"]["tên_thủ_tục"] = unicodedata.normalize("NFD", "  Đăng  ký\t nghĩa vụ\nquân sự ")
    assert one(item).title == "Đăng ký nghĩa vụ quân sự"


def test_a_mixed_level_is_kept_and_doubted() -> None:
    item = copy.deepcopy(PLAIN)
    item["metadata"]["cấp_thực_hiện"] = "Cấp Bộ, Cấp Tỉnh, Cấp Xã, Cơ quan khác"
    assert one(item).level == "Cấp Bộ, Cấp Tỉnh, Cấp Xã, Cơ quan khác"
    assert doubts_about(one(item), "nhiều cấp")


def test_a_provincial_copy_is_matched_by_the_first_eight_characters() -> None:
    item = copy.deepcopy(PLAIN)
    item["metadata"]["mã_thủ_tục"] = "2.000815.000.00.00.H55"
    content = one(item)
    assert content.code == "2.000815"
    assert any(detail.text == "2.000815.000.00.00.H55" for detail in content.details)
    assert doubts_about(content, "1.000001")


def test_keys_never_seen_before_are_kept_as_details() -> None:
    item = sample(bang_la=[{"cot": "ô lạ"}]) | {"ghi_chú_thêm": "của nguồn"}
    item["content"]["điều_mới"] = ["một", "hai"]
    texts = {detail.label: detail.text for detail in one(item).details}
    assert texts["Bang la, dòng 1: Cot"] == "ô lạ"
    assert texts["Ghi chú thêm"] == "của nguồn"
    assert texts["Điều mới"] == '["một", "hai"]'


BROKEN: list[object] = [
    "không phải thủ tục",
    {},
    PLAIN | {"metadata": "sai"},
    PLAIN | {"metadata": {"mã_thủ_tục": "abc", "tên_thủ_tục": "Tên"}},
    PLAIN | {"metadata": {"mã_thủ_tục": "1.000009"}},
    PLAIN | {"tables": {"hinh_thuc_nop": {"a": 1}}},
    PLAIN | {"tables": {"thanh_phan_ho_so": ["a"]}},
]


@pytest.mark.parametrize("broken", BROKEN)
def test_one_broken_procedure_does_not_hold_up_the_others(broken: object) -> None:
    other = copy.deepcopy(PLAIN) | {"thu_tuc_id": "1.000002"}
    other["metadata"]["mã_thủ_tục"] = "1.000002"
    result = import_json([PLAIN, broken, other])
    assert [p.content.code for p in result.procedures] == ["1.000001", "1.000002"]
    assert [problem.number for problem in result.problems] == [2]
    assert result.problems[0].message.endswith(".")


def test_the_same_code_twice_is_one_procedure_and_a_different_text_is_reported() -> None:
    other = copy.deepcopy(PLAIN)
    other["metadata"]["tên_thủ_tục"] = "Tên khác"
    assert import_json([PLAIN, PLAIN]).problems == ()
    result = import_json([PLAIN, other])
    assert len(result.procedures) == 1
    assert "nội dung khác" in result.problems[0].message


def any_json() -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    )


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from places(value[key], (*path, key))


PLACES = list(places(paper_row("Tờ khai")))


@given(st.sampled_from(PLACES), any_json())
def test_whatever_stands_in_a_cell_the_others_still_come_in(place: tuple[Any, ...], junk: Any) -> None:
    item = paper_row("Tờ khai")
    target: Any = item
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = junk
    other = copy.deepcopy(PLAIN) | {"thu_tuc_id": "1.000002"}
    other["metadata"]["mã_thủ_tục"] = "1.000002"
    result = import_json([item, other])
    assert len(result.procedures) + len(result.problems) == 2
    assert result.procedures[-1].content.code == "1.000002"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "QMS-722"),
        (b"<html>", "QMS-722"),
        ("Thủ tục".encode("utf-16"), "QMS-722"),
        (b"[]", "QMS-723"),
        (b"{}", "QMS-723"),
        (b"3", "QMS-723"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_to_do(data: bytes, code: str) -> None:
    with pytest.raises(InterchangeError) as error:
        import_bytes(data, "tep.json")
    assert (error.value.code, "tep.json" in error.value.what) == (code, True)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InterchangeError) as error:
        import_file(tmp_path / "khong-co.json")
    assert error.value.code == "QMS-721"


def test_a_byte_order_mark_is_no_obstacle() -> None:
    data = json.dumps([PLAIN], ensure_ascii=False).encode("utf-8-sig")
    assert len(import_bytes(data).procedures) == 1
