"""What goes wrong in a province: clones, restored PCs and servers, wrong clocks, two answers at once. Nothing is ever lost."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from qms_desktop.domain.errors import SetupError, StoreError, SyncError
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.resources import procedures
from qms_desktop.store.unit import void
from qms_desktop.usecases import progress, questions, receiving
from qms_desktop.usecases.setup import Foundation
from sync.errors import AccessFault
from sync.server import publishing
from sync.server.identity import DATABASE
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.verify import verify as verify_server
from tests.usecases.commune_kit import Commune, admit
from tests.usecases.office_kit import MONDAY, PEOPLE, UNIT, Clock, Dice, command, sign_in
from tests.usecases.test_two_pcs import commune

__all__ = ["commune"]

CODE = "2.000815"


def received(office: Office, name: str) -> str:
    return receiving.receive(sign_in(office, "CL").work(), command(office, CODE, name))


def names(office: Office) -> list[str]:
    with office.demand_store().view() as view:
        return sorted(str(row["applicant_name"]) for row in view.find("dossier"))


def agree(offices: Sequence[Office]) -> None:
    """After enough rounds all hold and show the same, and each journal can be proved."""
    for office in (*offices, *offices):
        result = office.sync_once()
    assert result.equal
    assert [office.sync_once().digests for office in offices] == [result.digests] * len(offices)
    assert [office.verify() for office in offices] == [[] for _ in offices]
    assert len({tuple(names(office)) for office in offices}) == 1


def join(office: Office, commune: Commune, name: str) -> None:
    office.enrol(commune.url, commune.province.accounts.new_code(UNIT), name)


@pytest.fixture
def pair(commune: Commune) -> Commune:
    """Both PCs let in, one dossier on both."""
    admit(commune)
    received(commune.first, "Chung")
    commune.first.sync_once()
    commune.second.sync_once()
    return commune


def copied(office: Office, folder: Path, seed: int) -> Office:
    """The data folder and keys of a PC on another PC, as a disk image brings them there."""
    office.demand_store().connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(office.paths.data, folder)
    clone = Office(Paths(folder), office.keys, office.clock, Dice(seed))
    clone.open()
    return clone


def test_a_cloned_pc_and_its_original_keep_both_arms(pair: Commune, tmp_path: Path) -> None:
    first, clone = pair.first, copied(pair.first, tmp_path / "clone", 9)
    received(first, "Gốc")
    received(clone, "Bản sao")
    for office in (first, clone, first, pair.second):
        assert office.sync_once().refused == ()
    assert names(first) == names(clone) == names(pair.second) == ["Bản sao", "Chung", "Gốc"]
    received(first, "Gốc sau")
    received(clone, "Bản sao sau")
    assert first.demand_store().replica != clone.demand_store().replica
    first.sync_once()
    with pytest.raises(SyncError, match="QMS-512"):
        clone.sync_once()
    join(clone, pair, "Máy sao")
    agree((first, clone, pair.second))
    assert len(names(first)) == 5
    assert len({first.demand_store().letter, clone.demand_store().letter, pair.second.demand_store().letter}) == 3
    assert verify_server(pair.province) == []
    clone.close()


def test_a_restored_pc_and_its_original_both_go_on(pair: Commune, tmp_path: Path) -> None:
    first = pair.first
    received(first, "Trước sao lưu")
    first.backup(tmp_path / "b.qmsbackup")
    received(first, "Sau sao lưu")
    again = Office(Paths(tmp_path / "again"), MemoryKeys(), first.clock, Dice(8))
    again.restore(tmp_path / "b.qmsbackup", pair.code)
    received(again, "Ngay sau khôi phục, chưa có mạng")
    with pytest.raises(SyncError, match=r"khôi phục.*màn hình Hệ thống.*QMS-512"):
        again.sync_once()
    join(again, pair, "Máy khôi phục")
    agree((again, first, pair.second))
    assert len(names(again)) == 4
    with again.demand_store().view() as view:
        assert len({row["code"] for row in view.find("dossier")}) == 4
    again.close()


@contextmanager
def served(folder: Path, offices: Sequence[Office], *, rebuilt: bool = False) -> Iterator[Province]:
    province = Province.rebuild(folder) if rebuilt else Province.open(folder)
    try:
        with Running(province) as server:
            for office in offices:
                office.use_server(server.url)
            yield province
    finally:
        province.close()


def copy_of(source: Path, target: Path) -> None:
    target.mkdir()
    with closing(sqlite3.connect(source / DATABASE)) as database:
        database.execute("VACUUM INTO ?", (str(target / DATABASE),))
    for file in source.glob("*.json"):
        shutil.copy2(file, target)


def test_a_server_put_back_to_an_old_copy_is_healed_by_its_pcs(pair: Commune, tmp_path: Path) -> None:
    offices, old = (pair.first, pair.second), tmp_path / "old"
    copy_of(tmp_path / "province", old)
    publishing.publish_procedures(pair.province, procedures()[:2], date(2026, 1, 1))
    for office in offices:
        received(office, "Sau bản cũ")
        office.sync_once()
    with served(old, offices) as province:
        publishing.publish_procedures(province, procedures()[2:5], date(2026, 1, 1))
        received(pair.first, "Sau khi khôi phục máy chủ")
        agree(offices)
        assert len(names(pair.second)) == 4
        assert verify_server(province) == []


def test_a_server_that_lost_its_database_is_filled_again(pair: Commune, tmp_path: Path) -> None:
    offices, empty = (pair.first, pair.second), tmp_path / "empty"
    empty.mkdir()
    for file in (tmp_path / "province").glob("*.json"):
        shutil.copy2(file, empty)
    with served(empty, offices, rebuilt=True) as province:
        agree(offices)
        assert names(pair.first) == ["Chung"]
        assert verify_server(province) == []


@pytest.mark.parametrize("days", [-3, 400])
def test_a_clock_that_is_days_wrong_stops_no_exchange(pair: Commune, days: int) -> None:
    pair.second.clock = Clock(MONDAY + timedelta(days=10 + days))
    pair.first.clock = Clock(MONDAY + timedelta(days=10))
    received(pair.second, "Đồng hồ sai")
    agree((pair.second, pair.first))
    assert names(pair.first) == ["Chung", "Đồng hồ sai"]


def phone_question(pair: Commune) -> str:
    dossier = received(pair.first, "Hỏi")
    pair.first.sync_once()
    pair.second.sync_once()
    progress.edit(sign_in(pair.first, "CL").work(), dossier, {"applicant_phone": "0900000001"})
    progress.edit(sign_in(pair.second, "CL").work(), dossier, {"applicant_phone": "0900000002"})
    agree((pair.first, pair.second))
    return dossier


def answer(office: Office, value: str) -> None:
    with office.demand_store().view() as view:
        (asked,) = questions.open_questions(view)
    questions.answer(sign_in(office, "CL").work(), asked, value)


@pytest.mark.parametrize(("mine", "theirs", "left"), [("0900000001", "0900000001", 0), ("0900000001", "0900000002", 1)])
def test_two_pcs_answer_the_same_question_at_once(pair: Commune, mine: str, theirs: str, left: int) -> None:
    dossier = phone_question(pair)
    answer(pair.first, mine)
    answer(pair.second, theirs)
    agree((pair.first, pair.second))
    for office in (pair.first, pair.second):
        with office.demand_store().view() as view:
            assert len(questions.open_questions(view)) == left
    if left:
        answer(pair.second, "0900000003")
        agree((pair.first, pair.second))
    with pair.first.demand_store().view() as view:
        assert questions.open_questions(view) == []
        assert (view.get("dossier", dossier) or {})["applicant_phone"] == ("0900000003" if left else "0900000001")


def test_a_dossier_voided_here_and_edited_there_is_asked_about(pair: Commune) -> None:
    dossier = received(pair.first, "Huỷ hay sửa")
    agree((pair.first, pair.second))
    work = sign_in(pair.first, "CL").work()
    work.store.act("dossier.void", work.author, lambda _view: [void("dossier", dossier)], reason="nhập nhầm")
    progress.edit(sign_in(pair.second, "CL").work(), dossier, {"note": "còn dùng"})
    agree((pair.first, pair.second))
    for office in (pair.first, pair.second):
        with office.demand_store().view() as view:
            assert [question.field for question in questions.open_questions(view)] == [""]


def test_a_code_serves_one_pc_and_a_pc_that_could_not_join_stays_new(commune: Commune, tmp_path: Path) -> None:
    code = commune.province.accounts.new_code(UNIT)
    third = Office(Paths(tmp_path / "pc3"), MemoryKeys(), commune.first.clock, Dice(3))
    third.enrol(commune.url, code, "Máy 3")
    late = Office(Paths(tmp_path / "pc4"), MemoryKeys(), commune.first.clock, Dice(4))
    with pytest.raises(AccessFault):
        late.enrol(commune.url, code, "Máy 4")
    assert not late.exists
    late.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    assert late.verify() == []
    with pytest.raises(StoreError, match="QMS-408"):
        late.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
    for office in (third, late):
        office.close()


def test_an_office_never_joins_as_another_unit(commune: Commune, tmp_path: Path) -> None:
    alone = Office(Paths(tmp_path / "alone"), MemoryKeys(), commune.first.clock, Dice(5))
    alone.found("99998", Foundation(unit_kind="xa", unit_name="Khác", people=PEOPLE))
    with pytest.raises(SetupError, match="QMS-816"):
        join(alone, commune, "Máy nhầm")
    assert alone.demand_store().unit_code == "99998"
    assert alone.credentials is None
    alone.close()
