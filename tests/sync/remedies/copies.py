"""Servers and PCs that come back from old copies, are lost or cloned: everything is refilled, both arms stay, it is said."""

from __future__ import annotations

from collections.abc import Sequence

from qms_desktop.gui.desks.exchange import OfficeExchangeDesk
from qms_desktop.store import meta
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.unit import UnitStore, create, put
from sync.exchange.session import Session
from sync.journal.keys import CertificateVerifier
from sync.journal.log import Leaf, Parcel
from sync.journal.memory_log import MemoryLog, _Scope
from sync.server.api import make_app
from sync.server.province import Province
from sync.wire.pages import encode_page
from tests.store.test_journal import SCOPES, hand_over
from tests.sync.remedies.remedy import AUTHOR, Kit, Patch, Remedy, as_if
from tests.sync.server.conftest import Entropy
from tests.sync.world.builders import SCOPE
from tests.sync.world.in_process import InProcess
from tests.sync.world.office import PROVINCE_KEY, Replica, answer_to, ids, meet, read_page
from tests.sync.world.offices import Pc
from tests.sync.world.simulation import Rules, World
from tests.sync.world.variants import by_number


def a_restored_server_gets_back_also_others_entries(kit: Kit) -> None:
    """An old backup is put back, and the server goes on writing under numbers it had given out before."""
    server, pc, other = Replica("server"), Replica("pc1"), Replica("pc2")
    server.edit("F1", "note", "before")
    meet(pc, server)
    backup = server.copy()
    theirs = other.edit("R2", "note", "of another PC")
    meet(other, server)
    lost = server.edit("F1", "note", "lost")
    meet(pc, server)
    reused = backup.edit("F1", "note", "another", salt="after the restore")
    assert (reused.journal, reused.n) == (lost.journal, lost.n)
    for _ in range(2):
        meet(pc, backup)
    assert {theirs.id, lost.id, reused.id} <= ids(backup.log) == ids(pc.log)


def _compare_numbers_only(patch: Patch) -> None:
    for place in ("sync.exchange.session.have_digest", "sync.wire.messages.have_digest"):
        patch.setattr(place, by_number)


def a_lower_statement_replaces_a_higher_one(kit: Kit) -> None:
    """A PC that went on all the time believes the server holds what it has lost, until the server says otherwise."""
    server, pc = Replica("server"), Replica("pc1")
    backup = server.copy()
    first = pc.edit("R1", "note", "x")
    meet(pc, server)
    meet(pc, backup)
    assert pc.log.peer_have("server", SCOPE) == tuple(sorted(backup.log.leaves(SCOPE)))
    again = backup.copy()
    again.log = MemoryLog()
    again._enrol()
    session = pc.session("server")
    session.hear(read_page(answer_to(again.session("pc1"), encode_page(session.say()))))
    assert pc.log.peer_have("server", SCOPE) == (), "it says that it holds nothing now"
    assert first.id in ids(pc.log)


def _keep_the_highest(patch: Patch) -> None:
    remember = MemoryLog.remember_peer

    def proud(self: MemoryLog, peer: str, scope: str, leaves: Sequence[Leaf]) -> None:
        if len(leaves) >= len(self.peer_have(peer, scope) or ()):
            remember(self, peer, scope, leaves)

    patch.setattr(MemoryLog, "remember_peer", proud)


def a_restored_server_is_noticed_and_said(kit: Kit) -> None:
    """The PC tells of a server that lacks what it had stated to hold."""
    server, pc = Replica("server"), Replica("pc1")
    pc.edit("R1", "note", "x")
    meet(pc, server)
    backup = server.copy()
    pc.edit("R1", "note", "y")
    meet(pc, server)
    believed = {SCOPE: pc.log.peer_have("server", SCOPE) or ()}
    verifier = CertificateVerifier(PROVINCE_KEY, pc.log.certificate)
    session = Session(pc.log, "server", pc.journal, [SCOPE], verifier, believed=believed)
    while not session.finished:
        session.hear(read_page(answer_to(backup.session("pc1"), encode_page(session.say()))))
    assert session.outcome.equal
    assert session.fell_back == (SCOPE,)


def a_lost_server_is_rebuilt_from_the_pcs(kit: Kit) -> None:
    """The database is gone. A PC that the new server does not know shows its certificate, and brings its neighbour's work too."""
    province, road, clock = kit.province()
    one, two = (Pc(name, clock, Entropy(name)) for name in ("one", "two"))
    for pc in (one, two):
        pc.join(road, province.accounts.new_code("28756"))
    written = one.write("d1", state="received", p_name="Nguyễn Thị Ánh")
    for pc in (one, two):
        pc.sync(road)
    folder = province.identity.folder
    province.close()
    for lost in folder.glob("server.db*"):
        lost.unlink()
    rebuilt = Province.rebuild(folder, clock=clock, entropy=Entropy("rebuilt"))
    try:
        assert two.sync(InProcess(make_app(rebuilt, chance=lambda: 0.5))).equal
        assert rebuilt.log.held(one.credentials.scopes[2], [written]) == {written}
    finally:
        rebuilt.close()


def _no_way_back_in(patch: Patch) -> None:
    patch.setattr("sync.client.rounds.Rounds._rejoin", lambda _self: None)


def a_journal_carries_its_own_proof(kit: Kit) -> None:
    """A third side believes entries of a PC it never met, because the certificate travels with the journal's first entry."""
    pc, middle, third = Replica("pc1"), Replica("pc2"), Replica("server")
    written = pc.edit("R1", "note", "x")
    meet(pc, middle)
    meet(middle, third)
    assert written.id in ids(third.log)


