"""Old entries in blocks: nothing that can be seen tells them from entries in rows, and no moment is a bad one to pack."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.keys import MemoryKeys
from qms_desktop.sqlite import open_database
from qms_desktop.store import meta, schema
from qms_desktop.store.founding import database_key
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.packer import Packer, give_back
from qms_desktop.store.recent import recent
from qms_desktop.store.undo import last_action
from qms_desktop.store.unit import Author, Change, UnitStore, create, put, void
from qms_desktop.store.verify import verify
from sync.journal.entry import Entry, Op, Verb, Write
from sync.journal.log import Parcel
from tests.store.conftest import NOW, MakeStore
from tests.store.test_crashes import contents, survives_cut
from tests.store.test_journal import SCOPES, hand_over
from tests.sync.world.builders import entry

OTHER = Author("person-binh", NOW)
DOSSIERS = SCOPES[1]


@pytest.fixture
def worked(make_store: MakeStore, author: Author) -> UnitStore:
    """An office with two PCs whose entries came in turns, an open question, a voided record and two scopes."""
    one, two = make_store("A"), make_store("B")
    for at in range(4):
        values: dict[str, Value] = {"code": f"T-A-{at}", "applicant_name": f"Nguyễn Thị Đường {at}", "state": "received"}
        position = create("position", f"p{at}", {"name": f"Văn thư {at}"})
        write(one, author, "dossier.receive", create("dossier", f"d{at}", values), position)
        hand_over(one, two)
        write(two, OTHER, "dossier.edit", put("dossier", f"d{at}", {"note": "máy B", "step": "B2"}))
        write(one, author, "dossier.edit", put("dossier", f"d{at}", {"note": "máy A"}))
        two.sign_tips()
        hand_over(two, one)
    write(one, author, "dossier.void", void("dossier", "d3"), reason="trùng")
    one.sign_tips()
    return one


def write(store: UnitStore, who: Author, name: str, *changes: Change, reason: str = "") -> None:
    store.act(name, who, lambda _view: list(changes), reason)


def pack(store: UnitStore, in_block: int = 3) -> int:
    return Packer(store, kept_open=0, in_block=in_block).run(100)


def seen(store: UnitStore) -> dict[str, object]:
    """All that somebody can read: people, the exchange and the self-check."""
    log, found = UnitLog(store), dict[str, object]()
    for scope in SCOPES:
        leaves = log.leaves(scope)
        rows = [row for leaf in leaves for row in log.rows(scope, leaf.journal, 0, leaf.n)]
        parts = [row for leaf in leaves for row in log.rows(scope, leaf.journal, 1, leaf.n - 1)]
        ids = [row.id for row in sorted(rows, key=lambda row: row.pos)]
        loaded = [(p.entry, p.entry.body, p.ciphertext, p.signature) for p in log.load(scope, ids)]
        found[scope] = (leaves, rows, parts, loaded, log.held(scope, [*ids, "ab" * 32]), log.state_digest(scope))
    with store.view() as view:
        found["rows"] = [view.get("dossier", f"d{at}") for at in range(5)] + [view.get("position", f"p{at}") for at in range(5)]
        found["history"] = [view.history("dossier", f"d{at}") for at in range(5)] + [view.history("position", "p1")]
        found["questions"] = view.questions()
        found["search"] = view.search("nguyen duong")
    with store.reading() as ledger:
        found["undo"] = [last_action(ledger, person) for person in ("person-an", "person-binh", "nobody")]
    found["recent"] = [recent(store, mine=mine, peer="server", limit=limit) for mine in (True, False) for limit in (2, 200)]
    found["waiting"] = log.waiting("server")
    found["faults"] = verify(store)
    return found


@pytest.mark.parametrize("in_block", [1, 2, 3, 5])
def test_nothing_that_can_be_read_changes(worked: UnitStore, in_block: int) -> None:
    before = seen(worked)
    assert before["faults"] == []
    assert pack(worked, in_block) >= 1
    assert seen(worked) == before
    assert pack(worked, in_block) == 0
    again = UnitStore.open(worked.path, worked.keys, worked.clock, worked.entropy)
    assert seen(again) == before
    again.close()


def test_only_old_entries_are_packed(worked: UnitStore) -> None:
    assert Packer(worked).run(10) == 0
    Packer(worked, kept_open=4, in_block=2).run(100)
    (newest,) = worked.connection.execute("SELECT max(num) FROM entry").fetchone()
    (packed,) = worked.connection.execute("SELECT max(high) FROM block").fetchone()
    assert packed <= newest - 4


def test_people_go_on_working_upon_what_is_packed(worked: UnitStore, author: Author) -> None:
    pack(worked, 1)
    worked.act("dossier.edit", author, lambda _view: [put("dossier", "d1", {"state": "closed", "step": "B2"})])
    with worked.view() as view:
        question = view.questions()[0]
    worked.answer((question.kind, question.record, question.field), "đã hỏi", author)
    assert worked.undo_last(author) is not None
    with worked.view() as view:
        assert (view.get("dossier", "d1") or {})["state"] == "closed"
        assert (view.get("dossier", question.record) or {})["note"] == question.values[0].value
    assert verify(worked) == []


def test_the_last_action_is_undone_also_when_it_is_packed(worked: UnitStore, author: Author) -> None:
    both = [create("dossier", "d4", {"code": "T-A-4"}), create("position", "p4", {"name": "Một cửa"})]
    worked.act("dossier.receive", author, lambda _view: both)
    pack(worked, 1)
    assert worked.undo_last(author) is not None
    with worked.view() as view:
        assert [(view.get(*place) or {})["_voided"] for place in (("dossier", "d4"), ("position", "p4"))] == [True, True]


def test_packed_journals_are_handed_over_and_taken_back(worked: UnitStore, make_store: MakeStore) -> None:
    before = seen(worked)
    pack(worked)
    fresh = make_store("C")
    hand_over(worked, fresh)
    pack(fresh, 2)
    hand_over(fresh, worked)
    hand_over(worked, fresh)
    assert seen(worked) == before
    assert verify(fresh) == []
    for scope in SCOPES:
        assert UnitLog(fresh).state_digest(scope) == UnitLog(worked).state_digest(scope)
        assert UnitLog(fresh).leaves(scope) == UnitLog(worked).leaves(scope)


def test_a_signature_that_comes_after_packing_is_kept(make_store: MakeStore, author: Author) -> None:
    one, two = make_store("A"), make_store("B")
    for at in range(3):
        write(one, author, "dossier.receive", create("dossier", f"d{at}", {"code": f"d{at}"}))
    hand_over(one, two)
    pack(two)
    one.sign_tips()
    hand_over(one, two)
    journal = UnitLog(two).leaves(DOSSIERS)[0].journal
    assert [row.signature is not None for row in UnitLog(two).rows(DOSSIERS, journal, 0, 3)] == [False, False, True]


def test_a_forked_journal_packs_each_arm_by_itself(make_store: MakeStore, author: Author) -> None:
    store = make_store("A")
    store.act("dossier.receive", author, lambda _view: [create("dossier", "d0", {"code": "T-A-0"})])
    store.sign_tips()
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    folder = store.path.parent.with_name("copy")
    shutil.copytree(store.path.parent, folder)
    copy = UnitStore.open(folder / "office.db", store.keys, store.clock, make_store("C").entropy)
    for at in range(1, 4):
        for pc, who in ((store, author), (copy, OTHER)):
            write(pc, who, "dossier.edit", put("dossier", "d0", {"note": f"{at} {who.person}"}))
            pc.sign_tips()
        hand_over(copy, store)
    before = seen(store)
    assert pack(store, 2) >= 2
    assert seen(store) == before
    copy.close()


def test_cut_between_any_two_statements_nothing_is_packed(worked: UnitStore) -> None:
    before, read, cuts = contents(worked), seen(worked), 0
    while not survives_cut(worked, cuts, lambda: Packer(worked, kept_open=0, in_block=3).step()) and contents(worked) == before:
        cuts += 1
    assert cuts > 10
    assert worked.connection.execute("SELECT count(*) FROM block").fetchone() == (1,)
    assert seen(worked) == read


def test_two_who_pack_at_once_make_no_block_twice(worked: UnitStore) -> None:
    before = seen(worked)
    one, two = (Packer(worked, kept_open=0, in_block=3) for _ in "ab")
    with worked.reading() as ledger:
        found = one._oldest(ledger.connection)
        assert two.step()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one, "_oldest", lambda _connection: found)
        one.step()
    assert worked.connection.execute("SELECT count(*) FROM block").fetchone() == (1,)
    assert seen(worked) == before


def sealed_in_blocks(store: UnitStore) -> list[Parcel]:
    with store.reading() as ledger:
        blocks = [ledger.entries.blocks.parcels(block) for block in ledger.entries.blocks.every()]
    return [parcel for parcels in blocks for parcel in parcels if parcel.ciphertext is not None]


def test_one_ciphertext_is_erased_and_all_else_stays(worked: UnitStore) -> None:
    pack(worked)
    victim, *others = sealed_in_blocks(worked)
    ids = [parcel.entry.id for parcel in (victim, *others)]
    with worked.writing() as ledger:
        ledger.entries.blank([victim.entry.id, "ab" * 32])
    assert [parcel.ciphertext for parcel in UnitLog(worked).load(DOSSIERS, ids)] == [None, *(p.ciphertext for p in others)]
    frames = b"".join(row[0] for row in worked.connection.execute("SELECT frame FROM block"))
    assert victim.ciphertext is not None
    assert victim.ciphertext not in frames
    assert all(parcel.ciphertext in frames for parcel in others if parcel.ciphertext is not None)
    assert [fault for fault in verify(worked, erased=[victim.entry.id]) if "Bảng" not in fault] == []
    assert any("niêm phong" in fault for fault in verify(worked, erased=[]))


def flipped(sixteenth: int) -> Callable[[UnitStore], None]:
    def damage(store: UnitStore) -> None:
        num, frame = store.connection.execute("SELECT num, frame FROM block ORDER BY num DESC LIMIT 1").fetchone()
        place = (len(frame) - 1) * sixteenth // 16
        store.connection.execute(
            "UPDATE block SET frame = ? WHERE num = ?", (frame[:place] + bytes([frame[place] ^ 1]) + frame[place + 1 :], num)
        )

    return damage


def told(statement: str) -> Callable[[UnitStore], None]:
    def damage(store: UnitStore) -> None:
        store.connection.execute(statement)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        *(flipped(sixteenth) for sixteenth in range(17)),
        told("UPDATE block SET ids = zeroblob(length(ids))"),
        told("UPDATE block SET n = n + 1 WHERE num = 1"),
        told("UPDATE block SET journal = 'somebody else' WHERE num = 1"),
        told("UPDATE block SET low = low + 1 WHERE num = 1"),
        told("UPDATE block SET prev = zeroblob(32) WHERE num = 2"),
        told("UPDATE block SET scope = 'province' WHERE num = 1"),
        told("DELETE FROM block WHERE num = 1"),
        told("DELETE FROM packed WHERE block = 1"),
    ],
)
def test_damage_in_a_block_is_found(worked: UnitStore, damage: Callable[[UnitStore], None]) -> None:
    pack(worked)
    damage(worked)
    assert verify(worked) != []


def test_an_entry_that_cannot_be_read_is_left_for_the_self_check(worked: UnitStore) -> None:
    worked.connection.execute("UPDATE entry SET body = CAST(replace(body, 'T-A-0', 'T-B-0') AS BLOB)")
    pack(worked)
    worked.connection.execute("UPDATE entry SET body = CAST(replace(body, 'T-B-0', 'T-A-0') AS BLOB)")
    assert verify(worked) == []


def older_form(store: UnitStore) -> None:
    """Put what the store holds into a database as the program before made it."""
    store.close()
    newer = store.path.with_name("newer.db")
    store.path.rename(newer)
    key = database_key(store.keys)
    old = open_database(store.path, key, create=True).conn
    old.execute("BEGIN IMMEDIATE")
    for _, _, step in schema.STEPS[:2]:
        step(old)
    old.execute("PRAGMA user_version = 1001")
    old.execute("COMMIT")
    meta.write_identity(old, meta.Identity("", "", ""))
    old.execute(f"ATTACH DATABASE ? AS newer KEY \"x'{key.hex()}'\"", (str(newer),))
    for (name,) in old.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'").fetchall():
        old.execute(f"DELETE FROM main.{name}")
        old.execute(f"INSERT INTO main.{name} SELECT * FROM newer.{name}")
    old.execute("DELETE FROM main.derived")
    old.close()


def test_a_database_of_the_program_before_is_taken_over_and_packed(worked: UnitStore) -> None:
    before = seen(worked)
    older_form(worked)
    upgraded = UnitStore.open(worked.path, worked.keys, worked.clock, worked.entropy)
    assert schema.version_of(upgraded.connection) == schema.VERSION
    assert seen(upgraded) == before
    assert pack(upgraded) > 1
    assert seen(upgraded) == before
    upgraded.close()


def test_a_full_disk_leaves_the_form_before(worked: UnitStore) -> None:
    older_form(worked)
    connection: Any = open_database(worked.path, database_key(worked.keys)).conn
    statements = 0
    while True:
        real, cut = connection, Cutter(connection, statements)
        real.execute("BEGIN IMMEDIATE")
        try:
            schema.migrate(cut)
        except OSError:
            real.execute("ROLLBACK")
            assert schema.version_of(real) == (1, 1)
            statements += 1
            continue
        real.execute("ROLLBACK")
        break
    assert statements > 8
    connection.close()
    upgraded = UnitStore.open(worked.path, worked.keys, worked.clock, worked.entropy)
    assert verify(upgraded) == []
    upgraded.close()


class Cutter:
    """A connection on a disk that is full after so many statements."""

    def __init__(self, connection: Any, left: int) -> None:
        self._connection, self._left = connection, left

    def execute(self, *statement: Any) -> Any:
        if self._left == 0:
            raise OSError
        self._left -= 1
        return self._connection.execute(*statement)


def test_the_file_of_a_new_office_becomes_small_again(store: UnitStore) -> None:
    made: list[Entry] = []
    for at in range(1_500):
        op = Op("hologram", f"H{at}", Verb.CREATE, (Write("depth", "sâu " * 1_000),))
        made.append(entry(op, scope=SCOPES[0], after=made[-1] if made else None))
    UnitLog(store).append(SCOPES[0], [Parcel(one) for one in made], {})
    (before,) = store.connection.execute("PRAGMA page_count").fetchone()
    Packer(store, kept_open=0).run(100)
    for _ in range(30):
        give_back(store)
    (after,) = store.connection.execute("PRAGMA page_count").fetchone()
    assert after < before / 2
    assert verify(store) == []


def test_keys_that_come_late_open_what_is_packed(make_store: MakeStore, author: Author, worked: UnitStore) -> None:
    store = UnitStore.create(
        worked.path.with_name("late.db"), meta.Identity("f" * 32, "L", "29677"), MemoryKeys(), worked.clock, worked.entropy
    )
    hand_over(worked, store)
    pack(store)
    with worked.reading() as ledger:
        key = ledger.connection.execute("SELECT unit, epoch, key FROM unit_key").fetchone()
    store.add_unit_key(*key)
    with store.view() as view:
        assert (view.get("dossier", "d1") or {})["applicant_name"] == "Nguyễn Thị Đường 1"
    assert verify(store) == []
    store.close()
