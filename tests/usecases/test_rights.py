"""Rights over the real server: what nobody granted does not stand, a lost PC is shut out, named values are erased everywhere."""

from datetime import timedelta
from pathlib import Path

import pytest

from qms_desktop.domain.errors import AppError, InputError, RightsError, RuleError, SetupError
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office, Stage
from qms_desktop.paths import Paths
from qms_desktop.store.projection import ERASED
from qms_desktop.store.recent import refused
from qms_desktop.store.unit import Author, put
from qms_desktop.usecases import erasure, leaving, people, progress, receiving, rights, unit_keys
from sync.server import revoking
from sync.server.verify import verify as verify_server
from tests.usecases.commune_kit import Commune, admit
from tests.usecases.office_kit import UNIT, Clock, Dice, command, sign_in
from tests.usecases.test_two_pcs import commune

__all__ = ["commune"]

CODE = "2.000815"


@pytest.fixture
def pair(commune: Commune) -> Commune:
    """Both PCs let in."""
    admit(commune)
    return commune


def received(office: Office, name: str, **more: object) -> str:
    return receiving.receive(sign_in(office, "CL").work(), command(office, CODE, name, **more))


def row(office: Office, kind: str, record: str) -> dict[str, object]:
    with office.demand_store().view() as view:
        return dict(view.get(kind, record) or {})


def person(office: Office, role: str) -> str:
    with office.demand_store().view() as view:
        return str(next(grant for grant in view.find("role_grant") if grant["role"] == role)["person"])


def test_a_day_of_ordinary_work_gets_no_verdict(pair: Commune) -> None:
    first, second = pair.first, pair.second
    dossier = received(first, "Nguyễn Thị Hoa")
    progress.perform(sign_in(first, "CL").work(), dossier, "forward")
    people.save(sign_in(second, "IS").work(), "person", None, {"full_name": "Võ Văn Mới"})
    for office in (first, second, first):
        assert office.sync_once().equal
        assert refused(office.demand_store()) == []


def test_what_the_province_does_not_let_stand_is_seen_with_its_reason_and_corrected(pair: Commune) -> None:
    first, second = pair.first, pair.second
    dossier = received(first, "Nguyễn Thị Hoa")
    for office in (first, second):
        office.sync_once()
    stranger = Author("khong-ai", second.clock())
    second.demand_store().act("dossier.edit", stranger, lambda _view: [put("dossier", dossier, {"applicant_name": "Tên Bịa"})])
    assert row(second, "dossier", dossier)["applicant_name"] == "Tên Bịa"
    for office in (second, first, second):
        office.sync_once()
    for office in (first, second):
        assert row(office, "dossier", dossier)["applicant_name"] == "Nguyễn Thị Hoa"
        assert row(office, "dossier", dossier)["_open_questions"] == 0
        assert [(item.line.who, item.mine, "chưa được giao quyền" in item.why) for item in refused(office.demand_store())] == [
            ("khong-ai", office is second, True)
        ]
        with office.demand_store().view() as view:
            lines = [line for line in view.history("dossier", dossier) if line.verdict]
        assert [(line.field, line.after) for line in lines] == [("applicant_name", "Tên Bịa")]
        assert office.verify() == []
    progress.edit(sign_in(second, "CL").work(), dossier, {"applicant_name": "Nguyễn Thị Hoà"})
    for office in (second, first):
        office.sync_once()
    assert row(first, "dossier", dossier)["applicant_name"] == "Nguyễn Thị Hoà"
    assert verify_server(pair.province) == []


def test_a_leader_approves_only_from_the_pc_he_was_granted_on(pair: Commune) -> None:
    first, second = pair.first, pair.second
    work = sign_in(first, "IS").work()
    leader = person(first, "LD")
    with work.store.view() as view:
        grant = next(row for row in view.find("role_grant", person=leader) if row["role"] == "LD")
    people.save(work, "role_grant", str(grant["id"]), {"replica": first.demand_store().replica})
    for office in (first, second):
        office.sync_once()
    office_record = {"email": "gia@mao"}
    second.demand_store().act(
        "office.save", Author(leader, second.clock()), lambda _view: [put("office", f"office-{UNIT}", office_record)]
    )
    second.sync_once()
    assert row(second, "office", f"office-{UNIT}")["email"] is None
    people.save(sign_in(first, "LD").work(), "office", f"office-{UNIT}", {"email": "that@su"})
    for office in (first, second):
        office.sync_once()
    assert row(second, "office", f"office-{UNIT}")["email"] == "that@su"