def both_arms_of_a_cloned_journal_are_kept(kit: Kit) -> None:
    """One disk image on two PCs: both go on under one name and one number."""
    world = World(1, Rules())
    pc, server = world.replicas["pc1"], world.replicas["server"]
    pc.edit("R1", "note", "before")
    world.exchange(pc, server, faulty=False)
    clone = pc.copy()
    clone.name = "clone"
    world.replicas["clone"] = clone
    mine, theirs = pc.edit("R1", "note", "mine"), clone.edit("R1", "note", "theirs", salt="clone")
    assert (mine.journal, mine.n) == (theirs.journal, theirs.n)
    world.settle()
    assert all({mine.id, theirs.id} <= ids(replica.log) for replica in world.replicas.values())


def _identity_by_number(patch: Patch) -> None:
    take = MemoryLog._take

    def by_place(self: MemoryLog, area: _Scope, parcel: Parcel) -> None:
        entry = parcel.entry
        taken = {area.parcels[name].entry.n: name for name in area.journals.get(entry.journal, ())}
        if taken.get(entry.n, entry.id) == entry.id:
            take(self, area, parcel)

    patch.setattr(MemoryLog, "_take", by_place)


def a_clone_goes_on_under_a_new_name(kit: Kit) -> None:
    """It receives an entry of its own journal that it did not write, and takes a new replica id before its next write."""
    one = kit.store("A")
    _receive(one, "d1")
    clone = kit.copied(one)
    _note(one, "bản chính")
    _note(clone, "bản sao")
    hand_over(clone, one)
    before = one.replica
    _note(one, "viết tiếp")
    assert one.replica != before
    hand_over(one, clone)
    assert len(UnitLog(clone).leaves(SCOPES[1])) == 3


def _never_cloned(patch: Patch) -> None:
    read = meta.read
    patch.setattr(meta, "read", lambda connection, key: "" if key == meta.CLONED else read(connection, key))


def the_end_of_the_old_name_is_signed(kit: Kit) -> None:
    """What was written before the PC knew is still handed over: its journal is signed to the end before the name changes."""
    one = kit.store("A")
    _receive(one, "d1")
    clone = kit.copied(one)
    _note(one, "trước khi biết")
    _note(clone, "bản sao")
    end = next(leaf for leaf in UnitLog(one).leaves(SCOPES[1]) if leaf.journal == one.replica)
    hand_over(clone, one)
    _note(one, "sau khi biết")
    (parcel,) = UnitLog(one).load(SCOPES[1], [end.id])
    assert parcel.entry.journal != one.replica
    assert parcel.signature is not None


def a_person_at_a_copied_pc_is_told(kit: Kit) -> None:
    """The window of a PC under a new name says that its data was restored or copied, and what to do."""
    office = kit.office()
    clone = kit.cloned(office)
    for pc, name in ((office, "a"), (clone, "b")):
        pc.demand_store().act(name, AUTHOR, lambda _view, name=name: [create("position", name, {"name": name})])  # type: ignore[misc]
    hand_over_all(clone.demand_store(), office.demand_store())
    office.demand_store().act("c", AUTHOR, lambda _view: [create("position", "c", {"name": "c"})])
    said = OfficeExchangeDesk(office).sync_state()
    assert said.kind == "failed"
    assert "đã bị sao chép" in said.reason
    assert "QMS-512" in said.reason


def hand_over_all(source: UnitStore, target: UnitStore) -> None:
    """Everything in the area of the office."""
    giver, taker, scope = UnitLog(source), UnitLog(target), f"unit/{source.unit_code}/qms"
    rows = [row for leaf in giver.leaves(scope) for row in giver.rows(scope, leaf.journal, 0, leaf.n)]
    names = [row.id for row in sorted(set(rows), key=lambda row: row.pos)]
    taker.append(scope, giver.load(scope, names), {})


def _receive(store: UnitStore, record: str) -> None:
    store.act("dossier.receive", AUTHOR, lambda _view: [create("dossier", record, {"code": record})])


def _note(store: UnitStore, words: str) -> None:
    store.act("dossier.edit", AUTHOR, lambda _view: [put("dossier", "d1", {"note": words})])


OLD, GONE, CLONE = "server restored from an old backup", "server lost entirely", "PC cloned or restored from a backup"
REMEDIES = (
    Remedy(OLD, a_restored_server_gets_back_also_others_entries, _compare_numbers_only),
    Remedy(OLD, a_lower_statement_replaces_a_higher_one, _keep_the_highest),
    Remedy(OLD, a_restored_server_is_noticed_and_said, as_if("sync.exchange.session._fell_back", lambda *_: False)),
    Remedy(GONE, a_lost_server_is_rebuilt_from_the_pcs, _no_way_back_in),
    Remedy(GONE, a_journal_carries_its_own_proof, as_if("sync.journal.memory_log.MemoryLog.certificate", lambda *_: None)),
    Remedy(CLONE, both_arms_of_a_cloned_journal_are_kept, _identity_by_number),
    Remedy(CLONE, a_clone_goes_on_under_a_new_name, _never_cloned),
    Remedy(CLONE, the_end_of_the_old_name_is_signed, as_if("qms_desktop.store.writer.Writer.sign_tips", lambda _self: None)),
    Remedy(CLONE, a_person_at_a_copied_pc_is_told, as_if("qms_desktop.store.unit.UnitStore.renamed", False)),
)
