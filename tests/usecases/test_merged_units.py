"""Two communes become one: their books are closed, the new commune's PCs read them and go on with what is open there."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from qms_desktop.domain.errors import RuleError, StoreError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.resources import calendars, procedures
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.recent import refused
from qms_desktop.store.unit import Author, put
from qms_desktop.usecases import attachments, people, progress, receiving, unit_keys
from qms_desktop.usecases.procedures import catalogue
from qms_desktop.usecases.session import people_to_sign_in
from qms_desktop.usecases.setup import Foundation
from sync.errors import SyncError
from sync.server import merging, publishing
from sync.server.errors import ServerError
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.verify import verify as verify_server
from tests.usecases.office_kit import PEOPLE, Clock, Dice, command, sign_in

ONE, TWO, NEW = "20001", "20002", "20003"
CODE = "2.000815"
CSV = (
    "code,kind,name,full_name,province\n"
    f"{ONE},Xã,Đông,Xã Đông,Tỉnh Mẫu\n{TWO},Xã,Tây,Xã Tây,Tỉnh Mẫu\n{NEW},Phường,Chung,Phường Chung,Tỉnh Mẫu\n"
)


@dataclass
class Merged:
    """A province with two communes that were merged into a third, and a PC of each."""

    province: Province
    url: str
    one: Office
    two: Office
    new: Office
    codes: dict[str, str]
    folder: Path

    def join(self, unit: str, name: str, seed: int) -> Office:
        """One more PC of a unit."""
        office = Office(Paths(self.folder / name), MemoryKeys(), self.one.clock, Dice(seed))
        office.enrol(self.url, self.province.accounts.new_code(unit), f"Máy {name}")
        office.sync_once()
        return office

    def merge(self) -> None:
        merging.merge(self.province, [ONE, TWO], NEW, "1687/NQ-UBTVQH15", date(2025, 7, 1))


@pytest.fixture
def merged(tmp_path: Path) -> Iterator[Merged]:
    """The three communes, before the merger."""
    with ExitStack() as stack:
        province = Province.init(tmp_path / "province")
        stack.callback(province.close)
        publishing.import_units(province, parse_units(CSV.encode()), date(2024, 7, 1), "thử")
        publishing.publish_procedures(province, [p for p in procedures() if p.code == CODE], date(2025, 7, 1))
        publishing.publish_calendars(province, calendars().layers)
        url = stack.enter_context(Running(province)).url
        clock, codes = Clock(), dict[str, str]()
        offices: list[Office] = []
        for seed, unit in enumerate((ONE, TWO, NEW), start=1):
            office = Office(Paths(tmp_path / unit), MemoryKeys(), clock, Dice(seed))
            stack.callback(office.close)
            office.enrol(url, province.accounts.new_code(unit), f"Máy {unit}")
            office.sync_once()
            codes[unit] = office.found(unit, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
            office.sync_once()
            offices.append(office)
        yield Merged(province, url, offices[0], offices[1], offices[2], codes, tmp_path)


def received(office: Office, name: str, **more: object) -> str:
    return receiving.receive(sign_in(office, "CL").work(), command(office, CODE, name, **more))


def row(office: Office, record: str, kind: str = "dossier") -> dict[str, Value]:
    with office.demand_store().view() as view:
        return view.get(kind, record) or {}


def listed(office: Office) -> list[str]:
    """The names in the register, as the list shows them."""
    with office.demand_store().view() as view:
        keys = view.keys(ListQuery("dossier", order="applicant_name"))
        return [str(found["applicant_name"]) for found in view.rows("dossier", keys, ["applicant_name"])]


def let_in(office: Office, name: str) -> None:
    """A person at an old PC lets a PC in that waits there."""
    office.sync_once()
    work = sign_in(office, "IS").work()
    with work.store.view() as view:
        waiting = unit_keys.waiting_pcs(view, work.store.replica, office.demand_credentials().province_key)
    unit_keys.admit(work, next(pc for pc in waiting if pc.name == name))
    office.sync_once()


def handed_over(merged: Merged) -> None:
    """Both old communes hand their keys to the new one's first PC."""
    for office in (merged.one, merged.two):
        let_in(office, f"Máy {NEW}")
    for _ in range(2):
        merged.new.sync_once()


