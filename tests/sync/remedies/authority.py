"""Entries without right, revoked and stolen PCs: kept, judged by what is held, undone, shut out; nothing is wiped unproved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qms_desktop.store.unit import create
from qms_desktop.usecases import rights
from sync.client.farewell import farewell
from sync.errors import ExchangeError, KeyFault
from sync.exchange import incoming
from sync.journal.entry import Entry, check_follows
from sync.journal.keys import Certificate, issue, signing_public, wrapping_public
from sync.rights import custody
from sync.rights.custody import Lines
from sync.rights.wiping import check_release, sign_release
from sync.server import revoking
from sync.server.meeting import ANSWER
from sync.server.province import Province
from tests.sync.remedies.remedy import Kit, Patch, Remedy, as_if
from tests.sync.rights.test_verdicts import cause, edit, grant, judge, office, revoked, shown
from tests.sync.server.conftest import Entropy
from tests.sync.server.test_custody import DOSSIERS, QMS, UNIT, creation
from tests.sync.world.builders import SCOPE
from tests.sync.world.court import CourtDisk, carried
from tests.sync.world.in_process import InProcess
from tests.sync.world.office import PROVINCE_KEY, Replica, ids, meet
from tests.sync.world.offices import Pc


def what_nobody_granted_gives_way_to_what_stood(kit: Kit) -> None:
    """The server keeps the entry and brings back, by reference, the value that was there before."""
    server, first, second = office()
    edit(first, "an", "đúng")
    carried(first, second)
    bad = edit(second, "nobody", "sai")
    judge(server, first, second)
    assert shown(server) == ["đúng"]
    assert bad.id in server.log.parcels(SCOPE)


def the_entry_stays_visible_with_its_reason(kit: Kit) -> None:
    """A record named after the entry says why it does not stand."""
    server, _, second = office()
    bad = edit(second, "nobody", "sai")
    judge(server, second)
    assert cause(server, bad) == "role"


def _say_no_reason(patch: Patch) -> None:
    sit = custody._Bench.judge

    def silent(self: custody._Bench, *arguments: object) -> object:
        _, touched, good = sit(self, *arguments)  # type: ignore[arg-type]
        return [], touched, good

    patch.setattr(custody._Bench, "judge", silent)


def a_correction_is_derived_again_when_more_arrives(kit: Kit) -> None:
    """A good value that was written before, and comes after the verdict, is in force."""
    server, first, second = office()
    edit(first, "an", "cũ")
    carried(first, second)
    edit(second, "nobody", "sai")
    edit(first, "an", "mới")
    judge(server, second)
    judge(server, first)
    assert shown(server) == ["mới"]


def a_wrong_verdict_is_lifted(kit: Kit) -> None:
    """The right had been given, and was only not known here yet."""
    server, first, second = office()
    entry = edit(second, "binh", "của Bình")
    judge(server, second)
    first.write(grant("g-binh", "binh", "CL", second.journal), scope=QMS_OF_WORLD, by="lan")
    judge(server, first)
    assert (cause(server, entry), shown(server)) == ("lifted", ["của Bình"])


def a_bad_entry_never_blocks_the_journal(kit: Kit) -> None:
    """What the same PC writes afterwards arrives and stands; the author corrects with a new action."""
    pc, server = Replica("pc1"), Replica("server")
    bad = edit(pc, "nobody", "sai")
    good = edit(pc, "an", "sửa lại")
    meet(pc, server)
    assert {bad.id, good.id} <= ids(server.log)


def _refuse_instead_of_keeping(patch: Patch) -> None:
    check = check_follows

    def strict(entry: Entry, parent: Entry | None) -> None:
        check(entry, parent)
        if entry.by == "nobody":
            raise ExchangeError(ExchangeError.SCOPE_REFUSED, "no right")

    patch.setattr(incoming, "check_follows", strict)


def a_cut_decides_whoever_judges_and_whenever(kit: Kit) -> None:
    """What the province had accepted of a revoked PC stands, also at a rebuilt server that hears it last; the rest falls."""
    server, _, second = office()
    edit(second, "an", "trước")
    judge(server, second)
    revoked(server, second)
    after = edit(second, "an", "sau")
    judge(server, second)
    rebuilt = Replica("rebuilt", CourtDisk(), unit="", letter="")
    for source in (server, second):
        judge(rebuilt, source)
    for judged in (server, rebuilt):
        assert (cause(judged, after), shown(judged)) == ("revoked", ["trước"])


def a_revoked_pc_is_told_nothing(kit: Kit) -> None:
    """It hands over what it holds and gets no entry for it."""
    province, road, pcs = unit_of(kit)
    one, two = pcs
    revoking.revoke(province, f"{UNIT}-B", "mất cắp")
    late = two.act("an", creation("dossier", "d2", state="received"))
    one.act("an", creation("dossier", "d3", state="received"))
    one.sync(road)
    held = set(two.log.parcels(DOSSIERS))
    farewell(two.rounds(road), lambda: False)
    assert set(two.log.parcels(DOSSIERS)) == held
    assert province.log.held(DOSSIERS, [late]) == {late}


def nothing_is_wiped_before_it_was_handed_over(kit: Kit) -> None:
    """The province releases a PC only when it holds every leaf of it."""
    province, road, pcs = unit_of(kit)
    pcs[1].act("an", creation("dossier", "d1", state="received"))
    revoking.revoke(province, f"{UNIT}-B", "")
    with pytest.raises(ExchangeError, match=str(ExchangeError.STUCK)):
        pcs[1].rounds(road).released()


def _release_unseen(patch: Patch) -> None:
    def generous(province: Province, device: object, leaves: list[str]) -> bytes:
        return sign_release(device.replica, leaves, province.identity.province_private)  # type: ignore[attr-defined]

    patch.setattr("sync.server.api.release", generous)


def only_the_province_can_make_a_pc_erase(kit: Kit) -> None:
    """Somebody on the line says "revoked" and "I have it all", and cannot sign it."""
    forged = sign_release("f" * 32, ["0" * 64], b"x" * 32)
    with pytest.raises(KeyFault):
        check_release(forged, "f" * 32, ["0" * 64], PROVINCE_KEY)


def the_rest_of_the_office_seals_with_a_new_key(kit: Kit) -> None:
    """A PC that was revoked cannot read what is written afterwards, whatever it still hears."""
    pc = kit.office("IS")
    store = pc.demand_store()
    lost = Certificate("b" * 32, store.unit_code, "B", signing_public(b"b" * 32), wrapping_public(b"c" * 32), "B", "2026-01-01")
    blob = issue(lost, b"v" * 32).hex()
    record = {"letter": "B", "name": "Máy B", "certificate": blob}
    store.act("pc.enrol", pc.work().author, lambda _view: [create("pc", lost.replica, record)])
    before = set(store.unit_keys())
    rights.revoke_pc(pc.work(), lost.replica, "Bị lấy cắp")
    with store.view() as view:
        recipients = {str(row["recipient"]) for row in view.find("unit_key") if row["epoch"] not in before}
    assert max(store.unit_keys()) not in before
    assert recipients == {store.replica, "recovery"}


def unit_of(kit: Kit) -> tuple[Province, InProcess, list[Pc]]:
    """A server and two PCs of a unit that was founded: Lan is the secretary, An a clerk."""
    province, road, clock = kit.province()
    pcs = [Pc(name, clock, Entropy(name)) for name in ("one", "two")]
    for pc in pcs:
        pc.join(road, province.accounts.new_code(UNIT))
    ops = [creation("office", f"office-{UNIT}", unit=UNIT)]
    for person, role in (("lan", "IS"), ("an", "CL")):
        ops += [creation("person", person, full_name=person), creation("role_grant", f"g-{person}", person=person, role=role)]
    pcs[0].act("lan", *ops, scope=QMS)
    for pc in (*pcs, *pcs):
        pc.sync(road)
    return province, road, pcs


QMS_OF_WORLD = "unit/29551/qms"
MARKED = "tests.sync.world.court.MemoryCourt.marked"
RENEWAL = "qms_desktop.usecases.unit_keys.renewal"
NOTHING: Callable[..., None] = lambda *_: None  # noqa: E731 - what a remedy leaves behind when it is taken out
RIGHT, STOLEN = "an entry its author had no right to make", "right revoked, PC stolen"
REMEDIES = (
    Remedy(RIGHT, what_nobody_granted_gives_way_to_what_stood, as_if("sync.rights.custody._Bench.correct", NOTHING)),
    Remedy(RIGHT, the_entry_stays_visible_with_its_reason, _say_no_reason),
    Remedy(RIGHT, a_correction_is_derived_again_when_more_arrives, as_if(MARKED, lambda *_: ())),
    Remedy(RIGHT, a_wrong_verdict_is_lifted, as_if("sync.rights.custody._Bench.condemned", lambda *_: [])),
    Remedy(RIGHT, a_bad_entry_never_blocks_the_journal, _refuse_instead_of_keeping),
    Remedy(STOLEN, a_cut_decides_whoever_judges_and_whenever, lambda patch: patch.setattr(Lines, "covers", lambda *_: False)),
    Remedy(STOLEN, a_revoked_pc_is_told_nothing, as_if("sync.server.api.SILENT", ANSWER)),
    Remedy(STOLEN, nothing_is_wiped_before_it_was_handed_over, _release_unseen),
    Remedy(STOLEN, only_the_province_can_make_a_pc_erase, as_if("sync.rights.wiping.verify", NOTHING)),
    Remedy(STOLEN, the_rest_of_the_office_seals_with_a_new_key, as_if(RENEWAL, lambda *_, **__: [])),
)
