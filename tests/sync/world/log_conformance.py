"""What every Log must do: the in-memory reference, the PC's SQLite and the server's databases run these same tests.

Subclass `LogConformance` in a test module, name the subclass `Test…` and override `make_log` (and `reopen` where the
log survives on disk). Ids, scopes and parcels come from tests.sync.world.builders; certificates are opaque bytes here.
"""

from collections.abc import Sequence

import pytest

from sync.journal.entry import Entry, Op, Reference, Verb, Write, build
from sync.journal.log import Leaf, Log, Parcel
from sync.journal.memory_log import MemoryLog
from tests.sync.world.builders import JOURNAL, SCOPE, UNIT_KEYS, change, draft, entry

OTHER = "01JD0000000000000000000PC2"
SIGNATURE = b"s" * 64


def parcel(made: Entry, signature: bytes | None = None) -> Parcel:
    return Parcel(made, None, signature)


def leaf(made: Entry) -> Leaf:
    return Leaf(made.journal, made.n, made.id)


def chain(length: int, journal: str = JOURNAL, field: str = "note") -> list[Entry]:
    """A journal whose every entry replaces the value before it."""
    made: list[Entry] = []
    for number in range(length):
        last = made[-1] if made else None
        op = change("R1", field, f"value {number}", [last.id] if last else [])
        made.append(entry(op, after=last, journal=journal))
    return made


