"""Who may write what: a pure judgement of entries by what the unit's own journal says of roles and revoked PCs.

An entry stands or falls by the *set* of entries that are held, never by when or in which order they came, so that every
server, also one that was rebuilt from the PCs, judges alike:

- Roles are granted per (person, PC) by entries of the unit's `qms` scope. A grant counts when its own author had the right
  to give it; the root of all rights is the founding entry of the unit's first PC, and what the province itself writes.
- A right that ended and a PC that was revoked name a *cut*: the leaves the server had accepted by then. What lies below the cut
  stands for ever, what lies beyond does not. Only a server names cuts, so no two PCs can cut each other off.

No clock is asked. Which roles a change needs is the application's knowledge and handed in as a `Policy`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from sync.journal.entry import Entry, Op, Value, Write
from sync.journal.log import Leaf

ANYBODY: frozenset[str] | None = None
"""Any person with any role in the unit."""

PROVINCE_ONLY: frozenset[str] = frozenset()

Cut = tuple[tuple[str, Leaf], ...]
"""Leaves by scope. A journal that is not named has nothing below the cut."""


class Cause(StrEnum):
    """Why an entry does not stand."""

    ROLE = "role"
    PROVINCE = "province"
    REVOKED = "revoked"
    SCHEMA = "schema"
    CLOSED = "closed"


@dataclass(frozen=True)
class Policy:
    """What the application knows: roles of which one suffices for a change, and what breaks its schema.

    `wanted` answers ANYBODY or PROVINCE_ONLY as well. `founds` tells the change by which a unit is founded. A person who
    may not write `keys` records may still do so on a PC that was handed a key itself.
    """

    wanted: Callable[[str, Op], frozenset[str] | None]
    sound: Callable[[Entry], bool]
    founds: Callable[[Op], bool]
    grants: str = "role_grant"
    pcs: str = "pc"
    keys: str = "unit_key"
    closings: str = "closing"


class Chains(Protocol):
    """What is known of the journals' shape."""

    def covers(self, entry: Entry, leaves: Sequence[Leaf]) -> bool | None:
        """Whether a leaf is the entry or follows it; None while a leaf that might is not held."""

    def is_server(self, journal: str) -> bool:
        """Whether the province certified the journal as a server's."""

    def may_found(self, journal: str) -> bool:
        """Whether the journal is that of the PC that may found the unit."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A role of a person on one PC (replica "": on every PC of the unit), up to a cut once it ended."""

    person: str
    replica: str
    role: str
    cut: Cut | None = None


@dataclass(frozen=True)
class Authority:
    """All rights within one unit."""

    grants: frozenset[Grant] = frozenset()
    admitted: frozenset[str] = frozenset()
    revoked: Mapping[str, Cut] = field(default_factory=dict)
    founding: frozenset[str] = frozenset()
    closed: int | None = None
    """Lamport number of the server's entry that closed the unit, which was merged into another one."""

    @property
    def is_open(self) -> bool:
        """Whether anybody has any right yet; before that nobody can be judged."""
        return bool(self.grants)

    def cause(self, policy: Policy, chains: Chains, entry: Entry) -> Cause | None:
        """Why the entry does not stand; None when it does."""
        if chains.is_server(entry.journal):
            return None
        cut = self.revoked.get(entry.journal)
        if cut is not None and chains.covers(entry, _leaves(cut, entry)) is False:
            return Cause.REVOKED
        if self._knew_of_closing(policy, entry):
            return Cause.CLOSED
        if not policy.sound(entry):
            return Cause.SCHEMA
        if entry.id in self.founding:
            return None
        roles = self._roles(chains, entry)
        causes = [self._op_cause(policy, entry, op, roles) for op in entry.ops]
        return next((cause for cause in causes if cause is not None), None)

    def _knew_of_closing(self, policy: Policy, entry: Entry) -> bool:
        """Whoever holds the closing entry writes a higher number, and it lies far above all others, so what was written without
        knowing of it stands. Keys may be handed on afterwards."""
        return self.closed is not None and entry.lam > self.closed and any(op.kind != policy.keys for op in entry.ops)

    def _roles(self, chains: Chains, entry: Entry) -> frozenset[str]:
        held = (grant for grant in self.grants if grant.person == entry.by and grant.replica in ("", entry.journal))
        return frozenset(
            grant.role for grant in held if grant.cut is None or chains.covers(entry, _leaves(grant.cut, entry)) is not False
        )

    def _op_cause(self, policy: Policy, entry: Entry, op: Op, roles: frozenset[str]) -> Cause | None:
        wanted = policy.wanted(entry.scope, op)
        if wanted == PROVINCE_ONLY:
            return Cause.PROVINCE
        if op.kind == policy.keys and roles and entry.journal in self.admitted:
            return None
        allowed = bool(roles if wanted is None else roles & wanted)
        return None if allowed else Cause.ROLE