def test_the_new_commune_lists_finds_and_opens_what_the_old_ones_received(merged: Merged, tmp_path: Path) -> None:
    people.save(sign_in(merged.one, "IS").work(), "office", f"office-{ONE}", {"dossier_files": True})
    first, second, own = received(merged.one, "Hoa Đông"), received(merged.two, "Lan Tây"), received(merged.new, "Mai Chung")
    scan = tmp_path / "đơn.txt"
    scan.write_text("Đơn xin chứng thực", "utf-8")
    attached = attachments.attach(sign_in(merged.one, "CL").work(), "dossier", first, scan)
    for office in (merged.one, merged.two, merged.new):
        office.sync_once()
    code = str(row(merged.one, first)["code"])
    merged.merge()
    handed_over(merged)
    assert listed(merged.new) == ["Mai Chung", "Hoa Đông", "Lan Tây"]
    assert (row(merged.new, first)["code"], row(merged.new, first)["former_unit"]) == (code, "Xã Đông")
    assert row(merged.new, first)["due"] == row(merged.one, first)["due"]
    assert row(merged.new, own)["former_unit"] is None
    with merged.new.demand_store().view() as view:
        (hit,) = view.search("hoa dong", kinds=("dossier",))
        assert (hit.id, hit.title.startswith(code), hit.subtitle.startswith(f"Đơn vị cũ {ONE}")) == (first, True, True)
        assert [listed.former for listed in catalogue(view, merged.new.clock().date())] == [""]
    merged.new.sync_once()
    files = merged.new.demand_store().files
    assert b"".join(files.plain(row(merged.new, attached, "attachment"))).decode() == "Đơn xin chứng thực"
    blobs = merged.province.blobs
    blobs.erase(ONE, "dossiers", list(blobs.shelf_for(ONE, "dossiers").names()))
    assert blobs.held()["files"] == 0
    merged.new.sync_once()
    assert blobs.held()["files"] == 1, "the old unit's PC is put away; the new one's brings back what a lost disk held"
    assert {choice.id for choice in people_to_sign_in(merged.new.demand_store(), merged.new.clock().date())} == {
        str(grant["person"]) for grant in grants(merged.new)
    }
    assert str(row(merged.one, second).get("code") or "") == ""
    for office in (merged.one, merged.two, merged.new):
        assert office.verify() == []
    assert verify_server(merged.province) == []


def grants(office: Office) -> list[dict[str, Value]]:
    with office.demand_store().view() as view:
        return view.find("role_grant")


def test_an_open_dossier_goes_on_in_the_new_commune_under_its_code_and_with_its_history(merged: Merged) -> None:
    dossier = received(merged.one, "Hoa Đông", applicant_phone="0900000001")
    merged.one.sync_once()
    before = row(merged.one, dossier)
    merged.merge()
    handed_over(merged)
    other = merged.join(NEW, "new-2", 9)
    let_in(merged.new, "Máy new-2")
    clerk = sign_in(merged.new, "CL").work()
    progress.perform(clerk, dossier, "request_supplement", reason="Thiếu bản chính")
    progress.edit(clerk, dossier, {"note": "Gọi lại"})
    for office in (merged.new, other, merged.one, merged.new):
        assert office.sync_once().equal
    for office in (merged.new, other):
        now = row(office, dossier)
        assert (now["code"], now["applicant_phone"], now["note"]) == (before["code"], "0900000001", "Gọi lại")
        assert (now["state"], now["_scope"]) == ("awaiting_citizen", f"unit/{NEW}/dossiers")
        assert now["former_unit"] == "Xã Đông"
        assert listed(office) == ["Hoa Đông"]
        with office.demand_store().view() as view:
            actions = [line.action for line in view.history("dossier", dossier)]
            assert [hit.id for hit in view.search("hoa dong", kinds=("dossier",))] == [dossier]
        assert actions[0] == "dossier.receive"
        assert {"dossier.request_supplement", "dossier.edit"} <= set(actions)
        assert refused(office.demand_store()) == []
        assert office.verify() == []
    assert row(merged.one, dossier)["state"] == before["state"], "the old book is not written any more"
    other.close()


