"""A unit's journals as judging needs them (`sync.rights.custody.Court`), over the server's tables, in one write transaction."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from qms_desktop.domain.fields import Area
from sync.journal.entry import Entry, Op, reread
from sync.journal.log import Leaf
from sync.journal.merge import RecordState
from sync.rights.custody import Lines, Target
from sync.rights.rights import Authority, Cut, Grant, spell_cut
from sync.server.ingest import Ingest, inserting, upsert
from sync.server.naming import batches, raw
from sync.server.schema import CUSTODY, ENTRIES, JUDGED, LEAVES, RECORDS, SCOPES
from sync.server.writer import ServerWriter

Member = Callable[[Connection, str], tuple[str, str] | None]
"""Unit and letter in a journal's certificate, as far as the province signed one."""

_ROLES = select(RECORDS.c.record).where(RECORDS.c.scope == bindparam("first"), RECORDS.c.kind == "role_grant")
_DUE = (
    select(SCOPES.c.scope)
    .outerjoin(JUDGED, JUDGED.c.scope == SCOPES.c.scope)
    .where(SCOPES.c.scope.in_(bindparam("scopes", expanding=True)), SCOPES.c.last_pos != func.coalesce(JUDGED.c.pos, 0))
    .where(_ROLES.exists())
    .limit(1)
)

_ENTRY_ID = re.compile(r"[0-9a-f]{64}")
"""A record about a verdict bears the id of an entry; one that a PC forged may bear anything."""

UNIT_AREAS = (Area.QMS, Area.DOSSIERS)
FOUNDER = "A"
"""The letter of the first PC of a unit."""