def authority_of(
    policy: Policy,
    chains: Chains,
    entries: Collection[Entry],
    revoked: Mapping[str, Cut],
    ended: Mapping[str, Cut],
    closed: int | None = None,
) -> Authority:
    """Rights that follow from the unit's entries about grants, keys and its founding.

    `revoked` are cuts by replica id, `ended` cuts by the id of the grant's record; both as servers wrote them. A grant whose
    author got his right from another grant counts once that one does: the smallest set that holds together.
    """
    found = Authority(revoked=revoked, closed=closed)
    waiting = list(entries)
    while True:
        standing = [entry for entry in waiting if _counts(found, policy, chains, entry)]
        if not standing:
            return found
        waiting = [entry for entry in waiting if entry not in standing]
        for entry in standing:
            found = _extended(found, policy, chains, entry, ended)


def _counts(found: Authority, policy: Policy, chains: Chains, entry: Entry) -> bool:
    if _founding(policy, chains, entry):
        return Authority(revoked=found.revoked, founding=frozenset({entry.id})).cause(policy, chains, entry) is None
    return found.cause(policy, chains, entry) is None


def _founding(policy: Policy, chains: Chains, entry: Entry) -> bool:
    return any(policy.founds(op) for op in entry.ops) and chains.may_found(entry.journal)


def _extended(found: Authority, policy: Policy, chains: Chains, entry: Entry, ended: Mapping[str, Cut]) -> Authority:
    grants = {
        Grant(person, replica, role, ended.get(op.record)) for op in entry.ops for person, replica, role in _granted(policy, op)
    }
    handed = {str(value) for op in entry.ops if op.kind == policy.keys for value in _plain(op, "recipient")}
    first = _founding(policy, chains, entry)
    return Authority(
        found.grants | grants,
        found.admitted | handed | ({entry.journal} if first else set()),
        found.revoked,
        found.founding | ({entry.id} if first else set()),
        found.closed,
    )


def _granted(policy: Policy, op: Op) -> Iterable[tuple[str, str, str]]:
    """A grant is made by one change that names person and role; a later change of one of them makes none."""
    if op.kind != policy.grants:
        return
    for person in _plain(op, "person"):
        for role in _plain(op, "role"):
            yield str(person), str(next(iter(_plain(op, "replica")), "")), str(role)


def _plain(op: Op, name: str) -> list[str]:
    return [write.value for write in op.writes if write.field == name and isinstance(write.value, str)]


def _leaves(cut: Cut, entry: Entry) -> list[Leaf]:
    return [leaf for scope, leaf in cut if (scope, leaf.journal) == (entry.scope, entry.journal)]


def spell_cut(cut: Cut) -> list[Value]:
    """A cut as it stands in a record's field."""
    return [[scope, leaf.journal, leaf.n, leaf.id] for scope, leaf in sorted(cut)]


def read_cut(write: Write) -> Cut | None:
    """The cut a server wrote into a field; None where it wrote something else (a revocation taken back)."""
    rows = write.value
    if not isinstance(rows, list):
        return None
    found: list[tuple[str, Leaf]] = []
    for row in rows:
        if not isinstance(row, list) or len(row) != 4:
            return None
        scope, journal, n, name = row
        if not (isinstance(scope, str) and isinstance(journal, str) and isinstance(n, int) and isinstance(name, str)):
            return None
        found.append((scope, Leaf(journal, n, name)))
    return tuple(sorted(found))