def test_the_old_commune_writes_nothing_more_and_no_new_pc_joins_it(merged: Merged) -> None:
    dossier = received(merged.one, "Hoa Đông")
    merged.one.sync_once()
    merged.merge()
    merged.one.sync_once()
    with pytest.raises(RuleError, match=rf"QMS-254|{NEW}"):
        received(merged.one, "Quá muộn")
    with pytest.raises(RuleError, match="QMS-254"):
        progress.edit(sign_in(merged.one, "CL").work(), dossier, {"note": "Quá muộn"})
    with pytest.raises(ServerError, match="sáp nhập"):
        merged.province.accounts.new_code(ONE)
    handed_over(merged)
    work, changed = sign_in(merged.new, "IS").work(), [put("person", old_person(merged), {"title": "Khác"})]
    with pytest.raises(RuleError, match="QMS-253"):
        work.store.act("person.save", work.author, lambda _view: changed)


def old_person(merged: Merged) -> str:
    with merged.one.demand_store().view() as view:
        return str(view.find("person")[0]["id"])


def test_what_was_written_before_the_pc_heard_of_the_merger_stands_and_what_was_written_knowing_does_not(merged: Merged) -> None:
    before = received(merged.one, "Trước")
    merged.one.sync_once()
    merged.merge()
    late = received(merged.one, "Chưa biết đã sáp nhập")
    merged.one.sync_once()
    clerk = Author(str(next(g for g in grants(merged.one) if g["role"] == "CL")["person"]), merged.one.clock())
    hacked = merged.one.demand_store()
    with hacked.writing() as ledger:
        ledger.connection.execute("UPDATE k_merger SET _voided = 1")
    hacked.act("dossier.edit", clerk, lambda _view: [put("dossier", before, {"note": "Biết mà vẫn ghi"})])
    with hacked.writing() as ledger:
        ledger.connection.execute("UPDATE k_merger SET _voided = 0")
    merged.one.sync_once()
    handed_over(merged)
    assert listed(merged.new) == ["Chưa biết đã sáp nhập", "Trước"]
    assert (row(merged.new, late)["state"], row(merged.new, before)["note"]) == ("received", None)
    assert [(item.line.record, "sáp nhập" in item.why) for item in refused(merged.new.demand_store())] == [(before, True)]
    with merged.new.demand_store().view() as view:
        assert [line.after for line in view.history("dossier", before) if line.verdict] == ["Biết mà vẫn ghi"]


def test_a_rebuilt_server_learns_the_merger_from_the_pcs_and_judges_alike(merged: Merged) -> None:
    before = received(merged.one, "Trước")
    merged.one.sync_once()
    merged.merge()
    received(merged.one, "Chưa biết")
    merged.one.sync_once()
    handed_over(merged)
    merged.new.sync_once()
    lost = merged.province.identity.folder / "server.db"
    merged.province.database.close()
    for ending in ("", "-wal", "-shm"):
        lost.with_name(lost.name + ending).unlink(missing_ok=True)
    rebuilt = Province.rebuild(merged.province.identity.folder)
    with Running(rebuilt) as running:
        merged.new.use_server(running.url)
        for _ in range(3):
            result = merged.new.sync_once()
        assert result.equal
        assert {scope.split("/")[1] for scope in rebuilt.log.scopes() if "/" in scope} == {ONE, TWO, NEW}
        device = rebuilt.accounts.device(merged.new.demand_store().replica)
        assert device is not None
        assert device.former == (ONE, TWO)
        assert verify_server(rebuilt) == []
    rebuilt.close()
    assert row(merged.new, before)["applicant_name"] == "Trước"


def test_nobody_but_the_new_commune_reads_the_old_ones_and_the_province_cannot(merged: Merged) -> None:
    received(merged.one, "Hoa Vô Danh")
    merged.one.sync_once()
    merged.merge()
    merged.new.sync_once()
    merged.new.sync_once()
    assert listed(merged.new) == ["None"], "without the key nothing personal is read"
    with merged.new.demand_store().view() as view:
        dossier = str(view.find("dossier")[0]["id"])
    clerk = sign_in(merged.new, "CL").work()
    with pytest.raises(StoreError, match="QMS-435"):
        progress.edit(clerk, dossier, {"note": "Không khóa"})
    handed_over(merged)
    merged.two.sync_once()
    assert merged.two.demand_credentials().former == ()
    stored = b"".join(path.read_bytes() for path in (merged.folder / "province").rglob("*") if path.is_file())
    assert "Hoa Vô Danh".encode() not in stored


