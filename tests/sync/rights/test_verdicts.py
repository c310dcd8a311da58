"""Entries nobody had a right to make: stored, answered by a verdict, never in force, never lost."""

import pytest

from sync.journal.entry import VOID_FIELD, Entry, Op, Reference, Verb, Write
from sync.journal.merge import conflicts, is_void
from sync.rights.custody import PC_CUT
from sync.rights.rights import spell_cut
from sync.rights.verdicts import VERDICT, Judged, history, named_by, standing
from tests.sync.world.builders import SCOPE
from tests.sync.world.court import CourtDisk, MemoryCourt, carried
from tests.sync.world.office import Replica
from tests.sync.world.simulation import QMS


def office() -> tuple[Replica, Replica, Replica]:
    """A server, the founding PC (Lan is the secretary, An a clerk), and a second PC."""
    server = Replica("server", CourtDisk(), unit="", letter="")
    first, second = Replica("pc1"), Replica("pc2", letter="B")
    grants = [grant(f"g-{who}-{role}", who, role) for who, role in (("lan", "IS"), ("lan", "CL"), ("an", "CL"))]
    first.write(Op("office", "o", Verb.CREATE, (Write("name", "Mẫu"),)), *grants, scope=QMS, by="lan")
    carried(first, server)
    carried(first, second)
    return server, first, second


def grant(record: str, person: str, role: str, replica: str = "") -> Op:
    values = {"person": person, "role": role} | ({"replica": replica} if replica else {})
    return Op("role_grant", record, Verb.CREATE, tuple(Write(name, value) for name, value in values.items()))


def edit(replica: Replica, by: str, value: object, record: str = "R1", field: str = "note") -> Entry:
    state = replica.log.states(SCOPE).get(("dossier", record))
    heads = tuple(name for name, _ in state.heads.get(field, ())) if state else ()
    verb = Verb.SET if state else Verb.CREATE
    return replica.write(Op("dossier", record, verb, (Write(field, value, heads),)), by=by, salt=value)  # type: ignore[arg-type]


def judge(server: Replica, *sources: Replica) -> int:
    for source in sources:
        carried(source, server)
    return MemoryCourt(server).settle().verdicts


def shown(server: Replica, record: str = "R1", field: str = "note") -> list[object]:
    """The values of the heads, references resolved."""
    held = server.log.parcels(SCOPE)
    values: list[object] = []
    for head, _ in server.log.states(SCOPE)["dossier", record].heads[field]:
        value = _value(held[head].entry, record, field)
        sources = value.entries if isinstance(value, Reference) else (head,)
        values += [_value(held[name].entry, record, field) for name in sources]
    return sorted(set(values), key=str)


def _value(entry: Entry, record: str, field: str) -> object:
    return next(write.value for op in entry.ops if op.record == record for write in op.writes if write.field == field)


def cause(server: Replica, entry: Entry) -> object:
    state = server.log.states(entry.scope).get(("verdict", entry.id))
    if state is None:
        return None
    head = max(state.heads["cause"], key=lambda head: (head[1], head[0]))[0]
    return _value(server.log.parcels(entry.scope)[head].entry, entry.id, "cause")


def test_what_a_clerk_writes_stands() -> None:
    server, first, _ = office()
    edit(first, "an", "một")
    assert judge(server, first) == 0
    assert shown(server) == ["một"]


def test_a_value_of_a_person_without_a_role_gives_way_to_what_stood_before() -> None:
    server, first, second = office()
    edit(first, "an", "đúng")
    carried(first, second)
    bad = edit(second, "nobody", "sai")
    assert judge(server, first, second) == 1
    assert (shown(server), cause(server, bad)) == (["đúng"], "role")
    assert bad.id in server.log.parcels(SCOPE), "it stays in the journal"
    assert conflicts(server.log.states(SCOPE)["dossier", "R1"]) == ()
    assert judge(server) == 0
    carried(server, second)
    edit(second, "an", "sửa lại đúng cách")
    assert judge(server, second) == 0
    assert shown(server) == ["sửa lại đúng cách"]


