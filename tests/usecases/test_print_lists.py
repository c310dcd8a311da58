"""Any list prints from the definition of its kind, in the order of the screen, with the true count."""

from pathlib import Path

import pytest

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.records import KINDS
from qms_desktop.office import Office
from qms_desktop.store.lists import Condition, ListQuery
from qms_desktop.usecases import print_lists, progress, receiving
from tests.printing.pdf_reading import page_texts
from tests.usecases.office_kit import Clock, command, found, sign_in
from tests.usecases.slips import as_role, text_of

NAMES = ("Trần Văn Đức", "Nguyễn Thị Ánh", "Lê Văn Dũng", "Phạm Thị Ân")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = sign_in(found(tmp_path, Clock(), publish={"1.004873", "2.000815"}.__contains__), "CL")
    for name in NAMES:
        receiving.receive(office.work(), command(office, "1.004873", name, applicant_phone="0912345678"))
    return office


def test_a_list_has_the_columns_of_its_kind_and_names_for_references(office: Office) -> None:
    text = text_of(print_lists.list_sheet(office.work(), ListQuery("dossier")))
    for wanted in ("DANH SÁCH HỒ SƠ", "STT", "Mã hồ sơ", "Nguyễn Văn Đông", "Trực tiếp", "27/11/2026", "Tổng cộng: 4 hồ sơ"):
        assert wanted in text, wanted
    assert "23/11/2026 08:00" in text
    assert "in_person" not in text


def test_chosen_columns_only(office: Office) -> None:
    sheet = print_lists.list_sheet(office.work(), ListQuery("dossier"), ("code", "applicant_name"), "Sổ theo dõi hồ sơ")
    text = text_of(sheet)
    assert "SỔ THEO DÕI HỒ SƠ" in text
    assert "Số điện thoại" not in text
    assert (sheet.form, sheet.subject, sheet.serial) == ("list_sheet", "dossier", 1)


def test_rows_keep_the_vietnamese_order_of_the_list(office: Office) -> None:
    by_name = ListQuery("dossier", order="applicant_name")
    text = text_of(print_lists.list_sheet(office.work(), by_name, ("applicant_name",)))
    ordered = ["Nguyễn Thị Ánh", "Phạm Thị Ân", "Lê Văn Dũng", "Trần Văn Đức"]
    assert sorted(NAMES, key=text.index) == ordered
    assert "Xếp theo: Người nộp" in text
    backwards = ListQuery("dossier", order="applicant_name", descending=True)
    text = text_of(print_lists.list_sheet(office.work(), backwards, ("applicant_name",)))
    assert sorted(NAMES, key=text.index) == ordered[::-1]
    assert "(giảm dần)" in text


def test_the_filter_is_told_in_words_and_the_count_is_of_what_it_leaves(office: Office) -> None:
    with office.demand_store().view() as view:
        first = str(view.find("dossier")[0]["id"])
    progress.perform(office.work(), first, "request_supplement", "Thiếu ảnh")
    where: tuple[Condition, ...] = (
        ("state", "in", ["received", "processing"]),
        ("received_at", ">=", "2026-11-01"),
        ("official_code", "empty", None),
    )
    text = text_of(print_lists.list_sheet(office.work(), ListQuery("dossier", where=where), ("code", "state")))
    words = "Trạng thái: Đã tiếp nhận, Đang xử lý; Nhận lúc: từ 01/11/2026; Mã trên Cổng dịch vụ công: chưa có"
    assert f"Tổng cộng: 3 hồ sơ ({words})" in text
    text = text_of(print_lists.list_sheet(office.work(), ListQuery("dossier", text="dung"), ("applicant_name",)))
    assert "Tổng cộng: 1 hồ sơ (có chữ “dung”)" in text
    with office.demand_store().view() as view:
        holder = str(view.find("dossier")[0]["holder"])
    held = ListQuery("dossier", where=(("holder", "=", holder),))
    assert "Người giữ: Nguyễn Văn Đông" in text_of(print_lists.list_sheet(office.work(), held, ("code",)))


def test_too_long_a_list_is_cut_and_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_lists, "MOST_ROWS", 2)
    text = text_of(print_lists.list_sheet(office.work(), ListQuery("dossier"), ("applicant_name",)))
    assert "Chỉ in 2 dòng đầu trong 4; lọc bớt để in phần còn lại" in text
    assert "Tổng cộng: 4 hồ sơ (không lọc; bản in này chỉ gồm 2 dòng đầu)" in text
    assert sum(name in text for name in NAMES) == 2


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if any(field.width for field in kind.fields)])
def test_every_kind_with_columns_prints(office: Office, kind: str) -> None:
    sheet = print_lists.list_sheet(office.work(), ListQuery(kind))
    assert "Tổng cộng:" in page_texts(sheet.pdf)[-1]
    assert "None" not in text_of(sheet)


def test_numbers_are_masked_for_those_who_only_look(office: Office) -> None:
    text = text_of(print_lists.list_sheet(as_role(office, "AU"), ListQuery("dossier")))
    assert "0912345678" not in text
    assert "•••" in text


@pytest.mark.parametrize("kind", ["khong-co", "clock_event"])
def test_what_has_no_columns_is_refused(office: Office, kind: str) -> None:
    with pytest.raises(RuleError, match="QMS-224"):
        print_lists.list_sheet(office.work(), ListQuery(kind))
