"""A court over a log in memory, and the rights of a small office: for the rules and for the simulation."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sync.journal.entry import Entry, Op
from sync.journal.keys import read_certificate
from sync.journal.log import Leaf, Parcel
from sync.journal.merge import EMPTY, RecordState
from sync.rights.custody import Lines, Settled, Target, settle
from sync.rights.rights import PROVINCE_ONLY, Authority, Cut, Policy
from tests.sync.world.builders import SCOPE
from tests.sync.world.office import PROVINCE_KEY, Replica
from tests.sync.world.simulation import QMS, Disk

PROTECTED = {("pc", "revoked_cut"), ("role_grant", "cut")}
WANTED = {"dossier": "CL", "role_grant": "IS", "pc": "IS", "unit_key": "IS", "office": "IS"}


def _wanted(_scope: str, op: Op) -> frozenset[str] | None:
    if op.kind not in WANTED or any((op.kind, write.field) in PROTECTED for write in op.writes):
        return PROVINCE_ONLY if op.kind in ("verdict", "pc", "role_grant") else None
    return frozenset({WANTED[op.kind]})


def _sound(entry: Entry) -> bool:
    return not any(write.value == "nonsense" for op in entry.ops for write in op.writes)


POLICY = Policy(_wanted, _sound, lambda op: op.kind == "office")


@dataclass
class CourtDisk(Disk):
    """A disk that also keeps what a server remembers of its judgements."""

    judged: dict[str, int] = field(default_factory=dict)
    marks: dict[str, set[Target]] = field(default_factory=dict)
    judged_by: Authority = field(default_factory=Authority)

    def copy(self) -> "CourtDisk":
        twin = super().copy()
        assert isinstance(twin, CourtDisk)
        twin.judged = dict(self.judged)
        twin.marks = {scope: set(marks) for scope, marks in self.marks.items()}
        return twin


class MemoryCourt:
    """See sync.rights.custody.Court."""

    scopes: Sequence[str] = (QMS, SCOPE)

    def __init__(self, server: Replica) -> None:
        assert isinstance(server.log, CourtDisk)
        self.server = server
        self.disk = server.log
        self.written = 0
        self._lines = Lines(self._rows)

    def settle(self) -> Settled:
        return settle(POLICY, self)

    def state(self, scope: str, kind: str, record: str) -> RecordState:
        return self.disk.states(scope).get((kind, record), EMPTY)

    def records(self, scope: str, kind: str) -> Collection[str]:
        return sorted(record for name, record in self.disk.states(scope) if name == kind)

    def expect(self, scope: str, targets: Collection[Target]) -> None:
        """Everything is at hand anyway."""

    def load(self, scope: str, ids: Collection[str]) -> Mapping[str, Entry]:
        held = self.disk.parcels(scope)
        return {name: held[name].entry for name in ids if name in held}

    def fresh(self, scope: str) -> Iterable[Entry]:
        return [parcel.entry for parcel in list(self.disk.parcels(scope).values())[self.disk.judged.get(scope, 0) :]]

    def every(self, scope: str) -> Iterable[Entry]:
        return [parcel.entry for parcel in self.disk.parcels(scope).values()]

    def write(self, scope: str, act: str, ops: Sequence[Op]) -> None:
        self.written += 1
        self.server.write(*ops, scope=scope, act=act, by="server", salt=(self.server.name, self.written))

    def marked(self, scope: str) -> Collection[Target]:
        return self.disk.marks.get(scope, set())

    def mark(self, scope: str, targets: Collection[Target]) -> None:
        self.disk.marks.setdefault(scope, set()).update(targets)

    def judged_by(self) -> Authority:
        return self.disk.judged_by

    def leaves(self, journal: str | None) -> Cut:
        held = [(scope, leaf) for scope in self.scopes for leaf in self.disk.leaves(scope)]
        return tuple((scope, leaf) for scope, leaf in held if journal in (None, leaf.journal))

    def conclude(self, authority: Authority) -> None:
        self.disk.judged_by = authority
        self.disk.judged = {scope: len(self.disk.parcels(scope)) for scope in self.scopes}

    def covers(self, entry: Entry, leaves: Sequence[Leaf]) -> bool | None:
        return self._lines.covers(entry, leaves)

    def is_server(self, journal: str) -> bool:
        blob = self.disk.certificate(journal)
        return blob is not None and read_certificate(blob, PROVINCE_KEY).unit == ""

    def may_found(self, journal: str) -> bool:
        blob = self.disk.certificate(journal)
        return blob is not None and read_certificate(blob, PROVINCE_KEY).letter == "A"

    def _rows(self, scope: str, journal: str, upto: int) -> Iterable[tuple[int, str, str]]:
        return [(row.n, row.id, row.prev) for row in self.disk.rows(scope, journal, 0, upto)]


def carried(source: Replica, target: Replica) -> None:
    """Everything the one holds is put into the other, as a road without faults would."""
    for scope in (QMS, SCOPE):
        held: Mapping[str, Parcel] = source.log.parcels(scope)
        certificates = {
            parcel.entry.journal: blob for parcel in held.values() if (blob := source.log.certificate(parcel.entry.journal))
        }
        target.log.append(scope, tuple(held.values()), certificates)
