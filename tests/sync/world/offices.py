"""PCs of a commune for tests: a log in memory, keys that follow from the name, and a person who writes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from sync.client.credentials import Credentials
from sync.client.enrol import Applicant, enrol
from sync.client.farewell import hand_in
from sync.client.rounds import Rounds, SyncResult
from sync.client.transport import Transport
from sync.journal.entry import Draft, Op, Verb, Write, build, next_lamport
from sync.journal.keys import UnitKeys, sign_head
from sync.journal.log import Parcel
from sync.journal.memory_log import MemoryLog
from sync.server.identity import Entropy


def secret(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def replica_of(name: str) -> str:
    return hashlib.sha256(f"{name} replica".encode()).hexdigest()[:32]


class Pc:
    """One PC: it joins, writes entries with sealed personal values, and exchanges."""

    def __init__(self, name: str, clock: Callable[[], int], entropy: Entropy) -> None:
        self.name = name
        self.clock = clock
        self.entropy = entropy
        self.log: Any = MemoryLog()
        self.applicant = Applicant(replica_of(name), f"PC {name}", secret(f"{name} sign"), secret(f"{name} wrap"))
        self.tips: dict[str, tuple[int, str]] = {}
        self.lam = 0
        self.credentials: Credentials

    def join(self, transport: Transport, code: str, url: str = "http://localhost") -> None:
        self.credentials = enrol(transport, url, code, self.applicant)
        self.keys = UnitKeys({self.credentials.scopes[2]: {1: secret(f"unit {self.credentials.unit}")}})

    def write(
        self,
        record: str,
        scope: str = "",
        replaces: tuple[str, ...] = (),
        signed: bool = True,
        by: str = "person",
        **fields: str,
    ) -> str:
        """One entry in the unit's dossiers (or another scope); fields whose name starts with `p_` are personal."""
        writes = tuple(Write(name, value, replaces, name.startswith("p_")) for name, value in fields.items())
        return self.act(by, Op("dossier", record, Verb.SET, writes), scope=scope, signed=signed)

    def act(self, by: str, *ops: Op, scope: str = "", signed: bool = True) -> str:
        """One action of a person."""
        scope = scope or self.credentials.scopes[2]
        n, prev = self.tips.get(scope, (0, ""))
        seen = [parcel.entry.lam for name in self.credentials.scopes for parcel in self.log.parcels(name).values()]
        draft = Draft(
            schema=1,
            scope=scope,
            journal=self.applicant.replica,
            n=n + 1,
            prev=prev,
            act="dossier.edit",
            aid=self.entropy(16).hex(),
            by=by,
            at=self.clock(),
            lam=next_lamport(max(seen, default=0)),
            ops=ops,
        )
        entry, ciphertext = build(draft, self.keys)
        signature = sign_head(self.applicant.sign_private, scope, entry.journal, entry.n, entry.id) if signed else None
        self.log.append(scope, [Parcel(entry, ciphertext, signature)], {entry.journal: self.credentials.certificate})
        self.tips[scope] = (entry.n, entry.id)
        return entry.id

    def rounds(self, transport: Transport) -> Rounds:
        return Rounds(self.log, transport, self.credentials, self.applicant.sign_private, self.clock, self.entropy)

    def hand_in(self, transport: Transport, receipt: bytes) -> None:
        """Say that the data is gone."""
        hand_in(transport, receipt)

    def sync(self, transport: Transport) -> SyncResult:
        """A round of a PC that was just switched on."""
        return self.rounds(transport).run()