def test_a_role_that_ended_leaves_what_was_done_and_ends_what_comes(pair: Commune) -> None:
    first, second = pair.first, pair.second
    clerk = person(first, "CL")
    kept = received(second, "Trước")
    second.sync_once()
    work = sign_in(first, "IS").work()
    with work.store.view() as view:
        grants = [str(row["id"]) for row in view.find("role_grant", person=clerk)]
    with pytest.raises(InputError):
        rights.end_grant(work, grants[0], " ")
    for grant in grants:
        people.withdraw(work, "role_grant", grant, "Chuyển công tác")
    with pytest.raises(RuleError):
        rights.end_grant(work, grants[0], "lần nữa")
    first.sync_once()
    with pytest.raises(RightsError):
        received(first, "Không được nữa")
    late = second.demand_store().act(
        "dossier.edit", Author(clerk, second.clock()), lambda _view: [put("dossier", kept, {"note": "Sau khi thôi"})]
    )
    for office in (second, first):
        office.sync_once()
    assert row(first, "dossier", kept)["note"] is None
    assert row(first, "dossier", kept)["applicant_name"] == "Trước"
    assert len(late.entries) == 1


def test_the_last_secretary_or_leader_cannot_be_ended(pair: Commune) -> None:
    work = sign_in(pair.first, "LD").work()
    with work.store.view() as view:
        grants = {str(row["role"]): str(row["id"]) for row in view.find("role_grant") if row["role"] in ("IS", "LD")}
    rights.end_grant(work, grants["IS"], "Nghỉ hưu")
    with pytest.raises(RuleError, match="cuối cùng"):
        rights.end_grant(work, grants["LD"], "Nghỉ hưu")


def test_a_stolen_pc_hands_over_then_forgets_and_the_rest_seal_with_a_new_key(pair: Commune, tmp_path: Path) -> None:
    first, second = pair.first, pair.second
    both = received(second, "Đã gửi")
    second.sync_once()
    unsent = received(second, "Chưa gửi")
    lost = second.demand_store().replica
    work = sign_in(first, "IS").work()
    with pytest.raises(RightsError):
        rights.revoke_pc(sign_in(first, "CL").work(), lost, "mất")
    with pytest.raises(RuleError):
        rights.revoke_pc(work, first.demand_store().replica, "nhầm")
    rights.revoke_pc(work, lost, "Bị lấy cắp")
    assert len(first.demand_store().unit_keys()) == 2
    first.sync_once()
    private = second.keys.get("wrapping")
    with pytest.raises(SetupError, match="QMS-818"):
        second.sync_once()
    assert private is not None
    assert second.store is None
    assert [second.keys.get(name) for name in ("database", "signing", "wrapping")] == [None, None, None]
    assert [path.name for path in second.paths.data.iterdir()] == [leaving.NOTE]
    with pytest.raises(SetupError, match="QMS-818"):
        second.open()
    first.sync_once()
    pc = row(first, "pc", lost)
    assert pc["revoked_at"]
    assert pc["wiped_at"]
    assert pc["wipe_receipt"]
    assert row(first, "dossier", both)["applicant_name"] == "Đã gửi"
    with first.demand_store().view() as view:
        assert (view.get("dossier", unsent) or {})["_voided"], "written after the cut: kept in the journal, not in force"
        recipients = {str(key["recipient"]) for key in view.find("unit_key") if int(str(key["epoch"])) > 1}
    assert recipients == {first.demand_store().replica, unit_keys.RECOVERY}
    new = received(first, "Sau khi mất máy")
    first.sync_once()
    third = Office(Paths(tmp_path / "third"), MemoryKeys(), first.clock, Dice(3))
    third.enrol(pair.url, pair.province.accounts.new_code(UNIT), "Máy mới")
    third.sync_once()
    assert third.stage is Stage.WAITING_FOR_KEY
    assert unit_keys.take_keys_by_code(third.demand_store(), pair.code) == 2
    assert row(third, "dossier", new)["applicant_name"] == "Sau khi mất máy"
    assert third.verify() == first.verify() == []
    assert verify_server(pair.province) == []
    third.close()


