"""The province judges what its communes write, revokes PCs and keeps their last word, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from sync.client.farewell import farewell
from sync.errors import AccessFault, ExchangeError, KeyFault
from sync.journal.entry import Op, Value, Verb, Write
from sync.rights.wiping import Receipt, check_release, sign_receipt, sign_release
from sync.server import revoking
from sync.server.api import make_app
from sync.server.custody import Custody
from sync.server.errors import ServerError
from sync.server.province import Province
from sync.server.records import current
from sync.server.schema import DEVICES, ENTRIES, JUDGED
from sync.server.verify import verify
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.world.in_process import InProcess, Trouble
from tests.sync.world.offices import Pc

UNIT = "28756"
QMS = f"unit/{UNIT}/qms"
DOSSIERS = f"unit/{UNIT}/dossiers"


@pytest.fixture
def road(province: Province) -> InProcess:
    return InProcess(make_app(province, chance=lambda: 0.5))


@pytest.fixture
def pcs(province: Province, road: InProcess, clock: Clock) -> list[Pc]:
    """Two PCs of a unit that the first has founded: Lan is the secretary, An a clerk, Thuận the chairman."""
    made = [Pc(name, clock, Entropy(name)) for name in ("one", "two")]
    for pc in made:
        pc.join(road, province.accounts.new_code(UNIT))
    people = {"lan": ("Trần Thị Lan", "IS"), "an": ("Lê Văn An", "CL"), "thuan": ("Đỗ Thuận", "LD")}
    ops = [creation("office", f"office-{UNIT}", unit=UNIT)]
    for person, (name, role) in people.items():
        ops += [creation("person", person, full_name=name), creation("role_grant", f"g-{person}", person=person, role=role)]
    made[0].act("lan", *ops, scope=QMS)
    for pc in (*made, *made):
        pc.sync(road)
    return made


def creation(kind: str, record: str, /, **values: str) -> Op:
    return Op(kind, record, Verb.CREATE, tuple(Write(name, value) for name, value in values.items()))


def change(pc: Pc, kind: str, record: str, scope: str = DOSSIERS, **values: str) -> Op:
    state = pc.log.states(scope).get((kind, record))
    heads = state.heads if state else {}
    writes = tuple(Write(name, value, tuple(head for head, _ in heads.get(name, ()))) for name, value in values.items())
    return Op(kind, record, Verb.SET if state else Verb.CREATE, writes)


def verdicts(province: Province, scope: str = DOSSIERS) -> dict[str, object]:
    with province.database.reading() as connection:
        return {record: row["cause"] for record, row in current(connection, scope, "verdict").items()}


def shown(pc: Pc, record: str, name: str, kind: str = "dossier", scope: str = DOSSIERS) -> object:
    head = max(pc.log.states(scope)[kind, record].heads[name], key=lambda head: (head[1], head[0]))[0]
    entry = pc.log.parcels(scope)[head].entry
    return next(write.value for op in entry.ops if op.record == record for write in op.writes if write.field == name)


def test_what_the_office_may_do_stands(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    one, two = pcs
    one.act("an", creation("dossier", "d1", state="received"))
    two.act("thuan", creation("clock_event", "c1", kind="extend"))
    two.act("lan", creation("revision", "r1", stage="draft"), scope=QMS)
    two.act("thuan", creation("revision", "r2", stage="approved"), scope=QMS)
    results = [pc.sync(road) for pc in (one, two, one)]
    assert all(result.equal for result in results)
    assert (verdicts(province), verdicts(province, QMS)) == ({}, {})


def test_what_nobody_granted_is_stored_answered_and_taken_back_on_every_pc(
    province: Province, road: InProcess, pcs: list[Pc]
) -> None:
    one, two = pcs
    one.act("an", creation("dossier", "d1", fee="10 000"))
    one.sync(road)
    two.sync(road)
    bad = two.act("lan", change(two, "dossier", "d1", fee="0"))
    secret = two.act("an", creation("revision", "r1", stage="approved"), scope=QMS)
    for pc in (two, one, two):
        assert pc.sync(road).equal
    assert (verdicts(province), verdicts(province, QMS)) == ({bad: "role"}, {secret: "role"})
    for pc in pcs:
        assert bad in pc.log.parcels(DOSSIERS)
        reference = shown(pc, "d1", "fee")
        assert getattr(reference, "entries", None), "the old value comes back by reference"
    two.act("an", change(two, "dossier", "d1", fee="5 000"))
    two.sync(road)
    assert shown(two, "d1", "fee") == "5 000"
    assert verify(province) == []


def test_an_open_personal_value_and_a_forged_reason_do_not_stand(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    one, _ = pcs
    open_name = one.act("an", creation("dossier", "d1", applicant_name="Nguyễn Thị Hở"))
    forged = one.act("an", creation("verdict", "0" * 64, cause="role"))
    cut = one.act("lan", change(one, "pc", one.applicant.replica, QMS, revoked_at="2025-01-01T00:00"), scope=QMS)
    one.sync(road)
    assert verdicts(province) == {open_name: "schema", forged: "province"}
    assert verdicts(province, QMS) == {cut: "province"}


def test_a_forged_verdict_about_no_entry_blocks_neither_the_unit_nor_the_revocation(
    province: Province, road: InProcess, pcs: list[Pc]
) -> None:
    one, two = pcs
    forged = two.act("an", creation("verdict", "rubbish", cause="role"))
    two.sync(road)
    one.act("lan", creation("role_grant", "g-new", person="an", role="SP"), scope=QMS)
    assert one.sync(road).equal
    assert verdicts(province) == {forged: "province"}
    assert province.custody.revoke(UNIT, two.applicant.replica)


def test_the_next_visit_judges_what_the_one_before_left(
    province: Province, road: InProcess, pcs: list[Pc], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pcs
    bad = two.act("nobody", creation("dossier", "d1", state="received"))
    with monkeypatch.context() as patched:
        patched.setattr(Custody, "settle", lambda _self, _unit: 0)
        two.sync(road)
    assert verdicts(province) == {}
    one.sync(road)
    assert verdicts(province) == {bad: "role"}


def test_judging_twice_or_all_over_again_writes_nothing(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    two = pcs[1]
    two.act("nobody", creation("dossier", "d1", state="received"))
    two.sync(road)
    before = {scope: province.log.leaves(scope) for scope in (QMS, DOSSIERS)}
    with province.database.writing() as connection:
        connection.execute(update(JUDGED).values(pos=0))
    province.custody.stir(UNIT)
    assert province.custody.settle(UNIT) == 0
    assert {scope: province.log.leaves(scope) for scope in (QMS, DOSSIERS)} == before


def test_a_role_given_by_the_province_lifts_the_verdict_and_its_end_leaves_what_was_done(
    province: Province, road: InProcess, pcs: list[Pc]
) -> None:
    one, two = pcs
    entry = two.act("lan", creation("dossier", "d1", state="received"))
    two.sync(road)
    assert verdicts(province) == {entry: "role"}
    revoking.grant(province, UNIT, "tran thi lan", "CL", "B")
    assert verdicts(province) == {entry: "lifted"}
    other = one.act("lan", creation("dossier", "d2", state="received"))
    one.sync(road)
    assert verdicts(province)[other] == "role", "granted on PC B only"
    assert revoking.end_grants(province, UNIT, "lan", "CL") == 1
    later = two.act("lan", creation("dossier", "d3", state="received"))
    two.sync(road)
    assert verdicts(province) == {entry: "lifted", other: "role", later: "role"}


def test_a_revoked_pc_hands_over_what_it_holds_and_is_told_nothing(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    one, two = pcs
    kept = two.act("an", creation("dossier", "d1", state="received"))
    two.sync(road)
    revoking.revoke(province, f"{UNIT}-b", "mất cắp")
    with pytest.raises(ServerError):
        revoking.revoke(province, f"{UNIT}-B", "")
    late = two.act("an", creation("dossier", "d2", state="received"))
    one.act("an", creation("dossier", "d3", state="received"))
    one.sync(road)
    with pytest.raises(AccessFault) as caught:
        two.sync(road)
    assert caught.value.code == AccessFault.REVOKED
    held = set(two.log.parcels(DOSSIERS))
    road.troubles = [Trouble(cut_request=40)]
    with pytest.raises(Exception, match="cut"):
        farewell(two.rounds(road), lambda: False)
    receipt = farewell(two.rounds(road), lambda: False)
    assert set(two.log.parcels(DOSSIERS)) == held
    one.sync(road)
    assert {kept, late} <= set(one.log.parcels(DOSSIERS))
    assert verdicts(province) == {late: "revoked"}
    assert verify(province) == []
    two.hand_in(road, receipt)
    two.hand_in(road, receipt)
    with province.database.reading() as connection:
        row = current(connection, QMS, "pc")[two.applicant.replica]
    assert row["wipe_receipt"] == receipt.hex()
    assert row["wiped_at"]


def test_only_the_revoked_pc_itself_says_that_it_was_wiped(province: Province, pcs: list[Pc]) -> None:
    one, two = pcs
    forged = sign_receipt(Receipt(two.applicant.replica, province.identity.server, 1), one.applicant.sign_private)
    with pytest.raises(KeyFault):
        revoking.receive(province, forged)
    early = sign_receipt(Receipt(two.applicant.replica, province.identity.server, 1), two.applicant.sign_private)
    with pytest.raises(AccessFault) as caught:
        revoking.receive(province, early)
    assert caught.value.code == AccessFault.NOT_REVOKED


def test_the_secretary_revokes_a_pc_from_the_office(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    one, two = pcs
    wish = change(one, "pc", two.applicant.replica, QMS, revoke_asked="2025-11-22T12:00")
    two.act("an", change(two, "pc", one.applicant.replica, QMS, revoke_asked="2025-11-22T12:00"), scope=QMS)
    two.sync(road)
    assert province.accounts.device(one.applicant.replica).revoked_at is None, "a clerk may not"  # type: ignore[union-attr]
    one.act("lan", wish, scope=QMS)
    one.sync(road)
    with pytest.raises(AccessFault):
        two.sync(road)
    with province.database.reading() as connection:
        assert current(connection, QMS, "pc")[two.applicant.replica]["revoked_cut"]


def test_a_rebuilt_server_shuts_out_the_revoked_and_judges_alike(
    province: Province, road: InProcess, pcs: list[Pc], tmp_path: Path, clock: Clock
) -> None:
    one, two = pcs
    before = two.act("an", creation("dossier", "d1", fee="trước"))
    two.sync(road)
    revoking.revoke(province, f"{UNIT}-B", "")
    after = two.act("an", change(two, "dossier", "d1", fee="sau"))
    one.sync(road)
    if not province.identity.database.startswith("sqlite"):
        return
    province.close()
    for file in (tmp_path / "server").glob("server.db*"):
        file.unlink()
    rebuilt = Province.rebuild(tmp_path / "server", clock=clock, entropy=Entropy("again"))
    new_road = InProcess(make_app(rebuilt, chance=lambda: 0.5))
    two.sync(new_road)
    assert verdicts(rebuilt) == {}, "nobody has told it of the revocation yet"
    one.sync(new_road)
    assert verdicts(rebuilt) == {after: "revoked"}
    with pytest.raises(AccessFault):
        two.sync(new_road)
    one.sync(new_road)
    assert getattr(shown(one, "d1", "fee"), "entries", None) == (before,)
    assert verify(rebuilt) == []
    rebuilt.close()


def test_erased_by_order_the_ciphertext_is_nowhere_and_everything_still_verifies(
    province: Province, road: InProcess, pcs: list[Pc], tmp_path: Path
) -> None:
    one, two = pcs
    old = one.write("d1", p_applicant_name="Nguyễn Thị Cũ", by="an")
    new = one.write("d2", p_applicant_name="Trần Văn Mới", by="an")
    one.sync(road)
    two.sync(road)
    sealed = one.log.parcels(DOSSIERS)[old].ciphertext
    facts: dict[str, Value] = {"state": "closed", "delivered_at": "2010-01-04T08:00", "retention_years": 5}
    one.act("an", Op("dossier", "d1", Verb.SET, tuple(Write(name, value) for name, value in facts.items())))
    one.sync(road)
    two.sync(road)
    order = Op("erasure", "e1", Verb.CREATE, (Write("decision", "12/QĐ"), Write("records", ["d1"]), Write("entries", [old])))
    refused = two.act("an", Op("erasure", "e0", Verb.CREATE, (Write("entries", [new]),)))
    two.act("thuan", order)
    two.sync(road)
    with province.database.reading() as connection:
        rows = {row.id: row.sealed for row in connection.execute(select(ENTRIES.c.id, ENTRIES.c.sealed))}
        assert current(connection, DOSSIERS, "erasure")["e1"]["accepted"] == [old]
    assert rows[bytes.fromhex(old)] is None
    assert rows[bytes.fromhex(new)] is not None
    assert verdicts(province) == {refused: "role"}
    assert verify(province) == []
    assert sealed is not None
    files = [path.read_bytes() for path in (tmp_path / "server").rglob("*") if path.is_file()]
    assert not any(sealed in content for content in files)


def test_only_the_provinces_own_word_lets_a_pc_erase(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    two = pcs[1]
    two.act("an", creation("dossier", "d1", state="received"))
    with pytest.raises(AccessFault) as caught:
        two.rounds(road).released()
    assert caught.value.code == AccessFault.NOT_REVOKED
    revoking.revoke(province, f"{UNIT}-B", "")
    with pytest.raises(ExchangeError) as stuck:
        two.rounds(road).released()
    assert stuck.value.code == ExchangeError.STUCK, "something is not here yet"
    rounds = two.rounds(road)
    forged = sign_release(two.applicant.replica, ["0" * 64], two.applicant.sign_private)
    with pytest.raises(KeyFault):
        check_release(forged, two.applicant.replica, ["0" * 64], province.identity.province_key)
    assert rounds.hand_over()
    rounds.released()


def test_devices_that_were_revoked_stay_listed(province: Province, pcs: list[Pc]) -> None:
    revoking.revoke(province, pcs[1].applicant.replica, "")
    with province.database.reading() as connection:
        assert len(connection.execute(select(DEVICES.c.revoked_at).where(DEVICES.c.revoked_at.is_not(None))).all()) == 1


def test_a_ciphertext_that_is_missing_without_an_order_is_a_fault(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    one, _ = pcs
    one.write("d1", p_name="Nguyễn Thị Cũ", by="an")
    one.sync(road)
    with province.database.writing() as connection:
        connection.execute(update(ENTRIES).where(ENTRIES.c.sealed.is_not(None)).values(sealed=None))
    assert ["không có lệnh xóa" in fault for fault in verify(province)] == [True]
