"""Power cuts, lost answers, several writers: what a disk holds is whole, acknowledged and applied once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, bindparam, update

from qms_desktop.store.journal import UnitLog
from qms_desktop.store.unit import UnitStore, create, put
from qms_desktop.store.verify import verify
from sync.errors import TransportFault
from sync.journal.log import Parcel
from sync.server import ingest
from sync.server.schema import SCOPES
from tests.store.test_crashes import contents, survives_cut
from tests.store.test_journal import SCOPES as UNIT_SCOPES
from tests.sync.remedies.remedy import AUTHOR, Kit, Patch, Remedy, as_if
from tests.sync.server.conftest import Entropy
from tests.sync.server.test_writers import OTHER_SCOPE, journal_of, overtaken
from tests.sync.world.in_process import Trouble
from tests.sync.world.offices import Pc


def an_action_that_is_cut_leaves_the_old_state(kit: Kit) -> None:
    """A power cut after some of the statements of an action that touches two scopes."""
    store = kit.store("A")
    store.act("dossier.receive", AUTHOR, lambda _view: [create("dossier", "d1", {"code": "T-A-1"})])
    changes = [put("dossier", "d1", {"note": "mới"}), create("position", "p1", {"name": "Văn thư"})]
    before = contents(store)
    for cut in (9, 16, 23):
        assert not survives_cut(store, cut, lambda: store.act("both", AUTHOR, lambda _view: changes))
        assert contents(store) == before
    assert verify(store) == []


@contextmanager
def _each_statement_by_itself(store: UnitStore) -> Iterator[None]:
    yield


def _commit_statement_by_statement(patch: Patch) -> None:
    patch.setattr(UnitStore, "_transaction", _each_statement_by_itself)


def what_is_saved_is_on_the_disk(kit: Kit) -> None:
    """A commit returns after the disk has flushed it."""
    levels = kit.store("A").connection.execute("PRAGMA synchronous").fetchone()
    assert levels == (2,), "FULL: the write-ahead log is flushed at every commit"


def _write_without_flushing(patch: Patch) -> None:
    from qms_desktop import sqlite

    settle = sqlite._settle

    def hasty(connection: object, *, read_only: bool) -> None:
        settle(connection, read_only=read_only)
        connection.execute("PRAGMA synchronous = NORMAL")  # type: ignore[attr-defined]

    patch.setattr(sqlite, "_settle", hasty)


def an_entry_that_comes_twice_is_applied_once(kit: Kit) -> None:
    """The other side did not hear that its entries arrived, and sends them again."""
    one, two = kit.store("A"), kit.store("B")
    one.act("dossier.receive", AUTHOR, lambda _view: [create("dossier", "d1", {"code": "T-A-1"})])
    log, scope = UnitLog(one), UNIT_SCOPES[1]
    parcels = log.load(scope, [log.leaves(scope)[0].id])
    UnitLog(two).append(scope, parcels, {})
    before = contents(two)
    UnitLog(two).append(scope, parcels, {})
    assert contents(two) == before
    assert verify(two) == []


def an_answer_that_is_lost_changes_nothing(kit: Kit) -> None:
    """The server has stored what the PC brought, and its answer is lost: what it confirmed is taken from its next word."""
    province, road, clock = kit.province()
    pc = Pc("one", clock, Entropy("one"))
    pc.join(road, province.accounts.new_code("28756"))
    pc.sync(road)
    written = pc.write("d1", state="received")
    rounds = pc.rounds(road)
    road.troubles = [Trouble(), Trouble(lose_answer=True)]
    try:
        rounds.run()
    except TransportFault:
        assert rounds.waiting() == 1, "nothing counts as delivered but what the other side states to hold"
    assert rounds.run().equal
    assert rounds.waiting() == 0
    assert province.log.held(pc.credentials.scopes[2], [written]) == {written}


def _count_what_was_sent_as_delivered(patch: Patch) -> None:
    from sync.exchange.session import Session

    speak = Session._speak

    def hopeful(self: Session, talk: object) -> object:
        said = speak(self, talk)  # type: ignore[arg-type]
        self._log.remember_peer(self._peer, talk.scope, self._log.leaves(talk.scope))  # type: ignore[attr-defined]
        return said

    patch.setattr(Session, "_speak", hopeful)


def a_writer_that_was_overtaken_writes_nothing(kit: Kit) -> None:
    """Another writer advanced the scope between reading and writing: leaves are compared and set in one transaction."""
    province, _, _ = kit.province()
    made = journal_of(1)[0]
    try:
        overtaken(province.database, made)
    except ingest.Overtaken:
        pass
    assert province.log.held(made.scope, [made.id]) == frozenset()


def _set_without_comparing(patch: Patch) -> None:
    names = ("last_pos", "lam", "digest")
    blind = update(SCOPES).where(SCOPES.c.scope == bindparam("own")).values({n: bindparam(n) for n in names})

    def store_ends(connection: Connection, new: Collection[ingest.Ingest]) -> None:
        ends = [{name: value for name, value in each._end().items() if name != "before"} for each in new]
        connection.execute(blind, ends)

    patch.setattr(ingest, "_store_ends", store_ends)


def leaves_and_entries_are_read_in_one_snapshot(kit: Kit) -> None:
    """Somebody writes while an answer is being made: what the leaves name is what is read."""
    province, _, _ = kit.province()
    journal = journal_of(1)
    province.log.append(journal[0].scope, [Parcel(journal[0])], {})
    with province.log.reading() as journals:
        before = journals.leaves(journal[0].scope)
        province.log.append(journal[1].scope, [Parcel(journal[1])], {})
        province.log.append(OTHER_SCOPE, [Parcel(replace(journal[0], scope=OTHER_SCOPE))], {})
        rows = journals.rows(journal[0].scope, journal[0].journal, 0, 99)
    assert [leaf.id for leaf in before] == [rows[-1].id]


def _read_each_by_itself(patch: Patch) -> None:
    from sync.server.journals import Journals
    from sync.server.store import ServerLog

    class Fresh:
        def __init__(self, log: ServerLog) -> None:
            self._log = log

        def __getattr__(self, name: str) -> object:
            def read(*arguments: object) -> object:
                with self._log.database.reading() as connection:
                    return getattr(Journals(connection), name)(*arguments)

            return read

    @contextmanager
    def reading(self: ServerLog) -> Iterator[Fresh]:
        yield Fresh(self)

    patch.setattr(ServerLog, "reading", reading)


CUT, LOST, MANY = "power cut or kill -9 anywhere", "acknowledgement lost", "many writers at once on the server"
REMEDIES = (
    Remedy(
        CUT,
        an_action_that_is_cut_leaves_the_old_state,
        _commit_statement_by_statement,
    ),
    Remedy(CUT, what_is_saved_is_on_the_disk, _write_without_flushing),
    Remedy(CUT, an_entry_that_comes_twice_is_applied_once, as_if("qms_desktop.store.ledger.Ledger.holds", lambda *_: False)),
    Remedy(LOST, an_answer_that_is_lost_changes_nothing, _count_what_was_sent_as_delivered),
    Remedy(MANY, a_writer_that_was_overtaken_writes_nothing, _set_without_comparing),
    Remedy(MANY, leaves_and_entries_are_read_in_one_snapshot, _read_each_by_itself),
)
