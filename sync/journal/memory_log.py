"""The reference log, in memory: what the exchange's tests and simulations run on, and what the stores are compared to."""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Self

from sync.journal.log import Leaf, Parcel, Row
from sync.journal.merge import DIGEST_MODULUS, EMPTY, RecordState, apply, writes


@dataclass
class _Scope:
    parcels: dict[str, Parcel] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    journals: dict[str, list[str]] = field(default_factory=dict)
    leaves: dict[str, Leaf] = field(default_factory=dict)
    states: dict[tuple[str, str], RecordState] = field(default_factory=dict)
    digest: int = 0

    def copy(self) -> "_Scope":
        journals = {name: list(ids) for name, ids in self.journals.items()}
        return _Scope(dict(self.parcels), dict(self.positions), journals, dict(self.leaves), dict(self.states), self.digest)


@dataclass
class MemoryLog:
    """A Log without any storage; `states` and `highest_lamport` let tests look inside."""

    _scopes: dict[str, _Scope] = field(default_factory=dict)
    _certificates: dict[str, bytes] = field(default_factory=dict)
    _peers: dict[tuple[str, str], tuple[Leaf, ...]] = field(default_factory=dict)
    highest_lamport: int = 0

    def leaves(self, scope: str) -> tuple[Leaf, ...]:
        """See Log."""
        return tuple(sorted(self._scope(scope).leaves.values()))

    def held(self, scope: str, ids: Collection[str]) -> frozenset[str]:
        """See Log."""
        return frozenset(self._scope(scope).parcels.keys() & set(ids))

    def rows(self, scope: str, journal: str, after: int, upto: int) -> tuple[Row, ...]:
        """See Log."""
        area = self._scope(scope)
        found = (self._row(area, name) for name in area.journals.get(journal, ()))
        return tuple(row for row in found if after < row.n <= upto)

    def load(self, scope: str, ids: Sequence[str]) -> tuple[Parcel, ...]:
        """See Log."""
        return tuple(self._scope(scope).parcels[name] for name in ids)

    def append(self, scope: str, parcels: Sequence[Parcel], certificates: Mapping[str, bytes]) -> None:
        """See Log."""
        area = self._scope(scope)
        for journal, blob in certificates.items():
            self._certificates.setdefault(journal, blob)
        for parcel in parcels:
            self._take(area, parcel)

    def state_digest(self, scope: str) -> int:
        """See Log."""
        return self._scope(scope).digest

    def certificate(self, journal: str) -> bytes | None:
        """See Log."""
        return self._certificates.get(journal)

    def peer_have(self, peer: str, scope: str) -> tuple[Leaf, ...] | None:
        """See Log."""
        return self._peers.get((peer, scope))

    def remember_peer(self, peer: str, scope: str, leaves: Sequence[Leaf]) -> None:
        """See Log."""
        self._peers[peer, scope] = tuple(leaves)

    def copy(self) -> Self:
        """The same content again, as a backup of a disk is; entries and states are immutable and shared."""
        twin = copy(self)
        twin._scopes = {name: area.copy() for name, area in self._scopes.items()}
        twin._certificates = dict(self._certificates)
        twin._peers = dict(self._peers)
        return twin

    def states(self, scope: str) -> Mapping[tuple[str, str], RecordState]:
        """The merged state by (kind, record)."""
        return self._scope(scope).states

    def parcels(self, scope: str) -> Mapping[str, Parcel]:
        """Everything held, by entry id, in arrival order."""
        return self._scope(scope).parcels

    def _scope(self, scope: str) -> _Scope:
        return self._scopes.setdefault(scope, _Scope())

    def _row(self, area: _Scope, name: str) -> Row:
        parcel = area.parcels[name]
        entry = parcel.entry
        return Row(area.positions[name], entry.journal, entry.n, name, entry.prev, parcel.signature)

    def _take(self, area: _Scope, parcel: Parcel) -> None:
        entry = parcel.entry
        held = area.parcels.get(entry.id)
        if held is not None:
            if held.signature is None and parcel.signature is not None:
                area.parcels[entry.id] = Parcel(held.entry, held.ciphertext, parcel.signature)
            return
        self._merge(area, parcel)
        area.positions[entry.id] = len(area.positions) + 1
        area.parcels[entry.id] = parcel
        area.journals.setdefault(entry.journal, []).append(entry.id)
        area.leaves.pop(entry.prev, None)
        area.leaves[entry.id] = Leaf(entry.journal, entry.n, entry.id)
        self.highest_lamport = max(self.highest_lamport, entry.lam)

    def _merge(self, area: _Scope, parcel: Parcel) -> None:
        def wrote(entry_id: str, kind: str, record: str, field: str) -> bool:
            return entry_id in area.parcels and writes(area.parcels[entry_id].entry, kind, record, field)

        for op in parcel.entry.ops:
            place = (op.kind, op.record)
            applied = apply(area.states.get(place, EMPTY), op, parcel.entry.id, parcel.entry.lam, wrote)
            area.states[place] = applied.state
            area.digest = (area.digest + applied.delta) % DIGEST_MODULUS