def test_a_revocation_by_the_province_makes_a_new_key_when_somebody_signs_in(pair: Commune) -> None:
    first, second = pair.first, pair.second
    revoking.revoke(pair.province, f"{UNIT}-B", "báo mất qua điện thoại")
    first.session = None
    first.sync_once()
    assert len(first.demand_store().unit_keys()) == 1
    sign_in(first, "CL")
    first.sync_once()
    assert len(first.demand_store().unit_keys()) == 2
    first.sync_once()
    assert refused(first.demand_store()) == []
    assert len(first.demand_store().unit_keys()) == 2
    with pytest.raises(SetupError):
        second.sync_once()


def test_a_wipe_that_was_interrupted_goes_on_at_the_next_start(pair: Commune) -> None:
    second = pair.second
    revoking.revoke(pair.province, f"{UNIT}-B", "")
    exchange = second.exchange()
    with pytest.raises(SetupError):
        exchange.run()
    exchange.close()
    store = second.store
    assert store is not None
    store.close()
    assert second.paths.database.exists(), "the power went before the files did"
    again = Office(second.paths, second.keys, second.clock, second.entropy)
    assert not again.exists
    with pytest.raises(SetupError, match="QMS-818"):
        again.open()
    assert [path.name for path in second.paths.data.iterdir()] == [leaving.NOTE]
    pair.first.sync_once()
    assert row(pair.first, "pc", store.replica)["wiped_at"]
    again.enrol(pair.url, pair.province.accounts.new_code(UNIT), "Máy cũ dùng lại")
    assert not (second.paths.data / leaving.NOTE).exists()
    again.close()


def test_nothing_is_destroyed_while_the_province_cannot_be_reached(pair: Commune) -> None:
    second = pair.second
    received(second, "Chưa gửi")
    revoking.revoke(pair.province, f"{UNIT}-B", "")
    exchange = second.exchange()
    original = exchange.rounds.hand_over
    object.__setattr__(exchange.rounds, "hand_over", lambda: False)
    with pytest.raises(Exception, match="did not take everything"):
        exchange.run()
    assert second.keys.get("database") is not None
    object.__setattr__(exchange.rounds, "hand_over", original)
    with pytest.raises(AppError):
        exchange.run()
    exchange.close()
    assert second.keys.get("database") is None


def test_values_erased_by_order_are_gone_everywhere_and_said_so(pair: Commune, clock_forward: Clock) -> None:
    first, second = pair.first, pair.second
    old, new = received(first, "Nguyễn Thị Cũ"), received(first, "Nguyễn Thị Cũ")
    for office in (first, second):
        office.sync_once()
    leader = sign_in(second, "LD").work()
    with pytest.raises(RuleError, match="đã kết thúc"):
        erasure.order(leader, [old], "12/QĐ-UBND")
    expire(first, old)
    for office in (first, second):
        office.sync_once()
    with pytest.raises(RightsError):
        erasure.order(sign_in(second, "CL").work(), [old], "12/QĐ-UBND")
    erasure.order(sign_in(second, "LD").work(), [old], "12/QĐ-UBND")
    for office in (second, first, second):
        assert office.sync_once().equal
    for office in (first, second):
        assert row(office, "dossier", old)["applicant_name"] == ERASED
        assert row(office, "dossier", new)["applicant_name"] == "Nguyễn Thị Cũ"
        with office.demand_store().view() as view:
            assert [hit.id for hit in view.search("nguyen thi cu", kinds=("dossier",))] == [new]
            assert old in [hit.id for hit in view.search("da xoa theo lenh", kinds=("dossier",))]
        assert office.verify() == []
        assert "12/QĐ-UBND" in office.erased()[0]
    assert refused(first.demand_store()) == []
    assert verify_server(pair.province) == []