class SqlCourt:
    """Making it locks the unit's scopes, always in the same order."""

    def __init__(self, connection: Connection, unit: str, writer: ServerWriter, member: Member) -> None:
        self.scopes: Sequence[str] = tuple(area.scope(unit) for area in UNIT_AREAS)
        self.connection = connection
        self.unit = unit
        self._writer = writer
        self._member = member
        self.ingests = {scope: Ingest(connection, scope) for scope in self.scopes}
        self._lines = Lines(self._rows)
        self._entries_read: dict[tuple[str, str], Entry] = {}
        self._judged = {row.scope: row for row in connection.execute(select(JUDGED).where(JUDGED.c.scope.in_(self.scopes)))}

    def state(self, scope: str, kind: str, record: str) -> RecordState:
        """See Court."""
        return self.ingests[scope].state(kind, record)

    def records(self, scope: str, kind: str) -> Collection[str]:
        """See Court."""
        wanted = select(RECORDS.c.record).where(RECORDS.c.scope == scope, RECORDS.c.kind == kind).order_by(RECORDS.c.record)
        return self.connection.scalars(wanted).all()

    def expect(self, scope: str, targets: Collection[Target]) -> None:
        """See Court: states, and the entries that hold their heads."""
        states = self.ingests[scope].states(list(targets))
        self.load(scope, {name for state in states for heads in state.heads.values() for name, _ in heads})

    def load(self, scope: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """See Court. Entries never change, so each is read once in a sitting."""
        names = (name for name in ids if _ENTRY_ID.fullmatch(name) and (scope, name) not in self._entries_read)
        for batch in batches(sorted(names)):
            wanted = select(ENTRIES.c.id, ENTRIES.c.body).where(ENTRIES.c.scope == scope, ENTRIES.c.id.in_(raw(batch)))
            self._entries_read.update(((scope, entry.id), entry) for entry in self._reread(wanted))
        return {name: self._entries_read[scope, name] for name in ids if (scope, name) in self._entries_read}

    def fresh(self, scope: str) -> Iterable[Entry]:
        """See Court."""
        return self._entries(scope, self._judged[scope].pos if scope in self._judged else 0)

    def every(self, scope: str) -> Iterable[Entry]:
        """See Court."""
        return self._entries(scope, 0)

    def _entries(self, scope: str, after: int) -> Iterator[Entry]:
        wanted = select(ENTRIES.c.id, ENTRIES.c.body).where(ENTRIES.c.scope == scope, ENTRIES.c.pos > after)
        return self._reread(wanted.order_by(ENTRIES.c.pos))

    def _reread(self, wanted: Select[bytes, bytes]) -> Iterator[Entry]:
        return (reread(body, name.hex()) for name, body in self.connection.execute(wanted))

    def write(self, scope: str, act: str, ops: Sequence[Op]) -> None:
        """See Court."""
        self._writer.write(self.connection, self.ingests[scope], act, tuple(ops))

    def marked(self, scope: str) -> Collection[Target]:
        """See Court."""
        rows = self.connection.execute(select(CUSTODY.c.kind, CUSTODY.c.record).where(CUSTODY.c.scope == scope))
        return {(kind, record) for kind, record in rows}

    def mark(self, scope: str, targets: Collection[Target]) -> None:
        """See Court."""
        rows = [{"scope": scope, "kind": kind, "record": record} for kind, record in sorted(targets)]
        if rows:
            self.connection.execute(inserting(self.connection.dialect.name, CUSTODY).on_conflict_do_nothing(), rows)

    def judged_by(self) -> Authority:
        """See Court."""
        row = self._judged.get(self.scopes[0])
        return read_authority(row.rights) if row is not None else Authority()

    def conclude(self, authority: Authority) -> None:
        """See Court."""
        wanted = select(SCOPES.c.scope, SCOPES.c.last_pos).where(SCOPES.c.scope.in_(self.scopes))
        text = spell_authority(authority)
        rows = [{"scope": row.scope, "pos": row.last_pos, "rights": text} for row in self.connection.execute(wanted)]
        upsert(self.connection, JUDGED, rows)
        self._judged = {row.scope: row for row in self.connection.execute(select(JUDGED).where(JUDGED.c.scope.in_(self.scopes)))}

    def covers(self, entry: Entry, leaves: Sequence[Leaf]) -> bool | None:
        """See Chains."""
        return self._lines.covers(entry, leaves)

    def is_server(self, journal: str) -> bool:
        """See Chains."""
        member = self._member(self.connection, journal)
        return member is not None and member[0] == ""

    def may_found(self, journal: str) -> bool:
        """See Chains."""
        return self._member(self.connection, journal) == (self.unit, FOUNDER)

    def leaves(self, journal: str | None) -> Cut:
        """See Court."""
        wanted = select(LEAVES).where(LEAVES.c.scope.in_(self.scopes))
        rows = self.connection.execute(wanted if journal is None else wanted.where(LEAVES.c.journal == journal))
        return tuple(sorted((row.scope, Leaf(row.journal, row.n, row.id.hex())) for row in rows))

    def _rows(self, scope: str, journal: str, upto: int) -> Iterable[tuple[int, str, str]]:
        wanted = select(ENTRIES.c.n, ENTRIES.c.id, ENTRIES.c.prev).where(ENTRIES.c.scope == scope, ENTRIES.c.journal == journal)
        rows = self.connection.execute(wanted.where(ENTRIES.c.n <= upto))
        return ((n, name.hex(), prev.hex()) for n, name, prev in rows)


def due(connection: Connection, unit: str) -> bool:
    """Whether anything arrived in a unit that was not judged yet. A unit without any role has nothing to judge by."""
    scopes = [area.scope(unit) for area in UNIT_AREAS]
    return bool(connection.scalar(_DUE, {"scopes": scopes, "first": scopes[0]}))


def spell_authority(authority: Authority) -> str:
    """Rights as JSON, for the server's own table."""
    return json.dumps(
        {
            "grants": [[g.person, g.replica, g.role, None if g.cut is None else spell_cut(g.cut)] for g in authority.grants],
            "admitted": sorted(authority.admitted),
            "revoked": {replica: spell_cut(cut) for replica, cut in authority.revoked.items()},
            "founding": sorted(authority.founding),
            "closed": authority.closed,
        }
    )


def read_authority(text: str) -> Authority:
    """What `spell_authority` wrote."""
    kept: dict[str, Any] = json.loads(text)
    return Authority(
        frozenset(
            Grant(person, replica, role, None if cut is None else _cut(cut)) for person, replica, role, cut in kept["grants"]
        ),
        frozenset(kept["admitted"]),
        {replica: _cut(cut) for replica, cut in kept["revoked"].items()},
        frozenset(kept["founding"]),
        kept.get("closed"),
    )


def _cut(rows: Sequence[Any]) -> Cut:
    return tuple((scope, Leaf(journal, n, name)) for scope, journal, n, name in rows)
