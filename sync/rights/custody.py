"""Custody: entries without right are stored, judged, answered by verdicts, and never block a journal.

`settle` is called by a server after entries arrived, inside the transaction that will write the verdicts. It judges what is new;
where rights became fewer (a PC was revoked, a server's older word came back) everything again; where they became more, what
was condemned. It is told nothing and remembers nothing but what the `Court` keeps, and doing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from sync.journal.entry import Entry, Op, Verb, Write
from sync.journal.log import Leaf
from sync.journal.merge import RecordState
from sync.rights.rights import Authority, Cause, Chains, Cut, Policy, authority_of, read_cut
from sync.rights.verdicts import MOST_NAMED, VERDICT, Judged, correction, history, named_by, standing

CAUSE = "cause"
NOTED = "verdict.note"
"""The action's name of the entries that hold the reasons, which are records like any other."""

LIFTED = "lifted"
PC_CUT = "revoked_cut"
GRANT_CUT = "cut"
CLOSED_AT = "closed_at"
OPS_PER_ENTRY = 20
MOST_PASSES = 6

Target = tuple[str, str]


class Court(Chains, Protocol):
    """A server's store of one unit as judging needs it. `scopes` are the unit's, the one with its grants first."""

    scopes: Sequence[str]

    def state(self, scope: str, kind: str, record: str) -> RecordState:
        """The merged state, with what was written through `write`."""

    def records(self, scope: str, kind: str) -> Collection[str]:
        """The ids of all records of a kind."""

    def expect(self, scope: str, targets: Collection[Target]) -> None:
        """These records will be asked for one by one: a store may read them at once."""

    def load(self, scope: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """Those of the entries that are held."""

    def fresh(self, scope: str) -> Iterable[Entry]:
        """What arrived since `conclude` was called last."""

    def every(self, scope: str) -> Iterable[Entry]:
        """Everything held, in order of arrival."""

    def leaves(self, journal: str | None) -> Cut:
        """What is held of a journal, or of all (None), by its ends."""

    def write(self, scope: str, act: str, ops: Sequence[Op]) -> None:
        """One entry of the server's own journal."""

    def marked(self, scope: str) -> Collection[Target]:
        """Records that entries without right touched at any time."""

    def mark(self, scope: str, targets: Collection[Target]) -> None:
        """Remember more of them."""

    def judged_by(self) -> Authority:
        """The rights by which everything judged so far was judged."""

    def conclude(self, authority: Authority) -> None:
        """All that is held now was judged by these rights."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How many verdicts were passed or lifted, and entries that stand and were not acted on before: what they ask for, the
    server does."""

    verdicts: int = 0
    stand: tuple[Entry, ...] = ()


def settle(policy: Policy, court: Court) -> Settled:
    """Judge what has to be judged and write the verdicts; nothing in a unit that nobody has founded yet."""
    fresh = {scope: list(court.fresh(scope)) for scope in court.scopes}
    before = court.judged_by()
    authority = authority_in(policy, court) if _may_change(policy, before, fresh[court.scopes[0]]) else before
    if not authority.is_open:
        return Settled()
    bench = _Bench(policy, court, authority)
    anew = _fewer(court, authority, before) or _cut_reached(authority, fresh)
    verdicts = 0
    stand: list[Entry] = []
    for scope in court.scopes:
        again = court.every(scope) if anew else bench.condemned(scope) if authority != before else ()
        told = court.load(scope, {op.record for entry in fresh[scope] for op in entry.ops if op.kind == VERDICT})
        suspects = {entry.id: entry for entry in (*again, *told.values(), *fresh[scope])}
        ops, touched, good = bench.judge(scope, suspects, {entry.id for entry in fresh[scope]})
        touched |= {(op.kind, op.record) for entry in fresh[scope] for op in entry.ops} & set(court.marked(scope))
        verdicts += len(ops)
        stand += good
        bench.correct(scope, ops, touched)
    court.conclude(authority)
    return Settled(verdicts, tuple(stand))


def _may_change(policy: Policy, before: Authority, fresh: Iterable[Entry]) -> bool:
    """Whether new entries can have changed the rights; the journals of revoked PCs are watched as a whole."""
    kinds = {policy.grants, policy.pcs, policy.keys, policy.closings}
    touched = (entry.journal in before.revoked or any(op.kind in kinds for op in entry.ops) for entry in fresh)
    return not before.is_open or any(touched)


def _fewer(court: Court, now: Authority, before: Authority) -> bool:
    """Whether something that stood may stand no more. A cut that names all there is takes nothing away."""
    if not now.founding >= before.founding or not now.admitted >= before.admitted:
        return True
    if now.closed is not None and (before.closed is None or now.closed < before.closed):
        return True
    cuts = [(replica, cut) for replica, cut in now.revoked.items() if before.revoked.get(replica) != cut]
    if any(not set(court.leaves(replica)) <= set(cut) for replica, cut in cuts):
        return True
    kept = now.grants | {replace(grant, cut=None) for grant in now.grants if grant.cut is not None and _level(court, grant.cut)}
    return not kept >= before.grants or not before.revoked.keys() <= now.revoked.keys()


def _level(court: Court, cut: Cut) -> bool:
    named = set(cut)
    return all((scope, leaf) in named or court.is_server(leaf.journal) for scope, leaf in court.leaves(None))


def _cut_reached(authority: Authority, fresh: Mapping[str, Sequence[Entry]]) -> bool:
    """Whether a leaf that a cut names has only come now: what lies beside it was let pass until then."""
    cuts = [*authority.revoked.values(), *(grant.cut for grant in authority.grants if grant.cut is not None)]
    named = {leaf.id for cut in cuts for _, leaf in cut}
    return bool(named) and any(entry.id in named for entries in fresh.values() for entry in entries)


def authority_in(policy: Policy, court: Court) -> Authority:
    """The rights of a unit by what is held now."""
    scope = court.scopes[0]
    entries: dict[str, Entry] = {}
    ended: dict[str, Cut] = {}
    revoked: dict[str, Cut] = {}
    for kind, cuts, name in ((policy.grants, ended, GRANT_CUT), (policy.pcs, revoked, PC_CUT), (policy.keys, None, "")):
        for record in court.records(scope, kind):
            past = history(kind, record, court.state(scope, kind, record), _loader(court, scope))
            if kind != policy.pcs:
                entries |= past
            if cuts is not None and (cut := _cut(court, kind, record, past, name)) is not None:
                cuts[record] = cut
    return authority_of(policy, court, list(entries.values()), revoked, ended, _closed(policy, court))


def _closed(policy: Policy, court: Court) -> int | None:
    """The Lamport number from which on nothing stands any more: of the first closing that a server wrote and none took back."""
    scope = court.scopes[0]
    found: list[int] = []
    for record in court.records(scope, policy.closings):
        past = history(policy.closings, record, court.state(scope, policy.closings, record), _loader(court, scope))
        written = _server_writes(court, past, (policy.closings, record), CLOSED_AT)
        named = {name for write in written.values() for name in write.replaces}
        found += [past[name].lam for name, write in written.items() if name not in named and write.value is not None]
    return min(found, default=None)


def _server_writes(court: Court, past: Mapping[str, Entry], target: Target, name: str) -> dict[str, Write]:
    """What servers wrote into a field of a record, by entry, without their verdicts."""
    entries = (entry for entry in past.values() if court.is_server(entry.journal) and entry.act != VERDICT)
    ops = ((entry.id, op) for entry in entries for op in entry.ops if (op.kind, op.record) == target)
    return {entry_id: write for entry_id, op in ops for write in op.writes if write.field == name}


def _loader(court: Court, scope: str) -> Callable[[Collection[str]], Mapping[str, Entry]]:
    return lambda ids: court.load(scope, ids)


def _cut(court: Court, kind: str, record: str, past: Mapping[str, Entry], name: str) -> Cut | None:
    """What servers wrote of a cut and no server replaced; where two name one each, what either accepted."""
    written = _server_writes(court, past, (kind, record), name)
    named = {name for write in written.values() for name in write.replaces}
    cuts = [read_cut(write) for entry_id, write in written.items() if entry_id not in named]
    if not cuts or None in cuts:
        return None
    return tuple(sorted({leaf for cut in cuts if cut is not None for leaf in cut}))


@dataclass
class _Bench:
    """One sitting: what each entry was found to be."""

    policy: Policy
    court: Court
    authority: Authority
    causes: dict[str, Cause | None] = field(default_factory=dict)

    def cause(self, entry: Entry) -> Cause | None:
        """Why an entry does not stand."""
        if entry.id not in self.causes:
            self.causes[entry.id] = self.authority.cause(self.policy, self.court, entry)
        return self.causes[entry.id]

    @property
    def judged(self) -> Judged:
        """For the corrections."""
        return Judged(lambda entry: self.cause(entry) is not None, self.is_verdict)

    def is_verdict(self, entry: Entry) -> bool:
        """Whether a server wrote it only to set right."""
        return entry.act == VERDICT and self.court.is_server(entry.journal)

    def recorded(self, scope: str, entry_id: str) -> str:
        """What servers said of an entry: a cause, LIFTED, or "" if nothing. What others wrote there does not count."""
        entries = history(VERDICT, entry_id, self.court.state(scope, VERDICT, entry_id), _loader(self.court, scope))
        said = standing(entries, VERDICT, entry_id, self.judged).get(CAUSE, set())
        newest = max((entries[name] for name in said), key=lambda entry: (entry.lam, entry.id), default=None)
        ops = () if newest is None else newest.ops
        values = [write.value for op in ops if op.record == entry_id for write in op.writes if write.field == CAUSE]
        return str(next(iter(values), ""))

    def condemned(self, scope: str) -> list[Entry]:
        """The entries there is a standing verdict about."""
        known = self.court.records(scope, VERDICT)
        self.court.expect(scope, [(VERDICT, name) for name in known])
        names = [name for name in known if self.recorded(scope, name) != LIFTED]
        return list(self.court.load(scope, names).values())

    def judge(
        self, scope: str, suspects: Mapping[str, Entry], fresh: Collection[str]
    ) -> tuple[list[Op], set[Target], list[Entry]]:
        """The changes of verdict records, the records that must be looked at, and what newly stands."""
        known = set(self.court.records(scope, VERDICT))
        self.court.expect(scope, [(VERDICT, name) for name in suspects if name in known])
        ops: list[Op] = []
        touched: set[Target] = set()
        good: list[Entry] = []
        for entry in suspects.values():
            cause = self.cause(entry)
            said = self.recorded(scope, entry.id) if entry.id in known else ""
            if cause is None and (entry.id in fresh or said not in ("", LIFTED)) and not self.court.is_server(entry.journal):
                good.append(entry)
            now = cause.value if cause is not None else LIFTED if said else ""
            if now != said:
                ops.append(self._record(scope, entry, now, said))
                touched |= {(op.kind, op.record) for op in entry.ops}
        self.court.mark(scope, touched | self._to_watch(suspects.values()))
        touched |= {(VERDICT, op.record) for op in ops} & set(self.court.marked(scope))
        return ops, touched, good

    def _to_watch(self, entries: Iterable[Entry]) -> set[Target]:
        """What does not stand, or sets right, also where a verdict about it came back to a server that had lost both."""
        watched = (entry for entry in entries if self.is_verdict(entry) or self.cause(entry) is not None)
        return {(op.kind, op.record) for entry in watched for op in entry.ops}

    def _record(self, scope: str, entry: Entry, cause: str, said: str) -> Op:
        heads = self.court.state(scope, VERDICT, entry.id).heads
        wanted = {CAUSE: cause, "journal": entry.journal, "by": entry.by, "act": entry.act}
        names = [CAUSE] if said else list(wanted)
        before = {name: [head for head, _ in heads.get(name, ())][-MOST_NAMED // len(wanted) :] for name in names}
        writes = tuple(Write(name, wanted[name], tuple(sorted(before[name]))) for name in names)
        return Op(VERDICT, entry.id, Verb.SET if heads else Verb.CREATE, writes)

    def correct(self, scope: str, ops: Sequence[Op], touched: Collection[Target]) -> None:
        """Write the verdicts, and bring every record touched to what stands."""
        self._write(scope, NOTED, ops)
        left, passes = sorted(touched), 0
        while passes < MOST_PASSES:
            self.court.expect(scope, left)
            found = {target: op for target in left if (op := self._correction(scope, *target)) is not None}
            if not found:
                return
            self._write(scope, VERDICT, list(found.values()))
            left = list(found)
            passes += not any(_named(op) >= MOST_NAMED for op in found.values())

    def _write(self, scope: str, act: str, ops: Sequence[Op]) -> None:
        for some in _entries_of(ops):
            self.court.write(scope, act, some)

    def _correction(self, scope: str, kind: str, record: str) -> Op | None:
        state = self.court.state(scope, kind, record)
        entries = history(kind, record, state, _loader(self.court, scope))
        return correction(kind, record, state, entries, self.judged)


def _entries_of(ops: Sequence[Op]) -> Iterator[list[Op]]:
    """The changes as few entries, none of which outgrows its format."""
    some: list[Op] = []
    for op in ops:
        if some and (len(some) == OPS_PER_ENTRY or sum(map(_named, some)) + _named(op) > MOST_NAMED):
            yield some
            some = []
        some.append(op)
    if some:
        yield some


def _named(op: Op) -> int:
    return sum(map(named_by, op.writes))


@dataclass
class Lines:
    """Which entries lie below a leaf, read once for each leaf. `row` gives (number, id, parent) of a journal up to a number."""

    rows: Callable[[str, str, int], Iterable[tuple[int, str, str]]]
    _known: dict[tuple[str, str], frozenset[str] | None] = field(default_factory=dict)

    def covers(self, entry: Entry, leaves: Sequence[Leaf]) -> bool | None:
        """See Chains."""
        unknown = False
        for leaf in leaves:
            line = self._line(entry.scope, leaf)
            if line is not None and entry.id in line:
                return True
            unknown = unknown or (line is None and entry.n <= leaf.n)
        return None if unknown else False

    def _line(self, scope: str, leaf: Leaf) -> frozenset[str] | None:
        place = (scope, leaf.id)
        if place not in self._known:
            parents = {name: parent for _, name, parent in self.rows(scope, leaf.journal, leaf.n)}
            found: set[str] = set()
            name = leaf.id
            while name in parents:
                found.add(name)
                name = parents[name]
            self._known[place] = frozenset(found) if leaf.id in parents else None
        return self._known[place]