def test_the_recovery_codes_of_the_old_communes_open_them_when_their_pcs_are_gone(merged: Merged) -> None:
    received(merged.one, "Hoa Đông")
    received(merged.two, "Lan Tây")
    for office in (merged.one, merged.two):
        office.sync_once()
    merged.merge()
    for _ in range(2):
        merged.new.sync_once()
    for unit in (ONE, TWO):
        assert unit_keys.take_keys_by_code(merged.new.demand_store(), merged.codes[unit]) == 1
    assert listed(merged.new) == ["Hoa Đông", "Lan Tây"]
    with pytest.raises(SyncError):
        unit_keys.take_keys_by_code(merged.join(NEW, "new-3", 12).demand_store(), "AAAAA" * 8)


def test_the_keys_of_the_old_communes_reach_the_new_ones_other_pcs_and_its_recovery_code(merged: Merged) -> None:
    received(merged.one, "Hoa Đông")
    merged.one.sync_once()
    merged.merge()
    handed_over(merged)
    other = merged.join(NEW, "new-2", 9)
    let_in(merged.new, "Máy new-2")
    unit_keys.settle(sign_in(merged.new, "IS").work())
    merged.new.sync_once()
    for _ in range(2):
        other.sync_once()
    assert listed(other) == ["Hoa Đông"]
    last = merged.join(NEW, "new-3", 11)
    for _ in range(2):
        last.sync_once()
    assert unit_keys.take_keys_by_code(last.demand_store(), merged.codes[NEW]) == 3
    assert listed(last) == ["Hoa Đông"]
    for office in (other, last):
        office.close()


def test_a_unit_that_was_merged_can_go_on_into_another_one(merged: Merged) -> None:
    received(merged.one, "Hoa Đông")
    merged.one.sync_once()
    merging.merge(merged.province, [ONE], TWO, "1/NQ", date(2025, 7, 1))
    let_in(merged.one, f"Máy {TWO}")
    for _ in range(2):
        merged.two.sync_once()
    assert merging.merge(merged.province, [TWO], NEW, "2/NQ", date(2026, 7, 1)) == (TWO, ONE)
    let_in(merged.two, f"Máy {NEW}")
    for _ in range(2):
        merged.new.sync_once()
    assert listed(merged.new) == ["Hoa Đông"]


def test_a_merger_is_refused_where_it_makes_no_sense_and_twice_changes_nothing(merged: Merged) -> None:
    province, day = merged.province, date(2025, 7, 1)
    for old, into, decision, when in (
        ([ONE], ONE, "1", day),
        (["99999"], NEW, "1", day),
        ([ONE], "99999", "1", day),
        ([ONE], NEW, " ", day),
        ([ONE], NEW, "1", date(2100, 1, 1)),
    ):
        with pytest.raises(ServerError):
            merging.merge(province, old, into, decision, when)
    merged.merge()
    before = {scope: province.log.leaves(scope) for scope in province.log.scopes()}
    merged.merge()
    assert before == {scope: province.log.leaves(scope) for scope in province.log.scopes()}
    for old, into in (([ONE], TWO), ([NEW], ONE)):
        with pytest.raises(ServerError):
            merging.merge(province, old, into, "1", day)


def test_a_unit_gets_another_name_and_kind_from_a_day(merged: Merged) -> None:
    province = merged.province
    assert merging.rename(province, NEW, date(2026, 1, 1), "5/NQ", kind="xa", name="Hòa Chung") == "Xã Hòa Chung"
    rows = [(row["full_name"], row["valid_from"]) for row in province.units() if row["code"] == NEW]
    assert rows == [("Phường Chung", "2024-07-01"), ("Xã Hòa Chung", "2026-01-01")]
    for given in ({"name": "Hòa Chung"}, {"kind": "thon"}):
        with pytest.raises(ServerError):
            merging.rename(province, NEW, date(2026, 2, 1), "6/NQ", **given)
