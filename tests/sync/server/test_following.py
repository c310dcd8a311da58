"""A PC that goes on under another id keeps its roles; of it and its copy the first that asks does."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.client.credentials import Credentials
from sync.client.enrol import Applicant, Former, enrol, follow
from sync.errors import AccessFault, KeyFault
from sync.joining.following import sign_following
from sync.server import revoking
from sync.server.api import make_app
from sync.server.province import Province
from sync.server.records import current
from sync.server.verify import verify
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.server.test_custody import QMS, UNIT, creation, pcs, road, verdicts
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc, secret

__all__ = ["pcs", "road"]


def renamed(pc: Pc, name: str) -> tuple[Applicant, Former]:
    """The PC under a new id: with new keys, as after a restore; its old key signs."""
    applicant = Applicant(secret(f"{name} id").hex()[:32], f"PC {name}", secret(f"{name} sign"), secret(f"{name} wrap"))
    proof = sign_following(pc.applicant.sign_private, pc.applicant.replica, applicant.replica)
    return applicant, Former(pc.credentials, proof)


def go_on(pc: Pc, applicant: Applicant, credentials: Credentials) -> None:
    pc.applicant, pc.credentials, pc.tips = applicant, credentials, {}


def grant(pcs: list[Pc], road: InProcess, person: str = "an", role: str = "AR") -> str:
    """A role for the second PC only."""
    replica = pcs[1].applicant.replica
    pcs[0].act("lan", creation("role_grant", "g-pc", person=person, role=role, replica=replica), scope=QMS)
    for pc in (pcs[0], pcs[1]):
        pc.sync(road)
    return replica


def rows(province: Province, kind: str) -> dict[str, dict[str, object]]:
    with province.database.reading() as connection:
        return {record: dict(row) for record, row in current(connection, QMS, kind).items()}


def roles_of(province: Province, replica: str) -> list[tuple[object, object]]:
    return [(row["person"], row["role"]) for row in rows(province, "role_grant").values() if row.get("replica") == replica]


def test_the_first_that_proves_it_needs_no_code_and_has_its_roles(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    old = grant(pcs, road)
    two = pcs[1]
    applicant, former = renamed(two, "again")
    credentials = follow(road, applicant, former)
    assert follow(road, applicant, former) == credentials, "the answer was lost"
    assert roles_of(province, applicant.replica) == [("an", "AR")]
    assert rows(province, "pc")[applicant.replica]["follows"] == old
    with pytest.raises(AccessFault) as caught:
        two.sync(road)
    assert caught.value.code == AccessFault.FOLLOWED
    go_on(two, applicant, credentials)
    two.act("an", creation("dossier", "d9", state="received"))
    assert two.sync(road).equal
    assert (verdicts(province), verdicts(province, QMS)) == ({}, {})
    assert verify(province) == []


@pytest.mark.parametrize("order", [("original", "clone"), ("clone", "original")])
def test_of_a_pc_and_its_copy_the_first_is_followed(
    province: Province, road: InProcess, pcs: list[Pc], order: tuple[str, str]
) -> None:
    old = grant(pcs, road)
    claims = {name: renamed(pcs[1], name) for name in order}
    first, later = (claims[name] for name in order)
    follow(road, *first)
    with pytest.raises(AccessFault) as caught:
        follow(road, *later)
    assert caught.value.code == AccessFault.BAD_CODE
    enrol(road, "http://localhost", province.accounts.new_code(UNIT), *later)
    assert roles_of(province, first[0].replica) == [("an", "AR")]
    assert roles_of(province, later[0].replica) == []
    assert rows(province, "pc")[later[0].replica]["copy_of"] == old


def test_with_a_code_it_is_followed_as_well(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    grant(pcs, road)
    claim = renamed(pcs[1], "again")
    enrol(road, "http://localhost", province.accounts.new_code(UNIT), *claim)
    assert roles_of(province, claim[0].replica) == [("an", "AR")]


def test_nobody_follows_without_the_old_key_or_after_a_revocation(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    two = pcs[1]
    applicant, former = renamed(two, "thief")
    for proof in (b"", bytes(64), sign_following(secret("other"), two.applicant.replica, applicant.replica)):
        with pytest.raises(KeyFault):
            follow(road, applicant, Former(former.credentials, proof))
    revoking.revoke(province, f"{UNIT}-B", "mất")
    with pytest.raises(AccessFault):
        follow(road, applicant, former)
    enrol(road, "http://localhost", province.accounts.new_code(UNIT), applicant, former)
    assert not {"follows", "copy_of"} & rows(province, "pc")[applicant.replica].keys()


def test_a_role_that_nobody_might_give_or_that_ended_is_not_handed_on(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    two = pcs[1]
    grant(pcs, road)
    province.custody.end_grant(UNIT, "g-pc")
    two.sync(road)
    two.act("an", creation("role_grant", "g-forged", person="an", role="LD", replica=two.applicant.replica), scope=QMS)
    two.sync(road)
    applicant, former = renamed(two, "again")
    follow(road, applicant, former)
    assert roles_of(province, applicant.replica) == []


def test_no_pc_says_itself_that_it_follows(province: Province, road: InProcess, pcs: list[Pc]) -> None:
    one, two = pcs
    forged = two.act("lan", creation("pc", "fake-pc-id", follows=one.applicant.replica), scope=QMS)
    two.sync(road)
    assert verdicts(province, QMS) == {forged: "province"}
    assert one.sync(road).equal, "the first PC is not shut out by it"


def test_a_rebuilt_server_agrees_who_follows(
    province: Province, road: InProcess, pcs: list[Pc], clock: Clock, tmp_path: Path
) -> None:
    if not province.identity.database.startswith("sqlite"):
        return
    one, two = pcs
    grant(pcs, road)
    applicant, former = renamed(two, "again")
    credentials = follow(road, applicant, former)
    one.sync(road)
    province.close()
    for file in (tmp_path / "server").glob("server.db*"):
        file.unlink()
    rebuilt = Province.rebuild(tmp_path / "server", clock=clock, entropy=Entropy("again"))
    new_road = InProcess(make_app(rebuilt, chance=lambda: 0.5))
    with pytest.raises(AccessFault) as caught:
        follow(new_road, *renamed(two, "third"))
    assert caught.value.code == AccessFault.BAD_CODE, "nobody has told it of the old PC yet"
    one.sync(new_road)
    assert roles_of(rebuilt, applicant.replica) == [("an", "AR")]
    with pytest.raises(AccessFault) as caught:
        two.sync(new_road)
    assert caught.value.code == AccessFault.FOLLOWED
    with pytest.raises(AccessFault):
        follow(new_road, *renamed(two, "third"))
    go_on(two, applicant, credentials)
    assert two.sync(new_road).equal
    assert verify(rebuilt) == []
    rebuilt.close()
