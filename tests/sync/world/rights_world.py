"""The troubled world of simulation.py with rights in it: roles given and ended, strangers who write, PCs revoked, new keys.

Nothing here asks in which order a server learnt of a right: at the end a plain judge over all entries, and a server
rebuilt from one PC, must have come to the same.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from sync.errors import KeyFault
from sync.exchange.session import Limits, Session
from sync.journal.entry import Entry, Op, Reference, Verb, Write, reveal
from sync.journal.keys import UnitKeys, read_certificate, unwrap_key, wrap_key, wrapping_public
from sync.journal.log import Parcel
from sync.journal.merge import conflicts
from sync.rights.custody import GRANT_CUT, PC_CUT, Settled, authority_in
from sync.rights.rights import Cut, spell_cut
from tests.sync.world.builders import SCOPE
from tests.sync.world.court import POLICY, CourtDisk, MemoryCourt, carried
from tests.sync.world.office import PROVINCE_KEY, Replica
from tests.sync.world.plain_rights import PlainJudge
from tests.sync.world.simulation import LIMITS, QMS, SHARED, Rules, Violation, World, _Verifier

RECOVERY = "recovery"
PEOPLE = ("lan", "an", "an", "an", "binh", "nobody")
SILENT = Limits(frame=LIMITS.frame, page=0, window=LIMITS.window)


@dataclass
class RightsWorld(World):
    """`wiped` are PCs that handed over and forgot, with what they had held; `secrets` the keys made since they were revoked."""

    rules: Rules = field(default_factory=lambda: Rules(make_disk=CourtDisk))
    wiped: dict[str, set[str]] = field(default_factory=dict)
    revoked: dict[str, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        first = self.replicas["pc1"]
        office = Op("office", "o", Verb.CREATE, (Write("name", "Mẫu"),))
        grants = [_grant(f"g-{person}-{role}", person, role) for person, role in (("lan", "IS"), ("lan", "CL"), ("an", "CL"))]
        keys = [
            Op("unit_key", f"key-1-{pc.journal}", Verb.CREATE, (Write("recipient", pc.journal), Write("epoch", 1)))
            for pc in self.writers()
        ]
        first.write(office, *grants, *keys, scope=QMS, by="lan")

    def new_replica(self, name: str) -> Replica:
        """The server belongs to no unit; the first PC bears the letter A."""
        unit, letter = ("", "") if name == "server" else ("29551", "A" if name == "pc1" else "B")
        return Replica(name, self.rules.make_disk(), unit=unit, letter=letter)

    def happenings(self) -> list[tuple[Callable[[], None], int]]:
        """Rights come and go as well."""
        more = [(self.somebody_grants, 6), (self.somebody_ends_a_grant, 3), (self.somebody_revokes, 3)]
        return [*super().happenings(), *more]

    def writers(self) -> list[Replica]:
        """People work on PCs; the server only answers."""
        return [replica for replica in self.replicas.values() if replica.name != "server"]

    def author(self) -> str:
        """Some of them have no right."""
        return self.random.choice(PEOPLE)

    def somebody_grants(self) -> None:
        """Mostly the secretary, sometimes somebody who may not; on all PCs or on one."""
        pc, other = self.random.choice(self.writers()), self.random.choice(self.writers())
        name = f"g-{self.steps}-{self.random.randrange(10**6)}"
        where = self.random.choice(["", other.journal])
        pc.write(_grant(name, "binh", "CL", where), scope=QMS, by=self.random.choice(["lan", "lan", "an"]), salt=name)

    def somebody_ends_a_grant(self) -> None:
        """The secretary asks for the end of one of Binh's or An's rights."""
        pc = self.random.choice(self.writers())
        known = [record for kind, record in pc.log.states(QMS) if kind == "role_grant" and "lan" not in record]
        if known:
            self._set(pc, "role_grant", self.random.choice(sorted(known)), "ended_at", f"{self.steps}")
            self.faults["ended"] += 1

    def somebody_revokes(self) -> None:
        """The secretary asks for it and makes a new key for everybody else."""
        pc, lost = self.random.choice(self.writers()), self.random.choice(self.writers())
        if lost.journal != pc.journal and len(self.writers()) > 2:
            self._set(pc, "pc", lost.journal, "revoke_asked", f"{self.steps}")
            self.revoked.setdefault(lost.journal, set()).add(self._new_epoch(pc, lost.journal))
            self.faults["revoked"] += 1

    def _set(self, pc: Replica, kind: str, record: str, name: str, value: str) -> None:
        state = pc.log.states(QMS).get((kind, record))
        heads = tuple(head for head, _ in state.heads.get(name, ())) if state else ()
        pc.write(Op(kind, record, Verb.SET, (Write(name, value, heads),)), scope=QMS, by="lan", salt=(self.steps, value))

    def _new_epoch(self, pc: Replica, lost: str) -> int:
        key = hashlib.sha256(f"{self.seed} {self.steps} {pc.journal}".encode()).digest()
        epoch = (max(pc.unit_keys.keys[QMS]) >> 32) + 1 << 32 | int.from_bytes(hashlib.sha256(key).digest()[:4])
        self._hold(pc, epoch, key)
        self._hand_out(pc, {other.journal for other in self.writers()} - {lost} - self.revoked.keys() | {RECOVERY})
        return epoch

    def _hold(self, pc: Replica, epoch: int, key: bytes) -> None:
        pc.unit_keys = UnitKeys({scope: {**pc.unit_keys.keys[scope], epoch: key} for scope in SHARED})

    def _hand_out(self, pc: Replica, recipients: set[str]) -> None:
        """One record for each key and recipient that has none yet."""
        ops = []
        for epoch, key in pc.unit_keys.keys[QMS].items():
            for journal in sorted(recipients - {pc.journal}):
                name = f"key-{epoch}-{journal}"
                if epoch > 1 and ("unit_key", name) not in pc.log.states(QMS):
                    private = hashlib.sha256(f"{self.steps} {name}".encode()).digest()
                    blob = wrap_key(key, wrapping_public(_private_of(journal)), private, name.encode())
                    writes = (Write("epoch", epoch), Write("recipient", journal), Write("wrapped", blob.hex()))
                    ops.append(Op("unit_key", name, Verb.CREATE, writes))
        if ops:
            pc.write(*ops, scope=QMS, by="lan", salt=("keys", self.steps, pc.name))

    def _take_keys(self, pc: Replica) -> None:
        for parcel in pc.log.parcels(QMS).values():
            for op in parcel.entry.ops:
                said = {write.field: write.value for write in op.writes}
                epoch = said.get("epoch")
                fits = op.kind == "unit_key" and said.get("recipient") == pc.journal and "wrapped" in said
                if fits and isinstance(epoch, int) and epoch not in pc.unit_keys.keys[QMS]:
                    blob = bytes.fromhex(str(said["wrapped"]))
                    self._hold(pc, epoch, unwrap_key(blob, pc.private, op.record.encode()))

    # -- the server's part -------------------------------------------------------------------------------------------

    def exchange(self, client: Replica, server: Replica, faulty: bool) -> Session:
        """A revoked PC that meets the server hands over all it has, is told nothing, and forgets it."""
        if server.name == "server" and client.journal in self._cut_off(server):
            return self._farewell(client, server, faulty)
        session = super().exchange(client, server, faulty)
        self._take_keys(client)
        return session

    def _cut_off(self, server: Replica) -> set[str]:
        return set(authority_in(POLICY, MemoryCourt(server)).revoked)

    def _farewell(self, client: Replica, server: Replica, faulty: bool) -> Session:
        before = {name for scope in SHARED for name in client.log.parcels(scope)}
        self._silent = True
        try:
            session = super().exchange(client, server, faulty)
        finally:
            self._silent = False
        held = {name for scope in SHARED for name in client.log.parcels(scope)}
        written_meanwhile = {name for name in held - before if self._entry(client, name).journal == client.journal}
        if held - before - written_meanwhile:
            raise Violation("a revoked PC was told something")
        if session.handed_over:
            self.wiped[client.name] = held
            del self.replicas[client.name]
            self.faults["wiped"] += 1
        return session

    def _entry(self, replica: Replica, name: str) -> Entry:
        return next(replica.log.parcels(scope)[name].entry for scope in SHARED if name in replica.log.parcels(scope))

    _silent = False

    def _session(self, replica: Replica, peer: str) -> Session:
        limits = SILENT if self._silent and replica.name == "server" else LIMITS
        return Session(replica.log, peer, replica.journal, SHARED, _Verifier(replica.log, self._keys), limits)

    def _conclude(self, session: Session, replica: Replica) -> None:
        super()._conclude(session, replica)
        if replica.name == "server":
            self.judge(replica)

    def judge(self, server: Replica) -> None:
        """Verdicts, and what entitled people asked for."""
        settled = MemoryCourt(server).settle()
        if self._grants_wishes(server, settled):
            MemoryCourt(server).settle()

    def _grants_wishes(self, server: Replica, settled: Settled) -> bool:
        done = False
        for entry in settled.stand:
            for op in entry.ops:
                names = {write.field for write in op.writes}
                if op.kind == "pc" and "revoke_asked" in names:
                    done |= self._name_cut(server, op, PC_CUT, op.record)
                if op.kind == "role_grant" and "ended_at" in names:
                    done |= self._name_cut(server, op, GRANT_CUT, None)
        return done

    def _name_cut(self, server: Replica, op: Op, name: str, journal: str | None) -> bool:
        state = server.log.states(QMS)[op.kind, op.record]
        if name in state.heads:
            return False
        leaves = [(scope, leaf) for scope in SHARED for leaf in server.log.leaves(scope) if journal in (None, leaf.journal)]
        cut: Cut = tuple(leaves)
        server.write(Op(op.kind, op.record, Verb.SET, (Write(name, spell_cut(cut)),)), scope=QMS, by="server", act="cut")
        return True

    def a_disk_is_restored(self) -> None:
        """What only the server had of a wiped PC goes with the server's disk."""
        before = self.replicas["server"]
        super().a_disk_is_restored()
        if self.replicas["server"] is not before:
            self.wiped.clear()

    def _renew(self, replica: Replica) -> None:
        replica.letter = "Z" if replica.unit else ""
        super()._renew(replica)

    # -- the promises ------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Everybody meets the server, keys are handed to whoever is left, verdicts reach all."""
        for _ in range(3):
            super().settle()
            for pc in self.writers():
                self._hand_out(pc, {other.journal for other in self.writers()} - self.revoked.keys())
        super().settle()

    def check(self) -> None:
        """What the base promises, and: what stands is in force, what does not is answered, a rebuilt server agrees."""
        super().check()
        server = self.replicas["server"]
        judge = self._plain_judge(server)
        held = {scope: server.log.parcels(scope) for scope in SHARED}
        for scope in SHARED:
            self._check_standing(server, scope, judge)
        for name, entries in self.wiped.items():
            if not entries <= held[SCOPE].keys() | held[QMS].keys():
                raise Violation(f"{name} was wiped before everything was handed over")
        self._check_rebuilt(judge)
        self._check_keys(server)

    def _plain_judge(self, server: Replica) -> PlainJudge:
        entries = [parcel.entry for scope in SHARED for parcel in server.log.parcels(scope).values()]
        servers, founders = set(), [""]
        for journal in {entry.journal for entry in entries}:
            certificate = read_certificate(server.log.certificate(journal) or b"", PROVINCE_KEY)
            if not certificate.unit:
                servers.add(journal)
            if certificate.letter == "A":
                founders.append(journal)
        return PlainJudge(entries, servers, founders[-1])

    def _check_standing(self, server: Replica, scope: str, judge: PlainJudge) -> None:
        expected = judge.expected(scope)
        referring = {name for name, parcel in server.log.parcels(scope).items() if _refers(parcel.entry)}
        for (kind, record), state in server.log.states(scope).items():
            asked = conflicts(state, referring)
            for name, heads in state.heads.items():
                ids = {head for head, _ in heads}
                if name and len(expected.get((kind, record, name), ())) > 1 and name not in asked:
                    raise Violation(f"{kind} {record} {name} holds several values and nobody is asked")
                if ids & judge.bad:
                    raise Violation(f"{kind} {record} {name} shows what nobody had a right to write")
                if name and set().union(*(judge.meant((kind, record, name), head) for head in ids)) != expected.get(
                    (kind, record, name), set()
                ):
                    raise Violation(f"{kind} {record} {name} does not show what stands")
        reasons = {record for kind, record in server.log.states(scope) if kind == "verdict"}
        missing = {name for name in judge.bad if name in server.log.parcels(scope)} - reasons
        if missing:
            raise Violation(f"{len(missing)} entries without right have no verdict")

    def _check_rebuilt(self, judge: PlainJudge) -> None:
        rebuilt = Replica("rebuilt", CourtDisk(), unit="", letter="")
        source = Random(self.seed).choice(sorted(self.replicas.values(), key=lambda replica: replica.name))
        carried(source, rebuilt)
        court = MemoryCourt(rebuilt)
        court.settle()
        if court.written:
            raise Violation("a rebuilt server judges otherwise")

    def _check_keys(self, server: Replica) -> None:
        """Those who are left read everything; a revoked PC nothing of what was sealed with the keys made without it."""
        for pc in self.writers():
            gone = self.revoked.get(pc.journal, set())
            for parcel in server.log.parcels(SCOPE).values():
                seal = parcel.entry.seal
                if seal is None or (pc.journal in self.revoked and seal.epoch not in gone):
                    continue
                if seal.epoch > 1 and not self._opened_by_code(server, seal.epoch, parcel):
                    raise Violation(f"the recovery code cannot read epoch {seal.epoch}")
                if not self._handed_on(seal.epoch):
                    continue
                try:
                    reveal(parcel.entry, parcel.ciphertext, pc.unit_keys)
                    opened = True
                except KeyFault:
                    opened = False
                if opened == (seal.epoch in gone):
                    raise Violation(f"{pc.name} {'reads' if opened else 'cannot read'} epoch {seal.epoch}")

    def _handed_on(self, epoch: int) -> bool:
        """Whether anybody who is left could hand the key on; if not, there is the recovery code."""
        left = [pc for pc in self.writers() if pc.journal not in self.revoked]
        return any(epoch in pc.unit_keys.keys[QMS] for pc in left)

    def _opened_by_code(self, server: Replica, epoch: int, parcel: Parcel) -> bool:
        record = f"key-{epoch}-{RECOVERY}"
        state = server.log.states(QMS).get(("unit_key", record))
        if state is None:
            return False
        blob = self._value(server, state.heads["wrapped"][-1][0], record)
        if blob is None:
            return True  # the key itself was made beyond a cut
        key = unwrap_key(bytes.fromhex(str(blob)), _private_of(RECOVERY), record.encode())
        reveal(parcel.entry, parcel.ciphertext, UnitKeys({SCOPE: {epoch: key}}))
        return True

    def _value(self, server: Replica, head: str, record: str) -> object:
        """What was wrapped, through a verdict that brought it back."""
        ops = server.log.parcels(QMS)[head].entry.ops
        value = next(write.value for op in ops if op.record == record for write in op.writes if write.field == "wrapped")
        return self._value(server, value.entries[0], record) if isinstance(value, Reference) else value


def _refers(entry: Entry) -> bool:
    return any(isinstance(write.value, Reference) for op in entry.ops for write in op.writes)


def _grant(record: str, person: str, role: str, replica: str = "") -> Op:
    values = {"person": person, "role": role} | ({"replica": replica} if replica else {})
    return Op("role_grant", record, Verb.CREATE, tuple(Write(name, value) for name, value in values.items()))


def _private_of(journal: str) -> bytes:
    return Replica("", CourtDisk(), journal=journal).private