def test_a_record_that_a_stranger_made_goes_out_of_use_with_its_values() -> None:
    server, _, second = office()
    edit(second, "nobody", "bịa", record="R9")
    judge(server, second)
    state = server.log.states(SCOPE)["dossier", "R9"]
    assert is_void(state)
    assert shown(server, "R9") == [None]
    assert judge(server) == 0


def test_a_good_change_beside_it_brings_the_record_back() -> None:
    server, first, second = office()
    edit(second, "nobody", "bịa", record="R9")
    carried(second, first)
    judge(server, second)
    edit(first, "an", "thật", record="R9", field="name")
    judge(server, first)
    state = server.log.states(SCOPE)["dossier", "R9"]
    assert not is_void(state)
    assert (shown(server, "R9"), shown(server, "R9", "name")) == ([None], ["thật"])


def test_a_verdict_is_derived_again_when_more_arrives() -> None:
    server, first, second = office()
    edit(first, "an", "cũ")
    carried(first, second)
    bad = edit(second, "nobody", "sai")
    late = edit(first, "an", "mới")
    server.log.append(SCOPE, [second.log.parcels(SCOPE)[name] for name in second.log.parcels(SCOPE)], {})
    carried(second, server)
    judge(server)
    assert shown(server) == ["cũ"]
    judge(server, first)
    assert shown(server) == ["mới"]
    assert {bad.id, late.id} <= server.log.parcels(SCOPE).keys()


def test_a_value_named_before_it_arrived_is_not_swallowed() -> None:
    server, first, second = office()
    edit(first, "an", "một")
    carried(first, second)
    edit(second, "nobody", "sai")
    edit(second, "an", "tiếp trên máy hai")
    parcels = second.log.parcels(SCOPE)
    own = [parcels[name] for name in parcels if parcels[name].entry.journal == second.journal]
    server.log.append(SCOPE, own, {second.journal: second.log.certificate(second.journal) or b""})
    judge(server)
    assert shown(server) == ["tiếp trên máy hai"]
    judge(server, first)
    assert shown(server) == ["một", "tiếp trên máy hai"], "a question: nobody with a right ever replaced it"


def test_void_and_restore_without_right_are_undone() -> None:
    server, first, second = office()
    made = edit(first, "an", "một")
    carried(first, second)
    void = Op("dossier", "R1", Verb.VOID, (Write(VOID_FIELD, None), Write("note", None, (made.id,))))
    second.write(void, by="nobody")
    judge(server, first, second)
    assert not is_void(server.log.states(SCOPE)["dossier", "R1"])
    carried(server, first)
    head = server.log.states(SCOPE)["dossier", "R1"].heads[VOID_FIELD][0][0]
    put_away = first.write(
        Op("dossier", "R1", Verb.VOID, (Write(VOID_FIELD, None, (head,)), Write("note", None, (made.id,)))), by="an"
    )
    judge(server, first)
    assert is_void(server.log.states(SCOPE)["dossier", "R1"])
    carried(server, second)
    second.write(Op("dossier", "R1", Verb.SET, (Write(VOID_FIELD, False, (put_away.id,)),)), by="nobody", salt=2)
    judge(server, second)
    assert is_void(server.log.states(SCOPE)["dossier", "R1"])
    assert judge(server) == 0


def test_a_right_that_becomes_known_later_lifts_the_verdict() -> None:
    server, first, second = office()
    entry = edit(second, "binh", "của Bình")
    judge(server, second)
    assert cause(server, entry) == "role"
    first.write(grant("g-binh", "binh", "CL", second.journal), scope=QMS, by="lan")
    judge(server, first)
    assert (cause(server, entry), shown(server)) == ("lifted", ["của Bình"])
    assert not is_void(server.log.states(SCOPE)["dossier", "R1"])