@pytest.fixture
def clock_forward(pair: Commune) -> Clock:
    assert isinstance(pair.first.clock, Clock)
    pair.first.clock.now += timedelta(days=1)
    return pair.first.clock


def end(office: Office, dossier: str) -> None:
    """Withdrawn by the citizen."""
    progress.perform(sign_in(office, "CL").work(), dossier, "withdraw", "Công dân xin rút")


def expire(office: Office, dossier: str) -> None:
    """Withdrawn by the citizen, years ago, with its retention over."""
    end(office, dossier)
    work, long_ago = sign_in(office, "CL").work(), "2020-01-02T08:00"
    with work.store.view() as view:
        changes = [put("clock_event", str(row["id"]), {"at": long_ago}) for row in view.find("clock_event", dossier=dossier)]
        runs = [str(row["id"]) for row in view.find("step_run", dossier=dossier)]
    changes += [put("step_run", run, {"started_at": long_ago, "ended_at": long_ago}) for run in runs]
    changes.append(put("dossier", dossier, {"received_at": long_ago, "retention_years": 5}))
    work.store.act("dossier.edit", work.author, lambda _view: changes)


def test_sealed_values_that_are_missing_without_an_order_are_a_fault(pair: Commune) -> None:
    first = pair.first
    received(first, "Nguyễn Thị Hoa")
    with first.demand_store().writing() as ledger:
        ledger.connection.execute("UPDATE entry SET sealed = NULL WHERE sealed IS NOT NULL")
    assert any("không có lệnh xóa" in fault for fault in first.verify())


def test_a_pc_let_in_while_another_made_a_new_key_gets_that_too(pair: Commune, tmp_path: Path) -> None:
    first, second = pair.first, pair.second
    third, fourth = (Office(Paths(tmp_path / name), MemoryKeys(), first.clock, Dice(seed)) for name, seed in (("c", 3), ("d", 4)))
    for office, name in ((third, "Máy 3"), (fourth, "Máy 4")):
        office.enrol(pair.url, pair.province.accounts.new_code(UNIT), name)
        office.sync_once()
    for office in (first, second):
        office.sync_once()
    lost, late = third.demand_store().replica, fourth.demand_store().replica
    rights.revoke_pc(sign_in(first, "IS").work(), lost, "Bị lấy cắp")
    work = sign_in(second, "IS").work()
    with work.store.view() as view:
        key = second.demand_credentials().province_key
        waiting = [pc for pc in unit_keys.waiting_pcs(view, work.store.replica, key) if pc.replica == late]
    unit_keys.admit(work, waiting[0])
    fourth.session = None
    for office in (second, first, second, first, fourth):
        office.sync_once()
    assert [len(office.demand_store().unit_keys()) for office in (first, second, fourth)] == [2, 2, 2]
    with first.demand_store().view() as view:
        assert [question for question in view.questions() if question.kind == "unit_key"] == []
    for office in (third, fourth):
        office.close()


def test_the_page_of_the_record_says_why_a_change_does_not_stand(pair: Commune) -> None:
    from qms_desktop.gui.desks.care import OfficeDesk

    first, second = pair.first, pair.second
    dossier = received(first, "Nguyễn Thị Hoa")
    for office in (first, second):
        office.sync_once()
    stranger = Author("khong-ai", second.clock())
    second.demand_store().act("dossier.edit", stranger, lambda _view: [put("dossier", dossier, {"note": "Bịa"})])
    for office in (second, first):
        office.sync_once()
    said = [item.what for item in OfficeDesk(first).dossier(dossier).history]
    assert "Sửa hồ sơ; không được công nhận: Người làm chưa được giao quyền này trên máy đó" in said
    assert "Tỉnh khôi phục giá trị trước" in said