class LogConformance:
    """The rules of sync.journal.log.Log, one test each."""

    def make_log(self) -> Log:
        raise NotImplementedError

    def reopen(self, log: Log) -> Log:
        """The same log after the program was stopped and started again."""
        return log

    @pytest.fixture
    def log(self) -> Log:
        return self.make_log()

    def put(self, log: Log, made: Sequence[Entry], scope: str = SCOPE) -> None:
        log.append(scope, [parcel(item) for item in made], {})

    def test_an_empty_log_holds_nothing(self, log: Log) -> None:
        assert log.leaves(SCOPE) == ()
        assert log.held(SCOPE, ["ab" * 32]) == frozenset()
        assert log.rows(SCOPE, JOURNAL, 0, 10) == ()
        assert log.state_digest(SCOPE) == 0
        assert log.certificate(JOURNAL) is None
        assert log.peer_have("server", SCOPE) is None

    def test_what_was_appended_is_held_after_a_restart_and_read_back_byte_for_byte(self, log: Log) -> None:
        secret = Op("dossier", "R1", Verb.CREATE, (Write("name", "Nguyễn Thị Ánh", (), personal=True),))
        sealed, ciphertext = build(draft(secret), UNIT_KEYS)
        plain = entry(change("R2", "state", "received"), after=sealed)
        log.append(SCOPE, [Parcel(sealed, ciphertext), Parcel(plain, None, SIGNATURE)], {JOURNAL: b"certificate"})
        log = self.reopen(log)
        assert log.leaves(SCOPE) == (leaf(plain),)
        assert log.held(SCOPE, [sealed.id, plain.id, "ab" * 32]) == {sealed.id, plain.id}
        back = log.load(SCOPE, [plain.id, sealed.id])
        assert [(p.entry.id, p.entry.body, p.ciphertext, p.signature) for p in back] == [
            (plain.id, plain.body, None, SIGNATURE),
            (sealed.id, sealed.body, ciphertext, None),
        ]
        assert log.certificate(JOURNAL) == b"certificate"

    def test_an_erased_ciphertext_is_stored_as_erased(self, log: Log) -> None:
        secret = Op("dossier", "R1", Verb.CREATE, (Write("name", "Ánh", (), personal=True),))
        sealed, _ = build(draft(secret), UNIT_KEYS)
        log.append(SCOPE, [Parcel(sealed, None)], {})
        assert log.load(SCOPE, [sealed.id])[0].ciphertext is None

    def test_reading_what_is_not_held_is_an_error(self, log: Log) -> None:
        with pytest.raises(KeyError):
            log.load(SCOPE, ["ab" * 32])

    def test_appending_twice_changes_nothing(self, log: Log) -> None:
        made = chain(3)
        self.put(log, made)
        before = (log.leaves(SCOPE), log.rows(SCOPE, JOURNAL, 0, 9), log.state_digest(SCOPE))
        self.put(log, made)
        self.put(log, made[1:2])
        assert (log.leaves(SCOPE), log.rows(SCOPE, JOURNAL, 0, 9), log.state_digest(SCOPE)) == before

    def test_a_signature_that_comes_later_is_added_and_never_taken_away(self, log: Log) -> None:
        made = chain(2)
        self.put(log, made)
        log.append(SCOPE, [parcel(made[1], SIGNATURE)], {})
        self.put(log, made)
        assert [row.signature for row in log.rows(SCOPE, JOURNAL, 0, 9)] == [None, SIGNATURE]

    def test_a_forked_journal_keeps_both_arms(self, log: Log) -> None:
        made = chain(2)
        one = entry(change("R1", "name", "one"), after=made[0], arm="one")
        two = entry(change("R1", "name", "two"), after=one, arm="two")
        self.put(log, [*made, one, two])
        assert log.leaves(SCOPE) == tuple(sorted([leaf(made[1]), leaf(two)]))
        assert [row.id for row in log.rows(SCOPE, JOURNAL, 1, 2)] == [made[1].id, one.id]

    def test_rows_come_in_arrival_order_within_their_numbers(self, log: Log) -> None:
        mine, theirs = chain(3), chain(2, OTHER, "name")
        self.put(log, mine[:2])
        self.put(log, theirs)
        self.put(log, mine[2:])
        rows = [*log.rows(SCOPE, JOURNAL, 0, 3), *log.rows(SCOPE, OTHER, 0, 3)]
        assert [row.id for row in sorted(rows, key=lambda row: row.pos)] == [item.id for item in (*mine[:2], *theirs, mine[2])]
        assert [(row.n, row.prev) for row in log.rows(SCOPE, JOURNAL, 1, 2)] == [(2, mine[0].id)]
        assert len({row.pos for row in rows}) == 5

    def test_scopes_are_separate(self, log: Log) -> None:
        self.put(log, chain(2))
        elsewhere = entry(change("R1", "note", "x"), scope="province")
        self.put(log, [elsewhere], "province")
        assert log.leaves("province") == (leaf(elsewhere),)
        assert log.held("province", [item.id for item in chain(2)]) == frozenset()
        assert log.leaves(SCOPE) == (leaf(chain(2)[1]),)

    def test_a_peers_report_is_remembered_per_scope_also_when_it_is_lower(self, log: Log) -> None:
        made = chain(3)
        log.remember_peer("server", SCOPE, [leaf(made[2])])
        log.remember_peer("server", SCOPE, [leaf(made[0])])
        log = self.reopen(log)
        assert log.peer_have("server", SCOPE) == (leaf(made[0]),)
        assert log.peer_have("server", "province") is None
        assert log.peer_have("neighbour", SCOPE) is None
        log.remember_peer("server", SCOPE, [])
        assert log.peer_have("server", SCOPE) == ()

    def test_the_state_is_merged_as_in_the_reference_also_within_one_frame(self, log: Log) -> None:
        """A frame that brings the replacing write before the replaced one must not revive the latter."""
        first = entry(change("R1", "note", "old"), journal=OTHER)
        second = entry(change("R1", "note", "new", [first.id]), lam=5)
        third = entry(change("R1", "note", "newest", [second.id]), after=first, lam=9)
        frames = [[second, first], [third]]
        reference = MemoryLog()
        for made in frames:
            self.put(log, made)
            self.put(reference, made)
            assert log.state_digest(SCOPE) == reference.state_digest(SCOPE)

    def test_any_order_of_journals_gives_one_digest(self, log: Log) -> None:
        mine, theirs = chain(4), chain(3, OTHER)
        void = entry(Op("dossier", "R1", Verb.VOID, (Write("note", None, (mine[3].id,)),)), after=theirs[2], lam=40)
        back = Op("dossier", "R1", Verb.SET, (Write("note", Reference((mine[2].id,)), (mine[3].id,)),))
        made = [*mine, *theirs, void, entry(back, after=mine[3])]
        other = self.make_log()
        self.put(log, made)
        for item in [*theirs, void, *mine, made[-1]]:
            self.put(other, [item])
        reference = MemoryLog()
        self.put(reference, made)
        assert log.state_digest(SCOPE) == other.state_digest(SCOPE) == reference.state_digest(SCOPE)
        assert self.reopen(log).state_digest(SCOPE) == reference.state_digest(SCOPE)
        assert log.leaves(SCOPE) == other.leaves(SCOPE)

    def test_unknown_kinds_and_fields_are_carried(self, log: Log) -> None:
        future = Op("hologram", "H1", Verb.CREATE, (Write("depth", {"x": [1, None, True]}),))
        made = entry(future)
        self.put(log, [made])
        assert log.load(SCOPE, [made.id])[0].entry.body == made.body
        assert log.state_digest(SCOPE) != 0