def test_a_role_counts_only_on_the_pc_it_was_granted_for() -> None:
    server, first, second = office()
    first.write(grant("g-binh", "binh", "CL", first.journal), scope=QMS, by="lan")
    fine, bad = edit(first, "binh", "máy một", record="R1"), edit(second, "binh", "máy hai", record="R2")
    judge(server, first, second)
    assert (cause(server, fine), cause(server, bad)) == (None, "role")


def test_nobody_grants_himself_a_right() -> None:
    server, _, second = office()
    second.write(Op("office", "o2", Verb.CREATE, (Write("name", "Giả"),)), grant("g-x", "nobody", "IS"), scope=QMS, by="nobody")
    second.write(grant("g-y", "nobody", "CL"), scope=QMS, by="nobody")
    bad = edit(second, "nobody", "giả")
    assert judge(server, second) == 3
    assert cause(server, bad) == "role"


def revoked(server: Replica, pc: Replica) -> None:
    """The server names the cut: what it has accepted of the PC."""
    cut = [(scope, leaf) for scope in (QMS, SCOPE) for leaf in server.log.leaves(scope) if leaf.journal == pc.journal]
    write = Write(PC_CUT, spell_cut(tuple(cut)))
    server.write(Op("pc", pc.journal, Verb.SET, (write,)), scope=QMS, by="server", act="pc.revoke")


def test_a_revoked_pc_keeps_what_was_accepted_and_loses_what_comes_after() -> None:
    server, _, second = office()
    before = edit(second, "an", "trước")
    judge(server, second)
    revoked(server, second)
    after = edit(second, "an", "sau")
    judge(server, second)
    assert (cause(server, before), cause(server, after), shown(server)) == (None, "revoked", ["trước"])


def test_a_rebuilt_server_judges_alike_in_whatever_order_it_learns() -> None:
    server, first, second = office()
    edit(second, "an", "trước")
    judge(server, second)
    revoked(server, second)
    after = edit(second, "an", "sau")
    judge(server, second)
    for order in ((second, first, server), (server, second), (first, second, server)):
        rebuilt = Replica("rebuilt", CourtDisk(), unit="", letter="")
        for source in order:
            judge(rebuilt, source)
        assert (cause(rebuilt, after), shown(rebuilt)) == ("revoked", ["trước"])
        court = MemoryCourt(rebuilt)
        court.settle()
        assert court.written == 0


def test_only_a_server_names_a_cut() -> None:
    server, first, second = office()
    entry = edit(first, "an", "một")
    op = Op("pc", first.journal, Verb.SET, (Write(PC_CUT, spell_cut(())),))
    bad = second.write(op, scope=QMS, by="lan")
    judge(server, first, second)
    assert (cause(server, entry), cause(server, bad)) == (None, "province")


def test_a_forged_reason_is_no_reason() -> None:
    server, first, second = office()
    good = edit(first, "an", "một")
    forged = Op("verdict", good.id, Verb.CREATE, (Write("cause", "role"),))
    second.write(forged, by="lan")
    judge(server, first, second)
    assert shown(server) == ["một"]
    assert is_void(server.log.states(SCOPE)["verdict", good.id])
    bad = edit(second, "nobody", "sai")
    second.write(Op("verdict", bad.id, Verb.CREATE, (Write("cause", "lifted"),)), by="lan", salt=1)
    judge(server, second)
    assert cause(server, bad) == "role"
    assert not is_void(server.log.states(SCOPE)["verdict", bad.id])


def test_what_breaks_the_schema_is_taken_into_custody() -> None:
    server, first, _ = office()
    bad = edit(first, "an", "nonsense")
    judge(server, first)
    assert (cause(server, bad), shown(server)) == ("schema", [None])


def test_before_a_unit_is_founded_nobody_is_judged() -> None:
    server = Replica("server", CourtDisk(), unit="", letter="")
    pc = Replica("pc1")
    edit(pc, "anybody", "một")
    assert judge(server, pc) == 0


