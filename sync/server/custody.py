"""What the server does with entries as their unit's judge: verdicts, revocations, ended rights, erasures by order.

All of it happens after the entries were stored, in a transaction of its own for each unit, at the end of every visit; what a
crash left undone is done at the next one, because it is remembered up to where everything was judged.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from sqlalchemy import Connection, select, update

from qms_desktop.domain.fields import Area
from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.domain.records.custody import ERASURE
from qms_desktop.domain.records.people import PC, ROLE_GRANT
from sync.canonical import Value
from sync.errors import SyncError
from sync.journal.entry import Entry, Op
from sync.journal.keys import read_certificate
from sync.rights.custody import GRANT_CUT, PC_CUT, Settled, settle
from sync.rights.rights import spell_cut
from sync.server import erasing, following, retaining, sweeping
from sync.server.court import SqlCourt, due
from sync.server.database import Database
from sync.server.identity import Clock, Identity
from sync.server.policy import policy
from sync.server.schema import CERTIFICATES, DEVICES
from sync.server.writer import Put, ServerWriter

MOST_ROUNDS = 4
"""A revocation changes rights, which is judged again, and so on; two rounds are enough in practice."""


class Custody:
    """The judge of all units of one province; any thread may ask."""

    def __init__(self, database: Database, identity: Identity, writer: ServerWriter, clock: Clock) -> None:
        self._database = database
        self._identity = identity
        self._writer = writer
        self._clock = clock
        self._policy = policy()
        self._members: dict[str, tuple[str, str]] = {}
        self._quiet: set[str] = set()
        self._lock = threading.Lock()

    def stir(self, unit: str) -> None:
        """Something arrived in the unit."""
        with self._lock:
            self._quiet.discard(unit)

    def quiet(self, unit: str) -> bool:
        """Whether nothing arrived in the unit since it was judged."""
        with self._lock:
            return unit in self._quiet

    def settle(self, unit: str) -> int:
        """Judge what was not judged yet; how many verdicts were passed or lifted."""
        with self._lock:
            if unit in self._quiet:
                return 0
            self._quiet.add(unit)
        try:
            with self._database.asking() as connection:
                if not due(connection, unit):
                    return 0
            with self.sitting(unit) as court:
                return self._settle(court)
        except BaseException:
            self.stir(unit)
            raise

    @contextmanager
    def sitting(self, unit: str) -> Iterator[SqlCourt]:
        """The unit's court in one write transaction; what was erased in it is gone from the disk afterwards."""
        with self._database.writing() as connection:
            court = SqlCourt(connection, unit, self._writer, self._member)
            yield court
            erased = erasing.blank(court, Area.DOSSIERS.scope(unit))
        if erased:
            self._database.forget_erased()
            sweeping.sweep(self._database, self._identity, unit)

    def _settle(self, court: SqlCourt) -> int:
        verdicts = 0
        for _ in range(MOST_ROUNDS):
            settled = settle(self._policy, court)
            verdicts += settled.verdicts
            if not self._acted(court, settled):
                break
        self._close_doors(court)
        return verdicts

    def revoke(self, unit: str, replica: str, reason: str = "") -> bool:
        """Name the cut of a PC: what is held of it now. False if that was done before."""
        with self.sitting(unit) as court:
            done = self._revoke(court, replica, reason)
            self._settle(court)
        return done

    def end_grant(self, unit: str, record: str) -> None:
        """End a right: what its holder wrote up to what is held now stands."""
        with self.sitting(unit) as court:
            self._put(court, "role_grant.end", Put(ROLE_GRANT, record, {"ended_at": self._moment()}))
            self._end(court, record)
            self._settle(court)

    def hand_on(self, unit: str, replica: str) -> None:
        """Grant for a PC what was granted for the one it goes on for. Asked again, it does nothing."""
        with self.sitting(unit) as court:
            self._settle(court)
            for given in list(following.grants(court, replica)):
                self._put(court, "role_grant.follow", given)
            self._settle(court)

    def put(self, unit: str, act: str, put: Put, ahead: int = 0) -> None:
        """Write a record of the unit as the province, and judge by it. `ahead`: see ServerWriter.put."""
        with self.sitting(unit) as court:
            self._put(court, act, put, ahead=ahead)
            self._settle(court)

    def _acted(self, court: SqlCourt, settled: Settled) -> bool:
        """Do what entitled people asked for; whether anything was done."""
        done = [self._act(court, entry, op) for entry in settled.stand for op in entry.ops]
        return any(done)

    def _act(self, court: SqlCourt, entry: Entry, op: Op) -> bool:
        names = {write.field for write in op.writes if write.value is not None}
        if op.kind == PC.name and "revoke_asked" in names:
            reason = entry.reason if isinstance(entry.reason, str) else ""
            return self._revoke(court, op.record, reason)
        if op.kind == ROLE_GRANT.name and "ended_at" in names:
            return self._end(court, op.record)
        if op.kind == ERASURE.name and "entries" in names:
            return self._erase(court, op)
        return False

    def _revoke(self, court: SqlCourt, replica: str, reason: str) -> bool:
        if PC_CUT in court.state(court.scopes[0], PC.name, replica).heads and replica in court.judged_by().revoked:
            return False
        values: dict[str, Value] = {"revoked_at": self._moment(), PC_CUT: spell_cut(court.leaves(replica))}
        self._put(court, "pc.revoke", Put(PC, replica, values), reason)
        self._shut(court, replica)
        return True

    def _end(self, court: SqlCourt, record: str) -> bool:
        if GRANT_CUT in court.state(court.scopes[0], ROLE_GRANT.name, record).heads:
            return False
        self._put(court, "role_grant.cut", Put(ROLE_GRANT, record, {GRANT_CUT: spell_cut(court.leaves(None))}))
        return True

    def _erase(self, court: SqlCourt, op: Op) -> bool:
        scope = Area.DOSSIERS.scope(court.unit)
        state = court.state(scope, ERASURE.name, op.record)
        if erasing.ACCEPTED in state.heads:
            return False
        records = next((write.value for write in op.writes if write.field == "records"), None)
        named = [str(name) for name in records] if isinstance(records, list) else []
        against = retaining.obstacle(court.connection, court.unit, named, self._today())
        if against is not None:
            said = Put(ERASURE, op.record, {"refused": against.value})
            self._writer.put(court.connection, scope, "erasure.refuse", [said], court.ingests[scope])
            return True
        asked = next((write.value for write in op.writes if write.field == "entries"), None)
        entries = court.load(scope, [str(name) for name in erasing.ids_in(asked)])
        granted = retaining.about(court.connection, court.unit, entries, named)
        values: dict[str, Value] = {erasing.ACCEPTED: granted, "accepted_at": self._moment()}
        self._writer.put(court.connection, scope, "erasure.accept", [Put(ERASURE, op.record, values)], court.ingests[scope])
        return True

    def _put(self, court: SqlCourt, act: str, put: Put, reason: str = "", ahead: int = 0) -> None:
        scope = court.scopes[0]
        self._writer.put(court.connection, scope, act, [put], court.ingests[scope], reason, ahead)

    def _close_doors(self, court: SqlCourt) -> None:
        """PCs that a server revoked, this one or one before it, are let in no more."""
        for replica in court.judged_by().revoked:
            self._shut(court, replica)
        following.close(court.connection, court.unit)

    def _shut(self, court: SqlCourt, replica: str) -> None:
        row = update(DEVICES).where(DEVICES.c.replica == replica, DEVICES.c.revoked_at.is_(None))
        court.connection.execute(row.values(revoked_at=self._clock()))

    def _member(self, connection: Connection, journal: str) -> tuple[str, str] | None:
        """Unit and letter by the certificate, which the province signed once and which never changes."""
        if journal not in self._members:
            blob = connection.scalar(select(CERTIFICATES.c.certificate).where(CERTIFICATES.c.journal == journal))
            if blob is None:
                return None
            try:
                certificate = read_certificate(blob, self._identity.province_key)
            except SyncError:
                return None
            self._members[journal] = (certificate.unit, certificate.letter)
        return self._members[journal]

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock() / 1000, VIET_NAM).date()

    def _moment(self) -> str:
        return datetime.fromtimestamp(self._clock() / 1000, UTC).astimezone(VIET_NAM).strftime("%Y-%m-%dT%H:%M")