def test_the_walk_from_the_heads_finds_every_write() -> None:
    _, first, _ = office()
    made = [edit(first, "an", str(number)) for number in range(5)]
    state = first.log.states(SCOPE)["dossier", "R1"]
    held = first.log.parcels(SCOPE)
    found = history("dossier", "R1", state, lambda ids: {name: held[name].entry for name in ids})
    assert set(found) == {entry.id for entry in made}
    none = Judged(lambda _entry: False, lambda _entry: False)
    assert standing(found, "dossier", "R1", none) == {"note": {made[-1].id}}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that names at most five entries in a change."""
    monkeypatch.setattr("sync.rights.verdicts.MOST_NAMED", 5)
    monkeypatch.setattr("sync.rights.custody.MOST_NAMED", 5)


def beside(replica: Replica, by: str, value: str, replaces: tuple[str, ...] = ()) -> Entry:
    """A value that takes no notice of those that stand."""
    return replica.write(Op("dossier", "R1", Verb.SET, (Write("note", value, replaces),)), by=by, salt=value)


def most_named(server: Replica) -> int:
    own = [parcel.entry for parcel in server.log.parcels(SCOPE).values() if parcel.entry.journal == server.journal]
    return max(sum(named_by(write) for op in entry.ops for write in op.writes) for entry in own)


@pytest.mark.usefixtures("few")
def test_a_flood_of_values_without_right_gives_way_in_changes_that_the_format_has_room_for() -> None:
    server, first, second = office()
    edit(first, "an", "đúng")
    for number in range(60):
        beside(second, "nobody", f"sai {number}")
    assert judge(server, first, second) == 60
    assert shown(server) == ["đúng"]
    assert len(server.log.states(SCOPE)["dossier", "R1"].heads["note"]) == 2, "the right one, and the verdict that repeats it"
    assert most_named(server) <= 10
    assert judge(server) == 0


@pytest.mark.usefixtures("few")
def test_many_values_hidden_without_right_come_back_in_changes_that_the_format_has_room_for() -> None:
    server, first, second = office()
    values = [beside(first, "an", f"đúng {number}") for number in range(30)]
    for start in (0, 10, 20):
        beside(second, "nobody", f"sai {start}", tuple(sorted(value.id for value in values[start : start + 10])))
    assert judge(server, first, second) == 3
    assert shown(server) == sorted(f"đúng {number}" for number in range(30))
    assert most_named(server) <= 10
    assert judge(server) == 0


def test_a_value_that_a_verdict_only_repeated_is_not_replaced_by_who_never_held_it() -> None:
    server, first, second = office()
    right = beside(first, "an", "đúng")
    beside(second, "nobody", "sai")
    assert judge(server, first, second) == 1
    (verdict,) = (head for head, _ in server.log.states(SCOPE)["dossier", "R1"].heads["note"] if head != right.id)
    third = Replica("pc3", letter="C")
    carried(second, third)
    seen = beside(third, "an", "chưa nhận được “đúng”", (verdict,))
    assert judge(server, third) == 0
    beside(second, "nobody", "lại sai", (seen.id,))
    assert judge(server, second) == 1
    assert shown(server) == ["chưa nhận được “đúng”", "đúng"], "a question, for nobody saw both"
    assert sum(parcel.entry.act == VERDICT for parcel in server.log.parcels(SCOPE).values()) == 2, "one for each wrong value"


def test_an_older_servers_verdict_that_comes_back_is_looked_at_again() -> None:
    server, first, second = office()
    carried(first, second)
    old = server.copy()
    early = second.write(Op("dossier", "R1", Verb.CREATE, (Write("note", "của Bình"),)), by="binh")
    assert judge(old, second) == 1
    assert cause(old, early) == "role"
    first.write(grant("g-binh", "binh", "CL"), scope=QMS, by="lan")
    assert judge(server, first, second) == 0
    carried(old, server)
    judge(server)
    assert (shown(server), cause(server, early)) == (["của Bình"], "lifted")
    assert judge(server) == 0
